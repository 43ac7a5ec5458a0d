//! Refuses what another site makes a browser do in a person's name.
//!
//! Browsers say where a request comes from by `Sec-Fetch-Site` and `Origin`; scripts send neither and are not held up.
//! The cookie's `SameSite=Lax` already stops most of it: this is the second lock, and the only one for WebSockets.

use super::{Door, arrival::Arrival};
use axum::http::{HeaderMap, Method, Uri, header, uri::Authority};
use std::net::IpAddr;

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
        !origin.to_str().is_ok_and(|origin| is_own(origin, arrival, door.config.reach.public_url.as_deref()))
    })
}

/// What machines ask for, by whatever name they know the server.
const BY_ANY_NAME: &[&str] = &["/healthz", "/health", "/readyz", "/metrics"];

/// Whether a browser asks for the server by a name that is not its own: somebody else's, made to lead here (DNS rebinding). That
/// is only known when the settings tell the public name. A script with a token is nobody's browser.
pub(super) fn is_elsewhere(door: &Door, arrival: &Arrival, path: &str, headers: &HeaderMap) -> bool {
    let Some(public) = door.config.reach.public_url.as_deref() else { return false };
    !headers.contains_key(header::AUTHORIZATION)
        && !BY_ANY_NAME.contains(&path)
        && !arrival.host.as_deref().is_some_and(|host| is_known(host, public))
}

/// Whether a `Host` is the public one, this machine's own, or an address.
fn is_known(host: &str, public_url: &str) -> bool {
    let name = |authority: Option<Authority>| authority.map(|known| known.host().to_ascii_lowercase());
    let public = name(public_url.parse::<Uri>().ok().and_then(|uri| uri.authority().cloned()));
    let Some(asked) = name(host.parse().ok()) else { return false };
    asked == "localhost" || asked.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || Some(asked) == public
}

fn changes_something(method: &Method, path: &str) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
        || path.starts_with("/api/fn/")
        || path.starts_with("/ws/")
}

/// Whether an origin (RFC 6454, section 7.1) is this server's. A proxy that is not known to be one may have taken TLS away on the
/// way, so a page that came by it is believed; one that came without is not, where the browser came by TLS for certain.
fn is_own(origin: &str, arrival: &Arrival, public_url: Option<&str>) -> bool {
    if public_url.is_some_and(|own| own.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    (scheme.eq_ignore_ascii_case("https") || !arrival.by_tls && scheme.eq_ignore_ascii_case("http"))
        && arrival.host.as_deref().is_some_and(|host| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use services::Visitor;

    #[test]
    fn own_means_the_same_name_and_port() {
        let came_to = |host: &str, by_tls| Arrival {
            visitor: Visitor::default(),
            https: by_tls,
            by_tls,
            host: Some(host.to_owned()),
            by_proxy: false,
        };
        let (here, by_tls) = (came_to("berth.lan:8080", false), came_to("berth.lan", true));
        assert!(is_own("http://berth.lan:8080", &here, None) && is_own("https://berth.lan", &by_tls, None));
        assert!(is_own("https://berth.lan:8080", &here, None), "a proxy may have taken TLS away");
        let public = Some("https://berth.example.org");
        assert!(is_own("https://berth.example.org", &came_to("10.0.0.1:8080", false), public));
        for origin in [
            "http://berth.lan",
            "http://evil.example",
            "null",
            "",
            "http://berth.lan:8080.evil.example",
            "http://berth.lan:8080/",
            "http://u@berth.lan:8080",
            "chrome-extension://berth.lan:8080",
        ] {
            assert!(!is_own(origin, &here, public), "{origin}");
        }
        assert!(!is_own("http://berth.lan", &by_tls, None), "whoever is on the way may have written that page");
    }

    #[test]
    fn a_name_of_somebody_elses_is_not_known() {
        let public = "https://berth.example.org";
        for host in
            ["berth.example.org", "BERTH.example.org:443", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3"]
        {
            assert!(is_known(host, public), "{host}");
        }
        for host in
            ["evil.example", "berth.example.org.evil.example", "127.0.0.1.evil.example", "localhost.evil", "", "a b"]
        {
            assert!(!is_known(host, public), "{host}");
        }
    }

    #[test]
    fn reading_a_page_from_elsewhere_is_fine() {
        assert!(!changes_something(&Method::GET, "/api/hosts"));
        assert!(changes_something(&Method::POST, "/api/hosts"));
        assert!(changes_something(&Method::GET, "/ws/terminal/x") && changes_something(&Method::GET, "/api/fn/x/y"));
    }
}
