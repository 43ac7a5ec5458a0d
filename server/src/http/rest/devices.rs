//! "Signed in on these devices". What a sign-in opened is closed with it.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::accounts::{DeviceView, DevicesEnded};

/// The account's sign-ins, the one that was last used first.
#[utoipa::path(get, path = "/api/account/devices", tag = "Accounts",
    responses((status = 200, body = Vec<DeviceView>)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<DeviceView>>, Refusal> {
    Ok(Json(door.services.accounts().devices(&caller).await?))
}

/// Ends one of them; sessions go on.
#[utoipa::path(delete, path = "/api/account/devices/{id}", tag = "Accounts", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn end(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    door.services.accounts().end_device(&caller, &id).await?;
    door.services.terminal().sign_in_ended(caller.account(), Some(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all of them but the one that asks; sessions go on.
#[utoipa::path(delete, path = "/api/account/devices", tag = "Accounts",
    responses((status = 200, body = DevicesEnded)))]
pub(in crate::http) async fn end_others(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<DevicesEnded>, Refusal> {
    let ended = door.services.accounts().end_other_devices(&caller).await?;
    for id in &ended {
        door.services.terminal().sign_in_ended(caller.account(), Some(id)).await?;
    }
    Ok(Json(DevicesEnded { ended: ended.len() as u64 }))
}
