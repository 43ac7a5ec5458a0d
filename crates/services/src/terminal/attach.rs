//! Attaching: a ticket or the owner's sign-in becomes a [`Pass`], and only a pass attaches.

use super::{Terminal, registry::Live, tickets};
use crate::{Caller, ServiceError, clock::now};
use session::Attachment;
use std::{sync::PoisonError, time::Instant};
use storage::{AccountRecord, TicketHolder};
use wire::{
    AccountId, SessionId,
    accounts::Role,
    frames::Attach,
    terminal::{Ending, PersonKind},
    vault::Secret,
};

/// "Whoever holds this may look at and type into this session." Cannot be made outside this module.
pub struct Pass {
    terminal: Terminal,
    live: Live,
    holder: TicketHolder,
    /// Whether it is a guest whose account may only watch.
    may_only_watch: bool,
}

/// The session had already ended.
#[derive(Debug)]
pub struct Closed(pub Ending);

impl Terminal {
    /// Lets a WebSocket in: by an unused ticket of this session, or by its owner's sign-in.
    ///
    /// # Errors
    /// `Unauthenticated` without a good ticket or sign-in, `Forbidden` for another account's session, `NotFound` when it
    /// is gone.
    pub async fn admit(
        &self,
        session: &SessionId,
        ticket: Option<&str>,
        caller: Option<&Caller>,
    ) -> Result<Pass, ServiceError> {
        if let Some(ticket) = ticket
            && let Some(holder) =
                self.0.storage.terminal().redeem_ticket(&tickets::hash(ticket), session, now()).await?
        {
            return self.pass(session, holder).await;
        }
        let Some(caller) = caller else {
            return Err(ServiceError::Unauthenticated(
                "this ticket is used up, expired or of another session; open the terminal again",
            ));
        };
        self.own_record(caller, session).await?;
        self.may_use(caller, session)?;
        self.pass(session, tickets::owner(caller)).await
    }

    async fn pass(&self, session: &SessionId, holder: TicketHolder) -> Result<Pass, ServiceError> {
        let live = self.0.registry.live(session).ok_or_else(|| ServiceError::missing("live session", session))?;
        if self.is_switched_off(&live.owner).await? {
            return Err(ServiceError::Forbidden("the account of this session is switched off"));
        }
        if let Some(watcher) = holder.account.as_ref().filter(|account| **account != live.owner)
            && self.is_switched_off(watcher).await?
        {
            return Err(ServiceError::Forbidden("the account of this ticket is switched off"));
        }
        if let Some(token) = tickets::token(&holder)
            && !self.token_stands(token).await?
        {
            return Err(ServiceError::Unauthenticated("the token that asked for this ticket is no more"));
        }
        if let Some((account, sign_in)) = tickets::sign_in_of(&holder)
            && !self.sign_in_stands(account, sign_in).await?
        {
            return Err(ServiceError::Unauthenticated("the sign-in that asked for this ticket has ended"));
        }
        if !self.still_watches(&live.id, &holder).await? {
            return Err(ServiceError::Forbidden("who had this ticket may not watch this session any more"));
        }
        let may_only_watch = match guest(&holder) {
            Some(account) => self.0.storage.accounts().that_open([account]).await?.is_empty(),
            None => false,
        };
        Ok(Pass { terminal: self.clone(), live, holder, may_only_watch })
    }

    /// Whether somebody who watches still may: a role or a right may have gone since the ticket was made.
    async fn still_watches(&self, session: &SessionId, holder: &TicketHolder) -> Result<bool, ServiceError> {
        let watches = matches!(holder.kind, PersonKind::Admin | PersonKind::Watcher);
        let Some(account) = holder.account.as_ref().filter(|_| watches) else { return Ok(true) };
        let is_admin = |account: AccountRecord| account.role == Role::Admin;
        Ok(self.0.storage.accounts().by_id(account).await?.is_some_and(is_admin)
            || self.may_watch(account, session).await?)
    }

    /// A ticket for the caller's own live session.
    ///
    /// # Errors
    /// `NotFound` when it is gone, `Forbidden` when it is another account's or none that this token may use, `TooManyTries` when too many are asked for.
    pub async fn ticket(&self, caller: &Caller, session: &SessionId) -> Result<Secret, ServiceError> {
        let record = self.own_record(caller, session).await?;
        self.may_use(caller, session)?;
        if !record.status.is_live() {
            return Err(ServiceError::missing("live session", session));
        }
        self.count_ticket(caller)?;
        self.issue_ticket(session, &tickets::owner(caller)).await
    }
}

impl Terminal {
    fn count_ticket(&self, caller: &Caller) -> Result<(), ServiceError> {
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.take(caller.account().clone(), Instant::now()).map_err(ServiceError::TooManyTries)
    }
}

/// The account of a guest who was signed in when the invite was used.
fn guest(holder: &TicketHolder) -> Option<&AccountId> {
    holder.account.as_ref().filter(|_| holder.kind == PersonKind::Guest)
}

impl Pass {
    /// Joins the session, or comes back to it.
    ///
    /// # Errors
    /// When it has ended in the meantime; says how.
    pub async fn attach(&self, attach: Attach) -> Result<Attachment, Closed> {
        let who = tickets::who(&self.holder, self.may_only_watch);
        let attachment = self.live.session.attach_as(attach, who).await.map_err(|ended| Closed(ended.0))?;
        let looked = match guest(&self.holder) {
            Some(account) => self.terminal.guest_came(&self.live, account).await,
            // It may have ended since the ticket was used.
            None => self.terminal.end_of_sign_ins(std::slice::from_ref(&self.live)).await,
        };
        if let Err(error) = looked {
            tracing::error!(%error, "whether a viewer may still be there could not be looked at");
        }
        Ok(attachment)
    }

    /// The session.
    pub fn session(&self) -> &SessionId {
        &self.live.id
    }

    /// The name of its host.
    pub fn host_name(&self) -> &str {
        &self.live.host_name
    }

    /// The viewer's socket answered.
    pub fn touch(&self) {
        self.live.session.touch();
    }

    /// A ticket for the viewer's next connection.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn next_ticket(&self) -> Result<Secret, ServiceError> {
        self.terminal.issue_ticket(&self.live.id, &self.holder).await
    }
}
