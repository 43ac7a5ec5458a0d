//! Tells the server that a person looks at the session, while the page is visible, and good-bye when that was wished.

use super::{api, channel::Phase, desk::Desk};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use wire::{FaultCode, terminal::SessionQuery};

/// Used until the server has said how often it wants to hear (in seconds), and when it does not say.
const USUAL_INTERVAL: u64 = 15;

/// Runs while the component lives.
pub(super) fn run(desk: Desk) {
    spawn_local(learn(desk));
    spawn_local(async move {
        let status = api::status().await;
        let interval = status.map_or(USUAL_INTERVAL, |status| status.heartbeat_interval_seconds).clamp(1, 300);
        while let Some(phase) = desk.phase.try_get_untracked() {
            if matches!(phase, Phase::Ended(_) | Phase::Refused(_)) {
                return;
            }
            if !document().hidden() && !beat(desk).await {
                return;
            }
            TimeoutFuture::new(u32::try_from(interval * 1_000).unwrap_or(u32::MAX)).await;
        }
    });
}

/// Says whether to go on: a visitor with a ticket only may not say anything here, and needs not, because an attached
/// socket counts as being looked at.
async fn beat(desk: Desk) -> bool {
    let Some(session) = desk.session.try_get_value() else { return false };
    match api::heartbeat(session).await {
        Ok(heartbeat) => drop(desk.remaining.try_set(heartbeat.remaining_seconds)),
        Err(error) => return error.code() != FaultCode::Unauthenticated,
    }
    true
}

/// Reads what the server knows about the session: host, mode, and how it ended when it has.
pub(super) async fn learn(desk: Desk) {
    let query = SessionQuery { status_filter: Some("all".into()), user_id: None };
    let (Ok(list), Some(session)) = (api::list(query).await, desk.session.try_get_value()) else { return };
    if let Some(found) = list.sessions.into_iter().find(|found| found.session_id == session) {
        let _ = desk.remaining.try_set(found.remaining_seconds);
        let _ = desk.details.try_set(Some(found));
    }
}

/// The page goes away. Where the person wished so, the session ends with it.
pub(super) fn say_good_bye(desk: Desk) {
    if desk.settings.end_on_close.get_untracked() && desk.phase.get_untracked() == Phase::Live {
        let address = format!("/api/terminal/sessions/{}/close-beacon", desk.id());
        // A browser that refuses leaves the session to its idle timeout.
        let _ = window().navigator().send_beacon(&address);
    }
}
