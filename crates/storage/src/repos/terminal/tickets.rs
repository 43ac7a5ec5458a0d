//! Tickets: each opens one attachment to one session, once. Only their hashes are here.

use super::{Terminal, is_live};
use crate::{
    StorageError,
    entities::{
        terminal_session,
        ticket::{ActiveModel, Column, Entity},
    },
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Set};
use wire::{SessionId, Timestamp};

impl Terminal {
    /// Adds a ticket; [`StorageError::Gone`] when there is no such session.
    pub async fn add_ticket(
        &self,
        hash: &[u8],
        session: &SessionId,
        created_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StorageError> {
        let row = ActiveModel {
            hash: Set(hash.to_vec()),
            session_id: Set(session.to_string()),
            created_at: Set(created_at.millis()),
            expires_at: Set(expires_at.millis()),
            used_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// Uses a ticket up; of several that try, one gets `true`. `false` too when it expired or the session ended.
    pub async fn redeem_ticket(&self, hash: &[u8], session: &SessionId, now: Timestamp) -> Result<bool, StorageError> {
        let change = ActiveModel { used_at: Set(Some(now.millis())), ..Default::default() };
        let update = Entity::update_many().set(change).filter(of(hash, session)).filter(usable(now));
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Whether a ticket could be used now; it stays as it is.
    pub async fn peek_ticket(&self, hash: &[u8], session: &SessionId, now: Timestamp) -> Result<bool, StorageError> {
        let found = Entity::find().filter(of(hash, session)).filter(usable(now));
        Ok(found.count(&self.0.reads).await? > 0)
    }

    /// Whether this was ever a ticket of the session, used or expired or not, while the session lives.
    pub async fn knows_ticket(&self, hash: &[u8], session: &SessionId) -> Result<bool, StorageError> {
        Ok(Entity::find().filter(of(hash, session)).count(&self.0.reads).await? > 0)
    }
}

/// The ticket with this hash, if it is this live session's.
fn of(hash: &[u8], session: &SessionId) -> Condition {
    let live = terminal_session::Entity::find_by_id(session.as_str())
        .select_only()
        .column(terminal_session::Column::Id)
        .filter(is_live())
        .into_query();
    Condition::all().add(Column::Hash.eq(hash.to_vec())).add(Column::SessionId.in_subquery(live))
}

fn usable(now: Timestamp) -> Condition {
    Condition::all().add(Column::UsedAt.is_null()).add(Column::ExpiresAt.gt(now.millis()))
}
