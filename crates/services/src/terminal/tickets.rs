//! Tickets: one-time secrets that open an attachment. The database keeps only their hashes.

use super::Terminal;
use crate::{
    ServiceError,
    clock::{after, now},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use wire::{SessionId, vault::Secret};

/// How long a ticket can wait to be used: long enough to outlast a change of network, short enough for a leaked page.
const TICKET_SECONDS: u64 = 5 * 60;

pub(super) fn hash(ticket: &str) -> Vec<u8> {
    Sha256::digest(ticket.as_bytes()).to_vec()
}

fn random_ticket() -> Result<Secret, ServiceError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| ServiceError::Internal("the system gives no random numbers"))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

impl Terminal {
    /// Makes a ticket. Whoever asks must have shown the right to attach.
    pub(super) async fn issue_ticket(&self, session: &SessionId) -> Result<Secret, ServiceError> {
        let ticket = random_ticket()?;
        let made = now();
        let until = after(made, TICKET_SECONDS);
        self.0.storage.terminal().add_ticket(&hash(ticket.expose()), session, made, until).await?;
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
