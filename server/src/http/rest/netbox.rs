//! NetBox as a source of hosts.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use wire::{
    NetBoxJobId,
    inventory::{
        NetBoxChoice, NetBoxChoiceQuery, NetBoxDeviceList, NetBoxDeviceQuery, NetBoxDraft, NetBoxGone,
        NetBoxImportRequest, NetBoxJob, NetBoxSiteList, NetBoxSiteQuery, NetBoxStatusView, NetBoxSyncDraft,
    },
};

/// Where the account's NetBox is, and how its newest import stands. NetBox is not asked, and the token is not told.
#[utoipa::path(get, path = "/api/netbox/token/status", tag = "NetBox", responses((status = 200, body = NetBoxStatusView)))]
pub(in crate::http) async fn status(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<NetBoxStatusView>, Refusal> {
    Ok(Json(door.services.netbox().status(&caller).await?))
}

/// Says where NetBox is, with an API token. It is asked at once; when it does not answer, nothing is kept.
#[utoipa::path(post, path = "/api/netbox/token/configure", tag = "NetBox", request_body = NetBoxDraft,
    responses((status = 200, body = NetBoxStatusView)))]
pub(in crate::http) async fn configure(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<NetBoxDraft>,
) -> Result<Json<NetBoxStatusView>, Refusal> {
    Ok(Json(door.services.netbox().configure(&caller, draft).await?))
}

/// Forgets the account's NetBox with its token. Hosts that came from it stay.
#[utoipa::path(delete, path = "/api/netbox/token/configure", tag = "NetBox", responses((status = 204)))]
pub(in crate::http) async fn forget(State(door): State<Door>, Signed(caller): Signed) -> Result<StatusCode, Refusal> {
    door.services.netbox().forget(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Some of NetBox's devices, each as it would be imported.
#[utoipa::path(get, path = "/api/netbox/devices", tag = "NetBox", params(NetBoxDeviceQuery),
    responses((status = 200, body = NetBoxDeviceList)))]
pub(in crate::http) async fn devices(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<NetBoxDeviceQuery>,
) -> Result<Json<NetBoxDeviceList>, Refusal> {
    Ok(Json(door.services.netbox().devices(&caller, &query).await?))
}

/// Some of NetBox's sites.
#[utoipa::path(get, path = "/api/netbox/sites", tag = "NetBox", params(NetBoxSiteQuery),
    responses((status = 200, body = NetBoxSiteList)))]
pub(in crate::http) async fn sites(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<NetBoxSiteQuery>,
) -> Result<Json<NetBoxSiteList>, Refusal> {
    Ok(Json(door.services.netbox().sites(&caller, &query).await?))
}

/// What a filter may say: sites, platforms, roles or tags that some letters find, 20 at most.
#[utoipa::path(get, path = "/api/netbox/choices", tag = "NetBox", params(NetBoxChoiceQuery),
    responses((status = 200, body = [NetBoxChoice])))]
pub(in crate::http) async fn choices(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<NetBoxChoiceQuery>,
) -> Result<Json<Vec<NetBoxChoice>>, Refusal> {
    Ok(Json(door.services.netbox().choices(&caller, &query).await?))
}

/// Hosts that came from NetBox and are there no more, the first 200. NetBox is not asked.
#[utoipa::path(get, path = "/api/netbox/gone", tag = "NetBox", responses((status = 200, body = NetBoxGone)))]
pub(in crate::http) async fn gone(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<NetBoxGone>, Refusal> {
    Ok(Json(door.services.netbox().gone(&caller).await?))
}

/// Switches scheduled imports on or off, or says how they are done. On, the token is sealed to the server's key, which takes the
/// open vault; off, that copy is deleted at once.
#[utoipa::path(put, path = "/api/netbox/sync", tag = "NetBox", request_body = NetBoxSyncDraft,
    responses((status = 200, body = NetBoxStatusView)))]
pub(in crate::http) async fn set_sync(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<NetBoxSyncDraft>,
) -> Result<Json<NetBoxStatusView>, Refusal> {
    Ok(Json(door.services.netbox().set_sync(&caller, draft).await?))
}

/// Does now what is scheduled, with the token that was sealed for it. The answer is a job to follow.
#[utoipa::path(post, path = "/api/netbox/sync/run", tag = "NetBox", responses((status = 202, body = NetBoxJob)))]
pub(in crate::http) async fn sync_now(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<(StatusCode, Json<NetBoxJob>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(door.services.netbox().sync_now(&caller).await?)))
}

/// Begins an import, or with `dry_run` a look at what one would do. The answer is a job to follow.
#[utoipa::path(post, path = "/api/netbox/import", tag = "NetBox", request_body = NetBoxImportRequest,
    responses((status = 202, body = NetBoxJob)))]
pub(in crate::http) async fn import(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<NetBoxImportRequest>,
) -> Result<(StatusCode, Json<NetBoxJob>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(door.services.netbox().import(&caller, request).await?)))
}

/// How an import stands, and its report when it is done. It is kept for an hour after its end.
#[utoipa::path(get, path = "/api/netbox/import/{id}", tag = "NetBox", params(("id" = String, Path)),
    responses((status = 200, body = NetBoxJob)))]
pub(in crate::http) async fn job(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<NetBoxJobId>,
) -> Result<Json<NetBoxJob>, Refusal> {
    Ok(Json(door.services.netbox().job(&caller, &id)?))
}

/// Cancels an import that goes on, which then has changed nothing; forgets one that ended.
#[utoipa::path(delete, path = "/api/netbox/import/{id}", tag = "NetBox", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn cancel(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<NetBoxJobId>,
) -> Result<StatusCode, Refusal> {
    door.services.netbox().cancel(&caller, &id)?;
    Ok(StatusCode::NO_CONTENT)
}
