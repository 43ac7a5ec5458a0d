//! Where an account's NetBox is. Its token was sealed before it came here.

use super::Inventory;
use crate::{
    StorageError,
    entities::{
        host, host_source,
        netbox::{ActiveModel, Column, Entity},
    },
    repos::only::Only,
    words,
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, Set, sea_query::OnConflict,
};
use std::fmt;
use wire::{AccountId, HostId};

/// An account's NetBox, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NetBoxRecord {
    /// Its settings, as JSON.
    pub settings: String,
    /// Its token, sealed.
    pub token: Vec<u8>,
}

impl fmt::Debug for NetBoxRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetBoxRecord").finish_non_exhaustive()
    }
}

/// A host that is known elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownElsewhere {
    /// What it is known by there.
    pub key: String,
    /// The host.
    pub host: HostId,
    /// What was kept of it.
    pub kept: String,
    /// Whether it was there no more when that was last looked at.
    pub is_gone: bool,
}

impl Inventory {
    /// The account's NetBox.
    pub async fn netbox(&self, account: &AccountId) -> Result<Option<NetBoxRecord>, StorageError> {
        let row = Entity::find_by_id(account.as_str()).only(&self.0.reads).await?;
        Ok(row.map(|row| NetBoxRecord { settings: row.settings, token: row.token }))
    }

    /// Writes the account's NetBox, in the place of the one before.
    pub async fn set_netbox(&self, account: &AccountId, record: &NetBoxRecord) -> Result<(), StorageError> {
        let row = ActiveModel {
            account_id: Set(account.to_string()),
            settings: Set(record.settings.clone()),
            token: Set(record.token.clone()),
        };
        let known = OnConflict::column(Column::AccountId).update_columns([Column::Settings, Column::Token]).to_owned();
        Entity::insert(row).on_conflict(known).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// Forgets the account's NetBox; `false` when there was none.
    pub async fn delete_netbox(&self, account: &AccountId) -> Result<bool, StorageError> {
        Ok(Entity::delete_by_id(account.as_str()).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// The account's hosts that are known elsewhere by a key that begins so.
    pub async fn known_elsewhere(
        &self,
        account: &AccountId,
        beginning: &str,
    ) -> Result<Vec<KnownElsewhere>, StorageError> {
        let rows = host_source::Entity::find()
            .join(JoinType::InnerJoin, host_source::Relation::Host.def())
            .filter(host::Column::AccountId.eq(account.as_str()))
            .filter(host_source::Column::ExternalKey.starts_with(beginning))
            .all(&self.0.reads)
            .await?;
        let known = |row: host_source::Model| {
            let key = row.external_key.unwrap_or_default();
            Ok(KnownElsewhere {
                key,
                host: words::parse_id(row.host_id)?,
                kept: row.kept,
                is_gone: row.vanished_at.is_some(),
            })
        };
        rows.into_iter().map(known).collect()
    }
}
