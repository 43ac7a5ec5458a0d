//! Refuses what another site makes a browser do in a person's name.
//!
//! Browsers say where a request comes from by `Sec-Fetch-Site` and `Origin`; scripts send neither and are not held up.
//! The cookie's `SameSite=Lax` already stops most of it: this is the second lock, and the only one for WebSockets.

use super::{Door, arrival::Arrival};
use axum::http::{HeaderMap, Method, Uri, header};

/// Whether the request may change something and comes from another site.
pub(super) fn is_foreign(door: &Door, arrival: &Arrival, method: &Method, path: &str, headers: &HeaderMap) -> bool {
    if !changes_something(method, path) {
        return false;
    }
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    if matches!(site, Some(b"cross-site" | b"same-site")) {
        return true;
    }
    headers.get(header::ORIGIN).is_some_and(|origin| {
        !origin
            .to_str()
            .is_ok_and(|origin| is_own(origin, arrival.host.as_deref(), door.config.reach.public_url.as_deref()))
    })
}

fn changes_something(method: &Method, path: &str) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
        || path.starts_with("/api/fn/")
        || path.starts_with("/ws/")
}

fn is_own(origin: &str, host: Option<&str>, public_url: Option<&str>) -> bool {
    if public_url.is_some_and(|own| own.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().cloned());
    matches!((authority, host), (Some(authority), Some(host)) if authority.as_str().eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_means_the_same_name_and_port() {
        assert!(is_own("http://berth.lan:8080", Some("berth.lan:8080"), None));
        assert!(is_own("https://berth.example.org", Some("10.0.0.1:8080"), Some("https://berth.example.org")));
        for origin in ["http://berth.lan", "http://evil.example", "null", "http://berth.lan:8080.evil.example"] {
            assert!(!is_own(origin, Some("berth.lan:8080"), Some("https://berth.example.org")), "{origin}");
        }
    }

    #[test]
    fn reading_a_page_from_elsewhere_is_fine() {
        assert!(!changes_something(&Method::GET, "/api/hosts"));
        assert!(changes_something(&Method::POST, "/api/hosts"));
        assert!(changes_something(&Method::GET, "/ws/terminal/x") && changes_something(&Method::GET, "/api/fn/x/y"));
    }
}
