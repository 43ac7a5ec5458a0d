//! The terminal's WebSocket, `/ws/terminal/{session_id}`: who may open it, and which of two languages is spoken.
//!
//! The first message decides: a binary one begins the compact protocol of `wire::frames` (the web app), a text one
//! begins JSON (scripts). A browser cannot see why an upgrade was refused, so a refused ticket is told by a close code
//! after the upgrade; everybody else gets the HTTP status. Nothing here knows what a terminal is: bytes go to the
//! session as they come, and come back only from the attachment.

mod binary;
mod json;
pub(super) mod pulse;
mod utf8;
mod words;

use super::{Door, faults::Refusal, gate::Signed, pages::TicketQuery};
use axum::{
    extract::{
        Path, Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use pulse::Incoming;
use services::{
    Caller, ServiceError,
    terminal::{Dismissal, Pass},
};
use tracing::{Instrument, Span};
use wire::{
    FaultCode, SessionId,
    frames::{ClientFrame, MAX_CLIENT_FRAME},
};

/// Why the server closes a socket. `docs/PROTOCOL.md` lists them for clients.
pub(super) mod close {
    /// The session has ended, and that was told.
    pub(super) const DONE: u16 = 1000;
    /// The server stops; another try will find it again.
    pub(in crate::http) const STOPPING: u16 = 1001;
    /// A message was not understood.
    pub(super) const BAD_MESSAGE: u16 = 4400;
    /// The ticket opens nothing.
    pub(in crate::http) const TICKET_REFUSED: u16 = 4401;
    /// The session is another account's.
    pub(super) const FORBIDDEN: u16 = 4403;
    /// No such live session.
    pub(super) const NO_SESSION: u16 = 4404;
    /// The session's owner removed the attachment.
    pub(super) const REMOVED: u16 = 4410;
    /// The invite was revoked or has expired.
    pub(super) const REVOKED: u16 = 4411;
    /// Nothing was heard for too long.
    pub(in crate::http) const SILENT: u16 = 4408;
    /// The server failed.
    pub(super) const FAILED: u16 = 4500;
}

/// JSON text may be longer than the bytes that it carries.
const MAX_MESSAGE: usize = 2 * MAX_CLIENT_FRAME;

/// The word in place of a session's id with which a script opens a new one.
const NEW: &str = "new";

/// What the socket will show.
enum Entry {
    /// A live session.
    Session(Box<Pass>),
    /// One that the first message opens.
    New(Box<(Door, Caller)>),
}

/// Admits, upgrades, and hands the socket to the language that the client speaks.
pub(super) async fn upgrade(
    State(door): State<Door>,
    Path(id): Path<String>,
    Query(query): Query<TicketQuery>,
    caller: Option<Signed>,
    socket: WebSocketUpgrade,
) -> Response {
    let socket =
        socket.read_buffer_size(8192).write_buffer_size(0).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
    let caller = caller.map(|Signed(caller)| caller);
    // The upgraded socket runs in a task of its own: its log lines keep the request's id, and a stopping server waits for it.
    let (span, open) = (Span::current(), door.sockets.token());
    match admit(door, &id, query.token.as_deref(), caller).await {
        Ok(entry) => socket.on_upgrade(move |socket| async move {
            serve(socket, entry).instrument(span).await;
            drop(open);
        }),
        Err(error) => refuse(socket, error, query.token.is_some()),
    }
}

async fn admit(door: Door, id: &str, ticket: Option<&str>, caller: Option<Caller>) -> Result<Entry, ServiceError> {
    if id == NEW {
        let caller = caller.ok_or(ServiceError::Unauthenticated("a new terminal needs a sign-in or an API token"))?;
        return Ok(Entry::New(Box::new((door, caller))));
    }
    let unknown = |_| ServiceError::NotFound { what: "live session", name: id.to_owned() };
    let id: SessionId = id.parse().map_err(unknown)?;
    let pass = door.services.terminal().admit(&id, ticket, caller.as_ref()).await?;
    Ok(Entry::Session(Box::new(pass)))
}

/// Before the upgrade for scripts; after it for a page with a ticket.
fn refuse(socket: WebSocketUpgrade, error: ServiceError, by_ticket: bool) -> Response {
    let fault = error.fault();
    let code = match fault.code {
        FaultCode::Unauthenticated => close::TICKET_REFUSED,
        FaultCode::Forbidden => close::FORBIDDEN,
        FaultCode::NotFound => close::NO_SESSION,
        _ => close::FAILED,
    };
    if by_ticket {
        return socket.on_upgrade(move |mut socket| async move { end(&mut socket, code, &fault.detail).await });
    }
    Refusal(fault).into_response()
}

async fn serve(mut socket: WebSocket, entry: Entry) {
    let first = match pulse::first(&mut socket).await {
        Incoming::Message(first) => first,
        Incoming::Gone => return,
        Incoming::Silent => return end(&mut socket, close::SILENT, "nothing was said").await,
    };
    match (first, entry) {
        (Message::Binary(frame), Entry::Session(pass)) => match ClientFrame::decode(&frame) {
            Ok(ClientFrame::Attach(attach)) => binary::serve(socket, &pass, attach).await,
            Ok(_) => end(&mut socket, close::BAD_MESSAGE, "the first frame must be Attach").await,
            Err(error) => end(&mut socket, close::BAD_MESSAGE, &error.to_string()).await,
        },
        (Message::Binary(_), Entry::New(_)) => {
            end(&mut socket, close::BAD_MESSAGE, "a new terminal begins with a JSON `connect`").await;
        }
        (Message::Text(text), entry) => json::serve(socket, entry, &text).await,
        _ => {}
    }
}

/// Why a viewer is sent away, as a close code and its reason.
fn dismissal(why: Dismissal) -> (u16, String) {
    match why {
        Dismissal::Removed => (close::REMOVED, "the session's owner has removed you".into()),
        Dismissal::Revoked => (close::REVOKED, "the invite was revoked or has expired".into()),
        Dismissal::SignedOut => (close::TICKET_REFUSED, "the sign-in has ended".into()),
    }
}

/// Says goodbye.
async fn end(socket: &mut WebSocket, code: u16, reason: &str) {
    let (mut sink, mut messages) = socket.split();
    pulse::part(&mut sink, &mut messages, farewell(code, reason)).await;
}

/// A close frame; its reason has at most 123 bytes (RFC 6455).
pub(super) fn farewell(code: u16, reason: &str) -> Message {
    let end = reason.floor_char_boundary(reason.len().min(120));
    Message::Close(Some(CloseFrame { code, reason: reason[..end].to_owned().into() }))
}
