//! `[audit]`: how long the audit log is kept.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] =
    &[Setting::new("audit.retention", "0", "How long a line of the audit log is kept, as `365d`; 0 is for ever.")];

/// How long the audit log is kept.
#[derive(Debug, Clone)]
pub struct Audit {
    /// How long a line is kept; zero is for ever.
    pub retention: Duration,
}

impl Audit {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { retention: values.read("audit.retention", units::duration)? })
    }
}
