//! Imports that are done without anybody: an account says how often, and seals the token to the server's key for it (SPEC §3).
//!
//! When the next one begins stands in the database, so that a restart loses none: what was missed is done once. Whoever begins
//! one takes it there first, so that two processes never do the same. It runs as the account itself, with nothing of its vault
//! open, through the same job as an import by hand; an account that is switched off or may only watch has none.

use super::{
    NetBoxes, Room, filter,
    job::{Job, Wish},
    read, schedule,
};
use crate::{
    Caller, ServiceError, access, clock,
    vault::{random, server_key::Purpose},
};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use storage::{NetBoxRecord, NetBoxSyncRecord};
use tokio::time::timeout;
use transport::NetBoxError;
use wire::{
    AccountId, Timestamp,
    events::Topic,
    inventory::{
        LONGEST_SYNC, NetBoxFilters, NetBoxJob, NetBoxJobState, NetBoxStatusView, NetBoxSyncDraft, NetBoxSyncRun,
        NetBoxSyncView,
    },
    vault::Secret,
};

/// What the token is sealed for.
const WORK: &str = "netbox sync";

/// So many accounts' imports are done at once.
pub(super) const AT_ONCE: usize = 2;

/// So many that are due are looked at in one round.
const ROUND: u64 = 50;

/// At least this often is looked whether something is due, because other processes change it too.
const LOOK: Duration = Duration::from_secs(60);

/// Whoever took one and did not end it lost it after this: then the process died.
const TAKEN_FOR: Duration = Duration::from_secs(30 * 60);

/// When it is tried again while another import of the account goes on.
const LATER: Duration = Duration::from_secs(60);

impl NetBoxes {
    /// Switches scheduled imports on or off, or says how they are done. Switched off, the token that was sealed for them is gone
    /// at once, and one that goes on is cancelled.
    ///
    /// # Errors
    /// When no NetBox is configured, the interval or a filter is not acceptable, the vault is locked where the token has to be
    /// sealed, the server's key cannot be used, or the caller may only watch.
    pub async fn set_sync(&self, caller: &Caller, draft: NetBoxSyncDraft) -> Result<NetBoxStatusView, ServiceError> {
        access::may_connect(caller)?;
        let (record, now) = (self.record(caller).await?, clock::now());
        let rows = self.0.around.storage.inventory();
        let before = rows.netbox_sync(caller.account()).await?;
        let shown = self.sync_view(caller.account(), Some(&record)).await?;
        let every = self.interval(draft.every_seconds.unwrap_or(shown.every_seconds), draft.enabled)?;
        let filters = draft.filters.unwrap_or(shown.filters);
        filter(&filters)?;
        let kept = before.as_ref().filter(|_| draft.enabled).and_then(|sync| sync.token.clone().zip(sync.sealed_at));
        let sealed = match kept {
            Some(sealed) => Some(sealed),
            None if draft.enabled => Some((self.sealed(caller, &record).await?, now)),
            None => None,
        };
        let is_same = before.as_ref().is_some_and(|sync| sync.token.is_some() && sync.every_seconds == every);
        let next_at = match before.filter(|_| is_same) {
            Some(sync) => sync.next_at,
            None => schedule::next(now, Duration::from_secs(every), 0, None, chance()),
        };
        let (token, sealed_at) = sealed.unzip();
        let sync = NetBoxSyncRecord {
            token,
            sealed_at,
            every_seconds: every,
            filters: serde_json::to_string(&filters)
                .map_err(|_| ServiceError::Internal("filters could not be written"))?,
            next_at,
            failures: 0,
            last: None,
        };
        rows.set_netbox_sync(caller.account(), &sync).await?;
        if !draft.enabled {
            self.0.jobs.cancel_scheduled(caller.account());
        }
        let outcome = if draft.enabled { "on" } else { "off" };
        self.0.around.audit.note(caller, "netbox.sync", read(&record)?.url, outcome).await;
        self.0.changed.notify_one();
        self.tell(caller.account());
        self.status(caller).await
    }

    /// Does now what is scheduled, as it is done without anybody.
    ///
    /// # Errors
    /// `Conflict` when nothing is scheduled or an import goes on; when the caller may only watch.
    pub async fn sync_now(&self, caller: &Caller) -> Result<NetBoxJob, ServiceError> {
        access::may_connect(caller)?;
        let sync = self.0.around.storage.inventory().netbox_sync(caller.account()).await?;
        let sync = sync.filter(|sync| sync.token.is_some());
        let sync =
            sync.ok_or_else(|| ServiceError::Conflict("scheduled imports are off; switch them on".to_owned()))?;
        let job = self.0.jobs.begin(caller.account(), wish(&sync))?;
        let (rooms, account, working) = (self.clone(), caller.account().clone(), Arc::clone(&job));
        self.0.working.spawn(async move { rooms.carry_out(&account, &working).await });
        Ok(job.view())
    }

    /// Begins to do what is scheduled; it ends with the room.
    pub(super) fn begin_schedule(&self) {
        let (room, stop, changed) = (Arc::downgrade(&self.0), self.0.stopping.clone(), Arc::clone(&self.0.changed));
        let rounds = async move {
            while let Some(pause) = round(&room).await {
                // Woken or not, the next round looks.
                let _ = timeout(pause, changed.notified()).await;
            }
        };
        self.0.working.spawn(async move { stop.run_until_cancelled(rounds).await });
    }

    /// How it stands for an account.
    pub(super) async fn sync_view(
        &self,
        account: &AccountId,
        netbox: Option<&NetBoxRecord>,
    ) -> Result<NetBoxSyncView, ServiceError> {
        let shortest_seconds = self.0.around.settings.shortest_sync.as_secs().clamp(1, LONGEST_SYNC);
        let view = NetBoxSyncView { shortest_seconds, ..NetBoxSyncView::default() };
        let sync = self.0.around.storage.inventory().netbox_sync(account).await?;
        let (Some(sync), Some(netbox)) = (sync, netbox) else { return Ok(view) };
        let (url, enabled) = (read(netbox)?.url, sync.token.is_some());
        Ok(NetBoxSyncView {
            enabled,
            every_seconds: sync.every_seconds,
            filters: filters(&sync),
            sealed: enabled.then(|| format!("API token of {url}")),
            sealed_at: sync.sealed_at.filter(|_| enabled),
            next_at: enabled.then_some(sync.next_at),
            failures: sync.failures,
            // What an older version wrote is no reason to show nothing at all.
            last: sync.last.and_then(|last| serde_json::from_str(&last).ok()),
            ..view
        })
    }

    /// A new token, sealed to the server's key, when scheduled imports are on.
    pub(super) async fn resealed(
        &self,
        caller: &Caller,
        settings: &super::Settings,
        new: Option<Secret>,
    ) -> Result<Option<Vec<u8>>, ServiceError> {
        let sync = self.0.around.storage.inventory().netbox_sync(caller.account()).await?;
        match new.filter(|_| sync.is_some_and(|sync| sync.token.is_some())) {
            Some(token) => {
                let purpose = purpose(caller.account(), &settings.url);
                Ok(Some(self.0.around.server_key.seal(purpose, &token).await?))
            }
            None => Ok(None),
        }
    }

    /// Tells the account's pages that they have to look again.
    pub(super) fn tell(&self, account: &AccountId) {
        self.0.around.events.changed(account, Topic::Netbox, None);
    }

    async fn sealed(&self, caller: &Caller, record: &NetBoxRecord) -> Result<Vec<u8>, ServiceError> {
        let token = self.0.around.vault.open_text(caller, super::PURPOSE, &record.token)?;
        self.0.around.server_key.seal(purpose(caller.account(), &read(record)?.url), &token).await
    }

    fn interval(&self, seconds: u64, enabled: bool) -> Result<u64, ServiceError> {
        let shortest = self.0.around.settings.shortest_sync.as_secs().clamp(1, LONGEST_SYNC);
        if enabled && !(shortest..=LONGEST_SYNC).contains(&seconds) {
            return Err(ServiceError::bad(format!(
                "every_seconds lies between {shortest} and {LONGEST_SYNC} here; an admin may allow less ([netbox] shortest_sync)"
            )));
        }
        Ok(seconds)
    }

    /// Takes one that is due, and does it as soon as there is a place.
    async fn begin_due(&self, account: AccountId, due: Timestamp) -> Result<(), ServiceError> {
        let rows = self.0.around.storage.inventory();
        if !rows.claim_netbox_sync(&account, due, schedule::later(clock::now(), TAKEN_FOR)).await? {
            return Ok(());
        }
        let rooms = self.clone();
        self.0.working.spawn(async move {
            // The places are never closed.
            let Ok(_place) = rooms.0.places.acquire().await else { return };
            if let Err(error) = rooms.do_taken(&account).await {
                tracing::warn!(%error, %account, "a scheduled import from NetBox could not begin");
            }
        });
        Ok(())
    }

    async fn do_taken(&self, account: &AccountId) -> Result<(), ServiceError> {
        let rows = self.0.around.storage.inventory();
        let Some(sync) = rows.netbox_sync(account).await? else { return Ok(()) };
        if self.0.stopping.is_cancelled() {
            return Ok(rows.put_off_netbox_sync(account, clock::now(), sync.failures, None).await?);
        }
        match self.0.jobs.begin(account, wish(&sync)) {
            Ok(job) => self.carry_out(account, &job).await,
            // One by hand goes on.
            Err(_) => {
                let next_at = schedule::later(clock::now(), LATER);
                rows.put_off_netbox_sync(account, next_at, sync.failures, None).await?;
                self.0.changed.notify_one();
            }
        }
        Ok(())
    }

    /// Does it, and says when the next one begins.
    async fn carry_out(&self, account: &AccountId, job: &Job) {
        let mut asked = None;
        let outcome = match job.cancel.run_until_cancelled(self.unattended(account)).await {
            None => None,
            Some(Err(error)) => Some(Err(error)),
            Some(Ok((caller, settings, netbox))) => match filter(&job.view().filters) {
                Ok(filter) => {
                    self.0.around.audit.note(&caller, "netbox.import", settings.url.clone(), "scheduled").await;
                    self.work(&caller, job, &settings, &netbox, &filter).await
                }
                Err(error) => Some(Err(error)),
            },
        };
        if let Some(Err(ServiceError::NetBox(NetBoxError::Busy { wait, .. }))) = &outcome {
            asked = *wait;
        }
        job.end(outcome);
        if let Err(error) = self.note_end(account, &job.view(), asked).await {
            tracing::warn!(%error, %account, "the end of a scheduled import from NetBox could not be written");
        }
        self.tell(account);
    }

    async fn note_end(
        &self,
        account: &AccountId,
        job: &NetBoxJob,
        asked: Option<Duration>,
    ) -> Result<(), ServiceError> {
        let (rows, now) = (self.0.around.storage.inventory(), clock::now());
        let Some(sync) = rows.netbox_sync(account).await? else { return Ok(()) };
        if job.state == NetBoxJobState::Cancelled && self.0.stopping.is_cancelled() {
            // The next process does it.
            return Ok(rows.put_off_netbox_sync(account, now, sync.failures, None).await?);
        }
        let failures = if job.state == NetBoxJobState::Failed { sync.failures.saturating_add(1) } else { 0 };
        let every = Duration::from_secs(sync.every_seconds);
        let next_at = schedule::next(now, every, failures, asked, chance());
        let last = serde_json::to_string(&run(job, now));
        let last = last.map_err(|_| ServiceError::Internal("an outcome could not be written"))?;
        rows.put_off_netbox_sync(account, next_at, failures, Some(last)).await?;
        self.0.changed.notify_one();
        Ok(())
    }

    /// The account as its own caller, and its NetBox by the token that was sealed to the server's key.
    async fn unattended(&self, account: &AccountId) -> Result<(Caller, super::Settings, super::NetBox), ServiceError> {
        let caller = self.0.around.accounts.unattended(account).await?;
        let caller = caller.ok_or(ServiceError::Forbidden("the account is switched off"))?;
        access::may_connect(&caller)?;
        let settings = read(&self.record(&caller).await?)?;
        let sync = self.0.around.storage.inventory().netbox_sync(account).await?;
        let token = sync.and_then(|sync| sync.token);
        let token = token.ok_or_else(|| ServiceError::Conflict("scheduled imports are off".to_owned()))?;
        let token = self.0.around.server_key.open(purpose(account, &settings.url), &token).await?;
        let netbox = self.open(&settings, token).await?;
        Ok((caller, settings, netbox))
    }
}

/// Begins all that is due; how long to wait then. None when the room is gone.
async fn round(room: &Weak<Room>) -> Option<Duration> {
    let rooms = NetBoxes(room.upgrade()?);
    let rows = rooms.0.around.storage.inventory();
    let due = match rows.due_netbox_syncs(clock::now(), ROUND).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(%error, "scheduled imports from NetBox could not be looked up; the next round tries again");
            return Some(LOOK);
        }
    };
    for (account, due) in due {
        if let Err(error) = rooms.begin_due(account, due).await {
            tracing::warn!(%error, "a scheduled import from NetBox could not be taken");
        }
    }
    let next = rows.next_netbox_sync().await.ok().flatten();
    let millis = next.map(|next| next.millis().saturating_sub(clock::now().millis()).max(0));
    Some(millis.map_or(LOOK, |millis| Duration::from_millis(millis.unsigned_abs()).min(LOOK)))
}

fn purpose<'a>(account: &'a AccountId, url: &'a str) -> Purpose<'a> {
    Purpose { account, work: WORK, shown_to: url }
}

fn filters(sync: &NetBoxSyncRecord) -> NetBoxFilters {
    serde_json::from_str(&sync.filters).unwrap_or_default()
}

fn wish(sync: &NetBoxSyncRecord) -> Wish {
    Wish { dry_run: false, scheduled: true, filters: filters(sync) }
}

fn run(job: &NetBoxJob, now: Timestamp) -> NetBoxSyncRun {
    let import = job.report.as_ref().map(|report| &report.import);
    let count = |of: fn(&wire::inventory::ImportReport) -> u64| import.map(of).unwrap_or_default();
    NetBoxSyncRun {
        started_at: job.started_at,
        ended_at: job.ended_at.unwrap_or(now),
        state: job.state,
        error: job.error.clone(),
        added: count(|import| import.added),
        updated: count(|import| import.updated),
        skipped: count(|import| import.skipped),
        vanished: job.report.as_ref().map(|report| report.vanished).unwrap_or_default(),
        undo: import.and_then(|import| import.undo.clone()),
    }
}

/// A number from 0 to 1. Without a random source there is no jitter, which harms nothing.
fn chance() -> f64 {
    random::bytes::<2>().map_or(0.0, |bytes| f64::from(u16::from_le_bytes(*bytes)) / f64::from(u16::MAX))
}
