//! Recordings: what was shown in a session, kept to be watched again (SPEC §5 and §12).

mod views;

pub use views::{
    RecordingChunk, RecordingDetail, RecordingEvent, RecordingList, RecordingMarker, RecordingMatch, RecordingMoments,
    RecordingQuery, RecordingSearch, RecordingSpan, RecordingState, RecordingView,
};

use serde::{Deserialize, Serialize};

/// Whether sessions are recorded. A host's own word counts before its folder's, that before the folder's around it,
/// and the last word is the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordingPolicy {
    /// They are not.
    Off,
    /// They are, as long as the recording can be written.
    On,
    /// They are; a session whose recording can no longer be written ends.
    Required,
}
