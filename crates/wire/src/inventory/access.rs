//! How access to a host is set up: its key, and the first sign-in.

use crate::{CredentialId, HostId, vault::Secret};
use serde::{Deserialize, Serialize};

/// Whether access to a host was set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BootstrapState {
    /// Nobody tried.
    #[default]
    Never,
    /// The last try worked.
    Success,
    /// The last try failed; the message says why.
    Failed,
}

/// How a shown host key stands to what is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HostKeyState {
    /// No key of this host is trusted yet.
    Unknown,
    /// It is the trusted key.
    Trusted,
    /// Another key is trusted: the host was reinstalled, or someone is in between.
    Changed,
}

/// What a host showed at a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostKeyScan {
    /// The host that showed it; missing for a host that is not in the inventory.
    pub host_id: Option<HostId>,
    /// Address and port that were scanned, `address:port`.
    pub endpoint: String,
    /// The key's algorithm, as in RFC 4253 (`ssh-ed25519`).
    pub algorithm: String,
    /// `SHA256:…` as OpenSSH prints it.
    pub fingerprint: String,
    /// OpenSSH's drawing of the fingerprint, 11 lines.
    pub randomart: String,
    /// How it stands to what is trusted.
    pub known: HostKeyState,
    /// The trusted fingerprint, when another one is.
    pub trusted_fingerprint: Option<String>,
    /// The trusted key's algorithm, when another key is trusted.
    pub trusted_algorithm: Option<String>,
}

/// Body of POST `/api/hosts/{id}/host-key/trust`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostKeyTrust {
    /// The fingerprint that the person saw; exactly this key is trusted, in place of any other.
    pub fingerprint: String,
}

/// Body of POST `/api/hosts/{id}/bootstrap`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BootstrapRequest {
    /// The username to sign in with.
    pub username: String,
    /// A password to sign in with once; it is not stored.
    #[serde(default)]
    pub password: Option<Secret>,
    /// A stored credential to sign in with.
    #[serde(default)]
    pub credential_id: Option<CredentialId>,
    /// Whether to install a key that Berth makes, and use it from then on.
    #[serde(default)]
    pub install_key: bool,
}

/// Answer of POST `/api/hosts/{id}/bootstrap`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BootstrapReport {
    /// How it ended.
    pub status: BootstrapState,
    /// What was done, or why it failed.
    pub message: String,
    /// The operating system.
    pub os: Option<String>,
    /// The host's own name.
    pub hostname: Option<String>,
}
