//! A monitored host as those who look see it: where it stands, its figures, the last minutes, and who looks.

use crate::Caller;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use wire::{
    AccountId, Fault, HostId,
    monitor::{MonitorFigures, MonitorMessage, MonitorPoint},
};

/// So many points are kept: five minutes of one a second.
pub(super) const KEPT: usize = 300;

/// A host that somebody of an account looks at.
pub(super) struct Monitored {
    pub(super) account: AccountId,
    pub(super) id: HostId,
    shown: Mutex<Shown>,
    moved: watch::Sender<()>,
    lookers: Mutex<BTreeMap<u64, Caller>>,
    /// Somebody came who may bring what was missing.
    pub(super) came: Notify,
    left: Notify,
    /// Nothing comes any more.
    pub(super) over: CancellationToken,
}

#[derive(Default)]
struct Shown {
    standing: Standing,
    /// How often it has changed.
    turns: u64,
    points: VecDeque<MonitorPoint>,
    /// How many points there were before those that are kept.
    forgotten: u64,
    latest: Option<MonitorFigures>,
}

/// Where it stands with the host.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Standing {
    /// It is being reached.
    #[default]
    Connecting,
    /// Figures come.
    Live,
    /// It cannot be monitored, and is tried again in so many seconds, or when somebody comes.
    Failed(Box<Fault>, Option<u64>),
}

impl Monitored {
    pub(super) fn new(account: AccountId, id: HostId) -> Self {
        Self {
            account,
            id,
            shown: Mutex::default(),
            moved: watch::Sender::new(()),
            lookers: Mutex::default(),
            came: Notify::new(),
            left: Notify::new(),
            over: CancellationToken::new(),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lookers(&self) -> MutexGuard<'_, BTreeMap<u64, Caller>> {
        self.lookers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says where it stands.
    pub(super) fn stands(&self, standing: Standing) {
        let mut shown = self.shown();
        if shown.standing != standing {
            shown.standing = standing;
            shown.turns += 1;
            drop(shown);
            self.moved.send_replace(());
        }
    }

    fn has_failed(&self) -> bool {
        matches!(self.shown().standing, Standing::Failed(..))
    }

    /// Shows a reading.
    pub(super) fn shows(&self, figures: MonitorFigures) {
        let mut shown = self.shown();
        shown.points.push_back(MonitorPoint::from(&figures));
        if shown.points.len() > KEPT {
            shown.points.pop_front();
            shown.forgotten += 1;
        }
        shown.latest = Some(figures);
        drop(shown);
        self.stands(Standing::Live);
        self.moved.send_replace(());
    }

    /// Those who look, the last one who came first.
    pub(super) fn callers(&self) -> Vec<Caller> {
        self.lookers().values().rev().cloned().collect()
    }

    /// How many look.
    pub(super) fn looked_at_by(&self) -> usize {
        self.lookers().len()
    }

    /// Waits until somebody leaves.
    pub(super) async fn left(&self) {
        self.left.notified().await;
    }
}

/// A look at a host. Dropped, it is forgotten; a host that nobody looks at any more is let go.
pub struct Look {
    host: Arc<Monitored>,
    number: u64,
    moved: watch::Receiver<()>,
    /// The turn that was told last.
    turn: Option<u64>,
    /// The number of the next point.
    next: u64,
}

impl Look {
    /// `number` is greater than those before it.
    pub(super) fn new(host: &Arc<Monitored>, number: u64, caller: Caller) -> Self {
        host.lookers().insert(number, caller);
        // It is tried again for whoever comes, so what failed before is nothing to tell.
        if host.has_failed() {
            host.stands(Standing::Connecting);
        }
        host.came.notify_one();
        Self { host: host.clone(), number, moved: host.moved.subscribe(), turn: None, next: 0 }
    }

    /// What is new to this look: at once the first time. `None` when nothing comes any more. One that is slow gets the
    /// newest figures, and of those in between what is drawn of them. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Option<Vec<MonitorMessage>> {
        let over = self.host.over.clone();
        loop {
            self.moved.borrow_and_update();
            let messages = self.take();
            if !messages.is_empty() {
                return Some(messages);
            }
            over.run_until_cancelled(self.moved.changed()).await?.ok()?;
        }
    }

    fn take(&mut self) -> Vec<MonitorMessage> {
        let shown = self.host.shown();
        let mut messages = Vec::new();
        let end = shown.forgotten + shown.points.len() as u64;
        if let Some(figures) = shown.latest.as_ref().filter(|_| self.next < end) {
            let known = self.next.saturating_sub(shown.forgotten) as usize;
            let missed: Vec<_> =
                shown.points.iter().skip(known).take(shown.points.len() - 1 - known).cloned().collect();
            if !missed.is_empty() {
                messages.push(MonitorMessage::History { points: missed });
            }
            messages.push(MonitorMessage::Figures { figures: Box::new(figures.clone()) });
            self.next = end;
        }
        if self.turn != Some(shown.turns) {
            self.turn = Some(shown.turns);
            match &shown.standing {
                Standing::Live => {}
                Standing::Connecting => messages.push(MonitorMessage::Connecting),
                Standing::Failed(fault, retry_seconds) => {
                    messages.push(MonitorMessage::Failed { fault: fault.clone(), retry_seconds: *retry_seconds });
                }
            }
        }
        messages
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        self.host.lookers().remove(&self.number);
        self.host.left.notify_one();
    }
}

#[cfg(test)]
#[path = "monitored_tests.rs"]
mod tests;
