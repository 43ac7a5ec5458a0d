//! Trusted host keys, per account and endpoint (`address:port`). An endpoint has one trusted key at a time.

use crate::{
    Db, StorageError,
    entities::host_key::{ActiveModel, Column, Entity},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict};
use std::collections::HashSet;
use wire::{AccountId, Timestamp};

/// The trusted host keys.
#[derive(Debug, Clone)]
pub struct HostKeys(pub(crate) Db);

impl HostKeys {
    /// The OpenSSH lines of what the account trusts there; none when it knows nothing.
    pub async fn trusted(&self, account: &AccountId, endpoint: &str) -> Result<Vec<String>, StorageError> {
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::Endpoint.eq(endpoint))
            .all(&self.0.reads)
            .await?;
        Ok(rows.into_iter().map(|row| row.openssh).collect())
    }

    /// The places where the account trusts a key.
    pub async fn endpoints(&self, account: &AccountId) -> Result<HashSet<String>, StorageError> {
        let mine = Entity::find().select_only().column(Column::Endpoint).filter(Column::AccountId.eq(account.as_str()));
        let places: Vec<String> = mine.into_tuple().all(&self.0.reads).await?;
        Ok(places.into_iter().collect())
    }

    /// Trusts exactly this key there, in place of any other.
    pub async fn trust(
        &self,
        account: &AccountId,
        endpoint: &str,
        openssh: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let row = ActiveModel {
            account_id: Set(account.to_string()),
            endpoint: Set(endpoint.to_owned()),
            openssh: Set(openssh.to_owned()),
            trusted_at: Set(at.millis()),
        };
        let replace = OnConflict::columns([Column::AccountId, Column::Endpoint])
            .update_columns([Column::Openssh, Column::TrustedAt])
            .to_owned();
        Entity::insert(row).on_conflict(replace).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }
}
