//! Links that stand.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::links::LinkList;

/// The account's links that stand: where to, by what way, since when, what runs over them and how much went over them.
#[utoipa::path(get, path = "/api/links", tag = "Inventory", responses((status = 200, body = LinkList)))]
pub(in crate::http) async fn links(State(door): State<Door>, Signed(caller): Signed) -> Json<LinkList> {
    Json(door.services.inventory().links(&caller))
}

/// Ends a link and all that runs over it.
#[utoipa::path(delete, path = "/api/links/{id}", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn close(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    door.services.inventory().close_link(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
