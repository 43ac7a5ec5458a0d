//! Terminal sessions, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{SessionId, terminal::*, vault::Secret};

#[cfg(feature = "ssr")]
use crate::server::{caller, services};

/// The limits and habits of the server.
#[server(name = ReadStatus, endpoint = "terminal/status", input = Json)]
pub async fn status() -> Result<TerminalStatus, AppError> {
    caller()?;
    Ok(services()?.terminal().status().await)
}

/// Opens a session on a host, or hands out a live one. `host` is an id or a name.
#[server(endpoint = "terminal/open", input = Json)]
pub async fn open(host: String, request: OpenRequest) -> Result<OpenedSession, AppError> {
    Ok(services()?.terminal().open(&caller()?, &host, request).await?)
}

/// The account's sessions, the newest first.
#[server(endpoint = "terminal/list", input = Json)]
pub async fn list(query: SessionQuery) -> Result<SessionList, AppError> {
    Ok(services()?.terminal().list(&caller()?, query).await?)
}

/// Ends a session; one that has ended already is a success.
#[server(endpoint = "terminal/close", input = Json)]
pub async fn close(session: SessionId) -> Result<SessionClosed, AppError> {
    Ok(services()?.terminal().close(&caller()?, session.as_str()).await?)
}

/// Says that a person looks at a session.
#[server(name = SayHere, endpoint = "terminal/heartbeat", input = Json)]
pub async fn heartbeat(session: SessionId) -> Result<Heartbeat, AppError> {
    Ok(services()?.terminal().heartbeat(&caller()?, &session).await?)
}

/// A ticket for one more attachment.
#[server(endpoint = "terminal/ticket", input = Json)]
pub async fn ticket(session: SessionId) -> Result<Secret, AppError> {
    Ok(services()?.terminal().ticket(&caller()?, &session).await?)
}

/// Ends every session of the account.
#[server(name = CloseAll, endpoint = "terminal/cleanup", input = Json)]
pub async fn cleanup() -> Result<Cleanup, AppError> {
    Ok(services()?.terminal().cleanup(&caller()?, false).await?)
}
