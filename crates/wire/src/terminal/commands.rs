//! Commands: those typed at a session's prompt, and one run beside it.

use crate::Timestamp;
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
    /// The host's name.
    pub host_name: String,
}

/// Answer of GET `/api/terminal/{host}/command-history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandHistory {
    /// The newest first.
    pub commands: Vec<TypedCommand>,
    /// How many match in all.
    pub total: u64,
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

/// Answer of GET `/api/terminal/{host}/command-history/unique`.
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
