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
mod told;
mod writing;

pub(super) use elsewhere::{Arrivals, Arrived};

use super::Inventory;
use crate::{Caller, ServiceError, access};
use bytes::Bytes;
use plan::{Course, Current, Plan};
use reading::Read;
use std::sync::LazyLock;
use tokio::sync::Semaphore;
use wire::inventory::{Form, ImportQuery, ImportReport};

/// Imports that are worked on at once; others wait, so that large files do not add up in memory.
const AT_ONCE: usize = 2;

static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(AT_ONCE));

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
        access::may_connect(caller)?;
        let _turn = TURNS.acquire().await.map_err(|_| ServiceError::Unavailable("the server is stopping"))?;
        let credentials = self.credentials_by_name(caller).await?;
        let form = query.form;
        let reading = tokio::task::spawn_blocking(move || reading::read(form, &files, &credentials));
        let read = reading.await.map_err(|_| ServiceError::Internal("reading the files broke off"))??;
        if !query.dry_run && (read.broken || !query.skip_invalid) {
            reading::refuse(&read.heard.errors)?;
        }
        if read.broken {
            return Ok(told::report(read.heard, &Plan::default(), 0, true, None));
        }
        self.take(caller, query, read).await
    }

    async fn take(&self, caller: &Caller, query: &ImportQuery, read: Read) -> Result<ImportReport, ServiceError> {
        let current = self.current(caller).await?;
        let within = query.folder_id.as_ref().map(|id| {
            let found = current.folders.iter().find(|folder| folder.id == *id).cloned();
            found.ok_or_else(|| ServiceError::missing("folder", id))
        });
        let course = Course { mode: query.mode, within: within.transpose()? };
        let Read { heard, folders, hosts, keys, frames, .. } = read;
        let plan = plan::plan(&current, &course, &folders, keys::absorbed(&current, hosts))?;
        let keys = self.new_keys(caller, &current, &plan, keys).await?;
        let count = keys.len() as u64;
        if query.dry_run {
            return Ok(told::report(heard, &plan, count, true, None));
        }
        let undo = self.write(caller, &plan, &frames, keys).await?;
        Ok(told::report(heard, &plan, count, false, undo))
    }
}
