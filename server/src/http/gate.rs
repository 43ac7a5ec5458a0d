//! The one gate. Every request is resolved to a [`Caller`] here, or refused, before anything else runs.
//!
//! What a stranger may use is the list [`PUBLIC`] and the files of the web app; a route that is not on the list is
//! closed, so a forgotten line locks a door instead of leaving it open. A token or a cookie makes the same `Caller`.
//! A request with `Authorization: Bearer` has no authority but the token's: its cookies are not looked at.

use super::{
    Door,
    arrival::Arrival,
    faults::{Refusal, SIGN_IN},
    metrics, same_site, sign_in,
};
use axum::{
    extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use services::{Caller, ServiceError, Via};
use std::convert::Infallible;
use tower_sessions::Session;
use wire::FaultCode;

/// What a stranger may use, as method and route. The terminal's WebSocket is not on it: it opens with a
/// ticket; nor is `/metrics`, which settings can open for a network.
pub const PUBLIC: &[(Method, &str)] = &[
    (Method::GET, "/healthz"),
    (Method::GET, "/health"),
    (Method::GET, "/readyz"),
    (Method::GET, "/api/auth/status"),
    (Method::POST, "/api/auth/setup"),
    (Method::POST, "/api/auth/login"),
    (Method::POST, "/api/auth/logout"),
    (Method::GET, "/api/terminal/status"),
    (Method::GET, "/api/terminal/connect/{id}"),
    (Method::GET, "/api/terminal/popout/{id}"),
    (Method::POST, "/api/terminal/sessions/{id}/close-beacon"),
    (Method::POST, "/api/terminal/join"),
    (Method::GET, "/api/openapi.json"),
    (Method::GET, "/connect/{id}"),
    (Method::GET, "/popout/{id}"),
    (Method::GET, "/docs"),
    (Method::GET, "/docs/"),
    (Method::GET, "/docs/{*rest}"),
];

/// The route that a ticket opens.
pub(super) const TERMINAL_WS: &str = "/ws/terminal/{session_id}";

/// The route that the settings can open for a scraper's network.
const METRICS: &str = "/metrics";

/// How a route is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A file of the web app: nobody is asked for.
    File,
    /// Open to strangers; who is known is passed on.
    Public,
    /// Closed to strangers.
    Closed,
}

/// Lets a request through, with its [`Caller`] when there is one.
pub(super) async fn gate(State(door): State<Door>, session: Session, mut request: Request, next: Next) -> Response {
    let Some(arrival) = request.extensions().get::<Arrival>().cloned() else {
        return Refusal::new(FaultCode::Internal, "the request was not announced").into_response();
    };
    if same_site::is_foreign(&door, &arrival, request.method(), request.uri().path(), request.headers()) {
        return Refusal::new(
            FaultCode::CrossSite,
            "this request came from another site; open Berth itself and try again",
        )
        .into_response();
    }
    let way = Way::of(&door, &arrival, &request);
    if way == Way::File {
        return next.run(request).await;
    }
    let mut prolonged = None;
    match resolve(&door, &arrival, &session, request.headers()).await {
        Ok(Some(caller)) => {
            tracing::debug!(account = caller.name(), "let in");
            if matches!(caller.via(), Via::SignIn(_)) {
                prolonged = sign_in::renew(&session, request.headers()).await;
            }
            request.extensions_mut().insert(caller);
        }
        Ok(None) if way == Way::Closed => return Refusal::new(FaultCode::Unauthenticated, SIGN_IN).into_response(),
        Ok(None) => {}
        Err(refusal) => return refusal.into_response(),
    }
    let mut response = next.run(request).await;
    sign_in::set_vault_cookie(&mut response, prolonged);
    response
}

impl Way {
    fn of(door: &Door, arrival: &Arrival, request: &Request) -> Self {
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let path = request.uri().path();
        let Some(route) = request.extensions().get::<MatchedPath>() else {
            let is_interface = path.starts_with("/api/") || path.starts_with("/ws/");
            return if method == Method::GET && !is_interface { Self::File } else { Self::Closed };
        };
        let route = route.as_str();
        let by_ticket = route == TERMINAL_WS && has_ticket(request);
        let by_network = route == METRICS && metrics::lets_in(door, arrival, request.headers());
        if by_ticket || by_network || PUBLIC.iter().any(|(public, path)| public == method && *path == route) {
            Self::Public
        } else {
            Self::Closed
        }
    }
}

fn has_ticket(request: &Request) -> bool {
    request.uri().query().is_some_and(|query| query.split('&').any(|part| part.starts_with("token=")))
}

async fn resolve(
    door: &Door,
    arrival: &Arrival,
    session: &Session,
    headers: &HeaderMap,
) -> Result<Option<Caller>, Refusal> {
    if let Some(token) = bearer(headers) {
        let caller = door.services.accounts().caller_by_token(&arrival.visitor, token).await?;
        return Ok(Some(caller));
    }
    match sign_in::caller(door, arrival, session, headers).await {
        Ok(caller) => Ok(caller),
        // A cookie that opens nothing any more is a stranger's, not an error.
        Err(ServiceError::Unauthenticated(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The signed-in caller, for handlers behind the gate.
pub(crate) struct Signed(pub(crate) Caller);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.map(Self).ok_or_else(|| Refusal::new(FaultCode::Unauthenticated, SIGN_IN))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Signed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Caller>().cloned().map(Self))
    }
}
