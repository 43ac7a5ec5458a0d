//! Who has to look again: every room says here that something of an account has changed, and each page that listens is
//! told so, for what its account may see.
//!
//! A listener has a small set of what it was not told yet, not a queue: a change that it does not know of is told once,
//! however often it happened, and a flood of them becomes "any number". So a listener that does not read loses nothing and
//! holds nothing, and telling never waits. What this cannot do: reach the listeners of another process.

mod moves;

pub(crate) use moves::Moved;

use crate::{Caller, ServiceError};
use moves::Moves;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use wire::{AccountId, HostId, accounts::Role, events::Topic};

/// So many things of a topic are named one by one; more become "any number".
const NAMED: usize = 16;

/// At most this often is a listener told something. The first change after a pause is told at once.
const PAUSE: Duration = Duration::from_millis(250);

/// So many pages of an account listen at once; each costs a socket.
const LISTENERS: usize = 100;

/// Something is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of thing.
    pub topic: Topic,
    /// Which one; without it, any number of them.
    pub id: Option<String>,
}

/// Where changes are told. Cheap to clone.
#[derive(Clone, Default)]
pub struct Events(Arc<House>);

#[derive(Default)]
struct House {
    listeners: Mutex<BTreeMap<u64, Arc<Ear>>>,
    next: AtomicU64,
    moves: Mutex<BTreeMap<AccountId, Moves>>,
    inventories: watch::Sender<()>,
    closed: CancellationToken,
}

struct Ear {
    account: AccountId,
    role: Role,
    is_admin: bool,
    /// Accounts that share hosts with this one.
    follows: Mutex<BTreeSet<AccountId>>,
    untold: Mutex<BTreeMap<Topic, Which>>,
    heard: Notify,
}

/// What of a topic was not told yet.
enum Which {
    These(BTreeSet<String>),
    Any,
}

/// Somebody who listens. Dropped, it is forgotten.
pub struct Listener {
    events: Events,
    number: u64,
    ear: Arc<Ear>,
    not_before: Instant,
}

impl Events {
    /// Says that something of an account has changed. `id` names it; without one it may be any number of things.
    pub fn changed(&self, account: &AccountId, topic: Topic, id: Option<&str>) {
        match (topic, id.map(str::parse::<HostId>)) {
            (Topic::Hosts, Some(Ok(id))) => self.moves(account, |moves| moves.hosts([id])),
            (Topic::Hosts, _) => self.moves(account, Moves::everything),
            (Topic::Folders | Topic::Credentials, _) => self.moves(account, |moves| moves.hosts([])),
            _ => {}
        }
        self.tell(account, topic, id);
    }

    /// Says that these hosts of an account have changed, and the folders that they lie or lay in: to its pages as "any number".
    /// Answers the revision that it makes.
    pub(crate) fn hosts_changed(&self, account: &AccountId, ids: impl IntoIterator<Item = HostId>) -> u64 {
        let revision = self.moves(account, |moves| {
            moves.hosts(ids);
            moves.revision()
        });
        self.tell(account, Topic::Hosts, None);
        self.tell(account, Topic::Folders, None);
        revision
    }

    /// Hears that hosts, folders or trusted keys of anybody changed, without whose and which.
    pub(crate) fn inventories(&self) -> watch::Receiver<()> {
        self.0.inventories.subscribe()
    }

    fn tell(&self, account: &AccountId, topic: Topic, id: Option<&str>) {
        if matches!(topic, Topic::Hosts | Topic::Folders | Topic::HostKeys) {
            self.0.inventories.send_replace(());
        }
        for ear in self.listeners().values() {
            if ear.may_know(account, topic) {
                ear.hear(topic, id);
            } else if ear.follows(account, topic) {
                // Which host it was is not everybody's to know.
                ear.hear(topic, None);
            }
        }
    }

    /// A number that is another one after each change of the account's hosts, folders or credentials.
    pub(crate) fn revision(&self, account: &AccountId) -> u64 {
        self.moves(account, |moves| moves.revision())
    }

    /// What of the account's hosts moved after a revision.
    pub(crate) fn moved_since(&self, account: &AccountId, revision: u64) -> Moved {
        self.moves(account, |moves| moves.since(revision))
    }

    fn moves<T>(&self, account: &AccountId, work: impl FnOnce(&mut Moves) -> T) -> T {
        let mut moves = self.0.moves.lock().unwrap_or_else(PoisonError::into_inner);
        work(moves.entry(account.clone()).or_default())
    }

    /// Listens to what the caller may know of, from now on.
    ///
    /// # Errors
    /// `Conflict` when very many of the account listen already.
    pub fn listen(&self, caller: &Caller) -> Result<Listener, ServiceError> {
        let number = self.0.next.fetch_add(1, Relaxed);
        let ear = Arc::new(Ear {
            account: caller.account().clone(),
            role: caller.role(),
            is_admin: caller.is_admin(),
            follows: Mutex::default(),
            untold: Mutex::default(),
            heard: Notify::new(),
        });
        let mut listeners = self.listeners();
        if listeners.values().filter(|other| other.account == ear.account).count() >= LISTENERS {
            return Err(ServiceError::Conflict(format!(
                "{LISTENERS} pages and scripts of this account listen already; close some of them"
            )));
        }
        listeners.insert(number, ear.clone());
        drop(listeners);
        Ok(Listener { events: self.clone(), number, ear, not_before: Instant::now() })
    }

    /// How many listen.
    pub fn listening(&self) -> usize {
        self.listeners().len()
    }

    /// Tells every listener that there is nothing more to come.
    pub(crate) fn close(&self) {
        self.0.closed.cancel();
    }

    fn listeners(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Ear>>> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ear {
    /// Everybody knows of their own things; an admin of everybody's sessions, and whoever may watch of recordings.
    fn may_know(&self, account: &AccountId, topic: Topic) -> bool {
        &self.account == account
            || match topic {
                Topic::Sessions => self.is_admin,
                Topic::Recordings => matches!(self.role, Role::Admin | Role::Viewer),
                _ => false,
            }
    }

    fn follows(&self, account: &AccountId, topic: Topic) -> bool {
        matches!(topic, Topic::Hosts | Topic::Folders)
            && self.follows.lock().unwrap_or_else(PoisonError::into_inner).contains(account)
    }

    fn hear(&self, topic: Topic, id: Option<&str>) {
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        match (untold.entry(topic).or_insert_with(|| Which::These(BTreeSet::new())), id) {
            (Which::Any, _) => {}
            (Which::These(ids), Some(id)) if ids.len() < NAMED || ids.contains(id) => {
                ids.insert(id.to_owned());
            }
            (which, _) => *which = Which::Any,
        }
        drop(untold);
        self.heard.notify_one();
    }

    fn take(&self) -> Vec<Change> {
        let untold = std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
        let changes = untold.into_iter().flat_map(|(topic, which)| {
            let ids = match which {
                Which::These(ids) => ids.into_iter().map(Some).collect(),
                Which::Any => vec![None],
            };
            ids.into_iter().map(move |id| Change { topic, id })
        });
        changes.collect()
    }
}

impl Listener {
    /// Hears from now on that hosts of these accounts have changed, not which: they share some. Whether they are others than
    /// before.
    pub fn follow(&self, accounts: BTreeSet<AccountId>) -> bool {
        let mut follows = self.ear.follows.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *follows, accounts.clone()) != accounts
    }

    /// The next changes, a few at once; `None` when the server stops. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Option<Vec<Change>> {
        let closed = self.events.0.closed.clone();
        loop {
            let heard = async {
                sleep_until(self.not_before).await;
                self.ear.heard.notified().await;
            };
            closed.run_until_cancelled(heard).await?;
            // Between being woken and here nothing waits, so a dropped wait has not taken anything.
            let changes = self.ear.take();
            if !changes.is_empty() {
                self.not_before = Instant::now() + PAUSE;
                return Some(changes);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.events.listeners().remove(&self.number);
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
