//! Imports and exports of the inventory: files in, files out.

use super::{Refusal, Signed, connection_files::is_form};
use crate::http::{Door, disposition, gate::Anew};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{FromRequest, Multipart, Query, Request, State, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use services::{
    Caller,
    inventory::{Exported, ImportFile},
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};
use wire::{
    AccountId, FaultCode,
    inventory::{ExportQuery, ImportQuery, ImportReport, LARGEST_IMPORT},
};

/// A form's own lines come on top of its files.
pub(in crate::http) const MOST_BYTES: usize = LARGEST_IMPORT + 1024 * 1024;
const MOST_FILES: usize = 200;
/// Bodies that are taken at once; others wait, so that they do not add up in memory.
const AT_ONCE: usize = 8;
/// Imports of one account that are taken or worked on at once.
const OF_ACCOUNT: usize = 4;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a body waits for a place.
const WAIT: Duration = Duration::from_secs(15);
/// When it may be tried again, in seconds.
const RETRY: u64 = 10;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);
static ACCOUNTS: LazyLock<Mutex<HashMap<AccountId, usize>>> = LazyLock::new(Mutex::default);

/// An import's place among those of its account.
struct Place(AccountId);

impl Place {
    fn take(account: &AccountId) -> Result<Self, Refusal> {
        let mut accounts = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let count = accounts.entry(account.clone()).or_default();
        if *count >= OF_ACCOUNT {
            let what = format!("{OF_ACCOUNT} imports of yours go on; wait for one to end");
            return Err(busy(FaultCode::TransferLimit, what));
        }
        *count += 1;
        Ok(Self(account.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut accounts = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let left = accounts.get_mut(&self.0).map_or(0, |count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == 0 {
            accounts.remove(&self.0);
        }
    }
}

fn busy(code: FaultCode, what: impl Into<String>) -> Refusal {
    let mut refusal = Refusal::new(code, what);
    refusal.0.retry_after_seconds = Some(RETRY);
    refusal
}

/// Imports hosts and folders, or says what importing them would do. The body is one file, or several as
/// `multipart/form-data`, 50 MB at most.
#[utoipa::path(post, path = "/api/inventory/import", tag = "Inventory", params(ImportQuery),
    request_body(content_type = "application/octet-stream", content = Vec<u8>),
    responses((status = 200, body = ImportReport)))]
pub(in crate::http) async fn import(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<ImportQuery>,
    anew: Anew,
    request: Request,
) -> Result<Json<ImportReport>, Refusal> {
    imported(door, (caller, anew), query, request).await
}

/// Takes a request's files and imports them.
pub(super) async fn imported(
    door: Door,
    (caller, anew): (Caller, Anew),
    query: ImportQuery,
    request: Request,
) -> Result<Json<ImportReport>, Refusal> {
    // Asked first: who may not import does not hold up those who may.
    door.services.inventory().may_import(&caller)?;
    let place = Place::take(caller.account())?;
    let files = files(request, query.name.as_deref()).await?;
    let caller = anew.caller(&door).await?;
    // In a task of its own: a client that goes away leaves nothing half-done behind.
    let work = async move {
        let _place = place;
        door.services.inventory().import(&caller, &query, files).await
    };
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
async fn files(request: Request, name: Option<&str>) -> Result<Vec<ImportFile>, Refusal> {
    let late = || Refusal::new(FaultCode::TimedOut, "the files took too long to arrive; send them again");
    let full = || busy(FaultCode::Unavailable, "many imports arrive just now; try again in a moment");
    let _place = timeout(WAIT, PLACES.acquire()).await.map_err(|_| full())?.map_err(|_| full())?;
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
