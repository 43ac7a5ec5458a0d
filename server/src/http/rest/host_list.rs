//! The list of hosts as a page shows it: windows, values, marks, saved filters, and finding anything by words.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use wire::{
    FilterId, HostId,
    inventory::{FilterDraft, HostListPage, HostListRequest, HostValue, HostValuesRequest, SavedFilter},
    search::{SearchAnswer, SearchQuery},
};

/// A window of the hosts, sorted and grouped. An offset behind the last row gives no rows.
#[utoipa::path(post, path = "/api/hosts/list", tag = "Inventory", request_body = HostListRequest,
    responses((status = 200, body = HostListPage)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<HostListRequest>,
) -> Result<Json<HostListPage>, Refusal> {
    Ok(Json(door.services.inventory().list(&caller, request).await?))
}

/// The values of a field among the hosts that a filter leaves, the most frequent first, 200 at most.
#[utoipa::path(post, path = "/api/hosts/values", tag = "Inventory", request_body = HostValuesRequest,
    responses((status = 200, body = [HostValue])))]
pub(in crate::http) async fn values(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<HostValuesRequest>,
) -> Result<Json<Vec<HostValue>>, Refusal> {
    Ok(Json(door.services.inventory().values(&caller, request).await?))
}

/// Marks a host.
#[utoipa::path(put, path = "/api/hosts/{id}/favourite", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn mark(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<StatusCode, Refusal> {
    door.services.inventory().set_favourite(&caller, &id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a host's mark off.
#[utoipa::path(delete, path = "/api/hosts/{id}/favourite", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn unmark(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<HostId>,
) -> Result<StatusCode, Refusal> {
    door.services.inventory().set_favourite(&caller, &id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The saved filters, by name.
#[utoipa::path(get, path = "/api/filters", tag = "Inventory", responses((status = 200, body = [SavedFilter])))]
pub(in crate::http) async fn filters(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<SavedFilter>>, Refusal> {
    Ok(Json(door.services.inventory().filters(&caller).await?))
}

/// Keeps a filter under a name.
#[utoipa::path(post, path = "/api/filters", tag = "Inventory", request_body = FilterDraft,
    responses((status = 201, body = SavedFilter)))]
pub(in crate::http) async fn add_filter(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<FilterDraft>,
) -> Result<(StatusCode, Json<SavedFilter>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().add_filter(&caller, draft).await?)))
}

/// Puts another filter in a saved one's place.
#[utoipa::path(put, path = "/api/filters/{id}", tag = "Inventory", params(("id" = String, Path)), request_body = FilterDraft,
    responses((status = 200, body = SavedFilter)))]
pub(in crate::http) async fn update_filter(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<FilterId>,
    Json(draft): Json<FilterDraft>,
) -> Result<Json<SavedFilter>, Refusal> {
    Ok(Json(door.services.inventory().update_filter(&caller, id, draft).await?))
}

/// Forgets a saved filter.
#[utoipa::path(delete, path = "/api/filters/{id}", tag = "Inventory", params(("id" = String, Path)), responses((status = 204)))]
pub(in crate::http) async fn delete_filter(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<FilterId>,
) -> Result<StatusCode, Refusal> {
    door.services.inventory().delete_filter(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hosts, folders, live sessions and snippets that answer to some words.
#[utoipa::path(get, path = "/api/search", tag = "Inventory", params(SearchQuery), responses((status = 200, body = SearchAnswer)))]
pub(in crate::http) async fn search(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchAnswer>, Refusal> {
    Ok(Json(door.services.search(&caller, &query).await?))
}
