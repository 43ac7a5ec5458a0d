//! What is needed to reach an FTP server.

use crate::Endpoint;
use std::time::Duration;
use wire::vault::Secret;

/// How a connection is kept from being read and changed on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FtpSecurity {
    /// Not at all: whoever stands in between reads the password and the files.
    None,
    /// By TLS, which is asked for before signing in (`AUTH TLS`, RFC 4217); mostly on port 21. Never without.
    Explicit,
    /// By TLS from the first byte on, mostly on port 990.
    Implicit,
}

/// Where an FTP server is, and who signs in there.
#[derive(Debug, Clone)]
pub struct FtpAccess {
    /// Where it listens.
    pub endpoint: Endpoint,
    /// The username.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// Whether TLS is spoken.
    pub security: FtpSecurity,
    /// The fingerprint of a certificate that is trusted though nobody known has signed it ([`ShownCertificate::fingerprint`]).
    pub trusted: Option<String>,
    /// How long one connection may take until it is signed in.
    pub budget: Duration,
}

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
pub(super) fn digits(fingerprint: &str) -> String {
    let text = fingerprint.trim().strip_prefix("SHA256:").unwrap_or(fingerprint);
    text.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_uppercase()).collect()
}
