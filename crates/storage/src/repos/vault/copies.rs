//! Copies of credentials for other accounts, and the pairs of keys that those are sealed to. Storage opens none of them.

use super::Vault;
use crate::{
    StorageError,
    entities::{
        account_key, credential,
        credential_copy::{ActiveModel, Column, Entity, Model},
    },
    repos::only::Only,
    words,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Set, Statement,
    sea_query::{OnConflict, Query},
};
use std::collections::{HashMap, HashSet};
use wire::{AccountId, CredentialId};

/// So many ids are named in one statement.
const IDS: usize = 400;

/// Those that no grant at all speaks of any more: none that allows credentials leads from the credential's owner to the account.
const ORPHANS: &str = "SELECT credential_copies.credential_id, credential_copies.account_id FROM credential_copies \
    JOIN credentials ON credentials.id = credential_copies.credential_id \
    WHERE NOT EXISTS (SELECT 1 FROM grants \
        LEFT JOIN hosts ON hosts.id = grants.host_id \
        LEFT JOIN folders ON folders.id = grants.folder_id \
        WHERE grants.may_credential \
        AND COALESCE(hosts.account_id, folders.account_id) = credentials.account_id \
        AND (grants.account_id = credential_copies.account_id OR grants.group_id IN \
            (SELECT group_id FROM group_members WHERE group_members.account_id = credential_copies.account_id)))";

/// Those that are good now: of the credential as it is, for the key that the account has.
const STANDING: &str = "SELECT credential_copies.credential_id FROM credential_copies \
    JOIN credentials ON credentials.id = credential_copies.credential_id \
    JOIN accounts ON accounts.id = credentials.account_id AND NOT accounts.disabled AND accounts.role <> 'viewer' \
    JOIN account_keys ON account_keys.account_id = credential_copies.account_id \
    WHERE credential_copies.account_id = $1 AND credential_copies.revision = credentials.revision \
    AND credential_copies.public_key = account_keys.public_key";

/// A pair of keys as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairRecord {
    /// The public half.
    pub public_key: Vec<u8>,
    /// The secret half, sealed.
    pub sealed: Vec<u8>,
}

/// Which copy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopyName {
    /// Of which credential.
    pub credential: CredentialId,
    /// For whom.
    pub account: AccountId,
}

/// A copy of a credential for another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRecord {
    /// Which one.
    pub name: CopyName,
    /// Of which state of the credential it is.
    pub revision: i64,
    /// For which public half it was sealed.
    pub public_key: Vec<u8>,
    /// The secrets, sealed.
    pub sealed: Vec<u8>,
}

impl Vault {
    /// The account's pair of keys.
    pub async fn pair(&self, account: &AccountId) -> Result<Option<PairRecord>, StorageError> {
        let row = account_key::Entity::find_by_id(account.as_str()).only(&self.0.reads).await?;
        Ok(row.map(|row| PairRecord { public_key: row.public_key, sealed: row.sealed }))
    }

    /// Stores a pair in the place of `before`, with which every copy for it goes. Of several that do this at once one does; the
    /// answer is the pair that stands then.
    pub async fn set_pair(
        &self,
        account: &AccountId,
        pair: &PairRecord,
        before: Option<&PairRecord>,
    ) -> Result<PairRecord, StorageError> {
        let txn = self.0.begin().await?;
        if let Some(before) = before {
            let old = account_key::Column::PublicKey.eq(before.public_key.clone());
            account_key::Entity::delete_by_id(account.as_str()).filter(old).exec(&txn).await?;
            let of_old = Column::PublicKey.eq(before.public_key.clone());
            Entity::delete_many().filter(Column::AccountId.eq(account.as_str())).filter(of_old).exec(&txn).await?;
        }
        let row = account_key::ActiveModel {
            account_id: Set(account.to_string()),
            public_key: Set(pair.public_key.clone()),
            sealed: Set(pair.sealed.clone()),
        };
        let there = OnConflict::column(account_key::Column::AccountId).do_nothing().to_owned();
        account_key::Entity::insert(row).on_conflict(there).exec_without_returning(&txn).await?;
        let row = account_key::Entity::find_by_id(account.as_str()).only(&txn).await?;
        txn.commit().await?;
        Ok(row.map_or_else(|| pair.clone(), |row| PairRecord { public_key: row.public_key, sealed: row.sealed }))
    }

    /// The public halves of these accounts, as far as they have any.
    pub async fn public_keys(&self, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<u8>>, StorageError> {
        let mut keys = HashMap::new();
        for accounts in accounts.chunks(IDS) {
            let of = account_key::Column::AccountId.is_in(accounts.iter().map(AccountId::as_str));
            for row in account_key::Entity::find().filter(of).all(&self.0.reads).await? {
                keys.insert(words::parse_id(row.account_id)?, row.public_key);
            }
        }
        Ok(keys)
    }

    /// The copy of a credential for an account.
    pub async fn copy(&self, name: &CopyName) -> Result<Option<CopyRecord>, StorageError> {
        let id = (name.credential.to_string(), name.account.to_string());
        Entity::find_by_id(id).only(&self.0.reads).await?.map(record).transpose()
    }

    /// All copies of an account's credentials.
    pub async fn copies(&self, owner: &AccountId) -> Result<Vec<CopyRecord>, StorageError> {
        let own = Query::select()
            .column(credential::Column::Id)
            .from(credential::Entity)
            .and_where(credential::Column::AccountId.eq(owner.as_str()))
            .take();
        let found = Entity::find().filter(Column::CredentialId.in_subquery(own)).all(&self.0.reads).await?;
        found.into_iter().map(record).collect()
    }

    /// The credentials of which an account has a copy that is good now, of owners who may use hosts themselves.
    pub async fn standing_copies(&self, account: &AccountId) -> Result<HashSet<CredentialId>, StorageError> {
        let db = &self.0.reads;
        let asked = Statement::from_sql_and_values(db.get_database_backend(), STANDING, [account.as_str().into()]);
        let rows = db.query_all_raw(asked).await?;
        rows.iter().map(|row| words::parse_id(row.try_get_by_index::<String>(0)?)).collect()
    }

    /// Stores copies in the place of those before, unless no grant speaks of them any more, and takes others back. Answers all that
    /// are gone.
    pub async fn change_copies(&self, put: &[CopyRecord], take: &[CopyName]) -> Result<Vec<CopyName>, StorageError> {
        let txn = self.0.begin().await?;
        remove(&txn, take).await?;
        for copies in put.chunks(IDS / 4) {
            let anew = OnConflict::columns([Column::CredentialId, Column::AccountId])
                .update_columns([Column::Revision, Column::PublicKey, Column::Sealed])
                .to_owned();
            Entity::insert_many(copies.iter().map(row)).on_conflict(anew).exec_without_returning(&txn).await?;
        }
        let mut gone = take_back(&txn).await?;
        txn.commit().await?;
        gone.extend(take.iter().cloned());
        Ok(gone)
    }
}

/// Takes back the copies that no grant speaks of any more. Answers which.
pub(in crate::repos) async fn take_back(txn: &DatabaseTransaction) -> Result<Vec<CopyName>, StorageError> {
    let rows = txn.query_all_raw(Statement::from_string(txn.get_database_backend(), ORPHANS)).await?;
    let name = |row: &sea_orm::QueryResult| -> Result<CopyName, StorageError> {
        let (credential, account): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(CopyName { credential: words::parse_id(credential)?, account: words::parse_id(account)? })
    };
    let gone = rows.iter().map(name).collect::<Result<Vec<_>, _>>()?;
    remove(txn, &gone).await?;
    Ok(gone)
}

async fn remove(txn: &DatabaseTransaction, names: &[CopyName]) -> Result<(), StorageError> {
    for name in names {
        Entity::delete_by_id((name.credential.to_string(), name.account.to_string())).exec(txn).await?;
    }
    Ok(())
}

fn row(copy: &CopyRecord) -> ActiveModel {
    ActiveModel {
        credential_id: Set(copy.name.credential.to_string()),
        account_id: Set(copy.name.account.to_string()),
        revision: Set(copy.revision),
        public_key: Set(copy.public_key.clone()),
        sealed: Set(copy.sealed.clone()),
    }
}

fn record(row: Model) -> Result<CopyRecord, StorageError> {
    let name = CopyName { credential: words::parse_id(row.credential_id)?, account: words::parse_id(row.account_id)? };
    Ok(CopyRecord { name, revision: row.revision, public_key: row.public_key, sealed: row.sealed })
}
