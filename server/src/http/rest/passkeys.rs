//! Passkeys: asking an authenticator, and what it answered. Each ceremony is two requests; what was asked stays on the server.

use super::{
    Refusal, Signed,
    accounts::{VaultRecovered, by_browser},
    auth::{signed_in, whole},
};
use crate::http::{Door, arrival::Arrival, sign_in};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use services::accounts::{Known, PasskeyStored, Recovered};
use tower_sessions::Session;
use wire::accounts::{
    AuthStatus, PasskeyAdded, PasskeyAnswer, PasskeyCeremony, PasskeyDraft, PasskeyPatch, PasskeyRemoval, PasskeyView,
};

/// Begins a sign-in with a passkey: what the browser asks an authenticator. No name is given.
#[utoipa::path(post, path = "/api/auth/passkey", tag = "Accounts", security(()),
    responses((status = 200, body = PasskeyCeremony)))]
pub(in crate::http) async fn begin_sign_in(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
) -> Result<Json<PasskeyCeremony>, Refusal> {
    Ok(Json(door.services.accounts().begin_passkey_sign_in(&arrival.visitor)?))
}

/// Signs in with the authenticator's answer. The vault is open when it gave a key for it.
#[utoipa::path(post, path = "/api/auth/passkey/finish", tag = "Accounts", security(()), request_body = PasskeyAnswer,
    responses((status = 200, body = AuthStatus, description = "Signed in; the cookies come along")))]
pub(in crate::http) async fn finish_sign_in(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    session: Session,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    let new = door.services.accounts().sign_in_by_passkey(&arrival.visitor, answer).await?;
    whole(&door, &arrival, &session, &new).await
}

/// The account's passkeys.
#[utoipa::path(get, path = "/api/account/passkeys", tag = "Accounts",
    responses((status = 200, body = Vec<PasskeyView>)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<PasskeyView>>, Refusal> {
    Ok(Json(door.services.accounts().passkeys(&caller).await?))
}

/// Begins to add one: what the browser asks an authenticator.
#[utoipa::path(post, path = "/api/account/passkeys", tag = "Accounts", request_body = PasskeyDraft,
    responses((status = 200, body = PasskeyCeremony)))]
pub(in crate::http) async fn begin(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<PasskeyDraft>,
) -> Result<Json<PasskeyCeremony>, Refusal> {
    Ok(Json(door.services.accounts().begin_passkey(&caller, draft).await?))
}

/// Adds it. Where it gives a key, it opens the vault from then on: when that is open, or when the account had none yet; then every other
/// sign-in of the account ends.
#[utoipa::path(post, path = "/api/account/passkeys/confirm", tag = "Accounts", request_body = PasskeyAnswer,
    responses((status = 201, body = PasskeyAdded)))]
pub(in crate::http) async fn confirm(
    State(door): State<Door>,
    Signed(caller): Signed,
    session: Session,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<(StatusCode, HeaderMap, Json<PasskeyAdded>), Refusal> {
    by_browser(caller.via())?;
    let PasskeyStored { view: passkey, opened } = door.services.accounts().confirm_passkey(&caller, answer).await?;
    let (cookies, recovery_code) = match opened {
        Some(opened) => (anew(&door, &caller, &session, &opened).await?, opened.recovery_code),
        None => (HeaderMap::new(), None),
    };
    Ok((StatusCode::CREATED, cookies, Json(PasskeyAdded { passkey, recovery_code })))
}

/// Calls one something else.
#[utoipa::path(patch, path = "/api/account/passkeys/{id}", tag = "Accounts", params(("id" = String, Path)),
    request_body = PasskeyPatch, responses((status = 200, body = PasskeyView)))]
pub(in crate::http) async fn rename(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Json(patch): Json<PasskeyPatch>,
) -> Result<Json<PasskeyView>, Refusal> {
    by_browser(caller.via())?;
    Ok(Json(door.services.accounts().rename_passkey(&caller, &id, patch).await?))
}

/// Removes one. Every other sign-in of the account ends; this one goes on under a new id.
#[utoipa::path(post, path = "/api/account/passkeys/{id}/remove", tag = "Accounts", params(("id" = String, Path)),
    request_body = PasskeyRemoval, responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn remove(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Signed(caller): Signed,
    session: Session,
    Path(id): Path<String>,
    Json(removal): Json<PasskeyRemoval>,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    by_browser(caller.via())?;
    let new = door.services.accounts().remove_passkey(&caller, &id, removal).await?;
    door.services.terminal().sign_in_ended(caller.account(), None).await?;
    whole(&door, &arrival, &session, &new).await
}

/// Begins to open the vault with a passkey of the account: what the browser asks an authenticator.
#[utoipa::path(post, path = "/api/account/vault/passkey", tag = "Accounts",
    responses((status = 200, body = PasskeyCeremony)))]
pub(in crate::http) async fn begin_opening(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<PasskeyCeremony>, Refusal> {
    Ok(Json(door.services.accounts().ask_for_vault_key(&caller).await?))
}

/// Opens the vault with what it gave. Of a vault that is open: lets the passkey open it from then on.
#[utoipa::path(post, path = "/api/account/vault/passkey/open", tag = "Accounts", request_body = PasskeyAnswer,
    responses((status = 200, body = VaultRecovered, description = "A new vault's recovery code is shown once")))]
pub(in crate::http) async fn open(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Signed(caller): Signed,
    session: Session,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<(HeaderMap, Json<VaultRecovered>), Refusal> {
    by_browser(caller.via())?;
    let Some(opened) = door.services.accounts().open_vault_by_passkey(&caller, answer).await? else {
        let status = door.services.accounts().status(Some(&Known::Whole(caller))).await?;
        return Ok((HeaderMap::new(), Json(VaultRecovered { status, recovery_code: None })));
    };
    let cookies = anew(&door, &caller, &session, &opened).await?;
    let status = signed_in(&door, &arrival, &opened.sign_in).await?;
    Ok((cookies, Json(VaultRecovered { status, recovery_code: opened.recovery_code })))
}

/// The cookies of a sign-in whose vault is open now.
async fn anew(
    door: &Door,
    caller: &services::Caller,
    session: &Session,
    opened: &Recovered,
) -> Result<HeaderMap, Refusal> {
    if opened.ended_others {
        door.services.terminal().sign_in_ended(caller.account(), None).await?;
    }
    sign_in::begin(door, session, &opened.sign_in).await
}
