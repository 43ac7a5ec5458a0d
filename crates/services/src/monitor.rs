//! What hosts are doing, live, to whoever looks (SPEC §6).
//!
//! All who look at a host of an account share one command channel of a link of the pool. On it runs a small script
//! ([`script`]) that is told each second to read `/proc`; it ends with its channel. A host that nobody looks at is let
//! go after a few seconds; nothing stays there. Readings become figures in pure functions; the last minutes of them are
//! kept as points, for whoever comes.
//!
//! What this cannot do: look at hosts that are reached by FTP or have no `sh` or `/proc`, remember anything beyond the
//! last look, or ask anybody anything: a host that needs an answer (an unknown key, a missing secret) says what to do.

mod blocks;
mod gpus;
mod line;
mod monitored;
mod plan;
mod rates;
mod reading;
mod script;
mod text;
mod work;

pub use monitored::Look;

use crate::{Caller, ServiceError, access, inventory::Inventory};
use monitored::Monitored;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::{
    AccountId, Fault, FaultCode, HostId,
    inventory::Protocol,
    monitor::{MonitorFigures, MonitorMessage},
};

/// So many hosts of an account are monitored at once; each costs a channel and a read a second.
const HOSTS: usize = 50;

/// So many look at one host at once; each costs a socket.
const LOOKS: usize = 50;

/// How long somebody waits who wants to know once.
const ONCE: Duration = Duration::from_secs(45);

/// How long a graceful stop waits for the channels to be closed.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// The monitor room. Cheap to clone.
#[derive(Clone)]
pub struct Monitor(Arc<Room>);

struct Room {
    inventory: Inventory,
    hosts: Mutex<HashMap<(AccountId, HostId), Arc<Monitored>>>,
    next: AtomicU64,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Monitor {
    /// Opens the room. Nobody looks yet, so nothing runs.
    pub(crate) fn new(inventory: Inventory) -> Self {
        Self(Arc::new(Room {
            inventory,
            hosts: Mutex::default(),
            next: AtomicU64::new(0),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Lets go of every host.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.tasks.close();
        // What is left ends with its link.
        let _ = timeout(STOP_PATIENCE, self.0.tasks.wait()).await;
    }

    /// Looks at one of the caller's hosts, by its id or name, as long as the look lives.
    ///
    /// # Errors
    /// `NotFound` for an unknown host, `BadInput` for one that is not reached by SSH, `Forbidden` for a caller who opens
    /// nothing, `Conflict` when very much is monitored already. What goes wrong on the host is told by the look.
    pub async fn look(&self, caller: &Caller, host: &str) -> Result<Look, ServiceError> {
        access::may_connect(caller)?;
        let host = self.0.inventory.find(caller, host).await?;
        if host.protocol != Protocol::Ssh {
            return Err(ServiceError::bad(format!(
                "the monitor needs SSH, and {} is reached by another protocol",
                host.name
            )));
        }
        let (key, number) = ((caller.account().clone(), host.id), self.0.next.fetch_add(1, Relaxed));
        let mut hosts = self.hosts();
        if let Some(monitored) = hosts.get(&key) {
            if monitored.looked_at_by() >= LOOKS {
                return Err(ServiceError::Conflict(format!(
                    "{LOOKS} pages and scripts look at this host already; close some"
                )));
            }
            return Ok(Look::new(monitored, number, caller.clone()));
        }
        if hosts.keys().filter(|(account, _)| account == caller.account()).count() >= HOSTS {
            return Err(ServiceError::Conflict(format!(
                "{HOSTS} hosts are monitored already; close the page of some of them"
            )));
        }
        if self.0.stopping.is_cancelled() {
            return Err(ServiceError::Unavailable("the server is stopping; try again in a moment"));
        }
        let monitored = Arc::new(Monitored::new(key.0.clone(), key.1.clone()));
        let look = Look::new(&monitored, number, caller.clone());
        hosts.insert(key, monitored.clone());
        drop(hosts);
        self.0.tasks.spawn(work::supervise(self.clone(), monitored));
        Ok(look)
    }

    /// The figures of one of the caller's hosts at this moment, rates included: so it takes a second where nobody looks already.
    ///
    /// # Errors
    /// Those of [`Self::look`], and what goes wrong on the host.
    pub async fn once(&self, caller: &Caller, host: &str) -> Result<MonitorFigures, Fault> {
        let mut look = self.look(caller, host).await.map_err(|error| error.fault())?;
        let looking = async {
            while let Some(mut messages) = look.next().await {
                // Where it stands comes last; figures before it may be old.
                match messages.pop() {
                    Some(MonitorMessage::Failed { fault, .. }) => return Err(*fault),
                    Some(MonitorMessage::Figures { figures }) if figures.cpu.usage_percent.is_some() => {
                        return Ok(*figures);
                    }
                    _ => {}
                }
            }
            Err(Fault::new(FaultCode::Unavailable, "the server is stopping; try again in a moment"))
        };
        let late = || Fault::new(FaultCode::TimedOut, "the host gave no figures in time; try again");
        timeout(ONCE, looking).await.unwrap_or_else(|_| Err(late()))
    }

    /// How many hosts are monitored.
    pub(crate) fn monitored(&self) -> usize {
        self.hosts().len()
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<(AccountId, HostId), Arc<Monitored>>> {
        self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a host that nobody looks at. False when somebody came.
    fn forget_deserted(&self, host: &Arc<Monitored>) -> bool {
        let mut hosts = self.hosts();
        let deserted = host.looked_at_by() == 0;
        if deserted {
            forget(&mut hosts, host);
        }
        deserted
    }

    /// Forgets a host.
    fn forget(&self, host: &Arc<Monitored>) {
        forget(&mut self.hosts(), host);
    }
}

fn forget(hosts: &mut HashMap<(AccountId, HostId), Arc<Monitored>>, host: &Arc<Monitored>) {
    let key = (host.account.clone(), host.id.clone());
    if hosts.get(&key).is_some_and(|known| Arc::ptr_eq(known, host)) {
        hosts.remove(&key);
    }
}
