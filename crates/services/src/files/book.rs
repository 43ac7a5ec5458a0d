//! Which transfers there are: so many of an account go on at once, and so many ended ones are kept.

use super::{
    Files, Flow, Room, STOPPING,
    transfer::{Plan, Transfer},
};
use crate::{Caller, ServiceError, access, vault::random};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::sync::Semaphore;
use wire::{
    AccountId, TransferId,
    files::{TransferKind, TransferList, TransferState, TransferView},
};

/// So many of an account go on or wait at once.
const LIVE: usize = 32;

/// So many of an account work at once; the others wait.
const OF_AN_ACCOUNT: usize = 4;

/// So many ended ones of an account are kept.
const ENDED: usize = 50;

/// So long is one kept after its end.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// The transfers by id. Ids sort by time.
#[derive(Default)]
pub(super) struct Book(BTreeMap<TransferId, Arc<Transfer>>);

impl Book {
    fn add(&mut self, transfer: Arc<Transfer>) -> Result<(), ServiceError> {
        let (ended, live): (Vec<_>, Vec<_>) = self.of(&transfer.owner).into_iter().partition(|one| one.is_over());
        if live.len() >= LIVE {
            return Err(ServiceError::Conflict(format!(
                "{LIVE} transfers of yours go on already; wait for one to end or cancel one"
            )));
        }
        for old in ended.iter().skip(ENDED - 1) {
            self.0.remove(&old.id);
        }
        self.0.insert(transfer.id.clone(), transfer);
        Ok(())
    }

    /// An account's, the newest first.
    fn of(&self, account: &AccountId) -> Vec<Arc<Transfer>> {
        self.0.values().rev().filter(|transfer| &transfer.owner == account).cloned().collect()
    }
}

impl Room {
    /// The places of an account: fewer than the server has.
    fn share_of(&self, account: &AccountId) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        shares.entry(account.clone()).or_insert_with(|| Arc::new(Semaphore::new(OF_AN_ACCOUNT))).clone()
    }

    /// Forgets what ended long ago.
    pub(super) fn sweep_book(&self) {
        let old: Vec<_> = {
            let mut book = self.book();
            let old: Vec<_> = book.0.values().filter(|transfer| transfer.ended_before(KEPT)).cloned().collect();
            for transfer in &old {
                book.0.remove(&transfer.id);
            }
            old
        };
        old.iter().for_each(|transfer| transfer.tell());
    }
}

impl Files {
    /// The caller's transfers, the newest first.
    pub fn transfers(&self, caller: &Caller) -> TransferList {
        TransferList { transfers: self.0.book().of(caller.account()).iter().map(|transfer| transfer.view()).collect() }
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound` when there is none of the caller's with this id, any more.
    pub fn transfer(&self, caller: &Caller, id: &TransferId) -> Result<TransferView, ServiceError> {
        Ok(self.find(caller, id)?.view())
    }

    /// Stops a transfer that goes on, and forgets one that has ended.
    ///
    /// # Errors
    /// `NotFound` when there is no such transfer.
    pub fn cancel_transfer(&self, caller: &Caller, id: &TransferId) -> Result<(), ServiceError> {
        let transfer = self.find(caller, id)?;
        if transfer.is_over() {
            self.0.book().0.remove(id);
        } else {
            transfer.cancelled.cancel();
        }
        transfer.tell();
        Ok(())
    }

    fn find(&self, caller: &Caller, id: &TransferId) -> Result<Arc<Transfer>, ServiceError> {
        let found = self.0.book().0.get(id).filter(|transfer| &transfer.owner == caller.account()).cloned();
        found.ok_or_else(|| ServiceError::missing("transfer (it may be forgotten by now)", id))
    }

    /// Takes a transfer in and lets it work when there is room.
    pub(super) fn begin<F>(
        &self,
        caller: &Caller,
        plan: Plan,
        flow: Flow,
        work: impl FnOnce(Arc<Transfer>) -> F,
    ) -> Result<TransferView, ServiceError>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        access::may_connect(caller)?;
        let transfer = Arc::new(Transfer::new(random::id()?, caller.account().clone(), plan, self.0.events.clone()));
        {
            let mut book = self.0.book();
            if self.0.stopping.is_cancelled() {
                return Err(ServiceError::Unavailable(STOPPING));
            }
            book.add(transfer.clone())?;
        }
        transfer.tell();
        self.0.tasks.spawn(supervise(self.clone(), (caller.clone(), flow), transfer.clone(), work(transfer.clone())));
        Ok(transfer.view())
    }
}

/// Lets it work until it is done, somebody says stop, what it goes by is taken back, or the server stops.
async fn supervise(
    files: Files,
    (caller, flow): (Caller, Flow),
    transfer: Arc<Transfer>,
    work: impl Future<Output = ()>,
) {
    let (room, over) = (&files.0, flow.over());
    let share = room.share_of(&transfer.owner);
    let whole = async {
        // An account's own share first, so that it holds no more of the server's. Neither is ever closed.
        let _share = share.acquire().await;
        let _place = room.places.acquire().await;
        // It may have waited for long.
        room.look_at(flow.live()).await;
        if flow.is_over().is_ok() {
            transfer.begins(TransferState::Counting);
            work.await;
        }
    };
    let was_cancelled = tokio::select! {
        biased;
        () = transfer.cancelled.cancelled() => true,
        () = room.stopping.cancelled() => true,
        () = over.cancelled() => true,
        () = whole => flow.is_over().is_err(),
    };
    if let Err(error) = flow.is_over() {
        transfer.failed(error.to_string());
    }
    let failed = transfer.ends(was_cancelled);
    let view = transfer.view();
    let (action, done) = match view.kind {
        TransferKind::Delete => ("file.delete", "deleted"),
        TransferKind::Copy => ("file.copy", "copied"),
    };
    let more = if view.paths > 1 { format!(" and {} more", view.paths - 1) } else { String::new() };
    let to = transfer.plan().to.as_ref().map(|(host, folder)| format!(" to {folder} on {}", host.name));
    let object = format!("{}{more} on {}{}", view.path, view.host_name, to.unwrap_or_default());
    let word = if was_cancelled { "cancelled: " } else { "" };
    room.audit.note(&caller, action, object, &format!("{word}{} {done}, {failed} failed", view.items_done)).await;
}
