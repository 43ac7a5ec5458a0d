//! Invites: each lets people into one live session until it expires or is revoked. Only the hash of its secret is here.

use super::{Terminal, is_live};
use crate::{
    StorageError,
    entities::{
        invite::{ActiveModel, Column, Entity, Model},
        terminal_session, ticket,
    },
    repos::only::Only,
    words,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
    sea_query::Expr,
};
use wire::{
    InviteId, SessionId, Timestamp,
    terminal::{InviteView, Rights},
};

/// An invite as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRecord {
    /// Its id.
    pub id: InviteId,
    /// The session that it lets into.
    pub session: SessionId,
    /// What those who come by it may do.
    pub rights: Rights,
    /// For whom it is.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl Terminal {
    /// Adds an invite; [`StorageError::Gone`] when there is no such session.
    pub async fn add_invite(&self, hash: &[u8], invite: &InviteRecord) -> Result<(), StorageError> {
        let row = ActiveModel {
            id: Set(invite.id.to_string()),
            session_id: Set(invite.session.to_string()),
            hash: Set(hash.to_vec()),
            rights: Set(words::word(invite.rights)),
            label: Set(words::storable(&invite.label)),
            created_at: Set(invite.created_at.millis()),
            expires_at: Set(invite.expires_at.millis()),
            used: Set(0),
        };
        Entity::insert(row).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// The invite with this hash, when it can be used now, with one use more.
    pub async fn use_invite(&self, hash: &[u8], now: Timestamp) -> Result<Option<InviteRecord>, StorageError> {
        let found = usable(now).filter(Column::Hash.eq(hash.to_vec())).only(&self.0.reads).await?;
        let Some(found) = found else { return Ok(None) };
        let used = Expr::col(Column::Used).add(1);
        let update = Entity::update_many().col_expr(Column::Used, used).filter(Column::Id.eq(found.id.as_str()));
        update.exec(&self.0.writes).await?;
        record(found).map(Some)
    }

    /// How many invites of a session can be used now.
    pub async fn count_invites(&self, session: &SessionId, now: Timestamp) -> Result<u64, StorageError> {
        Ok(usable(now).filter(Column::SessionId.eq(session.as_str())).count(&self.0.reads).await?)
    }

    /// The invites of a session that can be used now, the newest first.
    pub async fn invites(&self, session: &SessionId, now: Timestamp) -> Result<Vec<InviteView>, StorageError> {
        let select = usable(now)
            .filter(Column::SessionId.eq(session.as_str()))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id);
        select.limit(crate::repos::LIST_LIMIT).all(&self.0.reads).await?.into_iter().map(view).collect()
    }

    /// Which of these invites can still be used.
    pub async fn living_invites(&self, ids: &[InviteId], now: Timestamp) -> Result<Vec<InviteId>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let select = usable(now).filter(Column::Id.is_in(ids.iter().map(InviteId::as_str)));
        select.all(&self.0.reads).await?.into_iter().map(|row| words::parse_id(row.id)).collect()
    }

    /// Forgets an invite of a session, and the tickets that came of it. Whether there was one.
    pub async fn revoke_invite(&self, session: &SessionId, id: &InviteId) -> Result<bool, StorageError> {
        let txn = self.0.begin().await?;
        let delete = Entity::delete_many().filter(Column::Id.eq(id.as_str()));
        let found = delete.filter(Column::SessionId.eq(session.as_str())).exec(&txn).await?.rows_affected > 0;
        if found {
            ticket::Entity::delete_many().filter(ticket::Column::InviteId.eq(id.as_str())).exec(&txn).await?;
        }
        txn.commit().await?;
        Ok(found)
    }
}

/// Those that have not expired and whose session lives.
pub(super) fn usable(now: Timestamp) -> Select<Entity> {
    let live = terminal_session::Entity::find()
        .select_only()
        .column(terminal_session::Column::Id)
        .filter(is_live())
        .into_query();
    Entity::find().filter(Column::ExpiresAt.gt(now.millis())).filter(Column::SessionId.in_subquery(live))
}

fn record(row: Model) -> Result<InviteRecord, StorageError> {
    Ok(InviteRecord {
        id: words::parse_id(row.id)?,
        session: words::parse_id(row.session_id)?,
        rights: words::parse_word("invite rights", &row.rights)?,
        label: row.label,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}

fn view(row: Model) -> Result<InviteView, StorageError> {
    Ok(InviteView {
        id: words::parse_id(row.id)?,
        label: row.label,
        rights: words::parse_word("invite rights", &row.rights)?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        used: words::parse_number("uses", row.used)?,
    })
}
