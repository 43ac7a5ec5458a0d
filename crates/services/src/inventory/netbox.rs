//! NetBox as a source of hosts: one an account, its token in the vault, imports as jobs (SPEC §4 and §12).
//!
//! NetBox is only read. An import asks for everything first and writes at its end, in one transaction: what breaks off,
//! is cancelled or fails on the way has changed nothing. Nothing is ever deleted for it: hosts that are in NetBox no more
//! are marked. Imports that are done without anybody ([`sync`]) are the same work at another time.

mod fetch;
mod job;
mod look;
mod mapping;
mod schedule;
mod settings;
mod sync;

pub(in crate::inventory) use mapping::Mapped;

use super::{Inventory, imports::Arrived};
use crate::{
    Caller, NetBoxSettings, ServiceError, access,
    accounts::{Accounts, still_on},
    audit::Audit,
    clock,
    events::Events,
    vault::{Vault, server_key::ServerKey},
};
use job::{Job, Jobs, Wish};
use look::filter;
use settings::Settings;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use storage::{NetBoxRecord, Storage};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};
use transport::{NetBox, NetBoxAccess, NetBoxFilter, NetBoxUrl};
use wire::{
    NetBoxJobId,
    inventory::{IMPORT_TOLD, NetBoxDraft, NetBoxImportRequest, NetBoxJob, NetBoxReport, NetBoxStatusView},
    vault::Secret,
};

/// What tokens are sealed for.
const PURPOSE: &str = "netbox";

/// How long one answer of NetBox may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The shortest time from one question to the next: five a second.
const INTERVAL: Duration = Duration::from_millis(200);

/// The room. Cheap to clone.
#[derive(Clone)]
pub struct NetBoxes(Arc<Room>);

/// What the room works with.
pub(crate) struct Around {
    /// The database.
    pub(crate) storage: Storage,
    /// Who may still do anything.
    pub(crate) accounts: Accounts,
    /// Where hosts go.
    pub(crate) inventory: Inventory,
    /// Where tokens are sealed.
    pub(crate) vault: Vault,
    /// What tokens are sealed to for imports that are done without anybody.
    pub(crate) server_key: ServerKey,
    /// Where pages are told.
    pub(crate) events: Events,
    /// Where it is written down.
    pub(crate) audit: Audit,
    /// Which servers are asked, and how often.
    pub(crate) settings: NetBoxSettings,
}

struct Room {
    around: Around,
    jobs: Jobs,
    working: TaskTracker,
    stopping: CancellationToken,
    /// For scheduled imports that are done at once.
    places: Semaphore,
    /// Wakes whoever waits for the next scheduled import.
    changed: Arc<Notify>,
    /// Ends that with the last clone of the room.
    _stopping: DropGuard,
}

impl NetBoxes {
    /// Opens the room, and begins to do what is scheduled.
    pub(crate) fn start(around: Around) -> Self {
        let stopping = CancellationToken::new();
        let room = Room {
            jobs: Jobs::new(around.events.clone()),
            around,
            working: TaskTracker::new(),
            places: Semaphore::new(sync::AT_ONCE),
            changed: Arc::new(Notify::new()),
            _stopping: stopping.clone().drop_guard(),
            stopping,
        };
        let rooms = Self(Arc::new(room));
        rooms.begin_schedule();
        rooms
    }

    /// Where the caller's NetBox is, and the newest import. NetBox is not asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self, caller: &Caller) -> Result<NetBoxStatusView, ServiceError> {
        let record = self.0.around.storage.inventory().netbox(caller.account()).await?;
        let sync = self.sync_view(caller.account(), record.as_ref()).await?;
        let Some(record) = record else { return Ok(NetBoxStatusView { sync, ..NetBoxStatusView::default() }) };
        let settings = read(&record)?;
        let job = self.0.jobs.newest(caller.account()).map(|job| job.view());
        Ok(NetBoxStatusView {
            configured: true,
            in_the_clear: NetBoxUrl::parse(&settings.url).is_ok_and(|url| url.is_clear()),
            url: Some(settings.url),
            version: Some(settings.version).filter(|version| !version.is_empty()),
            checked_at: settings.checked_at,
            authority: !settings.authority.is_empty(),
            fingerprint: Some(settings.fingerprint).filter(|fingerprint| !fingerprint.is_empty()),
            mapping: settings.mapping,
            job,
            sync,
        })
    }

    /// Changes the caller's NetBox, when it can be asked like that; else everything stays as it was. A new token also takes the
    /// place of the one that scheduled imports use.
    ///
    /// # Errors
    /// When a field is not acceptable, NetBox cannot be asked, the vault is locked, or the caller may only watch.
    pub async fn configure(&self, caller: &Caller, draft: NetBoxDraft) -> Result<NetBoxStatusView, ServiceError> {
        access::may_connect(caller)?;
        let room = self.0.around.storage.inventory();
        let before = room.netbox(caller.account()).await?;
        let settings = before.as_ref().map(read).transpose()?.unwrap_or_default();
        let mut settings = settings.changed(&draft)?;
        let (sealed, new) = match (&draft.token, before) {
            (Some(token), _) => {
                let token = Secret::new(settings::token(token.expose())?);
                (self.0.around.vault.seal_text(caller, PURPOSE, &token)?, Some(token))
            }
            (None, Some(before)) => (before.token, None),
            (None, None) => {
                return Err(ServiceError::bad("token is missing; make one in NetBox (your name, API Tokens)"));
            }
        };
        let token = self.0.around.vault.open_text(caller, PURPOSE, &sealed)?;
        let status = self.open(&settings, token).await?.status().await?;
        (settings.version, settings.checked_at) = (status.version, Some(clock::now()));
        let written = serde_json::to_string(&settings);
        let written = written.map_err(|_| ServiceError::Internal("the settings could not be written"))?;
        let record = NetBoxRecord { settings: written, token: sealed };
        match self.resealed(caller, &settings, new).await? {
            Some(token) => room.set_netbox_resealed(caller.account(), &record, token, clock::now()).await?,
            None => room.set_netbox(caller.account(), &record).await?,
        }
        self.0.around.audit.note(caller, "netbox.configure", settings.url, "done").await;
        self.tell(caller.account());
        self.status(caller).await
    }

    /// Forgets the caller's NetBox with its token, also the one that was sealed for scheduled imports. An import that goes on is
    /// cancelled, unless it writes already; hosts that came from it stay.
    ///
    /// # Errors
    /// When there is none, or the caller may only watch.
    pub async fn forget(&self, caller: &Caller) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        if !self.0.around.storage.inventory().delete_netbox(caller.account()).await? {
            return Err(ServiceError::missing("NetBox", "of yours"));
        }
        self.0.jobs.cancel_of(caller.account());
        self.0.around.audit.note(caller, "netbox.forget", "netbox".to_owned(), "done").await;
        self.tell(caller.account());
        Ok(())
    }

    /// Begins an import, or a look at what one would do. The answer is a job that can be followed and cancelled.
    ///
    /// # Errors
    /// `Conflict` when one of the caller's goes on; when none is configured, or the vault is locked.
    pub async fn import(&self, caller: &Caller, request: NetBoxImportRequest) -> Result<NetBoxJob, ServiceError> {
        let (settings, netbox) = self.mine(caller).await?;
        let filter = filter(&request.filters)?;
        let NetBoxImportRequest { filters, dry_run } = request;
        let job = self.0.jobs.begin(caller.account(), Wish { dry_run, scheduled: false, filters })?;
        let outcome = if dry_run { "looks" } else { "began" };
        self.0.around.audit.note(caller, "netbox.import", settings.url.clone(), outcome).await;
        let (rooms, caller, working) = (self.clone(), caller.clone(), Arc::clone(&job));
        self.0.working.spawn(async move {
            let outcome = rooms.work(&caller, &working, &settings, &netbox, &filter).await;
            working.end(outcome);
        });
        Ok(job.view())
    }

    /// How an import stands.
    ///
    /// # Errors
    /// When the caller has none of this id.
    pub fn job(&self, caller: &Caller, id: &NetBoxJobId) -> Result<NetBoxJob, ServiceError> {
        Ok(self.0.jobs.get(caller.account(), id)?.view())
    }

    /// Cancels an import that goes on, and forgets one that ended.
    ///
    /// # Errors
    /// When the caller has none of this id; `Conflict` when it is just being written.
    pub fn cancel(&self, caller: &Caller, id: &NetBoxJobId) -> Result<(), ServiceError> {
        let job = self.0.jobs.get(caller.account(), id)?;
        if job.cancel() {
            return Ok(());
        }
        if job.view().state.goes_on() {
            return Err(ServiceError::Conflict(
                "the hosts are just being written, which takes a moment; take the import back afterwards".to_owned(),
            ));
        }
        self.0.jobs.forget(id);
        self.tell(caller.account());
        Ok(())
    }

    /// Cancels what goes on, and waits for what is being written.
    pub async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.jobs.cancel_all();
        self.0.working.close();
        self.0.working.wait().await;
    }

    /// None when it was cancelled.
    async fn work(
        &self,
        caller: &Caller,
        job: &Job,
        settings: &Settings,
        netbox: &NetBox,
        filter: &NetBoxFilter,
    ) -> Option<Result<NetBoxReport, ServiceError>> {
        let began = Instant::now();
        let fetching = async {
            let rows = self.0.around.storage.inventory();
            let known = rows.known_elsewhere(caller.account(), &settings.key_beginning()).await?;
            fetch::fetch(netbox, settings, filter, known, job).await
        };
        let fetched = job.cancel.run_until_cancelled(fetching).await?;
        let waited = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        job.note(|view| view.waited_ms = waited);
        let arrivals = match fetched {
            Ok(arrivals) => arrivals,
            Err(error) => return Some(Err(error)),
        };
        if let Err(error) = still_on(&self.0.around.storage, caller).await {
            return Some(Err(error));
        }
        if !job.begins_to_write() {
            return None;
        }
        let dry_run = job.view().dry_run;
        Some(self.0.around.inventory.take_from_elsewhere(caller, arrivals, dry_run).await.map(report))
    }

    /// The caller's NetBox, ready to be asked.
    async fn mine(&self, caller: &Caller) -> Result<(Settings, NetBox), ServiceError> {
        access::may_connect(caller)?;
        let record = self.record(caller).await?;
        let settings = read(&record)?;
        let token = self.0.around.vault.open_text(caller, PURPOSE, &record.token)?;
        let netbox = self.open(&settings, token).await?;
        Ok((settings, netbox))
    }

    async fn record(&self, caller: &Caller) -> Result<NetBoxRecord, ServiceError> {
        let record = self.0.around.storage.inventory().netbox(caller.account()).await?;
        record.ok_or_else(|| {
            ServiceError::Conflict("no NetBox is configured; give its address and an API token first".to_owned())
        })
    }

    async fn open(&self, settings: &Settings, token: Secret) -> Result<NetBox, ServiceError> {
        let access = NetBoxAccess {
            url: NetBoxUrl::parse(&settings.url)?,
            token,
            trust: settings.trust(),
            allow_local: self.0.around.settings.allow_local,
            timeout: TIMEOUT,
            interval: INTERVAL,
        };
        Ok(NetBox::new(access).await?)
    }
}

fn read(record: &NetBoxRecord) -> Result<Settings, ServiceError> {
    serde_json::from_str(&record.settings)
        .map_err(|_| ServiceError::Internal("NetBox's settings cannot be read; configure it again"))
}

fn report(arrived: Arrived) -> NetBoxReport {
    let Arrived { import, vanished, returned } = arrived;
    let count = vanished.len() as u64;
    NetBoxReport { import, vanished: count, vanished_hosts: vanished.into_iter().take(IMPORT_TOLD).collect(), returned }
}
