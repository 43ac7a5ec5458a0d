//! Folders: unique by name, deleted only when empty.

use super::Inventory;
use crate::{
    StorageError,
    entities::{
        folder::{ActiveModel, Column, Entity, Model},
        host,
    },
    repos::LIST_LIMIT,
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::HashMap;
use wire::{AccountId, FolderId, inventory::FolderView, recordings::RecordingPolicy};

const NAME_TAKEN: &str = "another folder has this name; choose another one";
const NOT_EMPTY: &str = "the folder has hosts or folders in it; move or delete them first";

impl Inventory {
    /// The account's folders, by name.
    pub async fn folders(&self, account: &AccountId) -> Result<Vec<FolderView>, StorageError> {
        let mut hosts = self.hosts_by_folder(account).await?;
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .order_by_asc(Column::NameKey)
            .limit(LIST_LIMIT)
            .all(&self.0.reads)
            .await?;
        rows.into_iter()
            .map(|row| {
                let hosts = hosts.remove(&row.id).unwrap_or(0);
                view(row, hosts)
            })
            .collect()
    }

    /// The account's folder with this name, in any case.
    pub async fn folder_by_name(&self, account: &AccountId, name: &str) -> Result<Option<FolderView>, StorageError> {
        let found = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::NameKey.eq(words::key(name)))
            .only(&self.0.reads)
            .await?;
        let Some(row) = found else { return Ok(None) };
        let hosts = host::Entity::find().filter(host::Column::FolderId.eq(&row.id)).count(&self.0.reads).await?;
        view(row, hosts).map(Some)
    }

    /// What a folder says about recording, and the folder that it lies in; `None` when there is no such folder.
    pub async fn folder_recording(
        &self,
        id: &FolderId,
    ) -> Result<Option<(Option<RecordingPolicy>, Option<FolderId>)>, StorageError> {
        let Some(row) = Entity::find_by_id(id.as_str()).only(&self.0.reads).await? else { return Ok(None) };
        Ok(Some((recording(row.recording)?, row.parent_id.map(words::parse_id).transpose()?)))
    }

    /// Adds one; [`StorageError::Taken`] when the name is in use. How many hosts the view counts does not matter.
    pub async fn insert_folder(&self, account: &AccountId, folder: &FolderView) -> Result<(), StorageError> {
        let row =
            ActiveModel { id: Set(folder.id.to_string()), account_id: Set(account.to_string()), ..changes(folder) };
        let insert = Entity::insert(row).exec_without_returning(&self.0.writes).await;
        insert.map_err(StorageError::or_taken(NAME_TAKEN))?;
        Ok(())
    }

    /// Stores its name, place and policy; `false` when the account has no such folder.
    pub async fn update_folder(&self, account: &AccountId, folder: &FolderView) -> Result<bool, StorageError> {
        let update = Entity::update_many()
            .set(changes(folder))
            .filter(Column::Id.eq(folder.id.as_str()))
            .filter(Column::AccountId.eq(account.as_str()));
        let done = update.exec(&self.0.writes).await.map_err(StorageError::or_taken(NAME_TAKEN))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes one; [`StorageError::Taken`] when it is not empty, `false` when the account has no such folder.
    pub async fn delete_folder(&self, account: &AccountId, id: &FolderId) -> Result<bool, StorageError> {
        let delete =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::AccountId.eq(account.as_str()));
        let done = delete.exec(&self.0.writes).await.map_err(StorageError::or_in_use(NOT_EMPTY))?;
        Ok(done.rows_affected > 0)
    }

    async fn hosts_by_folder(&self, account: &AccountId) -> Result<HashMap<String, u64>, StorageError> {
        let rows: Vec<(String, i64)> = host::Entity::find()
            .select_only()
            .column(host::Column::FolderId)
            .column_as(host::Column::Id.count(), "hosts")
            .filter(host::Column::AccountId.eq(account.as_str()))
            .filter(host::Column::FolderId.is_not_null())
            .group_by(host::Column::FolderId)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        Ok(rows.into_iter().map(|(id, hosts)| (id, hosts.unsigned_abs())).collect())
    }
}

fn changes(folder: &FolderView) -> ActiveModel {
    ActiveModel {
        name: Set(folder.name.clone()),
        name_key: Set(words::key(&folder.name)),
        parent_id: Set(folder.parent_id.as_ref().map(ToString::to_string)),
        recording: Set(folder.recording.map(words::word)),
        ..Default::default()
    }
}

fn view(row: Model, hosts: u64) -> Result<FolderView, StorageError> {
    Ok(FolderView {
        id: words::parse_id(row.id)?,
        name: row.name,
        parent_id: row.parent_id.map(words::parse_id).transpose()?,
        hosts,
        recording: recording(row.recording)?,
    })
}

/// The recording policy behind a column.
pub(super) fn recording(word: Option<String>) -> Result<Option<RecordingPolicy>, StorageError> {
    word.map(|word| words::parse_word("recording policy", &word)).transpose()
}
