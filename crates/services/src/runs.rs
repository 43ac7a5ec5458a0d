//! What holds for every command that somebody has run: how long it may take, how much of it is kept, how its end is told.

use crate::ServiceError;
use std::time::Duration;
use transport::ShellExit;

const DEFAULT_TIMEOUT: u64 = 30;
const LONGEST_TIMEOUT: u64 = 600;
const MAX_COMMAND: usize = 64 * 1024;
/// The audit log holds so much of a command.
const AUDITED: usize = 4_096;

/// How many bytes are kept of each, standard output and standard error.
pub(crate) const MAX_OUTPUT: usize = 1024 * 1024;

/// The time limit that was asked for, or the usual one.
pub(crate) fn timeout(seconds: Option<u64>) -> Result<Duration, ServiceError> {
    let seconds = seconds.unwrap_or(DEFAULT_TIMEOUT);
    if !(1..=LONGEST_TIMEOUT).contains(&seconds) {
        return Err(ServiceError::bad("timeout must be 1 to 600 seconds"));
    }
    Ok(Duration::from_secs(seconds))
}

/// Refuses what is no command.
pub(crate) fn check(command: &str) -> Result<(), ServiceError> {
    if command.is_empty() || command.len() > MAX_COMMAND {
        return Err(ServiceError::bad("command must have 1 byte to 64 KiB"));
    }
    Ok(())
}

/// A command as the audit log tells it, with where it runs. What it reads on its standard input is not said.
pub(crate) fn audited(command: &str, place: &str) -> String {
    let mut text: String = command.chars().take(AUDITED).collect();
    if text.len() < command.len() {
        text.push('…');
    }
    text + " on " + place
}

/// As a shell tells it: 128 + the signal's number; -1 when it is not known.
pub(crate) fn exit_code(exit: &ShellExit) -> i64 {
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
