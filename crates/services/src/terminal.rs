//! Terminal sessions: who may open one, how many live at once, and what becomes of each (SPEC §5).
//!
//! The engine in crate `session` owns a live session's bytes; the database owns its place and its history; this room
//! keeps the two in step. A session's end is decided once, by the engine, and written once, by whoever sees it first.

mod attach;
mod history;
mod invites;
mod limits;
mod manage;
mod metrics;
mod open;
mod places;
mod registry;
mod rights;
mod run;
mod sharing;
mod supervise;
mod tickets;
mod tmux;
mod views;

pub use attach::{Closed, Pass};
pub use session::{Attachment, Control, Dismissal, Event};
pub use transport::PtySize;

use crate::{
    HistorySettings, ServiceError, SessionSettings, Settings, audit::Audit, clock::now, events::Events,
    inventory::Inventory, metrics::Metrics, rate::Rate, recordings::Recordings,
};
use registry::Registry;
use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use storage::Storage;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::{
    AccountId,
    terminal::{EndReason, Ending, Notice},
};

/// The name of this process in the sessions table. A second process on the same database will need one of its own.
const NODE: &str = "main";

/// How many tickets an account may ask for in a minute. One that comes with an attachment is not asked for.
const TICKETS_A_MINUTE: u32 = 120;

/// How many invites an address may try in a minute.
const JOINS_A_MINUTE: u32 = 30;

/// How long a graceful stop waits for sessions to be written down.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// What somebody hears who comes too late.
const STOPPING: &str = "the server is stopping; try again in a moment";

/// How a session ends with a process that was asked to stop; one that died could not say anything.
fn stopped() -> Ending {
    Ending { message: Some("the server was stopped".to_owned()), ..EndReason::ServerRestart.into() }
}

/// Terminal sessions. Cheap to clone.
#[derive(Clone)]
pub struct Terminal(Arc<Room>);

struct Room {
    storage: Storage,
    inventory: Inventory,
    recordings: Recordings,
    settings: SessionSettings,
    events: Events,
    history: HistorySettings,
    audit: Audit,
    registry: Registry,
    metrics: Metrics,
    stopping: CancellationToken,
    tasks: TaskTracker,
    /// Tickets asked for, by account.
    asked: Mutex<Rate<AccountId>>,
    /// Invites tried, by address.
    joins: Mutex<Rate<Option<IpAddr>>>,
}

impl Terminal {
    /// Marks what a dead process left behind and starts the reaper.
    pub(crate) async fn start(
        storage: Storage,
        inventory: Inventory,
        recordings: Recordings,
        settings: &Settings,
        events: Events,
        metrics: Metrics,
        audit: Audit,
    ) -> Result<Self, ServiceError> {
        let orphans = storage.terminal().orphan_all(NODE, now()).await?;
        if orphans > 0 {
            tracing::warn!(orphans, "sessions of the process before were marked as ended by its restart");
        }
        let terminal = Self(Arc::new(Room {
            storage,
            inventory,
            recordings,
            settings: settings.sessions.clone(),
            history: settings.history.clone(),
            events,
            audit,
            registry: Registry::default(),
            metrics,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            asked: Mutex::new(Rate::new(TICKETS_A_MINUTE)),
            joins: Mutex::new(Rate::new(JOINS_A_MINUTE)),
        }));
        supervise::spawn_reaper(&terminal);
        rights::spawn_keeper(&terminal);
        history::spawn_sweeper(&terminal);
        Ok(terminal)
    }

    /// Ends every session as the process stops, and waits until that is written down.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.registry.break_off_all(&stopped());
        let all = self.0.registry.all();
        // Everybody is told before the first session ends, which may take its time.
        for live in &all {
            live.session.notify(&Notice::ServerStopping {});
        }
        for live in all {
            live.session.close(stopped()).await;
        }
        self.0.tasks.close();
        if tokio::time::timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some sessions were not written down in time; the next start marks them");
        }
    }
}
