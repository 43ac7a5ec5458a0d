//! Forgetting typed commands: because somebody wants it, because they are old, or because they are too many.

use super::{Column, Entity, History, condition};
use crate::{StorageError, words};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use wire::{AccountId, HostId, Timestamp};

/// So many are deleted in one statement, so that other writers get their turn in between.
const AT_ONCE: u64 = 2_000;

impl History {
    /// Forgets one command of an account. Whether there was one.
    pub async fn delete(&self, account: &AccountId, id: i64) -> Result<bool, StorageError> {
        let own = Condition::all().add(Column::AccountId.eq(account.as_str())).add(Column::Id.eq(id));
        Ok(Entity::delete_many().filter(own).exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Forgets what an account typed: on one host or on all, with a text in it or whatever it is, each one or every use
    /// of one command. Returns how many.
    pub async fn delete_matching(
        &self,
        account: &AccountId,
        host: Option<&HostId>,
        search: Option<&str>,
        command: Option<&str>,
    ) -> Result<u64, StorageError> {
        let exact = command.map(|command| Column::Command.eq(words::storable(command)));
        let matching = condition(account, host, search).add_option(exact);
        Ok(Entity::delete_many().filter(matching).exec(&self.0.writes).await?.rows_affected)
    }

    /// Forgets what was typed before a moment. Returns how many.
    pub async fn forget_before(&self, moment: Timestamp) -> Result<u64, StorageError> {
        self.forget(Condition::all().add(Column::At.lt(moment.millis()))).await
    }

    /// Forgets the oldest commands of accounts that have more than so many. Returns how many.
    pub async fn forget_beyond(&self, most: u64) -> Result<u64, StorageError> {
        let crowded: Vec<String> = Entity::find()
            .select_only()
            .column(Column::AccountId)
            .group_by(Column::AccountId)
            .having(Expr::col(Column::Id).count().gt(i64::try_from(most).unwrap_or(i64::MAX)))
            .into_tuple()
            .all(&self.0.reads)
            .await?;
        let mut forgotten = 0;
        for account in crowded {
            let own = Condition::all().add(Column::AccountId.eq(account));
            let newest = Entity::find().select_only().column(Column::Id).filter(own.clone()).order_by_desc(Column::Id);
            let first_beyond: Option<i64> = newest.offset(most).limit(1).into_tuple().one(&self.0.reads).await?;
            if let Some(id) = first_beyond {
                forgotten += self.forget(own.add(Column::Id.lte(id))).await?;
            }
        }
        Ok(forgotten)
    }

    async fn forget(&self, which: Condition) -> Result<u64, StorageError> {
        let mut forgotten = 0;
        loop {
            let some = Entity::find().select_only().column(Column::Id).filter(which.clone()).limit(AT_ONCE);
            let some: Vec<i64> = some.into_tuple().all(&self.0.reads).await?;
            if some.is_empty() {
                return Ok(forgotten);
            }
            let deleted = Entity::delete_many().filter(Column::Id.is_in(some)).exec(&self.0.writes).await?;
            forgotten += deleted.rows_affected;
        }
    }
}
