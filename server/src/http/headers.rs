//! Headers that every answer carries: what the page may load, and that nobody may frame, sniff or cache it.

use super::{Door, arrival::Arrival};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// The nonce of the page in this answer; an answer without one runs no inline script.
#[derive(Debug, Clone)]
pub(crate) struct Nonce(pub(crate) String);

impl Nonce {
    /// 122 random bits.
    pub(crate) fn new() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }
}

/// What of somebody else's host is shown in the browser; in an answer's extensions. Whatever is in it, nothing runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A picture.
    Image,
    /// A PDF.
    Pdf,
}

impl Shown {
    /// Browsers show no PDF in a sandbox; what shows it has none of the page's powers, and nothing may be loaded.
    const fn policy(self) -> &'static str {
        match self {
            Self::Image => {
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
            }
            Self::Pdf => "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        }
    }
}

const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-read=(self), clipboard-write=(self)",
    ),
];

/// For a year. Names below this one are not ours to speak for.
const SECURE_FROM_NOW_ON: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds the headers.
pub(crate) async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let by_proxy =
        request.extensions().get::<Arrival>().is_some_and(|arrival| arrival.https && !door.config.tls.is_on());
    let mut response = next.run(request).await;
    let shown = response.extensions().get::<Shown>().map(|shown| shown.policy().to_owned());
    let policy = shown.unwrap_or_else(|| policy(response.extensions().get::<Nonce>()));
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if by_proxy || door.config.tls.is_lasting() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, SECURE_FROM_NOW_ON);
    }
    uncached(headers, is_api);
    response
}

/// Answers of the interface are a person's own data. Files say themselves how long they keep.
fn uncached(headers: &mut HeaderMap, is_api: bool) {
    if is_api || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// WebAssembly needs `wasm-unsafe-eval`; the terminal component writes `<style>` elements, without which it is black.
fn policy(nonce: Option<&Nonce>) -> String {
    let nonce = nonce.map(|Nonce(nonce)| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
