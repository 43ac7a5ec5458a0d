//! Which session runs in which tmux session on its host, so that work that outlived this process is found again.

use super::{SessionRecord, Terminal, is_live};
use crate::{
    StorageError,
    connect::Turn,
    entities::terminal_session::{ActiveModel, Column, Entity},
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use wire::{SessionId, terminal::EndReason};

/// The ends that nobody wanted, or that left tmux alone: what ran on the host may still run there.
const ORPHANING: [EndReason; 3] = [EndReason::ServerRestart, EndReason::Error, EndReason::RemoteExit];

/// How many sessions that left work behind are looked through.
const CANDIDATES: u64 = 100;

impl Terminal {
    /// Gives a stored session the tmux name that an ended session of the same account and host left behind: the one of
    /// `resume`, else the newest. Without any, `fresh`. No two sessions get the same one.
    ///
    /// Answers the name, and whether it was left behind.
    pub async fn claim_tmux(
        &self,
        session: &SessionRecord,
        resume: Option<&SessionId>,
        fresh: &str,
    ) -> Result<(String, bool), StorageError> {
        let txn = self.0.begin_turn(Turn::Places).await?;
        let own = Entity::find_by_id(session.id.as_str()).only(&txn).await?;
        if let Some(name) = own.and_then(|row| row.tmux) {
            // A second try on another link goes where the first one went.
            txn.commit().await?;
            let left_behind = name != fresh;
            return Ok((name, left_behind));
        }
        let left = left_behind(&txn, session, resume).await?;
        let name = left.clone().unwrap_or_else(|| fresh.to_owned());
        if left.is_some() {
            let before = Entity::update_many().filter(Column::Tmux.eq(&name)).filter(of_same(session));
            before.set(named(None)).exec(&txn).await?;
        }
        let own = Entity::update_many().filter(Column::Id.eq(session.id.as_str()));
        own.set(named(Some(name.clone()))).exec(&txn).await?;
        txn.commit().await?;
        Ok((name, left.is_some()))
    }

    /// Notes that a session runs in no tmux session, or in none any more.
    pub async fn forget_tmux(&self, id: &SessionId) -> Result<(), StorageError> {
        let own = Entity::update_many().filter(Column::Id.eq(id.as_str()));
        own.set(named(None)).exec(&self.0.writes).await?;
        Ok(())
    }
}

fn named(tmux: Option<String>) -> ActiveModel {
    ActiveModel { tmux: Set(tmux), ..Default::default() }
}

/// Sessions of the same account on the same host.
fn of_same(session: &SessionRecord) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::AccountId.eq(session.account_id.as_str()))
        .add(Column::HostId.eq(session.host_id.as_ref().map(ToString::to_string)))
}

async fn left_behind(
    txn: &DatabaseTransaction,
    session: &SessionRecord,
    resume: Option<&SessionId>,
) -> Result<Option<String>, StorageError> {
    if session.host_id.is_none() {
        return Ok(None);
    }
    let named = Entity::find().select_only().column(Column::Id).column(Column::Tmux).filter(of_same(session));
    let named = named.filter(Column::Tmux.is_not_null());
    let taken: Vec<(String, String)> = named.clone().filter(is_live()).into_tuple().all(txn).await?;
    let left: Vec<(String, String)> = named
        .filter(Column::EndReason.is_in(ORPHANING.map(words::word)))
        .order_by_desc(Column::EndedAt)
        .order_by_desc(Column::Id)
        .limit(CANDIDATES)
        .into_tuple()
        .all(txn)
        .await?;
    let free: Vec<_> = left.into_iter().filter(|(_, name)| taken.iter().all(|(_, used)| used != name)).collect();
    let wanted = free.iter().find(|(id, _)| resume.is_some_and(|resume| resume.as_str() == id));
    Ok(wanted.or(free.first()).map(|(_, name)| name.clone()))
}
