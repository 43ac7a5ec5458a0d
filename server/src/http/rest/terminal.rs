//! Terminal sessions: the Terminal table of SPEC §12.

use super::{Refusal, Signed};
use crate::http::{Door, pages::TicketQuery};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use wire::{
    SessionId,
    terminal::{
        Cleanup, Heartbeat, OpenRequest, OpenedSession, RunRequest, RunResult, SessionClosed, SessionList,
        SessionQuery, TerminalMetrics, TerminalStatus,
    },
};

/// Query of POST `/api/terminal/cleanup`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(in crate::http) struct CleanupQuery {
    /// Every account's sessions; for an admin only.
    all: bool,
}

/// Whether sessions can be opened, and the limits.
#[utoipa::path(get, path = "/api/terminal/status", tag = "Terminal", security(()), responses((status = 200, body = TerminalStatus)))]
pub(in crate::http) async fn status(State(door): State<Door>) -> Json<TerminalStatus> {
    Json(door.services.terminal().status().await)
}

/// Counts since the process started.
#[utoipa::path(get, path = "/api/terminal/metrics", tag = "Terminal", responses((status = 200, body = TerminalMetrics)))]
pub(in crate::http) async fn metrics(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<TerminalMetrics>, Refusal> {
    Ok(Json(door.services.terminal().metrics(&caller).await?))
}

/// Opens a session on a host, named by id or name, or hands out a live one of the same mode.
#[utoipa::path(post, path = "/api/terminal/{host}/terminal-sessions", tag = "Terminal", params(("host" = String, Path)),
    request_body = Option<OpenRequest>,
    responses((status = 200, body = OpenedSession), (status = 429, body = wire::Fault, description = "Every place is taken")))]
pub(in crate::http) async fn open(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    request: Option<Json<OpenRequest>>,
) -> Result<Json<OpenedSession>, Refusal> {
    let request = request.map(|Json(request)| request).unwrap_or_default();
    Ok(Json(door.services.terminal().open(&caller, &host, request).await?))
}

/// The account's sessions, the newest first.
#[utoipa::path(get, path = "/api/terminal/sessions", tag = "Terminal", params(SessionQuery),
    responses((status = 200, body = SessionList)))]
pub(in crate::http) async fn sessions(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<SessionQuery>,
) -> Result<Json<SessionList>, Refusal> {
    Ok(Json(door.services.terminal().list(&caller, query).await?))
}

/// Ends a session. Unknown or ended before is a success.
#[utoipa::path(delete, path = "/api/terminal/sessions/{id}", tag = "Terminal", params(("id" = String, Path)),
    responses((status = 200, body = SessionClosed)))]
pub(in crate::http) async fn close(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Json<SessionClosed>, Refusal> {
    Ok(Json(door.services.terminal().close(&caller, &id).await?))
}

/// Says that a page still shows the session.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/heartbeat", tag = "Terminal", params(("id" = String, Path)),
    responses((status = 200, body = Heartbeat)))]
pub(in crate::http) async fn heartbeat(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SessionId>,
) -> Result<Json<Heartbeat>, Refusal> {
    Ok(Json(door.services.terminal().heartbeat(&caller, &id).await?))
}

/// A page goes away and wants its session ended. Always 204: whoever may not is not told.
#[utoipa::path(post, path = "/api/terminal/sessions/{id}/close-beacon", tag = "Terminal", security((), ("cookie" = [])),
    params(("id" = String, Path), ("token" = Option<String>, Query, description = "A ticket of the session")),
    responses((status = 204)))]
pub(in crate::http) async fn close_beacon(
    State(door): State<Door>,
    caller: Option<Signed>,
    Path(id): Path<String>,
    Query(query): Query<TicketQuery>,
) -> StatusCode {
    if let Ok(id) = id.parse::<SessionId>() {
        let caller = caller.map(|Signed(caller)| caller);
        door.services.terminal().beacon(caller.as_ref(), &id, query.token.as_deref()).await;
    }
    StatusCode::NO_CONTENT
}

/// Ends the account's sessions and tidies up after dead ones.
#[utoipa::path(post, path = "/api/terminal/cleanup", tag = "Terminal", params(CleanupQuery),
    responses((status = 200, body = Cleanup)))]
pub(in crate::http) async fn cleanup(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<CleanupQuery>,
) -> Result<Json<Cleanup>, Refusal> {
    Ok(Json(door.services.terminal().cleanup(&caller, query.all).await?))
}

/// Runs a command on the host of a live session, else on an SSH connection of the account; never on the server itself.
#[utoipa::path(post, path = "/api/terminal/bastion/run", tag = "Terminal", request_body = RunRequest,
    responses((status = 200, body = RunResult)))]
pub(in crate::http) async fn run(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<RunRequest>,
) -> Result<Json<RunResult>, Refusal> {
    Ok(Json(door.services.terminal().run(&caller, door.services.connections(), request).await?))
}
