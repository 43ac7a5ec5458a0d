//! What of each account's files goes through this process at this moment: so much of it at once, and all of it ends when the
//! account is switched off.

use crate::ServiceError;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use transport::FileError;
use wire::AccountId;

/// So many downloads of an account go on at once: each holds some megabytes of a fast file for who takes it slowly.
const DOWNLOADS: usize = 32;

/// So long one more waits for a place: many small ones that are asked for at once have theirs in turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The flows of one process. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Flows(Arc<Mutex<BTreeMap<AccountId, Arc<Theirs>>>>);

/// Those of one account; there while one of them is.
struct Theirs {
    over: CancellationToken,
    downloads: Arc<Semaphore>,
}

/// One of them, until it is dropped.
pub(crate) struct Flow {
    theirs: Arc<Theirs>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Flows {
    /// Something of this account begins to flow.
    pub(crate) fn begin(&self, account: &AccountId) -> Flow {
        let mut all = self.all();
        all.retain(|_, theirs| Arc::strong_count(theirs) > 1);
        let new =
            || Arc::new(Theirs { over: CancellationToken::new(), downloads: Arc::new(Semaphore::new(DOWNLOADS)) });
        Flow { theirs: all.entry(account.clone()).or_insert_with(new).clone(), _place: None }
    }

    /// The same for a download, once there is a place for it.
    ///
    /// # Errors
    /// `TooManyDownloads` when none becomes free in time.
    pub(crate) async fn begin_download(&self, account: &AccountId) -> Result<Flow, ServiceError> {
        let flow = self.begin(account);
        let place = timeout(PATIENCE, flow.theirs.downloads.clone().acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(ServiceError::TooManyDownloads { most: DOWNLOADS }) };
        Ok(Flow { _place: Some(place), ..flow })
    }

    /// Whose files flow.
    pub(super) fn accounts(&self) -> BTreeSet<AccountId> {
        self.all()
            .iter()
            .filter(|(_, theirs)| Arc::strong_count(theirs) > 1)
            .map(|(account, _)| account.clone())
            .collect()
    }

    /// Ends what flows of this account. What begins later is none of it.
    pub(super) fn end(&self, account: &AccountId) {
        if let Some(theirs) = self.all().remove(account) {
            theirs.over.cancel();
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<AccountId, Arc<Theirs>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
    /// Does a piece of work, as long as it may go on.
    ///
    /// # Errors
    /// What the work says; `Lost` when the account was switched off.
    pub(crate) async fn goes_on<T, E: From<FileError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.theirs.over.run_until_cancelled(work).await.unwrap_or_else(|| Err(switched_off().into()))
    }

    /// Refuses to go on when the account was switched off.
    ///
    /// # Errors
    /// `Lost` when it was.
    pub(crate) fn is_over(&self) -> Result<(), FileError> {
        if self.theirs.over.is_cancelled() { Err(switched_off()) } else { Ok(()) }
    }

    /// Tells when the account was switched off.
    pub(super) fn over(&self) -> CancellationToken {
        self.theirs.over.clone()
    }
}

fn switched_off() -> FileError {
    FileError::Lost { why: "the account was switched off".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    fn account(name: &str) -> AccountId {
        name.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn one_account_has_so_many_downloads_and_leaves_those_of_others_alone() {
        let flows = Flows::default();
        let mut held = Vec::new();
        for _ in 0..DOWNLOADS {
            held.push(flows.begin_download(&account("ann")).await.unwrap());
        }
        let asked = Instant::now();
        let refused = flows.begin_download(&account("ann")).await.err().unwrap();
        assert!(matches!(refused, ServiceError::TooManyDownloads { most: DOWNLOADS }), "{refused}");
        assert_eq!(asked.elapsed(), PATIENCE);
        flows.begin_download(&account("bob")).await.unwrap();
        let ann = account("ann");
        let (waiting, _) = tokio::join!(flows.begin_download(&ann), async { drop(held.pop()) });
        assert!(waiting.is_ok(), "who waits gets the place that becomes free");
    }

    #[tokio::test(start_paused = true)]
    async fn what_flows_ends_with_its_account_and_nothing_is_kept() {
        let flows = Flows::default();
        let (anns, bobs) = (flows.begin(&account("ann")), flows.begin(&account("bob")));
        flows.end(&account("ann"));
        let never = std::future::pending::<Result<(), FileError>>;
        assert_eq!(anns.goes_on(never()).await, Err(switched_off()));
        assert_eq!(bobs.goes_on(async { Ok::<_, FileError>(1) }).await, Ok(1));
        assert!(flows.begin(&account("ann")).is_over().is_ok(), "what begins later is another matter");
        assert_eq!(flows.accounts(), BTreeSet::from([account("bob")]));
        drop((anns, bobs));
        assert_eq!(flows.accounts(), BTreeSet::new());
    }
}
