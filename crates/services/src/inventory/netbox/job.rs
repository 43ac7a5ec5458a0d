//! Imports that go on, one an account, and the last ones that ended.

use crate::{ServiceError, clock, events::Events, vault::random};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use wire::{
    AccountId, NetBoxJobId,
    events::Topic,
    inventory::{NetBoxFilters, NetBoxJob, NetBoxJobState, NetBoxReport},
};

/// So many ended ones of an account are kept.
const ENDED: usize = 3;

/// So long one is kept after its end.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// One import.
pub(super) struct Job {
    pub(super) owner: AccountId,
    pub(super) cancel: CancellationToken,
    told: Events,
    view: Mutex<NetBoxJob>,
}

/// What is to be done.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    /// Whether nothing is changed.
    pub(super) dry_run: bool,
    /// Whether nobody asked for it just now.
    pub(super) scheduled: bool,
    /// Which devices are asked for.
    pub(super) filters: NetBoxFilters,
}

impl Job {
    fn held(&self) -> MutexGuard<'_, NetBoxJob> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands.
    pub(super) fn view(&self) -> NetBoxJob {
        self.held().clone()
    }

    /// Notes how far it is.
    pub(super) fn note(&self, note: impl FnOnce(&mut NetBoxJob)) {
        note(&mut self.held());
        self.tell();
    }

    /// Tells the owner's pages that it is not as it was.
    fn tell(&self) {
        self.told.changed(&self.owner, Topic::Netbox, None);
    }

    /// From here on it is not cancelled any more. `false` when it was before.
    pub(super) fn begins_to_write(&self) -> bool {
        let mut view = self.held();
        let goes_on = !self.cancel.is_cancelled();
        if goes_on {
            view.state = NetBoxJobState::Writing;
        }
        drop(view);
        self.tell();
        goes_on
    }

    /// Cancels it, unless it writes already.
    pub(super) fn cancel(&self) -> bool {
        let view = self.held();
        let may = view.state == NetBoxJobState::Fetching;
        if may {
            self.cancel.cancel();
        }
        may
    }

    /// Notes its end.
    pub(super) fn end(&self, outcome: Option<Result<NetBoxReport, ServiceError>>) {
        let mut view = self.held();
        view.ended_at = Some(clock::now());
        match outcome {
            None => view.state = NetBoxJobState::Cancelled,
            Some(Err(error)) => {
                view.state = NetBoxJobState::Failed;
                view.error = Some(error.fault().detail);
            }
            Some(Ok(report)) => {
                view.state = NetBoxJobState::Done;
                view.written = if view.dry_run { 0 } else { report.import.added + report.import.updated };
                view.report = Some(report);
            }
        }
        drop(view);
        self.tell();
    }
}

/// All of them. Ids sort by time.
pub(super) struct Jobs {
    all: Mutex<BTreeMap<NetBoxJobId, Arc<Job>>>,
    told: Events,
}

impl Jobs {
    /// None yet; how they stand is told here.
    pub(super) fn new(told: Events) -> Self {
        Self { all: Mutex::default(), told }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<NetBoxJobId, Arc<Job>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one, unless one of the account goes on.
    pub(super) fn begin(&self, owner: &AccountId, wish: Wish) -> Result<Arc<Job>, ServiceError> {
        let view = NetBoxJob {
            id: random::id()?,
            state: NetBoxJobState::Fetching,
            dry_run: wish.dry_run,
            scheduled: wish.scheduled,
            filters: wish.filters,
            fetched: 0,
            total: 0,
            written: 0,
            started_at: clock::now(),
            ended_at: None,
            waited_ms: 0,
            error: None,
            report: None,
        };
        let mut jobs = self.held();
        let mine: Vec<_> = jobs.values().rev().filter(|job| &job.owner == owner).cloned().collect();
        if mine.iter().any(|job| job.view().state.goes_on()) {
            return Err(ServiceError::Conflict(
                "an import from NetBox goes on already; wait for its end or cancel it".to_owned(),
            ));
        }
        for old in mine.iter().skip(ENDED - 1) {
            jobs.remove(&old.view().id);
        }
        let (cancel, told) = (CancellationToken::new(), self.told.clone());
        let job = Job { owner: owner.clone(), cancel, told, view: Mutex::new(view.clone()) };
        let job = Arc::new(job);
        jobs.insert(view.id, Arc::clone(&job));
        Ok(job)
    }

    /// The account's job with this id.
    pub(super) fn get(&self, owner: &AccountId, id: &NetBoxJobId) -> Result<Arc<Job>, ServiceError> {
        self.sweep();
        let found = self.held().get(id).filter(|job| &job.owner == owner).cloned();
        found.ok_or_else(|| ServiceError::missing("import", id))
    }

    /// The account's newest one.
    pub(super) fn newest(&self, owner: &AccountId) -> Option<Arc<Job>> {
        self.sweep();
        self.held().values().rev().find(|job| &job.owner == owner).cloned()
    }

    /// Forgets one that ended.
    pub(super) fn forget(&self, id: &NetBoxJobId) {
        self.held().remove(id);
    }

    /// Cancels the account's one that nobody asked for just now, when it may be.
    pub(super) fn cancel_scheduled(&self, owner: &AccountId) {
        for job in self.held().values().filter(|job| &job.owner == owner && job.view().scheduled) {
            // One that writes already ends by itself.
            let _ = job.cancel();
        }
    }

    /// Cancels the account's one, when it may be.
    pub(super) fn cancel_of(&self, owner: &AccountId) {
        for job in self.held().values().filter(|job| &job.owner == owner) {
            // One that writes already ends by itself.
            let _ = job.cancel();
        }
    }

    /// Cancels all that may be.
    pub(super) fn cancel_all(&self) {
        for job in self.held().values() {
            // One that writes already is waited for.
            let _ = job.cancel();
        }
    }

    fn sweep(&self) {
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        let oldest = clock::now().millis().saturating_sub(kept);
        self.held().retain(|_, job| job.view().ended_at.is_none_or(|at| at.millis() >= oldest));
    }
}
