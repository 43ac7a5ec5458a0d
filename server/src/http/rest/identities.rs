//! Accounts that somebody else vouches for: there and back with a provider of identities, links, and the vault's passphrase.
//!
//! A browser comes to `start` and `callback` by following links, so what they refuse is a page and not JSON. What has to come back is
//! bound to a cookie that goes to these two addresses alone.

use super::{
    Refusal, Signed,
    accounts::{VaultRecovered, by_browser},
    auth::{roles_follow, signed_in},
};
use crate::http::{
    Door,
    arrival::Arrival,
    gate::{Anybody, Settling},
    pages, sign_in,
};
use axum::{
    Extension, Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use services::{
    ServiceError,
    accounts::{Entered, FLOW_LIFE, OidcAnswer, OidcDone, OidcStart, SignedIn},
};
use tower_sessions::{
    Session,
    cookie::{Cookie, SameSite},
};
use wire::{
    accounts::{IdentityLink, IdentityLinking, IdentityView, PassphraseChoice},
    vault::Secret,
};

const COOKIE: &str = "berth_oidc";

/// The cookie goes nowhere else.
const PLACE: &str = "/api/auth/oidc";

/// Where to go on after a sign-in.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Start {
    /// A path of this server; the dashboard when it is missing or anything else.
    back: Option<String>,
}

/// What a provider sends a browser back with.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Callback {
    /// What it was sent with.
    state: Option<String>,
    /// What it was given.
    #[param(value_type = Option<String>)]
    code: Option<Secret>,
    /// Who the provider says that it is.
    iss: Option<String>,
    /// Why it was given nothing.
    error: Option<String>,
    /// The same in words.
    error_description: Option<String>,
}

/// Begins a sign-in by the provider of identities: sends the browser there.
#[utoipa::path(get, path = "/api/auth/oidc/start", tag = "Accounts", security(()), params(Start),
    responses((status = 303, description = "To the provider")))]
pub(in crate::http) async fn start(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Query(query): Query<Start>,
) -> Response {
    let back = query.back.unwrap_or_default();
    match door.services.accounts().begin_oidc(&arrival.visitor, &redirect(&door, &arrival), &back).await {
        Ok(begun) => (cookie(&begun), Redirect::to(&begun.url)).into_response(),
        Err(error) => page(&error),
    }
}

/// Ends it: the provider sends the browser here.
#[utoipa::path(get, path = "/api/auth/oidc/callback", tag = "Accounts", security((), ("cookie" = [])), params(Callback),
    responses((status = 303, description = "To the page; signed in, or half, and the cookies come along")))]
pub(in crate::http) async fn callback(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Anybody(known): Anybody,
    session: Session,
    headers: HeaderMap,
    Query(query): Query<Callback>,
) -> Response {
    let answer = OidcAnswer {
        state: query.state,
        code: query.code,
        iss: query.iss,
        error: query.error,
        error_description: query.error_description,
    };
    let given = sign_in::cookie(&headers, COOKIE);
    let given = given.as_ref().map(Secret::expose);
    let done = door.services.accounts().finish_oidc(&arrival.visitor, given, answer, known.as_ref()).await;
    let answer = match done {
        Ok(OidcDone { entered: Some(vouched), back }) => enter(&door, &session, vouched, &back).await,
        Ok(OidcDone { entered: None, back }) => Ok(Redirect::to(&back).into_response()),
        Err(error) => Ok(page(&error)),
    };
    (gone(), answer.unwrap_or_else(IntoResponse::into_response)).into_response()
}

async fn enter(door: &Door, session: &Session, vouched: Entered, back: &str) -> Result<Response, Refusal> {
    roles_follow(door, &vouched).await?;
    let cookies = match &vouched.signed_in {
        SignedIn::Whole(new) => sign_in::begin(door, session, new).await?,
        SignedIn::Half(new) => sign_in::begin_half(door, session, new).await?,
    };
    Ok((cookies, Redirect::to(back)).into_response())
}

/// As whom others know the account.
#[utoipa::path(get, path = "/api/account/identities", tag = "Accounts",
    responses((status = 200, body = Vec<IdentityView>)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<IdentityView>>, Refusal> {
    Ok(Json(door.services.accounts().identities(&caller).await?))
}

/// Begins to link an identity of the provider to the account. The browser goes on to `url`, with the cookie of this answer.
#[utoipa::path(post, path = "/api/account/identities", tag = "Accounts", request_body = IdentityLink,
    responses((status = 200, body = IdentityLinking)))]
pub(in crate::http) async fn link(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Signed(caller): Signed,
    Json(request): Json<IdentityLink>,
) -> Result<(HeaderMap, Json<IdentityLinking>), Refusal> {
    by_browser(caller.via())?;
    let begun = door.services.accounts().begin_link(&caller, &redirect(&door, &arrival), request).await?;
    Ok((cookie(&begun), Json(IdentityLinking { url: begun.url })))
}

/// Unlinks an identity. The last one of an account without a password stays.
#[utoipa::path(delete, path = "/api/account/identities/{id}", tag = "Accounts", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn unlink(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    by_browser(caller.via())?;
    door.services.accounts().unlink(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses the passphrase of the vault of an account without a password. Every other sign-in of the account ends; this one goes on under
/// a new id.
#[utoipa::path(post, path = "/api/account/vault/passphrase", tag = "Accounts", request_body = PassphraseChoice,
    responses((status = 200, body = VaultRecovered, description = "The recovery code is shown once")))]
pub(in crate::http) async fn passphrase(
    State(door): State<Door>,
    Extension(arrival): Extension<Arrival>,
    Settling(settler): Settling,
    session: Session,
    Json(choice): Json<PassphraseChoice>,
) -> Result<(HeaderMap, Json<VaultRecovered>), Refusal> {
    by_browser(settler.via())?;
    let chosen = door.services.accounts().choose_passphrase(&settler, choice).await?;
    door.services.terminal().sign_in_ended(settler.account(), None).await?;
    let status = signed_in(&door, &arrival, &chosen.sign_in).await?;
    let cookies = sign_in::begin(&door, &session, &chosen.sign_in).await?;
    Ok((cookies, Json(VaultRecovered { status, recovery_code: chosen.recovery_code })))
}

/// The address that the provider sends browsers back to, and that it has to know.
fn redirect(door: &Door, arrival: &Arrival) -> String {
    let scheme = if arrival.https { "https" } else { "http" };
    let here = || format!("{scheme}://{}", arrival.host.as_deref().unwrap_or("localhost"));
    format!("{}{PLACE}/callback", door.config.reach.public_url.clone().unwrap_or_else(here))
}

fn cookie(begun: &OidcStart) -> HeaderMap {
    with_cookie(begun.cookie.expose().to_owned(), i64::try_from(FLOW_LIFE.as_secs()).unwrap_or(0))
}

fn gone() -> HeaderMap {
    with_cookie(String::new(), 0)
}

fn with_cookie(value: String, seconds: i64) -> HeaderMap {
    let age = time::Duration::seconds(seconds);
    let cookie = Cookie::build((COOKIE, value)).http_only(true).same_site(SameSite::Lax).path(PLACE).max_age(age);
    let value = HeaderValue::from_str(&cookie.build().to_string());
    HeaderMap::from_iter(value.ok().map(|value| (header::SET_COOKIE, value)))
}

fn page(error: &ServiceError) -> Response {
    let fault = error.fault();
    let status = StatusCode::from_u16(fault.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    pages::not_signed_in(status, &fault.detail)
}
