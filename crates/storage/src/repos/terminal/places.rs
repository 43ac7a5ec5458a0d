//! Who gets the last place, and who gives one back.

use super::{SessionRecord, Terminal, is_live, sessions};
use crate::{
    StorageError,
    connect::Turn,
    entities::{
        terminal_session::{ActiveModel, Column, Entity},
        ticket,
    },
    words,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Set,
};
use wire::{
    SessionId, Timestamp,
    terminal::{EndReason, Ending, Status},
};

/// Whether a session got its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reservation {
    /// It has a place and is stored.
    Reserved,
    /// The account has as many live sessions as it may have.
    AccountFull,
    /// The session's host has.
    HostFull,
    /// The server has.
    ServerFull,
}

impl Terminal {
    /// Stores a session if there is a place for it; a limit of 0 is none. Those that ask at once, on whatever node,
    /// are decided one after the other.
    pub async fn reserve(
        &self,
        session: &SessionRecord,
        max_per_account: u32,
        max_on_host: u32,
        max_total: u32,
    ) -> Result<Reservation, StorageError> {
        let txn = self.0.begin_turn(Turn::Places).await?;
        let answer = look(&txn, session, max_per_account, max_on_host, max_total).await?;
        if answer == Reservation::Reserved {
            Entity::insert(sessions::row(session)).exec_without_returning(&txn).await?;
        }
        // Without a place as well, so that the next in turn need not wait for a forgotten transaction.
        txn.commit().await?;
        Ok(answer)
    }

    /// How many hold a place, over all accounts.
    pub async fn count_live(&self) -> Result<u64, StorageError> {
        Ok(Entity::find().filter(is_live()).count(&self.0.reads).await?)
    }

    /// Stores a live session's status; `false` when it has ended, or the status is an end's ([`Terminal::finish`]
    /// stores those).
    pub async fn set_status(&self, id: &SessionId, status: Status) -> Result<bool, StorageError> {
        if !status.is_live() {
            return Ok(false);
        }
        let change = ActiveModel { status: Set(words::word(status)), ..Default::default() };
        let update = Entity::update_many().set(change).filter(Column::Id.eq(id.as_str())).filter(is_live());
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Ends a live session and forgets its tickets. Of several that end it, the first gets `true` and its ending stays.
    pub async fn finish(&self, id: &SessionId, ending: &Ending, at: Timestamp) -> Result<bool, StorageError> {
        let txn = self.0.begin().await?;
        let update = Entity::update_many().set(ended(ending, at)).filter(Column::Id.eq(id.as_str())).filter(is_live());
        let first = update.exec(&txn).await?.rows_affected > 0;
        if first {
            ticket::Entity::delete_many().filter(ticket::Column::SessionId.eq(id.as_str())).exec(&txn).await?;
        }
        txn.commit().await?;
        Ok(first)
    }

    /// Forgets a session whose opening stopped at a question before anything began. Whether it was one.
    pub async fn forget_opening(&self, id: &SessionId) -> Result<bool, StorageError> {
        let delete = Entity::delete_many().filter(Column::Id.eq(id.as_str()));
        let delete = delete.filter(Column::Status.eq(words::word(Status::Starting)));
        Ok(delete.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Notes that a live session ends at another time.
    pub async fn set_expiry(&self, id: &SessionId, at: Option<Timestamp>) -> Result<bool, StorageError> {
        let change = ActiveModel { expires_at: Set(at.map(Timestamp::millis)), ..Default::default() };
        let update = Entity::update_many().set(change).filter(Column::Id.eq(id.as_str())).filter(is_live());
        Ok(update.exec(&self.0.writes).await?.rows_affected > 0)
    }

    /// Ends what a node left live when its process ended. Answers how many.
    pub async fn orphan_all(&self, node: &str, at: Timestamp) -> Result<u64, StorageError> {
        let txn = self.0.begin().await?;
        forget_tickets_of(&txn, node).await?;
        let update = Entity::update_many()
            .set(ended(&EndReason::ServerRestart.into(), at))
            .filter(Column::Node.eq(node))
            .filter(is_live());
        let orphans = update.exec(&txn).await?.rows_affected;
        txn.commit().await?;
        Ok(orphans)
    }
}

async fn look(
    txn: &DatabaseTransaction,
    session: &SessionRecord,
    max_per_account: u32,
    max_on_host: u32,
    max_total: u32,
) -> Result<Reservation, StorageError> {
    let live = Entity::find().filter(is_live());
    let own = live.clone().filter(Column::AccountId.eq(session.account_id.as_str()));
    if is_full(own.count(txn).await?, max_per_account) {
        return Ok(Reservation::AccountFull);
    }
    if let Some(host) = &session.host_id {
        let there = live.clone().filter(Column::HostId.eq(host.as_str()));
        if is_full(there.count(txn).await?, max_on_host) {
            return Ok(Reservation::HostFull);
        }
    }
    if is_full(live.count(txn).await?, max_total) {
        return Ok(Reservation::ServerFull);
    }
    Ok(Reservation::Reserved)
}

const fn is_full(count: u64, max: u32) -> bool {
    max > 0 && count >= max as u64
}

async fn forget_tickets_of(txn: &DatabaseTransaction, node: &str) -> Result<(), StorageError> {
    let orphans =
        Entity::find().select_only().column(Column::Id).filter(Column::Node.eq(node)).filter(is_live()).into_query();
    ticket::Entity::delete_many().filter(ticket::Column::SessionId.in_subquery(orphans)).exec(txn).await?;
    Ok(())
}

fn ended(ending: &Ending, at: Timestamp) -> ActiveModel {
    ActiveModel {
        status: Set(words::word(ending.reason.status())),
        ended_at: Set(Some(at.millis())),
        end_reason: Set(Some(words::word(ending.reason))),
        exit_code: Set(ending.exit_code.map(i64::from)),
        end_signal: Set(ending.signal.as_deref().map(words::storable)),
        end_message: Set(ending.message.as_deref().map(words::storable)),
        ..Default::default()
    }
}
