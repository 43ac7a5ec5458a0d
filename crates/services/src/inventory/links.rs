//! Links that the sessions of one account share: a second shell on a host needs no second handshake.
//!
//! A link is shared only by who would have dialled the very same thing: the same account, the same endpoint by the same
//! link before it, the same trusted keys, the same login down to its secrets. So an edited credential, a newly trusted
//! key, another way to the host need no bookkeeping: what they would dial is not alike any more, and is dialled anew.
//! Kept are fingerprints of that and weak handles: a link still ends with its last user.
//!
//! An echo waits behind a flood on its own link. So the first few sessions on a host get links of their own, without
//! waiting for them: a spare one is dialled while nobody waits, and ends with the last of its group.

use super::target::Target;
use crate::vault::random;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use transport::{Link, Login, WeakLink};
use wire::{AccountId, vault::Secret};
use zeroize::Zeroizing;

/// A link carries at most so many shells: fewer than the ten channels that OpenSSH usually allows, so that commands
/// beside them find a place, and so that not everything hangs on one connection.
const SHELLS: usize = 6;

/// After so many shells a link is left to end: what the ended ones left on it goes with it.
const SHELLS_EVER: usize = 200;

/// The spare is dialled so long after somebody opened a shell: not in its way.
pub(super) const SPARE_AFTER: Duration = Duration::from_millis(300);

/// What would be dialled, as a fingerprint that says nothing about it.
pub(super) type Likeness = [u8; 32];

/// The links that stand and may be shared.
pub(super) struct Links {
    /// Fingerprints are this process's own. Without it nothing is shared.
    salt: Option<Zeroizing<[u8; 32]>>,
    /// So many sessions on a host get links of their own.
    apart: usize,
    groups: Mutex<HashMap<Likeness, Weak<Group>>>,
}

/// Links that are alike. It accompanies those in use, and ends with the last of them.
#[derive(Default)]
pub(super) struct Group(Mutex<Alike>);

#[derive(Default)]
struct Alike {
    used: Vec<WeakLink>,
    spare: Spare,
}

#[derive(Default)]
enum Spare {
    #[default]
    None,
    Dialled,
    Ready(Link),
}

impl Group {
    fn alike(&self) -> MutexGuard<'_, Alike> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uses(self: &Arc<Self>, link: &Link) {
        link.accompany(self.clone());
        self.alike().used.push(link.downgrade());
    }
}

impl Alike {
    /// The links that stand, in the order of their coming.
    fn standing(&mut self) -> Vec<Link> {
        self.used.retain(|link| link.upgrade().is_some_and(|link| link.is_open()));
        self.used.iter().filter_map(WeakLink::upgrade).collect()
    }
}

/// Somebody is dialling the spare of a group.
pub(super) struct SpareWanted(Weak<Group>);

impl SpareWanted {
    /// Whether anybody still wants it.
    pub(super) fn is_wanted(&self) -> bool {
        self.0.strong_count() > 0
    }

    /// It is dialled.
    pub(super) fn fill(self, link: Link) {
        if let Some(group) = self.0.upgrade() {
            group.alike().spare = Spare::Ready(link);
        }
    }
}

impl Drop for SpareWanted {
    fn drop(&mut self) {
        if let Some(group) = self.0.upgrade() {
            let mut alike = group.alike();
            if matches!(alike.spare, Spare::Dialled) {
                alike.spare = Spare::None;
            }
        }
    }
}

impl Links {
    pub(super) fn new(apart: usize) -> Self {
        Self { salt: random::bytes().ok(), apart, groups: Mutex::default() }
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

    /// The link that others go through too: always the same one, while it stands.
    pub(super) fn way(&self, likeness: &Likeness) -> Option<Link> {
        self.group(likeness)?.alike().standing().into_iter().find(|link| link.shells_ever() < SHELLS_EVER)
    }

    /// A link for one more shell: the spare one, else that with the fewest, if it has a place and no flood comes over it
    /// just now.
    pub(super) fn find(&self, likeness: &Likeness) -> Option<Link> {
        let group = self.group(likeness)?;
        if let Some(spare) = take_spare(&group) {
            group.uses(&spare);
            return Some(spare);
        }
        let fits = |link: &Link| link.shells() < SHELLS && link.shells_ever() < SHELLS_EVER && !link.floods();
        group.alike().standing().into_iter().filter(fits).min_by_key(Link::shells)
    }

    /// The next one may share this link.
    pub(super) fn keep(&self, likeness: Likeness, link: &Link) {
        let mut groups = self.groups();
        groups.retain(|_, group| group.strong_count() > 0);
        let known = groups.get(&likeness).and_then(Weak::upgrade);
        let group = known.unwrap_or_default();
        groups.insert(likeness, Arc::downgrade(&group));
        group.uses(link);
    }

    /// Whether a spare link should be dialled for the next session: one at a time, and only so many are kept apart.
    pub(super) fn wants_spare(&self, likeness: &Likeness) -> Option<SpareWanted> {
        let group = self.group(likeness)?;
        let mut alike = group.alike();
        if !matches!(alike.spare, Spare::None) || alike.standing().len() >= self.apart {
            return None;
        }
        alike.spare = Spare::Dialled;
        Some(SpareWanted(Arc::downgrade(&group)))
    }

    fn group(&self, likeness: &Likeness) -> Option<Arc<Group>> {
        self.groups().get(likeness)?.upgrade()
    }

    fn groups(&self) -> MutexGuard<'_, HashMap<Likeness, Weak<Group>>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take_spare(group: &Group) -> Option<Link> {
    let mut alike = group.alike();
    match std::mem::take(&mut alike.spare) {
        Spare::Ready(link) => link.is_open().then_some(link),
        other => {
            alike.spare = other;
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transport::Endpoint;

    #[test]
    fn whatever_would_be_dialled_differently_is_not_alike() {
        let links = Links::new(4);
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
        let stranger = Links::new(4).likeness(&"alice".parse().unwrap(), &target("a"), &[], &login("pw", None));
        assert_ne!(stranger, links.likeness(&"alice".parse().unwrap(), &target("a"), &[], &login("pw", None)));
    }
}
