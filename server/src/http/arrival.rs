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
    /// Whether the browser came over TLS.
    pub(crate) https: bool,
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
        Self {
            visitor: Visitor {
                address: address.map(|ip| ip.to_canonical()),
                request_id: uuid::Uuid::now_v7().simple().to_string(),
                user_agent: last_text(headers, header::USER_AGENT.as_str())
                    .map(|name| name.chars().take(256).collect()),
                device: sign_in::device(headers),
            },
            https: reach.public_https()
                || door.config.tls.is_on()
                || forwarded("x-forwarded-proto").as_deref() == Some("https"),
            by_proxy,
            host: forwarded("x-forwarded-host").or_else(|| last_text(headers, header::HOST.as_str())),
        }
    }
}

fn last_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(name).iter().next_back()?.to_str().ok().map(|text| text.trim().to_owned())
}

/// Each proxy appends whom it saw: the last address that is no trusted proxy is the visitor's.
fn client_behind(headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let hops = lines.iter().flat_map(|line| line.split(',')).filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    let hops: Vec<_> = hops.collect();
    hops.iter().rev().find(|hop| !trusted(**hop)).or(hops.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
