//! One HTTP connection, kept from question to question. No redirect is followed, and no proxy asked.

use super::{
    NetBoxError,
    access::{NetBoxAccess, NetBoxTrust, is_local},
};
use crate::{
    tcp,
    tls::{Judge, digits, judging, known_signers, system_roots},
};
use hyper::{
    Request, Response,
    body::{Body, Incoming},
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    client::danger::ServerCertVerifier,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{future::poll_fn, pin::Pin, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinHandle,
    time::Instant,
};
use tokio_rustls::TlsConnector;

/// The most that one answer may hold, in bytes.
const LARGEST: usize = 48 * 1024 * 1024;

/// A connection that stands. Dropping it closes it.
pub(super) struct Connection {
    sender: SendRequest<String>,
    carrying: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

/// How TLS is spoken, and with whom.
pub(super) struct Trust {
    connector: TlsConnector,
    judge: Arc<Judge>,
}

impl Trust {
    pub(super) async fn new(trust: &NetBoxTrust) -> Result<Self, NetBoxError> {
        let provider = Arc::new(default_provider());
        let (known, pinned) = match trust {
            NetBoxTrust::System => (known_signers(&provider).await, None),
            NetBoxTrust::Pinned(fingerprint) => (None, Some(digits(fingerprint))),
            NetBoxTrust::Authority(pem) => {
                let mut roots = RootCertStore::clone(&*system_roots().await);
                let bad = |why: String| NetBoxError::BadAuthority(why);
                let mut read = 0;
                for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                    let certificate = certificate.map_err(|error| bad(error.to_string()))?;
                    roots.add(certificate).map_err(|error| bad(error.to_string()))?;
                    read += 1;
                }
                if read == 0 {
                    return Err(bad("there is no certificate in it".to_owned()));
                }
                (judging(Arc::new(roots), &provider), None)
            }
        };
        let judge = Arc::new(Judge::new(known, Arc::clone(&provider), pinned));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| NetBoxError::NotEncrypted(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&judge) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), judge })
    }

    fn explain(&self, error: &std::io::Error) -> NetBoxError {
        match (self.judge.refused(), self.judge.trusted()) {
            (Some(shown), None) => NetBoxError::CertificateUnknown(Box::new(shown)),
            (Some(shown), Some(_)) => NetBoxError::CertificateChanged(Box::new(shown)),
            (None, _) => NetBoxError::NotEncrypted(error.to_string()),
        }
    }
}

impl Connection {
    /// Connects to an address that may be asked: each one that the name leads to is looked at, and then exactly those dialled.
    pub(super) async fn open(access: &NetBoxAccess, trust: &Trust) -> Result<Self, NetBoxError> {
        let endpoint = &access.url.endpoint;
        let found = tcp::resolve(endpoint).await.map_err(NetBoxError::Unreachable)?;
        if let Some(local) = found.iter().find(|address| !access.allow_local && is_local(address.ip())) {
            return Err(NetBoxError::NotAllowed { name: endpoint.address.clone(), address: local.ip().to_string() });
        }
        let deadline = Instant::now() + access.timeout;
        let stream = tcp::connect_to(endpoint, found, deadline).await.map_err(NetBoxError::Unreachable)?;
        if !access.url.tls {
            return Self::over(stream).await;
        }
        let name = ServerName::try_from(endpoint.address.clone())
            .map_err(|_| NetBoxError::BadUrl("its address is no name that a certificate could have".to_owned()))?;
        let stream = trust.connector.connect(name, stream).await.map_err(|error| trust.explain(&error))?;
        Self::over(stream).await
    }

    async fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<Self, NetBoxError> {
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(lost)?;
        let carrying = tokio::spawn(async move {
            // Whoever asks hears of its end by the answer that does not come.
            let _ = connection.await;
        });
        Ok(Self { sender, carrying })
    }

    /// Whether a further question may be asked on it.
    pub(super) fn stands(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Asks, and reads the whole answer.
    pub(super) async fn ask(&mut self, request: Request<String>) -> Result<Answer, NetBoxError> {
        self.sender.ready().await.map_err(lost)?;
        let (head, body) = self.sender.send_request(request).await.map_err(lost).map(Response::into_parts)?;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: whole(body).await? })
    }
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: hyper::HeaderMap,
    pub(super) body: Vec<u8>,
}

async fn whole(mut body: Incoming) -> Result<Vec<u8>, NetBoxError> {
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame.map_err(lost)?.into_data() {
            if read.len() + data.len() > LARGEST {
                return Err(NetBoxError::TooLarge(LARGEST));
            }
            read.extend_from_slice(&data);
        }
    }
    Ok(read)
}

fn lost(error: hyper::Error) -> NetBoxError {
    NetBoxError::Lost(error.to_string())
}
