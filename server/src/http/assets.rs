//! The web app, embedded in the binary.
//!
//! A file whose name carries the hash of its content is kept for ever; every other one is asked for again with its
//! ETag. A `.br` file beside a file is sent to browsers that take it. An unknown address that a browser opens is a
//! route of the app itself and gets the page; anything else unknown is a 404.

use super::{
    faults::{Refusal, nothing_here},
    headers::Nonce,
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::{EmbeddedFile, RustEmbed};
use wire::FaultCode;

/// Trunk's output. It may be missing when the server is compiled before the web app.
#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// Trunk writes this into the page in place of a nonce.
const PLACEHOLDER: &str = "__CSP_NONCE__";

/// Answers everything that no route took.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) || is_interface(path) {
        return nothing_here().await.into_response();
    }
    match path {
        "" | "index.html" => page(),
        path => match Dist::get(path) {
            Some(file) if !path.ends_with(".br") => answer(path, &file, request.headers()),
            _ if wants_page(path, request.headers()) => page(),
            _ => nothing_here().await.into_response(),
        },
    }
}

/// Addresses under which nothing of the web app lies.
fn is_interface(path: &str) -> bool {
    ["api", "ws", "docs"]
        .iter()
        .any(|room| path == *room || path.strip_prefix(room).is_some_and(|rest| rest.starts_with('/')))
}

/// A browser opens a route of the app: it takes HTML, and the last word is no file name.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let takes_html = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    takes_html && !is_file
}

/// The page of the web app, with a nonce of its own.
pub(crate) fn page() -> Response {
    let Some(file) = Dist::get("index.html") else {
        return Refusal::new(FaultCode::Unavailable, MISSING).into_response();
    };
    let nonce = Nonce::new();
    let text = String::from_utf8_lossy(&file.data).replace(PLACEHOLDER, &nonce.0);
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    let mut response = (headers, text).into_response();
    response.extensions_mut().insert(nonce);
    response
}

const MISSING: &str = "this binary was built without the web app; run `make build`";

fn answer(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| contains(known, &etag)) {
        return with_caching(StatusCode::NOT_MODIFIED.into_response(), path, &etag);
    }
    let compressed = takes_brotli(headers).then(|| Dist::get(&format!("{path}.br"))).flatten();
    let is_compressed = compressed.is_some();
    let data = compressed.map_or_else(|| file.data.clone(), |compressed| compressed.data);
    let mut response = Response::new(match data {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes),
    });
    if is_compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    if let Ok(kind) = HeaderValue::from_str(content_type(path).as_str()) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    with_caching(response, path, &etag)
}

fn with_caching(mut response: Response, path: &str, etag: &str) -> Response {
    let headers = response.headers_mut();
    let caching = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn contains(known: &HeaderValue, etag: &str) -> bool {
    known.to_str().is_ok_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag))
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| matches!(one.split_once(';').map_or((one, ""), |(name, q)| (name, q)), (name, q) if name.trim() == "br" && q.trim() != "q=0"))
}

/// Trunk writes `name-<up to 16 hex digits>.ext`. `snippets` is left out: its hash does not change with the content.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches("_bg");
    let is_hash = |part: &str| (12..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    !path.starts_with("snippets/") && stem.rsplit('-').next().is_some_and(is_hash)
}

fn content_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT || kind == mime_guess::mime::APPLICATION_JAVASCRIPT;
    match path.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json".into(),
        _ if is_text => format!("{}; charset=utf-8", kind.essence_str()),
        _ => kind.essence_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_of_their_content_are_kept() {
        assert!(is_hashed("frontend-123456789abcdef.js") && is_hashed("frontend-0123456789abcdef_bg.wasm"));
        for path in ["sw.js", "snippets/app-0123456789abcdef/inline0.js", "icons/icon-192.png", "main.css"] {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        let accepting =
            |text: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
        assert!(takes_brotli(&accepting("gzip, deflate, br")) && takes_brotli(&accepting("br;q=0.5")));
        assert!(!takes_brotli(&accepting("gzip")) && !takes_brotli(&accepting("br;q=0")));
    }

    #[test]
    fn a_route_of_the_app_is_no_file() {
        let html = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html,*/*"))]);
        assert!(
            wants_page("hosts/3", &html) && !wants_page("logo.svg", &html) && !wants_page("hosts", &HeaderMap::new())
        );
        assert!(is_interface("api/x") && is_interface("ws") && !is_interface("apiary"));
    }
}
