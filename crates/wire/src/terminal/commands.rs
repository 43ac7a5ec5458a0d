//! Commands: those typed at a session's prompt, and one run beside it.

use crate::{HostId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// Query of the command history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct HistoryQuery {
    /// At most this many; 100 when left out, 1000 at most.
    pub limit: Option<u32>,
    /// Skip this many.
    pub offset: Option<u32>,
    /// Only commands with this text in them.
    pub search: Option<String>,
}

/// A command typed at a shell prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TypedCommand {
    /// Its number.
    pub id: i64,
    /// The command line.
    pub command: String,
    /// When it was typed.
    pub timestamp: Timestamp,
    /// The username on the host.
    pub username: String,
    /// The host; missing when it was deleted or never in the inventory.
    pub host_id: Option<HostId>,
    /// The host's name.
    pub host_name: String,
    /// The session it was typed in.
    pub session_id: SessionId,
    /// Its exit code, when the shell told one.
    pub exit_code: Option<i32>,
    /// How long it ran, in milliseconds, when the shell told that it ended.
    pub duration_ms: Option<u64>,
    /// The directory it ran in, when the shell told that.
    pub directory: Option<String>,
}

/// Answer of GET `/api/terminal/{host}/command-history` and `/api/terminal/command-history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandHistory {
    /// The newest first.
    pub commands: Vec<TypedCommand>,
    /// How many match in all.
    pub total: u64,
}

/// Query of DELETE `/api/terminal/command-history`: all conditions together; without any, everything is forgotten.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct ForgetQuery {
    /// Only on this host, named by id or name.
    pub host: Option<String>,
    /// Only commands with this text in them.
    pub search: Option<String>,
    /// Only exactly this command.
    pub command: Option<String>,
}

/// Answer of DELETE `/api/terminal/command-history` and `/api/terminal/command-history/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forgotten {
    /// What was done.
    pub message: String,
    /// How many commands were forgotten.
    pub deleted: u64,
}

/// A command, once, with how often it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UniqueCommand {
    /// The command line.
    pub command: String,
    /// How often it was typed.
    pub count: u64,
    /// When it was last typed.
    pub last_used: Timestamp,
}

/// Answer of GET `/api/terminal/{host}/command-history/unique` and `/api/terminal/command-history/unique`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UniqueCommands {
    /// The last used first.
    pub commands: Vec<UniqueCommand>,
    /// How many match in all.
    pub total: u64,
}

/// Body of POST `/api/terminal/bastion/run`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunRequest {
    /// The account; the signed-in one when left out.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The command line for the remote shell.
    pub command: String,
    /// Seconds until it is killed; 30 when left out, 600 at most.
    #[serde(default)]
    pub timeout: Option<u64>,
    /// The session whose link carries it; the last opened one when left out.
    #[serde(default)]
    pub session_id: Option<String>,
}

/// Answer of POST `/api/terminal/bastion/run`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunResult {
    /// What it wrote, at most 1 MiB.
    pub stdout: String,
    /// What it complained of, at most 1 MiB.
    pub stderr: String,
    /// Its exit code; 128 + the signal's number when a signal killed it.
    pub exit_code: i64,
    /// Whether it wrote more than that.
    #[serde(default)]
    pub truncated: bool,
    /// The tunnel that carried it, when one did.
    pub container_id: Option<String>,
}
