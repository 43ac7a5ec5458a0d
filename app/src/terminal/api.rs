//! Terminal sessions, for the page. Each function is public API: one service call behind the gate.

#![expect(missing_docs, reason = "a server function's macro makes a struct of its arguments")]

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};
use wire::{InviteId, SessionId, terminal::*, vault::Secret};

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

/// Puts a session's end off.
#[server(endpoint = "terminal/extend", input = Json)]
pub async fn extend(session: SessionId) -> Result<Heartbeat, AppError> {
    Ok(services()?.terminal().extend(&caller()?, &session).await?)
}

/// Gives somebody the keyboard, or takes it back.
#[server(endpoint = "terminal/keyboard", input = Json)]
pub async fn keyboard(session: SessionId, request: KeyboardRequest) -> Result<People, AppError> {
    Ok(services()?.terminal().keyboard(&caller()?, &session, request).await?)
}

/// Holds a session to a size, or lets it follow the one who types.
#[server(name = FixSize, endpoint = "terminal/size", input = Json)]
pub async fn fix_size(session: SessionId, size: Option<FixedSize>) -> Result<(), AppError> {
    Ok(services()?.terminal().fix_size(&caller()?, &session, size).await?)
}

/// Sends somebody away who looks at a session.
#[server(name = RemoveAttachment, endpoint = "terminal/remove", input = Json)]
pub async fn remove_attachment(session: SessionId, attachment: AttachmentId) -> Result<(), AppError> {
    Ok(services()?.terminal().remove_attachment(&caller()?, &session, attachment).await?)
}

/// Makes an invite to a session; its link is answered this once.
#[server(endpoint = "terminal/invite", input = Json)]
pub async fn invite(session: SessionId, request: InviteRequest) -> Result<CreatedInvite, AppError> {
    Ok(services()?.terminal().invite(&caller()?, &session, request).await?)
}

/// The invites of a session that can still be used.
#[server(name = ReadInvites, endpoint = "terminal/invites", input = Json)]
pub async fn invites(session: SessionId) -> Result<InviteList, AppError> {
    Ok(services()?.terminal().invites(&caller()?, &session).await?)
}

/// Revokes an invite.
#[server(name = RevokeInvite, endpoint = "terminal/revoke-invite", input = Json)]
pub async fn revoke_invite(session: SessionId, invite: InviteId) -> Result<(), AppError> {
    Ok(services()?.terminal().revoke_invite(&caller()?, &session, &invite).await?)
}

/// Lets an admin look at anybody's session.
#[server(endpoint = "terminal/watch", input = Json)]
pub async fn watch(session: SessionId) -> Result<JoinedSession, AppError> {
    Ok(services()?.terminal().watch(&caller()?, &session).await?)
}

/// Ends every session of the account.
#[server(name = CloseAll, endpoint = "terminal/cleanup", input = Json)]
pub async fn cleanup() -> Result<Cleanup, AppError> {
    Ok(services()?.terminal().cleanup(&caller()?, false).await?)
}
