//! How long a request may take. What dials a host has limits of its own and gets more time here.

use super::faults::Refusal;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Duration;
use wire::FaultCode;

const SHORT: Duration = Duration::from_secs(60);

/// Above the longest command that may be run beside a session (600 s).
const LONG: Duration = Duration::from_secs(11 * 60);

/// Ends a request that takes too long.
pub(super) async fn limit(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_streamed(path) {
        return next.run(request).await;
    }
    let patience = patience(path);
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        Refusal::new(FaultCode::TimedOut, "this took too long and was given up; try again").into_response()
    })
}

/// A body that goes on as it comes may take for ever; its handler looks after one that brings nothing.
fn is_streamed(path: &str) -> bool {
    path.starts_with("/connections/") && path.ends_with("/upload") || path.ends_with("/files/content")
}

fn patience(path: &str) -> Duration {
    let dials = [
        "/commands/runs",
        "/terminal-sessions",
        "/bastion/run",
        "/bootstrap",
        "/host-key/scan",
        "/host-key/trust",
        "/ssh/connect",
        "/connections/ssh",
        "/connections/ftp",
        "/execute",
        "/download",
        "/files/open",
        "/files/finish",
        "/files/archive",
        "/files/text",
        "/files/count",
        "/audit/verify",
        // Large files take minutes, and go on whether or not somebody waits.
        "/inventory/import",
        "/api/sessions/import",
    ];
    let is_long = path.starts_with("/api/fn/") || dials.iter().any(|end| path.ends_with(end));
    if is_long { LONG } else { SHORT }
}
