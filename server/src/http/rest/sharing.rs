//! Several people at one session: who is there, invites, the keyboard, the size, and the end put off.

use super::{Refusal, Signed};
use crate::http::{Door, arrival::Arrival};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::{
    InviteId, SessionId,
    terminal::{
        AttachmentId, CreatedInvite, FixedSize, Heartbeat, InviteList, InviteRequest, JoinRequest, JoinedSession,
        KeyboardRequest, People,
    },
};

/// Puts a session's end off, as far as the server allows.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/extend", tag = "Terminal", params(("id" = String, Path)),
    responses((status = 200, body = Heartbeat)))]
pub(in crate::http) async fn extend(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
) -> Result<Json<Heartbeat>, Refusal> {
    Ok(Json(door.services.terminal().extend(&caller, &id).await?))
}

/// Who looks at a session.
#[utoipa::path(get, path = "/api/terminal/sessions/{id}/attachments", tag = "Terminal", params(("id" = String, Path)),
    responses((status = 200, body = People)))]
pub(in crate::http) async fn attachments(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
) -> Result<Json<People>, Refusal> {
    Ok(Json(door.services.terminal().people(&caller, &id).await?))
}

/// Sends somebody away who looks at a session.
#[utoipa::path(delete, path = "/api/terminal/sessions/{id}/attachments/{attachment}", tag = "Terminal",
    params(("id" = String, Path), ("attachment" = u32, Path)), responses((status = 204)))]
pub(in crate::http) async fn remove_attachment(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path((id, attachment)): Path<(SessionId, AttachmentId)>,
) -> Result<StatusCode, Refusal> {
    door.services.terminal().remove_attachment(&caller, &id, attachment).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives somebody the right to type, or takes it back.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/keyboard", tag = "Terminal", params(("id" = String, Path)),
    request_body = KeyboardRequest, responses((status = 200, body = People)))]
pub(in crate::http) async fn keyboard(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
    Json(request): Json<KeyboardRequest>,
) -> Result<Json<People>, Refusal> {
    Ok(Json(door.services.terminal().keyboard(&caller, &id, request).await?))
}

/// Holds a session to a size; `null` lets it follow the one who types.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/size", tag = "Terminal", params(("id" = String, Path)),
    request_body = Option<FixedSize>, responses((status = 204)))]
pub(in crate::http) async fn size(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
    Json(size): Json<Option<FixedSize>>,
) -> Result<StatusCode, Refusal> {
    door.services.terminal().fix_size(&caller, &id, size).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The invites of a session that can still be used.
#[utoipa::path(get, path = "/api/terminal/sessions/{id}/invites", tag = "Terminal", params(("id" = String, Path)),
    responses((status = 200, body = InviteList)))]
pub(in crate::http) async fn invites(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
) -> Result<Json<InviteList>, Refusal> {
    Ok(Json(door.services.terminal().invites(&caller, &id).await?))
}

/// Makes an invite. Its link is shown this once.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/invites", tag = "Terminal", params(("id" = String, Path)),
    request_body = InviteRequest, responses((status = 201, body = CreatedInvite)))]
pub(in crate::http) async fn invite(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
    Json(request): Json<InviteRequest>,
) -> Result<(StatusCode, Json<CreatedInvite>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.terminal().invite(&caller, &id, request).await?)))
}

/// Revokes an invite; whoever came by it is sent away.
#[utoipa::path(delete, path = "/api/terminal/sessions/{id}/invites/{invite}", tag = "Terminal",
    params(("id" = String, Path), ("invite" = String, Path)), responses((status = 204)))]
pub(in crate::http) async fn revoke_invite(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path((id, invite)): Path<(SessionId, InviteId)>,
) -> Result<StatusCode, Refusal> {
    door.services.terminal().revoke_invite(&caller, &id, &invite).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turns an invite into a ticket. Needs no account.
#[utoipa::path(post, path = "/api/terminal/join", tag = "Terminal", security((), ("cookie" = [])),
    request_body = JoinRequest, responses((status = 200, body = JoinedSession)))]
pub(in crate::http) async fn join(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    caller: Option<Signed>,
    Json(request): Json<JoinRequest>,
) -> Result<Json<JoinedSession>, Refusal> {
    let caller = caller.map(|Signed(caller)| caller);
    Ok(Json(door.services.terminal().join(&arrival.visitor, caller.as_ref(), request).await?))
}

/// Lets an admin look at anybody's session; noted, and seen by the owner.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/watch", tag = "Terminal", params(("id" = String, Path)),
    responses((status = 200, body = JoinedSession)))]
pub(in crate::http) async fn watch(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
) -> Result<Json<JoinedSession>, Refusal> {
    Ok(Json(door.services.terminal().watch(&caller, &id).await?))
}
