//! Tickets: one-time secrets that open an attachment. The database keeps only their hashes.

use super::{
    Terminal,
    invites::invited,
    sharing::{by_token, signed_in},
};
use crate::{
    Caller, ServiceError, Via,
    clock::{after, now},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use session::Who;
use sha2::{Digest, Sha256};
use storage::TicketHolder;
use wire::{AccountId, SessionId, terminal::PersonKind, vault::Secret};

/// How long a ticket can wait to be used: long enough to outlast a change of network, short enough for a leaked page.
const TICKET_SECONDS: u64 = 5 * 60;

pub(super) fn hash(ticket: &str) -> Vec<u8> {
    Sha256::digest(ticket.as_bytes()).to_vec()
}

pub(super) fn random_secret() -> Result<Secret, ServiceError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| ServiceError::Internal("the system gives no random numbers"))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// The holder of a ticket to one's own session.
pub(super) fn owner(caller: &Caller) -> TicketHolder {
    TicketHolder {
        kind: PersonKind::Owner,
        name: caller.name().to_owned(),
        may_type: true,
        invite: None,
        account: Some(caller.account().clone()),
        sign_in: came_by(caller),
    }
}

/// The sign-in that a caller came by; a token is none.
pub(super) fn sign_in(caller: &Caller) -> Option<&str> {
    match caller.via() {
        Via::SignIn(id) => Some(id),
        Via::Token(_) | Via::Schedule => None,
    }
}

/// How a ticket names a token in the place of a sign-in, before its id.
const TOKEN: &str = "token:";

/// What a ticket of this caller ends with: the sign-in, or the token.
pub(super) fn came_by(caller: &Caller) -> Option<String> {
    match caller.via() {
        Via::Token(id) => Some(format!("{TOKEN}{id}")),
        Via::SignIn(_) | Via::Schedule => sign_in(caller).map(ToOwned::to_owned),
    }
}

/// The token that asked for a ticket.
pub(super) fn token(holder: &TicketHolder) -> Option<&str> {
    holder.sign_in.as_deref()?.strip_prefix(TOKEN)
}

/// The sign-in that asked for a ticket, and whose it is.
pub(super) fn sign_in_of(holder: &TicketHolder) -> Option<(&AccountId, &str)> {
    let sign_in = holder.sign_in.as_deref().filter(|sign_in| !sign_in.starts_with(TOKEN))?;
    Some((holder.account.as_ref()?, sign_in))
}

/// A ticket's holder as the engine knows a viewer. A guest whose account may only watch does no more than that.
pub(super) fn who(holder: &TicketHolder, may_only_watch: bool) -> Who {
    let account = holder.account.as_ref();
    let by_sign_in = || Some(signed_in(account?, holder.sign_in.as_deref()?));
    let by_token = || Some(by_token(account?, token(holder)?));
    let under = by_token().or_else(by_sign_in);
    Who {
        name: holder.name.clone(),
        kind: holder.kind,
        may_type: holder.may_type,
        by: holder.invite.as_ref().map(invited).or_else(|| under.clone()),
        under,
        only_watches: may_only_watch || matches!(holder.kind, PersonKind::Admin | PersonKind::Watcher),
    }
}

impl Terminal {
    /// Makes a ticket. Whoever asks must have shown the right to attach.
    pub(super) async fn issue_ticket(
        &self,
        session: &SessionId,
        holder: &TicketHolder,
    ) -> Result<Secret, ServiceError> {
        let ticket = random_secret()?;
        let made = now();
        let until = after(made, TICKET_SECONDS);
        self.0.storage.terminal().add_ticket(&hash(ticket.expose()), session, holder, made, until).await?;
        Ok(ticket)
    }

    /// Whether a ticket would open an attachment now. Does not use it up.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn ticket_is_good(&self, session: &SessionId, ticket: &str) -> Result<bool, ServiceError> {
        Ok(self.0.storage.terminal().peek_ticket(&hash(ticket), session, now()).await?)
    }
}
