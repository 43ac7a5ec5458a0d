//! What the page asks of the audit log: the REST interface, whose addresses the export needs in any case.

use super::words;
use crate::{client, error::AppError};
use js_sys::encode_uri_component;
use wire::audit::{AuditChain, AuditFilter, AuditList, AuditReport};

/// A filter behind an address, with what else is said.
fn query(filter: &AuditFilter, more: &[(&str, String)]) -> String {
    let pairs = words::pairs(filter).into_iter().chain(more.iter().cloned());
    let pairs: Vec<_> =
        pairs.map(|(name, value)| format!("{name}={}", String::from(encode_uri_component(&value)))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The page's own address with a filter.
pub(super) fn address(filter: &AuditFilter) -> String {
    format!("/audit{}", query(filter, &[]))
}

/// Where the browser fetches the lines of a filter as a file.
pub(super) fn export(filter: &AuditFilter) -> String {
    format!("/api/audit/export{}", query(filter, &[]))
}

/// The newest lines of a filter, or those before one.
pub(super) async fn list(filter: AuditFilter, before: Option<i64>, limit: u32) -> Result<AuditList, AppError> {
    let before = before.map(|before| ("before", before.to_string()));
    let more: Vec<_> = before.into_iter().chain([("limit", limit.to_string())]).collect();
    client::get_json(&format!("/api/audit{}", query(&filter, &more))).await
}

/// How the chain stands.
pub(super) async fn chain() -> Result<AuditChain, AppError> {
    client::get_json("/api/audit/chain").await
}

/// Has the server walk along the whole log.
pub(super) async fn verify() -> Result<AuditReport, AppError> {
    client::post_json("/api/audit/verify", &()).await
}
