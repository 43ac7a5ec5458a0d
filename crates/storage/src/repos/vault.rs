//! Sealed credentials. What is sealed in them was sealed before it came here; storage cannot open it.

mod copies;

pub use copies::{CopyName, CopyRecord, PairRecord};

pub(super) use copies::take_back;

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    entities::{
        credential::{ActiveModel, Column, Entity, Model},
        host,
    },
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr};
use std::{collections::HashMap, fmt};
use wire::{AccountId, CredentialId, HostId, Timestamp, vault::CredentialKind};

/// So many ids are named in one statement.
const IDS: usize = 500;

/// A credential as it is stored.
#[derive(Clone, PartialEq)]
pub struct CredentialRecord {
    /// Its id.
    pub id: CredentialId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the owner called it.
    pub name: String,
    /// What it holds.
    pub kind: CredentialKind,
    /// The username that goes with it.
    pub username: Option<String>,
    /// The public half of the private key.
    pub public_key: Option<String>,
    /// The secrets, sealed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The certificate of the private key, as a line of OpenSSH.
    pub certificate: Option<String>,
    /// Another number after each change of the secrets.
    pub revision: i64,
}

impl fmt::Debug for CredentialRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialRecord").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a credential is called, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialName {
    /// Its id.
    pub id: CredentialId,
    /// What the owner called it.
    pub name: String,
    /// The username that goes with it.
    pub username: Option<String>,
}

/// The credentials.
#[derive(Debug, Clone)]
pub struct Vault(pub(crate) Db);

impl Vault {
    /// Adds one.
    pub async fn insert(&self, credential: &CredentialRecord) -> Result<(), StorageError> {
        Entity::insert(row(credential)).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// The account's credential with this id.
    pub async fn get(&self, account: &AccountId, id: &CredentialId) -> Result<Option<CredentialRecord>, StorageError> {
        let found = Entity::find_by_id(id.as_str()).filter(Column::AccountId.eq(account.as_str()));
        found.only(&self.0.reads).await?.map(record).transpose()
    }

    /// The names and usernames of all the account's credentials.
    pub async fn names(&self, account: &AccountId) -> Result<Vec<CredentialName>, StorageError> {
        let rows: Vec<(String, String, Option<String>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name, Column::Username])
            .filter(Column::AccountId.eq(account.as_str()))
            .limit(LIST_LIMIT)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        rows.into_iter()
            .map(|(id, name, username)| Ok(CredentialName { id: words::parse_id(id)?, name, username }))
            .collect()
    }

    /// The account's credentials, by name, each with how many hosts use it.
    pub async fn list(&self, account: &AccountId) -> Result<Vec<(CredentialRecord, u64)>, StorageError> {
        let mut users = self.users(account).await?;
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .order_by_asc(Column::Name)
            .order_by_asc(Column::Id)
            .limit(LIST_LIMIT)
            .all(&self.0.reads)
            .await?;
        rows.into_iter()
            .map(|row| {
                let used_by = users.remove(&row.id).unwrap_or(0);
                record(row).map(|credential| (credential, used_by))
            })
            .collect()
    }

    /// Puts a certificate in the place of another one, or takes it away. `false` when the account has no such credential.
    pub async fn set_certificate(
        &self,
        account: &AccountId,
        id: &CredentialId,
        certificate: Option<String>,
    ) -> Result<bool, StorageError> {
        let change = ActiveModel { certificate: Set(certificate), ..Default::default() };
        let update = Entity::update_many().set(change).filter(Column::Id.eq(id.as_str()));
        Ok(update.filter(Column::AccountId.eq(account.as_str())).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Deletes one; the hosts that used it have none from then on. `false` when the account has no such credential.
    pub async fn delete(&self, account: &AccountId, id: &CredentialId) -> Result<bool, StorageError> {
        let delete =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Puts the secrets of one credential in the place of another one's, which keeps its id and its name and has its next
    /// revision, and deletes the one
    /// that they came from. The hosts that have that one get the other for their own, or `inheriting` ones none. `false`,
    /// and nothing is done, when the account has no such credential.
    pub async fn replace(
        &self,
        credential: &CredentialRecord,
        from: &CredentialId,
        inheriting: &[HostId],
    ) -> Result<bool, StorageError> {
        let account = credential.account_id.as_str();
        let txn = self.0.begin().await?;
        let change = ActiveModel {
            kind: Set(words::word(credential.kind)),
            public_key: Set(credential.public_key.clone()),
            sealed: Set(credential.sealed.clone()),
            certificate: Set(credential.certificate.clone()),
            ..Default::default()
        };
        let next = Expr::col(Column::Revision).add(1);
        let update = Entity::update_many().set(change).col_expr(Column::Revision, next);
        let update = update.filter(Column::Id.eq(credential.id.as_str()));
        if update.filter(Column::AccountId.eq(account)).exec(&txn).await?.rows_affected == 0 {
            return Ok(false);
        }
        let having = host::Entity::update_many()
            .filter(host::Column::AccountId.eq(account))
            .filter(host::Column::CredentialId.eq(from.as_str()));
        for ids in inheriting.chunks(IDS) {
            let none = host::ActiveModel { credential_id: Set(None), ..Default::default() };
            let one_of = host::Column::Id.is_in(ids.iter().map(HostId::as_str));
            having.clone().set(none).filter(one_of).exec(&txn).await?;
        }
        let own = host::ActiveModel { credential_id: Set(Some(credential.id.to_string())), ..Default::default() };
        having.set(own).exec(&txn).await?;
        let delete = Entity::delete_many().filter(Column::Id.eq(from.as_str()));
        delete.filter(Column::AccountId.eq(account)).exec(&txn).await?;
        txn.commit().await?;
        Ok(true)
    }

    /// Deletes all of an account. Answers how many.
    pub async fn delete_all(&self, account: &AccountId) -> Result<u64, StorageError> {
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }

    /// How many hosts use each credential.
    async fn users(&self, account: &AccountId) -> Result<HashMap<String, u64>, StorageError> {
        let rows: Vec<(String, i64)> = host::Entity::find()
            .select_only()
            .column(host::Column::CredentialId)
            .column_as(host::Column::Id.count(), "users")
            .filter(host::Column::AccountId.eq(account.as_str()))
            .filter(host::Column::CredentialId.is_not_null())
            .group_by(host::Column::CredentialId)
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        Ok(rows.into_iter().map(|(id, users)| (id, users.unsigned_abs())).collect())
    }
}

fn row(credential: &CredentialRecord) -> ActiveModel {
    ActiveModel {
        id: Set(credential.id.to_string()),
        account_id: Set(credential.account_id.to_string()),
        name: Set(credential.name.clone()),
        kind: Set(words::word(credential.kind)),
        username: Set(credential.username.clone()),
        public_key: Set(credential.public_key.clone()),
        sealed: Set(credential.sealed.clone()),
        created_at: Set(credential.created_at.millis()),
        certificate: Set(credential.certificate.clone()),
        revision: Set(credential.revision),
    }
}

fn record(row: Model) -> Result<CredentialRecord, StorageError> {
    Ok(CredentialRecord {
        id: words::parse_id(row.id)?,
        account_id: words::parse_id(row.account_id)?,
        name: row.name,
        kind: words::parse_word("credential kind", &row.kind)?,
        username: row.username,
        public_key: row.public_key,
        sealed: row.sealed,
        created_at: Timestamp::from_millis(row.created_at),
        certificate: row.certificate,
        revision: row.revision,
    })
}
