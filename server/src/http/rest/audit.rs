//! The audit log.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Query, State},
};
use wire::audit::{AuditList, AuditQuery};

/// What was done that matters, the newest first. For admins and viewers.
#[utoipa::path(get, path = "/api/audit", tag = "Audit", params(AuditQuery), responses((status = 200, body = AuditList)))]
pub(in crate::http) async fn audit(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditList>, Refusal> {
    Ok(Json(door.services.audit().list(&caller, &query).await?))
}
