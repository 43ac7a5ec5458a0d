//! The keys that an account lets vouch for hosts, and those that it never accepts.

use super::LIST_LIMIT;
use crate::{
    Db, StorageError,
    entities::host_authority::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{AccountId, HostAuthorityId, Timestamp};

/// A line of `known_hosts` with a marker, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAuthorityRecord {
    /// Its id.
    pub id: HostAuthorityId,
    /// The names that it is for, as they are written.
    pub names: String,
    /// The key, as a line of OpenSSH without a comment.
    pub openssh: String,
    /// Whether it is never accepted, instead of vouching.
    pub revoked: bool,
    /// What stands behind the key.
    pub comment: String,
    /// When it was added.
    pub added_at: Timestamp,
}

/// The authorities.
#[derive(Debug, Clone)]
pub struct HostAuthorities(pub(crate) Db);

impl HostAuthorities {
    /// The account's, the oldest first.
    pub async fn list(&self, account: &AccountId) -> Result<Vec<HostAuthorityRecord>, StorageError> {
        let mine = Entity::find().filter(Column::AccountId.eq(account.as_str()));
        let rows = mine.order_by_asc(Column::Id).limit(LIST_LIMIT).all(&self.0.reads).await?;
        rows.into_iter().map(record).collect()
    }

    /// Adds some: all or none.
    pub async fn add(&self, account: &AccountId, added: &[HostAuthorityRecord]) -> Result<(), StorageError> {
        let rows = added.iter().map(|one| ActiveModel {
            id: Set(one.id.to_string()),
            account_id: Set(account.to_string()),
            names: Set(one.names.clone()),
            openssh: Set(one.openssh.clone()),
            revoked: Set(one.revoked),
            comment: Set(one.comment.clone()),
            added_at: Set(one.added_at.millis()),
        });
        Entity::insert_many(rows).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// Takes one away. `false` when the account has none of that id.
    pub async fn delete(&self, account: &AccountId, id: &HostAuthorityId) -> Result<bool, StorageError> {
        let delete = Entity::delete_many().filter(Column::Id.eq(id.as_str()));
        Ok(delete.filter(Column::AccountId.eq(account.as_str())).exec(&self.0.writes).await?.rows_affected > 0)
    }
}

fn record(row: Model) -> Result<HostAuthorityRecord, StorageError> {
    Ok(HostAuthorityRecord {
        id: words::parse_id(row.id)?,
        names: row.names,
        openssh: row.openssh,
        revoked: row.revoked,
        comment: row.comment,
        added_at: Timestamp::from_millis(row.added_at),
    })
}
