//! `/metrics` for Prometheus: an admin's by token or cookie, and a scraper's in the network where the settings open it.

use super::{Door, arrival::Arrival, faults::Refusal, gate::Signed};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, header},
    response::IntoResponse,
};

/// The text format that every Prometheus reads.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What proxies write. A proxy that is not trusted makes everybody look like its neighbour.
const FORWARDED: [HeaderName; 2] = [header::FORWARDED, HeaderName::from_static("x-forwarded-for")];

/// Whether the settings let this stranger scrape.
pub(super) fn lets_in(door: &Door, arrival: &Arrival, headers: &HeaderMap) -> bool {
    let Some(address) = arrival.visitor.address else { return false };
    let hidden = !arrival.by_proxy && FORWARDED.iter().any(|name| headers.contains_key(name));
    !hidden && door.config.metrics.lets_in(address)
}

/// Counters and gauges of this process, in Prometheus' text format. For an admin, and for scrapers that the server's
/// settings let in.
#[utoipa::path(get, path = "/metrics", tag = "Health",
    responses((status = 200, body = String, content_type = "text/plain", description = "Text format 0.0.4")))]
pub(super) async fn metrics(State(door): State<Door>, caller: Option<Signed>) -> Result<impl IntoResponse, Refusal> {
    let caller = caller.map(|Signed(caller)| caller);
    let text = door.services.metrics(caller.as_ref())?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text))
}
