//! Finding anything by words: what stands behind the command palette.

use serde::{Deserialize, Serialize};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// A host.
    Host,
    /// A folder.
    Folder,
    /// A live session.
    Session,
    /// A snippet.
    Snippet,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Found {
    /// What it is.
    pub kind: FoundKind,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What tells it from others: a host's address and folder, a session's state, a snippet's beginning.
    pub subtitle: String,
}

/// Query of GET `/api/search`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct SearchQuery {
    /// What was typed.
    pub q: String,
    /// At most so many; 30 when left out, and at most.
    pub limit: Option<u32>,
}

/// Answer of GET `/api/search`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchAnswer {
    /// The hosts first, the best ones before the others; then folders, sessions and snippets.
    pub found: Vec<Found>,
    /// Whether no host has the words, and those that are told are near to them.
    pub near: bool,
}
