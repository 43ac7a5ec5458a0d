//! Saved filters: unique by name.

use super::Inventory;
use crate::{
    StorageError,
    entities::host_filter::{ActiveModel, Column, Entity, Model},
    repos::LIST_LIMIT,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use wire::{
    AccountId, FilterId,
    inventory::{HostArrangement, HostFilter, SavedFilter},
};

const NAME_TAKEN: &str = "another filter has this name; choose another one";

/// What is looked at and in what order, as it is stored.
#[derive(Serialize, Deserialize)]
struct Body {
    filter: HostFilter,
    arrangement: HostArrangement,
}

impl Inventory {
    /// The account's filters, by name.
    pub async fn filters(&self, account: &AccountId) -> Result<Vec<SavedFilter>, StorageError> {
        let found = Entity::find().filter(Column::AccountId.eq(account.as_str()));
        let found = found.order_by_asc(Column::NameKey).limit(LIST_LIMIT).all(&self.0.reads).await?;
        found.into_iter().map(view).collect()
    }

    /// How many the account has.
    pub async fn count_filters(&self, account: &AccountId) -> Result<u64, StorageError> {
        Ok(Entity::find().filter(Column::AccountId.eq(account.as_str())).count(&self.0.reads).await?)
    }

    /// Adds one; [`StorageError::Taken`] when the name is in use.
    pub async fn insert_filter(&self, account: &AccountId, filter: &SavedFilter) -> Result<(), StorageError> {
        let insert = Entity::insert(row(account, filter)?).exec_without_returning(&self.0.writes).await;
        insert.map(drop).map_err(StorageError::or_taken(NAME_TAKEN))
    }

    /// Stores it anew; [`StorageError::Taken`] when the name is in use, `false` when the account has no such filter.
    pub async fn update_filter(&self, account: &AccountId, filter: &SavedFilter) -> Result<bool, StorageError> {
        let update = Entity::update_many()
            .set(row(account, filter)?)
            .filter(Column::Id.eq(filter.id.as_str()))
            .filter(Column::AccountId.eq(account.as_str()));
        let done = update.exec(&self.0.writes).await.map_err(StorageError::or_taken(NAME_TAKEN))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes one; `false` when the account has no such filter.
    pub async fn delete_filter(&self, account: &AccountId, id: &FilterId) -> Result<bool, StorageError> {
        let delete =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }
}

fn row(account: &AccountId, filter: &SavedFilter) -> Result<ActiveModel, StorageError> {
    let body = Body { filter: filter.filter.clone(), arrangement: filter.arrangement };
    Ok(ActiveModel {
        id: Set(filter.id.to_string()),
        account_id: Set(account.to_string()),
        name: Set(filter.name.clone()),
        name_key: Set(words::key(&filter.name)),
        body: Set(words::storable(&words::to_json("filter", &body)?)),
    })
}

fn view(row: Model) -> Result<SavedFilter, StorageError> {
    let Body { filter, arrangement } = words::parse_json("filter", &row.body)?;
    Ok(SavedFilter { id: words::parse_id(row.id)?, name: row.name, filter, arrangement })
}
