//! Tickets: each opens one attachment to one session, once. Only their hashes are here.

use super::{Terminal, invites, is_live};
use crate::{
    StorageError,
    entities::{
        invite, terminal_session,
        ticket::{ActiveModel, Column, Entity, Model},
    },
    repos::only::Only,
    words,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Set};
use wire::{AccountId, InviteId, SessionId, Timestamp, terminal::PersonKind};

/// Who may attach with a ticket, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketHolder {
    /// As what.
    pub kind: PersonKind,
    /// What the others see it called.
    pub name: String,
    /// Whether it may type.
    pub may_type: bool,
    /// The invite that it came by; without that the ticket is worth nothing.
    pub invite: Option<InviteId>,
    /// The account that asked for it; none of a guest who was not signed in.
    pub account: Option<AccountId>,
    /// The sign-in under which it was asked for, or `token:` and the token's id; without that the ticket is worth nothing.
    pub sign_in: Option<String>,
}

impl Terminal {
    /// Adds a ticket; [`StorageError::Gone`] when there is no such session.
    pub async fn add_ticket(
        &self,
        hash: &[u8],
        session: &SessionId,
        holder: &TicketHolder,
        created_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StorageError> {
        let row = ActiveModel {
            hash: Set(hash.to_vec()),
            session_id: Set(session.to_string()),
            created_at: Set(created_at.millis()),
            expires_at: Set(expires_at.millis()),
            used_at: Set(None),
            kind: Set(words::word(holder.kind)),
            name: Set(words::storable(&holder.name)),
            may_type: Set(holder.may_type),
            invite_id: Set(holder.invite.as_ref().map(ToString::to_string)),
            account_id: Set(holder.account.as_ref().map(ToString::to_string)),
            sign_in: Set(holder.sign_in.clone()),
        };
        Entity::insert(row).exec_without_returning(&self.0.writes).await?;
        Ok(())
    }

    /// Uses a ticket up and says whose it was; of several that try, one is told. Nothing when it expired, the session
    /// ended, or the invite that it came of can no longer be used.
    pub async fn redeem_ticket(
        &self,
        hash: &[u8],
        session: &SessionId,
        now: Timestamp,
    ) -> Result<Option<TicketHolder>, StorageError> {
        let change = ActiveModel { used_at: Set(Some(now.millis())), ..Default::default() };
        let update = Entity::update_many().set(change).filter(of(hash, session)).filter(usable(now));
        if update.exec(&self.0.writes).await?.rows_affected == 0 {
            return Ok(None);
        }
        let used = Entity::find().filter(Column::Hash.eq(hash.to_vec())).only(&self.0.writes).await?;
        used.map(holder).transpose()
    }

    /// Whether a ticket could be used now; it stays as it is.
    pub async fn peek_ticket(&self, hash: &[u8], session: &SessionId, now: Timestamp) -> Result<bool, StorageError> {
        let found = Entity::find().filter(of(hash, session)).filter(usable(now));
        Ok(found.count(&self.0.reads).await? > 0)
    }

    /// Whether this was ever a ticket of the session's owner, used or expired or not, while the session lives.
    pub async fn knows_ticket(&self, hash: &[u8], session: &SessionId) -> Result<bool, StorageError> {
        let owner = Column::Kind.eq(words::word(PersonKind::Owner));
        Ok(Entity::find().filter(of(hash, session)).filter(owner).count(&self.0.reads).await? > 0)
    }

    /// Forgets the tickets of a session that a sign-in asked for and did not use. Answers how many.
    pub async fn forget_unused(&self, session: &SessionId, sign_in: &str) -> Result<u64, StorageError> {
        let delete = Entity::delete_many()
            .filter(Column::SessionId.eq(session.as_str()))
            .filter(Column::SignIn.eq(sign_in))
            .filter(Column::UsedAt.is_null());
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }

    /// Forgets the tickets that an account asked for while signed in, but not those of these sign-ins, nor of its tokens.
    pub async fn forget_signed_in_but(&self, account: &AccountId, but: &[String]) -> Result<u64, StorageError> {
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        let delete = delete.filter(Column::SignIn.is_not_null()).filter(Column::SignIn.not_like("token:%"));
        let delete = delete.filter(Column::SignIn.is_not_in(but.iter().map(String::as_str)));
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
    }

    /// Forgets the tickets that an account asked for while signed in: under one sign-in, or under any, but
    /// by no token.
    pub async fn forget_signed_in(&self, account: &AccountId, sign_in: Option<&str>) -> Result<u64, StorageError> {
        let delete = Entity::delete_many().filter(Column::AccountId.eq(account.as_str()));
        let delete = match sign_in {
            Some(sign_in) => delete.filter(Column::SignIn.eq(sign_in)),
            None => delete.filter(Column::SignIn.is_not_null()).filter(Column::SignIn.not_like("token:%")),
        };
        Ok(delete.exec(&self.0.writes).await?.rows_affected)
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
    let living = invites::usable(now).select_only().column(invite::Column::Id).into_query();
    let let_in = Condition::any().add(Column::InviteId.is_null()).add(Column::InviteId.in_subquery(living));
    Condition::all().add(Column::UsedAt.is_null()).add(Column::ExpiresAt.gt(now.millis())).add(let_in)
}

fn holder(row: Model) -> Result<TicketHolder, StorageError> {
    Ok(TicketHolder {
        kind: words::parse_word("person kind", &row.kind)?,
        name: row.name,
        may_type: row.may_type,
        invite: row.invite_id.map(words::parse_id).transpose()?,
        account: row.account_id.map(words::parse_id).transpose()?,
        sign_in: row.sign_in,
    })
}
