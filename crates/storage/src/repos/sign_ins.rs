//! What stands behind the sign-in cookies. The key is a hash, so that whoever reads the table cannot sign in.

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    entities::sign_in::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::fmt;
use wire::{AccountId, Timestamp};

/// A sign-in as it is stored.
#[derive(Clone, PartialEq)]
pub struct SignInRecord {
    /// The hash of the cookie's id.
    pub id_hash: Vec<u8>,
    /// Whose it is; nobody's before somebody signed in.
    pub account_id: Option<AccountId>,
    /// What it carries; storage does not look into it.
    pub data: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What its account is shown of it; nothing as long as it is no whole sign-in.
    pub device: Option<Device>,
}

/// The device that a sign-in is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Names the sign-in; it is not the cookie and opens nothing.
    pub sign_in: String,
    /// From where it was last used.
    pub address: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

/// A sign-in as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLine {
    /// What is known of the device.
    pub device: Device,
    /// When it signed in.
    pub created_at: Timestamp,
}

impl fmt::Debug for SignInRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInRecord").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// The sign-ins.
#[derive(Debug, Clone)]
pub struct SignIns(pub(crate) Db);

impl SignIns {
    /// Stores a new one.
    pub async fn insert(&self, sign_in: &SignInRecord) -> Result<(), StorageError> {
        Entity::insert(row(sign_in)).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// Stores what one is now; when it was made stays. `false` when it has ended: it does not come back.
    pub async fn update(&self, sign_in: &SignInRecord, now: Timestamp) -> Result<bool, StorageError> {
        let change = ActiveModel { id_hash: NotSet, created_at: NotSet, ..row(sign_in) };
        let of = Entity::update_many().set(change).filter(Column::IdHash.eq(sign_in.id_hash.clone()));
        Ok(of.filter(Column::ExpiresAt.gt(now.millis())).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// The one with this key, unless it has expired.
    pub async fn load(&self, id_hash: &[u8], now: Timestamp) -> Result<Option<SignInRecord>, StorageError> {
        let found = Entity::find()
            .filter(Column::IdHash.eq(id_hash.to_vec()))
            .filter(Column::ExpiresAt.gt(now.millis()))
            .only(&self.0.reads)
            .await?;
        found.map(record).transpose()
    }

    /// Ends one.
    pub async fn delete(&self, id_hash: &[u8]) -> Result<(), StorageError> {
        Entity::delete_many().filter(Column::IdHash.eq(id_hash.to_vec())).exec(&self.0.writes).await?;
        Ok(())
    }

    /// Ends all of an account, except the one with this key. Answers how many.
    pub async fn delete_of_account(&self, account: &AccountId, except: Option<&[u8]>) -> Result<u64, StorageError> {
        let mut delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        if let Some(id_hash) = except {
            delete = delete.filter(Column::IdHash.ne(id_hash.to_vec()));
        }
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }

    /// Notes that one is used; nothing when it has ended.
    pub async fn touch(&self, id_hash: &[u8], device: &Device) -> Result<(), StorageError> {
        let change = shown(Some(device));
        Entity::update_many().set(change).filter(Column::IdHash.eq(id_hash.to_vec())).exec(&self.0.writes).await?;
        Ok(())
    }

    /// Those of an account that have not expired, the one that was last used first.
    pub async fn devices(&self, account: &AccountId, now: Timestamp) -> Result<Vec<DeviceLine>, StorageError> {
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::ExpiresAt.gt(now.millis()))
            .filter(Column::SignIn.is_not_null())
            .order_by_desc(Column::LastUsedAt)
            .order_by_asc(Column::IdHash)
            .limit(LIST_LIMIT)
            .all(&self.0.reads)
            .await?;
        let line = |row: SignInRecord| Some(DeviceLine { device: row.device?, created_at: row.created_at });
        rows.into_iter().map(|row| Ok(line(record(row)?))).filter_map(Result::transpose).collect()
    }

    /// Whether an account has one that is called so and has not expired.
    pub async fn stands(&self, account: &AccountId, sign_in: &str, now: Timestamp) -> Result<bool, StorageError> {
        let of = Entity::find().filter(Column::AccountId.eq(account.as_str())).filter(Column::SignIn.eq(sign_in));
        Ok(of.filter(Column::ExpiresAt.gt(now.millis())).count(&self.0.reads).await? > 0)
    }

    /// Ends the one of an account that is called so; `false` when there is none.
    pub async fn delete_device(&self, account: &AccountId, sign_in: &str) -> Result<bool, StorageError> {
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.filter(Column::SignIn.eq(sign_in)).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Forgets those that expired. Answers how many.
    pub async fn delete_expired(&self, now: Timestamp) -> Result<u64, StorageError> {
        let delete = Entity::delete_many().filter(Column::ExpiresAt.lte(now.millis()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }
}

fn row(sign_in: &SignInRecord) -> ActiveModel {
    ActiveModel {
        id_hash: Set(sign_in.id_hash.clone()),
        account_id: Set(sign_in.account_id.as_ref().map(ToString::to_string)),
        data: Set(sign_in.data.clone()),
        created_at: Set(sign_in.created_at.millis()),
        expires_at: Set(sign_in.expires_at.millis()),
        ..shown(sign_in.device.as_ref())
    }
}

/// The columns that an account is shown.
fn shown(device: Option<&Device>) -> ActiveModel {
    let text = |of: fn(&Device) -> Option<&String>| device.and_then(of).map(|text| words::storable(text));
    ActiveModel {
        sign_in: Set(device.map(|device| device.sign_in.clone())),
        address: Set(text(|device| device.address.as_ref())),
        user_agent: Set(text(|device| device.user_agent.as_ref())),
        last_used_at: Set(device.map(|device| device.last_used_at.millis())),
        ..Default::default()
    }
}

fn record(row: Model) -> Result<SignInRecord, StorageError> {
    let last_used_at = words::moment(row.last_used_at);
    let device = row.sign_in.zip(last_used_at).map(|(sign_in, last_used_at)| Device {
        sign_in,
        address: row.address,
        user_agent: row.user_agent,
        last_used_at,
    });
    Ok(SignInRecord {
        id_hash: row.id_hash,
        account_id: row.account_id.map(words::parse_id).transpose()?,
        data: row.data,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        device,
    })
}
