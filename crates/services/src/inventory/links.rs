//! The pool of links: what an account runs on a host shares handshakes, and a link stays a while for the next use.
//!
//! A link is shared only by who would have dialled the very same thing: the same account, the same host at the same endpoint
//! by the same link before it, the same trusted keys, the same login down to its secrets. So an edited credential, a newly
//! trusted key, another way to the host need no bookkeeping: what they would dial is not alike any more, and is dialled anew.
//! Remembered are fingerprints of that; no secret is kept for it.
//!
//! Of many that want a link at once, one dials and the others wait for it ([`Links::seat`]). Each takes a place before its
//! channel is asked for, so that a crowd does not run into the host's limit. Bulk transfers have links of their own, for
//! an echo waits behind a flood on its link; so the first few sessions on a host get links of their own as well, without
//! waiting for them: a spare one is dialled while nobody waits. The keeper ([`keeper`]) ends what nobody has used for long.

mod group;
pub(super) mod keeper;
mod known;

pub(super) use group::SpareWanted;

use super::target::Target;
use crate::vault::random;
use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use group::Group;
use known::Known;
pub(crate) use known::Leg;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::futures::OwnedNotified;
use transport::{ChannelUse, DialError, HostTrust, Link, Login, Wish};
use wire::{AccountId, CredentialId, HostId, vault::Secret};
use zeroize::Zeroizing;

/// A link carries at most so many shells: not everything should hang on one connection.
const SHELLS: usize = 6;

/// A link carries at most so many channels: fewer than the ten that OpenSSH usually allows, because one that is closing
/// still counts there.
const CHANNELS: usize = 8;

/// A link for bulk transfers carries at most so many of them.
const TRANSFERS: usize = 4;

/// After so many channels that this side closed first a link is left to end: what they left on it goes with it.
const LEFT_BEHIND: usize = 200;

/// How long a command waits for one before it to end, before a further link is dialled for it.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// The spare is dialled so long after somebody opened a shell: not in its way.
pub(super) const SPARE_AFTER: Duration = Duration::from_millis(300);

/// What would be dialled, as a fingerprint that says nothing about it.
pub(super) type Likeness = [u8; 32];

/// A handshake that several may wait for. Given up by all of them, it breaks off.
pub(super) type Dial = Shared<BoxFuture<'static, Result<Link, DialError>>>;

/// What a link is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A terminal.
    Shell,
    /// A command.
    Command,
    /// Looking at files, and small ones of them.
    Files,
    /// A transfer that may be large: never on a link with anything else.
    Bulk,
}

impl Use {
    fn carries(self) -> ChannelUse {
        match self {
            Self::Shell => ChannelUse::Shell,
            Self::Command => ChannelUse::Command,
            Self::Files | Self::Bulk => ChannelUse::Files,
        }
    }

    /// What its link is dialled for.
    pub(super) fn wish(self) -> Wish {
        if self == Self::Bulk { Wish::Bulk } else { Wish::Quick }
    }

    /// How many may wait for one handshake; for those that are soon done, any number.
    fn may_join(self) -> usize {
        match self {
            Self::Shell => SHELLS,
            Self::Bulk => TRANSFERS,
            Self::Command | Self::Files => usize::MAX,
        }
    }

    fn has_room_on(self, link: &Link) -> bool {
        let room = match self {
            Self::Shell => link.shells() < SHELLS && !link.floods(),
            Self::Bulk => link.all_channels() < TRANSFERS,
            Self::Command | Self::Files => true,
        };
        room && link.all_channels() < CHANNELS && !link.is_full()
    }
}

/// Where the next channel goes.
pub(super) enum Seat {
    /// On this link; a place on it is taken.
    Taken(Link),
    /// On the link that is being dialled.
    Dialled(Dial),
    /// On one of the links that stand, when one of these tells that something on it has ended.
    Wait(Vec<OwnedNotified>),
}

struct Dialling {
    dial: WeakShared<BoxFuture<'static, Result<Link, DialError>>>,
    joined: usize,
}

/// The links of one process.
pub(super) struct Links {
    /// Fingerprints are this process's own. Without it nothing is shared.
    salt: Option<Zeroizing<[u8; 32]>>,
    /// So many sessions on a host get links of their own.
    apart: usize,
    /// So long a link stays after its last use; zero ends it with its last user.
    idle: Duration,
    patience: Duration,
    shelf: Mutex<Shelf>,
    known: Mutex<BTreeMap<u64, Known>>,
}

#[derive(Default)]
struct Shelf {
    groups: HashMap<Likeness, Weak<Group>>,
    dialling: HashMap<Likeness, Vec<Dialling>>,
    /// Links that stay for the next use, by number. All others end with their last user.
    kept: HashMap<u64, Link>,
}

impl Shelf {
    fn group(&self, likeness: &Likeness) -> Option<Arc<Group>> {
        self.groups.get(likeness)?.upgrade()
    }

    fn joins(&mut self, likeness: &Likeness, most: usize) -> Option<Dial> {
        let dialling = self.dialling.get_mut(likeness)?;
        dialling.retain(|one| one.dial.upgrade().is_some_and(|dial| dial.peek().is_none()));
        let one = dialling.iter_mut().find(|one| one.joined < most)?;
        one.joined += 1;
        one.dial.upgrade()
    }

    fn dials(&mut self, likeness: Likeness, dial: Dial) -> Dial {
        self.dialling.retain(|_, dialling| {
            dialling.retain(|one| one.dial.upgrade().is_some_and(|dial| dial.peek().is_none()));
            !dialling.is_empty()
        });
        if let Some(weak) = dial.downgrade() {
            self.dialling.entry(likeness).or_default().push(Dialling { dial: weak, joined: 1 });
        }
        dial
    }
}

impl Links {
    pub(super) fn new(apart: usize, idle: Duration, patience: Duration) -> Self {
        let salt = random::bytes().ok();
        Self { salt, apart, idle, patience, shelf: Mutex::default(), known: Mutex::default() }
    }

    /// What this account would dial.
    pub(super) fn likeness(
        &self,
        account: &AccountId,
        target: &Target,
        trusted: &HostTrust,
        (login, lent): (&Login, Option<&CredentialId>),
        wish: Wish,
    ) -> Option<Likeness> {
        let mut digest = Sha256::new().chain_update(b"berth link v1:").chain_update(self.salt.as_deref()?);
        let mut field = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        field(&[u8::from(wish == Wish::Bulk), u8::from(login.forward_agent)]);
        field(account.as_str().as_bytes());
        field(target.keyring().as_bytes());
        // Two entries may lead to one place: what stands on a link is asked for the rights on the entry that it was dialled for.
        field(target.host_id().map_or("", HostId::as_str).as_bytes());
        field(&target.via().map_or(0, Link::number).to_be_bytes());
        field(login.username.as_bytes());
        // What stands on a credential of others ends with it, whatever else has the same secret.
        field(lent.map_or("", CredentialId::as_str).as_bytes());
        for secret in [&login.password, &login.private_key, &login.passphrase] {
            field(&[u8::from(secret.is_some())]);
            field(secret.as_ref().map_or("", Secret::expose).as_bytes());
        }
        field(login.certificate.as_deref().unwrap_or_default().as_bytes());
        for keys in [&trusted.keys, &trusted.authorities, &trusted.revoked] {
            field(&(keys.len() as u64).to_be_bytes());
            keys.iter().for_each(|key| field(key.as_bytes()));
        }
        Some(digest.finalize().into())
    }

    /// The link that others go through too, or its handshake: always the same one, while it stands.
    pub(super) fn way(&self, likeness: &Likeness, dial: impl FnOnce() -> Dial) -> Seat {
        let mut shelf = self.shelf();
        let standing = shelf.group(likeness).map(|group| group.standing()).unwrap_or_default();
        if let Some(link) = standing.into_iter().find(|link| link.left_behind() < LEFT_BEHIND) {
            return Seat::Taken(link);
        }
        Seat::Dialled(match shelf.joins(likeness, usize::MAX) {
            Some(dial) => dial,
            None => shelf.dials(*likeness, dial()),
        })
    }

    /// A place for one more channel: on a link that stands and has room, else on the one that is being dialled, else on
    /// one that `dial` begins. Who is patient waits first for a command to end.
    pub(super) fn seat(&self, likeness: &Likeness, uses: Use, patient: bool, dial: impl FnOnce() -> Dial) -> Seat {
        let mut shelf = self.shelf();
        let group = shelf.group(likeness);
        // Made before the places are counted, so that none is given back unheard in between.
        let ends = group.as_ref().map(|group| group.ends()).unwrap_or_default();
        if let Some(link) = group.and_then(|group| group.find(uses)) {
            return Seat::Taken(link.reserve(uses.carries()));
        }
        if let Some(dial) = shelf.joins(likeness, uses.may_join()) {
            return Seat::Dialled(dial);
        }
        if patient && uses == Use::Command && !ends.is_empty() {
            return Seat::Wait(ends);
        }
        Seat::Dialled(shelf.dials(*likeness, dial()))
    }

    /// The next one may share this link.
    pub(super) fn keep(&self, likeness: Likeness, link: &Link) {
        let mut shelf = self.shelf();
        shelf.groups.retain(|_, group| group.strong_count() > 0);
        let group = shelf.group(&likeness).unwrap_or_default();
        shelf.groups.insert(likeness, Arc::downgrade(&group));
        group.uses(link);
        if !self.idle.is_zero() {
            shelf.kept.insert(link.number(), link.clone());
        }
    }

    /// Whether a spare link should be dialled for the next session: one at a time, and only so many are kept apart.
    pub(super) fn wants_spare(&self, likeness: &Likeness) -> Option<SpareWanted> {
        let group = self.shelf().group(likeness)?;
        group.wants_spare(self.apart)
    }

    /// Nobody new shall come onto this link; it ends with its last user.
    pub(super) fn retire(&self, link: &Link) {
        let kept = self.shelf().kept.remove(&link.number());
        if let Some(group) = link.company().and_then(|company| company.downcast::<Group>().ok()) {
            group.forget(link.number());
        }
        drop(kept);
    }

    /// Every link ends with its last user from here on.
    pub(super) fn let_all_go(&self) {
        let kept = std::mem::take(&mut self.shelf().kept);
        drop(kept);
    }

    /// How long a command waits for one before it to end.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// How long a link stays after its last use.
    pub(super) fn idle(&self) -> Duration {
        self.idle
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<u64, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The links that stay of this host, or of all hosts of the account, end with their last user: at once when nobody
    /// uses them.
    pub(super) fn let_go(&self, account: &AccountId, host: Option<&HostId>) {
        let theirs: Vec<Link> = {
            let known = self.known();
            let theirs = known.values().filter(|known| known.is_of(account, host));
            theirs.filter_map(Known::link).collect()
        };
        theirs.iter().for_each(|link| self.retire(link));
    }
}

/// A dial that several may wait for.
pub(super) fn shared(dial: impl Future<Output = Result<Link, DialError>> + Send + 'static) -> Dial {
    dial.boxed().shared()
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
