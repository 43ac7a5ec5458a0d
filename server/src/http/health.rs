//! Whether the process lives and whether it can work: for supervisors, not for people.

use super::{Door, faults::Refusal};
use axum::{Json, extract::State};
use serde::Serialize;

/// A sign of life.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
    /// `berth`, at `/health`.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'static str>,
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "Health", security(()), responses((status = 200, body = Health)))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", service: None })
}

/// The process answers, and says what it is.
#[utoipa::path(get, path = "/health", tag = "Health", security(()), responses((status = 200, body = Health)))]
pub(super) async fn health() -> Json<Health> {
    Json(Health { status: "ok", service: Some("berth") })
}

/// The database answers as well.
#[utoipa::path(get, path = "/readyz", tag = "Health", security(()), responses(
    (status = 200, body = Health),
    (status = 503, body = wire::Fault, description = "The database is out of reach"),
))]
pub(super) async fn readyz(State(door): State<Door>) -> Result<Json<Health>, Refusal> {
    match door.services.ready().await {
        Ok(()) => Ok(Json(Health { status: "ok", service: None })),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Err(Refusal::new(wire::FaultCode::Unavailable, "the database is out of reach; try again in a moment"))
        }
    }
}
