//! Where log lines go: to stderr, so that stdout keeps what a script reads.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal as _;
use tracing::Level;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging. A second call in the same process changes nothing.
pub(crate) fn start(log: &Log) {
    // The level was checked when the configuration was read.
    let filter = EnvFilter::try_new(&log.level).unwrap_or_default();
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

/// Warnings only, for commands whose errors are their last line.
pub(crate) fn start_quietly() {
    let _ = fmt().with_max_level(Level::WARN).with_writer(std::io::stderr).try_init();
}
