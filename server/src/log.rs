//! Where log lines go: to stderr, so that stdout keeps what a script reads.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal as _;
use tracing::Level;
use tracing_subscriber::{EnvFilter, fmt};

/// Left out at every level: this library writes down byte by byte what it cannot read, as an error, and anybody may send that.
/// Why a passkey was refused, the accounts room says in a line of its own.
const LEFT_OUT: &str = "webauthn_rs_core=off";

/// Starts logging. A second call in the same process changes nothing.
pub(crate) fn start(log: &Log) {
    let lines = fmt()
        .with_env_filter(filter(&log.level))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

/// What is logged at a level, or by a filter; it was checked when the configuration was read.
fn filter(level: &str) -> EnvFilter {
    let filter = EnvFilter::try_new(level).unwrap_or_default();
    match LEFT_OUT.parse() {
        Ok(left_out) => filter.add_directive(left_out),
        Err(_) => filter,
    }
}

/// Warnings only, for commands whose errors are their last line.
pub(crate) fn start_quietly() {
    let _ = fmt().with_max_level(Level::WARN).with_writer(std::io::stderr).try_init();
}
