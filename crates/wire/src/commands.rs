//! Commands that are run on hosts, and snippets: SPEC §6.

mod snippets;
pub mod template;

pub use snippets::{SnippetDraft, SnippetList, SnippetPatch, SnippetQuery, SnippetView};

use crate::{CommandRunId, FaultCode, HostId, Timestamp, inventory::HostKeyScan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Body of POST `/api/commands/runs`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct CommandRequest {
    /// The command line, for the login shell of each host as it is; left out when `snippet` is given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub command: String,
    /// A snippet to run, by id or name, with `values` for its variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
    /// What stands for the snippet's variables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Hosts by id or name; each is run on once.
    pub hosts: Vec<String>,
    /// What the command reads on its standard input; nothing when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
    /// Seconds until it is killed on a host, counted from its start there; 30 when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// Seconds until the whole run ends, whatever still waits or runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<u64>,
    /// On how many hosts at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Whether the answer comes when the run has ended, after ten minutes at the latest; else it comes at once.
    pub wait: bool,
}

/// Where the run on one host stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HostRunState {
    /// Other hosts come first.
    Waiting,
    /// The link is being opened.
    Connecting,
    /// The command runs.
    Running,
    /// It ended by itself; its exit code or signal says how.
    Done,
    /// It did not start, or its end is not known; `message` says why.
    Failed,
    /// It was killed because its time was over, or the run's was.
    TimedOut,
    /// It was killed, or not started, because somebody said so.
    Cancelled,
}

impl HostRunState {
    /// Whether nothing more happens.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::TimedOut | Self::Cancelled)
    }
}

/// What came of a command on one host, or has come so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostRun {
    /// The host.
    pub host_id: HostId,
    /// Its name when the run began.
    pub host_name: String,
    /// Where it stands.
    pub state: HostRunState,
    /// The exit code; missing while it runs and when a signal ended it.
    pub exit_code: Option<u32>,
    /// The signal that ended it, without `SIG`.
    pub signal: Option<String>,
    /// What went wrong and what to do.
    pub message: Option<String>,
    /// The stable word for that.
    pub code: Option<FaultCode>,
    /// With `host_key_unknown` and `host_key_changed`: what the host showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_key: Option<Box<HostKeyScan>>,
    /// The bytes of standard output that are kept.
    pub stdout_bytes: u64,
    /// The bytes of standard error that are kept.
    pub stderr_bytes: u64,
    /// Whether it wrote more than is kept.
    pub truncated: bool,
    /// How long it ran, in milliseconds, without the time to connect.
    pub duration_ms: Option<u64>,
    /// The number of its group among `groups`, once it is over.
    pub group: Option<u32>,
    /// The beginning of its standard output, as far as it was asked for; what is not UTF-8 is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// The same of its standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<String>,
}

impl HostRun {
    /// Whether the command ended by itself with exit code 0.
    pub fn is_good(&self) -> bool {
        self.state == HostRunState::Done && self.exit_code == Some(0)
    }
}

/// Hosts on which the command ended alike: same end, byte for byte the same output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandGroup {
    /// The hosts, in the order of the run.
    pub hosts: Vec<HostId>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CommandRunState {
    /// Some host is not over.
    Running,
    /// Every host is over.
    Done,
    /// It was cancelled as a whole.
    Cancelled,
    /// Its time was over before every host was.
    TimedOut,
}

/// So many hosts of a run are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostRunCounts {
    /// All of them.
    pub total: u32,
    /// Waiting for others.
    pub waiting: u32,
    /// Being connected.
    pub connecting: u32,
    /// Running.
    pub running: u32,
    /// Ended with exit code 0.
    pub succeeded: u32,
    /// Ended with another exit code or by a signal.
    pub unsuccessful: u32,
    /// Not started, or ended nobody knows how.
    pub failed: u32,
    /// Out of time.
    pub timed_out: u32,
    /// Cancelled.
    pub cancelled: u32,
}

impl HostRunCounts {
    /// Counts hosts.
    pub fn of<'a>(hosts: impl IntoIterator<Item = &'a HostRun>) -> Self {
        let mut counts = Self::default();
        for host in hosts {
            counts.total += 1;
            let count = match host.state {
                HostRunState::Waiting => &mut counts.waiting,
                HostRunState::Connecting => &mut counts.connecting,
                HostRunState::Running => &mut counts.running,
                HostRunState::Done if host.is_good() => &mut counts.succeeded,
                HostRunState::Done => &mut counts.unsuccessful,
                HostRunState::Failed => &mut counts.failed,
                HostRunState::TimedOut => &mut counts.timed_out,
                HostRunState::Cancelled => &mut counts.cancelled,
            };
            *count += 1;
        }
        counts
    }
}

/// A run and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandRun {
    /// Its id.
    pub id: CommandRunId,
    /// The command line.
    pub command: String,
    /// Where it stands.
    pub state: CommandRunState,
    /// How many hosts are in each state.
    pub counts: HostRunCounts,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it is forgotten at the latest, once it has ended.
    pub forgotten_at: Option<Timestamp>,
    /// Seconds that the command may take on a host.
    pub timeout: u64,
    /// Seconds that the whole may take.
    pub time_limit: u64,
    /// On how many hosts it runs at once.
    pub concurrency: u32,
    /// Its hosts, in the order that was asked for; left out in a list of runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostRun>,
    /// Which of those that are over agree; the largest group first. Left out in a list of runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<CommandGroup>,
}

/// Answer of GET `/api/commands/runs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandRunList {
    /// The newest first, without their hosts.
    pub runs: Vec<CommandRun>,
}

/// Query of GET `/api/commands/runs/{id}`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct CommandRunQuery {
    /// At most so many bytes of each host's standard output and of its standard error come along; 16,384 when left out.
    pub output: Option<u32>,
}

/// Query of GET `/api/commands/runs/{id}/hosts/{host}`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct CommandOutputQuery {
    /// How many bytes of standard output are known already.
    pub stdout_from: u64,
    /// How many bytes of standard error are known already.
    pub stderr_from: u64,
    /// At most so many bytes of each; 262,144 when left out, 1,048,576 at most.
    pub limit: Option<u32>,
}

/// What a command wrote on one host, from where it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandOutput {
    /// The host and how the command stands there.
    pub host: HostRun,
    /// Standard output; what is not UTF-8 is replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
    /// Where standard output ends that came so far: the next `stdout_from`.
    pub stdout_next: u64,
    /// The next `stderr_from`.
    pub stderr_next: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(state: HostRunState, exit_code: Option<u32>) -> HostRun {
        HostRun {
            host_id: "h1".parse().unwrap(),
            host_name: "web01".into(),
            state,
            exit_code,
            signal: None,
            message: None,
            code: None,
            host_key: None,
            stdout_bytes: 0,
            stderr_bytes: 0,
            truncated: false,
            duration_ms: None,
            group: None,
            stdout: None,
            stderr: None,
        }
    }

    #[test]
    fn every_host_is_counted_once() {
        let hosts = [
            host(HostRunState::Waiting, None),
            host(HostRunState::Done, Some(0)),
            host(HostRunState::Done, Some(3)),
            host(HostRunState::Done, None),
            host(HostRunState::Cancelled, None),
        ];
        let counts = HostRunCounts::of(&hosts);
        let expected =
            HostRunCounts { total: 5, waiting: 1, succeeded: 1, unsuccessful: 2, cancelled: 1, ..Default::default() };
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_request_needs_no_more_than_a_command_and_hosts() {
        let request: CommandRequest = serde_json::from_str(r#"{"command":"uptime","hosts":["web01"]}"#).unwrap();
        assert_eq!((request.command.as_str(), request.hosts.len(), request.wait), ("uptime", 1, false));
    }
}
