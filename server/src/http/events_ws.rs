//! The events' WebSocket, `/ws/events`: tells a page or a script that something has changed, as JSON text (docs/PROTOCOL.md).
//!
//! A socket holds the few names that it was not told yet and nothing else; one that does not read is told less often.

use super::{
    Door,
    faults::Refusal,
    gate::Signed,
    push_ws::{self, Batch, Source},
};
use axum::{
    extract::{State, WebSocketUpgrade},
    response::Response,
};
use services::events::Listener;
use tower_sessions::Session;
use wire::events::Told;

/// Upgrades for whoever came through the gate.
pub(super) async fn upgrade(
    State(door): State<Door>,
    Signed(caller): Signed,
    session: Session,
    socket: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let listener = door.services.events().listen(&caller)?;
    Ok(push_ws::upgrade(door, caller, &session, socket, Events { listener, greeted: false }))
}

struct Events {
    listener: Listener,
    greeted: bool,
}

impl Source for Events {
    async fn next(&mut self) -> Option<Batch> {
        if !self.greeted {
            self.greeted = true;
            return Some(Batch::of([Told::Hello]));
        }
        let changes = self.listener.next().await?;
        let told = changes.iter().map(|change| Told::Changed { topic: change.topic, id: change.id.clone() });
        Some(Batch::of(told).doubted_by(&changes))
    }
}
