//! One question to a provider over HTTP, one answer: no redirect is followed, no proxy asked, nothing sent in the clear but on this
//! machine, and what comes back is bounded in size and time.

use super::OidcError;
use crate::{Endpoint, tcp, tls};
use futures::future::BoxFuture;
use hyper::{Request, Response, body::Body, client::conn::http1::handshake, header};
use hyper_util::rt::TokioIo;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::{ClientConfig, pki_types::ServerName};
use std::{future::poll_fn, net::IpAddr, pin::Pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::OnceCell,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;

/// The most that one answer may hold, in bytes.
const LARGEST: usize = 1024 * 1024;

/// How providers are asked.
#[derive(Debug)]
pub(super) struct Web {
    authority: Option<String>,
    timeout: Duration,
    config: OnceCell<Arc<ClientConfig>>,
}

/// Where a question goes.
struct Place {
    endpoint: Endpoint,
    tls: bool,
    /// What the `Host` header says.
    host: String,
    target: String,
}

/// Refuses an address that is not asked: of another scheme, in the clear elsewhere than on this machine, or with a name and password.
pub(super) fn allowed(address: &str) -> Result<(), OidcError> {
    place(address).map(|_| ())
}

fn place(address: &str) -> Result<Place, OidcError> {
    let bad = || OidcError::BadAddress(format!("{address:?} is none that is asked"));
    let uri: hyper::Uri = address.parse().map_err(|_| bad())?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(bad)?;
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let is_here = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let tls = match uri.scheme_str() {
        Some("https") => true,
        Some("http") if is_here => false,
        _ => return Err(bad()),
    };
    let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
    Ok(Place {
        endpoint: Endpoint { address: name, port },
        tls,
        host: authority.to_string(),
        target: uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
    })
}

impl Web {
    pub(super) fn new(authority: Option<String>, timeout: Duration) -> Self {
        Self { authority, timeout, config: OnceCell::new() }
    }

    /// Asks, and reads the whole answer.
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, OidcError> {
        let deadline = Instant::now() + self.timeout;
        let late = |_| OidcError::Unreachable(format!("no answer within {} s", self.timeout.as_secs()));
        timeout_at(deadline, self.ask_by(request, deadline)).await.map_err(late)?
    }

    async fn ask_by(&self, request: HttpRequest, deadline: Instant) -> Result<HttpResponse, OidcError> {
        let place = place(&request.uri().to_string())?;
        let found = tcp::resolve(&place.endpoint).await.map_err(unreachable)?;
        let stream = tcp::connect_to(&place.endpoint, found, deadline).await.map_err(unreachable)?;
        if !place.tls {
            return over(stream, request, &place).await;
        }
        let name = ServerName::try_from(place.endpoint.address.clone()).map_err(unreachable)?;
        let stream = TlsConnector::from(self.config().await?).connect(name, stream).await.map_err(unreachable)?;
        over(stream, request, &place).await
    }

    async fn config(&self) -> Result<Arc<ClientConfig>, OidcError> {
        let read = async || tls::trusting(self.authority.as_deref()).await.map(Arc::new).map_err(unreachable);
        self.config.get_or_try_init(read).await.cloned()
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = OidcError;
    type Future = BoxFuture<'c, Result<HttpResponse, OidcError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn unreachable(error: impl ToString) -> OidcError {
    OidcError::Unreachable(error.to_string())
}

async fn over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: HttpRequest,
    place: &Place,
) -> Result<HttpResponse, OidcError> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    // It ends with the sender, which lives as long as this question.
    let carrying = tokio::spawn(async move { drop(connection.await) });
    let (mut head, body) = request.into_parts();
    head.uri = place.target.parse().map_err(unreachable)?;
    head.headers.insert(header::HOST, place.host.parse().map_err(unreachable)?);
    // What the library sends is a form or nothing.
    let body = String::from_utf8(body).map_err(unreachable)?;
    let answer = sender.send_request(Request::from_parts(head, body)).await.map_err(unreachable)?;
    let (head, mut body) = answer.into_parts();
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame.map_err(unreachable)?.into_data() {
            if read.len() + data.len() > LARGEST {
                return Err(OidcError::BadAnswer(format!("it says more than {LARGEST} bytes")));
            }
            read.extend_from_slice(&data);
        }
    }
    carrying.abort();
    Ok(Response::from_parts(head, read))
}
