//! Links that the sessions of one account share: a second shell on a host needs no second handshake.
//!
//! A link is shared only by who would have dialled the very same thing: the same account, the same endpoint by the same
//! link before it, the same trusted keys, the same login down to its secrets. So an edited credential, a newly trusted
//! key, another way to the host need no bookkeeping: what they would dial is not alike any more, and is dialled anew.
//! Kept are fingerprints of that and weak handles: a link still ends with its last user.

use super::target::Target;
use crate::vault::random;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use transport::{Link, Login, WeakLink};
use wire::{AccountId, vault::Secret};
use zeroize::Zeroizing;

/// A link carries at most so many shells: fewer than the ten channels that OpenSSH usually allows, so that commands
/// beside them find a place, and so that not everything hangs on one connection.
const SHELLS: usize = 6;

/// After so many shells a link is left to end: what the ended ones left on it goes with it.
const SHELLS_EVER: usize = 200;

/// What would be dialled, as a fingerprint that says nothing about it.
pub(super) type Likeness = [u8; 32];

/// The links that stand and may be shared.
pub(super) struct Links {
    /// Fingerprints are this process's own. Without it nothing is shared.
    salt: Option<Zeroizing<[u8; 32]>>,
    open: Mutex<HashMap<Likeness, WeakLink>>,
}

impl Links {
    pub(super) fn new() -> Self {
        Self { salt: random::bytes().ok(), open: Mutex::default() }
    }

    /// What this account would dial.
    pub(super) fn likeness(
        &self,
        account: &AccountId,
        target: &Target,
        trusted: &[String],
        login: &Login,
    ) -> Option<Likeness> {
        let mut digest = Sha256::new().chain_update(b"berth link v1:").chain_update(self.salt.as_deref()?);
        let mut field = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        field(account.as_str().as_bytes());
        field(target.keyring().as_bytes());
        field(&target.via().map_or(0, Link::number).to_be_bytes());
        field(login.username.as_bytes());
        for secret in [&login.password, &login.private_key, &login.passphrase] {
            field(&[u8::from(secret.is_some())]);
            field(secret.as_ref().map_or("", Secret::expose).as_bytes());
        }
        trusted.iter().for_each(|key| field(key.as_bytes()));
        Some(digest.finalize().into())
    }

    /// A link to what is alike, with a place for one more shell, and over which no flood comes just now.
    pub(super) fn find(&self, likeness: &Likeness) -> Option<Link> {
        let link = self.open().get(likeness)?.upgrade()?;
        let has_room = link.shells() < SHELLS && link.shells_ever() < SHELLS_EVER;
        (link.is_open() && has_room && !link.floods()).then_some(link)
    }

    /// The next one may share this link.
    pub(super) fn keep(&self, likeness: Likeness, link: &Link) {
        let mut open = self.open();
        open.retain(|_, link| link.upgrade().is_some());
        open.insert(likeness, link.downgrade());
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Likeness, WeakLink>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transport::Endpoint;

    #[test]
    fn whatever_would_be_dialled_differently_is_not_alike() {
        let links = Links::new();
        let target = |address: &str| Target::adhoc(Endpoint { address: address.into(), port: 22 });
        let login = |password: &str, key: Option<&str>| Login {
            username: "tester".into(),
            password: Some(Secret::new(password)),
            private_key: key.map(Secret::new),
            passphrase: None,
        };
        let likeness = |account: &str, address: &str, trusted: &[&str], login: Login| {
            let trusted: Vec<String> = trusted.iter().map(|&key| key.to_owned()).collect();
            links.likeness(&account.parse().unwrap(), &target(address), &trusted, &login).unwrap()
        };
        let one = likeness("alice", "a", &["k1", "k2"], login("pw", None));
        assert_eq!(one, likeness("alice", "a", &["k1", "k2"], login("pw", None)));
        for other in [
            likeness("bob", "a", &["k1", "k2"], login("pw", None)),
            likeness("alice", "b", &["k1", "k2"], login("pw", None)),
            likeness("alice", "a", &["k1k2"], login("pw", None)),
            likeness("alice", "a", &["k1"], login("pw", None)),
            likeness("alice", "a", &["k1", "k2"], login("p", None)),
            likeness("alice", "a", &["k1", "k2"], login("pw", Some(""))),
            likeness("alice", "a", &["k1", "k2"], Login { username: "root".into(), ..login("pw", None) }),
        ] {
            assert_ne!(one, other);
        }
        let stranger = Links::new().likeness(&"alice".parse().unwrap(), &target("a"), &[], &login("pw", None));
        assert_ne!(stranger, links.likeness(&"alice".parse().unwrap(), &target("a"), &[], &login("pw", None)));
    }
}
