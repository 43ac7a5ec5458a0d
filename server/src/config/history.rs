//! `[history]`: what is kept of the commands typed at shell prompts.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("history.enabled", "true", "Whether the commands typed at shell prompts are kept."),
    Setting::new("history.retention", "365d", "How long typed commands are kept; 0 is for ever."),
    Setting::new("history.max_per_account", "50000", "How many typed commands of an account are kept; 0 is no limit."),
];

/// What is kept of typed commands.
#[derive(Debug, Clone)]
pub struct History {
    /// Whether any are kept.
    pub enabled: bool,
    /// How long; zero is for ever.
    pub retention: Duration,
    /// How many of an account, the newest ones; 0 is no limit.
    pub max_per_account: u64,
}

impl History {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            enabled: values.read("history.enabled", units::parsed)?,
            retention: values.read("history.retention", units::duration)?,
            max_per_account: values.read("history.max_per_account", units::parsed)?,
        })
    }
}
