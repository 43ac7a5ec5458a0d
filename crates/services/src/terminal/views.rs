//! How sessions are shown: the database's row, with what the live engine knows laid over it.

use super::{Terminal, registry::Live};
use crate::clock::now;
use std::time::Duration;
use storage::SessionRecord;
use wire::{
    SessionId, Timestamp,
    terminal::{ActiveSession, SessionView, Status},
};

/// When a live session was last seen, in wall-clock time.
pub(super) fn seen_at(live: &Live) -> Timestamp {
    let ago = live.session.glance().last_seen.elapsed();
    Timestamp::from_millis(now().millis().saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX)))
}

/// Seconds, rounded to the nearest, so that a moment that lasted a millisecond less is shown as it was meant.
pub(super) fn rounded(span: Duration) -> u64 {
    (span + Duration::from_millis(500)).as_secs()
}

/// Whole seconds, or none when the limit is off.
pub(super) fn limit_seconds(limit: Duration) -> Option<u64> {
    (!limit.is_zero()).then_some(limit.as_secs())
}

impl Terminal {
    pub(super) fn view(&self, record: SessionRecord) -> SessionView {
        let live = self.0.registry.live(&record.id);
        let glance = live.as_ref().map(|live| live.session.glance());
        let at = record.ended_at.unwrap_or_else(now);
        let last_seen_at = live.as_ref().map_or(record.last_seen_at, seen_at);
        let status = glance.as_ref().map(|g| g.status).filter(|_| record.status.is_live()).unwrap_or(record.status);
        // The row learns of an end a moment late; a status without its reason would be half the truth.
        let ended = || live.as_ref().filter(|_| !status.is_live()).and_then(|live| live.session.ending());
        let ending = record.ending.or_else(ended);
        SessionView {
            status,
            owner: None,
            host_id: record.host_id,
            host_name: record.host_name,
            mode: record.mode,
            created_at: record.created_at,
            expires_at: record.expires_at,
            last_seen_at,
            remaining_seconds: status
                .is_live()
                .then_some(record.expires_at)
                .flatten()
                .map(|expires| expires.seconds_since(now())),
            age_seconds: at.seconds_since(record.created_at),
            last_seen_seconds: at.seconds_since(last_seen_at),
            attachments: glance.map_or(0, |g| g.attachments),
            tmux: record.tmux.is_some(),
            recording: live
                .as_ref()
                .filter(|_| status.is_live())
                .map(|live| *live.recording.borrow())
                .unwrap_or_default(),
            ending,
            session_id: record.id,
        }
    }

    /// Whether the engine runs this session here and now.
    pub(super) fn is_healthy(&self, id: &SessionId) -> bool {
        self.0.registry.live(id).is_some_and(|live| live.session.glance().status.is_live() && live.link.is_open())
    }
}

/// One of the sessions that hold the places.
pub(super) fn active(view: SessionView) -> ActiveSession {
    ActiveSession {
        session_id: view.session_id,
        host_id: view.host_id,
        host_name: view.host_name,
        mode: view.mode,
        age_seconds: view.age_seconds,
        last_seen_seconds: view.last_seen_seconds,
    }
}

/// Which statuses a `status_filter` names.
pub(super) fn statuses(filter: Option<&str>) -> Option<Vec<Status>> {
    const LIVE: [Status; 3] = [Status::Starting, Status::Active, Status::Detached];
    const ENDED: [Status; 3] = [Status::Closed, Status::Expired, Status::Error];
    match filter.unwrap_or("live") {
        "live" | "" => Some(LIVE.to_vec()),
        "all" => Some(LIVE.into_iter().chain(ENDED).collect()),
        "ended" => Some(ENDED.to_vec()),
        word => LIVE.into_iter().chain(ENDED).find(|status| status.as_str() == word).map(|status| vec![status]),
    }
}
