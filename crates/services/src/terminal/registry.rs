//! Which sessions this process holds. A place is `opening` while the host is dialled, then `live`.

use super::metrics::Counted;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use transport::Link;
use wire::{AccountId, SessionId};

/// A running session and what it stands on.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) id: SessionId,
    pub(super) owner: AccountId,
    pub(super) host_name: String,
    pub(super) session: session::Session,
    pub(super) link: Link,
    pub(super) counted: Arc<Counted>,
}

enum Slot {
    Opening,
    Live(Box<Live>),
}

type Slots = HashMap<SessionId, Slot>;

/// The sessions of this process.
#[derive(Default, Clone)]
pub(super) struct Registry(Arc<Mutex<Slots>>);

/// Held while a session is being opened, so that the reaper leaves its row alone.
pub(super) struct Opening {
    registry: Registry,
    id: SessionId,
}

impl Registry {
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces a session that is about to be opened.
    pub(super) fn opening(&self, id: &SessionId) -> Opening {
        self.slots().insert(id.clone(), Slot::Opening);
        Opening { registry: self.clone(), id: id.clone() }
    }

    pub(super) fn live(&self, id: &SessionId) -> Option<Live> {
        match self.slots().get(id) {
            Some(Slot::Live(live)) => Some((**live).clone()),
            _ => None,
        }
    }

    pub(super) fn holds(&self, id: &SessionId) -> bool {
        self.slots().contains_key(id)
    }

    pub(super) fn all(&self) -> Vec<Live> {
        self.slots()
            .values()
            .filter_map(|slot| match slot {
                Slot::Live(live) => Some((**live).clone()),
                Slot::Opening => None,
            })
            .collect()
    }

    pub(super) fn remove(&self, id: &SessionId) {
        self.slots().remove(id);
    }

    pub(super) fn len(&self) -> usize {
        self.slots().len()
    }
}

impl Opening {
    /// The session runs.
    pub(super) fn goes_live(self, live: Live) {
        self.registry.slots().insert(self.id.clone(), Slot::Live(Box::new(live)));
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut slots = self.registry.slots();
        if matches!(slots.get(&self.id), Some(Slot::Opening)) {
            slots.remove(&self.id);
        }
    }
}
