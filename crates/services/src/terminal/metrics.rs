//! Counts since the process started (SPEC §12, `/api/terminal/metrics`), and what live sessions add to them.

use super::{Terminal, registry::Live};
use crate::{Caller, ServiceError, metrics::Present};
use std::sync::atomic::{AtomicU64, Ordering::AcqRel};
use wire::terminal::TerminalMetrics;

/// How much of a session was counted already.
#[derive(Debug, Default)]
pub(super) struct Counted {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    jumps: AtomicU64,
}

impl Terminal {
    /// Counts since the process started, over all accounts.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn metrics(&self, _caller: &Caller) -> Result<TerminalMetrics, ServiceError> {
        let (created, reused, limit_hits) = self.0.metrics.opens();
        let by_reason = self.0.metrics.ends();
        Ok(TerminalMetrics {
            sessions_created: created,
            sessions_reused: reused,
            sessions_closed: by_reason.values().sum(),
            sessions_closed_by_reason: by_reason,
            session_limit_hits: limit_hits,
            active_sessions: self.0.storage.terminal().count_live().await?,
        })
    }

    /// Counts what a session has moved since it was last counted; however many ask at once, no byte is counted twice.
    pub(super) fn count(&self, live: &Live) {
        let (glance, counted) = (live.session.glance(), &live.counted);
        let more = |seen: u64, before: &AtomicU64| seen.saturating_sub(before.fetch_max(seen, AcqRel));
        self.0.metrics.moved(
            more(glance.bytes_in, &counted.bytes_in),
            more(glance.bytes_out, &counted.bytes_out),
            more(glance.jumps, &counted.jumps),
        );
    }

    /// Counts every live session, and says what they are.
    pub(crate) fn present(&self) -> Present {
        let (mut present, all) = (Present::default(), self.0.registry.all());
        for live in &all {
            self.count(live);
            let glance = live.session.glance();
            *present.sessions.entry(glance.status.as_str()).or_default() += 1;
            present.attachments += i64::from(glance.attachments);
        }
        let opening = self.0.registry.len().saturating_sub(all.len());
        present.sessions.insert("starting", i64::try_from(opening).unwrap_or(i64::MAX));
        present
    }
}
