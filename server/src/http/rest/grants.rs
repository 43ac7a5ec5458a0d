//! Sharing: grants and groups.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use wire::{
    GrantId, GroupId, HostId,
    grants::{GrantQuery, GrantReport, GrantRequest, GrantView, GroupDraft, GroupView, OwnLoginDraft},
    inventory::HostView,
};

/// What the account shares; of one host or folder, for an admin whosever it is.
#[utoipa::path(get, path = "/api/grants", tag = "Sharing", params(GrantQuery),
    responses((status = 200, body = [GrantView])))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<GrantQuery>,
) -> Result<Json<Vec<GrantView>>, Refusal> {
    Ok(Json(door.services.grants().grants(&caller, &query).await?))
}

/// Shares hosts and folders with accounts and groups, in the place of what was shared with them before.
#[utoipa::path(post, path = "/api/grants", tag = "Sharing", request_body = GrantRequest,
    responses((status = 200, body = GrantReport)))]
pub(in crate::http) async fn share(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<GrantRequest>,
) -> Result<Json<GrantReport>, Refusal> {
    Ok(Json(door.services.grants().share(&caller, request).await?))
}

/// Ends sharing something with somebody; their sessions on it end.
#[utoipa::path(delete, path = "/api/grants/{id}", tag = "Sharing", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn unshare(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<GrantId>,
) -> Result<StatusCode, Refusal> {
    door.services.grants().unshare(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All groups, for an admin.
#[utoipa::path(get, path = "/api/groups", tag = "Sharing", responses((status = 200, body = [GroupView])))]
pub(in crate::http) async fn groups(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<GroupView>>, Refusal> {
    Ok(Json(door.services.grants().groups(&caller).await?))
}

/// Makes a group.
#[utoipa::path(post, path = "/api/groups", tag = "Sharing", request_body = GroupDraft,
    responses((status = 201, body = GroupView)))]
pub(in crate::http) async fn add_group(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<GroupDraft>,
) -> Result<(StatusCode, Json<GroupView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.grants().add_group(&caller, draft).await?)))
}

/// Changes a group's name and all its members.
#[utoipa::path(put, path = "/api/groups/{id}", tag = "Sharing", params(("id" = String, Path)),
    request_body = GroupDraft, responses((status = 200, body = GroupView)))]
pub(in crate::http) async fn update_group(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<GroupId>,
    Json(draft): Json<GroupDraft>,
) -> Result<Json<GroupView>, Refusal> {
    Ok(Json(door.services.grants().update_group(&caller, id, draft).await?))
}

/// Deletes a group, with what was shared with it.
#[utoipa::path(delete, path = "/api/groups/{id}", tag = "Sharing", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn delete_group(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<GroupId>,
) -> Result<StatusCode, Refusal> {
    door.services.grants().delete_group(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stores what one signs in with on a host of another account.
#[utoipa::path(put, path = "/api/hosts/{id}/own-login", tag = "Sharing", params(("id" = String, Path)),
    request_body = OwnLoginDraft, responses((status = 200, body = HostView)))]
pub(in crate::http) async fn set_own_login(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
    Json(login): Json<OwnLoginDraft>,
) -> Result<Json<HostView>, Refusal> {
    Ok(Json(door.services.inventory().set_own_login(&caller, &id, login).await?))
}
