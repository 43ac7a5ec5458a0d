//! What a host really uses: what it says itself, else the nearest folder around it that says something.
//!
//! One function for the server, which dials by it, and for the page, which shows where a value comes from.

use super::{FolderView, HostView, Protocol};
use crate::{CredentialId, FolderId, HostId, recordings::RecordingPolicy};
use serde::{Deserialize, Serialize};

/// So many folders lie in each other at most.
pub const DEEPEST_FOLDER: usize = 32;

/// What stands between two names of a folder's path.
pub const PATH_SEPARATOR: &str = " / ";

/// The folder that a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    /// Which.
    pub folder_id: FolderId,
    /// Its path.
    pub folder: String,
}

/// Which folders the values of [`Effective`] come from; none for what the host says itself, and for what nobody says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Origins {
    /// Of the username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Origin>,
    /// Of the credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<Origin>,
    /// Of the jump host, or of the word that there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jump_host_id: Option<Origin>,
    /// Of the idle timeout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout_seconds: Option<Origin>,
    /// Of the longest duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration_seconds: Option<Origin>,
    /// Of the number of sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sessions: Option<Origin>,
    /// Of the recording policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<Origin>,
}

/// What is really used on a host, or would be on one that says nothing itself and lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Effective {
    /// The username to sign in with, that of a credential too; asked at connect when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The credential to sign in with; asked at connect when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<CredentialId>,
    /// The host to go through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jump_host_id: Option<HostId>,
    /// Seconds that a session lives unseen; none leaves it to the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session lives at most; none leaves it to the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration_seconds: Option<u64>,
    /// How many sessions may live at once on one host; none leaves it to the account's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sessions: Option<u32>,
    /// Whether sessions are recorded; none leaves it to the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingPolicy>,
    /// Where they come from.
    pub from: Origins,
}

/// What one host or folder says itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Level<'a> {
    /// The folder and its path; none for a host.
    pub folder: Option<(&'a FolderId, &'a str)>,
    /// A username.
    pub username: Option<&'a str>,
    /// A credential.
    pub credential_id: Option<&'a CredentialId>,
    /// The username of that credential, which counts where the credential stands.
    pub credential_username: Option<&'a str>,
    /// A jump host.
    pub jump_host_id: Option<&'a HostId>,
    /// Whether there is no jump host, whatever stands around.
    pub direct: bool,
    /// Seconds that a session lives unseen.
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session lives at most.
    pub max_duration_seconds: Option<u64>,
    /// How many sessions may live at once.
    pub max_sessions: Option<u32>,
    /// Whether sessions are recorded.
    pub recording: Option<RecordingPolicy>,
}

impl<'a> Level<'a> {
    /// What a folder says. `username_of` knows the usernames of credentials.
    pub fn of_folder(folder: &'a FolderView, username_of: impl FnOnce(&CredentialId) -> Option<&'a str>) -> Self {
        Self {
            folder: Some((&folder.id, &folder.path)),
            username: folder.username.as_deref(),
            credential_id: folder.credential_id.as_ref(),
            credential_username: folder.credential_id.as_ref().and_then(username_of),
            jump_host_id: folder.jump_host_id.as_ref(),
            direct: folder.direct,
            idle_timeout_seconds: folder.idle_timeout_seconds,
            max_duration_seconds: folder.max_duration_seconds,
            max_sessions: folder.max_sessions,
            recording: folder.recording,
        }
    }

    /// What a host says. `username_of` knows the usernames of credentials.
    pub fn of_host(host: &'a HostView, username_of: impl FnOnce(&CredentialId) -> Option<&'a str>) -> Self {
        Self {
            folder: None,
            username: host.username.as_deref(),
            credential_id: host.credential_id.as_ref(),
            credential_username: host.credential_id.as_ref().and_then(username_of),
            jump_host_id: host.jump_host_id.as_ref(),
            direct: host.direct,
            idle_timeout_seconds: host.idle_timeout_seconds,
            max_duration_seconds: host.max_duration_seconds,
            max_sessions: host.max_sessions,
            recording: host.recording,
        }
    }
}

/// What holds inside `level`, which lies in what `around` holds for: a folder in a folder, at the end a host in a folder.
pub fn inherit(around: &Effective, level: Level<'_>) -> Effective {
    let origin = level.folder.map(|(id, path)| Origin { folder_id: id.clone(), folder: path.to_owned() });
    let way = if level.direct { Some(None) } else { level.jump_host_id.map(Some) };
    let username = level.username.or(level.credential_username);
    let from = &around.from;
    let (username, username_from) = nearest(username.map(str::to_owned), &around.username, &from.username, &origin);
    let (credential_id, credential_from) =
        nearest(level.credential_id.cloned(), &around.credential_id, &from.credential_id, &origin);
    let (jump_host_id, jump_from) = match way {
        Some(jump) => (jump.cloned(), origin.clone()),
        None => (around.jump_host_id.clone(), from.jump_host_id.clone()),
    };
    let (idle_timeout_seconds, idle_from) =
        nearest(level.idle_timeout_seconds, &around.idle_timeout_seconds, &from.idle_timeout_seconds, &origin);
    let (max_duration_seconds, longest_from) =
        nearest(level.max_duration_seconds, &around.max_duration_seconds, &from.max_duration_seconds, &origin);
    let (max_sessions, sessions_from) = nearest(level.max_sessions, &around.max_sessions, &from.max_sessions, &origin);
    let (recording, recording_from) = nearest(level.recording, &around.recording, &from.recording, &origin);
    Effective {
        username,
        credential_id,
        jump_host_id,
        idle_timeout_seconds,
        max_duration_seconds,
        max_sessions,
        recording,
        from: Origins {
            username: username_from,
            credential_id: credential_from,
            jump_host_id: jump_from,
            idle_timeout_seconds: idle_from,
            max_duration_seconds: longest_from,
            max_sessions: sessions_from,
            recording: recording_from,
        },
    }
}

/// What a host really uses.
pub fn inherit_host(around: &Effective, host: &HostId, protocol: Protocol, level: Level<'_>) -> Effective {
    let mut effective = inherit(around, level);
    let jump = jump_host(around, host, protocol, level);
    if effective.jump_host_id.as_ref() != jump {
        effective.jump_host_id = jump.cloned();
        effective.from.jump_host_id = None;
    }
    effective
}

/// The host that a host is really reached through. A host is never its own inherited jump host, and FTP inherits none.
pub fn jump_host<'a>(around: &'a Effective, host: &HostId, protocol: Protocol, level: Level<'a>) -> Option<&'a HostId> {
    let inherited = || around.jump_host_id.as_ref().filter(|jump| protocol == Protocol::Ssh && *jump != host);
    if level.direct { None } else { level.jump_host_id.or_else(inherited) }
}

fn nearest<T: Clone>(
    own: Option<T>,
    around: &Option<T>,
    from: &Option<Origin>,
    here: &Option<Origin>,
) -> (Option<T>, Option<Origin>) {
    match own {
        Some(own) => (Some(own), here.clone()),
        None => (around.clone(), from.clone()),
    }
}

/// Writes each folder's path: the names of the folders around it and its own. A circle is cut where it closes.
pub fn fill_paths(folders: &mut [FolderView]) {
    let by_id: std::collections::HashMap<FolderId, usize> =
        folders.iter().enumerate().map(|(at, folder)| (folder.id.clone(), at)).collect();
    let paths: Vec<String> = folders
        .iter()
        .map(|folder| {
            let mut names = vec![folder.name.as_str()];
            let mut above = folder.parent_id.as_ref();
            while let Some(&at) = above.and_then(|id| by_id.get(id)).filter(|_| names.len() < 2 * DEEPEST_FOLDER) {
                names.push(&folders[at].name);
                above = folders[at].parent_id.as_ref();
            }
            names.reverse();
            names.join(PATH_SEPARATOR)
        })
        .collect();
    for (folder, path) in folders.iter_mut().zip(paths) {
        folder.path = path;
    }
}

#[cfg(test)]
#[path = "inherit_tests.rs"]
mod tests;
