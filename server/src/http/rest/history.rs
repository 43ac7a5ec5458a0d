//! The command history: the rows of SPEC §12's Terminal table, and forgetting.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
};
use wire::terminal::{CommandHistory, ForgetQuery, Forgotten, HistoryQuery, UniqueCommands};

/// The commands typed on a host, the newest first.
#[utoipa::path(get, path = "/api/terminal/{host}/command-history", tag = "Terminal", params(("host" = String, Path), HistoryQuery),
    responses((status = 200, body = CommandHistory)))]
pub(in crate::http) async fn on_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<CommandHistory>, Refusal> {
    Ok(Json(door.services.terminal().command_history(&caller, Some(&host), &query).await?))
}

/// The same with each command once, the last used first.
#[utoipa::path(get, path = "/api/terminal/{host}/command-history/unique", tag = "Terminal",
    params(("host" = String, Path), HistoryQuery), responses((status = 200, body = UniqueCommands)))]
pub(in crate::http) async fn unique_on_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<UniqueCommands>, Refusal> {
    Ok(Json(door.services.terminal().unique_commands(&caller, Some(&host), &query).await?))
}

/// The commands typed on any host, the newest first.
#[utoipa::path(get, path = "/api/terminal/command-history", tag = "Terminal", params(HistoryQuery),
    responses((status = 200, body = CommandHistory)))]
pub(in crate::http) async fn all(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<CommandHistory>, Refusal> {
    Ok(Json(door.services.terminal().command_history(&caller, None, &query).await?))
}

/// The same with each command once, the last used first.
#[utoipa::path(get, path = "/api/terminal/command-history/unique", tag = "Terminal", params(HistoryQuery),
    responses((status = 200, body = UniqueCommands)))]
pub(in crate::http) async fn all_unique(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<UniqueCommands>, Refusal> {
    Ok(Json(door.services.terminal().unique_commands(&caller, None, &query).await?))
}

/// Forgets what was typed, as far as it matches every condition; without a condition, all of it.
#[utoipa::path(delete, path = "/api/terminal/command-history", tag = "Terminal", params(ForgetQuery),
    responses((status = 200, body = Forgotten)))]
pub(in crate::http) async fn forget_all(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<ForgetQuery>,
) -> Result<Json<Forgotten>, Refusal> {
    Ok(Json(door.services.terminal().forget_commands(&caller, &query).await?))
}

/// Forgets one command.
#[utoipa::path(delete, path = "/api/terminal/command-history/{id}", tag = "Terminal", params(("id" = i64, Path)),
    responses((status = 200, body = Forgotten)))]
pub(in crate::http) async fn forget(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<i64>,
) -> Result<Json<Forgotten>, Refusal> {
    Ok(Json(door.services.terminal().forget_command(&caller, id).await?))
}

/// The host that is named `command-history`: the number of a command would else stand in the way of its own history.
pub(in crate::http) async fn on_namesake(
    door: State<Door>,
    signed: Signed,
    query: Query<HistoryQuery>,
) -> Result<Json<CommandHistory>, Refusal> {
    on_host(door, signed, Path("command-history".to_owned()), query).await
}
