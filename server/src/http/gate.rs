//! The one gate. Every request is resolved to a [`Caller`] here, or refused, before anything else runs.
//!
//! What a stranger may use is the list [`PUBLIC`] and the files of the web app; a route that is not on the list is
//! closed, so a forgotten line locks a door instead of leaving it open. A token or a cookie makes the same `Caller`.
//! A request with `Authorization: Bearer` has no authority but the token's: its cookies are not looked at.
//!
//! What a token may be used for is asked here, too, before anything runs: the table beside this file ([`table`]) says it of each
//! route, and how often that may be asked for.
//!
//! A body may come late, so whoever sends one is asked for twice: when the request begins, and when its body is there
//! ([`once_whole`]). What goes on as it comes stands on a footing of its own.
//!
//! Who is half signed in, or has to set up a second factor first, is no `Caller` and gets to the few routes of [`SECOND_STEP`]
//! and [`SET_UP`] beside the public ones; everywhere else a stranger is told to sign in, and they are told what is missing.

mod extractors;

pub(crate) use extractors::{Anew, Anybody, Half, Settling, Signed};

use super::{
    Door,
    arrival::Arrival,
    faults::{Refusal, SIGN_IN},
    metrics, same_site, sign_in,
    table::{self, Needs, Row},
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{FromRequest, MatchedPath, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use services::{Caller, ServiceError, Via, accounts::Known};
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
    (Method::POST, "/api/auth/passkey"),
    (Method::POST, "/api/auth/passkey/finish"),
    (Method::GET, "/api/auth/oidc/start"),
    (Method::GET, "/api/auth/oidc/callback"),
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

/// What somebody may use who knew the password and has to give a code.
pub const SECOND_STEP: &[(Method, &str)] = &[(Method::POST, "/api/auth/second-factor")];

/// What somebody may use who has to set up a second factor. A vault that is locked has to be opened for it.
pub const SET_UP: &[(Method, &str)] = &[
    (Method::GET, "/api/account/second-factor"),
    (Method::POST, "/api/account/second-factor"),
    (Method::POST, "/api/account/second-factor/confirm"),
    (Method::POST, "/api/account/vault"),
    (Method::POST, "/api/account/vault/passphrase"),
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
    /// Open to who is half signed in, and to nobody else.
    SecondStep,
    /// Closed to strangers, open to who has to set up a second factor.
    SetUp,
    /// Open to callers.
    Closed,
}

/// Lets a request through, with its [`Caller`] when there is one.
pub(super) async fn gate(State(door): State<Door>, session: Session, mut request: Request, next: Next) -> Response {
    let Some(arrival) = request.extensions().get::<Arrival>().cloned() else {
        return unannounced().into_response();
    };
    if same_site::is_foreign(&door, &arrival, request.method(), request.uri().path(), request.headers()) {
        return Refusal::new(
            FaultCode::CrossSite,
            "this request came from another site; open Berth itself and try again",
        )
        .into_response();
    }
    if same_site::is_elsewhere(&door, &arrival, request.uri().path(), request.headers()) {
        return Refusal::new(
            FaultCode::CrossSite,
            "this server is not known by that name; open it by its public address",
        )
        .into_response();
    }
    let entrance = Entrance::of(&door, &arrival, &request);
    if entrance.way == Way::File {
        return next.run(request).await;
    }
    let known = match resolve(&door, &arrival, &session, request.headers()).await {
        Ok(known) => known,
        Err(refusal) => return refusal.into_response(),
    };
    let measured = entrance.lets_in(known.as_ref());
    if let Err(refusal) = measured.and_then(|()| door.limits.take(entrance.row, known.as_ref(), &arrival)) {
        return refusal.into_response();
    }
    request.extensions_mut().insert(entrance);
    let (mut prolonged, mut here) = (None, None);
    if let Some(known) = known {
        if is_whole_sign_in(&known) {
            prolonged = sign_in::renew(&session, request.headers()).await;
        }
        if let Known::Whole(caller) = &known {
            tracing::debug!(account = caller.name(), "let in");
            here = caller.vault_open().then(|| caller.clone());
            request.extensions_mut().insert(caller.clone());
        }
        request.extensions_mut().insert(known);
    }
    let mut response = next.run(request).await;
    if let Some(caller) = here {
        door.services.inventory().vault_is_open(&caller);
    }
    sign_in::set_vault_cookie(&mut response, prolonged);
    response
}

impl Way {
    fn of(door: &Door, arrival: &Arrival, request: &Request) -> Self {
        let method = asked(request.method());
        let path = request.uri().path();
        let Some(route) = request.extensions().get::<MatchedPath>() else {
            let is_interface = path.starts_with("/api/") || path.starts_with("/ws/");
            return if method == Method::GET && !is_interface { Self::File } else { Self::Closed };
        };
        let route = route.as_str();
        let is_of = |list: &[(Method, &str)]| list.iter().any(|(listed, path)| listed == method && *path == route);
        let by_ticket = route == TERMINAL_WS && has_ticket(request);
        let by_network = route == METRICS && metrics::lets_in(door, arrival, request.headers());
        match route {
            _ if by_ticket || by_network || is_of(PUBLIC) => Self::Public,
            _ if is_of(SECOND_STEP) => Self::SecondStep,
            _ if is_of(SET_UP) => Self::SetUp,
            _ => Self::Closed,
        }
    }

    fn lets_in(self, known: Option<&Known>) -> bool {
        match (self, known) {
            (Self::File | Self::Public, _) => true,
            (Self::SecondStep, known) => matches!(known, Some(Known::Half(_))),
            (Self::SetUp, known) => matches!(known, Some(Known::Settler(_) | Known::Whole(_))),
            (Self::Closed, known) => matches!(known, Some(Known::Whole(_))),
        }
    }
}

/// What whoever is not let in has to do first.
fn refused(known: Option<&Known>) -> Refusal {
    match known {
        None => Refusal::new(FaultCode::Unauthenticated, SIGN_IN),
        Some(Known::Half(_)) => {
            Refusal::new(FaultCode::SecondFactorNeeded, "finish signing in with a code of your second factor")
        }
        Some(Known::Settler(_)) => ServiceError::SetUpNeeded.into(),
        Some(Known::Whole(_)) => {
            Refusal::new(FaultCode::BadInput, "you are signed in already; nothing asks for a code")
        }
    }
}

/// Where a request comes in.
#[derive(Debug, Clone, Copy)]
struct Entrance {
    way: Way,
    row: Option<&'static Row>,
    /// Behind no route there is nothing to reach.
    is_routed: bool,
}

impl Entrance {
    fn of(door: &Door, arrival: &Arrival, request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        let row = route.and_then(|route| table::of(asked(request.method()), route.as_str(), request.uri().path()));
        Self { way: Way::of(door, arrival, request), row, is_routed: route.is_some() }
    }

    /// Whether a token was made for it, and who is known may come this way.
    fn lets_in(self, known: Option<&Known>) -> Result<(), Refusal> {
        if let Some(Known::Whole(caller)) = known.filter(|_| self.is_routed) {
            scoped(caller, self.row)?;
        }
        if self.way.lets_in(known) { Ok(()) } else { Err(refused(known)) }
    }
}

/// Lets a request on when its body is there, if who asks may still: a body may take minutes to come, and the sign-in, the
/// token, the role or the account may be gone by then.
pub(super) async fn once_whole(State(door): State<Door>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() || request.extensions().get::<Known>().is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let body = match Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    if let Err(refusal) = ask_anew(&door, &mut parts).await {
        return refusal.into_response();
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Puts who asks now in the place of who asked when the request began.
async fn ask_anew(door: &Door, parts: &mut Parts) -> Result<(), Refusal> {
    let found = parts.extensions.get::<Arrival>().zip(parts.extensions.get::<Entrance>());
    let (arrival, entrance) = found.map(|(arrival, entrance)| (arrival.clone(), *entrance)).ok_or_else(unannounced)?;
    // As it is stored now: the request's own session goes on with what it has read.
    let session = sign_in::stored(door, parts.extensions.get::<Session>().and_then(Session::id));
    let known = resolve(door, &arrival, &session, &parts.headers).await?;
    entrance.lets_in(known.as_ref())?;
    parts.extensions.remove::<Caller>();
    parts.extensions.remove::<Known>();
    if let Some(Known::Whole(caller)) = &known {
        parts.extensions.insert(caller.clone());
    }
    if let Some(known) = known {
        parts.extensions.insert(known);
    }
    Ok(())
}

fn unannounced() -> Refusal {
    Refusal::new(FaultCode::Internal, "the request was not announced")
}

/// Whether the caller's token, if that is what they came by, was made for what a row takes.
fn scoped(caller: &Caller, row: Option<&Row>) -> Result<(), Refusal> {
    if !caller.by_token() {
        return Ok(());
    }
    let Some(row) = row.filter(|row| row.needs != Needs::Never) else {
        let text = "an API token cannot do this; sign in with the password";
        return Err(Refusal::new(FaultCode::Forbidden, text));
    };
    let missing = row.needs.scopes().iter().filter(|scope| !caller.has_scope(**scope));
    let missing: Vec<String> = missing.map(|scope| format!("`{scope}`")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let word = if missing.len() == 1 { "scope" } else { "scopes" };
    let text = format!("this token was made without the {word} {}; make one that has it", missing.join(" and "));
    Err(Refusal::new(FaultCode::ScopeMissing, text))
}

/// The method as routes know it.
fn asked(method: &Method) -> &Method {
    if method == Method::HEAD { &Method::GET } else { method }
}

fn is_whole_sign_in(known: &Known) -> bool {
    match known {
        Known::Half(_) => false,
        Known::Settler(_) => true,
        Known::Whole(caller) => matches!(caller.via(), Via::SignIn(_)),
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
) -> Result<Option<Known>, Refusal> {
    if let Some(token) = bearer(headers) {
        let caller = door.services.accounts().caller_by_token(&arrival.visitor, token).await?;
        return Ok(Some(Known::Whole(caller)));
    }
    match sign_in::known(door, arrival, session, headers).await {
        Ok(known) => Ok(known),
        // A cookie that opens nothing any more is a stranger's, not an error.
        Err(ServiceError::Unauthenticated(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
