//! `[tls]`: whether the server speaks TLS itself, and with which certificate.

use super::{ConfigError, Setting, layers::Values, units};
use std::path::{Path, PathBuf};

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        "tls.certificate",
        "",
        "File with the server's certificate and those between, as PEM; read again when it changes.",
    ),
    Setting::new("tls.key", "", "File with the certificate's private key, as PEM."),
    Setting::new(
        "tls.self_signed",
        "false",
        "Whether a certificate that nobody vouches for is made in the data folder when none is named; for a first try.",
    ),
];

/// Where a certificate and its key lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate and those between it and its signer, as PEM.
    pub certificate: PathBuf,
    /// The private key, as PEM.
    pub key: PathBuf,
}

/// With which certificate the server speaks TLS; none when it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// The server speaks plain HTTP: a proxy stands in front of it, or nobody but this machine reaches it.
    Off,
    /// The operator's own certificate.
    Given(CertificateFiles),
    /// One that is made here.
    SelfSigned(CertificateFiles),
}

impl Tls {
    pub(super) fn read(values: &Values, data_dir: &Path) -> Result<Self, ConfigError> {
        let (certificate, key) = (values.read("tls.certificate", path)?, values.read("tls.key", path)?);
        let self_signed: bool = values.read("tls.self_signed", units::parsed)?;
        match (certificate, key) {
            (Some(certificate), Some(key)) => Ok(Self::Given(CertificateFiles { certificate, key })),
            (None, None) if self_signed => Ok(Self::SelfSigned(CertificateFiles {
                certificate: data_dir.join("self-signed.crt"),
                key: data_dir.join("self-signed.key"),
            })),
            (None, None) => Ok(Self::Off),
            (Some(_), None) => values.refuse("tls.key", "`tls.certificate` is named, and its key is not"),
            (None, Some(_)) => values.refuse("tls.certificate", "`tls.key` is named, and its certificate is not"),
        }
    }

    /// Whether people come over TLS without a proxy.
    pub fn is_on(&self) -> bool {
        *self != Self::Off
    }

    /// Whether browsers may be told to come over TLS from now on. One who clicked a warning away for a self-signed certificate
    /// is not to be locked out by it.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Given(_))
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        if self.is_on() { "https" } else { "http" }
    }
}

fn path(text: &str) -> Result<Option<PathBuf>, String> {
    Ok((!text.is_empty()).then(|| text.into()))
}
