//! What a viewer of a session is told beside the output: that the end is near, who is here, what it may do.

use super::{EndReason, FixedSize};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names one attachment within its session, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct AttachmentId(pub u32);

impl fmt::Display for AttachmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A notice. In a frame it is JSON; for scripts its fields stand in the message itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The session will be ended by a limit.
    EndsSoon {
        /// Which limit: idle or expired.
        reason: EndReason,
        /// Seconds until then.
        seconds: u64,
        /// Whether it can be put off.
        may_extend: bool,
    },
    /// The warning is void: the end was put off, or somebody was seen.
    EndsLater {},
    /// Who looks at the session now.
    People {
        /// Everybody, in the order of their coming.
        people: Vec<Person>,
        /// Which of them the reader is.
        you: AttachmentId,
        /// The size that the owner holds the session to; missing when it follows the one who types.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fixed: Option<FixedSize>,
    },
    /// What the reader may do from now on; also told when it typed without the right to.
    Rights {
        /// Whether it may type.
        may_type: bool,
    },
    /// Whether the session is being recorded.
    Recording {
        /// Where the recording stands.
        state: RecordingState,
        /// What went wrong and what becomes of the session.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// The server is being stopped, and the session with it.
    ServerStopping {},
}

/// Where a session's recording stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionRecording))]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// What is shown is recorded.
    On,
    /// It is not.
    #[default]
    Off,
    /// It was, and cannot be any more.
    Failed,
}

/// As what somebody looks at a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// The account that owns the session.
    Owner,
    /// Somebody who came by an invite link.
    Guest,
    /// An admin who watches.
    Admin,
    /// Somebody who was given the right to watch the sessions on this host.
    Watcher,
}

/// Somebody who looks at a session: one attachment of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The attachment.
    pub attachment_id: AttachmentId,
    /// The account's name, or what a guest calls itself.
    pub name: String,
    /// As what.
    pub kind: PersonKind,
    /// Whether it may type.
    pub may_type: bool,
    /// Whether the session's size follows it, because it typed last.
    pub leads: bool,
}
