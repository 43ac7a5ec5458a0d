//! One change to many hosts, and the way back.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
};
use wire::{
    UndoId,
    inventory::{BulkReport, BulkRequest, UndoReport, UndoView},
};

/// Edits, moves, marks or deletes many hosts: in one transaction, and with a way back.
#[utoipa::path(post, path = "/api/hosts/bulk", tag = "Inventory", request_body = BulkRequest,
    responses((status = 200, body = BulkReport)))]
pub(in crate::http) async fn bulk(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<BulkRequest>,
) -> Result<Json<BulkReport>, Refusal> {
    Ok(Json(door.services.inventory().bulk(&caller, request).await?))
}

/// Changes that can be taken back: the last twenty, for a day.
#[utoipa::path(get, path = "/api/undos", tag = "Inventory", responses((status = 200, body = [UndoView])))]
pub(in crate::http) async fn undos(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<UndoView>>, Refusal> {
    Ok(Json(door.services.inventory().undos(&caller).await?))
}

/// Takes a change back, on all that is still as it left it.
#[utoipa::path(post, path = "/api/undos/{id}", tag = "Inventory", params(("id" = String, Path)),
    responses((status = 200, body = UndoReport)))]
pub(in crate::http) async fn undo(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<UndoId>,
) -> Result<Json<UndoReport>, Refusal> {
    Ok(Json(door.services.inventory().undo(&caller, &id).await?))
}
