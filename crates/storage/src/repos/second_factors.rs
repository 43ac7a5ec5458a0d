//! Second factors. Secrets come sealed and codes as hashes; what may happen once is decided here, for all processes.

use super::only::Only;
use crate::{
    Db, StorageError,
    entities::{
        account,
        second_factor::{ActiveModel, Column, Entity, Model},
        second_factor_code as code,
    },
    words,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Set};
use std::fmt;
use wire::{AccountId, Timestamp};

const IS_ON: &str = "a second factor is switched on already; switch it off first";

/// A second factor as it is stored.
#[derive(Clone, PartialEq)]
pub struct SecondFactorRecord {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its name; a later one of the account has another name.
    pub id: String,
    /// The sealed secret.
    pub totp: Vec<u8>,
    /// Since when it is asked for; a draft has none.
    pub confirmed_at: Option<Timestamp>,
    /// The time step of the newest code that was taken.
    pub last_step: u64,
}

impl fmt::Debug for SecondFactorRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactorRecord").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// The second factors.
#[derive(Debug, Clone)]
pub struct SecondFactors(pub(crate) Db);

impl SecondFactors {
    /// That of an account, a draft too.
    pub async fn get(&self, account: &AccountId) -> Result<Option<SecondFactorRecord>, StorageError> {
        Entity::find_by_id(account.as_str()).only(&self.0.reads).await?.map(record).transpose()
    }

    /// Keeps a draft in the place of an older one; [`StorageError::Taken`] when the account has a confirmed one.
    pub async fn draft(&self, draft: &SecondFactorRecord) -> Result<(), StorageError> {
        let txn = self.0.begin().await?;
        let older = Entity::delete_many().filter(Column::AccountId.eq(draft.account_id.as_str()));
        older.filter(Column::ConfirmedAt.is_null()).exec(&txn).await?;
        let insert = Entity::insert(row(draft)).exec_without_returning(&txn).await;
        insert.map_err(StorageError::or_taken(IS_ON))?;
        Ok(txn.commit().await?)
    }

    /// Switches a draft on, with its recovery codes; `step` is that of the code that confirmed it. `false` when the draft is
    /// not there any more.
    pub async fn confirm(
        &self,
        draft: &SecondFactorRecord,
        step: u64,
        at: Timestamp,
        codes: &[Vec<u8>],
    ) -> Result<bool, StorageError> {
        let (account, txn) = (&draft.account_id, self.0.begin().await?);
        let change =
            ActiveModel { confirmed_at: Set(Some(at.millis())), last_step: Set(number(step)), ..Default::default() };
        let update = Entity::update_many().set(change).filter(Column::AccountId.eq(account.as_str()));
        let update = update.filter(Column::Id.eq(&draft.id)).filter(Column::ConfirmedAt.is_null());
        if update.exec(&txn).await?.rows_affected == 0 {
            return Ok(false);
        }
        insert_codes(&txn, account, codes).await?;
        mark(&txn, account, Some(draft.id.clone())).await?;
        txn.commit().await?;
        Ok(true)
    }

    /// Takes a time step: of all who come with one, and with that of an older code later, one gets `true`.
    pub async fn take_step(&self, account: &AccountId, id: &str, step: u64) -> Result<bool, StorageError> {
        let change = ActiveModel { last_step: Set(number(step)), ..Default::default() };
        let update = Entity::update_many().set(change).filter(Column::AccountId.eq(account.as_str()));
        let update = update.filter(Column::Id.eq(id)).filter(Column::LastStep.lt(number(step)));
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Uses a recovery code up: of all who come with it, one gets `true`.
    pub async fn take_code(&self, account: &AccountId, hash: &[u8]) -> Result<bool, StorageError> {
        let delete = code::Entity::delete_many().filter(code::Column::AccountId.eq(account.as_str()));
        let delete = delete.filter(code::Column::Hash.eq(hash.to_vec()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// How many recovery codes were not used.
    pub async fn codes_left(&self, account: &AccountId) -> Result<u64, StorageError> {
        let find = code::Entity::find().filter(code::Column::AccountId.eq(account.as_str()));
        Ok(find.count(&self.0.reads).await?)
    }

    /// New recovery codes in the place of all that are left. [`StorageError::Gone`] without a second factor.
    pub async fn replace_codes(&self, account: &AccountId, codes: &[Vec<u8>]) -> Result<(), StorageError> {
        let txn = self.0.begin().await?;
        code::Entity::delete_many().filter(code::Column::AccountId.eq(account.as_str())).exec(&txn).await?;
        insert_codes(&txn, account, codes).await?;
        Ok(txn.commit().await?)
    }

    /// Takes it away with its codes; `false` when the account had none that was asked for.
    pub async fn delete(&self, account: &AccountId) -> Result<bool, StorageError> {
        let txn = self.0.begin().await?;
        let before: Option<_> = account::Entity::find_by_id(account.as_str()).only(&txn).await?;
        Entity::delete_many().filter(Column::AccountId.eq(account.as_str())).exec(&txn).await?;
        mark(&txn, account, None).await?;
        txn.commit().await?;
        Ok(before.is_some_and(|account| account.second_factor.is_some()))
    }
}

async fn insert_codes(txn: &DatabaseTransaction, account: &AccountId, codes: &[Vec<u8>]) -> Result<(), StorageError> {
    let rows =
        codes.iter().map(|hash| code::ActiveModel { account_id: Set(account.to_string()), hash: Set(hash.clone()) });
    code::Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// The account's row says which one it has, because it is read with every request.
async fn mark(txn: &DatabaseTransaction, account: &AccountId, id: Option<String>) -> Result<(), StorageError> {
    let change = account::ActiveModel { second_factor: Set(id), ..Default::default() };
    let update = account::Entity::update_many().set(change).filter(account::Column::Id.eq(account.as_str()));
    update.exec(txn).await?;
    Ok(())
}

/// A time step counts half minutes since 1970.
fn number(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

fn row(factor: &SecondFactorRecord) -> ActiveModel {
    ActiveModel {
        account_id: Set(factor.account_id.to_string()),
        id: Set(factor.id.clone()),
        totp: Set(factor.totp.clone()),
        confirmed_at: Set(factor.confirmed_at.map(Timestamp::millis)),
        last_step: Set(number(factor.last_step)),
    }
}

fn record(row: Model) -> Result<SecondFactorRecord, StorageError> {
    Ok(SecondFactorRecord {
        account_id: words::parse_id(row.account_id)?,
        id: row.id,
        totp: row.totp,
        confirmed_at: words::moment(row.confirmed_at),
        last_step: words::parse_number("time step", row.last_step)?,
    })
}
