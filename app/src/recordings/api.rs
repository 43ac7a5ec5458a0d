//! What the page asks of recordings: the REST interface, which plays them for every other client too.
//!
//! No server functions here, as elsewhere: the file is fetched by address in any case, the pieces are megabytes that
//! need no second door, and what plays in the page is thereby what plays for everybody.

use crate::{client, error::AppError};
use js_sys::encode_uri_component;
use wire::{
    RecordingId,
    recordings::{RecordingChunk, RecordingDetail, RecordingList, RecordingMoments, RecordingQuery},
};

/// The recordings that the account may watch, the newest first.
pub(super) async fn list(query: RecordingQuery) -> Result<RecordingList, AppError> {
    let limit = query.limit.map(|limit| limit.to_string());
    let words = [
        ("host", query.host),
        ("account", query.account),
        ("search", query.search),
        ("cursor", query.cursor),
        ("limit", limit),
    ];
    let words = words.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<_> =
        words.map(|(name, value)| format!("{name}={}", String::from(encode_uri_component(&value)))).collect();
    client::get_json(&format!("/api/recordings?{}", pairs.join("&"))).await
}

/// What is known of a recording: its pieces and the commands in it.
pub(super) async fn detail(id: RecordingId) -> Result<RecordingDetail, AppError> {
    client::get_json(&format!("/api/recordings/{id}")).await
}

/// A piece of a recording that can be played by itself.
pub(super) async fn chunk(id: RecordingId, number: u32) -> Result<RecordingChunk, AppError> {
    client::get_json(&format!("/api/recordings/{id}/chunks/{number}")).await
}

/// Where a recording showed a text.
pub(super) async fn search(id: RecordingId, text: &str) -> Result<RecordingMoments, AppError> {
    client::get_json(&format!("/api/recordings/{id}/search?q={}", String::from(encode_uri_component(text)))).await
}

/// Deletes a recording.
pub(super) async fn delete(id: RecordingId) -> Result<(), AppError> {
    client::delete(&format!("/api/recordings/{id}")).await
}
