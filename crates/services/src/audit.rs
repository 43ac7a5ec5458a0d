//! The audit log: what was done that matters, by whom, from where, to what, and how it went (SPEC §2).
//!
//! Lines are added and read, never changed. What it cannot do yet: prove that nobody changed them behind its back.

use crate::{Caller, ServiceError, Visitor, clock::now};
use storage::{AuditLine, Storage};
use wire::{
    AccountId,
    accounts::Role,
    audit::{AuditList, AuditQuery},
};

/// The audit log. Cheap to clone.
#[derive(Clone)]
pub struct Audit(Storage);

impl Audit {
    pub(crate) fn new(storage: Storage) -> Self {
        Self(storage)
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

    /// Notes what an account did before it was let in.
    pub(crate) async fn note_account(
        &self,
        visitor: &Visitor,
        account: (&AccountId, &str),
        action: &'static str,
        object: String,
        outcome: &str,
    ) {
        self.add(visitor, Some(account.0), account.1, action, object, outcome).await;
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
        if let Err(error) = self.0.audit().add(line.clone()).await {
            tracing::error!(%error, action, object = line.object, by = name, "the audit log could not be written");
        }
    }

    /// The newest entries, or those before one.
    ///
    /// # Errors
    /// `Forbidden` for anybody but an admin or a viewer.
    pub async fn list(&self, caller: &Caller, query: &AuditQuery) -> Result<AuditList, ServiceError> {
        if !matches!(caller.role(), Role::Admin | Role::Viewer) {
            return Err(ServiceError::Forbidden("only an admin or a viewer reads the audit log"));
        }
        Ok(AuditList { events: self.0.audit().list(query).await? })
    }
}
