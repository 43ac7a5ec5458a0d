//! The sessions' rows, and the questions about them.

use super::{Terminal, has_status, is_live};
use crate::{
    StorageError,
    entities::terminal_session::{ActiveModel, Column, Entity, Model},
    repos::LIST_LIMIT,
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::{HashMap, HashSet};
use wire::{
    AccountId, HostId, SessionId, Timestamp,
    terminal::{Ending, Mode, Status},
};

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its host; missing when the host was deleted or never in the inventory.
    pub host_id: Option<HostId>,
    /// Its host's name, which stays when the host goes.
    pub host_name: String,
    /// The username on the host.
    pub username: String,
    /// Where it is shown.
    pub mode: Mode,
    /// Where it is in its life.
    pub status: Status,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Option<Timestamp>,
    /// When somebody last looked at it.
    pub last_seen_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// The server process that holds it.
    pub node: String,
    /// The tmux session on the host that it runs in; gone once that was ended with it.
    pub tmux: Option<String>,
}

impl Terminal {
    /// The session with this id.
    pub async fn get(&self, id: &SessionId) -> Result<Option<SessionRecord>, StorageError> {
        Entity::find_by_id(id.as_str()).only(&self.0.reads).await?.map(record).transpose()
    }

    /// Sessions of an account or of all, with one of these statuses (any when none is given), the newest first.
    pub async fn list(
        &self,
        account: Option<&AccountId>,
        statuses: &[Status],
        limit: u64,
    ) -> Result<Vec<SessionRecord>, StorageError> {
        let mut select = Entity::find();
        if let Some(account) = account {
            select = select.filter(Column::AccountId.eq(account.as_str()));
        }
        if !statuses.is_empty() {
            select = select.filter(has_status(statuses));
        }
        let select = select.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(limit.min(LIST_LIMIT));
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// An account's sessions that hold a place, the oldest first.
    pub async fn live(&self, account: &AccountId) -> Result<Vec<SessionRecord>, StorageError> {
        let select = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(is_live())
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(LIST_LIMIT);
        select.all(&self.0.reads).await?.into_iter().map(record).collect()
    }

    /// The sessions of one process that hold a place: all of them, and no more than their ids.
    pub async fn live_on(&self, node: &str) -> Result<HashSet<SessionId>, StorageError> {
        let select = Entity::find().select_only().column(Column::Id).filter(Column::Node.eq(node)).filter(is_live());
        let ids: Vec<String> = select.into_tuple().all(&self.0.reads).await?;
        ids.into_iter().map(words::parse_id).collect()
    }

    /// How many sessions of each account hold a place.
    pub async fn live_counts(&self) -> Result<HashMap<AccountId, u64>, StorageError> {
        let select = Entity::find().select_only().column(Column::AccountId).column_as(Column::Id.count(), "live");
        let select = select.filter(is_live()).group_by(Column::AccountId);
        let counts: Vec<(String, i64)> = select.into_tuple().all(&self.0.reads).await?;
        let count =
            |(account, count): (String, i64)| Ok((words::parse_id(account)?, words::parse_number("count", count)?));
        counts.into_iter().map(count).collect()
    }

    /// The newest session of this account, host and mode that runs already.
    pub async fn reusable(
        &self,
        account: &AccountId,
        host: &HostId,
        mode: Mode,
    ) -> Result<Option<SessionRecord>, StorageError> {
        let select = Entity::find()
            .filter(Column::AccountId.eq(account.as_str()))
            .filter(Column::HostId.eq(host.as_str()))
            .filter(Column::Mode.eq(words::word(mode)))
            .filter(has_status(&[Status::Active, Status::Detached]))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id);
        select.one(&self.0.reads).await?.map(record).transpose()
    }

    /// Notes when somebody last looked at these, all in one go. It never goes back, and it leaves ended ones alone.
    pub async fn seen(&self, sessions: &[(SessionId, Timestamp)]) -> Result<(), StorageError> {
        // In one order everywhere, so that two of these never wait for each other.
        let mut sorted: Vec<_> = sessions.iter().collect();
        sorted.sort();
        let txn = self.0.begin().await?;
        for (id, at) in sorted {
            let change = ActiveModel { last_seen_at: Set(at.millis()), ..Default::default() };
            Entity::update_many()
                .set(change)
                .filter(Column::Id.eq(id.as_str()))
                .filter(Column::LastSeenAt.lt(at.millis()))
                .filter(is_live())
                .exec(&txn)
                .await?;
        }
        Ok(txn.commit().await?)
    }

    /// Forgets sessions that ended before this moment. Answers how many.
    pub async fn delete_ended_before(&self, at: Timestamp) -> Result<u64, StorageError> {
        let delete = Entity::delete_many().filter(Column::EndedAt.lt(at.millis()));
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }
}

pub(super) fn row(session: &SessionRecord) -> ActiveModel {
    let ending = session.ending.as_ref();
    ActiveModel {
        id: Set(session.id.to_string()),
        account_id: Set(session.account_id.to_string()),
        host_id: Set(session.host_id.as_ref().map(ToString::to_string)),
        host_name: Set(session.host_name.clone()),
        username: Set(session.username.clone()),
        mode: Set(words::word(session.mode)),
        status: Set(words::word(session.status)),
        created_at: Set(session.created_at.millis()),
        expires_at: Set(session.expires_at.map(Timestamp::millis)),
        last_seen_at: Set(session.last_seen_at.millis()),
        ended_at: Set(session.ended_at.map(Timestamp::millis)),
        end_reason: Set(ending.map(|ending| words::word(ending.reason))),
        exit_code: Set(ending.and_then(|ending| ending.exit_code).map(i64::from)),
        end_signal: Set(ending.and_then(|ending| ending.signal.clone())),
        end_message: Set(ending.and_then(|ending| ending.message.clone())),
        node: Set(session.node.clone()),
        tmux: Set(session.tmux.clone()),
    }
}

fn record(row: Model) -> Result<SessionRecord, StorageError> {
    let ending = ending(&row)?;
    Ok(SessionRecord {
        id: words::parse_id(row.id)?,
        account_id: words::parse_id(row.account_id)?,
        host_id: row.host_id.map(words::parse_id).transpose()?,
        host_name: row.host_name,
        username: row.username,
        mode: words::parse_word("session mode", &row.mode)?,
        status: words::parse_word("session status", &row.status)?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: words::moment(row.expires_at),
        last_seen_at: Timestamp::from_millis(row.last_seen_at),
        ended_at: words::moment(row.ended_at),
        ending,
        node: row.node,
        tmux: row.tmux,
    })
}

fn ending(row: &Model) -> Result<Option<Ending>, StorageError> {
    let Some(reason) = &row.end_reason else { return Ok(None) };
    Ok(Some(Ending {
        reason: words::parse_word("end reason", reason)?,
        exit_code: row.exit_code.map(|code| words::parse_number("exit code", code)).transpose()?,
        signal: row.end_signal.clone(),
        message: row.end_message.clone(),
    }))
}
