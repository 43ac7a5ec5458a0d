//! Where hosts and folders were read from: what an export gives back, and what they are known by elsewhere.

use super::{Inventory, hosts::view};
use crate::{
    StorageError,
    entities::{folder, folder_source, host, host_source, import_frame},
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};
use wire::{
    AccountId, FolderId, HostId,
    inventory::{Form, HostView},
};

/// How a host or folder stood in what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    /// The word of the form.
    pub form: String,
    /// Its place among the others.
    pub position: i64,
    /// The entry as it came.
    pub kept: String,
    /// What it is known by there.
    pub external_key: Option<String>,
}

impl Inventory {
    /// All hosts of the account, in no order. Their folders are named, without the folders around those.
    pub async fn all_hosts(&self, account: &AccountId) -> Result<Vec<HostView>, StorageError> {
        let mine = host::Entity::find().filter(host::Column::AccountId.eq(account.as_str()));
        mine.find_also_related(folder::Entity).all(&self.0.reads).await?.into_iter().map(view).collect()
    }

    /// How the account's hosts stood in a form.
    pub async fn host_sources(
        &self,
        account: &AccountId,
        form: Form,
    ) -> Result<Vec<(HostId, SourceRecord)>, StorageError> {
        let rows = host_source::Entity::find()
            .join(JoinType::InnerJoin, host_source::Relation::Host.def())
            .filter(host::Column::AccountId.eq(account.as_str()))
            .filter(host_source::Column::Form.eq(words::word(form)))
            .all(&self.0.reads)
            .await?;
        let record = |row: host_source::Model| {
            let host_source::Model { host_id, form, position, kept, external_key, .. } = row;
            Ok((words::parse_id(host_id)?, SourceRecord { form, position, kept, external_key }))
        };
        rows.into_iter().map(record).collect()
    }

    /// How the account's folders stood in a form.
    pub async fn folder_sources(
        &self,
        account: &AccountId,
        form: Form,
    ) -> Result<Vec<(FolderId, SourceRecord)>, StorageError> {
        let rows = folder_source::Entity::find()
            .join(JoinType::InnerJoin, folder_source::Relation::Folder.def())
            .filter(folder::Column::AccountId.eq(account.as_str()))
            .filter(folder_source::Column::Form.eq(words::word(form)))
            .all(&self.0.reads)
            .await?;
        let record = |row: folder_source::Model| {
            let folder_source::Model { folder_id, form, position, kept, external_key } = row;
            Ok((words::parse_id(folder_id)?, SourceRecord { form, position, kept, external_key }))
        };
        rows.into_iter().map(record).collect()
    }

    /// The last place that a host or folder of the account has in any form.
    pub async fn last_position(&self, account: &AccountId) -> Result<Option<i64>, StorageError> {
        let of_hosts: Option<Option<i64>> = host_source::Entity::find()
            .join(JoinType::InnerJoin, host_source::Relation::Host.def())
            .filter(host::Column::AccountId.eq(account.as_str()))
            .select_only()
            .column_as(host_source::Column::Position.max(), "last")
            .into_tuple()
            .one(&self.0.reads)
            .await?;
        let of_folders: Option<Option<i64>> = folder_source::Entity::find()
            .join(JoinType::InnerJoin, folder_source::Relation::Folder.def())
            .filter(folder::Column::AccountId.eq(account.as_str()))
            .select_only()
            .column_as(folder_source::Column::Position.max(), "last")
            .into_tuple()
            .one(&self.0.reads)
            .await?;
        Ok(of_hosts.flatten().max(of_folders.flatten()))
    }

    /// What stood around the account's hosts and folders in a form.
    pub async fn import_frame(&self, account: &AccountId, form: Form) -> Result<Option<String>, StorageError> {
        let id = (account.to_string(), words::word(form));
        Ok(import_frame::Entity::find_by_id(id).only(&self.0.reads).await?.map(|row| row.kept))
    }
}
