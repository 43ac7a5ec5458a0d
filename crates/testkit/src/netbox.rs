//! A NetBox as far as Berth asks one: the shapes of NetBox 4.6, tokens of both kinds, and faults on demand.

mod answers;
mod certificate;
mod world;

pub use certificate::Certificate;
pub use world::{World, address, device, machine, service};

use answers::{Asked, page};
use hyper::{
    Request, Response,
    body::Incoming,
    header::{AUTHORIZATION, CONTENT_TYPE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::json;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_rustls::TlsAcceptor;

/// A token of the kind that NetBox gives since 4.5.
pub const TOKEN: &str = "nbt_AbCdEfGhIjKl.0123456789012345678901234567890123456789";

/// A token of the kind before.
pub const OLD_TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// What goes wrong with each question from now on.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// So long each answer takes.
    pub slow: Duration,
    /// So many questions get this status, with this `Retry-After`.
    pub refuse: Option<(u32, u16, Option<&'static str>)>,
    /// So many questions are answered still; then the token is no good any more.
    pub token_lasts: Option<u32>,
    /// This token is no good any more.
    pub revoked: Option<&'static str>,
    /// Every answer is this, of this type.
    pub instead: Option<(&'static str, &'static str)>,
    /// What every page says of where the next one is.
    pub next: Option<String>,
    /// Connections end in the middle of this many answers.
    pub cut: u32,
    /// Pages by number are not known, as before NetBox 4.6.
    pub old: bool,
}

#[derive(Default)]
struct Inner {
    world: World,
    faults: Faults,
    /// What was asked: path and query.
    asked: Vec<String>,
    spent: Duration,
}

/// A listening server. Dropping it closes it.
pub struct NetBoxServer {
    address: SocketAddr,
    certificate: Option<Certificate>,
    inner: Arc<Mutex<Inner>>,
    accepting: JoinHandle<()>,
}

impl Drop for NetBoxServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn held(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl NetBoxServer {
    /// In the clear.
    pub async fn start(world: World) -> Self {
        Self::with(world, None).await
    }

    /// Under TLS, with a certificate that nobody known has signed.
    pub async fn start_tls(world: World) -> Self {
        Self::with(world, Some(Certificate::make())).await
    }

    async fn with(world: World, certificate: Option<Certificate>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let inner = Arc::new(Mutex::new(Inner { world, ..Inner::default() }));
        let tls = certificate.as_ref().map(acceptor);
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://{address}");
        let accepting = tokio::spawn(accept(listener, tls, Arc::clone(&inner), origin));
        Self { address, certificate, inner, accepting }
    }

    /// Its address, as a person gives it.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.certificate.is_some() { "https" } else { "http" }, self.address)
    }

    /// What it shows under TLS.
    pub fn certificate(&self) -> &Certificate {
        self.certificate.as_ref().expect("a server with TLS")
    }

    /// Changes what it knows.
    pub fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut held(&self.inner).world);
    }

    /// What goes wrong from now on.
    pub fn faults(&self, faults: Faults) {
        held(&self.inner).faults = faults;
    }

    /// What was asked so far: paths with their queries.
    pub fn asked(&self) -> Vec<String> {
        held(&self.inner).asked.clone()
    }

    /// How long it was busy with answers.
    pub fn spent(&self) -> Duration {
        held(&self.inner).spent
    }
}

fn acceptor(certificate: &Certificate) -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(certificate.certificate.as_bytes()).map(|it| it.expect("a certificate"));
    let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain.collect(), key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, inner: Arc<Mutex<Inner>>, origin: String) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, inner, origin) = (tls.clone(), Arc::clone(&inner), origin.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, inner, origin).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, inner, origin).await;
                    }
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, inner: Arc<Mutex<Inner>>, origin: String) {
    let answering = service_fn(move |request| {
        let (inner, origin) = (Arc::clone(&inner), origin.clone());
        async move { answer(&inner, &origin, &request).await }
    });
    // A client that goes away ends it.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answering).await;
}

/// An answer that breaks off: the connection ends where the text should be.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}

async fn answer(inner: &Mutex<Inner>, origin: &str, request: &Request<Incoming>) -> Result<Response<String>, Cut> {
    let slow = held(inner).faults.slow;
    let began = Instant::now();
    sleep(slow).await;
    let made = made(&mut held(inner), origin, request);
    held(inner).spent += began.elapsed();
    made
}

fn reply(status: u16, kind: &str, body: String) -> Response<String> {
    Response::builder().status(status).header(CONTENT_TYPE, kind).body(body).expect("an answer")
}

fn made(inner: &mut Inner, origin: &str, request: &Request<Incoming>) -> Result<Response<String>, Cut> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    inner.asked.push(request.uri().to_string());
    let faults = &mut inner.faults;
    if faults.cut > 0 {
        faults.cut -= 1;
        return Err(Cut);
    }
    if let Some((times, status, after)) = &mut faults.refuse
        && *times > 0
    {
        *times -= 1;
        let mut refused = reply(*status, "text/html", "<h1>not now</h1>".to_owned());
        if let Some(after) = after {
            refused.headers_mut().insert("retry-after", after.parse().expect("a header"));
        }
        return Ok(refused);
    }
    if let Some((kind, text)) = faults.instead {
        return Ok(reply(200, kind, text.to_owned()));
    }
    let revoked = faults.revoked;
    let expired = faults.token_lasts == Some(0);
    faults.token_lasts = faults.token_lasts.map(|lasts| lasts.saturating_sub(1));
    let shown = request.headers().get(AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let good = [format!("Bearer {TOKEN}"), format!("Token {OLD_TOKEN}")];
    let told = |status, detail: &str| Ok(reply(status, "application/json", json!({"detail": detail}).to_string()));
    match shown {
        "" => return told(403, "Authentication credentials were not provided."),
        shown if revoked.is_some_and(|token| shown.ends_with(token)) => return told(403, "Invalid token"),
        _ if expired => return told(403, "Token expired"),
        shown if !good.iter().any(|good| good == shown) => return told(403, "Invalid v2 token"),
        _ => {}
    }
    if path == "/api/status/" {
        return Ok(reply(
            200,
            "application/json",
            json!({"netbox-version": "4.6.8", "python-version": "3.12"}).to_string(),
        ));
    }
    let Some(mut found) = page(&inner.world, path, &Asked::new(query), !faults.old, origin) else {
        return told(404, "Not found.");
    };
    if let Some(next) = &faults.next {
        found["next"] = json!(next);
    }
    Ok(reply(200, "application/json", found.to_string()))
}
