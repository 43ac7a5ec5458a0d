//! Folders: named groups of hosts that nest.

use crate::{CredentialId, FolderId, HostId, Patch, grants::Shared, recordings::RecordingPolicy};
use serde::{Deserialize, Serialize};

/// A folder as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FolderView {
    /// The folder's id.
    pub id: FolderId,
    /// Its name, unique in the folder around it.
    pub name: String,
    /// The names of the folders around it and its own, with ` / ` between them.
    pub path: String,
    /// The folder that it lies in.
    pub parent_id: Option<FolderId>,
    /// How many hosts lie in it directly.
    pub hosts: u64,
    /// The username to sign in with on the hosts inside that say none.
    pub username: Option<String>,
    /// The credential to sign in with on the hosts inside that name none.
    pub credential_id: Option<CredentialId>,
    /// The host to go through to the hosts inside that name none.
    pub jump_host_id: Option<HostId>,
    /// Whether the hosts inside are reached straight, whatever the folders around it say.
    pub direct: bool,
    /// Seconds that a session on a host inside lives unseen; 0 is for ever.
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session on a host inside lives at most; 0 is for ever.
    pub max_duration_seconds: Option<u64>,
    /// How many sessions may live at once on each host inside.
    pub max_sessions: Option<u32>,
    /// Whether sessions on the hosts inside are recorded; none leaves it to the folder around, then to the server.
    pub recording: Option<RecordingPolicy>,
    /// Whose it is, when it is another account's; none is one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Shared>,
}

impl FolderView {
    /// A folder that says nothing yet and holds nothing. Its path is its name until somebody knows better.
    pub fn new(id: FolderId, name: impl Into<String>, parent_id: Option<FolderId>) -> Self {
        let name = name.into();
        Self {
            id,
            path: name.clone(),
            name,
            parent_id,
            hosts: 0,
            username: None,
            credential_id: None,
            jump_host_id: None,
            direct: false,
            idle_timeout_seconds: None,
            max_duration_seconds: None,
            max_sessions: None,
            recording: None,
            shared: None,
        }
    }
}

/// Body of POST `/api/folders`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FolderDraft {
    /// 1 to 100 characters without ` / `, unique in the folder around it.
    pub name: String,
    /// The folder that it lies in.
    #[serde(default)]
    pub parent_id: Option<FolderId>,
    /// The username to sign in with on the hosts inside that say none.
    #[serde(default)]
    pub username: Option<String>,
    /// The credential to sign in with on the hosts inside that name none.
    #[serde(default)]
    pub credential_id: Option<CredentialId>,
    /// The host to go through to the hosts inside that name none.
    #[serde(default)]
    pub jump_host_id: Option<HostId>,
    /// Whether the hosts inside are reached straight, whatever the folders around it say.
    #[serde(default)]
    pub direct: bool,
    /// Seconds that a session on a host inside lives unseen; 0 is for ever.
    #[serde(default)]
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session on a host inside lives at most; 0 is for ever.
    #[serde(default)]
    pub max_duration_seconds: Option<u64>,
    /// How many sessions may live at once on each host inside.
    #[serde(default)]
    pub max_sessions: Option<u32>,
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
    /// Another username.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub username: Patch<String>,
    /// Another credential.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub credential_id: Patch<CredentialId>,
    /// Another jump host.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub jump_host_id: Patch<HostId>,
    /// Whether the hosts inside are reached straight; a jump host that is set at the same time ends that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// Another idle timeout in seconds.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub idle_timeout_seconds: Patch<u64>,
    /// Another longest duration in seconds.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub max_duration_seconds: Patch<u64>,
    /// Another number of sessions.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub max_sessions: Patch<u32>,
    /// Another recording policy.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RecordingPolicy>))]
    pub recording: Patch<RecordingPolicy>,
}
