//! `[commands]`: how far commands on hosts may go.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("commands.concurrency", "10", "On how many hosts a command runs at once, at most."),
    Setting::new("commands.max_hosts", "1000", "On how many hosts one run may go in all."),
    Setting::new("commands.timeout", "30s", "When a command is killed on a host, unless the run says otherwise."),
    Setting::new("commands.max_timeout", "10m", "The longest timeout that a run may ask for."),
    Setting::new("commands.time_limit", "1h", "When a whole run ends, whatever still waits or runs."),
    Setting::new("commands.max_output", "1MiB", "How much is kept of each stream that a command writes on a host."),
    Setting::new("commands.max_memory", "64MiB", "How much is kept of what all commands write, in all."),
    Setting::new("commands.keep", "15m", "How long a run and its results are kept after its end."),
];

/// How far commands on hosts may go.
#[derive(Debug, Clone)]
pub struct Commands {
    /// On how many hosts a run goes at once.
    pub concurrency: usize,
    /// On how many hosts a run may go in all.
    pub max_hosts: usize,
    /// When a command is killed that nothing else was said of.
    pub timeout: Duration,
    /// The longest that may be said.
    pub max_timeout: Duration,
    /// When a whole run ends.
    pub time_limit: Duration,
    /// How many bytes are kept of each stream of a host.
    pub max_output: usize,
    /// How many bytes are kept in all.
    pub max_memory: usize,
    /// How long a run is kept after its end.
    pub keep: Duration,
}

impl Commands {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            concurrency: values.read("commands.concurrency", units::parsed)?,
            max_hosts: values.read("commands.max_hosts", units::parsed)?,
            timeout: values.read("commands.timeout", units::duration)?,
            max_timeout: values.read("commands.max_timeout", units::duration)?,
            time_limit: values.read("commands.time_limit", units::duration)?,
            max_output: values.read("commands.max_output", units::size)?,
            max_memory: values.read("commands.max_memory", units::size)?,
            keep: values.read("commands.keep", units::duration)?,
        })
    }
}
