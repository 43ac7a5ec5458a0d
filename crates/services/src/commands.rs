//! Commands on one host or on many at once, and snippets (SPEC §6).
//!
//! A run is a supervised thing with an id: the page that began it may go away and come back. It lives in memory, some
//! minutes beyond its end; what its hosts wrote is bounded for each host and for the whole server. The command goes to the
//! login shell of each host as it was given: there is no shell of ours in between. Nobody is asked anything while it
//! runs: a host that needs an answer (an unknown key, a missing secret) says in its result what to do.
//!
//! What this cannot do: outlive the process, or show another account's runs, not even to an admin.

mod book;
mod keeper;
mod kept;
mod request;
mod run;
mod snippets;
mod view;
mod work;

use crate::{
    Caller, CommandSettings, ServiceError, access, audit::Audit, events::Events, inventory::Inventory, vault::random,
};
use book::Book;
use kept::{Budget, Short};
use run::Run;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use storage::Storage;
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::{
    AccountId, CommandRunId, HostId,
    commands::{CommandOutput, CommandOutputQuery, CommandRequest, CommandRun, CommandRunList, CommandRunQuery},
    events::Topic,
};

/// How long somebody waits who asked for the answer at the end.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// How much of each stream comes with a run when nothing is said.
const OUTPUT_ALONG: u32 = 16 * 1024;

/// How long a graceful stop waits for commands to be killed.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

const STOPPING: &str = "the server is stopping; try again in a moment";

/// Commands and snippets. Cheap to clone.
#[derive(Clone)]
pub struct Commands(Arc<Room>);

struct Room {
    storage: Storage,
    inventory: Inventory,
    settings: CommandSettings,
    events: Events,
    audit: Audit,
    book: Mutex<Book>,
    budget: Budget,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Room {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Commands {
    /// Opens the room.
    pub(crate) fn new(
        storage: Storage,
        inventory: Inventory,
        settings: CommandSettings,
        events: Events,
        audit: Audit,
    ) -> Self {
        let budget = Budget::new(settings.max_memory);
        let commands = Self(Arc::new(Room {
            storage,
            inventory,
            settings,
            events,
            audit,
            book: Mutex::default(),
            budget,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        keeper::start(&commands.0);
        commands
    }

    /// Kills what runs, and waits until it is.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.tasks.close();
        if timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some commands were not stopped in time; their hosts end them when the links go");
        }
    }

    /// Begins to run a command on the named hosts.
    ///
    /// # Errors
    /// `BadInput` for what cannot be run, `NotFound` for an unknown host or snippet, `Conflict` when too much of the account
    /// runs already. What goes wrong on a host is in that host's result.
    pub async fn start(&self, caller: &Caller, request: CommandRequest) -> Result<CommandRun, ServiceError> {
        access::may_connect(caller)?;
        let wait = request.wait;
        let order = self.order(caller, request).await?;
        let run = Arc::new(Run::new(random::id()?, caller.account().clone(), order, &self.0.budget));
        {
            let mut book = self.0.book();
            if self.0.stopping.is_cancelled() {
                return Err(ServiceError::Unavailable(STOPPING));
            }
            book.add(run.clone())?;
        }
        self.0.audit.note(caller, "command.run", run.audited(), &format!("started as {}", run.id)).await;
        self.changed(&run);
        self.0.tasks.spawn(work::supervise(self.clone(), caller.clone(), run.clone()));
        if wait {
            let _ = timeout(LONGEST_WAIT, run.over()).await;
        }
        Ok(run.view(OUTPUT_ALONG as usize, self.0.settings.keep))
    }

    /// The caller's runs, the newest first.
    pub fn runs(&self, caller: &Caller) -> CommandRunList {
        let runs = self.0.book().of(caller.account());
        CommandRunList { runs: runs.iter().map(|run| run.summary(self.0.settings.keep)).collect() }
    }

    /// One of them, with its hosts.
    ///
    /// # Errors
    /// `NotFound` when there is none of the caller's with this id, any more.
    pub fn run(&self, caller: &Caller, id: &CommandRunId, query: &CommandRunQuery) -> Result<CommandRun, ServiceError> {
        let along = query.output.unwrap_or(OUTPUT_ALONG) as usize;
        Ok(self.find(caller, id)?.view(along, self.0.settings.keep))
    }

    /// What the command wrote on one host, from where it is not known yet.
    ///
    /// # Errors
    /// `NotFound` when there is no such run or host.
    pub fn output(
        &self,
        caller: &Caller,
        id: &CommandRunId,
        host: &HostId,
        query: &CommandOutputQuery,
    ) -> Result<CommandOutput, ServiceError> {
        let run = self.find(caller, id)?;
        run.output(host, query).ok_or_else(|| ServiceError::missing("host of this run", host))
    }

    /// Cancels a run that goes on, and forgets one that has ended.
    ///
    /// # Errors
    /// `NotFound` when there is no such run.
    pub fn cancel(&self, caller: &Caller, id: &CommandRunId) -> Result<(), ServiceError> {
        let run = self.find(caller, id)?;
        if run.is_over() {
            self.0.book().forget(id);
        } else {
            run.cancel();
        }
        self.changed(&run);
        Ok(())
    }

    /// Cancels a run on one of its hosts.
    ///
    /// # Errors
    /// `NotFound` when there is no such run or host.
    pub fn cancel_host(&self, caller: &Caller, id: &CommandRunId, host: &HostId) -> Result<(), ServiceError> {
        let run = self.find(caller, id)?;
        if !run.cancel_host(host) {
            return Err(ServiceError::missing("host of this run", host));
        }
        self.changed(&run);
        Ok(())
    }

    fn find(&self, caller: &Caller, id: &CommandRunId) -> Result<Arc<Run>, ServiceError> {
        let run = self.0.book().get(id).filter(|run| run.owner() == caller.account());
        run.ok_or_else(|| ServiceError::missing("run (it may be forgotten by now)", id))
    }

    /// Tells the owner's pages that a run is not as it was.
    fn changed(&self, run: &Run) {
        self.0.events.changed(run.owner(), Topic::Commands, Some(run.id.as_str()));
    }

    /// Forgets a run that has ended, for more output of a run of this account; whether there was one.
    fn make_room(&self, account: &AccountId, short: Short) -> bool {
        let old = self.0.book().give_way(account, short);
        old.inspect(|old| self.changed(old)).is_some()
    }
}
