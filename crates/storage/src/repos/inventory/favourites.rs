//! Hosts that an account marked.

use super::Inventory;
use crate::{
    StorageError,
    entities::favourite::{ActiveModel, Column, Entity},
    repos::only::Only,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict};
use std::collections::HashSet;
use wire::{AccountId, HostId};

impl Inventory {
    /// Whether the account marked this host.
    pub async fn is_favourite(&self, account: &AccountId, host: &HostId) -> Result<bool, StorageError> {
        let found = Entity::find_by_id((account.to_string(), host.to_string())).only(&self.0.reads).await?;
        Ok(found.is_some())
    }

    /// The ids of all hosts that the account marked.
    pub async fn favourites(&self, account: &AccountId) -> Result<HashSet<String>, StorageError> {
        let ids: Vec<String> = Entity::find()
            .select_only()
            .column(Column::HostId)
            .filter(Column::AccountId.eq(account.as_str()))
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        Ok(ids.into_iter().collect())
    }

    /// Marks a host, or takes the mark off. [`StorageError::Gone`] when there is no such host.
    pub async fn set_favourite(&self, account: &AccountId, host: &HostId, on: bool) -> Result<(), StorageError> {
        if on {
            let row = ActiveModel { account_id: Set(account.to_string()), host_id: Set(host.to_string()) };
            let known = OnConflict::columns([Column::AccountId, Column::HostId]).do_nothing().to_owned();
            Entity::insert(row).on_conflict(known).exec_without_returning(&self.0.writes).await?;
        } else {
            Entity::delete_by_id((account.to_string(), host.to_string())).exec(&self.0.writes).await?;
        }
        Ok(())
    }
}
