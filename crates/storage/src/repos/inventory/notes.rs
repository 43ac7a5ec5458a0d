//! What Berth itself notes about a host: probes, bootstraps, last use.

use super::Inventory;
use crate::{
    StorageError,
    entities::host::{ActiveModel, Column, Entity},
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{
    AccountId, HostId, Timestamp,
    inventory::{BootstrapState, Reachability},
};

/// How a bootstrap ended.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapRecord {
    /// How.
    pub state: BootstrapState,
    /// What was done, or why it failed.
    pub message: String,
    /// When.
    pub at: Timestamp,
    /// The operating system; `None` keeps what an earlier one read.
    pub os: Option<String>,
    /// The host's own name; `None` keeps what an earlier one read.
    pub hostname: Option<String>,
}

impl Inventory {
    /// What the probe can dial, over all accounts, by id: `limit` hosts after this one. Hosts behind another host
    /// cannot be dialled from here and are left out.
    pub async fn all_endpoints(
        &self,
        limit: u64,
        after: Option<&HostId>,
    ) -> Result<Vec<(AccountId, HostId, String, u16)>, StorageError> {
        let mut select = Entity::find().filter(Column::JumpHostId.is_null());
        if let Some(after) = after {
            select = select.filter(Column::Id.gt(after.as_str()));
        }
        let rows = select.order_by_asc(Column::Id).limit(limit).all(&self.0.reads).await?;
        rows.into_iter()
            .map(|row| {
                let port = words::parse_number("port", i64::from(row.port))?;
                Ok((words::parse_id(row.account_id)?, words::parse_id(row.id)?, row.address, port))
            })
            .collect()
    }

    /// Notes what a probe found. Whether that is something else than what was known.
    pub async fn set_reachability(
        &self,
        id: &HostId,
        status: Reachability,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let change =
            ActiveModel { status: Set(words::word(status)), probed_at: Set(Some(at.millis())), ..Default::default() };
        let found = words::word(status);
        let note = Entity::update_many().set(change).filter(Column::Id.eq(id.as_str()));
        let news = note.clone().filter(Column::Status.ne(found)).exec(&self.0.writes).await?;
        if news.rows_affected > 0 {
            return Ok(true);
        }
        note.exec(&self.0.writes).await?;
        Ok(false)
    }

    /// Notes how a bootstrap ended.
    pub async fn set_bootstrap(
        &self,
        account: &AccountId,
        id: &HostId,
        bootstrap: &BootstrapRecord,
    ) -> Result<(), StorageError> {
        let mut change = ActiveModel {
            bootstrap: Set(words::word(bootstrap.state)),
            bootstrap_message: Set(Some(words::storable(&bootstrap.message))),
            bootstrap_at: Set(Some(bootstrap.at.millis())),
            ..Default::default()
        };
        if bootstrap.state == BootstrapState::Success {
            reached(&mut change, bootstrap.at);
        }
        if let Some(os) = &bootstrap.os {
            change.os = Set(Some(words::storable(os)));
        }
        if let Some(hostname) = &bootstrap.hostname {
            change.hostname = Set(Some(words::storable(hostname)));
        }
        self.note(account, id, change).await
    }

    /// Notes that it was opened, so it can be reached.
    pub async fn set_last_used(&self, account: &AccountId, id: &HostId, at: Timestamp) -> Result<(), StorageError> {
        let mut change = ActiveModel { last_used_at: Set(Some(at.millis())), ..Default::default() };
        reached(&mut change, at);
        self.note(account, id, change).await
    }

    /// Forgets what probes and bootstraps found: the host stands for another machine from now on.
    pub async fn forget_findings(&self, account: &AccountId, id: &HostId) -> Result<(), StorageError> {
        let change = ActiveModel {
            status: Set(words::word(Reachability::Unknown)),
            probed_at: Set(None),
            bootstrap: Set(words::word(BootstrapState::Never)),
            bootstrap_message: Set(None),
            bootstrap_at: Set(None),
            os: Set(None),
            hostname: Set(None),
            ..Default::default()
        };
        self.note(account, id, change).await
    }

    async fn note(&self, account: &AccountId, id: &HostId, change: ActiveModel) -> Result<(), StorageError> {
        Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::AccountId.eq(account.as_str()))
            .exec(&self.0.writes)
            .await?;
        Ok(())
    }
}

/// Whoever opened a host knows better than a probe.
fn reached(change: &mut ActiveModel, at: Timestamp) {
    change.status = Set(words::word(Reachability::Online));
    change.probed_at = Set(Some(at.millis()));
}
