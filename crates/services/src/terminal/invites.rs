//! Invites: a link that lets people into one live session, to look or to type, until it expires or is revoked.
//!
//! The link's secret is shown once and stored as a hash. It stands behind the `#`, which no browser sends anywhere, so it
//! reaches no log on the way; the page sends it in a body.
//!
//! Whoever is signed in when they use it stands on both from then on: the invite, and the sign-in or token. The end of either is theirs.

use super::{
    Terminal,
    sharing::object,
    tickets::{came_by, hash, random_secret},
};
use crate::{
    Caller, ServiceError, Visitor,
    clock::{after, now},
    rate::network,
};
use session::Dismissal;
use std::time::Instant;
use storage::{InviteRecord, TicketHolder};
use wire::{
    InviteId, SessionId,
    accounts::{Role, Scope},
    plain::{is_blank, misleads},
    terminal::{CreatedInvite, InviteList, InviteRequest, JoinRequest, JoinedSession, PersonKind, Rights},
    vault::Secret,
};

const USUAL_SECONDS: u64 = 60 * 60;
const MOST_INVITES: u64 = 50;
const LONGEST_LABEL: usize = 100;
const LONGEST_NAME: usize = 60;

impl Terminal {
    /// Makes an invite to one of the caller's own live sessions.
    ///
    /// # Errors
    /// `BadInput` for a field that is not acceptable, `Forbidden` for another account's session, `NotFound` when it is
    /// gone, `Conflict` when there are too many already.
    pub async fn invite(
        &self,
        caller: &Caller,
        id: &SessionId,
        request: InviteRequest,
    ) -> Result<CreatedInvite, ServiceError> {
        let label = request.label.unwrap_or_default().trim().to_owned();
        if label.chars().count() > LONGEST_LABEL || label.chars().any(misleads) {
            return Err(ServiceError::bad("the label has at most 100 characters of plain text, on one line"));
        }
        let seconds = request.expires_in_seconds.unwrap_or(USUAL_SECONDS);
        if !(60..=24 * 60 * 60).contains(&seconds) {
            return Err(ServiceError::bad("expires_in_seconds lies between 60 and 86400 (a day)"));
        }
        let (record, _) = self.own_live(caller, id).await?;
        let made = now();
        if self.0.storage.terminal().count_invites(id, made).await? >= MOST_INVITES {
            return Err(ServiceError::Conflict("a session has at most 50 invites; revoke one first".into()));
        }
        let invite = InviteRecord {
            id: new_id(),
            session: record.id,
            rights: request.rights,
            label,
            created_at: made,
            expires_at: after(made, seconds),
        };
        let secret = random_secret()?;
        self.0.storage.terminal().add_invite(&hash(secret.expose()), &invite).await?;
        let rights = match invite.rights {
            Rights::Watch => "to watch",
            Rights::Type => "to type",
        };
        self.0.audit.note(caller, "invite.create", object(id), &format!("{}, {rights}", invite.id)).await;
        Ok(CreatedInvite {
            id: invite.id,
            url: Secret::new(format!("/join#{}", secret.expose())),
            rights: invite.rights,
            expires_at: invite.expires_at,
        })
    }

    /// The invites of one of the caller's own sessions that can still be used.
    ///
    /// # Errors
    /// `Forbidden` for another account's session, `NotFound` when there is none.
    pub async fn invites(&self, caller: &Caller, id: &SessionId) -> Result<InviteList, ServiceError> {
        self.own_record(caller, id).await?;
        Ok(InviteList { invites: self.0.storage.terminal().invites(id, now()).await? })
    }

    /// Revokes an invite; whoever came by it is sent away.
    ///
    /// # Errors
    /// `Forbidden` for another account's session, `NotFound` when there is no such invite.
    pub async fn revoke_invite(&self, caller: &Caller, id: &SessionId, invite: &InviteId) -> Result<(), ServiceError> {
        self.own_record(caller, id).await?;
        if !self.0.storage.terminal().revoke_invite(id, invite).await? {
            return Err(ServiceError::missing("invite", invite));
        }
        if let Some(live) = self.0.registry.live(id) {
            live.session.dismiss(&invited(invite), Dismissal::Revoked);
        }
        self.0.audit.note(caller, "invite.revoke", object(id), invite.as_str()).await;
        Ok(())
    }

    /// Turns an invite into a ticket. Needs no account; one that is signed in is called by its name, and only watches when its role
    /// allows no more. A token that may not connect draws none.
    ///
    /// # Errors
    /// `TooManyTries` when an address asks too often, `Forbidden` for such a token, `BadInput` for a name that is not acceptable, `Unauthenticated` for an
    /// invite that opens nothing, and for who wants to come signed in and is not.
    pub async fn join(
        &self,
        visitor: &Visitor,
        caller: Option<&Caller>,
        request: JoinRequest,
    ) -> Result<JoinedSession, ServiceError> {
        self.0
            .joins
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take(visitor.address.map(network), Instant::now())
            .map_err(ServiceError::TooManyTries)?;
        let name = match caller {
            Some(caller) if !caller.has_scope(Scope::Connect) => return Err(NO_CONNECTING),
            Some(caller) => caller.name().to_owned(),
            None if request.signed_in => return Err(SIGNED_OUT),
            None => guest_name(&request.name)?,
        };
        let found = self.0.storage.terminal().use_invite(&hash(request.invite.expose()), now()).await?;
        let invite = found.ok_or(DEAD)?;
        let live = self.0.registry.live(&invite.session).ok_or(DEAD)?;
        match caller {
            Some(caller) => self.0.audit.note(caller, "invite.use", object(&live.id), invite.id.as_str()).await,
            None => {
                self.0.audit.note_guest(visitor, &name, "invite.use", object(&live.id), invite.id.as_str()).await;
            }
        }
        let may_only_watch = caller.is_some_and(|caller| caller.role() == Role::Viewer);
        let withheld = may_only_watch || live.session.withholds_typing(&invited(&invite.id));
        let holder = TicketHolder {
            kind: PersonKind::Guest,
            name,
            may_type: invite.rights == Rights::Type && !withheld,
            invite: Some(invite.id),
            account: caller.map(|caller| caller.account().clone()),
            sign_in: caller.and_then(came_by),
        };
        self.let_in(&live, &holder, Some(invite.expires_at)).await
    }

    /// Sends those away whose invite has expired.
    pub(super) async fn end_of_invites(&self) -> Result<(), ServiceError> {
        for live in self.0.registry.all() {
            let by = live.session.let_in_by();
            let ids: Vec<InviteId> =
                by.iter().filter_map(|by| by.strip_prefix("invite:")).filter_map(|id| id.parse().ok()).collect();
            let living = self.0.storage.terminal().living_invites(&ids, now()).await?;
            for gone in ids.iter().filter(|id| !living.contains(id)) {
                live.session.dismiss(&invited(gone), Dismissal::Revoked);
            }
        }
        Ok(())
    }
}

const DEAD: ServiceError = ServiceError::Unauthenticated(
    "this invite has expired, was revoked, or its session has ended; ask for another one",
);

const NO_CONNECTING: ServiceError = ServiceError::Forbidden(
    "this token has no scope `connect`, so it joins nothing; join without it, as a guest, or make one that has",
);

const SIGNED_OUT: ServiceError =
    ServiceError::Unauthenticated("your sign-in has ended; sign in and open the link again, or open it as a guest");

fn guest_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    if is_blank(name) || name.chars().count() > LONGEST_NAME || name.chars().any(misleads) {
        return Err(ServiceError::bad(
            "say a name of 1 to 60 characters of plain text, so that the others know who is there",
        ));
    }
    Ok(name.to_owned())
}

/// An invite as the engine keeps it with a viewer.
pub(super) fn invited(id: &InviteId) -> String {
    format!("invite:{id}")
}

fn new_id() -> InviteId {
    // A UUID's hyphenated form is always an id.
    InviteId::try_from(uuid::Uuid::now_v7().to_string()).unwrap_or_else(|_| unreachable!())
}
