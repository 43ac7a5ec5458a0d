//! Reading the log: its lines, and how its chain stands. For admins and viewers.

use super::Audit;
use crate::{Caller, ServiceError};
use wire::{
    accounts::Role,
    audit::{AuditChain, AuditEvent, AuditFilter, AuditList, AuditPage},
};

impl Audit {
    /// The newest entries that a filter means, or those before one.
    ///
    /// # Errors
    /// `Forbidden` for anybody but an admin or a viewer.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<AuditList, ServiceError> {
        may_read(caller)?;
        Ok(AuditList { events: self.0.storage.audit().list(filter, page).await? })
    }

    /// Where the log begins and ends, and when it was verified and sealed last.
    ///
    /// # Errors
    /// As [`Audit::list`].
    pub async fn chain(&self, caller: &Caller) -> Result<AuditChain, ServiceError> {
        may_read(caller)?;
        let ends = self.0.storage.audit().ends().await?;
        Ok(AuditChain {
            head: ends.head,
            removed: ends.removed,
            verified: self.newest(super::verify::ACTION).await?,
            sealed: self.newest(super::seal::ACTION).await?,
        })
    }

    /// The newest line of an action.
    pub(super) async fn newest(&self, action: &str) -> Result<Option<AuditEvent>, ServiceError> {
        let filter = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
        let page = AuditPage { limit: Some(1), before: None };
        Ok(self.0.storage.audit().list(&filter, &page).await?.pop())
    }
}

/// Who may read the log.
pub(super) fn may_read(caller: &Caller) -> Result<(), ServiceError> {
    match caller.role() {
        Role::Admin | Role::Viewer => Ok(()),
        Role::Member => Err(ServiceError::Forbidden("only an admin or a viewer reads the audit log")),
    }
}
