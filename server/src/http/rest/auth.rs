//! Set-up, sign-in and sign-out: the only handlers that make or take away cookies, beside those of the password.

use super::Refusal;
use crate::http::{
    Door,
    arrival::Arrival,
    gate::{Anybody, Half},
    sign_in,
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use services::accounts::{CookieSecret, Entered, Known, NewSignIn, SignedIn};
use tower_sessions::Session;
use wire::{
    FaultCode,
    accounts::{AuthStatus, SecondStep, SetupDone, SetupRequest, SignInRequest},
    vault::Secret,
};

/// What stands between the visitor and the dashboard.
#[utoipa::path(get, path = "/api/auth/status", tag = "Accounts", security((), ("cookie" = []), ("token" = [])),
    responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn status(
    State(door): State<Door>,
    Anybody(known): Anybody,
) -> Result<Json<AuthStatus>, Refusal> {
    Ok(Json(door.services.accounts().status(known.as_ref()).await?))
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
    let name = request.username.trim().to_owned();
    let (new, done) = door.services.accounts().set_up(&arrival.visitor, request).await?;
    let mut cookies = sign_in::begin(&door, &session, &new).await?;
    sign_in::remember(&door, &name, &mut cookies)?;
    Ok((cookies, Json(done)))
}

/// Signs in, with JSON or with HTTP Basic. An account with a second factor is asked for its code, unless it came along: the
/// answer is `second_factor_needed`, and its cookies open the second step alone.
#[utoipa::path(post, path = "/api/auth/login", tag = "Accounts", security((), ("basic" = [])), request_body = Option<SignInRequest>,
    responses((status = 200, body = AuthStatus, description = "Signed in, or half; the cookies come along")))]
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
    let entered = door.services.accounts().sign_in(&arrival.visitor, request).await?;
    roles_follow(&door, &entered).await?;
    match entered.signed_in {
        SignedIn::Whole(new) => whole(&door, &arrival, &session, &new).await,
        SignedIn::Half(new) => {
            let accounts = door.services.accounts();
            let cookie = new.vault_secret.as_ref().map(CookieSecret::expose);
            let half = accounts.half_by_cookie(&arrival.visitor, &new.data, cookie).await?;
            let status = accounts.status(Some(&Known::Half(half))).await?;
            Ok((sign_in::begin_half(&door, &session, &new).await?, Json(status)))
        }
    }
}

/// The second step of a sign-in: a code of the second factor, or a recovery code. The cookies come along anew.
#[utoipa::path(post, path = "/api/auth/second-factor", tag = "Accounts", security(("cookie" = [])), request_body = SecondStep,
    responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn second_step(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Half(half): Half,
    session: Session,
    Json(step): Json<SecondStep>,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    let new = door.services.accounts().second_step(&half, &step).await?;
    whole(&door, &arrival, &session, &new).await
}

/// Signs in: the cookies, and how the visitor stands now.
pub(super) async fn whole(
    door: &Door,
    arrival: &Arrival,
    session: &Session,
    new: &NewSignIn,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    let status = signed_in(door, arrival, new).await?;
    let mut cookies = sign_in::begin(door, session, new).await?;
    sign_in::remember(door, status.username.as_deref().unwrap_or_default(), &mut cookies)?;
    Ok((cookies, Json(status)))
}

/// Signs out; a success for strangers too.
#[utoipa::path(post, path = "/api/auth/logout", tag = "Accounts", security((), ("cookie" = [])),
    responses((status = 200, body = AuthStatus)))]
pub(in crate::http) async fn logout(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Anybody(known): Anybody,
    session: Session,
) -> Result<(HeaderMap, Json<AuthStatus>), Refusal> {
    // A request by a token has no authority over the sign-in whose cookies may come along.
    let by_token = matches!(&known, Some(Known::Whole(caller)) if caller.by_token());
    let cookies =
        if by_token { HeaderMap::new() } else { sign_in::end(&door.services, &arrival.visitor, &session).await? };
    Ok((cookies, Json(door.services.accounts().status(None).await?)))
}

/// Ends what is open by a role that an account has no more.
pub(super) async fn roles_follow(door: &Door, entered: &Entered) -> Result<(), Refusal> {
    if let Some(account) = &entered.role_changed {
        door.services.terminal().account_changed(account, false).await?;
    }
    Ok(())
}

/// How the visitor stands after signing in.
pub(super) async fn signed_in(door: &Door, arrival: &Arrival, new: &NewSignIn) -> Result<AuthStatus, Refusal> {
    let accounts = door.services.accounts();
    let secret = new.vault_secret.as_ref().map(CookieSecret::expose);
    let known = accounts.known_by_sign_in(&arrival.visitor, &new.data, secret).await?;
    Ok(accounts.status(Some(&known)).await?)
}

fn basic(headers: &HeaderMap) -> Option<SignInRequest> {
    let (scheme, encoded) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(SignInRequest { username: username.into(), password: Secret::new(password), code: None })
}
