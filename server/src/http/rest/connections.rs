//! Connections of scripts: the Connections table of SPEC §12, without its files.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use wire::connections::{
    ConnectFtpRequest, ConnectSshRequest, ConnectionClosed, ConnectionList, ConnectionOpened, ConnectionsCleaned,
    ExecuteRequest, Executed, SshConnectRequest, SshConnected, SshDisconnected, SshStatus,
};

/// Query of the `/ssh` requests.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(in crate::http) struct SshQuery {
    /// The connection's name; `default` when left out.
    session_id: Option<String>,
    /// The signed-in account, by id or name; an admin may name another one.
    user_id: Option<String>,
}

/// Opens an SSH connection under a name, in place of one that has it. The host key must be trusted: name it as
/// `fingerprint` after a refusal that shows it.
#[utoipa::path(post, path = "/ssh/connect", tag = "Connections", params(SshQuery), request_body = SshConnectRequest,
    responses((status = 200, body = SshConnected),
        (status = 409, body = wire::Fault, description = "The host key is not trusted; the scan comes along"),
        (status = 429, body = wire::Fault, description = "As many stand as an account may have"),
        (status = 502, body = wire::Fault, description = "Connecting or signing in failed")))]
pub(in crate::http) async fn ssh_connect(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<SshQuery>,
    Json(mut request): Json<SshConnectRequest>,
) -> Result<Json<SshConnected>, Refusal> {
    request.user_id = request.user_id.or(query.user_id);
    Ok(Json(door.services.connections().ssh_connect(&caller, query.session_id.as_deref(), request).await?))
}

/// The account's SSH connections.
#[utoipa::path(get, path = "/ssh/status", tag = "Connections", params(SshQuery),
    responses((status = 200, body = SshStatus),
        (status = 404, body = wire::Fault, description = "There is no account of this `user_id`")))]
pub(in crate::http) async fn ssh_status(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<SshQuery>,
) -> Result<Json<SshStatus>, Refusal> {
    Ok(Json(door.services.connections().ssh_status(&caller, query.user_id.as_deref()).await?))
}

/// Ends an SSH connection by its name.
#[utoipa::path(post, path = "/ssh/disconnect", tag = "Connections", params(SshQuery),
    responses((status = 200, body = SshDisconnected), (status = 404, body = wire::Fault)))]
pub(in crate::http) async fn ssh_disconnect(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<SshQuery>,
) -> Result<Json<SshDisconnected>, Refusal> {
    let (user_id, name) = (query.user_id.as_deref(), query.session_id.as_deref());
    Ok(Json(door.services.connections().ssh_disconnect(&caller, user_id, name).await?))
}

/// Opens an SSH connection with a password, or with a key of the vault that `keyPath` names.
#[utoipa::path(post, path = "/connections/ssh", tag = "Connections", request_body = ConnectSshRequest,
    responses((status = 200, body = ConnectionOpened),
        (status = 409, body = wire::Fault, description = "The host key is not trusted; the scan comes along"),
        (status = 429, body = wire::Fault, description = "As many stand as an account may have"),
        (status = 502, body = wire::Fault, description = "Connecting or signing in failed")))]
pub(in crate::http) async fn open_ssh(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<ConnectSshRequest>,
) -> Result<Json<ConnectionOpened>, Refusal> {
    Ok(Json(door.services.connections().open_ssh(&caller, request).await?))
}

/// Opens an FTP connection, with TLS or without.
#[utoipa::path(post, path = "/connections/ftp", tag = "Connections", request_body = ConnectFtpRequest,
    responses((status = 200, body = ConnectionOpened),
        (status = 409, body = wire::Fault, description = "The certificate is not trusted; its fingerprint comes along"),
        (status = 429, body = wire::Fault, description = "As many stand as an account may have"),
        (status = 502, body = wire::Fault, description = "Connecting or signing in failed")))]
pub(in crate::http) async fn open_ftp(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(request): Json<ConnectFtpRequest>,
) -> Result<Json<ConnectionOpened>, Refusal> {
    Ok(Json(door.services.connections().open_ftp(&caller, request).await?))
}

/// The account's connections, the oldest first.
#[utoipa::path(get, path = "/connections", tag = "Connections", responses((status = 200, body = ConnectionList)))]
pub(in crate::http) async fn list(State(door): State<Door>, Signed(caller): Signed) -> Json<ConnectionList> {
    Json(door.services.connections().list(&caller))
}

/// Ends a connection and what runs over it.
#[utoipa::path(delete, path = "/connections/{id}", tag = "Connections", params(("id" = String, Path)),
    responses((status = 200, body = ConnectionClosed), (status = 404, body = wire::Fault)))]
pub(in crate::http) async fn close(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Json<ConnectionClosed>, Refusal> {
    Ok(Json(door.services.connections().close(&caller, &id).await?))
}

/// Runs a command on a connection.
#[utoipa::path(post, path = "/connections/{id}/execute", tag = "Connections", params(("id" = String, Path)),
    request_body = ExecuteRequest,
    responses((status = 200, body = Executed), (status = 400, body = wire::Fault, description = "FTP runs no commands")))]
pub(in crate::http) async fn execute(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Json(request): Json<ExecuteRequest>,
) -> Result<Json<Executed>, Refusal> {
    Ok(Json(door.services.connections().execute(&caller, &id, request).await?))
}

/// Puts connections away that no longer stand.
#[utoipa::path(post, path = "/connections/cleanup", tag = "Connections", responses((status = 200, body = ConnectionsCleaned)))]
pub(in crate::http) async fn cleanup(State(door): State<Door>, Signed(caller): Signed) -> Json<ConnectionsCleaned> {
    Json(door.services.connections().cleanup(&caller).await)
}
