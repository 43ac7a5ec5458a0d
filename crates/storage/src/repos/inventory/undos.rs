//! Changes that can be taken back: the last twenty of an account, for a day.

use super::Inventory;
use crate::{
    StorageError,
    entities::undo::{ActiveModel, Column, Entity},
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{AccountId, Timestamp, UndoId, inventory::UndoView};

/// So many of an account are kept.
const KEPT: u64 = 20;

/// A change with what it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoRecord {
    /// What it is.
    pub view: UndoView,
    /// How things were, and how it left them; what the bytes mean is not storage's business.
    pub images: Vec<u8>,
}

impl Inventory {
    /// The account's changes that can still be taken back, the newest first.
    pub async fn undos(&self, account: &AccountId, now: Timestamp) -> Result<Vec<UndoView>, StorageError> {
        let rows: Vec<(String, String, i64, i64)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::What, Column::MadeAt, Column::Until])
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::Until.gt(now.millis()))
            .order_by_desc(Column::MadeAt)
            .order_by_desc(Column::Id)
            .limit(KEPT)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        rows.into_iter()
            .map(|(id, what, at, until)| {
                let (at, until) = (Timestamp::from_millis(at), Timestamp::from_millis(until));
                Ok(UndoView { id: words::parse_id(id)?, what, at, until })
            })
            .collect()
    }

    /// What one of them changed; `None` when it is not there any more.
    pub async fn undo_images(
        &self,
        account: &AccountId,
        id: &UndoId,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        let found = Entity::find_by_id(id.as_str())
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::Until.gt(now.millis()));
        Ok(found.only(&self.0.reads).await?.map(|row| row.images))
    }
}

/// Keeps one, and forgets those that are too many or too old.
pub(super) async fn keep(
    db: &impl ConnectionTrait,
    account: &AccountId,
    undo: &UndoRecord,
) -> Result<(), StorageError> {
    let UndoView { id, what, at, until } = &undo.view;
    let row = ActiveModel {
        id: Set(id.to_string()),
        account_id: Set(account.to_string()),
        what: Set(words::storable(what)),
        made_at: Set(at.millis()),
        until: Set(until.millis()),
        images: Set(undo.images.clone()),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    let mine = Entity::find().select_only().column(Column::Id).filter(Column::AccountId.eq(account.as_str()));
    let newest = mine.order_by_desc(Column::MadeAt).order_by_desc(Column::Id).limit(KEPT);
    let newest: Vec<String> = newest.into_tuple().all(db).await?;
    let old = sea_orm::Condition::any().add(Column::Id.is_not_in(newest)).add(Column::Until.lte(at.millis()));
    Entity::delete_many().filter(Column::AccountId.eq(account.as_str())).filter(old).exec(db).await?;
    Ok(())
}

/// Forgets one; `false` when somebody else took it.
pub(super) async fn take(db: &impl ConnectionTrait, account: &AccountId, id: &UndoId) -> Result<bool, StorageError> {
    let delete = Entity::delete_by_id(id.as_str()).filter(Column::AccountId.eq(account.as_str()));
    Ok(delete.exec(db).await?.rows_affected > 0)
}
