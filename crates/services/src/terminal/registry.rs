//! Which sessions this process holds. A place is `opening` while the host is dialled, then `live`.

use super::metrics::Counted;
use crate::{Via, inventory::Leg};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use transport::{Link, TmuxName};
use wire::{
    AccountId, HostId, SessionId,
    terminal::{EndReason, Ending, RecordingState},
};

/// A running session and what it stands on.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) id: SessionId,
    pub(super) owner: AccountId,
    pub(super) opened_by: Via,
    pub(super) host_name: String,
    /// Its host, when that is another account's.
    pub(super) of_another: Option<HostId>,
    /// The hosts that its link stands on.
    pub(super) legs: Vec<Leg>,
    pub(super) session: session::Session,
    pub(super) link: Link,
    pub(super) counted: Arc<Counted>,
    /// Where its shell runs on the host, when not plainly.
    pub(super) tmux: Option<TmuxName>,
    /// Where its recording stands.
    pub(super) recording: watch::Receiver<RecordingState>,
}

enum Slot {
    /// Being opened; says so when that is to be broken off.
    Opening(watch::Sender<Option<Ending>>),
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
    ended: watch::Receiver<Option<Ending>>,
}

impl Registry {
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces a session that is about to be opened.
    pub(super) fn opening(&self, id: &SessionId) -> Opening {
        let (end, ended) = watch::channel(None);
        self.slots().insert(id.clone(), Slot::Opening(end));
        Opening { registry: self.clone(), id: id.clone(), ended }
    }

    /// Breaks an opening off. The first ending counts.
    pub(super) fn break_off(&self, id: &SessionId, ending: &Ending) {
        if let Some(Slot::Opening(end)) = self.slots().get(id) {
            break_off(end, ending);
        }
    }

    /// Breaks all off.
    pub(super) fn break_off_all(&self, ending: &Ending) {
        for slot in self.slots().values() {
            if let Slot::Opening(end) = slot {
                break_off(end, ending);
            }
        }
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
                Slot::Opening(_) => None,
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
    /// The session runs, unless the opening was broken off before: then it is to end like that.
    pub(super) fn goes_live(self, live: Live) -> Result<(), Ending> {
        let mut slots = self.registry.slots();
        match slots.get(&self.id) {
            Some(Slot::Opening(end)) => {
                if let Some(ending) = end.borrow().clone() {
                    return Err(ending);
                }
            }
            // Whoever ended it has removed it.
            _ => return Err(EndReason::User.into()),
        }
        slots.insert(self.id.clone(), Slot::Live(Box::new(live)));
        Ok(())
    }

    /// Waits until the opening is broken off.
    pub(super) async fn broken_off(&mut self) -> Ending {
        match self.ended.wait_for(Option::is_some).await {
            Ok(ending) => ending.clone().unwrap_or_else(|| EndReason::User.into()),
            // Whoever ended it has removed it.
            Err(_) => EndReason::User.into(),
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut slots = self.registry.slots();
        if matches!(slots.get(&self.id), Some(Slot::Opening(_))) {
            slots.remove(&self.id);
        }
    }
}

fn break_off(end: &watch::Sender<Option<Ending>>, ending: &Ending) {
    end.send_if_modified(|first| first.is_none() && first.replace(ending.clone()).is_none());
}
