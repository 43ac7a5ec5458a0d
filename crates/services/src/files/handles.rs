//! Ways to hosts' files that stay warm: opening one costs a channel and two round trips, and a person looks at many folders.
//!
//! A way belongs to the sign-in or token that opened it, so that nobody gets further by it than by their own secrets, and
//! to what was dialled: a host that was given another address or credential is dialled anew.

use crate::{
    Caller, Via,
    inventory::{Footing, Use},
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use transport::Files;
use wire::{
    AccountId, CredentialId, HostId,
    inventory::{HostView, Protocol},
};

/// So many are kept in all; the one that was used longest ago gives way.
const MOST: usize = 256;

/// What a way is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Looking, and small work.
    Looking,
    /// Whatever may be long.
    Bulk,
}

impl Lane {
    pub(super) fn uses(self) -> Use {
        match self {
            Self::Looking => Use::Files,
            Self::Bulk => Use::Bulk,
        }
    }
}

/// A host as it is now, and what a use of it stands on.
pub(super) type Seen<'a> = (&'a HostView, &'a Footing);

#[derive(PartialEq, Eq)]
struct Key {
    account: AccountId,
    via: Via,
    host: HostId,
    address: String,
    port: u16,
    protocol: Protocol,
    username: Option<String>,
    credential: Option<CredentialId>,
    jump: Option<HostId>,
    /// Where others allow or lend something else than before, on the host or on the way to it, or other keys are trusted, it is
    /// not the same sign-in any more.
    footing: Footing,
    lane: Lane,
}

impl Key {
    /// The files of an FTP host are a handful of connections for everything.
    fn of(caller: &Caller, (host, footing): Seen<'_>, lane: Lane) -> Self {
        let lane = if host.protocol == Protocol::Ssh { lane } else { Lane::Looking };
        Self {
            account: caller.account().clone(),
            via: caller.via().clone(),
            host: host.id.clone(),
            address: host.address.clone(),
            port: host.port,
            protocol: host.protocol,
            username: host.effective.username.clone(),
            credential: host.effective.credential_id.clone(),
            jump: host.effective.jump_host_id.clone(),
            footing: footing.clone(),
            lane,
        }
    }
}

struct Kept {
    key: Key,
    files: Files,
    used: Instant,
}

/// The warm ways of one process.
pub(super) struct Handles {
    warm: Duration,
    kept: Mutex<Vec<Kept>>,
}

impl Handles {
    pub(super) fn new(warm: Duration) -> Self {
        Self { warm, kept: Mutex::default() }
    }

    /// Whether any way stays.
    pub(super) fn keeps(&self) -> bool {
        !self.warm.is_zero()
    }

    /// One that stands.
    pub(super) fn warm(&self, caller: &Caller, seen: Seen<'_>, lane: Lane) -> Option<Files> {
        let key = Key::of(caller, seen, lane);
        let mut kept = self.kept();
        let at = kept.iter().position(|one| one.key == key)?;
        if !kept[at].files.is_open() || kept[at].used.elapsed() >= self.warm {
            kept.swap_remove(at);
            return None;
        }
        kept[at].used = Instant::now();
        Some(kept[at].files.clone())
    }

    /// The next one may use it too.
    pub(super) fn keep(&self, caller: &Caller, seen: Seen<'_>, lane: Lane, files: &Files) {
        if !self.keeps() {
            return;
        }
        let key = Key::of(caller, seen, lane);
        let mut kept = self.kept();
        kept.retain(|one| one.key != key);
        if kept.len() >= MOST
            && let Some((oldest, _)) = kept.iter().enumerate().min_by_key(|(_, one)| one.used)
        {
            kept.swap_remove(oldest);
        }
        kept.push(Kept { key, files: files.clone(), used: Instant::now() });
    }

    /// Lets go of those that nobody used for long, and of those that broke.
    pub(super) fn sweep(&self) {
        self.kept().retain(|one| one.files.is_open() && one.used.elapsed() < self.warm);
    }

    /// Whose they are.
    pub(super) fn accounts(&self) -> BTreeSet<AccountId> {
        self.kept().iter().map(|one| one.key.account.clone()).collect()
    }

    /// Lets go of those of this account.
    pub(super) fn let_go(&self, account: &AccountId) {
        self.kept().retain(|one| &one.key.account != account);
    }

    pub(super) fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
