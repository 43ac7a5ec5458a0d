//! What is needed to reach an FTP server.

use crate::Endpoint;
use futures::future::BoxFuture;
use std::{fmt::Debug, sync::Arc, time::Duration};
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

/// Is asked before each sign-in, and hears what came of it: a server is signed in to anew for each connection, and whoever
/// lends a password may take it back meanwhile.
pub trait SignInGuard: Debug + Send + Sync {
    /// Whether the password may be sent now; else why not.
    fn may_sign_in(&self) -> BoxFuture<'_, Result<(), String>>;

    /// The server took it, or said why not.
    fn signed_in(&self, refused: Option<String>) -> BoxFuture<'_, ()>;
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
    /// Who has a say in each sign-in.
    pub guard: Option<Arc<dyn SignInGuard>>,
}
