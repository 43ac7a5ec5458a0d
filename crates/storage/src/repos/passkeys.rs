//! Passkeys: what checks an authenticator's signature, and the vault's key as each of them holds it, sealed. That a counter goes
//! forward is decided here, for all processes.

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    entities::passkey::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use std::{collections::HashMap, fmt};
use wire::{AccountId, Timestamp};

const TAKEN: &str = "this passkey was added already; remove it where it is, or choose another one";

/// A passkey as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyRecord {
    /// Its name in the database.
    pub id: String,
    /// Whose it is.
    pub account_id: AccountId,
    /// What its authenticator calls it.
    pub credential_id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// The public key and what goes with it, as the services write it.
    pub public: String,
    /// The newest count of signatures that was seen; 0 for an authenticator that does not count.
    pub counter: u32,
    /// The vault's key, sealed under what the authenticator gives for it.
    pub wrap: Option<Vec<u8>>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

impl fmt::Debug for PasskeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = (&self.id, &self.account_id, &self.name);
        f.debug_struct("PasskeyRecord").field("is", &shown).finish_non_exhaustive()
    }
}

/// The passkeys.
#[derive(Debug, Clone)]
pub struct Passkeys(pub(crate) Db);

impl Passkeys {
    /// Those of an account, the oldest first.
    pub async fn of_account(&self, account: &AccountId) -> Result<Vec<PasskeyRecord>, StorageError> {
        let find = Entity::find().filter(Column::AccountId.eq(account.as_str()));
        let find = find.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(LIST_LIMIT);
        find.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// How many each account has; those without any are left out.
    pub async fn counts(&self) -> Result<HashMap<AccountId, u64>, StorageError> {
        let count = Entity::find().select_only().column(Column::AccountId).column_as(Column::Id.count(), "count");
        let rows: Vec<(String, i64)> = count.group_by(Column::AccountId).into_tuple().all(&self.0.reads).await?;
        let parsed = rows
            .into_iter()
            .map(|(account, count)| Ok((words::parse_id(account)?, words::parse_number("count", count)?)));
        parsed.collect()
    }

    /// How many an account has.
    pub async fn count(&self, account: &AccountId) -> Result<u64, StorageError> {
        let find = Entity::find().filter(Column::AccountId.eq(account.as_str()));
        Ok(find.count(&self.0.reads).await?)
    }

    /// The one that an authenticator calls so, whosever it is.
    pub async fn by_credential(&self, credential_id: &[u8]) -> Result<Option<PasskeyRecord>, StorageError> {
        let find = Entity::find().filter(Column::CredentialId.eq(credential_id.to_vec()));
        find.only(&self.0.reads).await?.map(record).transpose()
    }

    /// One of an account.
    pub async fn get(&self, account: &AccountId, id: &str) -> Result<Option<PasskeyRecord>, StorageError> {
        let find = Entity::find_by_id(words::storable(id)).filter(Column::AccountId.eq(account.as_str()));
        find.only(&self.0.reads).await?.map(record).transpose()
    }

    /// Adds one; [`StorageError::Taken`] when anybody has it.
    pub async fn insert(&self, passkey: &PasskeyRecord) -> Result<(), StorageError> {
        let insert = Entity::insert(row(passkey)).exec_without_returning(&self.0.writes).await;
        insert.map_err(StorageError::or_taken(TAKEN))?;
        Ok(())
    }

    /// Calls one something else; `false` when the account has none of that id.
    pub async fn rename(&self, account: &AccountId, id: &str, name: &str) -> Result<bool, StorageError> {
        self.change(account, id, ActiveModel { name: Set(words::storable(name)), ..Default::default() }).await
    }

    /// Keeps what it holds of the vault; `false` when the account has none of that id.
    pub async fn set_wrap(&self, account: &AccountId, id: &str, wrap: Vec<u8>) -> Result<bool, StorageError> {
        self.change(account, id, ActiveModel { wrap: Set(Some(wrap)), ..Default::default() }).await
    }

    async fn change(&self, account: &AccountId, id: &str, change: ActiveModel) -> Result<bool, StorageError> {
        let update = Entity::update_many().set(change).filter(Column::AccountId.eq(account.as_str()));
        Ok(update.filter(Column::Id.eq(words::storable(id))).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Forgets what those of an account hold of its vault.
    pub async fn drop_wraps(&self, account: &AccountId) -> Result<(), StorageError> {
        let update = Entity::update_many().col_expr(Column::Wrap, Expr::value(Option::<Vec<u8>>::None));
        update.filter(Column::AccountId.eq(account.as_str())).exec(&self.0.writes).await?;
        Ok(())
    }

    /// Notes a signature: of all who come with one count, and with a smaller one later, one gets `true`. Authenticators that do not
    /// count say 0 each time.
    pub async fn used(&self, id: &str, public: &str, counter: u32, at: Timestamp) -> Result<bool, StorageError> {
        let counter = i64::from(counter);
        let change = ActiveModel {
            public: Set(public.to_owned()),
            counter: Set(counter),
            last_used_at: Set(Some(at.millis())),
            ..Default::default()
        };
        let mut forward = Condition::any().add(Column::Counter.lt(counter));
        if counter == 0 {
            forward = forward.add(Column::Counter.eq(0));
        }
        let update = Entity::update_many().set(change).filter(Column::Id.eq(id)).filter(forward);
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Removes one; `false` when the account has none of that id.
    pub async fn delete(&self, account: &AccountId, id: &str) -> Result<bool, StorageError> {
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        let delete = delete.filter(Column::Id.eq(words::storable(id)));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Removes all of an account; how many there were.
    pub async fn delete_all(&self, account: &AccountId) -> Result<u64, StorageError> {
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }
}

fn row(passkey: &PasskeyRecord) -> ActiveModel {
    ActiveModel {
        id: Set(passkey.id.clone()),
        account_id: Set(passkey.account_id.to_string()),
        credential_id: Set(passkey.credential_id.clone()),
        name: Set(words::storable(&passkey.name)),
        public: Set(passkey.public.clone()),
        counter: Set(i64::from(passkey.counter)),
        wrap: Set(passkey.wrap.clone()),
        created_at: Set(passkey.created_at.millis()),
        last_used_at: Set(passkey.last_used_at.map(Timestamp::millis)),
    }
}

fn record(row: Model) -> Result<PasskeyRecord, StorageError> {
    Ok(PasskeyRecord {
        id: row.id,
        account_id: words::parse_id(row.account_id)?,
        credential_id: row.credential_id,
        name: row.name,
        public: row.public,
        counter: words::parse_number("count of signatures", row.counter)?,
        wrap: row.wrap,
        created_at: Timestamp::from_millis(row.created_at),
        last_used_at: words::moment(row.last_used_at),
    })
}
