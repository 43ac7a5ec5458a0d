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
