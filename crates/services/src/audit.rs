//! The audit log: what was done that matters, by whom, from where, to what, and how it went (SPEC §2).
//!
//! Lines are added and read, never changed; each stands on the hash of the line before it. What that shows and what it does
//! not is in docs/SECURITY.md: whoever controls the database can write it anew as a whole, unless a head was kept elsewhere
//! or a seal of the server's key is in the way.

mod export;
mod file;
mod keeper;
mod reading;
mod seal;
mod verify;

pub use export::Export;
pub use file::{FileProblem, verify_file};

use crate::{AuditSettings, Caller, ServiceError, Visitor, clock::now, vault::server_key::ServerKey};
use std::{path::PathBuf, sync::Arc};
use storage::{AuditLine, Storage};
use tokio::sync::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::{AccountId, audit::AuditHead};

/// The audit log. Cheap to clone.
#[derive(Clone)]
pub struct Audit(Arc<Room>);

struct Room {
    storage: Storage,
    settings: AuditSettings,
    key: ServerKey,
    /// One walk along the whole log at a time.
    walking: Mutex<()>,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Audit {
    /// The log of a database. Nothing runs in the background by itself: the server starts that.
    pub fn new(storage: Storage, settings: AuditSettings, server_key: PathBuf) -> Self {
        let key = ServerKey::new(server_key);
        let (walking, stopping, tasks) = (Mutex::default(), CancellationToken::new(), TaskTracker::new());
        Self(Arc::new(Room { storage, settings, key, walking, stopping, tasks }))
    }

    /// Notes what an account did. A log that cannot be written stops nobody, but is told loudly.
    pub(crate) async fn note(&self, caller: &Caller, action: &'static str, object: String, outcome: &str) {
        self.add(caller.visitor(), Some(caller.account()), caller.name(), action, object, outcome).await;
    }

    /// Notes what somebody without an account did.
    pub(crate) async fn note_guest(
        &self,
        visitor: &Visitor,
        name: &str,
        action: &'static str,
        object: String,
        outcome: &str,
    ) {
        self.add(visitor, None, name, action, object, outcome).await;
    }

    /// Notes what an account did that is not a caller yet, or no more.
    pub(crate) async fn note_account(
        &self,
        visitor: &Visitor,
        (account, name): (&AccountId, &str),
        action: &'static str,
        object: String,
        outcome: &str,
    ) {
        self.add(visitor, Some(account), name, action, object, outcome).await;
    }

    /// Notes what was done on the command line.
    pub(crate) async fn note_console(&self, action: &'static str, object: String, outcome: &str) {
        self.add(&Visitor::default(), None, "command line", action, object, outcome).await;
    }

    /// Notes what happened by itself.
    pub(crate) async fn note_server(&self, action: &'static str, object: String, outcome: &str) {
        self.add(&Visitor::default(), None, "server", action, object, outcome).await;
    }

    async fn add(
        &self,
        visitor: &Visitor,
        account: Option<&AccountId>,
        name: &str,
        action: &'static str,
        object: String,
        outcome: &str,
    ) {
        let line = AuditLine {
            at: now(),
            account_id: account.cloned(),
            account_name: name.to_owned(),
            address: visitor.address.map(|address| address.to_string()),
            request_id: visitor.request_id.clone(),
            action: action.to_owned(),
            object,
            outcome: outcome.to_owned(),
        };
        if let Err(error) = self.0.storage.audit().add(line.clone()).await {
            tracing::error!(%error, action, object = line.object, by = name, "the audit log could not be written");
        }
    }

    /// Notes what the server does and must not do unnoted. `make` is given the line before.
    async fn must_note(
        &self,
        action: &'static str,
        make: impl FnOnce(AuditHead) -> (String, String) + Send,
    ) -> Result<AuditHead, ServiceError> {
        let line = |head| {
            let (object, outcome) = make(head);
            let (action, account_name, request_id) = (action.to_owned(), "server".to_owned(), String::new());
            AuditLine { at: now(), account_id: None, account_name, address: None, request_id, action, object, outcome }
        };
        Ok(self.0.storage.audit().add_after(line).await?)
    }
}
