//! Work that burns processor and memory on purpose (password hashes, private keys with a passphrase), off the runtime.
//!
//! Only so many pieces run at once; the others wait, and give up after a while. So a flood of them costs a queue of small
//! requests, never the server's memory nor its other work.

use crate::ServiceError;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task, time};

const PATIENCE: Duration = Duration::from_secs(10);
const BUSY: ServiceError =
    ServiceError::Unavailable("the server is busy checking passwords and keys; try again in a moment");
const BROKEN: ServiceError = ServiceError::Internal("checking a password or key broke off; try again");

/// A few places for slow work. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct SlowWork(Arc<Semaphore>);

impl SlowWork {
    /// As many places as there are processors, but no more than four: each takes 19 MiB.
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors.clamp(1, 4))))
    }

    /// Runs one piece. It keeps its place to its end, even when nobody waits for it any more.
    ///
    /// # Errors
    /// When no place gets free in time.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let place = time::timeout(PATIENCE, Arc::clone(&self.0).acquire_owned()).await;
        let place = place.map_err(|_| BUSY)?.map_err(|_| BUSY)?;
        let running = task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        running.await.map_err(|_| BROKEN)
    }
}
