//! Whether anybody is there: the waits and the pings of a WebSocket.

use axum::{
    Error,
    extract::ws::{Message, WebSocket},
};
use futures::{Sink, SinkExt, Stream, StreamExt};
use std::time::Duration;

/// How often a silent socket is pinged.
pub(in crate::http) const PING: Duration = Duration::from_secs(15);

/// A socket from which nothing came for three pings is dead.
const PATIENCE: Duration = Duration::from_secs(45);

/// How long the first message may take.
const FIRST: Duration = Duration::from_secs(10);

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// What came from the client.
pub(in crate::http) enum Incoming {
    /// Something to look at; pings and pongs included, for they say that somebody is there.
    Message(Message),
    /// The client closed or the connection broke.
    Gone,
    /// Nothing came for too long.
    Silent,
}

/// The first message that is no ping.
pub(in crate::http) async fn first(socket: &mut WebSocket) -> Incoming {
    let saying = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Incoming::Gone,
                Some(Ok(message)) => return Incoming::Message(message),
            }
        }
    };
    tokio::time::timeout(FIRST, saying).await.unwrap_or(Incoming::Silent)
}

/// The next message.
pub(in crate::http) async fn next(messages: &mut (impl Stream<Item = Result<Message, Error>> + Unpin)) -> Incoming {
    match tokio::time::timeout(PATIENCE, messages.next()).await {
        Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => Incoming::Gone,
        Ok(Some(Ok(message))) => Incoming::Message(message),
        Err(_) => Incoming::Silent,
    }
}

/// Says goodbye and waits until the client has heard it. Closing with input unread would reset the connection, and the
/// last words would be lost with it.
pub(in crate::http) async fn part(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    messages: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
    farewell: Message,
) {
    let parting = async {
        if sink.send(farewell).await.is_ok() {
            while let Some(Ok(_)) = messages.next().await {}
        }
    };
    // A client that does not listen any more is none of our business.
    let _ = tokio::time::timeout(GOODBYE, parting).await;
}
