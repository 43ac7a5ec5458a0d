//! Recordings as they are listed, searched and played.

use crate::{AccountId, HostId, RecordingId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a recording is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// The session goes on and is being recorded.
    Running,
    /// All of the session is there.
    Finished,
    /// It breaks off before the session's end; the message says why.
    Failed,
}

/// Query of GET `/api/recordings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct RecordingQuery {
    /// Only of the host with this id, or with exactly this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Only of the account with this id or name. Left out: the caller's own; for an admin and a viewer, everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only those that showed this text, whatever its case; a running one is not searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most this many; 50 when left out, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A recording as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingView {
    /// The recording's id.
    pub id: RecordingId,
    /// The session that it shows. While `running`, attach to it to watch it live.
    pub session_id: SessionId,
    /// Whose session it was.
    pub account_id: AccountId,
    /// That account's name at the time.
    pub account: String,
    /// The host; missing when it was not in the inventory.
    pub host_id: Option<HostId>,
    /// The host's name at the time.
    pub host_name: String,
    /// The username on the host.
    pub username: String,
    /// Where it is in its life.
    pub state: RecordingState,
    /// Whether the session goes on.
    pub running: bool,
    /// Why it breaks off, when it failed.
    pub message: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long it is, in milliseconds; of a running one so far.
    pub duration_ms: u64,
    /// Width of the terminal at the beginning, in cells.
    pub cols: u16,
    /// Height of the terminal at the beginning, in cells.
    pub rows: u16,
    /// How large its file is, in bytes; 0 when the file is not there.
    pub bytes: u64,
    /// How many commands were marked in it.
    pub commands: u32,
    /// Whether the file is sealed under the server's key.
    pub sealed: bool,
    /// Whether a policy required it.
    pub required: bool,
    /// Whether its file is gone: nothing can be played.
    pub missing: bool,
    /// Whether the caller may delete it.
    pub may_delete: bool,
    /// Where the text that was searched for was shown; the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<RecordingMatch>,
}

/// Where a searched text was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingMatch {
    /// When all of the line was there, in milliseconds from the recording's start.
    pub at_ms: u64,
    /// The line that shows it.
    pub excerpt: String,
}

/// Query of GET `/api/recordings/{id}/search`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
pub struct RecordingSearch {
    /// The text to look for, whatever its case; 200 bytes at most.
    pub q: String,
}

/// Answer of GET `/api/recordings/{id}/search`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingMoments {
    /// The lines that showed it, each where it was shown first, in the order of time; 200 at most.
    pub moments: Vec<RecordingMatch>,
    /// Whether there are more.
    pub more: bool,
}

/// Answer of GET `/api/recordings`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingList {
    /// The newest first.
    pub recordings: Vec<RecordingView>,
    /// Asks for the next page; missing on the last one. A search may answer a short page, even an empty one, and go on.
    pub next_cursor: Option<String>,
}

/// Answer of GET `/api/recordings/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingDetail {
    /// As in the list.
    #[serde(flatten)]
    pub recording: RecordingView,
    /// The pieces that it is played from, in order; of a running one there will be more.
    pub chunks: Vec<RecordingSpan>,
    /// The commands that were typed, in order.
    pub markers: Vec<RecordingMarker>,
    /// Whether the end of the file was cut off or cannot be read: what is there can be played.
    pub torn: bool,
}

/// Where a piece of a recording stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingSpan {
    /// When it begins, in milliseconds from the recording's start.
    pub start_ms: u64,
    /// When its last event is.
    pub end_ms: u64,
}

/// A command in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingMarker {
    /// When, in milliseconds from the recording's start.
    pub at_ms: u64,
    /// The command line.
    pub label: String,
}

/// Answer of GET `/api/recordings/{id}/chunks/{n}`: a piece that can be played by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingChunk {
    /// Its place among the chunks, from 0.
    pub number: u32,
    /// When it begins, in milliseconds from the recording's start.
    pub start_ms: u64,
    /// Width of the terminal at its beginning, in cells.
    pub cols: u16,
    /// Height of the terminal at its beginning, in cells.
    pub rows: u16,
    /// Written to a terminal of that size that was reset, it shows the screen as it was when the chunk begins.
    pub keyframe: String,
    /// What happened then.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<Object>>))]
    pub events: Vec<RecordingEvent>,
    /// Whether no other chunk follows, so far.
    pub last: bool,
}

/// One event of an asciicast: seconds from the recording's start, a code (`o` output, `r` size as `COLSxROWS`,
/// `m` marker, `i` input), and its text. In JSON an array of these three.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordingEvent(pub f64, pub String, pub String);
