//! Files over connections of scripts: the Connections table of SPEC §12. Bodies are streamed both ways, with no limit to
//! their length and none of them on this server's disk.

use super::{Refusal, Signed};
use crate::http::{Door, disposition, gate::Anew, range};
use axum::{
    Json,
    body::Body,
    extract::{FromRequest, Multipart, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use serde::Deserialize;
use services::connections::Upload;
use std::{pin::pin, time::Duration};
use tokio::time::timeout;
use wire::{
    FaultCode,
    connections::{ConnectionFiles, DownloadRequest, FsList, FsRead, Uploaded},
};

/// How long a body may bring nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// Query of GET `/connections/{id}/files`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(in crate::http) struct PathQuery {
    /// A directory of the host; where it starts when left out.
    path: Option<String>,
}

/// Query of POST `/connections/{id}/upload`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
pub(in crate::http) struct UploadQuery {
    /// Where the file goes on the host.
    remote_path: String,
}

/// Query of GET `/api/fs/list`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(in crate::http) struct FsListQuery {
    /// A directory of the host; where it starts when left out.
    path: Option<String>,
    /// The connection; `default`, else the SSH connection that was opened last.
    session_id: Option<String>,
}

/// Query of GET `/api/fs/read`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(in crate::http) struct FsReadQuery {
    /// A file of the host.
    path: String,
    /// Where to begin, in bytes.
    offset: u64,
    /// How many bytes, at most 1048576; 65536 when left out.
    length: Option<u64>,
    /// As for GET `/api/fs/list`.
    session_id: Option<String>,
}

/// What is in a directory of the host.
#[utoipa::path(get, path = "/connections/{id}/files", tag = "Connections", params(("id" = String, Path), PathQuery),
    responses((status = 200, body = ConnectionFiles)))]
pub(in crate::http) async fn files(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<Json<ConnectionFiles>, Refusal> {
    Ok(Json(door.services.connections().files(&caller, &id, query.path.as_deref()).await?))
}

/// A file's bytes, or with `Range: bytes=…` a part of them.
#[utoipa::path(post, path = "/connections/{id}/download", tag = "Connections", params(("id" = String, Path)),
    request_body = DownloadRequest,
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 416, body = wire::Fault, description = "The file has no such part")))]
pub(in crate::http) async fn download(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(request): Json<DownloadRequest>,
) -> Result<Response, Refusal> {
    let download = door.services.connections().download(&caller, &id, &request.remote_path).await?;
    let (size, name) = (download.size(), download.name());
    let part = match range::asked(&headers, size) {
        range::Asked::All => None,
        range::Asked::Part(part) => Some(part),
        range::Asked::Nothing => return Ok(no_such_part(size)),
    };
    let (from, length) = part.map_or((0, size), |part| (part.from, part.length));
    let body = Body::from_stream(download.read(from, length).await?);
    let mut response = Response::new(body);
    *response.status_mut() = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_DISPOSITION, disposition::attachment(&name));
    if part.is_some() {
        headers.insert(header::CONTENT_RANGE, range::content_range(from, length, size));
    }
    Ok(response)
}

fn no_such_part(size: u64) -> Response {
    let text = format!("the file has {size} bytes; ask for a range within them");
    let mut response = Refusal::new(FaultCode::BadInput, text).into_response();
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    response.headers_mut().insert(header::CONTENT_RANGE, range::unsatisfied(size));
    response
}

/// Takes a file of any length: as the body itself, or as the first file of a multipart form. It has another name on the
/// host until it is whole.
#[utoipa::path(post, path = "/connections/{id}/upload", tag = "Connections", params(("id" = String, Path), UploadQuery),
    request_body(content_type = "application/octet-stream", content = Vec<u8>),
    responses((status = 200, body = Uploaded)))]
pub(in crate::http) async fn upload(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Query(query): Query<UploadQuery>,
    anew: Anew,
    request: Request,
) -> Result<Json<Uploaded>, Refusal> {
    // In a task of its own: a client that goes away leaves nothing half-done behind.
    let work = async move {
        let connections = door.services.connections();
        if !is_form(request.headers()) {
            let upload = connections.upload(&caller, &id, &query.remote_path, None).await?;
            return take(upload, request.into_body().into_data_stream()).await;
        }
        let mut form = Multipart::from_request(request, &()).await.map_err(|why| broken(&why.body_text()))?;
        let field = timeout(SILENCE, form.next_field()).await.map_err(|_| silent())?;
        let field = field.map_err(|why| broken(&why.body_text()))?.ok_or_else(|| broken("the form is empty"))?;
        let caller = anew.caller(&door).await?;
        let upload = connections.upload(&caller, &id, &query.remote_path, field.file_name()).await?;
        take(upload, field).await
    };
    let done = tokio::spawn(tracing::Instrument::in_current_span(work)).await;
    let done = done.map_err(|_| Refusal::new(FaultCode::Internal, "the upload broke off; try again"))?;
    done.map(Json)
}

/// Whether the body is a form with files in it.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

fn broken(why: &str) -> Refusal {
    Refusal::new(FaultCode::BadInput, format!("the upload ended early and was thrown away: {why}; send it again"))
}

fn silent() -> Refusal {
    broken("nothing came for a minute")
}

async fn take<E: std::fmt::Display>(
    mut upload: Upload,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Uploaded, Refusal> {
    let mut body = pin!(body);
    loop {
        let failed = match timeout(SILENCE, body.next()).await {
            Ok(Some(Ok(piece))) => match upload.write(piece).await {
                Ok(()) => continue,
                Err(error) => Refusal::from(error),
            },
            Ok(None) => return Ok(upload.finish().await?),
            Ok(Some(Err(why))) => broken(&why.to_string()),
            Err(_) => silent(),
        };
        upload.give_up().await;
        return Err(failed);
    }
}

/// What is in a directory of the host, in few words.
#[utoipa::path(get, path = "/api/fs/list", tag = "Connections", params(FsListQuery), responses((status = 200, body = FsList)))]
pub(in crate::http) async fn fs_list(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<FsListQuery>,
) -> Result<Json<FsList>, Refusal> {
    let (id, path) = (query.session_id.as_deref(), query.path.as_deref());
    Ok(Json(door.services.connections().fs_list(&caller, id, path).await?))
}

/// A piece of a file.
#[utoipa::path(get, path = "/api/fs/read", tag = "Connections", params(FsReadQuery), responses((status = 200, body = FsRead)))]
pub(in crate::http) async fn fs_read(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<FsReadQuery>,
) -> Result<Json<FsRead>, Refusal> {
    let FsReadQuery { path, offset, length, session_id } = query;
    Ok(Json(door.services.connections().fs_read(&caller, session_id.as_deref(), &path, offset, length).await?))
}
