//! Recordings: list and search, what is known of one, its pieces for the player, the moments that showed a text, the
//! file, deletion.

use super::{Refusal, Signed};
use crate::http::Door;
use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use wire::{
    RecordingId,
    recordings::{RecordingChunk, RecordingDetail, RecordingList, RecordingMoments, RecordingQuery, RecordingSearch},
};

/// The recordings that the caller may watch, the newest first; with `search`, those that showed a text.
#[utoipa::path(get, path = "/api/recordings", tag = "Recordings", params(RecordingQuery),
    responses((status = 200, body = RecordingList)))]
pub(in crate::http) async fn list(
    State(door): State<Door>,
    Signed(caller): Signed,
    Query(query): Query<RecordingQuery>,
) -> Result<Json<RecordingList>, Refusal> {
    Ok(Json(door.services.recordings().list(&caller, query).await?))
}

/// What is known of a recording: its chunks and the commands in it.
#[utoipa::path(get, path = "/api/recordings/{id}", tag = "Recordings", params(("id" = String, Path)),
    responses((status = 200, body = RecordingDetail)))]
pub(in crate::http) async fn get(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RecordingId>,
) -> Result<Json<RecordingDetail>, Refusal> {
    Ok(Json(door.services.recordings().get(&caller, &id).await?))
}

/// A piece of a recording that can be played by itself.
#[utoipa::path(get, path = "/api/recordings/{id}/chunks/{number}", tag = "Recordings",
    params(("id" = String, Path), ("number" = u32, Path)), responses((status = 200, body = RecordingChunk)))]
pub(in crate::http) async fn chunk(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path((id, number)): Path<(RecordingId, u32)>,
) -> Result<Json<RecordingChunk>, Refusal> {
    Ok(Json(door.services.recordings().chunk(&caller, &id, number).await?))
}

/// Where the recording showed a text: the lines, each where it was shown first. A running one is searched so far.
#[utoipa::path(get, path = "/api/recordings/{id}/search", tag = "Recordings",
    params(("id" = String, Path), RecordingSearch), responses((status = 200, body = RecordingMoments)))]
pub(in crate::http) async fn search(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RecordingId>,
    Query(query): Query<RecordingSearch>,
) -> Result<Json<RecordingMoments>, Refusal> {
    Ok(Json(door.services.recordings().moments(&caller, &id, &query.q).await?))
}

/// The recording as plain asciicast version 2, which `asciinema play` plays. Of a running one, what there is so far.
#[utoipa::path(get, path = "/api/recordings/{id}/cast", tag = "Recordings", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/x-asciicast", body = String)))]
pub(in crate::http) async fn cast(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RecordingId>,
) -> Result<Response, Refusal> {
    let download = door.services.recordings().cast(&caller, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-asciicast".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", download.file_name)),
    ];
    Ok((headers, Body::from_stream(download.into_stream())).into_response())
}

/// Deletes a recording: an admin any, an owner their own unless a policy required it.
#[utoipa::path(delete, path = "/api/recordings/{id}", tag = "Recordings", params(("id" = String, Path)),
    responses((status = 204)))]
pub(in crate::http) async fn delete(
    State(door): State<Door>,
    Signed(caller): Signed,
    Path(id): Path<RecordingId>,
) -> Result<StatusCode, Refusal> {
    door.services.recordings().delete(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
