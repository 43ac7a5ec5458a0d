//! Set-up, sign-in and sign-out: the only handlers that make or take away cookies, beside those of the password.

use super::{Refusal, Signed};
use crate::http::{Door, arrival::Arrival, sign_in};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use services::accounts::{CookieSecret, NewSignIn};
use tower_sessions::Session;
use wire::{
    FaultCode,
    accounts::{AuthStatus, SetupDone, SetupRequest, SignInRequest},
    vault::Secret,
};

/// What stands between the visitor and the dashboard.
#[utoipa::path(get, path = "/api/auth/status", tag = "Accounts", security((), ("cookie" = []), ("token" = [])),
    responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn status(
    State(door): State<Door>,
    caller: Option<Signed>,
) -> Result<Json<AuthStatus>, Refusal> {
    let caller = caller.map(|Signed(caller)| caller);
    Ok(Json(door.services.accounts().status(caller.as_ref()).await?))
}

/// Makes the first admin, with the code that the server printed on its console.
#[utoipa::path(post, path = "/api/auth/setup", tag = "Accounts", security(()), request_body = SetupRequest,
    responses((status = 200, body = SetupDone)))]
pub(in crate::http) async fn setup(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    session: Session,
    Json(request): Json<SetupRequest>,
) -> Result<(HeaderMap, Json<SetupDone>), Refusal> {
    let (new, done) = door.services.accounts().set_up(&arrival.visitor, request).await?;
    Ok((sign_in::begin(&session, &new).await?, Json(done)))
}

/// Signs in, with JSON or with HTTP Basic.
#[utoipa::path(post, path = "/api/auth/login", tag = "Accounts", security((), ("basic" = [])), request_body = Option<SignInRequest>,
    responses((status = 200, body = AuthStatus, description = "Signed in; the cookies come along")))]
pub(in crate::http) async fn login(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    session: Session,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    let request = match basic(&headers) {
        Some(request) => request,
        None => {
            Json::<SignInRequest>::from_bytes(&body)
                .map_err(|why| Refusal::new(FaultCode::BadInput, why.body_text()))?
                .0
        }
    };
    let new = door.services.accounts().sign_in(&arrival.visitor, request).await?;
    Ok((sign_in::begin(&session, &new).await?, Json(signed_in(&door, &arrival, &new).await?)))
}

/// Signs out; a success for strangers too.
#[utoipa::path(post, path = "/api/auth/logout", tag = "Accounts", security((), ("cookie" = [])),
    responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn logout(
    State(door): State<Door>,
    session: Session,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    let cookies = sign_in::end(&door.services, &session).await?;
    Ok((cookies, Json(door.services.accounts().status(None).await?)))
}

/// How the visitor stands after signing in.
pub(super) async fn signed_in(door: &Door, arrival: &Arrival, new: &NewSignIn) -> Result<AuthStatus, Refusal> {
    let accounts = door.services.accounts();
    let secret = new.vault_secret.as_ref().map(CookieSecret::expose);
    let caller = accounts.caller_by_sign_in(&arrival.visitor, &new.data, secret).await?;
    Ok(accounts.status(Some(&caller)).await?)
}

fn basic(headers: &HeaderMap) -> Option<SignInRequest> {
    let (scheme, encoded) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(SignInRequest { username: username.into(), password: Secret::new(password) })
}
