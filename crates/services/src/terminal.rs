//! Terminal sessions: who may open one, how many live at once, and what becomes of each (SPEC §5).
//!
//! The engine in crate `session` owns a live session's bytes; the database owns its place and its history; this room
//! keeps the two in step. A session's end is decided once, by the engine, and written once, by whoever sees it first.

mod attach;
mod history;
mod manage;
mod metrics;
mod open;
mod registry;
mod run;
mod supervise;
mod tickets;
mod views;

pub use attach::{Closed, Pass};
pub use session::{Attachment, Control, Event};
pub use transport::PtySize;

use crate::{
    HistorySettings, ServiceError, SessionSettings, Settings, clock::now, events::Events, inventory::Inventory,
    metrics::Metrics,
};
use registry::Registry;
use std::{sync::Arc, time::Duration};
use storage::Storage;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::terminal::EndReason;

/// The name of this process in the sessions table. A second process on the same database will need one of its own.
const NODE: &str = "main";

/// How long a graceful stop waits for sessions to be written down.
const STOP_PATIENCE: Duration = Duration::from_secs(8);

/// Terminal sessions. Cheap to clone.
#[derive(Clone)]
pub struct Terminal(Arc<Room>);

struct Room {
    storage: Storage,
    inventory: Inventory,
    settings: SessionSettings,
    events: Events,
    history: HistorySettings,
    registry: Registry,
    metrics: Metrics,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Terminal {
    /// Marks what a dead process left behind and starts the reaper.
    pub(crate) async fn start(
        storage: Storage,
        inventory: Inventory,
        settings: &Settings,
        events: Events,
        metrics: Metrics,
    ) -> Result<Self, ServiceError> {
        let orphans = storage.terminal().orphan_all(NODE, now()).await?;
        if orphans > 0 {
            tracing::warn!(orphans, "sessions of the process before were marked as ended by its restart");
        }
        let terminal = Self(Arc::new(Room {
            storage,
            inventory,
            settings: settings.sessions.clone(),
            history: settings.history.clone(),
            events,
            registry: Registry::default(),
            metrics,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        supervise::spawn_reaper(&terminal);
        history::spawn_sweeper(&terminal);
        Ok(terminal)
    }

    /// Ends every session as the process stops, and waits until that is written down.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        for live in self.0.registry.all() {
            live.session.close(EndReason::ServerRestart.into()).await;
        }
        self.0.tasks.close();
        if tokio::time::timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some sessions were not written down in time; the next start marks them");
        }
    }
}
