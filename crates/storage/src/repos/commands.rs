//! Snippets: found by their name, whatever its case, and by what is in them.

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    entities::snippet::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use wire::{AccountId, SnippetId, Timestamp};

const NAME_TAKEN: &str = "a snippet of this name exists already; choose another name";

/// A snippet as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetRecord {
    /// Its id.
    pub id: SnippetId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the owner calls it.
    pub name: String,
    /// The command with its variables.
    pub text: String,
    /// What it does.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The snippets.
#[derive(Debug, Clone)]
pub struct Snippets(pub(crate) Db);

impl Snippets {
    /// Adds one.
    ///
    /// # Errors
    /// `Taken` when the account has one of that name.
    pub async fn insert(&self, snippet: &SnippetRecord) -> Result<(), StorageError> {
        let insert = Entity::insert(row(snippet)).exec_without_returning(&self.0.writes).await;
        insert.map(drop).map_err(StorageError::or_taken(NAME_TAKEN))
    }

    /// Writes one back; `false` when the account has no such snippet.
    ///
    /// # Errors
    /// `Taken` when another one has that name.
    pub async fn update(&self, snippet: &SnippetRecord) -> Result<bool, StorageError> {
        let mut change = row(snippet);
        change.id = sea_orm::NotSet;
        let update = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(snippet.id.as_str()))
            .filter(Column::AccountId.eq(snippet.account_id.as_str()));
        let updated = update.exec(&self.0.writes).await.map_err(StorageError::or_taken(NAME_TAKEN))?;
        Ok(updated.rows_affected > 0)
    }

    /// The account's snippet with this id.
    pub async fn get(&self, account: &AccountId, id: &SnippetId) -> Result<Option<SnippetRecord>, StorageError> {
        let found = Entity::find_by_id(id.as_str()).filter(Column::AccountId.eq(account.as_str()));
        found.only(&self.0.reads).await?.map(record).transpose()
    }

    /// The account's snippet of this name, whatever its case.
    pub async fn by_name(&self, account: &AccountId, name: &str) -> Result<Option<SnippetRecord>, StorageError> {
        let found = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::NameKey.eq(words::key(name.trim())));
        found.only(&self.0.reads).await?.map(record).transpose()
    }

    /// The account's snippets that have every word of the search somewhere, by name.
    pub async fn list(&self, account: &AccountId, search: &str) -> Result<Vec<SnippetRecord>, StorageError> {
        let mut select = Entity::find().filter(Column::AccountId.eq(account.as_str()));
        for word in search.split_whitespace().take(10) {
            select = select.filter(Expr::col(Column::SearchKey).like(words::containing(word)));
        }
        let select = select.order_by_asc(Column::NameKey).order_by_asc(Column::Id).limit(LIST_LIMIT);
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// How many the account has.
    pub async fn count(&self, account: &AccountId) -> Result<u64, StorageError> {
        Ok(Entity::find().filter(Column::AccountId.eq(account.as_str())).count(&self.0.reads).await?)
    }

    /// Deletes one; `false` when the account has no such snippet.
    pub async fn delete(&self, account: &AccountId, id: &SnippetId) -> Result<bool, StorageError> {
        let delete =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }
}

fn row(snippet: &SnippetRecord) -> ActiveModel {
    let [name, text, description] =
        [&snippet.name, &snippet.text, &snippet.description].map(|field| words::storable(field));
    ActiveModel {
        id: Set(snippet.id.to_string()),
        account_id: Set(snippet.account_id.to_string()),
        name_key: Set(words::key(&name)),
        search_key: Set(words::key(&format!("{name}\n{description}\n{text}"))),
        name: Set(name),
        text: Set(text),
        description: Set(description),
        created_at: Set(snippet.created_at.millis()),
        updated_at: Set(snippet.updated_at.millis()),
    }
}

fn record(row: Model) -> Result<SnippetRecord, StorageError> {
    Ok(SnippetRecord {
        id: words::parse_id(row.id)?,
        account_id: words::parse_id(row.account_id)?,
        name: row.name,
        text: row.text,
        description: row.description,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}
