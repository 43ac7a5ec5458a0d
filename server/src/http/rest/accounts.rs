//! The account's own password, vault and API tokens.

use super::{Refusal, Signed, auth::signed_in};
use crate::http::{Door, arrival::Arrival, gate::Settling, sign_in};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde::Serialize;
use services::{ServiceError, Via};
use tower_sessions::Session;
use wire::{
    TokenId,
    accounts::{AuthStatus, PasswordChange, TokenCreated, TokenDraft, TokenView},
    vault::{Secret, VaultRecovery},
};

/// Answer of POST `/api/account/vault`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::http) struct VaultRecovered {
    /// How the account stands now.
    #[serde(flatten)]
    pub(super) status: AuthStatus,
    /// The new vault's recovery code, when an empty one was begun; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recovery_code: Option<Secret>,
}

/// Sets a new password. Every other sign-in of the account ends; this one goes on under a new id.
#[utoipa::path(post, path = "/api/account/password", tag = "Accounts", request_body = PasswordChange,
    responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn change_password(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Signed(caller): Signed,
    session: Session,
    Json(change): Json<PasswordChange>,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    by_browser(caller.via())?;
    let new = door.services.accounts().change_password(&caller, change).await?;
    door.services.terminal().sign_in_ended(caller.account(), None).await?;
    Ok((sign_in::begin(&door, &session, &new).await?, Json(signed_in(&door, &arrival, &new).await?)))
}

/// Opens a vault whose password was reset, by the recovery code; without it, begins an empty one. Every other sign-in of
/// the account ends, unless nothing had to be changed.
#[utoipa::path(post, path = "/api/account/vault", tag = "Accounts", request_body = VaultRecovery,
    responses((status = 200, body = VaultRecovered)))]
pub(in crate::http) async fn recover_vault(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Settling(settler): Settling,
    session: Session,
    Json(recovery): Json<VaultRecovery>,
) -> Result<(HeaderMap, Json<VaultRecovered>), Refusal> {
    by_browser(settler.via())?;
    let recovered = door.services.accounts().recover_vault(&settler, recovery).await?;
    if recovered.ended_others {
        door.services.terminal().sign_in_ended(settler.account(), None).await?;
    }
    let (new, recovery_code) = (recovered.sign_in, recovered.recovery_code);
    let status = signed_in(&door, &arrival, &new).await?;
    Ok((sign_in::begin(&door, &session, &new).await?, Json(VaultRecovered { status, recovery_code })))
}

/// What renews the cookies needs cookies.
pub(super) fn by_browser(via: &Via) -> Result<(), ServiceError> {
    match via {
        Via::SignIn(_) => Ok(()),
        Via::Token(_) | Via::Schedule => {
            Err(ServiceError::Forbidden("an API token cannot do this; sign in with the password"))
        }
    }
}

/// The account's API tokens, without their secrets.
#[utoipa::path(get, path = "/api/tokens", tag = "Accounts", responses((status = 200, body = Vec<TokenView>)))]
pub(in crate::http) async fn tokens(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<TokenView>>, Refusal> {
    Ok(Json(door.services.accounts().tokens(&caller).await?))
}

/// Makes an API token; its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/tokens", tag = "Accounts", request_body = TokenDraft,
    responses((status = 201, body = TokenCreated)))]
pub(in crate::http) async fn create_token(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<TokenDraft>,
) -> Result<(StatusCode, Json<TokenCreated>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.accounts().create_token(&caller, draft).await?)))
}

/// Ends an API token.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "Accounts", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn delete_token(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<TokenId>,
) -> Result<StatusCode, Refusal> {
    door.services.accounts().delete_token(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
