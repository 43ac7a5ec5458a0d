//! TLS for the control connection and its data connections.
//!
//! Servers ask that a data connection resumes the session of its control connection: that proves that both are the same
//! client's (vsftpd's `require_ssl_reuse`). A server's sessions are known to the process of one control connection only,
//! so that each has a store of its own.

use super::access::{FtpAccess, ShownCertificate, digits};
use crate::FileError;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, NamedGroup, RootCertStore, SignatureScheme,
    client::{
        ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs::default_provider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest, Sha256};
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpStream, sync::OnceCell};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// So many tickets of a session are kept. Each is good for one data connection, which brings a new one.
const TICKETS: usize = 8;

/// How one control connection and its data connections speak TLS.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
    judge: Arc<Judge>,
}

impl Tls {
    /// Trusts what the access says and what known signers vouch for.
    pub(super) async fn new(access: &FtpAccess) -> Result<Self, FileError> {
        let known = known_signers(&Arc::new(default_provider())).await;
        Self::judged_by(access, known, access.trusted.as_deref().map(digits))
    }

    /// Trusts nobody: whatever is shown comes back as a question.
    pub(super) fn asking(access: &FtpAccess) -> Result<Self, FileError> {
        Self::judged_by(access, None, None)
    }

    fn judged_by(
        access: &FtpAccess,
        known: Option<Arc<WebPkiServerVerifier>>,
        trusted: Option<String>,
    ) -> Result<Self, FileError> {
        let unusable = |why: String| FileError::NotEncrypted { why };
        let address = access.endpoint.address.clone();
        let name = ServerName::try_from(address)
            .map_err(|_| unusable("its address is no name that a certificate could have".to_owned()))?;
        let provider = Arc::new(default_provider());
        let judge = Arc::new(Judge { known, provider: Arc::clone(&provider), trusted, shown: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&judge) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        config.resumption = Resumption::store(Arc::new(Sessions::default()));
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name, judge })
    }

    /// Speaks TLS from here on. A certificate that is not trusted comes back as a question.
    pub(super) async fn wrap(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, FileError> {
        match self.connector.connect(self.name.clone(), stream).await {
            Ok(stream) => Ok(stream),
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn explain(&self, error: &io::Error) -> FileError {
        if let Some(shown) = held(&self.judge.shown).take() {
            return match &self.judge.trusted {
                None => FileError::CertificateUnknown(Box::new(shown)),
                Some(trusted) => {
                    FileError::CertificateChanged { shown: Box::new(shown), trusted: with_colons(trusted) }
                }
            };
        }
        FileError::NotEncrypted { why: error.to_string() }
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with_colons(digits: &str) -> String {
    digits.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(":")
}

/// Who is trusted to sign certificates on this machine; read once. None when it trusts nobody.
async fn known_signers(provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    static ROOTS: OnceCell<Arc<RootCertStore>> = OnceCell::const_new();
    let read = || async {
        let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.map(|found| found.certs).unwrap_or_default());
        Arc::new(roots)
    };
    let roots = ROOTS.get_or_init(read).await;
    WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(provider)).build().ok()
}

/// Says which certificates are good: the one that a person trusted, and those that known signers vouch for.
#[derive(Debug)]
struct Judge {
    known: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    trusted: Option<String>,
    /// The one that was refused last.
    shown: Mutex<Option<ShownCertificate>>,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let print: String = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
        if self.trusted.as_ref() == Some(&print) {
            return Ok(ServerCertVerified::assertion());
        }
        let verdict = match &self.known {
            Some(known) => known.verify_server_cert(certificate, between, name, ocsp, now),
            None => Err(Error::General("nobody is known who signs certificates".to_owned())),
        };
        verdict.inspect_err(|error| {
            let shown = ShownCertificate { fingerprint: with_colons(&print), why: error.to_string() };
            *held(&self.shown) = Some(shown);
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The sessions of one control connection with its one server, whose name therefore does not matter.
#[derive(Debug, Default)]
struct Sessions(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    group: Option<NamedGroup>,
    session: Option<Tls12ClientSessionValue>,
    tickets: VecDeque<Tls13ClientSessionValue>,
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, _: ServerName<'static>, group: NamedGroup) {
        held(&self.0).group = Some(group);
    }

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        held(&self.0).group
    }

    fn set_tls12_session(&self, _: ServerName<'static>, value: Tls12ClientSessionValue) {
        held(&self.0).session = Some(value);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        held(&self.0).session.clone()
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {
        held(&self.0).session = None;
    }

    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        let mut kept = held(&self.0);
        if kept.tickets.len() == TICKETS {
            kept.tickets.pop_front();
        }
        kept.tickets.push_back(value);
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        held(&self.0).tickets.pop_back()
    }
}
