//! What goes on by itself: seals, and retention.

use super::{Audit, seal};
use crate::{ServiceError, clock::now};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::time::timeout;
use wire::{
    Timestamp,
    audit::{AuditEvent, AuditHead},
};

/// What the line is called that says what retention removes.
pub(super) const TRIM: &str = "audit.trim";

/// What stands before the last line that it removes.
const LAST: &str = "the last one was ";

/// How often lines are sealed, and old ones looked for.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// So many lines go in one transaction: others write in between.
const AT_ONCE: i64 = 2000;

/// How long the stop waits for a round.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

impl Audit {
    /// Notes that the server starts, and begins to seal what is written and to remove what is old.
    pub(crate) async fn keep(&self) {
        self.note_server("server.start", concat!("berth ", env!("CARGO_PKG_VERSION")).to_owned(), "done").await;
        let (room, stopping) = (Arc::downgrade(&self.0), self.0.stopping.clone());
        self.0.tasks.spawn(async move {
            let mut rounds = tokio::time::interval(ROUND);
            while stopping.run_until_cancelled(rounds.tick()).await.is_some() {
                let Some(audit) = Weak::upgrade(&room).map(Self) else { return };
                audit.round().await;
            }
        });
    }

    /// Notes that the server stops, and seals that.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.tasks.close();
        if timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("old lines of the audit log were still being removed; the next start goes on with it");
        }
        self.note_server("server.stop", concat!("berth ", env!("CARGO_PKG_VERSION")).to_owned(), "done").await;
        self.try_seal().await;
    }

    async fn round(&self) {
        if let Err(error) = self.remove_old().await {
            tracing::warn!(%error, "old lines of the audit log could not be removed; the next round tries again");
        }
        self.try_seal().await;
    }

    async fn try_seal(&self) {
        if let Err(error) = self.seal().await {
            tracing::warn!(%error, "the audit log could not be sealed; the next round tries again");
        }
    }

    /// Seals the last line, unless that is a seal.
    async fn seal(&self) -> Result<(), ServiceError> {
        let head = self.0.storage.audit().ends().await?.head;
        if head.number == 0 || self.newest(seal::ACTION).await?.is_some_and(|line| line.head() == head) {
            return Ok(());
        }
        let key = self.seal_key(true).await?.ok_or(ServiceError::Internal("the server has no key"))?;
        // Tried before, so that it cannot fail where the line is written.
        key.seal(AuditHead::START)?;
        self.must_note(seal::ACTION, move |head| key.seal(head).unwrap_or_default()).await.map(drop)
    }

    /// Removes what is older than the settings want, and notes that before.
    async fn remove_old(&self) -> Result<(), ServiceError> {
        if self.0.settings.retention.is_zero() {
            return Ok(());
        }
        let log = self.0.storage.audit();
        let span = i64::try_from(self.0.settings.retention.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis(now().millis().saturating_sub(span));
        let Some(last) = log.last_before(before).await? else { return Ok(()) };
        let first = log.ends().await?.removed.number + 1;
        let what = format!("lines {first} to {}", last.number);
        let why = format!("they were older than [audit] retention; {LAST}{last}");
        self.must_note(TRIM, |_| (what, why)).await?;
        while log.remove_up_to(last.number, AT_ONCE).await? {
            if self.0.stopping.is_cancelled() {
                break;
            }
        }
        Ok(())
    }
}

/// Whether a line says that retention removes all up to this one. What it says may be further than it has come.
pub(super) fn tells_removal(line: &AuditEvent, removed: AuditHead) -> bool {
    let last = line.outcome.rsplit_once(LAST).and_then(|(_, last)| last.parse::<AuditHead>().ok());
    line.action == TRIM && last.is_some_and(|last| last == removed || last.number > removed.number)
}
