//! Recordings: whether a session is recorded, what becomes of its file, and who may watch it (SPEC §5).
//!
//! Crate `session` writes and reads the files, the database knows whose they are; this room keeps the two in step. The
//! owner, an admin and whoever has the viewer role may watch; a look at another account's recording is audited.

mod begin;
mod files;
mod finishing;
mod following;
mod keeping;
mod list;
mod looks;
mod search;
mod watch;

pub(crate) use begin::Begun;
pub use watch::Download;

use crate::{RecordingSettings, ServiceError, audit::Audit, events::Events, metrics::Metrics};
use session::{Recorder, RecordingKey};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use storage::{RecordingRecord, Storage};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::events::Topic;

/// The name of this process in the recordings table. A second process on the same database will need one of its own.
const NODE: &str = "main";

/// How long a graceful stop waits for recordings to be closed.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// So many recordings are read at the same moment; others wait.
const READERS: usize = 4;

/// Recordings. Cheap to clone.
#[derive(Clone)]
pub struct Recordings(Arc<Room>);

struct Room {
    storage: Storage,
    events: Events,
    metrics: Metrics,
    audit: Audit,
    looks: looks::Looks,
    following: following::Following,
    settings: RecordingSettings,
    key: Option<RecordingKey>,
    recorder: Recorder,
    readers: Semaphore,
    /// Wakes whoever gives ended recordings their index.
    ended: Notify,
    /// Breaks off work that can be done again.
    stop: AtomicBool,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Recordings {
    /// Tidies up after the process before, and starts what runs in the background.
    pub(crate) async fn start(
        storage: Storage,
        settings: RecordingSettings,
        events: Events,
        metrics: Metrics,
        audit: Audit,
    ) -> Result<Self, ServiceError> {
        let key = settings.key_file.as_deref().map(files::read_key).transpose()?;
        let recorder = Recorder::start().map_err(|_| ServiceError::Internal("the system gave no thread"))?;
        let recordings = Self(Arc::new(Room {
            storage,
            events,
            metrics,
            audit,
            looks: looks::Looks::default(),
            following: following::Following::default(),
            settings,
            key,
            recorder,
            readers: Semaphore::new(READERS),
            ended: Notify::new(),
            stop: AtomicBool::new(false),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        recordings.tidy_up().await?;
        recordings.spawn_finishing();
        recordings.spawn_retention();
        Ok(recordings)
    }

    /// Waits until every recording is closed. The sessions have ended by then.
    pub(crate) async fn shutdown(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
        self.0.stopping.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some recordings were not closed in time; the next start does");
        }
    }

    fn tell(&self, recording: &RecordingRecord) {
        self.0.events.changed(&recording.account_id, Topic::Recordings, Some(recording.id.as_str()));
    }
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ServiceError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ServiceError::Internal("work on a recording broke off"))
}
