//! API tokens. Of the secret only a hash is here.

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    entities::token::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::{collections::BTreeSet, fmt};
use wire::{AccountId, Timestamp, TokenId, accounts::Scope};

/// A token as it is stored.
#[derive(Clone, PartialEq)]
pub struct TokenRecord {
    /// Its id; not its secret.
    pub id: TokenId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the owner called it.
    pub name: String,
    /// The secret's hash.
    pub secret_hash: Vec<u8>,
    /// The vault's data key, wrapped by the token's secret.
    pub vault_wrap: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
}

impl fmt::Debug for TokenRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRecord").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// The API tokens.
#[derive(Debug, Clone)]
pub struct Tokens(pub(crate) Db);

impl Tokens {
    /// Adds one.
    pub async fn insert(&self, token: &TokenRecord) -> Result<(), StorageError> {
        Entity::insert(row(token)).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// The one with this id, expired or not.
    pub async fn by_id(&self, id: &TokenId) -> Result<Option<TokenRecord>, StorageError> {
        Entity::find_by_id(id.as_str()).only(&self.0.reads).await?.map(record).transpose()
    }

    /// An account's tokens, the newest first.
    pub async fn list(&self, account: &AccountId) -> Result<Vec<TokenRecord>, StorageError> {
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .order_by_desc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(LIST_LIMIT)
            .all(&self.0.reads)
            .await?;
        rows.into_iter().map(record).collect()
    }

    /// Ends one; `false` when the account has no such token.
    pub async fn delete(&self, account: &AccountId, id: &TokenId) -> Result<bool, StorageError> {
        let delete =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Notes that it was used.
    pub async fn touch(&self, id: &TokenId, at: Timestamp) -> Result<(), StorageError> {
        let change = ActiveModel { last_used_at: Set(Some(at.millis())), ..Default::default() };
        Entity::update_many().set(change).filter(Column::Id.eq(id.as_str())).exec(&self.0.writes).await?;
        Ok(())
    }
}

fn row(token: &TokenRecord) -> ActiveModel {
    ActiveModel {
        id: Set(token.id.to_string()),
        account_id: Set(token.account_id.to_string()),
        name: Set(token.name.clone()),
        secret_hash: Set(token.secret_hash.clone()),
        vault_wrap: Set(token.vault_wrap.clone()),
        created_at: Set(token.created_at.millis()),
        last_used_at: Set(token.last_used_at.map(Timestamp::millis)),
        expires_at: Set(token.expires_at.map(Timestamp::millis)),
        scopes: Set(token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",")),
    }
}

fn record(row: Model) -> Result<TokenRecord, StorageError> {
    Ok(TokenRecord {
        id: words::parse_id(row.id)?,
        account_id: words::parse_id(row.account_id)?,
        name: row.name,
        secret_hash: row.secret_hash,
        vault_wrap: row.vault_wrap,
        created_at: Timestamp::from_millis(row.created_at),
        last_used_at: words::moment(row.last_used_at),
        expires_at: words::moment(row.expires_at),
        scopes: scopes(&row.scopes)?,
    })
}

fn scopes(text: &str) -> Result<BTreeSet<Scope>, StorageError> {
    text.split(',').map(|word| words::parse_word("scope", word)).collect()
}
