//! Commands on hosts, and snippets.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use wire::{
    CommandRunId, HostId, SnippetId,
    commands::{
        CommandOutput, CommandOutputQuery, CommandRequest, CommandRun, CommandRunList, CommandRunQuery, SnippetDraft,
        SnippetList, SnippetPatch, SnippetQuery, SnippetView,
    },
};

/// The account's runs, the newest first. Each is kept some minutes beyond its end.
#[utoipa::path(get, path = "/api/commands/runs", tag = "Commands", responses((status = 200, body = CommandRunList)))]
pub(in crate::http) async fn runs(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<CommandRunList>, Refusal> {
    Ok(Json(door.services.commands().runs(&caller)))
}

/// Runs a command on one host or on many. What goes wrong on a host stands in that host's result.
#[utoipa::path(post, path = "/api/commands/runs", tag = "Commands", request_body = CommandRequest,
    responses((status = 201, body = CommandRun)))]
pub(in crate::http) async fn start(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<CommandRequest>,
) -> Result<(StatusCode, Json<CommandRun>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.commands().start(&caller, request).await?)))
}

/// One run: where each host stands, what it wrote, and which hosts agree.
#[utoipa::path(get, path = "/api/commands/runs/{id}", tag = "Commands", params(("id" = String, Path), CommandRunQuery),
    responses((status = 200, body = CommandRun)))]
pub(in crate::http) async fn run(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<CommandRunId>,
    Query(query): Query<CommandRunQuery>,
) -> Result<Json<CommandRun>, Refusal> {
    Ok(Json(door.services.commands().run(&caller, &id, &query)?))
}

/// Cancels a run that goes on; forgets one that has ended.
#[utoipa::path(delete, path = "/api/commands/runs/{id}", tag = "Commands", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn cancel(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<CommandRunId>,
) -> Result<StatusCode, Refusal> {
    door.services.commands().cancel(&caller, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the command wrote on a host, from where it is not known yet.
#[utoipa::path(get, path = "/api/commands/runs/{id}/hosts/{host}", tag = "Commands",
    params(("id" = String, Path), ("host" = String, Path), CommandOutputQuery),
    responses((status = 200, body = CommandOutput)))]
pub(in crate::http) async fn output(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path((id, host)): Path<(CommandRunId, HostId)>,
    Query(query): Query<CommandOutputQuery>,
) -> Result<Json<CommandOutput>, Refusal> {
    Ok(Json(door.services.commands().output(&caller, &id, &host, &query)?))
}

/// Cancels the run on one host; the others go on.
#[utoipa::path(delete, path = "/api/commands/runs/{id}/hosts/{host}", tag = "Commands",
    params(("id" = String, Path), ("host" = String, Path)), responses((status = 204)))]
pub(in crate::http) async fn cancel_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path((id, host)): Path<(CommandRunId, HostId)>,
) -> Result<StatusCode, Refusal> {
    door.services.commands().cancel_host(&caller, &id, &host)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account's snippets, by name.
#[utoipa::path(get, path = "/api/snippets", tag = "Commands", params(SnippetQuery),
    responses((status = 200, body = SnippetList)))]
pub(in crate::http) async fn snippets(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<SnippetQuery>,
) -> Result<Json<SnippetList>, Refusal> {
    Ok(Json(door.services.commands().snippets(&caller, &query).await?))
}

/// Keeps a command to be run again.
#[utoipa::path(post, path = "/api/snippets", tag = "Commands", request_body = SnippetDraft,
    responses((status = 201, body = SnippetView)))]
pub(in crate::http) async fn add_snippet(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<SnippetDraft>,
) -> Result<(StatusCode, Json<SnippetView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.commands().add_snippet(&caller, draft).await?)))
}

/// Changes a snippet: a field left out stays.
#[utoipa::path(patch, path = "/api/snippets/{id}", tag = "Commands", params(("id" = String, Path)),
    request_body = SnippetPatch, responses((status = 200, body = SnippetView)))]
pub(in crate::http) async fn update_snippet(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SnippetId>,
    Json(patch): Json<SnippetPatch>,
) -> Result<Json<SnippetView>, Refusal> {
    Ok(Json(door.services.commands().update_snippet(&caller, &id, patch).await?))
}

/// Deletes a snippet.
#[utoipa::path(delete, path = "/api/snippets/{id}", tag = "Commands", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn delete_snippet(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<SnippetId>,
) -> Result<StatusCode, Refusal> {
    door.services.commands().delete_snippet(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
