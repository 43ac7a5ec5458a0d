//! Files on hosts: looking, changing, up and down.

use super::{Refusal, Signed};
use crate::http::{Door, content, gate::Anew};
use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use wire::{
    FaultCode,
    files::{
        ContentQuery, CopyRequest, Entry, FilesCount, FilesLogin, FinishRequest, FolderQuery, FolderView, LARGEST_TEXT,
        LinkRequest, ModeRequest, PathQuery, PathsRequest, RenameRequest, TextDraft, TextFile, TextSaved, TransferView,
        UploadQuery, UploadView,
    },
};

/// A text of the largest size as JSON, however much of it is escaped.
const MAX_TEXT_BODY: usize = 6 * LARGEST_TEXT as usize + 64 * 1024;

/// What is in a folder of a host.
#[utoipa::path(get, path = "/api/hosts/{id}/files", tag = "Files", params(("id" = String, Path), FolderQuery),
    responses((status = 200, body = FolderView)))]
pub(in crate::http) async fn folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<FolderQuery>,
) -> Result<Json<FolderView>, Refusal> {
    Ok(Json(door.services.files().folder(&caller, &host, query.path.as_ref()).await?))
}

/// Opens a way to the files of a host that asks for its secret every time, for as long as links stay unused
/// (`[hosts] link_idle`). What is typed is not stored.
#[utoipa::path(post, path = "/api/hosts/{id}/files/open", tag = "Files", params(("id" = String, Path)),
    request_body = FilesLogin, responses((status = 204)))]
pub(in crate::http) async fn open(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(typed): Json<FilesLogin>,
) -> Result<StatusCode, Refusal> {
    door.services.files().unlock(&caller, &host, typed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is known about a file, a folder or a link itself.
#[utoipa::path(get, path = "/api/hosts/{id}/files/entry", tag = "Files", params(("id" = String, Path), PathQuery),
    responses((status = 200, body = Entry)))]
pub(in crate::http) async fn entry(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<Json<Entry>, Refusal> {
    Ok(Json(door.services.files().entry(&caller, &host, &query.path).await?))
}

/// The bytes of a file, with `Range`, `If-Range` and `If-None-Match`. To be saved, but for previews.
#[utoipa::path(get, path = "/api/hosts/{id}/files/content", tag = "Files", params(("id" = String, Path), ContentQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String), (status = 206), (status = 304)))]
pub(in crate::http) async fn content(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<ContentQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let download = door.services.files().download(&caller, &host, &query.path).await?;
    content::file(download, &headers, query.preview).await
}

/// A folder with all that is in it as a tar. What could not be read is listed in `berth-missing.txt` inside.
#[utoipa::path(get, path = "/api/hosts/{id}/files/archive", tag = "Files", params(("id" = String, Path), PathQuery),
    responses((status = 200, content_type = "application/x-tar", body = String)))]
pub(in crate::http) async fn archive(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<Response, Refusal> {
    let archive = door.services.files().archive(&caller, &host, &query.path).await?;
    let name = archive.name().to_owned();
    Ok(content::stream(&name, "application/x-tar", archive.into_stream()))
}

/// How far an upload to this path is, and what has the name.
#[utoipa::path(get, path = "/api/hosts/{id}/files/upload", tag = "Files", params(("id" = String, Path), PathQuery),
    responses((status = 200, body = UploadView)))]
pub(in crate::http) async fn upload_state(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<Json<UploadView>, Refusal> {
    Ok(Json(door.services.files().upload_state(&caller, &host, &query.path).await?))
}

/// Gives an upload up: the part file is deleted.
#[utoipa::path(delete, path = "/api/hosts/{id}/files/upload", tag = "Files", params(("id" = String, Path), PathQuery),
    responses((status = 204)))]
pub(in crate::http) async fn abandon_upload(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<StatusCode, Refusal> {
    door.services.files().abandon_upload(&caller, &host, &query.path).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bytes of a file from an offset on, into `NAME.berth-part` beside it. `…/files/finish` gives it its name.
#[utoipa::path(put, path = "/api/hosts/{id}/files/content", tag = "Files", params(("id" = String, Path), UploadQuery),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = UploadView)))]
pub(in crate::http) async fn upload(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Result<Json<UploadView>, Refusal> {
    let bytes = body.into_data_stream();
    Ok(Json(door.services.files().upload(&caller, &host, &query, bytes).await?))
}

/// Gives an upload its name, when its length (and its SHA-256, if given) is what it should be.
#[utoipa::path(post, path = "/api/hosts/{id}/files/finish", tag = "Files", params(("id" = String, Path)),
    request_body = FinishRequest, responses((status = 200, body = Entry)))]
pub(in crate::http) async fn finish(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<FinishRequest>,
) -> Result<Json<Entry>, Refusal> {
    Ok(Json(door.services.files().finish_upload(&caller, &host, &request).await?))
}

/// A text to be edited, with what it is told by when it is saved.
#[utoipa::path(get, path = "/api/hosts/{id}/files/text", tag = "Files", params(("id" = String, Path), PathQuery),
    responses((status = 200, body = TextFile)))]
pub(in crate::http) async fn text(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Query(query): Query<PathQuery>,
) -> Result<Json<TextFile>, Refusal> {
    Ok(Json(door.services.files().text(&caller, &host, &query.path).await?))
}

/// Saves a text. The file is what it was until the new text is whole; one that changed meanwhile is not written over.
#[utoipa::path(put, path = "/api/hosts/{id}/files/text", tag = "Files", params(("id" = String, Path)),
    request_body = TextDraft, responses((status = 200, body = TextSaved)))]
pub(in crate::http) async fn save_text(
    State(door): State<Door>,
    Path(host): Path<String>,
    anew: Anew,
    body: Body,
) -> Result<Json<TextSaved>, Refusal> {
    let body = axum::body::to_bytes(body, MAX_TEXT_BODY).await;
    let body = body.map_err(|_| Refusal::new(FaultCode::TooLarge, "this text is too large, or came only in part"))?;
    let draft: TextDraft = serde_json::from_slice(&body)
        .map_err(|why| Refusal::new(FaultCode::BadInput, format!("the text cannot be read: {why}")))?;
    let caller = anew.caller(&door).await?;
    Ok(Json(door.services.files().save_text(&caller, &host, draft).await?))
}

/// Makes a folder.
#[utoipa::path(post, path = "/api/hosts/{id}/files/folder", tag = "Files", params(("id" = String, Path)),
    request_body = PathQuery, responses((status = 201, body = Entry)))]
pub(in crate::http) async fn make_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<PathQuery>,
) -> Result<(StatusCode, Json<Entry>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.files().make_folder(&caller, &host, &request.path).await?)))
}

/// Renames or moves on the host.
#[utoipa::path(post, path = "/api/hosts/{id}/files/rename", tag = "Files", params(("id" = String, Path)),
    request_body = RenameRequest, responses((status = 200, body = Entry)))]
pub(in crate::http) async fn rename(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<RenameRequest>,
) -> Result<Json<Entry>, Refusal> {
    Ok(Json(door.services.files().rename(&caller, &host, &request).await?))
}

/// Changes rights.
#[utoipa::path(post, path = "/api/hosts/{id}/files/mode", tag = "Files", params(("id" = String, Path)),
    request_body = ModeRequest, responses((status = 200, body = Entry)))]
pub(in crate::http) async fn mode(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<ModeRequest>,
) -> Result<Json<Entry>, Refusal> {
    Ok(Json(door.services.files().set_mode(&caller, &host, &request).await?))
}

/// Makes a symbolic link.
#[utoipa::path(post, path = "/api/hosts/{id}/files/link", tag = "Files", params(("id" = String, Path)),
    request_body = LinkRequest, responses((status = 201, body = Entry)))]
pub(in crate::http) async fn link(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<LinkRequest>,
) -> Result<(StatusCode, Json<Entry>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.files().make_link(&caller, &host, &request).await?)))
}

/// How much these are, folders looked into, before they are deleted. Counting ends at 100,000.
#[utoipa::path(post, path = "/api/hosts/{id}/files/count", tag = "Files", params(("id" = String, Path)),
    request_body = PathsRequest, responses((status = 200, body = FilesCount)))]
pub(in crate::http) async fn count(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<PathsRequest>,
) -> Result<Json<FilesCount>, Refusal> {
    Ok(Json(door.services.files().count(&caller, &host, &request).await?))
}

/// Begins to delete files, and folders with all that is in them. Links are not followed.
#[utoipa::path(post, path = "/api/hosts/{id}/files/delete", tag = "Files", params(("id" = String, Path)),
    request_body = PathsRequest, responses((status = 202, body = TransferView)))]
pub(in crate::http) async fn delete(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<PathsRequest>,
) -> Result<(StatusCode, Json<TransferView>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(door.services.files().delete(&caller, &host, &request).await?)))
}

/// Begins to copy files and folders into a folder, of the same host or of another one.
#[utoipa::path(post, path = "/api/hosts/{id}/files/copy", tag = "Files", params(("id" = String, Path)),
    request_body = CopyRequest, responses((status = 202, body = TransferView)))]
pub(in crate::http) async fn copy(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(host): Path<String>,
    Json(request): Json<CopyRequest>,
) -> Result<(StatusCode, Json<TransferView>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(door.services.files().copy(&caller, &host, request).await?)))
}
