//! Who may sign in. Names are unique whatever their case.

mod keeping;

pub use keeping::AccountChange;

use super::{LIST_LIMIT, only::Only};
use crate::{
    Db, StorageError,
    connect::Turn,
    entities::account::{ActiveModel, Column, Entity, Model},
    words,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::{collections::HashSet, fmt};
use wire::{AccountId, Timestamp, accounts::Role};

const NAME_TAKEN: &str = "another account has this name; choose another one";

/// An account as it is stored.
#[derive(Clone, PartialEq)]
pub struct AccountRecord {
    /// Its id.
    pub id: AccountId,
    /// The name to sign in with, as it was written.
    pub name: String,
    /// What it may do at all.
    pub role: Role,
    /// The password's Argon2id hash in PHC form; without a password that of the vault's passphrase, or nothing before there is one.
    pub password_hash: String,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// The vault's data key, wrapped by the password.
    pub password_wrap: Option<Vec<u8>>,
    /// The vault's data key, wrapped by the recovery code.
    pub recovery_wrap: Option<Vec<u8>>,
    /// Which second factor it has; a later one has another name.
    pub second_factor: Option<String>,
    /// When a sign-in or a token of it was last used, to the minute.
    pub last_seen_at: Option<Timestamp>,
    /// Whether it signs in with a password of its own; else by a provider or a directory alone.
    pub has_password: bool,
}

impl fmt::Debug for AccountRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRecord").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// The accounts.
#[derive(Debug, Clone)]
pub struct Accounts(pub(crate) Db);

impl Accounts {
    /// How many there are.
    pub async fn count(&self) -> Result<u64, StorageError> {
        Ok(Entity::find().count(&self.0.reads).await?)
    }

    /// Adds one; [`StorageError::Taken`] when the name is in use.
    pub async fn insert(&self, account: &AccountRecord) -> Result<(), StorageError> {
        insert_new(&self.0.writes, account).await
    }

    /// Adds one when there is none yet. Of several that try at once, one gets `true`.
    pub async fn insert_first(&self, account: &AccountRecord) -> Result<bool, StorageError> {
        let txn = self.0.begin_turn(Turn::Accounts).await?;
        let is_first = Entity::find().count(&txn).await? == 0;
        if is_first {
            Entity::insert(row(account)).exec_without_returning(&txn).await?;
        }
        txn.commit().await?;
        Ok(is_first)
    }

    /// The account with this id.
    pub async fn by_id(&self, id: &AccountId) -> Result<Option<AccountRecord>, StorageError> {
        Entity::find_by_id(id.as_str()).only(&self.0.reads).await?.map(record).transpose()
    }

    /// The account with this name, in any case.
    pub async fn by_name(&self, name: &str) -> Result<Option<AccountRecord>, StorageError> {
        let found = Entity::find().filter(Column::NameKey.eq(words::key(name))).only(&self.0.reads).await?;
        found.map(record).transpose()
    }

    /// Those of them that are there and may sign in.
    pub async fn switched_on(
        &self,
        ids: impl IntoIterator<Item = &AccountId>,
    ) -> Result<HashSet<AccountId>, StorageError> {
        let asked = ids.into_iter().map(AccountId::as_str);
        let select = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(asked));
        let on: Vec<String> = select.filter(Column::Disabled.eq(false)).into_tuple().all(&self.0.reads).await?;
        on.into_iter().map(words::parse_id).collect()
    }

    /// Those of them that may sign in and open things: a viewer opens nothing.
    pub async fn that_open(
        &self,
        ids: impl IntoIterator<Item = &AccountId>,
    ) -> Result<HashSet<AccountId>, StorageError> {
        let asked = ids.into_iter().map(AccountId::as_str);
        let select = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(asked));
        let select = select.filter(Column::Disabled.eq(false)).filter(Column::Role.ne(words::word(Role::Viewer)));
        let open: Vec<String> = select.into_tuple().all(&self.0.reads).await?;
        open.into_iter().map(words::parse_id).collect()
    }

    /// All of them, by name.
    pub async fn list(&self) -> Result<Vec<AccountRecord>, StorageError> {
        let rows = Entity::find().order_by_asc(Column::NameKey).limit(LIST_LIMIT).all(&self.0.reads).await?;
        rows.into_iter().map(record).collect()
    }

    /// Lets it sign in, or not any more; `false` when there is no such account.
    pub async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool, StorageError> {
        self.update(id, ActiveModel { disabled: Set(disabled), ..Default::default() }).await
    }

    /// Stores a new password hash and the new wraps; `None` keeps the wrap that is there. `false` when there is no
    /// such account.
    pub async fn set_password(
        &self,
        id: &AccountId,
        password_hash: &str,
        password_wrap: Option<Vec<u8>>,
        recovery_wrap: Option<Vec<u8>>,
    ) -> Result<bool, StorageError> {
        let mut change = ActiveModel { password_hash: Set(password_hash.to_owned()), ..Default::default() };
        if password_wrap.is_some() {
            change.password_wrap = Set(password_wrap);
        }
        if recovery_wrap.is_some() {
            change.recovery_wrap = Set(recovery_wrap);
        }
        self.update(id, change).await
    }

    /// Notes that it signs in with a password from now on; `false` when there is no such account.
    pub async fn has_password_now(&self, id: &AccountId) -> Result<bool, StorageError> {
        self.update(id, ActiveModel { has_password: Set(true), ..Default::default() }).await
    }

    /// Notes that every sign-in of an account was ended by a process that serves nobody, for those that do.
    pub async fn all_ended(&self, id: &AccountId, at: Timestamp) -> Result<bool, StorageError> {
        self.update(id, ActiveModel { ended_at: Set(Some(at.millis())), ..Default::default() }).await
    }

    /// The accounts of which that was noted at this moment or later, and when.
    pub async fn ended_since(&self, moment: Timestamp) -> Result<Vec<(AccountId, Timestamp)>, StorageError> {
        let select = Entity::find().select_only().column(Column::Id).column(Column::EndedAt);
        let select = select.filter(Column::EndedAt.gte(moment.millis())).limit(LIST_LIMIT);
        let rows: Vec<(String, i64)> = select.into_tuple().all(&self.0.reads).await?;
        rows.into_iter().map(|(id, at)| Ok((words::parse_id(id)?, Timestamp::from_millis(at)))).collect()
    }

    async fn update(&self, id: &AccountId, change: ActiveModel) -> Result<bool, StorageError> {
        let update = Entity::update_many().set(change).filter(Column::Id.eq(id.as_str()));
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }
}

/// Adds one, within something larger or by itself.
pub(super) async fn insert_new(db: &impl ConnectionTrait, account: &AccountRecord) -> Result<(), StorageError> {
    let insert = Entity::insert(row(account)).exec_without_returning(db).await;
    insert.map_err(StorageError::or_taken(NAME_TAKEN))?;
    Ok(())
}

fn row(account: &AccountRecord) -> ActiveModel {
    ActiveModel {
        id: Set(account.id.to_string()),
        name: Set(account.name.clone()),
        name_key: Set(words::key(&account.name)),
        role: Set(words::word(account.role)),
        password_hash: Set(account.password_hash.clone()),
        disabled: Set(account.disabled),
        created_at: Set(account.created_at.millis()),
        password_wrap: Set(account.password_wrap.clone()),
        recovery_wrap: Set(account.recovery_wrap.clone()),
        second_factor: Set(account.second_factor.clone()),
        ended_at: Set(None),
        last_seen_at: Set(account.last_seen_at.map(Timestamp::millis)),
        has_password: Set(account.has_password),
    }
}

fn record(row: Model) -> Result<AccountRecord, StorageError> {
    Ok(AccountRecord {
        id: words::parse_id(row.id)?,
        name: row.name,
        role: words::parse_word("role", &row.role)?,
        password_hash: row.password_hash,
        disabled: row.disabled,
        created_at: Timestamp::from_millis(row.created_at),
        password_wrap: row.password_wrap,
        recovery_wrap: row.recovery_wrap,
        second_factor: row.second_factor,
        last_seen_at: words::moment(row.last_seen_at),
        has_password: row.has_password,
    })
}
