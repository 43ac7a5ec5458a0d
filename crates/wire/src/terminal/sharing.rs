//! Several people at one session: invites, the keyboard, the size, and the end put off.

use super::{AttachmentId, Person};
use crate::{InviteId, SessionId, Timestamp, vault::Secret};
use serde::{Deserialize, Serialize};

/// What an invited person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rights {
    /// Look.
    #[default]
    Watch,
    /// Look and type.
    Type,
}

/// Body of POST `/api/terminal/sessions/{id}/invites`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct InviteRequest {
    /// What those who come by it may do; look, when left out.
    pub rights: Rights,
    /// How long it can be used, 60 to 86,400; an hour when left out. It ends with the session at the latest.
    pub expires_in_seconds: Option<u64>,
    /// For whom it is, as a note to oneself; at most 100 characters.
    pub label: Option<String>,
}

/// Answer of POST `/api/terminal/sessions/{id}/invites`. The link is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedInvite {
    /// Its id, to revoke it.
    pub id: InviteId,
    /// The link: `/join#<secret>`. A browser keeps what stands behind `#` to itself, so that it reaches no log.
    pub url: Secret,
    /// What those who come by it may do.
    pub rights: Rights,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// An invite, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteView {
    /// Its id.
    pub id: InviteId,
    /// For whom it is.
    pub label: String,
    /// What those who come by it may do.
    pub rights: Rights,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// How often somebody came by it.
    pub used: u32,
}

/// Answer of GET `/api/terminal/sessions/{id}/invites`: those that can still be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteList {
    /// The newest first.
    pub invites: Vec<InviteView>,
}

/// Body of POST `/api/terminal/join`, which needs no sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinRequest {
    /// What stands behind `#` in the link.
    pub invite: Secret,
    /// What the guest wants to be called, 1 to 60 characters; a signed-in account is called by its name.
    #[serde(default)]
    pub name: String,
    /// Whether only to come in as the account that is signed in: without one the answer is 401 and no guest's ticket. A page that
    /// comes back asks like that, so that nobody is let in under an account's name once its sign-in has ended.
    #[serde(default)]
    pub signed_in: bool,
}

/// A way into somebody's session: answer of POST `/api/terminal/join` and POST `/api/terminal/sessions/{id}/watch`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinedSession {
    /// The session.
    pub session_id: SessionId,
    /// Its host's name.
    pub host_name: String,
    /// What may be done in it.
    pub rights: Rights,
    /// The WebSocket, ticket included.
    pub websocket_url: String,
    /// The ticket: opens one attachment, once, within five minutes.
    pub token: Secret,
    /// Until when the invite lets in; missing for an admin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Body of POST `/api/terminal/sessions/{id}/keyboard`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyboardRequest {
    /// Whose right it is about.
    pub attachment_id: AttachmentId,
    /// Whether it may type from now on.
    pub may_type: bool,
}

/// Answer of GET `/api/terminal/sessions/{id}/attachments` and of what changes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct People {
    /// Everybody who looks at the session, in the order of their coming.
    pub people: Vec<Person>,
}

/// Body of POST `/api/terminal/sessions/{id}/size`; `null` lets the size follow the one who types again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FixedSize {
    /// Width in cells, 20 to 500.
    pub cols: u16,
    /// Height in cells, 5 to 300.
    pub rows: u16,
}
