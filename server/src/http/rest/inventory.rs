//! Hosts, folders, host keys and bootstrap.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use wire::{
    FolderId, HostId,
    inventory::{
        BootstrapReport, BootstrapRequest, BulkReport, FolderDraft, FolderPatch, FolderView, HostDraft, HostKeyScan,
        HostKeyTrust, HostPage, HostPatch, HostQuery, HostView,
    },
};

/// The account's hosts, by name, a page at a time.
#[utoipa::path(get, path = "/api/hosts", tag = "Inventory", params(HostQuery), responses((status = 200, body = HostPage)))]
pub(in crate::http) async fn hosts(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<HostQuery>,
) -> Result<Json<HostPage>, Refusal> {
    Ok(Json(door.services.inventory().hosts(&caller, &query).await?))
}

/// Adds a host.
#[utoipa::path(post, path = "/api/hosts", tag = "Inventory", request_body = HostDraft, responses((status = 201, body = HostView)))]
pub(in crate::http) async fn add_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<HostDraft>,
) -> Result<(StatusCode, Json<HostView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().add(&caller, draft).await?)))
}

/// One host.
#[utoipa::path(get, path = "/api/hosts/{id}", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 200, body = HostView)))]
pub(in crate::http) async fn host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<Json<HostView>, Refusal> {
    Ok(Json(door.services.inventory().seen_by(&caller, &id).await?))
}

/// Changes a host: a field left out stays, `null` clears it.
#[utoipa::path(patch, path = "/api/hosts/{id}", tag = "Inventory", params(("id" = String, Path)), request_body = HostPatch,
    responses((status = 200, body = HostView)))]
pub(in crate::http) async fn update_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
    Json(patch): Json<HostPatch>,
) -> Result<Json<HostView>, Refusal> {
    Ok(Json(door.services.inventory().update(&caller, &id, patch).await?))
}

/// Deletes a host; its sessions go on.
#[utoipa::path(delete, path = "/api/hosts/{id}", tag = "Inventory", params(("id" = String, Path)), responses((status = 204)))]
pub(in crate::http) async fn delete_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<StatusCode, Refusal> {
    door.services.inventory().delete(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Copies a host under a free name.
#[utoipa::path(post, path = "/api/hosts/{id}/duplicate", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 201, body = HostView)))]
pub(in crate::http) async fn duplicate_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<(StatusCode, Json<HostView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().duplicate(&caller, &id).await?)))
}

/// Looks now whether the host's port answers.
#[utoipa::path(post, path = "/api/hosts/{id}/probe", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 200, body = HostView)))]
pub(in crate::http) async fn probe_host(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<Json<HostView>, Refusal> {
    Ok(Json(door.services.inventory().probe(&caller, &id).await?))
}

/// Reads the host's key without signing in.
#[utoipa::path(post, path = "/api/hosts/{id}/host-key/scan", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 200, body = HostKeyScan)))]
pub(in crate::http) async fn scan_host_key(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<Json<HostKeyScan>, Refusal> {
    Ok(Json(door.services.inventory().scan_host_key(&caller, &id).await?))
}

/// Trusts exactly the key with this fingerprint, in place of any other.
#[utoipa::path(post, path = "/api/hosts/{id}/host-key/trust", tag = "Inventory", params(("id" = String, Path)),
    request_body = HostKeyTrust, responses((status = 200, body = HostKeyScan)))]
pub(in crate::http) async fn trust_host_key(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
    Json(trust): Json<HostKeyTrust>,
) -> Result<Json<HostKeyScan>, Refusal> {
    Ok(Json(door.services.inventory().trust_host_key(&caller, &id, trust).await?))
}

/// Sets up access: signs in once, optionally installs a key, reads what the host is.
#[utoipa::path(post, path = "/api/hosts/{id}/bootstrap", tag = "Inventory", params(("id" = String, Path)),
    request_body = BootstrapRequest, responses((status = 200, body = BootstrapReport)))]
pub(in crate::http) async fn bootstrap(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
    Json(request): Json<BootstrapRequest>,
) -> Result<Json<BootstrapReport>, Refusal> {
    Ok(Json(door.services.inventory().bootstrap(&caller, &id, request).await?))
}

/// The account's folders.
#[utoipa::path(get, path = "/api/folders", tag = "Inventory", responses((status = 200, body = Vec<FolderView>)))]
pub(in crate::http) async fn folders(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<FolderView>>, Refusal> {
    Ok(Json(door.services.inventory().visible_folders(&caller).await?))
}

/// Adds a folder.
#[utoipa::path(post, path = "/api/folders", tag = "Inventory", request_body = FolderDraft,
    responses((status = 201, body = FolderView)))]
pub(in crate::http) async fn add_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<FolderDraft>,
) -> Result<(StatusCode, Json<FolderView>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().add_folder(&caller, draft).await?)))
}

/// Renames or moves a folder.
#[utoipa::path(patch, path = "/api/folders/{id}", tag = "Inventory", params(("id" = String, Path)), request_body = FolderPatch,
    responses((status = 200, body = FolderView)))]
pub(in crate::http) async fn update_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<FolderId>,
    Json(patch): Json<FolderPatch>,
) -> Result<Json<FolderView>, Refusal> {
    Ok(Json(door.services.inventory().update_folder(&caller, &id, patch).await?))
}

/// Query of DELETE `/api/folders/{id}`.
#[derive(serde::Deserialize, utoipa::IntoParams)]
pub(in crate::http) struct DeleteFolder {
    /// Whether the folders and hosts in it go, too; it can be taken back.
    #[serde(default)]
    with_hosts: bool,
}

/// Deletes a folder: an empty one, or with all that is in it. What can be taken back is told.
#[utoipa::path(delete, path = "/api/folders/{id}", tag = "Inventory", params(("id" = String, Path), DeleteFolder),
    responses((status = 204), (status = 200, body = BulkReport),
        (status = 409, body = wire::Fault, description = "There is something in it")))]
pub(in crate::http) async fn delete_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<FolderId>,
    Query(query): Query<DeleteFolder>,
) -> Result<Response, Refusal> {
    if query.with_hosts {
        return Ok(Json(door.services.inventory().delete_folder_with_hosts(&caller, &id).await?).into_response());
    }
    door.services.inventory().delete_folder(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
