//! The two cookies of a sign-in: `berth_session` names it, `berth_vault` opens the vault (docs/decisions/0006). A third,
//! `berth_device`, stays behind and says only that its browser has signed in before.
//!
//! A session exists from sign-in to sign-out; visitors have none. Its id is renewed at every sign-in, so an id planted
//! before is worth nothing after. It ends after two weeks without use, and is prolonged at most once a day. Half a sign-in
//! lies in another place of the session's data than a whole one, lives a few minutes and is never prolonged.

use super::{Door, arrival::Arrival, faults::Refusal, sign_in_store::Store};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use services::{
    ServiceError, Services, Visitor,
    accounts::{CookieSecret, HALF_LIFE, HalfData, Known, NewHalf, NewSignIn, SignInData},
};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer,
    cookie::{Cookie, SameSite},
    session,
};
use wire::{Timestamp, vault::Secret};

const SESSION_COOKIE: &str = "berth_session";
const VAULT_COOKIE: &str = "berth_vault";
const DEVICE_COOKIE: &str = "berth_device";

/// As long as browsers keep a cookie at most.
const DEVICE_LIFETIME: Duration = Duration::days(400);

/// Where the sign-in lies in the session's data.
pub(super) const SIGN_IN: &str = "sign_in";

/// Where half a one lies.
pub(super) const HALF: &str = "half";

/// When it was last prolonged, in seconds since 1970.
const RENEWED: &str = "renewed";

const LIFETIME: Duration = Duration::weeks(2);

const HOUR: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// The layer that reads and writes the session cookie. `Secure` is added by [`secure`], which knows the request.
pub(super) fn layer(door: &Door) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store::new(door.services.clone()))
        .with_name(SESSION_COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(LIFETIME))
}

/// Who the cookies say it is.
pub(super) async fn known(
    door: &Door,
    arrival: &Arrival,
    session: &Session,
    headers: &HeaderMap,
) -> Result<Option<Known>, ServiceError> {
    let Some(id) = session.id() else { return Ok(None) };
    let (accounts, cookie) = (door.services.accounts(), vault_cookie(headers));
    let cookie = cookie.as_ref().map(Secret::expose);
    if let Some(half) = session.get::<HalfData>(HALF).await.map_err(unusable)? {
        return accounts.half_by_cookie(&arrival.visitor, &half, cookie).await.map(|half| Some(Known::Half(half)));
    }
    let Some(data) = session.get::<SignInData>(SIGN_IN).await.map_err(unusable)? else { return Ok(None) };
    let known = accounts.known_by_sign_in(&arrival.visitor, &data, cookie).await?;
    accounts.touch_device(&arrival.visitor, &data, &id.to_string()).await;
    Ok(Some(known))
}

/// Begins a sign-in under a new id, or goes on with the same one, whose vault was opened. The answer carries the vault's cookie; the
/// session's is added by the layer.
pub(super) async fn begin(door: &Door, session: &Session, new: &NewSignIn) -> Result<HeaderMap, Refusal> {
    let before = session.get::<SignInData>(SIGN_IN).await.map_err(unusable)?;
    if before.is_some_and(|before| before.id() == new.data.id()) {
        door.services.accounts().signed_in(&new.data);
    } else {
        anew(door, session).await?;
    }
    session.insert(SIGN_IN, &new.data).await.map_err(unusable)?;
    session.insert(RENEWED, OffsetDateTime::now_utc().unix_timestamp()).await.map_err(unusable)?;
    Ok(with_vault(new.vault_secret.as_ref(), LIFETIME))
}

/// Begins half a sign-in, under a new id that lives a few minutes.
pub(super) async fn begin_half(door: &Door, session: &Session, new: &NewHalf) -> Result<HeaderMap, Refusal> {
    anew(door, session).await?;
    session.insert(HALF, &new.data).await.map_err(unusable)?;
    session.set_expiry(Some(Expiry::AtDateTime(OffsetDateTime::now_utc() + HALF_LIFE)));
    let lifetime = Duration::try_from(HALF_LIFE).unwrap_or(Duration::ZERO);
    Ok(with_vault(new.vault_secret.as_ref(), lifetime))
}

/// When the sign-in of a request began, or its vault was last opened.
pub(super) async fn since(session: &Session) -> Option<Timestamp> {
    session.get::<SignInData>(SIGN_IN).await.ok().flatten().map(|data| data.created_at())
}

/// A session as it is stored now.
pub(super) fn stored(door: &Door, id: Option<session::Id>) -> Session {
    Session::new(id, Arc::new(Store::new(door.services.clone())), None)
}

/// Lets the browser be known when this name signs in again: adds that cookie.
pub(super) fn remember(door: &Door, name: &str, cookies: &mut HeaderMap) -> Result<(), Refusal> {
    if let Some(mark) = door.services.accounts().device_mark(name)? {
        cookies.append(header::SET_COOKIE, made(DEVICE_COOKIE, mark.expose().to_owned(), DEVICE_LIFETIME));
    }
    Ok(())
}

/// The mark that came along.
pub(super) fn device(headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, DEVICE_COOKIE)
}

/// Nothing of what was before, and another id. Sockets that were opened under the sign-in of before are closed.
async fn anew(door: &Door, session: &Session) -> Result<(), ServiceError> {
    let before = session.get::<SignInData>(SIGN_IN).await.map_err(unusable)?;
    session.clear().await;
    session.cycle_id().await.map_err(unusable)?;
    match before {
        Some(before) => door.services.terminal().sign_in_ended(before.account(), Some(before.id())).await,
        None => Ok(()),
    }
}

fn with_vault(secret: Option<&CookieSecret>, lifetime: Duration) -> HeaderMap {
    let cookie = match secret {
        Some(secret) => vault(secret.expose().to_owned(), lifetime),
        None => vault(String::new(), Duration::ZERO),
    };
    HeaderMap::from_iter([(header::SET_COOKIE, cookie)])
}

/// Ends the sign-in, if there is one, and takes both cookies away; sockets that were opened under it are closed.
pub(super) async fn end(services: &Services, visitor: &Visitor, session: &Session) -> Result<HeaderMap, Refusal> {
    if session.id().is_some() {
        let data = session.get::<SignInData>(SIGN_IN).await.map_err(unusable)?;
        session.flush().await.map_err(unusable)?;
        if let Some(data) = data {
            services.accounts().signed_out(visitor, &data).await?;
            services.terminal().sign_in_ended(data.account(), Some(data.id())).await?;
        }
    }
    Ok(HeaderMap::from_iter([(header::SET_COOKIE, vault(String::new(), Duration::ZERO))]))
}

/// Prolongs a sign-in that is being used. Returns the vault's cookie anew when it did.
pub(super) async fn renew(session: &Session, headers: &HeaderMap) -> Option<HeaderValue> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let renewed = session.get::<i64>(RENEWED).await.ok()??;
    if now - renewed < Duration::DAY.whole_seconds() {
        return None;
    }
    session.insert(RENEWED, now).await.ok()?;
    vault_cookie(headers).map(|secret| vault(secret.expose().to_owned(), LIFETIME))
}

/// Sets the vault's cookie, unless the handler did.
pub(super) fn set_vault_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    let is_set = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|set| set.as_bytes().starts_with(VAULT_COOKIE.as_bytes()));
    if let Some(cookie) = cookie.filter(|_| !is_set) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Forgets ended sign-ins, once an hour, for as long as it is polled.
pub(crate) async fn sweep(services: Services) {
    let mut hourly = tokio::time::interval(HOUR);
    loop {
        hourly.tick().await;
        if let Err(error) = services.accounts().delete_expired_sign_ins().await {
            tracing::warn!(%error, "ended sign-ins could not be forgotten; the next hour tries again");
        }
    }
}

/// Marks every cookie `Secure` when the browser came over TLS.
pub(super) async fn secure(State(door): State<Door>, request: Request, next: Next) -> Response {
    let https =
        request.extensions().get::<Arrival>().is_some_and(|arrival| arrival.https) || door.config.reach.public_https();
    let mut response = next.run(request).await;
    if https {
        let set: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        response.headers_mut().remove(header::SET_COOKIE);
        for cookie in set {
            let secured = HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat()).unwrap_or(cookie);
            response.headers_mut().append(header::SET_COOKIE, secured);
        }
    }
    response
}

fn vault_cookie(headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, VAULT_COOKIE)
}

/// The value of a cookie that came along.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| Secret::new(cookie.value()))
}

fn vault(value: String, lifetime: Duration) -> HeaderValue {
    made(VAULT_COOKIE, value, lifetime)
}

fn made(name: &'static str, value: String, lifetime: Duration) -> HeaderValue {
    let cookie = Cookie::build((name, value)).http_only(true).same_site(SameSite::Lax).path("/").max_age(lifetime);
    // The values are base64url, so they always fit into a header.
    HeaderValue::from_str(&cookie.build().to_string())
        .unwrap_or(HeaderValue::from_static("berth_vault=; Path=/; Max-Age=0"))
}

fn unusable(error: session::Error) -> ServiceError {
    tracing::error!(%error, "the sign-in could not be read or written");
    ServiceError::Unavailable("the sign-in could not be read or written; try again")
}
