//! NetBox as a source of hosts: one an account, its token in the vault, imports as jobs (SPEC §4 and §12).
//!
//! NetBox is only read. An import asks for everything first and writes at its end, in one transaction: what breaks off,
//! is cancelled or fails on the way has changed nothing. Nothing is ever deleted for it: hosts that are in NetBox no more
//! are marked.

mod fetch;
mod job;
mod mapping;
mod settings;

pub(in crate::inventory) use mapping::Mapped;

use super::{Inventory, imports::Arrived};
use crate::{Caller, ServiceError, access, audit::Audit, clock, vault::Vault};
use job::{Job, Jobs};
use mapping::Surroundings;
use settings::Settings;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use storage::{NetBoxRecord, Storage};
use tokio_util::task::TaskTracker;
use transport::{NetBox, NetBoxAccess, NetBoxFilter, NetBoxKind, NetBoxUrl};
use wire::{
    NetBoxJobId,
    inventory::{
        IMPORT_TOLD, NetBoxDeviceList, NetBoxDeviceQuery, NetBoxDeviceView, NetBoxDraft, NetBoxFilters,
        NetBoxImportRequest, NetBoxJob, NetBoxReport, NetBoxSiteList, NetBoxSiteQuery, NetBoxSiteView,
        NetBoxStatusView,
    },
};

/// What tokens are sealed for.
const PURPOSE: &str = "netbox";

/// How long one answer of NetBox may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The shortest time from one question to the next: five a second.
const INTERVAL: Duration = Duration::from_millis(200);

/// As many of a list as are shown when nothing is said, and at most.
const SHOWN: u32 = 50;
const MOST_SHOWN: u32 = 200;

/// As long as a filter may be.
const MAX_FILTER: usize = 1_000;

/// The room. Cheap to clone.
#[derive(Clone)]
pub struct NetBoxes(Arc<Room>);

struct Room {
    storage: Storage,
    inventory: Inventory,
    vault: Vault,
    audit: Audit,
    allow_local: bool,
    jobs: Jobs,
    working: TaskTracker,
}

impl NetBoxes {
    /// Opens the room. `allow_local`: whether a NetBox may be at an address of the server itself.
    pub fn new(storage: Storage, inventory: Inventory, vault: Vault, audit: Audit, allow_local: bool) -> Self {
        let (jobs, working) = (Jobs::default(), TaskTracker::new());
        Self(Arc::new(Room { storage, inventory, vault, audit, allow_local, jobs, working }))
    }

    /// Where the caller's NetBox is, and the newest import. NetBox is not asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self, caller: &Caller) -> Result<NetBoxStatusView, ServiceError> {
        let record = self.0.storage.inventory().netbox(caller.account()).await?;
        let Some(record) = record else { return Ok(NetBoxStatusView::default()) };
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
        })
    }

    /// Changes the caller's NetBox, when it can be asked like that; else everything stays as it was.
    ///
    /// # Errors
    /// When a field is not acceptable, NetBox cannot be asked, the vault is locked, or the caller may only watch.
    pub async fn configure(&self, caller: &Caller, draft: NetBoxDraft) -> Result<NetBoxStatusView, ServiceError> {
        access::may_connect(caller)?;
        let room = self.0.storage.inventory();
        let before = room.netbox(caller.account()).await?;
        let settings = before.as_ref().map(read).transpose()?.unwrap_or_default();
        let mut settings = settings.changed(&draft)?;
        let sealed = match (&draft.token, before) {
            (Some(token), _) => {
                let token = settings::token(token.expose())?;
                self.0.vault.seal_text(caller, PURPOSE, &wire::vault::Secret::new(token))?
            }
            (None, Some(before)) => before.token,
            (None, None) => {
                return Err(ServiceError::bad("token is missing; make one in NetBox (your name, API Tokens)"));
            }
        };
        let record = NetBoxRecord { settings: String::new(), token: sealed };
        let status = self.open(caller, &settings, &record).await?.status().await?;
        (settings.version, settings.checked_at) = (status.version, Some(clock::now()));
        let written = serde_json::to_string(&settings);
        let written = written.map_err(|_| ServiceError::Internal("the settings could not be written"))?;
        room.set_netbox(caller.account(), &NetBoxRecord { settings: written, ..record }).await?;
        self.0.audit.note(caller, "netbox.configure", settings.url, "done").await;
        self.status(caller).await
    }

    /// Forgets the caller's NetBox with its token. Hosts that came from it stay.
    ///
    /// # Errors
    /// When there is none, or the caller may only watch.
    pub async fn forget(&self, caller: &Caller) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        if !self.0.storage.inventory().delete_netbox(caller.account()).await? {
            return Err(ServiceError::missing("NetBox", "of yours"));
        }
        self.0.audit.note(caller, "netbox.forget", "netbox".to_owned(), "done").await;
        Ok(())
    }

    /// Some of NetBox's devices, each as it would be imported.
    ///
    /// # Errors
    /// When none is configured, or it cannot be asked.
    pub async fn devices(&self, caller: &Caller, query: &NetBoxDeviceQuery) -> Result<NetBoxDeviceList, ServiceError> {
        let (settings, netbox) = self.mine(caller).await?;
        let kind = if query.virtual_machines { NetBoxKind::VirtualMachine } else { NetBoxKind::Device };
        let found = netbox.devices(kind, &filter(&query.filters())?, shown(query.limit), query.offset).await?;
        let around = Surroundings::default();
        let devices = found.results.iter().map(|device| {
            let outcome = mapping::mapped(kind, device, &settings.mapping, &around);
            let (name, id, status) = (device.name.clone(), device.id, device.status().to_owned());
            let (address, said, left_out) = match outcome {
                Ok(host) => (host.address, host.device, None),
                Err(reason) => (String::new(), mapping::metadata(device), Some(reason)),
            };
            NetBoxDeviceView { id, name, address, status, device: said, left_out }
        });
        Ok(NetBoxDeviceList { devices: devices.collect(), total: found.total })
    }

    /// Some of NetBox's sites.
    ///
    /// # Errors
    /// As [`NetBoxes::devices`].
    pub async fn sites(&self, caller: &Caller, query: &NetBoxSiteQuery) -> Result<NetBoxSiteList, ServiceError> {
        let (_, netbox) = self.mine(caller).await?;
        let found = netbox.sites(bounded(&query.search)?, shown(query.limit), query.offset).await?;
        let sites = found.results.into_iter().map(|site| NetBoxSiteView {
            status: site.status().to_owned(),
            id: site.id,
            name: site.name,
            slug: site.slug,
            region: site.region.map(|region| region.name).unwrap_or_default(),
            description: site.description,
        });
        Ok(NetBoxSiteList { sites: sites.collect(), total: found.total })
    }

    /// Begins an import, or a look at what one would do. The answer is a job that can be followed and cancelled.
    ///
    /// # Errors
    /// `Conflict` when one of the caller's goes on; when none is configured, or the vault is locked.
    pub async fn import(&self, caller: &Caller, request: NetBoxImportRequest) -> Result<NetBoxJob, ServiceError> {
        let (settings, netbox) = self.mine(caller).await?;
        let filter = filter(&request.filters)?;
        let job = self.0.jobs.begin(caller.account(), request.dry_run)?;
        self.0
            .audit
            .note(caller, "netbox.import", settings.url.clone(), if request.dry_run { "looks" } else { "began" })
            .await;
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
        Ok(())
    }

    /// Cancels what goes on, and waits for what is being written.
    pub async fn shutdown(&self) {
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
            let known = self.0.storage.inventory().known_elsewhere(caller.account(), &settings.key_beginning()).await?;
            fetch::fetch(netbox, settings, filter, known, job).await
        };
        let fetched = job.cancel.run_until_cancelled(fetching).await?;
        let waited = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        job.note(|view| view.waited_ms = waited);
        let arrivals = match fetched {
            Ok(arrivals) => arrivals,
            Err(error) => return Some(Err(error)),
        };
        if !job.begins_to_write() {
            return None;
        }
        let dry_run = job.view().dry_run;
        Some(self.0.inventory.take_from_elsewhere(caller, arrivals, dry_run).await.map(report))
    }

    /// The caller's NetBox, ready to be asked.
    async fn mine(&self, caller: &Caller) -> Result<(Settings, NetBox), ServiceError> {
        access::may_connect(caller)?;
        let record = self.0.storage.inventory().netbox(caller.account()).await?;
        let record = record.ok_or_else(|| {
            ServiceError::Conflict("no NetBox is configured; give its address and an API token first".to_owned())
        })?;
        let settings = read(&record)?;
        let netbox = self.open(caller, &settings, &record).await?;
        Ok((settings, netbox))
    }

    async fn open(&self, caller: &Caller, settings: &Settings, record: &NetBoxRecord) -> Result<NetBox, ServiceError> {
        let access = NetBoxAccess {
            url: NetBoxUrl::parse(&settings.url)?,
            token: self.0.vault.open_text(caller, PURPOSE, &record.token)?,
            trust: settings.trust(),
            allow_local: self.0.allow_local,
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

fn shown(limit: Option<u32>) -> u32 {
    limit.unwrap_or(SHOWN).clamp(1, MOST_SHOWN)
}

fn bounded(text: &str) -> Result<&str, ServiceError> {
    if text.len() > MAX_FILTER {
        return Err(ServiceError::bad(format!("a filter has {MAX_FILTER} bytes at most")));
    }
    Ok(text.trim())
}

fn filter(filters: &NetBoxFilters) -> Result<NetBoxFilter, ServiceError> {
    let list = |text: &str| {
        let words = bounded(text)?.split(',').map(str::trim).filter(|word| !word.is_empty());
        Ok::<_, ServiceError>(words.map(str::to_owned).collect())
    };
    Ok(NetBoxFilter {
        search: bounded(&filters.search)?.to_owned(),
        site: list(&filters.site)?,
        platform: list(&filters.platform)?,
        role: list(&filters.role)?,
        status: list(&filters.status)?,
        tag: list(&filters.tag)?,
    })
}

fn report(arrived: Arrived) -> NetBoxReport {
    let Arrived { import, vanished, returned } = arrived;
    let count = vanished.len() as u64;
    NetBoxReport { import, vanished: count, vanished_hosts: vanished.into_iter().take(IMPORT_TOLD).collect(), returned }
}
