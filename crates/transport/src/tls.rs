//! Whose certificates are good: those that known signers vouch for, and one that a person trusted by its fingerprint.

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs::default_provider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// A certificate that a server showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCertificate {
    /// SHA-256 of the certificate (DER), in upper-case hexadecimal with colons, as `openssl x509 -fingerprint` writes it.
    pub fingerprint: String,
    /// Why it is not trusted by itself.
    pub why: String,
}

impl ShownCertificate {
    /// Whether this is its fingerprint, however that is written.
    pub fn is(&self, fingerprint: &str) -> bool {
        digits(&self.fingerprint) == digits(fingerprint)
    }
}

/// The hexadecimal digits of a fingerprint, however it is written.
pub(crate) fn digits(fingerprint: &str) -> String {
    let text = fingerprint.trim().strip_prefix("SHA256:").unwrap_or(fingerprint);
    text.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_uppercase()).collect()
}

/// A lock that a panic did not spoil.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A fingerprint as `openssl x509 -fingerprint` writes it.
pub(crate) fn with_colons(digits: &str) -> String {
    digits.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(":")
}

/// Who is trusted to sign certificates on this machine; read once. None when it trusts nobody.
pub(crate) async fn known_signers(provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    judging(system_roots().await, provider)
}

/// A verifier on these roots; none when there are none.
pub(crate) fn judging(roots: Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider)).build().ok()
}

/// The signers that this machine trusts; read once.
pub(crate) async fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceCell<Arc<RootCertStore>> = OnceCell::const_new();
    let read = || async {
        let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.map(|found| found.certs).unwrap_or_default());
        Arc::new(roots)
    };
    Arc::clone(ROOTS.get_or_init(read).await)
}

/// TLS with servers that this machine's signers vouch for, and those that an authority (PEM) does.
///
/// # Errors
/// What is wrong with the authority.
pub(crate) async fn trusting(authority: Option<&str>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::clone(&*system_roots().await);
    if let Some(pem) = authority {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| error.to_string())?;
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
        if roots.len() == before {
            return Err("there is no certificate in it".to_owned());
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Says which certificates are good: the one that a person trusted, and those that known signers vouch for.
#[derive(Debug)]
pub(crate) struct Judge {
    known: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    trusted: Option<String>,
    /// The one that was refused last.
    shown: Mutex<Option<ShownCertificate>>,
}

impl Judge {
    /// Trusts those that `known` vouches for, and the one certificate whose fingerprint has these digits.
    pub(crate) fn new(
        known: Option<Arc<WebPkiServerVerifier>>,
        provider: Arc<CryptoProvider>,
        trusted: Option<String>,
    ) -> Self {
        Self { known, provider, trusted, shown: Mutex::default() }
    }

    /// The certificate that was refused last; told once.
    pub(crate) fn refused(&self) -> Option<ShownCertificate> {
        held(&self.shown).take()
    }

    /// The digits of the fingerprint that is trusted.
    pub(crate) fn trusted(&self) -> Option<&str> {
        self.trusted.as_deref()
    }
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
