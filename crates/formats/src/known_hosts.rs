//! OpenSSH's `known_hosts` (sshd(8)).

use crate::error::Place;

/// What stands before a line's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMarker {
    /// The key signs the keys of hosts.
    CertAuthority,
    /// The key is never to be accepted.
    Revoked,
}

/// A host key with the names that it is known for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// The names as they are written, parted by commas, or one that is hashed.
    pub names: String,
    /// The key's algorithm, as in RFC 4253 (`ssh-ed25519`).
    pub algorithm: String,
    /// The key in base64, as OpenSSH writes it.
    pub key: String,
    /// What stands behind it.
    pub comment: String,
    /// What stands before the names.
    pub marker: Option<KeyMarker>,
    /// Where it stands.
    pub at: Place,
}
