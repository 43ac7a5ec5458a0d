//! What a host is doing, for scripts.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, State},
};
use wire::monitor::MonitorFigures;

/// The figures of a host at this moment. Rates need two readings, so this takes a second unless somebody looks already; to
/// follow a host, use the WebSocket `/ws/monitor/{host}`.
#[utoipa::path(get, path = "/api/hosts/{id}/monitor", tag = "Monitor", params(("id" = String, Path)),
    responses((status = 200, body = MonitorFigures)))]
pub(in crate::http) async fn figures(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
) -> Result<Json<MonitorFigures>, Refusal> {
    door.services.monitor().once(&caller, &host).await.map(Json).map_err(Refusal)
}
