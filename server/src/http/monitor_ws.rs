//! The monitor's WebSocket, `/ws/monitor/{host}`: a host's figures as they come, as JSON text (docs/PROTOCOL.md).

use super::{
    Door,
    faults::Refusal,
    gate::Signed,
    push_ws::{self, Batch, Source},
};
use axum::{
    extract::{Path, State, WebSocketUpgrade},
    response::Response,
};
use services::{events::Listener, monitor::Look};
use tower_sessions::Session;
use wire::monitor::MonitorMessage;

/// Upgrades for whoever came through the gate.
pub(super) async fn upgrade(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    session: Session,
    socket: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let listener = door.services.events().listen(&caller)?;
    let look = door.services.monitor().look(&caller, &host).await?;
    Ok(push_ws::upgrade(door, caller, &session, socket, Looking { look, listener }).await)
}

struct Looking {
    look: Look,
    /// Hears when a sign-in or a token ends.
    listener: Listener,
}

impl Source for Looking {
    async fn next(&mut self) -> Option<Batch> {
        tokio::select! {
            messages = self.look.next() => Some(Batch::of(messages?)),
            changes = self.listener.next() => Some(Batch::of::<MonitorMessage>([]).doubted_by(&changes?)),
        }
    }
}
