//! The account's second factor. What whoever has to set one up may reach takes a [`Settling`], which is no caller.

use super::{Refusal, Signed, accounts::by_browser, auth::signed_in};
use crate::http::{Door, arrival::Arrival, gate::Settling, sign_in};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use services::accounts::SecondFactorSet;
use tower_sessions::Session;
use wire::accounts::{
    RecoveryCodes, SecondFactorConfirm, SecondFactorOn, SecondFactorProof, SecondFactorSetUp, SecondFactorView,
    TotpDraft,
};

/// How the account stands with second factors.
#[utoipa::path(get, path = "/api/account/second-factor", tag = "Accounts",
    responses((status = 200, body = SecondFactorView)))]
pub(in crate::http) async fn view(
    State(door): State<Door>,
    Settling(settler): Settling,
) -> Result<Json<SecondFactorView>, Refusal> {
    Ok(Json(door.services.accounts().second_factor(&settler).await?))
}

/// Begins to set one up. Nothing asks for it before it is confirmed.
#[utoipa::path(post, path = "/api/account/second-factor", tag = "Accounts", request_body = SecondFactorSetUp,
    responses((status = 200, body = TotpDraft, description = "Shown once")))]
pub(in crate::http) async fn begin(
    State(door): State<Door>,
    Settling(settler): Settling,
    Json(request): Json<SecondFactorSetUp>,
) -> Result<Json<TotpDraft>, Refusal> {
    Ok(Json(door.services.accounts().begin_second_factor(&settler, request).await?))
}

/// Switches it on. Every other sign-in of the account ends; this one goes on under a new id.
#[utoipa::path(post, path = "/api/account/second-factor/confirm", tag = "Accounts", request_body = SecondFactorConfirm,
    responses((status = 200, body = SecondFactorOn, description = "The recovery codes are shown once")))]
pub(in crate::http) async fn confirm(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Settling(settler): Settling,
    session: Session,
    Json(confirm): Json<SecondFactorConfirm>,
) -> Result<(HeaderMap, Json<SecondFactorOn>), Refusal> {
    by_browser(settler.via())?;
    let set = door.services.accounts().confirm_second_factor(&settler, confirm).await?;
    door.services.terminal().sign_in_ended(settler.account(), None).await?;
    let SecondFactorSet { sign_in: new, recovery_codes } = set;
    let status = signed_in(&door, &arrival, &new).await?;
    Ok((sign_in::begin(&door, &session, &new).await?, Json(SecondFactorOn { status, recovery_codes })))
}

/// Switches it off.
#[utoipa::path(post, path = "/api/account/second-factor/off", tag = "Accounts", request_body = SecondFactorProof,
    responses((status = 204)))]
pub(in crate::http) async fn off(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(proof): Json<SecondFactorProof>,
) -> Result<StatusCode, Refusal> {
    door.services.accounts().end_second_factor(&caller, proof).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new recovery codes in the place of those that are left.
#[utoipa::path(post, path = "/api/account/second-factor/recovery-codes", tag = "Accounts", request_body = SecondFactorProof,
    responses((status = 200, body = RecoveryCodes, description = "Shown once")))]
pub(in crate::http) async fn recovery_codes(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(proof): Json<SecondFactorProof>,
) -> Result<Json<RecoveryCodes>, Refusal> {
    let recovery_codes = door.services.accounts().new_recovery_codes(&caller, proof).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}
