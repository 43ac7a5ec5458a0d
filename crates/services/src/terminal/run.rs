//! One command beside a live session, on the same link (SPEC §12, `/api/terminal/bastion/run`).

use super::{STOPPING, Terminal, manage::account_of, registry::Live};
use crate::{Caller, ServiceError, access};
use std::time::Duration;
use transport::{RunLimits, ShellExit};
use wire::{
    SessionId,
    terminal::{RunRequest, RunResult},
};

const DEFAULT_TIMEOUT: u64 = 30;
const LONGEST_TIMEOUT: u64 = 600;
const MAX_COMMAND: usize = 64 * 1024;
const MAX_OUTPUT: usize = 1024 * 1024;

impl Terminal {
    /// Runs a command on the host of a live session. It never runs on the server itself.
    ///
    /// # Errors
    /// `NotFound` when the account has no live session to carry it, `Unavailable` when the server stops meanwhile, or what
    /// the host said.
    pub async fn run(&self, caller: &Caller, request: RunRequest) -> Result<RunResult, ServiceError> {
        access::may_connect(caller)?;
        if request.command.is_empty() || request.command.len() > MAX_COMMAND {
            return Err(ServiceError::bad("command must have 1 byte to 64 KiB"));
        }
        let timeout = request.timeout.unwrap_or(DEFAULT_TIMEOUT);
        if !(1..=LONGEST_TIMEOUT).contains(&timeout) {
            return Err(ServiceError::bad("timeout must be 1 to 600 seconds"));
        }
        let live = self.carrier(caller, &request).await?;
        let limits = RunLimits { timeout: Duration::from_secs(timeout), max_output: MAX_OUTPUT };
        let running = live.link.run(&request.command, &[], limits);
        let output = self.0.stopping.run_until_cancelled(running).await;
        let output = output.ok_or(ServiceError::Unavailable(STOPPING))?.map_err(ServiceError::Dial)?;
        Ok(RunResult {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            exit_code: exit_code(&output.exit),
            truncated: output.truncated,
            container_id: None,
        })
    }

    async fn carrier(&self, caller: &Caller, request: &RunRequest) -> Result<Live, ServiceError> {
        let account = account_of(caller, request.user_id.as_deref())?;
        if &account != caller.account() {
            return Err(ServiceError::Forbidden("nobody runs commands on another account's link, not even an admin"));
        }
        let id = match request.session_id.as_deref() {
            Some(id) => id.parse::<SessionId>().ok(),
            None => self.0.storage.terminal().live(&account).await?.pop().map(|record| record.id),
        };
        id.and_then(|id| self.0.registry.live(&id)).filter(|live| live.owner == account).ok_or_else(|| {
            ServiceError::missing("live session", request.session_id.as_deref().unwrap_or("of this account"))
        })
    }
}

/// As a shell tells it: 128 + the signal's number.
fn exit_code(exit: &ShellExit) -> i64 {
    match exit {
        ShellExit::Exited(code) => i64::from(*code),
        ShellExit::Signalled(name) => 128 + signal_number(name),
        ShellExit::Lost(_) => -1,
    }
}

fn signal_number(name: &str) -> i64 {
    match name {
        "HUP" => 1,
        "INT" => 2,
        "QUIT" => 3,
        "ILL" => 4,
        "ABRT" => 6,
        "FPE" => 8,
        "KILL" => 9,
        "USR1" => 10,
        "SEGV" => 11,
        "USR2" => 12,
        "PIPE" => 13,
        "ALRM" => 14,
        "TERM" => 15,
        _ => 0,
    }
}
