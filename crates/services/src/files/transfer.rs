//! One transfer: what it does, how far it is, and how it ended.

use crate::{clock, events::Events};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wire::{
    AccountId, Timestamp, TransferId,
    events::Topic,
    files::{FilesCount, RemotePath, TransferKind, TransferState, TransferView},
    inventory::HostView,
};

/// At most this often is told how far it is.
const PAUSE: Duration = Duration::from_millis(250);

/// So many failures are told one by one.
const TOLD_FAILURES: usize = 20;

/// A transfer.
pub(super) struct Transfer {
    pub(super) id: TransferId,
    pub(super) owner: AccountId,
    pub(super) cancelled: CancellationToken,
    plan: Plan,
    events: Events,
    started_at: Timestamp,
    progress: Mutex<Progress>,
}

/// What is to be done.
pub(super) struct Plan {
    pub(super) kind: TransferKind,
    pub(super) host: HostView,
    pub(super) to: Option<(HostView, RemotePath)>,
    pub(super) paths: Vec<RemotePath>,
}

struct Progress {
    state: TransferState,
    total: FilesCount,
    items: u64,
    bytes: u64,
    failed: u64,
    failures: Vec<String>,
    told: Instant,
    ended: Option<(Timestamp, Instant)>,
}

impl Transfer {
    pub(super) fn new(id: TransferId, owner: AccountId, plan: Plan, events: Events) -> Self {
        let progress = Progress {
            state: TransferState::Waiting,
            total: FilesCount::default(),
            items: 0,
            bytes: 0,
            failed: 0,
            failures: Vec::new(),
            told: Instant::now(),
            ended: None,
        };
        let cancelled = CancellationToken::new();
        Self { id, owner, cancelled, plan, events, started_at: clock::now(), progress: Mutex::new(progress) }
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn is_over(&self) -> bool {
        self.progress().state.is_over()
    }

    pub(super) fn ended_before(&self, keep: Duration) -> bool {
        self.progress().ended.is_some_and(|(_, at)| at.elapsed() >= keep)
    }

    pub(super) fn begins(&self, state: TransferState) {
        self.progress().state = state;
        self.tell();
    }

    pub(super) fn counted(&self, total: FilesCount) {
        self.progress().total = total;
        self.begins(TransferState::Running);
    }

    pub(super) fn items_done(&self) -> u64 {
        self.progress().items
    }

    pub(super) fn did_item(&self) {
        self.went_on(|progress| progress.items += 1);
    }

    pub(super) fn did_bytes(&self, bytes: u64) {
        self.went_on(|progress| progress.bytes += bytes);
    }

    pub(super) fn failed(&self, why: String) {
        self.went_on(|progress| {
            progress.failed += 1;
            if progress.failures.len() < TOLD_FAILURES {
                progress.failures.push(why);
            }
        });
    }

    /// It is over; with how many files something went wrong.
    pub(super) fn ends(&self, was_cancelled: bool) -> u64 {
        let failed = {
            let mut progress = self.progress();
            progress.state = match (was_cancelled, progress.failed) {
                (true, _) => TransferState::Cancelled,
                (false, 0) => TransferState::Done,
                (false, _) => TransferState::Failed,
            };
            progress.ended = Some((clock::now(), Instant::now()));
            progress.failed
        };
        self.tell();
        failed
    }

    /// Tells the owner's pages.
    pub(super) fn tell(&self) {
        self.events.changed(&self.owner, Topic::Transfers, Some(self.id.as_str()));
    }

    pub(super) fn view(&self) -> TransferView {
        let (plan, progress) = (&self.plan, self.progress());
        TransferView {
            id: self.id.clone(),
            kind: plan.kind,
            state: progress.state,
            host_id: plan.host.id.clone(),
            host_name: plan.host.name.clone(),
            to_host_name: plan.to.as_ref().map(|(host, _)| host.name.clone()),
            to: plan.to.as_ref().map(|(_, folder)| folder.clone()),
            path: plan.paths.first().cloned().unwrap_or_else(RemotePath::root),
            paths: plan.paths.len(),
            items: (progress.total.files + progress.total.folders).max(progress.items),
            items_done: progress.items,
            bytes: progress.total.bytes.max(progress.bytes),
            bytes_done: progress.bytes,
            failures: progress.failures.clone(),
            failed: progress.failed,
            started_at: self.started_at,
            ended_at: progress.ended.map(|(at, _)| at),
        }
    }

    fn went_on(&self, how: impl FnOnce(&mut Progress)) {
        let mut progress = self.progress();
        how(&mut progress);
        if progress.told.elapsed() >= PAUSE {
            progress.told = Instant::now();
            drop(progress);
            self.tell();
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
