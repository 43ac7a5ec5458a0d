//! Saved hosts as clients of the earlier systems know them: `/api/sessions*` of SPEC §12.

use super::{
    Refusal, Signed,
    imports::{attached, imported},
};
use crate::http::{Door, gate::Anew};
use axum::{
    Json,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use wire::inventory::{
    ExportQuery, Form, ImportMode, ImportQuery, ImportReport, LibraryDone, LibraryDraft, LibraryFolder,
    LibraryFolderDraft, LibrarySession,
};

/// Query of POST `/api/sessions/import`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(in crate::http) struct LibraryImportQuery {
    /// What becomes of hosts that are there already.
    #[param(inline)]
    mode: ImportMode,
    /// Whether to say what would change, and change nothing.
    dry_run: bool,
}

/// The saved hosts by folder.
#[utoipa::path(get, path = "/api/sessions", tag = "Library", responses((status = 200, body = Vec<LibraryFolder>)))]
pub(in crate::http) async fn sessions(
    State(door): State<Door>,
    Signed(caller): Signed,
) -> Result<Json<Vec<LibraryFolder>>, Refusal> {
    Ok(Json(door.services.inventory().library(&caller).await?))
}

/// Saves a host.
#[utoipa::path(post, path = "/api/sessions", tag = "Library", request_body = LibraryDraft,
    responses((status = 201, body = LibrarySession)))]
pub(in crate::http) async fn add(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<LibraryDraft>,
) -> Result<(StatusCode, Json<LibrarySession>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().library_add(&caller, draft).await?)))
}

/// Changes a saved host. Its id changes with its name, address, port or folder.
#[utoipa::path(put, path = "/api/sessions/{id}", tag = "Library", params(("id" = String, Path)), request_body = LibraryDraft,
    responses((status = 200, body = LibrarySession)))]
pub(in crate::http) async fn update(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Json(draft): Json<LibraryDraft>,
) -> Result<Json<LibrarySession>, Refusal> {
    Ok(Json(door.services.inventory().library_update(&caller, &id, draft).await?))
}

/// Deletes a saved host.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "Library", params(("id" = String, Path)),
    responses((status = 200, body = LibraryDone)))]
pub(in crate::http) async fn delete(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Json<LibraryDone>, Refusal> {
    Ok(Json(door.services.inventory().library_delete(&caller, &id).await?))
}

/// Makes a folder; 409 when there is one of this name.
#[utoipa::path(post, path = "/api/sessions/folders", tag = "Library", request_body = LibraryFolderDraft,
    responses((status = 201, body = LibraryDone)))]
pub(in crate::http) async fn add_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Json(draft): Json<LibraryFolderDraft>,
) -> Result<(StatusCode, Json<LibraryDone>), Refusal> {
    Ok((StatusCode::CREATED, Json(door.services.inventory().library_add_folder(&caller, &draft.folder_name).await?)))
}

/// Renames a folder; 409 when there is one of the new name.
#[utoipa::path(put, path = "/api/sessions/folders/{name}", tag = "Library", params(("name" = String, Path)),
    request_body = LibraryFolderDraft, responses((status = 200, body = LibraryDone)))]
pub(in crate::http) async fn rename_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(name): Path<String>,
    Json(draft): Json<LibraryFolderDraft>,
) -> Result<Json<LibraryDone>, Refusal> {
    Ok(Json(door.services.inventory().library_rename_folder(&caller, &name, &draft.folder_name).await?))
}

/// Deletes an empty folder; 409 when it is not empty.
#[utoipa::path(delete, path = "/api/sessions/folders/{name}", tag = "Library", params(("name" = String, Path)),
    responses((status = 200, body = LibraryDone)))]
pub(in crate::http) async fn delete_folder(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(name): Path<String>,
) -> Result<Json<LibraryDone>, Refusal> {
    Ok(Json(door.services.inventory().library_delete_folder(&caller, &name).await?))
}

/// Imports hosts and folders from YAML, 50 MB at most, or says what importing them would do.
#[utoipa::path(post, path = "/api/sessions/import", tag = "Library", params(LibraryImportQuery),
    request_body(content_type = "application/yaml", content = String),
    responses((status = 200, body = ImportReport)))]
pub(in crate::http) async fn import(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<LibraryImportQuery>,
    anew: Anew,
    request: Request,
) -> Result<Json<ImportReport>, Refusal> {
    let LibraryImportQuery { mode, dry_run } = query;
    let query = ImportQuery { form: Some(Form::Yaml), mode, dry_run, ..ImportQuery::default() };
    imported(door, (caller, anew), query, request).await
}

/// The saved hosts as YAML.
#[utoipa::path(get, path = "/api/sessions/export", tag = "Library",
    responses((status = 200, content_type = "application/yaml", body = String)))]
pub(in crate::http) async fn export(State(door): State<Door>, Signed(caller): Signed) -> Result<Response, Refusal> {
    let query = ExportQuery { form: Form::Yaml, folder_id: None };
    Ok(attached(door.services.inventory().export(&caller, &query).await?))
}
