//! `[sessions]`: limits of terminal sessions.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("sessions.max_per_account", "10", "How many sessions of an account may live at once."),
    Setting::new("sessions.max_total", "0", "How many sessions may live at once in all; 0 is no limit."),
    Setting::new("sessions.idle_timeout", "30m", "How long a session lives while nobody looks at it; 0 is for ever."),
    Setting::new("sessions.max_duration", "8h", "How long a session lives at most; 0 is for ever."),
    Setting::new("sessions.warn_before", "2m", "How long before an end by a limit the terminal warns; 0 never warns."),
    Setting::new(
        "sessions.extend_by",
        "1h",
        "How far from now an extension moves the longest duration; 0 allows none.",
    ),
    Setting::new("sessions.heartbeat_interval", "15s", "How often a visible page says that it is there."),
    Setting::new("sessions.scrollback", "1MiB", "How much output of a session is kept for a page that comes back."),
];

/// Limits of terminal sessions.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// How many sessions of an account may live at once.
    pub max_per_account: u32,
    /// How many sessions may live at once in all; 0 is no limit.
    pub max_total: u32,
    /// How long a session lives while nobody looks at it; zero is for ever.
    pub idle_timeout: Duration,
    /// How long a session lives at most; zero is for ever.
    pub max_duration: Duration,
    /// How long before an end by a limit its viewers are warned; zero warns nobody.
    pub warn_before: Duration,
    /// How far from now an extension moves the longest duration; zero allows none.
    pub extend_by: Duration,
    /// How often a visible page says that it is there.
    pub heartbeat_interval: Duration,
    /// How many bytes of a session's output are kept.
    pub scrollback: usize,
}

impl Sessions {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            max_per_account: values.read("sessions.max_per_account", at_least_one)?,
            max_total: values.read("sessions.max_total", units::parsed)?,
            idle_timeout: values.read("sessions.idle_timeout", units::duration)?,
            max_duration: values.read("sessions.max_duration", units::duration)?,
            warn_before: values.read("sessions.warn_before", units::duration)?,
            extend_by: values.read("sessions.extend_by", units::duration)?,
            heartbeat_interval: values.read("sessions.heartbeat_interval", units::some_duration)?,
            scrollback: values.read("sessions.scrollback", scrollback)?,
        })
    }
}

fn at_least_one(text: &str) -> Result<u32, String> {
    units::parsed(text).and_then(|count| if count == 0 { Err("nobody could open a session".into()) } else { Ok(count) })
}

/// Below a screenful nothing could be shown again; above a gigabyte it is a slip of the pen.
fn scrollback(text: &str) -> Result<usize, String> {
    let size = units::size(text)?;
    if (16 * 1024..=1 << 30).contains(&size) { Ok(size) } else { Err("it must lie between 16KiB and 1GiB".into()) }
}
