//! Folders: unique by name in the folder around them, deleted only when empty.

use super::Inventory;
use crate::{
    StorageError,
    entities::{
        folder::{ActiveModel, Column, Entity, Model},
        host,
    },
    repos::LIST_LIMIT,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set, Statement};
use std::collections::HashMap;
use wire::{
    AccountId, FolderId,
    inventory::{FolderView, inherit::fill_paths},
    recordings::RecordingPolicy,
};

const NAME_TAKEN: &str = "another folder there has this name; choose another one";
/// A bound, so that a circle holds nobody.
const AROUND: &str = "WITH RECURSIVE around (id, depth) AS ( \
    SELECT id, 0 FROM folders WHERE id = $1 AND account_id = $2 \
    UNION ALL SELECT folders.parent_id, around.depth + 1 FROM around JOIN folders ON folders.id = around.id \
    WHERE folders.parent_id IS NOT NULL AND around.depth < 64) \
    SELECT folders.* FROM around JOIN folders ON folders.id = around.id ORDER BY around.depth DESC";
pub(super) const NOT_EMPTY: &str = "the folder has hosts or folders in it; move or delete them first";

impl Inventory {
    /// The account's folders, by name.
    pub async fn folders(&self, account: &AccountId) -> Result<Vec<FolderView>, StorageError> {
        let (mut folders, hosts) = (self.uncounted_folders(account).await?, self.hosts_by_folder(account).await?);
        for folder in &mut folders {
            folder.hosts = hosts.get(folder.id.as_str()).copied().unwrap_or(0);
        }
        Ok(folders)
    }

    /// The same without saying how many hosts lie in each.
    pub async fn uncounted_folders(&self, account: &AccountId) -> Result<Vec<FolderView>, StorageError> {
        let found = Entity::find().filter(Column::AccountId.eq(account.as_str())).order_by_asc(Column::NameKey);
        let rows = found.limit(LIST_LIMIT).all(&self.0.reads).await?;
        let mut folders = rows.into_iter().map(|row| view(row, 0)).collect::<Result<Vec<_>, StorageError>>()?;
        fill_paths(&mut folders);
        Ok(folders)
    }

    /// A folder and those around it, the outermost first; how many hosts lie in them is left at 0. Empty when the account
    /// has no such folder.
    pub async fn folders_around(&self, account: &AccountId, id: &FolderId) -> Result<Vec<FolderView>, StorageError> {
        let db = &self.0.reads;
        let values = [id.as_str().into(), account.as_str().into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), AROUND, values);
        let rows = Model::find_by_statement(statement).all(db).await?;
        let mut folders = rows.into_iter().map(|row| view(row, 0)).collect::<Result<Vec<_>, StorageError>>()?;
        fill_paths(&mut folders);
        Ok(folders)
    }

    /// Adds one; [`StorageError::Taken`] when the name is in use. How many hosts the view counts does not matter.
    pub async fn insert_folder(&self, account: &AccountId, folder: &FolderView) -> Result<(), StorageError> {
        let insert = Entity::insert(row(account, folder)).exec_without_returning(&self.0.writes).await;
        insert.map_err(StorageError::or_taken(NAME_TAKEN))?;
        Ok(())
    }

    /// Stores its name, its place and what it says; `false` when the account has no such folder.
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

/// A whole row.
pub(super) fn row(account: &AccountId, folder: &FolderView) -> ActiveModel {
    ActiveModel { id: Set(folder.id.to_string()), account_id: Set(account.to_string()), ..changes(folder) }
}

/// The columns that the owner writes.
pub(super) fn changes(folder: &FolderView) -> ActiveModel {
    ActiveModel {
        name: Set(folder.name.clone()),
        name_key: Set(words::key(&folder.name)),
        parent_id: Set(folder.parent_id.as_ref().map(ToString::to_string)),
        recording: Set(folder.recording.map(words::word)),
        username: Set(folder.username.clone()),
        credential_id: Set(folder.credential_id.as_ref().map(ToString::to_string)),
        jump_host_id: Set(folder.jump_host_id.as_ref().map(ToString::to_string)),
        direct: Set(folder.direct),
        idle_timeout_seconds: Set(folder.idle_timeout_seconds.map(u64::cast_signed)),
        max_duration_seconds: Set(folder.max_duration_seconds.map(u64::cast_signed)),
        max_sessions: Set(folder.max_sessions.map(u32::cast_signed)),
        ..Default::default()
    }
}

/// A folder with its own name for a path.
pub(super) fn view(row: Model, hosts: u64) -> Result<FolderView, StorageError> {
    Ok(FolderView {
        id: words::parse_id(row.id)?,
        path: row.name.clone(),
        name: row.name,
        parent_id: row.parent_id.map(words::parse_id).transpose()?,
        hosts,
        recording: recording(row.recording)?,
        username: row.username,
        credential_id: row.credential_id.map(words::parse_id).transpose()?,
        jump_host_id: row.jump_host_id.map(words::parse_id).transpose()?,
        direct: row.direct,
        idle_timeout_seconds: row.idle_timeout_seconds.map(i64::cast_unsigned),
        max_duration_seconds: row.max_duration_seconds.map(i64::cast_unsigned),
        max_sessions: row.max_sessions.map(i32::cast_unsigned),
        shared: None,
    })
}

/// The recording policy behind a column.
pub(super) fn recording(word: Option<String>) -> Result<Option<RecordingPolicy>, StorageError> {
    word.map(|word| words::parse_word("recording policy", &word)).transpose()
}
