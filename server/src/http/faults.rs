//! Every error leaves as `{"detail", "code", "request_id"}` with the right status (SPEC §12).
//!
//! Handlers return a [`Refusal`]. What comes from elsewhere (a router that found nothing, an extractor that could not
//! read a body, a server function, a panic) is brought into the same shape by [`dress`], which sees every answer.

use super::arrival::Arrival;
use axum::{
    Json,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use services::ServiceError;
use std::any::Any;
use wire::{Fault, FaultCode};

/// The largest error body that is looked into.
const MAX_ERROR: usize = 256 * 1024;

/// A failure on its way out of a handler.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) Fault);

impl Refusal {
    /// A failure with no more than its word and its text.
    pub(crate) fn new(code: FaultCode, detail: impl Into<String>) -> Self {
        Self(Fault::new(code, detail))
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self(error.fault())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.0)).into_response()
    }
}

/// Brings an error answer into the one shape and adds the request's id.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<Arrival>().map(|arrival| arrival.visitor.request_id.clone());
    let response = next.run(request).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        if is_page(response.headers()) { response } else { dressed(response, request_id).await }
    } else {
        response
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

async fn dressed(response: Response, request_id: Option<String>) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, MAX_ERROR).await.unwrap_or_default();
    let mut fault = serde_json::from_slice::<Fault>(&body).unwrap_or_else(|_| undressed(parts.status, &body));
    fault.request_id = request_id;
    if parts.status == StatusCode::UNPROCESSABLE_ENTITY {
        parts.status = StatusCode::BAD_REQUEST;
    }
    if let Some(seconds) = fault.retry_after_seconds {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    } else if parts.status == StatusCode::TOO_MANY_REQUESTS {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if parts.status == StatusCode::UNAUTHORIZED {
        // RFC 9110 wants a challenge; this scheme makes no browser open its own dialog.
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = serde_json::to_vec(&fault).unwrap_or_default();
    Response::from_parts(parts, Body::from(body))
}

/// A fault for an answer that is none: its status gives the word, its text the detail.
fn undressed(status: StatusCode, body: &Bytes) -> Fault {
    let (code, fallback) = match status {
        StatusCode::UNAUTHORIZED => (FaultCode::Unauthenticated, SIGN_IN),
        StatusCode::FORBIDDEN => (FaultCode::Forbidden, "you may not do this"),
        StatusCode::NOT_FOUND => (FaultCode::NotFound, "there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => (FaultCode::BadInput, "this address does not take this method; see /docs"),
        StatusCode::PAYLOAD_TOO_LARGE => (FaultCode::TooLarge, "the body is larger than 1 MiB; send less"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (FaultCode::BadInput, "send JSON with the header `Content-Type: application/json`")
        }
        StatusCode::SERVICE_UNAVAILABLE => (FaultCode::Unavailable, "not now; try again in a moment"),
        status if status.is_server_error() => (FaultCode::Internal, FAILED),
        _ => (FaultCode::BadInput, "the request cannot be understood"),
    };
    // What a server error says inside is for the log, not for a stranger; that a body is too large says nothing of how large it may be.
    let told = !status.is_server_error() && status != StatusCode::PAYLOAD_TOO_LARGE;
    let text = if !told { "" } else { std::str::from_utf8(body).unwrap_or_default().trim() };
    if text.is_empty() { Fault::new(code, fallback) } else { Fault::new(code, plain(text)) }
}

/// How the extractors begin what they say of a request that they cannot read, and how that is told.
const UNREADABLE: [(&str, &str); 3] = [
    ("Failed to deserialize query string: ", "the query cannot be read: "),
    ("Failed to deserialize the JSON body into the target type: ", "the JSON body cannot be read: "),
    ("Failed to parse the request body as JSON: ", "the body is not JSON: "),
];

/// What they say of a value, and what is expected instead.
const EXPECTED: [(&str, &str); 5] = [
    ("invalid digit found in string", "a whole number is expected, from 0 on"),
    ("cannot parse integer from empty string", "a whole number is expected"),
    ("number too large to fit in target type", "the number is too large"),
    ("number too small to fit in target type", "the number is too small"),
    ("provided string was not `true` or `false`", "`true` or `false` is expected"),
];

/// The extractors' words for a person; the field's name comes behind them and stays.
fn plain(text: &str) -> String {
    let told = UNREADABLE.iter().find_map(|(said, told)| Some((told, text.strip_prefix(said)?)));
    let Some((begin, rest)) = told else { return text.to_owned() };
    let value = EXPECTED.iter().find_map(|(said, told)| Some((rest.strip_suffix(said)?, *told)));
    let (field, value) = value.unwrap_or((rest, ""));
    format!("{begin}{field}{value}")
}

/// What a stranger is told.
pub(crate) const SIGN_IN: &str = "sign in first, or send an API token as `Authorization: Bearer …`";

const FAILED: &str = "the server failed at this; try again, and if it stays, look for the request id in its log";

/// A handler panicked: the person gets an answer, the log the reason.
#[expect(clippy::needless_pass_by_value, reason = "the shape that CatchPanicLayer asks for")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let why = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(why, "a handler panicked");
    Refusal::new(FaultCode::Internal, FAILED).into_response()
}

/// No route has this address.
pub(crate) async fn nothing_here() -> Refusal {
    Refusal::new(FaultCode::NotFound, "there is nothing at this address; /docs lists what there is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, extract::Query, middleware::from_fn, routing::get};
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    async fn broken() -> &'static str {
        panic!("the password is hunter2")
    }

    async fn ask(path: &str) -> (StatusCode, Fault) {
        let router = Router::new()
            .route("/panic", get(broken))
            .route("/unprocessable", get(|| async { (StatusCode::UNPROCESSABLE_ENTITY, "missing field `name`") }))
            .route("/inside", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "SELECT secret FROM vault") }))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn(dress));
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), MAX_ERROR).await.expect("a body");
        (status, serde_json::from_slice(&body).expect("a fault"))
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_that_tells_nothing() {
        for path in ["/panic", "/inside"] {
            let (status, fault) = ask(path).await;
            assert_eq!((status, fault.code), (StatusCode::INTERNAL_SERVER_ERROR, FaultCode::Internal));
            assert_eq!(fault.detail, FAILED);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_understood_is_a_400_that_names_the_field() {
        let (status, fault) = ask("/unprocessable").await;
        assert_eq!((status, fault.code), (StatusCode::BAD_REQUEST, FaultCode::BadInput));
        assert!(fault.detail.contains("`name`"));
    }

    #[derive(serde::Deserialize)]
    struct Asked {
        path: String,
        limit: u32,
    }

    /// The words of the extractors themselves, so that a new version with other ones is noticed.
    #[tokio::test]
    async fn what_cannot_be_read_is_told_in_plain_words() {
        let read = |Query(asked): Query<Asked>| async move { format!("{}{}", asked.path, asked.limit) };
        let take = |Json(asked): Json<Asked>| async move { format!("{}{}", asked.path, asked.limit) };
        let router = Router::new().route("/", get(read).post(take)).layer(from_fn(dress));
        for (query, body, told) in [
            ("?limit=1", "", "the query cannot be read: missing field `path`"),
            ("?path=a&limit=many", "", "the query cannot be read: limit: a whole number is expected, from 0 on"),
            ("?path=a&limit=", "", "the query cannot be read: limit: a whole number is expected"),
            ("?path=a&limit=4294967296", "", "the query cannot be read: limit: the number is too large"),
            ("", "{}", "the JSON body cannot be read: missing field `path` at line 1 column 2"),
            ("", "{", "the body is not JSON: EOF while parsing an object at line 1 column 1"),
        ] {
            let method = if body.is_empty() { "GET" } else { "POST" };
            let request = Request::builder().method(method).uri(format!("/{query}"));
            let request = request.header("content-type", "application/json").body(Body::from(body)).expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(response.status(), StatusCode::BAD_REQUEST);
            let body = axum::body::to_bytes(response.into_body(), MAX_ERROR).await.expect("a body");
            assert_eq!(serde_json::from_slice::<Fault>(&body).expect("a fault").detail, told);
        }
    }

    #[tokio::test]
    async fn an_unknown_address_is_a_fault_too() {
        assert_eq!(ask("/nowhere").await.1.code, FaultCode::NotFound);
    }
}
