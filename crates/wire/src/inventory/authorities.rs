//! Keys that vouch for hosts by certificates, and keys that are never accepted: the lines of `known_hosts` with a marker (sshd(8)).

use crate::{HostAuthorityId, Timestamp};
use serde::{Deserialize, Serialize};

/// One of them, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostAuthorityView {
    /// Its id.
    pub id: HostAuthorityId,
    /// The names that it is for, as in `known_hosts`: parted by commas, with `*`, `?` and `!`.
    pub names: String,
    /// Whether the key is never accepted, instead of vouching for hosts.
    pub revoked: bool,
    /// The key's algorithm.
    pub algorithm: String,
    /// The key's fingerprint (`SHA256:…`).
    pub fingerprint: String,
    /// What stands behind the key.
    pub comment: String,
    /// When it was added.
    pub added_at: Timestamp,
}

/// Body of POST `/api/host-authorities`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostAuthorityDraft {
    /// Lines of `known_hosts` that begin with `@cert-authority` or `@revoked`; all are added or none.
    pub lines: String,
}
