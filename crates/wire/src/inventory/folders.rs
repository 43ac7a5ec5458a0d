//! Folders: named groups of hosts that nest.

use crate::{FolderId, Patch, recordings::RecordingPolicy};
use serde::{Deserialize, Serialize};

/// A folder as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FolderView {
    /// The folder's id.
    pub id: FolderId,
    /// Its name.
    pub name: String,
    /// The folder that it lies in.
    pub parent_id: Option<FolderId>,
    /// How many hosts lie in it directly.
    pub hosts: u64,
    /// Whether sessions on the hosts inside are recorded; none leaves it to the folder around, then to the server.
    pub recording: Option<RecordingPolicy>,
}

/// Body of POST `/api/folders`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FolderDraft {
    /// 1 to 100 characters, unique for the account.
    pub name: String,
    /// The folder that it lies in.
    #[serde(default)]
    pub parent_id: Option<FolderId>,
    /// Whether sessions on the hosts inside are recorded; left to the folder around when left out.
    #[serde(default)]
    pub recording: Option<RecordingPolicy>,
}

/// Body of PATCH `/api/folders/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct FolderPatch {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another place.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub parent_id: Patch<FolderId>,
    /// Another recording policy.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RecordingPolicy>))]
    pub recording: Patch<RecordingPolicy>,
}
