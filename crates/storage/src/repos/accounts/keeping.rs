//! Changes of an account that admins make, and when it was last seen.

use super::{Accounts, record};
use crate::{
    StorageError,
    connect::Turn,
    entities::account::{ActiveModel, Column, Entity, Model},
    repos::accounts::AccountRecord,
    words,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Set};
use wire::{AccountId, Timestamp, accounts::Role};

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountChange {
    /// It is done: how the account was.
    Done(Box<AccountRecord>),
    /// Nobody would be left who is an admin and may sign in.
    LastAdmin,
    /// There is no such account.
    Gone,
}

impl Accounts {
    /// Gives an account another role, or lets it sign in or not any more; what is not said stays. The last admin who may sign
    /// in stays one, whoever else changes something at the same time.
    pub async fn change(
        &self,
        id: &AccountId,
        role: Option<Role>,
        disabled: Option<bool>,
    ) -> Result<AccountChange, StorageError> {
        let txn = self.0.begin_turn(Turn::Accounts).await?;
        let Some(before) = Entity::find_by_id(id.as_str()).one(&txn).await? else { return Ok(AccountChange::Gone) };
        let (role, disabled) =
            (role.map_or_else(|| before.role.clone(), words::word), disabled.unwrap_or(before.disabled));
        if keeps_house(&before.role, before.disabled) && !keeps_house(&role, disabled) && is_last(&txn, &before).await?
        {
            return Ok(AccountChange::LastAdmin);
        }
        let change = ActiveModel { role: Set(role), disabled: Set(disabled), ..Default::default() };
        Entity::update_many().set(change).filter(Column::Id.eq(id.as_str())).exec(&txn).await?;
        txn.commit().await?;
        Ok(AccountChange::Done(Box::new(record(before)?)))
    }

    /// Notes that it was seen.
    pub async fn seen(&self, id: &AccountId, at: Timestamp) -> Result<bool, StorageError> {
        self.update(id, ActiveModel { last_seen_at: Set(Some(at.millis())), ..Default::default() }).await
    }
}

fn keeps_house(role: &str, disabled: bool) -> bool {
    role == words::word(Role::Admin) && !disabled
}

async fn is_last(txn: &DatabaseTransaction, admin: &Model) -> Result<bool, StorageError> {
    let others = Entity::find().filter(Column::Id.ne(admin.id.as_str()));
    let others = others.filter(Column::Role.eq(words::word(Role::Admin))).filter(Column::Disabled.eq(false));
    Ok(others.count(txn).await? == 0)
}
