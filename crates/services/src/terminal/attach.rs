//! Attaching: a ticket or the owner's sign-in becomes a [`Pass`], and only a pass attaches.

use super::{Terminal, registry::Live, tickets};
use crate::{Caller, ServiceError, clock::now};
use session::Attachment;
use std::{sync::PoisonError, time::Instant};
use storage::TicketHolder;
use wire::{SessionId, frames::Attach, terminal::Ending, vault::Secret};

/// "Whoever holds this may look at and type into this session." Cannot be made outside this module.
pub struct Pass {
    terminal: Terminal,
    live: Live,
    holder: TicketHolder,
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
        Ok(Pass { terminal: self.clone(), live, holder })
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

impl Pass {
    /// Joins the session, or comes back to it.
    ///
    /// # Errors
    /// When it has ended in the meantime; says how.
    pub async fn attach(&self, attach: Attach) -> Result<Attachment, Closed> {
        match self.live.session.attach_as(attach, tickets::who(&self.holder)).await {
            Ok(attachment) => Ok(attachment),
            Err(ended) => Err(Closed(ended.0)),
        }
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
