//! Imports and exports of the inventory: files in, files out.

use super::{Refusal, Signed, connection_files::is_form};
use crate::http::{Door, disposition};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{FromRequest, Multipart, Query, Request, State, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use services::inventory::{Exported, ImportFile};
use std::time::Duration;
use tokio::{sync::Semaphore, time::timeout};

use wire::{
    FaultCode,
    inventory::{ExportQuery, ImportQuery, ImportReport, LARGEST_IMPORT},
};

/// A form's own lines come on top of its files.
pub(in crate::http) const MOST_BYTES: usize = LARGEST_IMPORT + 1024 * 1024;
const MOST_FILES: usize = 200;
/// Bodies that are taken at once; others wait, so that they do not add up in memory.
const AT_ONCE: usize = 4;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(120);

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Imports hosts and folders, or says what importing them would do. The body is one file, or several as
/// `multipart/form-data`, 50 MB at most.
#[utoipa::path(post, path = "/api/inventory/import", tag = "Inventory", params(ImportQuery),
    request_body(content_type = "application/octet-stream", content = Vec<u8>),
    responses((status = 200, body = ImportReport)))]
pub(in crate::http) async fn import(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Json<ImportReport>, Refusal> {
    let files = files(request, query.name.as_deref()).await?;
    // In a task of its own: a client that goes away leaves nothing half-done behind.
    let work = async move { door.services.inventory().import(&caller, &query, files).await };
    let done = tokio::spawn(work).await;
    Ok(Json(done.map_err(|_| Refusal::new(FaultCode::Internal, "the import broke off"))??))
}

/// The hosts and folders in the form that is asked for, as a file.
#[utoipa::path(get, path = "/api/inventory/export", tag = "Inventory", params(ExportQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(in crate::http) async fn export(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Refusal> {
    Ok(attached(door.services.inventory().export(&caller, &query).await?))
}

/// A file that the browser saves.
pub(super) fn attached(exported: Exported) -> Response {
    let mut response = Response::new(Body::from(exported.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(exported.media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_DISPOSITION, disposition::attachment(exported.name));
    response
}

/// The files of a request: its body, or the files of its form.
pub(super) async fn files(request: Request, name: Option<&str>) -> Result<Vec<ImportFile>, Refusal> {
    let late = || Refusal::new(FaultCode::TimedOut, "the files took too long to arrive; send them again");
    let _turn = TURNS.acquire().await.map_err(|_| late())?;
    timeout(PATIENCE, taken(request, name)).await.map_err(|_| late())?
}

async fn taken(request: Request, name: Option<&str>) -> Result<Vec<ImportFile>, Refusal> {
    if is_form(request.headers()) {
        let form = Multipart::from_request(request, &()).await;
        return of_form(form.map_err(|error| Refusal::new(FaultCode::BadInput, error.body_text()))?).await;
    }
    let bytes = to_bytes(request.into_body(), MOST_BYTES).await.map_err(|_| too_large())?;
    let name = name.filter(|name| !name.is_empty()).unwrap_or("the file").to_owned();
    Ok(if bytes.is_empty() { Vec::new() } else { vec![ImportFile { name, bytes }] })
}

async fn of_form(mut form: Multipart) -> Result<Vec<ImportFile>, Refusal> {
    let unreadable = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Refusal::new(FaultCode::BadInput, format!("the form cannot be read: {}", error.body_text())),
    };
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        if files.len() == MOST_FILES {
            return Err(too_large());
        }
        files.push(ImportFile { name, bytes: part.bytes().await.map_err(unreadable)? });
    }
    Ok(files)
}

fn too_large() -> Refusal {
    let most = LARGEST_IMPORT / 1024 / 1024;
    Refusal::new(
        FaultCode::TooLarge,
        format!("an import holds {most} MB and {MOST_FILES} files at most; import in parts"),
    )
}
