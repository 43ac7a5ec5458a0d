//! What of each account's files goes through this process at this moment: so much of it at once, and each of it ends when what
//! it goes by does.

use crate::{Caller, ServiceError, inventory::Footing};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use transport::FileError;
use wire::{AccountId, HostId};

/// So many downloads of an account go on at once: each holds some megabytes of a fast file for who takes it slowly.
const DOWNLOADS: usize = 32;

/// So long one more waits for a place: many small ones that are asked for at once have theirs in turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The flows of one process. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Flows(Arc<Mutex<All>>);

#[derive(Default)]
struct All {
    live: Vec<Weak<Live>>,
    /// Those of an account are there while one of them goes on.
    downloads: BTreeMap<AccountId, Weak<Semaphore>>,
}

/// One of them, until it is dropped.
pub(crate) struct Flow {
    live: Arc<Live>,
    _place: Option<OwnedSemaphorePermit>,
}

/// What is known of one that goes on.
pub(super) struct Live {
    /// For whom, without the key of a vault.
    pub(super) caller: Caller,
    /// Whether it ends with the sign-in or the token that began it, and not just with the account.
    pub(super) is_attended: bool,
    stands_on: Mutex<Vec<(HostId, Footing)>>,
    over: CancellationToken,
    why: OnceLock<String>,
}

impl Live {
    /// What it goes by.
    pub(super) fn footings(&self) -> Vec<(HostId, Footing)> {
        self.stands_on.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends it; `why` is told to whoever waits for it.
    pub(super) fn end(&self, why: String) {
        let _ = self.why.set(why);
        self.over.cancel();
    }

    fn ended(&self) -> FileError {
        FileError::Lost { why: self.why.get().cloned().unwrap_or_default() }
    }
}

impl Flows {
    /// Something of this caller begins to flow, which ends with its sign-in or token.
    pub(crate) fn begin(&self, caller: &Caller) -> Flow {
        self.add(caller, true)
    }

    /// The same for work that goes on when its caller has left.
    pub(super) fn begin_unattended(&self, caller: &Caller) -> Flow {
        self.add(caller, false)
    }

    /// The same for a download, once there is a place for it.
    ///
    /// # Errors
    /// `TooManyDownloads` when none becomes free in time.
    pub(crate) async fn begin_download(&self, caller: &Caller) -> Result<Flow, ServiceError> {
        let flow = self.begin(caller);
        let place = timeout(PATIENCE, self.downloads_of(caller.account()).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(ServiceError::TooManyDownloads { most: DOWNLOADS }) };
        Ok(Flow { _place: Some(place), ..flow })
    }

    /// Those that go on.
    pub(super) fn live(&self) -> Vec<Arc<Live>> {
        self.all().live.iter().filter_map(Weak::upgrade).collect()
    }

    fn add(&self, caller: &Caller, is_attended: bool) -> Flow {
        let live = Arc::new(Live {
            caller: caller.without_vault(),
            is_attended,
            stands_on: Mutex::default(),
            over: CancellationToken::new(),
            why: OnceLock::new(),
        });
        let mut all = self.all();
        all.live.retain(|live| live.strong_count() > 0);
        all.live.push(Arc::downgrade(&live));
        Flow { live, _place: None }
    }

    fn downloads_of(&self, account: &AccountId) -> Arc<Semaphore> {
        let mut all = self.all();
        all.downloads.retain(|_, places| places.strong_count() > 0);
        if let Some(places) = all.downloads.get(account).and_then(Weak::upgrade) {
            return places;
        }
        let places = Arc::new(Semaphore::new(DOWNLOADS));
        all.downloads.insert(account.clone(), Arc::downgrade(&places));
        places
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
    /// It goes by a way to this host, and ends when something of that is taken back.
    pub(super) fn stands_on(&self, host: &HostId, footing: Footing) {
        self.live.stands_on.lock().unwrap_or_else(PoisonError::into_inner).push((host.clone(), footing));
    }

    /// Does a piece of work, as long as it may go on.
    ///
    /// # Errors
    /// What the work says; `Lost` when it was ended.
    pub(crate) async fn goes_on<T, E: From<FileError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.live.over.run_until_cancelled(work).await.unwrap_or_else(|| Err(self.live.ended().into()))
    }

    /// Refuses to go on when it was ended.
    ///
    /// # Errors
    /// `Lost` when it was.
    pub(crate) fn is_over(&self) -> Result<(), FileError> {
        if self.live.over.is_cancelled() { Err(self.live.ended()) } else { Ok(()) }
    }

    /// Tells when it was ended.
    pub(super) fn over(&self) -> CancellationToken {
        self.live.over.clone()
    }

    /// Why it was ended; nothing while it goes on.
    pub(super) fn why(&self) -> String {
        self.live.why.get().cloned().unwrap_or_default()
    }

    pub(super) fn live(&self) -> &Live {
        &self.live
    }
}

#[cfg(test)]
#[path = "flows_tests.rs"]
mod tests;
