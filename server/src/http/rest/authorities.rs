//! Keys that vouch for hosts, and keys that are never accepted.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::{
    HostAuthorityId,
    inventory::{HostAuthorityDraft, HostAuthorityView},
};

/// The account's authorities and revoked keys.
#[utoipa::path(get, path = "/api/host-authorities", tag = "Inventory",
    responses((status = 200, body = Vec<HostAuthorityView>)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<HostAuthorityView>>, Refusal> {
    Ok(Json(door.services.inventory().authorities(&caller).await?))
}

/// Adds lines of `known_hosts` that begin with `@cert-authority` or `@revoked`: all or none. Answers all that there are.
#[utoipa::path(post, path = "/api/host-authorities", tag = "Inventory", request_body = HostAuthorityDraft,
    responses((status = 201, body = Vec<HostAuthorityView>)))]
pub(in crate::http) async fn add(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<HostAuthorityDraft>,
) -> Result<(StatusCode, Json<Vec<HostAuthorityView>>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().add_authorities(&caller, draft).await?)))
}

/// Takes one away.
#[utoipa::path(delete, path = "/api/host-authorities/{id}", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn delete(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostAuthorityId>,
) -> Result<StatusCode, Refusal> {
    door.services.inventory().delete_authority(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
