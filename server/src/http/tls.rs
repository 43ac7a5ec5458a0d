//! TLS of the server's own: the certificate is read from its files, and again when they change, so that renewing it needs no
//! restart. What cannot be read leaves the certificate of before in its place, and is told in the log.

mod self_signed;

use crate::config::{CertificateFiles, Tls as Setting};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The first byte of whatever speaks TLS.
const HANDSHAKE: u8 = 22;

/// What is said to those who do not.
const PLAIN: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n\
    This port speaks TLS: open the same address with https://\n";

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is no PEM of the right kind.
    #[error("{path} cannot be used: {why}; see `tls.certificate` and `tls.key`", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The files are not of each other.
    #[error("the certificate and its key cannot be used: {0}; see `tls.certificate` and `tls.key`")]
    Unusable(#[from] rustls::Error),
    /// No certificate can be made.
    #[error("no self-signed certificate can be made: {0}")]
    NotMade(String),
}

/// Speaks TLS on connections.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
}

/// The certificate that is shown at present.
#[derive(Debug)]
struct Shown {
    files: CertificateFiles,
    provider: Arc<CryptoProvider>,
    key: RwLock<Arc<CertifiedKey>>,
}

impl Tls {
    /// Reads the certificate, or makes one; `None` when TLS is off. `names` are what a self-signed one is for.
    ///
    /// # Errors
    /// When a file cannot be read or written, or certificate and key are not of each other.
    pub(crate) fn open(setting: &Setting, names: &[String]) -> Result<Option<Self>, TlsError> {
        let files = match setting {
            Setting::Off => return Ok(None),
            Setting::Given(files) => files,
            Setting::SelfSigned(files) => {
                self_signed::keep(files, names)?;
                files
            }
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let key = RwLock::new(Arc::new(read(files, &provider)?));
        let shown = Arc::new(Shown { files: files.clone(), provider: provider.clone(), key });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(config)), shown }))
    }

    /// Does the handshake. Who speaks plain HTTP is told so.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
            let mut stream = stream;
            tokio::io::AsyncWriteExt::write_all(&mut stream, PLAIN).await?;
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not speak TLS"));
        }
        self.acceptor.accept(stream).await
    }

    /// Reads the files again whenever they change, for as long as it is polled.
    pub(crate) async fn watch(&self) {
        let mut known = self.shown.stamp();
        let mut now_and_then = tokio::time::interval(LOOK);
        loop {
            now_and_then.tick().await;
            let stamp = self.shown.stamp();
            if stamp != known {
                known = stamp;
                self.shown.read_again();
            }
        }
    }
}

impl Shown {
    /// When the files were written, and how long they are. A link that leads elsewhere shows as well.
    fn stamp(&self) -> [Option<(SystemTime, u64)>; 2] {
        [&self.files.certificate, &self.files.key].map(|path| {
            let file = fs::metadata(path).ok()?;
            Some((file.modified().ok()?, file.len()))
        })
    }

    fn read_again(&self) {
        match read(&self.files, &self.provider) {
            Ok(key) => {
                *self.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the certificate of before is still shown"),
        }
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(files: &CertificateFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let certificate = &files.certificate;
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|why| unreadable(certificate, why.to_string()))?;
    if chain.is_empty() {
        return Err(unreadable(certificate, "there is no certificate in it".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|why| unreadable(&files.key, why.to_string()))?;
    Ok(CertifiedKey::from_der(chain, key, provider)?)
}

fn unreadable(path: &Path, why: String) -> TlsError {
    TlsError::Unreadable { path: path.to_owned(), why }
}
