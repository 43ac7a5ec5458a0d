//! Imports: files in the forms of others become hosts and folders (SPEC §4).
//!
//! Reading is the crate `formats`; here entries get their fields checked ([`entry`]), meet the hosts that are there
//! ([`plan`], [`folders`], [`hops`]), and are written in one transaction, or told and not written. What is wrong with one
//! entry refuses all of them, unless the caller says to leave such entries out. An import can be taken back.

mod adopted;
mod differences;
mod elsewhere;
mod entry;
mod folders;
mod hops;
mod keys;
mod plan;
mod reading;
mod removal;
mod told;
mod ways;
mod writing;

pub(super) use elsewhere::{Arrivals, Arrived};

use super::{Inventory, turns::Turns};
use crate::{Caller, ServiceError, access};
use bytes::Bytes;
use plan::{Course, Current, Plan};
use reading::Read;
use std::{sync::LazyLock, time::Duration};
use tokio::{sync::Semaphore, time::timeout};
use wire::inventory::{Form, ImportMode, ImportQuery, ImportReport};

const BUSY: &str = "other imports go on, and this one found no turn; nothing was changed, try again in a moment";

/// Imports that are worked on at once; others wait, so that large files do not add up in memory.
const AT_ONCE: usize = 2;

/// How long an import waits for others before it gives up.
const PATIENCE: Duration = Duration::from_secs(120);

static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(AT_ONCE));

/// One import of an account is worked on at once, so that nobody takes all turns.
static OF_ACCOUNTS: LazyLock<Turns> = LazyLock::new(Turns::default);

/// A file that is imported.
pub struct ImportFile {
    /// Its name, for its ending and for what errors say.
    pub name: String,
    /// What it holds.
    pub bytes: Bytes,
}

/// Whether a form says all that Berth knows of devices, so that what it leaves out is meant to be empty.
fn says_devices(form: Form) -> bool {
    matches!(form, Form::Yaml | Form::Csv | Form::Json)
}

impl Inventory {
    /// Whether the caller may import at all; asked before anything is read.
    ///
    /// # Errors
    /// A viewer may not.
    pub fn may_import(&self, caller: &Caller) -> Result<(), ServiceError> {
        access::may_connect(caller)
    }

    /// Imports files, or says what importing them would do. With `undo` in the answer it can be taken back.
    ///
    /// # Errors
    /// When a file cannot be read as the form it is said to be, an entry cannot be taken (with file, line and field, for
    /// the first ones), there is no such folder, or the caller may only watch. Nothing is changed then.
    pub async fn import(
        &self,
        caller: &Caller,
        query: &ImportQuery,
        files: Vec<ImportFile>,
    ) -> Result<ImportReport, ServiceError> {
        self.may_import(caller)?;
        let turns = async { (OF_ACCOUNTS.take(caller.account()).await, TURNS.acquire().await) };
        let _turns = timeout(PATIENCE, turns).await.map_err(|_| ServiceError::Busy(BUSY))?;
        let credentials = self.credentials_by_name(caller).await?;
        let form = query.form;
        let reading = tokio::task::spawn_blocking(move || reading::read(form, &files, &credentials));
        let read = reading.await.map_err(|_| ServiceError::Internal("reading the files broke off"))??;
        let replaces = query.mode == ImportMode::Replace;
        if replaces {
            reading::refuse_to_replace(&read, query.skip_invalid)?;
        }
        if !query.dry_run && (read.broken || !query.skip_invalid) {
            reading::refuse(&read.heard)?;
        }
        // What a wrong entry means is not known: what replacing would remove cannot be told either.
        if read.broken || replaces && read.heard.wrong > 0 {
            return Ok(told::report(read.heard, &Plan::default(), 0, true, None));
        }
        self.take(caller, query, read).await
    }

    async fn take(&self, caller: &Caller, query: &ImportQuery, read: Read) -> Result<ImportReport, ServiceError> {
        // Nothing moves between looking and writing.
        let _alone = match query.dry_run {
            true => None,
            false => Some(self.alone(caller.account()).await),
        };
        let current = self.current(caller).await?;
        let within = query.folder_id.as_ref().map(|id| {
            let found = current.folders.iter().find(|folder| folder.id == *id).cloned();
            found.ok_or_else(|| ServiceError::missing("folder", id))
        });
        let spared = read.heard.skips.iter().map(|skip| skip.name.to_lowercase()).collect();
        let course = Course { mode: query.mode, within: within.transpose()?, spared };
        let Read { heard, folders, hosts, keys, frames, .. } = read;
        let mut plan = plan::plan(&current, &course, &folders, keys::absorbed(&current, hosts))?;
        plan.tell_of_kept(&self.kept_before(caller, &frames).await?);
        let credentials = self.0.storage.vault().names(caller.account()).await?;
        told::name_what_is_meant(&mut plan, &current, &credentials);
        let keys = self.new_keys(caller, &current, &plan, keys).await?;
        let count = keys.len() as u64;
        if query.dry_run {
            return Ok(told::report(heard, &plan, count, true, None));
        }
        let undo = self.write(caller, &plan, &frames, keys).await?;
        Ok(told::report(heard, &plan, count, false, undo))
    }
}
