//! The audit log: lines are added and read, never changed.

use crate::{
    Db, StorageError,
    entities::audit_event::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{
    AccountId, Timestamp,
    audit::{AuditEvent, AuditQuery},
};

const DEFAULT_PAGE: u32 = 100;

/// A line to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// The account; missing when a guest did it.
    pub account_id: Option<AccountId>,
    /// Its name, or the guest's.
    pub account_name: String,
    /// From where.
    pub address: Option<String>,
    /// The request that did it.
    pub request_id: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// How it went.
    pub outcome: String,
}

/// The audit log.
#[derive(Debug, Clone)]
pub struct Audit(pub(crate) Db);

impl Audit {
    /// Adds a line.
    pub async fn add(&self, line: AuditLine) -> Result<(), StorageError> {
        let row = ActiveModel {
            id: NotSet,
            at: Set(line.at.millis()),
            account_id: Set(line.account_id.map(|id| id.to_string())),
            account_name: Set(words::storable(&line.account_name)),
            address: Set(line.address),
            request_id: Set(words::storable(&line.request_id)),
            action: Set(line.action),
            object: Set(words::storable(&line.object)),
            outcome: Set(words::storable(&line.outcome)),
        };
        Entity::insert(row).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// The newest lines, or those before one.
    pub async fn list(&self, query: &AuditQuery) -> Result<Vec<AuditEvent>, StorageError> {
        let mut select = Entity::find();
        if let Some(before) = query.before {
            select = select.filter(Column::Id.lt(before));
        }
        let select = select.order_by_desc(Column::Id).limit(words::page(query.limit, DEFAULT_PAGE));
        select.all(&self.0.reads).await?.into_iter().map(event).collect()
    }
}

fn event(row: Model) -> Result<AuditEvent, StorageError> {
    Ok(AuditEvent {
        id: row.id,
        at: Timestamp::from_millis(row.at),
        account_id: row.account_id.map(words::parse_id).transpose()?,
        account_name: row.account_name,
        address: row.address,
        request_id: row.request_id,
        action: row.action,
        object: row.object,
        outcome: row.outcome,
    })
}
