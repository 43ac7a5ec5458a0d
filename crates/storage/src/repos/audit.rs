//! The audit log: lines are added to the end of the chain and read, never changed. What retention removes goes from the
//! beginning, and what it stood for is kept.

mod filter;
mod remove;

use crate::{
    Db, StorageError, chain,
    entities::{
        audit_chain,
        audit_line::{ActiveModel, Column, Entity, Model},
    },
    words,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use wire::{
    AccountId, Timestamp,
    audit::{AuditEvent, AuditFilter, AuditHash, AuditHead, AuditPage},
};

const DEFAULT_PAGE: u32 = 100;

/// The row that says where the log ends.
const CHAIN: i64 = 1;

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

/// Where the log begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditEnds {
    /// The last line.
    pub head: AuditHead,
    /// The last line that was removed.
    pub removed: AuditHead,
}

/// The audit log.
#[derive(Debug, Clone)]
pub struct Audit(pub(crate) Db);

impl Audit {
    /// Adds a line.
    pub async fn add(&self, line: AuditLine) -> Result<AuditHead, StorageError> {
        self.add_after(|_| line).await
    }

    /// Adds a line that is made for the place where it comes to stand: right after the head that `make` is given.
    pub async fn add_after(&self, make: impl FnOnce(AuditHead) -> AuditLine + Send) -> Result<AuditHead, StorageError> {
        // Those of this process wait here, and not each with a connection in hand.
        let _turn = self.0.appending.lock().await;
        let txn = self.0.begin().await?;
        // PostgreSQL: whoever reads this row for writing makes all others wait, and they read what this one wrote.
        let head = ends(audit_chain::Entity::find_by_id(CHAIN).lock_exclusive().all(&txn).await?)?.head;
        let head = append(&txn, head, make(head)).await?;
        txn.commit().await?;
        Ok(head)
    }

    /// Where the log begins and ends.
    pub async fn ends(&self) -> Result<AuditEnds, StorageError> {
        ends(audit_chain::Entity::find_by_id(CHAIN).all(&self.0.reads).await?)
    }

    /// The newest lines that a filter means, or those before one.
    pub async fn list(&self, filter: &AuditFilter, page: &AuditPage) -> Result<Vec<AuditEvent>, StorageError> {
        let mut select = Entity::find().filter(filter::condition(filter));
        if let Some(before) = page.before {
            select = select.filter(Column::Number.lt(before));
        }
        let select = select.order_by_desc(Column::Number).limit(words::page(page.limit, DEFAULT_PAGE));
        select.all(&self.0.reads).await?.into_iter().map(event).collect()
    }

    /// The lines that a filter means, the oldest first: so many at most, after a number and up to another one.
    pub async fn walk(
        &self,
        filter: &AuditFilter,
        (after, until): (i64, i64),
        limit: u64,
    ) -> Result<Vec<AuditEvent>, StorageError> {
        let select = Entity::find()
            .filter(filter::condition(filter))
            .filter(Column::Number.gt(after))
            .filter(Column::Number.lte(until))
            .order_by_asc(Column::Number)
            .limit(limit);
        select.all(&self.0.reads).await?.into_iter().map(event).collect()
    }
}

/// Writes a line behind the head, and the new head. Whoever calls holds the chain's row.
async fn append(db: &impl ConnectionTrait, head: AuditHead, line: AuditLine) -> Result<AuditHead, StorageError> {
    let mut event = AuditEvent {
        id: head.number + 1,
        at: line.at,
        account_id: line.account_id,
        account_name: words::storable(&line.account_name),
        address: line.address.as_deref().map(words::storable),
        request_id: words::storable(&line.request_id),
        action: line.action,
        object: words::storable(&line.object),
        outcome: words::storable(&line.outcome),
        previous: head.hash,
        hash: AuditHash::NONE,
    };
    event.hash = chain::hash(&event);
    let head = event.head();
    Entity::insert(row(event)).exec_without_returning(db).await?;
    let moved = audit_chain::Entity::update_many()
        .col_expr(audit_chain::Column::HeadNumber, Expr::value(head.number))
        .col_expr(audit_chain::Column::HeadHash, Expr::value(head.hash.bytes().to_vec()));
    moved.exec(db).await?;
    Ok(head)
}

fn row(event: AuditEvent) -> ActiveModel {
    ActiveModel {
        number: Set(event.id),
        at: Set(event.at.millis()),
        account_id: Set(event.account_id.map(|id| id.to_string())),
        account_name: Set(event.account_name),
        address: Set(event.address),
        request_id: Set(event.request_id),
        action: Set(event.action),
        object: Set(event.object),
        outcome: Set(event.outcome),
        previous: Set(event.previous.bytes().to_vec()),
        hash: Set(event.hash.bytes().to_vec()),
    }
}

fn event(row: Model) -> Result<AuditEvent, StorageError> {
    Ok(AuditEvent {
        id: row.number,
        at: Timestamp::from_millis(row.at),
        account_id: row.account_id.map(words::parse_id).transpose()?,
        account_name: row.account_name,
        address: row.address,
        request_id: row.request_id,
        action: row.action,
        object: row.object,
        outcome: row.outcome,
        previous: parse_hash(&row.previous)?,
        hash: parse_hash(&row.hash)?,
    })
}

fn ends(mut rows: Vec<audit_chain::Model>) -> Result<AuditEnds, StorageError> {
    let missing = || StorageError::Corrupt { what: "end of the audit log", why: "its row is gone".to_owned() };
    let row = rows.pop().ok_or_else(missing)?;
    Ok(AuditEnds {
        head: AuditHead { number: row.head_number, hash: parse_hash(&row.head_hash)? },
        removed: AuditHead { number: row.removed_number, hash: parse_hash(&row.removed_hash)? },
    })
}

fn parse_hash(bytes: &[u8]) -> Result<AuditHash, StorageError> {
    let corrupt = |_| StorageError::Corrupt { what: "hash", why: format!("it has {} bytes", bytes.len()) };
    bytes.try_into().map(AuditHash::new).map_err(corrupt)
}
