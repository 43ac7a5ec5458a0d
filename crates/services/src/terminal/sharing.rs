//! Several people at one session: who is there, who may type, how large it is, and the end put off.

use super::{PtySize, Terminal, registry::Live, views};
use crate::{
    Caller, ServiceError, access,
    clock::{after, now},
};
use session::Dismissal;
use storage::{SessionRecord, TicketHolder};
use wire::{
    AccountId, SessionId,
    terminal::{AttachmentId, FixedSize, Heartbeat, JoinedSession, KeyboardRequest, People, PersonKind, Rights},
};

impl Terminal {
    /// Puts the end of a session off. Answers like a heartbeat.
    ///
    /// # Errors
    /// `Forbidden` when it is another account's, or the longest duration may not be put off here; `NotFound` when it is
    /// gone.
    pub async fn extend(&self, caller: &Caller, id: &SessionId) -> Result<Heartbeat, ServiceError> {
        let (mut record, live) = self.own_live(caller, id).await?;
        if !live.session.extend() {
            return Err(ServiceError::Forbidden(
                "this server ends a session at its longest duration; open a new one in time",
            ));
        }
        let left = live.session.glance().expires.map(|at| at.saturating_duration_since(tokio::time::Instant::now()));
        let expires_at = left.map(|left| after(now(), views::rounded(left)));
        if expires_at != record.expires_at {
            self.0.storage.terminal().set_expiry(id, expires_at).await?;
            record.expires_at = expires_at;
        }
        self.0.audit.note(caller, "session.extend", object(id), "done").await;
        self.tell(&record);
        self.heartbeat(caller, id).await
    }

    /// Who looks at a session.
    ///
    /// # Errors
    /// `Forbidden` for anybody but its owner and an admin, `NotFound` when it is gone.
    pub async fn people(&self, caller: &Caller, id: &SessionId) -> Result<People, ServiceError> {
        let live = self.0.registry.live(id).ok_or_else(|| ServiceError::missing("live session", id))?;
        access::may_manage(caller, &live.owner)?;
        Ok(People { people: live.session.people() })
    }

    /// Gives somebody the keyboard, or takes it back.
    ///
    /// # Errors
    /// `Forbidden` for another account's session, `NotFound` when nobody of that number is there, `Conflict` for who
    /// may only watch.
    pub async fn keyboard(
        &self,
        caller: &Caller,
        id: &SessionId,
        request: KeyboardRequest,
    ) -> Result<People, ServiceError> {
        let (_, live) = self.own_live(caller, id).await?;
        let people = live.session.people();
        let found = people.iter().find(|person| person.attachment_id == request.attachment_id);
        let person = found.ok_or_else(|| ServiceError::missing("attachment", request.attachment_id))?;
        if matches!(person.kind, PersonKind::Admin | PersonKind::Watcher) && request.may_type {
            return Err(ServiceError::Conflict("who watches never types; invite them if they are to".into()));
        }
        if request.may_type && live.session.only_watches(request.attachment_id) {
            return Err(ServiceError::Conflict(
                "this guest's account may only watch; an admin can give it another role".into(),
            ));
        }
        live.session.let_type(request.attachment_id, request.may_type);
        let outcome = format!("{} {}", if request.may_type { "given to" } else { "taken from" }, person.name);
        self.0.audit.note(caller, "session.keyboard", object(id), &outcome).await;
        Ok(People { people: live.session.people() })
    }

    /// Sends one attachment away.
    ///
    /// # Errors
    /// `Forbidden` for another account's session, `NotFound` when nobody of that number is there.
    pub async fn remove_attachment(
        &self,
        caller: &Caller,
        id: &SessionId,
        attachment: AttachmentId,
    ) -> Result<(), ServiceError> {
        let (_, live) = self.own_live(caller, id).await?;
        if !live.session.remove(attachment) {
            return Err(ServiceError::missing("attachment", attachment));
        }
        self.0.audit.note(caller, "session.remove", object(id), &format!("attachment {attachment}")).await;
        Ok(())
    }

    /// Holds a session to a size, or lets it follow the one who types.
    ///
    /// # Errors
    /// `BadInput` for a size that nobody can work in, `Forbidden` for another account's session.
    pub async fn fix_size(&self, caller: &Caller, id: &SessionId, size: Option<FixedSize>) -> Result<(), ServiceError> {
        let (_, live) = self.own_live(caller, id).await?;
        let sane = |size: &FixedSize| (20..=500).contains(&size.cols) && (5..=300).contains(&size.rows);
        if size.as_ref().is_some_and(|size| !sane(size)) {
            return Err(ServiceError::bad("a session has 20 to 500 columns and 5 to 300 rows"));
        }
        live.session.fix_size(size.map(|size| PtySize { cols: size.cols, rows: size.rows })).await;
        Ok(())
    }

    /// Lets an admin look at anybody's session, and others at those on hosts that they were given the right to watch. It is
    /// noted, and the owner sees it.
    ///
    /// # Errors
    /// `Forbidden` for anybody else, `NotFound` when the session is gone.
    pub async fn watch(&self, caller: &Caller, id: &SessionId) -> Result<JoinedSession, ServiceError> {
        let kind = self.watches_as(caller, id).await?;
        let live = self.0.registry.live(id).ok_or_else(|| ServiceError::missing("live session", id))?;
        let holder = TicketHolder { kind, may_type: false, ..super::tickets::owner(caller) };
        self.0.audit.note(caller, "session.watch", object(id), "done").await;
        self.let_in(&live, &holder, None).await
    }

    async fn watches_as(&self, caller: &Caller, id: &SessionId) -> Result<PersonKind, ServiceError> {
        if caller.is_admin() {
            return Ok(PersonKind::Admin);
        }
        if self.may_watch(caller.account(), id).await? {
            return Ok(PersonKind::Watcher);
        }
        Err(ServiceError::Forbidden(
            "only an admin, and who was given the right to, watches another account's session; ask its owner for an invite",
        ))
    }

    pub(super) async fn may_watch(&self, account: &AccountId, id: &SessionId) -> Result<bool, ServiceError> {
        match self.0.storage.terminal().get(id).await?.and_then(|record| record.host_id) {
            Some(host) => self.0.inventory.may_watch(account, &host).await,
            None => Ok(false),
        }
    }

    /// The ticket and what goes with it, for somebody who is let in.
    pub(super) async fn let_in(
        &self,
        live: &Live,
        holder: &TicketHolder,
        expires_at: Option<wire::Timestamp>,
    ) -> Result<JoinedSession, ServiceError> {
        let token = self.issue_ticket(&live.id, holder).await?;
        Ok(JoinedSession {
            session_id: live.id.clone(),
            host_name: live.host_name.clone(),
            rights: if holder.may_type { Rights::Type } else { Rights::Watch },
            websocket_url: format!("/ws/terminal/{}?token={}", live.id, token.expose()),
            token,
            expires_at,
        })
    }

    /// A sign-in of an account has ended, or all have: its unused tickets open nothing any more and its sockets are
    /// closed. The sessions go on.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn sign_in_ended(&self, account: &AccountId, sign_in: Option<&str>) -> Result<(), ServiceError> {
        self.0.storage.terminal().forget_signed_in(account, sign_in).await?;
        let ended = signed_in(account, sign_in.unwrap_or_default());
        // Viewers of one that has ended are being told that.
        for live in self.0.registry.all().into_iter().filter(|live| live.session.ending().is_none()) {
            for under in live.session.stands_under() {
                if under == ended || sign_in.is_none() && under.starts_with(&ended) {
                    live.session.dismiss_under(&under, Dismissal::SignedOut);
                }
            }
        }
        Ok(())
    }

    /// Sign-ins of an account have ended, by whichever process: what was opened by those that are no more is closed. One that
    /// began meanwhile goes on.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub(super) async fn sign_ins_ended(&self, account: &AccountId) -> Result<(), ServiceError> {
        let devices = self.0.storage.sign_ins().devices(account, now()).await?;
        let there: Vec<String> = devices.into_iter().map(|line| line.device.sign_in).collect();
        self.0.storage.terminal().forget_signed_in_but(account, &there).await?;
        let came = signed_in(account, "");
        for live in self.0.registry.all().into_iter().filter(|live| live.session.ending().is_none()) {
            for under in live.session.stands_under() {
                if under.strip_prefix(&came).is_some_and(|sign_in| !there.iter().any(|known| known == sign_in)) {
                    live.session.dismiss_under(&under, Dismissal::SignedOut);
                }
            }
        }
        Ok(())
    }

    /// Whether the caller may use this session of the same account, if it lives.
    pub(super) fn may_use(&self, caller: &Caller, id: &SessionId) -> Result<(), ServiceError> {
        self.0.registry.live(id).map_or(Ok(()), |live| access::may_use(caller, &live.opened_by))
    }

    /// The record of the caller's own session, and the session, when it lives and the caller may use it.
    pub(super) async fn own_live(
        &self,
        caller: &Caller,
        id: &SessionId,
    ) -> Result<(SessionRecord, Live), ServiceError> {
        let record = self.own_record(caller, id).await?;
        let live = self.0.registry.live(id).ok_or_else(|| ServiceError::missing("live session", id))?;
        access::may_use(caller, &live.opened_by)?;
        Ok((record, live))
    }
}

/// A session as the audit log names it.
pub(super) fn object(id: &SessionId) -> String {
    format!("session:{id}")
}

/// A token as the engine keeps it with a viewer; without its id, what all of an account begin with.
pub(super) fn by_token(account: &AccountId, token: &str) -> String {
    format!("token:{account}:{token}")
}

/// A sign-in as the engine keeps it with a viewer.
pub(super) fn signed_in(account: &AccountId, sign_in: &str) -> String {
    format!("sign_in:{account}:{sign_in}")
}
