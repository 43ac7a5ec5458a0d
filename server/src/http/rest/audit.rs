//! The audit log: read, verified, exported.

use super::{Refusal, Signed};
use crate::http::{Door, disposition};
use axum::{
    Json,
    body::Body,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use wire::audit::{AuditChain, AuditFilter, AuditList, AuditPage, AuditReport};

/// What was done that matters, the newest first, as far as the filter means it. For admins and viewers.
#[utoipa::path(get, path = "/api/audit", tag = "Audit", params(AuditFilter, AuditPage),
    responses((status = 200, body = AuditList)))]
pub(in crate::http) async fn audit(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(filter): Query<AuditFilter>,
    Query(page): Query<AuditPage>,
) -> Result<Json<AuditList>, Refusal> {
    Ok(Json(door.services.audit().list(&caller, &filter, &page).await?))
}

/// The same as JSON lines, the oldest first. Without a filter, `berth audit verify FILE` takes it. That it was exported is
/// in the log. For admins and viewers.
#[utoipa::path(get, path = "/api/audit/export", tag = "Audit", params(AuditFilter),
    responses((status = 200, content_type = "application/jsonl", body = String)))]
pub(in crate::http) async fn export(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(filter): Query<AuditFilter>,
) -> Result<Response, Refusal> {
    let export = door.services.audit().export(&caller, filter).await?;
    let name = disposition::attachment(&export.file_name);
    let kind = header::HeaderValue::from_static("application/jsonl");
    let kept = header::HeaderValue::from_static("no-store");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(export.into_stream())).into_response())
}

/// Where the log begins and ends, and when it was verified and sealed last. For admins and viewers.
#[utoipa::path(get, path = "/api/audit/chain", tag = "Audit", responses((status = 200, body = AuditChain)))]
pub(in crate::http) async fn chain(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<AuditChain>, Refusal> {
    Ok(Json(door.services.audit().chain(&caller).await?))
}

/// Walks along the whole log and tells the first line that does not fit. For admins and viewers, one at a time.
#[utoipa::path(post, path = "/api/audit/verify", tag = "Audit", responses((status = 200, body = AuditReport)))]
pub(in crate::http) async fn verify(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<AuditReport>, Refusal> {
    Ok(Json(door.services.audit().verify(&caller).await?))
}
