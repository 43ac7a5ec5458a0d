//! Counts since the process started (SPEC §12, `/api/terminal/metrics`).

use super::Terminal;
use crate::{Caller, ServiceError};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use wire::terminal::{EndReason, TerminalMetrics};

#[derive(Default)]
pub(super) struct Counters {
    created: AtomicU64,
    reused: AtomicU64,
    limit_hits: AtomicU64,
    closed: Mutex<BTreeMap<String, u64>>,
}

impl Counters {
    pub(super) fn created(&self) {
        self.created.fetch_add(1, Relaxed);
    }

    pub(super) fn reused(&self) {
        self.reused.fetch_add(1, Relaxed);
    }

    pub(super) fn limit_hit(&self) {
        self.limit_hits.fetch_add(1, Relaxed);
    }

    pub(super) fn closed(&self, reason: EndReason) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        *closed.entry(reason.as_str().to_owned()).or_default() += 1;
    }
}

impl Terminal {
    /// Counts since the process started, over all accounts.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn metrics(&self, _caller: &Caller) -> Result<TerminalMetrics, ServiceError> {
        let counters = &self.0.counters;
        let by_reason = counters.closed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(TerminalMetrics {
            sessions_created: counters.created.load(Relaxed),
            sessions_reused: counters.reused.load(Relaxed),
            sessions_closed: by_reason.values().sum(),
            sessions_closed_by_reason: by_reason,
            session_limit_hits: counters.limit_hits.load(Relaxed),
            active_sessions: self.0.storage.terminal().count_live().await?,
        })
    }
}
