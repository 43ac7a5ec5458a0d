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
use services::{Caller, Services, events::Listener};
use tower_sessions::Session;
use wire::events::{Told, Topic};

/// Upgrades for whoever came through the gate.
pub(super) async fn upgrade(
    State(door): State<Door>,
    Signed(caller): Signed,
    session: Session,
    socket: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let listener = door.services.events().listen(&caller)?;
    let (services, known) = (door.services.clone(), caller.clone());
    let events = Events { listener, greeted: false, services, caller: known, has_new_sharers: true };
    Ok(push_ws::upgrade(door, caller, &session, socket, events).await)
}

struct Events {
    listener: Listener,
    greeted: bool,
    services: Services,
    caller: Caller,
    /// Whether others may share hosts that did not before.
    has_new_sharers: bool,
}

impl Events {
    /// Hears of hosts that others share, too. Whether those are others than before.
    async fn follow(&mut self) -> bool {
        match self.services.inventory().sharing_with(&self.caller).await {
            Ok(accounts) => self.listener.follow(accounts),
            Err(error) => {
                tracing::warn!(%error, "who shares hosts could not be asked; a page may show old ones");
                false
            }
        }
    }
}

impl Source for Events {
    async fn next(&mut self) -> Option<Batch> {
        // At the beginning, where giving up the wait loses nothing.
        let are_others = self.has_new_sharers && self.follow().await;
        self.has_new_sharers = false;
        if !self.greeted {
            self.greeted = true;
            return Some(Batch::of([Told::Hello]));
        }
        if are_others {
            // What they changed before they were followed was not heard.
            return Some(Batch::of([Told::Changed { topic: Topic::Hosts, id: None }]));
        }
        let changes = self.listener.next().await?;
        self.has_new_sharers = changes.iter().any(|change| change.topic == Topic::Hosts && change.id.is_none());
        let told = changes.iter().map(|change| Told::Changed { topic: change.topic, id: change.id.clone() });
        Some(Batch::of(told).doubted_by(&changes))
    }
}
