//! OpenSSH's `known_hosts` (sshd(8)): keys with the names of hosts, plain or hashed. Each plain name is a host, too.

mod read;

pub(crate) use read::read;

use crate::{error::Place, ssh_config::pattern};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The port that goes without saying.
const SSH_PORT: u16 = 22;

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

impl KnownKey {
    /// Whether the names are hashed, so that only a known address can be compared with them.
    pub fn is_hashed(&self) -> bool {
        self.names.starts_with("|1|")
    }

    /// Whether the line is about this address and port: by name, pattern or hash. What the marker means is the caller's to know.
    pub fn is_for(&self, host: &str, port: u16) -> bool {
        names_match(&self.names, host, port)
    }
}

/// Whether the names of a line (parted by commas, with patterns, or one that is hashed) are those of this address and port.
pub fn names_match(names: &str, host: &str, port: u16) -> bool {
    let host = host.to_lowercase();
    let name = if port == SSH_PORT { host } else { format!("[{host}]:{port}") };
    if let Some(hashed) = names.strip_prefix("|1|") {
        return is_hash_of(hashed, &name);
    }
    pattern::list_matches(&names.to_lowercase(), &name)
}

/// Reads lines of `known_hosts` that were typed: all of them, or which line is wrong and why.
///
/// # Errors
/// The first line that is none, by its number from 1.
pub fn known_lines(text: &str) -> Result<Vec<KnownKey>, String> {
    let lines = text.lines().enumerate();
    let parsed = lines.map(|(at, line)| read::typed(line, at + 1));
    parsed.filter_map(Result::transpose).collect()
}

fn is_hash_of(hashed: &str, name: &str) -> bool {
    let Some((salt, hash)) = hashed.split_once('|') else { return false };
    let (Ok(salt), Ok(hash)) = (STANDARD.decode(salt), STANDARD.decode(hash)) else { return false };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&salt) else { return false };
    mac.update(name.as_bytes());
    mac.verify_slice(&hash).is_ok()
}

#[cfg(test)]
mod tests;
