//! The first thing that happens to a request: it gets an id, a log span, and its true origin.
//!
//! `X-Forwarded-*` is believed only when it comes from a trusted proxy; from anybody else it is ignored. The access
//! log has no query strings: tickets travel in them.

use super::{Door, sign_in};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use services::Visitor;
use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};
use tracing::Instrument;

/// What is known about a request before anybody is.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// From where, under which id.
    pub(crate) visitor: Visitor,
    /// Whether the browser came over TLS, or will: cookies are for TLS alone then.
    pub(crate) https: bool,
    /// Whether it came over TLS for certain.
    pub(crate) by_tls: bool,
    /// The host that the browser asked for, port included.
    pub(crate) host: Option<String>,
    /// Whether a trusted proxy stands between.
    pub(crate) by_proxy: bool,
}

/// Makes the [`Arrival`] and runs everything else inside the request's span.
pub(crate) async fn arrive(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let arrival = Arrival::of(&door, peer, request.headers());
    let id = arrival.visitor.request_id.clone();
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(arrival);
    let mut response = async {
        let start = Instant::now();
        let response = next.run(request).await;
        let milliseconds = start.elapsed().as_millis();
        tracing::info!(status = response.status().as_u16(), milliseconds, "answered");
        response
    }
    .instrument(span)
    .await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

impl Arrival {
    fn of(door: &Door, peer: Option<IpAddr>, headers: &HeaderMap) -> Self {
        let reach = &door.config.reach;
        let by_proxy = peer.is_some_and(|peer| reach.trusts(peer));
        let forwarded = |name: &str| if by_proxy { last_text(headers, name) } else { None };
        let address = if by_proxy { client_behind(headers, |ip| reach.trusts(ip)).or(peer) } else { peer };
        let by_tls = door.config.tls.is_on() || forwarded("x-forwarded-proto").as_deref() == Some("https");
        Self {
            visitor: Visitor {
                address: address.map(|ip| ip.to_canonical()),
                request_id: uuid::Uuid::now_v7().simple().to_string(),
                user_agent: last_text(headers, header::USER_AGENT.as_str())
                    .map(|name| name.chars().take(256).collect()),
                device: sign_in::device(headers),
            },
            https: reach.public_https() || by_tls,
            by_tls,
            by_proxy,
            host: forwarded("x-forwarded-host").or_else(|| last_text(headers, header::HOST.as_str())),
        }
    }
}

fn last_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(name).iter().next_back()?.to_str().ok().map(|text| text.trim().to_owned())
}

/// Each proxy appends whom it saw: the last address that is no trusted proxy is the visitor's. What stands before a hop that is
/// no address was written by whoever wrote that, and is not believed.
fn client_behind(headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter().rev().map(|line| line.to_str().unwrap_or_default());
    let mut furthest = None;
    for hop in lines.flat_map(|line| line.rsplit(',')) {
        let Some(address) = hop_address(hop.trim()) else { break };
        furthest = Some(address);
        if !trusted(address) {
            break;
        }
    }
    furthest
}

/// An address as proxies write it: bare, or with the port that it came from.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip())).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[test]
    fn the_visitor_is_the_last_hop_that_is_no_proxy() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 9.9.9.9"));
        headers.append("x-forwarded-for", HeaderValue::from_static("10.0.0.2"));
        let found = client_behind(&headers, |ip| ip.to_string().starts_with("10."));
        assert_eq!(
            found.map(|ip| ip.to_string()).as_deref(),
            Some("9.9.9.9"),
            "what the visitor wrote is not believed"
        );
    }

    #[test]
    fn nothing_is_believed_that_stands_before_what_is_no_address() {
        let found = |line: &'static str| {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(line))]);
            client_behind(&headers, |ip| ip.to_string().starts_with("10.")).map(|ip| ip.to_string())
        };
        for (line, address) in [
            ("6.6.6.6, 9.9.9.9:5555", "9.9.9.9"),
            ("6.6.6.6, [2001:db8::9]:443, 10.0.0.2", "2001:db8::9"),
            ("6.6.6.6, [2001:db8::9]", "2001:db8::9"),
            ("6.6.6.6, unknown, 10.0.0.2", "10.0.0.2"),
        ] {
            assert_eq!(found(line).as_deref(), Some(address), "{line}");
        }
        assert_eq!(found("6.6.6.6, garbage"), None);
        assert_eq!(found("6.6.6.6,"), None);
    }
}
