//! Rounds: one kind of work on many hosts.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use wire::{
    RoundId,
    inventory::{RoundList, RoundNext, RoundPage, RoundQuery, RoundRequest, RoundView, TrustReport, TrustRequest},
};

/// The account's rounds, the newest first. Each is kept half an hour beyond its end.
#[utoipa::path(get, path = "/api/hosts/rounds", tag = "Inventory", responses((status = 200, body = RoundList)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<RoundList>, Refusal> {
    Ok(Json(door.services.rounds().list(&caller)))
}

/// Begins a round: probes, scans of host keys, first access, or new keys. What goes wrong on a host stands in its row.
#[utoipa::path(post, path = "/api/hosts/rounds", tag = "Inventory", request_body = RoundRequest,
    responses((status = 201, body = RoundView)))]
pub(in crate::http) async fn start(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<RoundRequest>,
) -> Result<(StatusCode, Json<RoundView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.rounds().start(&caller, request).await?)))
}

/// One round, and some of its hosts with how each stands.
#[utoipa::path(get, path = "/api/hosts/rounds/{id}", tag = "Inventory", params(("id" = String, Path), RoundQuery),
    responses((status = 200, body = RoundPage)))]
pub(in crate::http) async fn page(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RoundId>,
    Query(query): Query<RoundQuery>,
) -> Result<Json<RoundPage>, Refusal> {
    Ok(Json(door.services.rounds().page(&caller, &id, &query)?))
}

/// Cancels a round that goes on; forgets one that has ended. A host that is being worked on is worked on to its end.
#[utoipa::path(delete, path = "/api/hosts/rounds/{id}", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn cancel(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RoundId>,
) -> Result<StatusCode, Refusal> {
    door.services.rounds().cancel(&caller, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins another round over hosts of an earlier one: those that ended in one of the named ways.
#[utoipa::path(post, path = "/api/hosts/rounds/{id}/next", tag = "Inventory", params(("id" = String, Path)),
    request_body = RoundNext, responses((status = 201, body = RoundView)))]
pub(in crate::http) async fn next(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RoundId>,
    Json(next): Json<RoundNext>,
) -> Result<(StatusCode, Json<RoundView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.rounds().next(&caller, &id, next).await?)))
}

/// Trusts host keys that a round was shown, exactly as they were shown.
#[utoipa::path(post, path = "/api/hosts/trust", tag = "Inventory", request_body = TrustRequest,
    responses((status = 200, body = TrustReport)))]
pub(in crate::http) async fn trust(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<TrustRequest>,
) -> Result<Json<TrustReport>, Refusal> {
    Ok(Json(door.services.rounds().trust(&caller, request).await?))
}
