//! `[connections]`: limits of the connections that scripts open by name.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        "connections.max_per_account",
        "20",
        "How many connections of an account's scripts may stand at once.",
    ),
    Setting::new("connections.idle_timeout", "30m", "How long such a connection stays unused; 0 is for ever."),
];

/// Limits of the connections that scripts open by name.
#[derive(Debug, Clone)]
pub struct Connections {
    /// How many may stand at once for an account.
    pub max_per_account: usize,
    /// How long one stays unused; zero is for ever.
    pub idle_timeout: Duration,
}

impl Connections {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            max_per_account: values.read("connections.max_per_account", units::parsed)?,
            idle_timeout: values.read("connections.idle_timeout", units::duration)?,
        })
    }
}
