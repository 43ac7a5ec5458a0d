//! A WebSocket on which the server speaks, in JSON text, and what a client says is ignored: `/ws/events`, `/ws/monitor/…`.
//!
//! It stays open longer than a request, so it asks again and again whether the one behind it still may listen: at once when
//! its source doubts it, else with every ping. One that answers no ping is ended.

use super::{
    Door, sign_in,
    terminal_ws::{
        close, farewell,
        pulse::{self, Incoming},
    },
};
use axum::{
    Error,
    extract::{
        WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use bytes::Bytes;
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use serde::Serialize;
use services::{Caller, events::Change};
use tokio::time::{MissedTickBehavior, interval};
use tower_sessions::{Session, session};
use tracing::{Instrument, Span};
use wire::{
    Timestamp,
    events::{Told, Topic},
};

/// Nothing that a client says here means anything, so it may not say much.
const MAX_MESSAGE: usize = 1024;

type Stop = Option<(u16, &'static str)>;

/// Where the messages come from.
pub(super) trait Source: Send + 'static {
    /// The next few messages; `None` when the server stops. Nothing may be lost when the wait is given up.
    fn next(&mut self) -> impl Future<Output = Option<Batch>> + Send;
}

/// A few messages at once.
#[derive(Default)]
pub(super) struct Batch {
    messages: Vec<Message>,
    /// Whether the one who listens may be one who may not any more.
    doubtful: bool,
}

impl Batch {
    /// These messages.
    pub(super) fn of<T: Serialize>(messages: impl IntoIterator<Item = T>) -> Self {
        Self { messages: messages.into_iter().map(|told| message(&told)).collect(), doubtful: false }
    }

    /// The same, with a doubt when these changes are about who may come in.
    pub(super) fn doubted_by(self, changes: &[Change]) -> Self {
        let doubtful = changes.iter().any(|change| matches!(change.topic, Topic::Tokens | Topic::SignIns));
        Self { doubtful, ..self }
    }
}

/// Who listens, and by what.
struct Who {
    door: Door,
    caller: Caller,
    cookie: Option<session::Id>,
    /// When the sign-in began, or its vault was last opened.
    since: Option<Timestamp>,
}

/// Upgrades, and pushes what the source has until one of the three ends.
pub(super) async fn upgrade(
    door: Door,
    caller: Caller,
    session: &Session,
    socket: WebSocketUpgrade,
    source: impl Source,
) -> Response {
    let socket =
        socket.read_buffer_size(1024).write_buffer_size(0).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
    // The upgraded socket runs in a task of its own: its log lines keep the request's id, and a stopping server waits for it.
    let (span, open) = (Span::current(), door.sockets.token());
    let since = sign_in::since(session).await;
    let who = Who { door, caller, cookie: session.id(), since };
    socket.on_upgrade(move |socket| async move {
        serve(socket, &who, source).instrument(span).await;
        drop(open);
    })
}

async fn serve(socket: WebSocket, who: &Who, source: impl Source) {
    let (mut sink, mut messages) = socket.split();
    let stop = tokio::select! {
        stop = read(&mut messages) => stop,
        stop = write(&mut sink, who, source) => stop,
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

async fn write(sink: &mut SplitSink<WebSocket, Message>, who: &Who, mut source: impl Source) -> Stop {
    let mut ping = interval(pulse::PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    loop {
        let (sent, doubtful) = tokio::select! {
            batch = source.next() => match batch {
                Some(Batch { messages, doubtful }) => (tell(sink, messages).await, doubtful),
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
        if doubtful && who.has_new_vault().await {
            return Some((close::TICKET_REFUSED, "the vault was opened; come again, and have it"));
        }
    }
}

async fn tell(sink: &mut SplitSink<WebSocket, Message>, messages: Vec<Message>) -> Result<(), Error> {
    for message in messages {
        sink.feed(message).await?;
    }
    sink.flush().await
}

/// The ping makes the client answer; the word lets a page notice a dead line, for a browser shows it no ping.
async fn beat(sink: &mut SplitSink<WebSocket, Message>) -> Result<(), Error> {
    sink.feed(Message::Ping(Bytes::new())).await?;
    sink.send(message(&Told::Alive)).await
}

fn message(told: &impl Serialize) -> Message {
    Message::Text(serde_json::to_string(told).unwrap_or_default().into())
}

impl Who {
    /// A database that cannot be asked right now is no reason to send anybody away.
    async fn still_stands(&self) -> bool {
        let cookie = self.cookie.map(|id| id.to_string());
        let stands = self.door.services.accounts().still_stands(&self.caller, cookie.as_deref()).await;
        stands.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether a listener still may listen could not be asked");
            true
        })
    }

    /// Whether the vault, which was locked when this began, was opened since.
    async fn has_new_vault(&self) -> bool {
        let (Some(cookie), Some(since)) = (self.cookie, self.since) else { return false };
        let now = async || sign_in::since(&sign_in::stored(&self.door, Some(cookie))).await;
        !self.caller.vault_open() && now().await.is_some_and(|now| now != since)
    }
}
