//! Long work with files that the server does by itself.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::{
    TransferId,
    files::{TransferList, TransferView},
};

/// The account's transfers, the newest first. Each is kept some minutes beyond its end.
#[utoipa::path(get, path = "/api/transfers", tag = "Files", responses((status = 200, body = TransferList)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<TransferList>, Refusal> {
    Ok(Json(door.services.files().transfers(&caller)))
}

/// How far a transfer is.
#[utoipa::path(get, path = "/api/transfers/{id}", tag = "Files", params(("id" = String, Path)),
    responses((status = 200, body = TransferView)))]
pub(in crate::http) async fn get(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<TransferId>,
) -> Result<Json<TransferView>, Refusal> {
    Ok(Json(door.services.files().transfer(&caller, &id)?))
}

/// Stops a transfer that goes on; forgets one that has ended.
#[utoipa::path(delete, path = "/api/transfers/{id}", tag = "Files", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn cancel(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<TransferId>,
) -> Result<StatusCode, Refusal> {
    door.services.files().cancel_transfer(&caller, &id)?;
    Ok(StatusCode::NO_CONTENT)
}
