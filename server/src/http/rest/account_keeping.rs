//! Accounts, for admins. What an account may not do any more ends with the change.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use wire::{
    AccountId,
    accounts::{AccountAdded, AccountDraft, AccountPatch, AccountStanding},
};

/// All accounts and how they stand, for an admin.
#[utoipa::path(get, path = "/api/accounts", tag = "Accounts", responses((status = 200, body = Vec<AccountStanding>)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<AccountStanding>>, Refusal> {
    Ok(Json(door.services.accounts().overview(&caller).await?))
}

/// Makes an account; the code that recovers its vault is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/accounts", tag = "Accounts", request_body = AccountDraft,
    responses((status = 201, body = AccountAdded)))]
pub(in crate::http) async fn add(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<AccountDraft>,
) -> Result<(StatusCode, Json<AccountAdded>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.accounts().add_for(&caller, draft).await?)))
}

/// Gives an account another role, switches it off or on. Switched off, everything of it ends, live sessions too. The last admin
/// stays one.
#[utoipa::path(patch, path = "/api/accounts/{id}", tag = "Accounts", params(("id" = String, Path)),
    request_body = AccountPatch, responses((status = 200, body = AccountStanding)))]
pub(in crate::http) async fn change(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<AccountId>,
    Json(patch): Json<AccountPatch>,
) -> Result<Json<AccountStanding>, Refusal> {
    let changed = door.services.accounts().change(&caller, &id, patch).await?;
    door.services.terminal().account_changed(&id, changed.disabled).await?;
    Ok(Json(door.services.accounts().standing(&caller, &id).await?))
}

/// Takes another account's second factor away, when its owner has lost it; its sign-ins end.
#[utoipa::path(post, path = "/api/accounts/{id}/reset-second-factor", tag = "Accounts",
    params(("id" = String, Path)), responses((status = 200, body = AccountStanding)))]
pub(in crate::http) async fn reset_second_factor(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<AccountId>,
) -> Result<Json<AccountStanding>, Refusal> {
    door.services.accounts().reset_second_factor_of(&caller, &id).await?;
    door.services.terminal().account_changed(&id, true).await?;
    Ok(Json(door.services.accounts().standing(&caller, &id).await?))
}
