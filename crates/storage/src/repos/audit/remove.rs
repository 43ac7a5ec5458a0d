//! Retention: lines go from the beginning, and the number and hash of the last one that went are kept, so that what is
//! left still stands on something.

use super::{Audit, CHAIN, ends, parse_hash};
use crate::{
    StorageError,
    entities::{
        audit_chain,
        audit_line::{Column, Entity},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use wire::{Timestamp, audit::AuditHead};

impl Audit {
    /// The last line of those at the beginning that are all older than this moment; none when the first one is not.
    pub async fn last_before(&self, moment: Timestamp) -> Result<Option<AuditHead>, StorageError> {
        let ends = self.ends().await?;
        let first_kept: Option<i64> = Entity::find()
            .select_only()
            .column(Column::Number)
            .filter(Column::At.gte(moment.millis()))
            .order_by_asc(Column::Number)
            .limit(1)
            .into_tuple()
            .one(&self.0.reads)
            .await?;
        let number = first_kept.map_or(ends.head.number, |first| first - 1);
        if number <= ends.removed.number {
            return Ok(None);
        }
        Ok(self.hash_of(&self.0.reads, number).await?.map(|hash| AuditHead { number, hash }))
    }

    /// Removes the lines up to a number, so many at once, and keeps what the last of them was. Answers whether some are left
    /// to remove.
    pub async fn remove_up_to(&self, number: i64, at_once: i64) -> Result<bool, StorageError> {
        let _turn = self.0.appending.lock().await;
        let txn = self.0.begin().await?;
        let ends = ends(audit_chain::Entity::find_by_id(CHAIN).lock_exclusive().all(&txn).await?)?;
        let last = number.min(ends.removed.number + at_once);
        let Some(hash) = self.hash_of(&txn, last).await?.filter(|_| last > ends.removed.number) else {
            return Ok(false);
        };
        let moved = audit_chain::Entity::update_many()
            .col_expr(audit_chain::Column::RemovedNumber, Expr::value(last))
            .col_expr(audit_chain::Column::RemovedHash, Expr::value(hash.bytes().to_vec()));
        moved.exec(&txn).await?;
        Entity::delete_many().filter(Column::Number.lte(last)).exec(&txn).await?;
        txn.commit().await?;
        Ok(last < number)
    }

    async fn hash_of(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        number: i64,
    ) -> Result<Option<wire::audit::AuditHash>, StorageError> {
        let row = Entity::find_by_id(number).all(db).await?.pop();
        row.map(|row| parse_hash(&row.hash)).transpose()
    }
}
