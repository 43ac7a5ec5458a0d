//! Terminal sessions: the words of SPEC §5 and the Terminal table of §12.

mod commands;
mod notice;
mod sharing;

pub use commands::{
    CommandHistory, ForgetQuery, Forgotten, HistoryQuery, RunRequest, RunResult, TypedCommand, UniqueCommand,
    UniqueCommands,
};
pub use notice::{AttachmentId, Notice, Person, PersonKind, RecordingState};
pub use sharing::{
    CreatedInvite, FixedSize, InviteList, InviteRequest, InviteView, JoinRequest, JoinedSession, KeyboardRequest,
    People, Rights,
};

use crate::{
    HostId, SessionId, Timestamp,
    inventory::{HostAnswers, Reachability},
    vault::Secret,
};
use serde::{Deserialize, Serialize};

/// Where a session's terminal is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Inside the dashboard.
    #[default]
    Embedded,
    /// In a window of its own.
    Popout,
}

/// Where a session is in its life: `starting → active ⇄ detached → closed | expired | error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The host is being dialled.
    Starting,
    /// Running, and somebody looks at it (or has not come yet).
    Active,
    /// Running, nobody looks at it.
    Detached,
    /// Ended by a person or by the remote side.
    Closed,
    /// Ended by a limit.
    Expired,
    /// Ended by a fault.
    Error,
}

impl Status {
    /// The status's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Active => "active",
            Self::Detached => "detached",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::Error => "error",
        }
    }

    /// Whether the session holds a place.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Starting | Self::Active | Self::Detached)
    }
}

/// Why a session ended (SPEC §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its owner closed it.
    User,
    /// Its page went away and said so.
    ClientLost,
    /// Nobody looked at it for too long.
    Idle,
    /// It reached its longest duration.
    Expired,
    /// An admin closed it.
    Admin,
    /// The remote shell ended.
    RemoteExit,
    /// Something broke; the message says what.
    Error,
    /// The server process that held it ended.
    ServerRestart,
}

impl EndReason {
    /// The reason's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ClientLost => "client_lost",
            Self::Idle => "idle",
            Self::Expired => "expired",
            Self::Admin => "admin",
            Self::RemoteExit => "remote_exit",
            Self::Error => "error",
            Self::ServerRestart => "server_restart",
        }
    }

    /// The status in which a session that ended for this reason stays.
    pub const fn status(self) -> Status {
        match self {
            Self::User | Self::ClientLost | Self::Admin | Self::RemoteExit => Status::Closed,
            Self::Idle | Self::Expired => Status::Expired,
            Self::Error | Self::ServerRestart => Status::Error,
        }
    }
}

/// How a session ended. There is one for each session, and it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ending {
    /// Why.
    pub reason: EndReason,
    /// The remote shell's exit code, with [`EndReason::RemoteExit`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<u32>,
    /// The signal that killed the remote shell, without `SIG`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// What broke, with [`EndReason::Error`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl From<EndReason> for Ending {
    fn from(reason: EndReason) -> Self {
        Self { reason, exit_code: None, signal: None, message: None }
    }
}

/// Body of POST `/api/terminal/{host}/terminal-sessions`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct OpenRequest {
    /// Where it will be shown.
    pub mode: Mode,
    /// Whether a live session of the same account, host and mode may be handed out; yes when left out.
    pub reuse: Option<bool>,
    /// An ended session of the caller's on this host: the work that it left in tmux is taken up again, if it can be.
    pub resume: Option<SessionId>,
    /// Signs in with this name instead of the host's.
    pub username: Option<String>,
    /// Signs in with this password; it is not stored.
    pub password: Option<Secret>,
    /// Opens the stored private key; it is not stored.
    pub passphrase: Option<Secret>,
    /// Answers what the host asked at the try before this one; nothing else that is typed counts then.
    pub answers: Option<HostAnswers>,
    /// The terminal's width in cells, 80 when left out.
    pub cols: Option<u16>,
    /// The terminal's height in cells, 24 when left out.
    pub rows: Option<u16>,
}

/// The host of an opened session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionHost {
    /// The host's id.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub ip: String,
    /// What the last probe found.
    pub status: Reachability,
    /// Whether access was set up.
    pub bootstrap_ok: bool,
}

/// Answer of POST `/api/terminal/{host}/terminal-sessions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedSession {
    /// The session.
    pub session_id: SessionId,
    /// The terminal page, ticket included.
    pub url: String,
    /// The WebSocket, ticket included.
    pub websocket_url: String,
    /// When the session ends at the latest; `null` when nothing limits it.
    pub expires_at: Option<Timestamp>,
    /// Seconds until then.
    pub ttl_seconds: Option<u64>,
    /// Where it is shown.
    pub mode: Mode,
    /// The host.
    pub host: SessionHost,
    /// Whether it was there already.
    pub reused: bool,
    /// Whether work that an ended session left in tmux on the host was taken up again.
    #[serde(default)]
    pub resumed: bool,
    /// The ticket: opens one attachment, once, within five minutes.
    pub token: Secret,
}

/// One of the sessions that hold the places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActiveSession {
    /// The session.
    pub session_id: SessionId,
    /// Its host; missing when the host was deleted or never in the inventory.
    pub host_id: Option<HostId>,
    /// Its host's name.
    pub host_name: String,
    /// Where it is shown.
    pub mode: Mode,
    /// Seconds since it was opened.
    pub age_seconds: u64,
    /// Seconds since somebody looked at it.
    pub last_seen_seconds: u64,
}

/// The rich refusal at the limit (SPEC §5 and §12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LimitReached {
    /// What happened and what to do.
    pub message: String,
    /// The limit.
    pub max_active: u32,
    /// How many are live.
    pub current_count: u32,
    /// Which ones, the oldest first.
    pub active_sessions: Vec<ActiveSession>,
    /// `reuse_existing`, `close_oldest`, `close_session:<id>`.
    pub suggested_actions: Vec<String>,
    /// Whether a live one of the same host and mode can be handed out.
    pub can_reuse: bool,
    /// That one.
    pub reusable_session_id: Option<SessionId>,
}

/// A session as it is listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The session.
    pub session_id: SessionId,
    /// Where it is in its life.
    pub status: Status,
    /// Its account's name, where everybody's sessions are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its host; missing when the host was deleted or never in the inventory.
    pub host_id: Option<HostId>,
    /// Its host's name.
    pub host_name: String,
    /// Where it is shown.
    pub mode: Mode,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Option<Timestamp>,
    /// When somebody last looked at it.
    pub last_seen_at: Timestamp,
    /// Seconds until it ends at the latest.
    pub remaining_seconds: Option<u64>,
    /// Seconds since it was opened.
    pub age_seconds: u64,
    /// Seconds since somebody looked at it.
    pub last_seen_seconds: u64,
    /// How many look at it now.
    pub attachments: u32,
    /// Whether its shell runs in tmux on the host; of an ended one, whether its work may still be there.
    #[serde(default)]
    pub tmux: bool,
    /// Whether it is being recorded; `off` of an ended one.
    #[serde(default)]
    pub recording: RecordingState,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// Answer of GET `/api/terminal/sessions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The newest first.
    pub sessions: Vec<SessionView>,
    /// How many are listed.
    pub total: u64,
    /// How many may live at once.
    pub max_per_user: u32,
}

/// Query of GET `/api/terminal/sessions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct SessionQuery {
    /// `live` (the default), `all`, or one status.
    pub status_filter: Option<String>,
    /// The account; the signed-in one when left out. `watchable`: those of others that one may watch. For an admin only:
    /// another one, or `all`.
    pub user_id: Option<String>,
}

/// Answer of DELETE `/api/terminal/sessions/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionClosed {
    /// What was done.
    pub message: String,
    /// The session.
    pub session_id: String,
}

/// Answer of POST `/api/terminal/sessions/{id}/heartbeat`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Heartbeat {
    /// The session.
    pub session_id: SessionId,
    /// Where it is in its life.
    pub status: Status,
    /// Now.
    pub last_seen_at: Timestamp,
    /// Seconds until it ends at the latest.
    pub remaining_seconds: Option<u64>,
    /// Whether it runs.
    pub healthy: bool,
}

/// Answer of POST `/api/terminal/cleanup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cleanup {
    /// What was done.
    pub message: String,
    /// Remote shells that were ended.
    pub processes_terminated: u32,
    /// Sessions that were closed.
    pub sessions_closed: u32,
    /// Rows of sessions that nothing stood behind any more.
    pub expired_marked: u32,
}

/// Answer of GET `/api/terminal/status`, which needs no sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerminalStatus {
    /// Whether sessions can be opened.
    pub available: bool,
    /// How many may live at once for an account.
    pub max_sessions_per_user: u32,
    /// The longest duration; 0 when nothing limits it.
    pub session_ttl_minutes: u64,
    /// How long a session lives unseen; 0 when nothing limits it.
    pub session_idle_timeout_seconds: u64,
    /// How often a page says that it is there.
    pub heartbeat_interval_seconds: u64,
    /// How many live now, over all accounts.
    pub active_sessions: u64,
}

/// Answer of GET `/api/terminal/metrics`: counts since the process started.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerminalMetrics {
    /// Sessions opened.
    pub sessions_created: u64,
    /// Opens that were answered with a live session.
    pub sessions_reused: u64,
    /// Sessions ended.
    pub sessions_closed: u64,
    /// The same by reason.
    pub sessions_closed_by_reason: std::collections::BTreeMap<String, u64>,
    /// Opens refused at a limit.
    pub session_limit_hits: u64,
    /// How many live now.
    pub active_sessions: u64,
}
