//! The events' WebSocket, `/ws/events`: tells a page or a script that something has changed, as JSON text (docs/PROTOCOL.md).
//!
//! A socket holds the few names that it was not told yet and nothing else; one that does not read is told less often, and
//! ended when it does not answer. It stays open longer than a request, so it asks again and again whether the one behind
//! it still may listen: at once when a token or a sign-in of the account has changed, else with every ping.

use super::{
    Door,
    faults::Refusal,
    gate::Signed,
    terminal_ws::{
        close, farewell,
        pulse::{self, Incoming},
    },
};
use axum::{
    Error,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use bytes::Bytes;
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use services::{
    Caller,
    events::{Change, Listener},
};
use tokio::time::{MissedTickBehavior, interval};
use tower_sessions::Session;
use tracing::{Instrument, Span};
use wire::events::{Told, Topic};

/// Nothing that a client says here means anything, so it may not say much.
const MAX_MESSAGE: usize = 1024;

type Stop = Option<(u16, &'static str)>;

/// Who listens, and by what.
struct Who {
    door: Door,
    caller: Caller,
    cookie: Option<String>,
}

/// Upgrades for whoever came through the gate.
pub(super) async fn upgrade(
    State(door): State<Door>,
    Signed(caller): Signed,
    session: Session,
    socket: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let listener = door.services.events().listen(&caller)?;
    let socket =
        socket.read_buffer_size(1024).write_buffer_size(0).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
    // The upgraded socket runs in a task of its own: its log lines keep the request's id, and a stopping server waits for it.
    let (span, open) = (Span::current(), door.sockets.token());
    let who = Who { door, caller, cookie: session.id().map(|id| id.to_string()) };
    Ok(socket.on_upgrade(move |socket| async move {
        serve(socket, &who, listener).instrument(span).await;
        drop(open);
    }))
}

async fn serve(socket: WebSocket, who: &Who, listener: Listener) {
    let (mut sink, mut messages) = socket.split();
    let stop = tokio::select! {
        stop = read(&mut messages) => stop,
        stop = write(&mut sink, who, listener) => stop,
    };
    if let Some((code, reason)) = stop {
        pulse::part(&mut sink, &mut messages, farewell(code, reason)).await;
    }
}

/// Waits until the client goes or answers no ping.
async fn read(messages: &mut SplitStream<WebSocket>) -> Stop {
    loop {
        match pulse::next(messages).await {
            Incoming::Message(_) => {}
            Incoming::Gone => return None,
            Incoming::Silent => return Some((close::SILENT, "nothing was heard for too long")),
        }
    }
}

async fn write(sink: &mut SplitSink<WebSocket, Message>, who: &Who, mut listener: Listener) -> Stop {
    let mut ping = interval(pulse::PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    if sink.send(message(&Told::Hello)).await.is_err() {
        return None;
    }
    loop {
        let (sent, doubtful) = tokio::select! {
            changes = listener.next() => match changes {
                Some(changes) => (tell(sink, &changes).await, changes.iter().any(is_about_entry)),
                None => return Some((close::STOPPING, "the server is stopping")),
            },
            _ = ping.tick() => (beat(sink).await, true),
        };
        if sent.is_err() {
            return None;
        }
        if doubtful && !who.still_stands().await {
            return Some((close::TICKET_REFUSED, "this sign-in or token has ended"));
        }
    }
}

async fn tell(sink: &mut SplitSink<WebSocket, Message>, changes: &[Change]) -> Result<(), Error> {
    for Change { topic, id } in changes {
        sink.feed(message(&Told::Changed { topic: *topic, id: id.clone() })).await?;
    }
    sink.flush().await
}

/// The ping makes the client answer; the word lets a page notice a dead line, for a browser shows it no ping.
async fn beat(sink: &mut SplitSink<WebSocket, Message>) -> Result<(), Error> {
    sink.feed(Message::Ping(Bytes::new())).await?;
    sink.send(message(&Told::Alive)).await
}

fn is_about_entry(change: &Change) -> bool {
    matches!(change.topic, Topic::Tokens | Topic::SignIns)
}

fn message(told: &Told) -> Message {
    Message::Text(serde_json::to_string(told).unwrap_or_default().into())
}

impl Who {
    /// A database that cannot be asked right now is no reason to send anybody away.
    async fn still_stands(&self) -> bool {
        let stands = self.door.services.accounts().still_stands(&self.caller, self.cookie.as_deref()).await;
        stands.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether a listener still may listen could not be asked");
            true
        })
    }
}
