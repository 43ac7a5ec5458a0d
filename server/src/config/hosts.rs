//! `[hosts]`: how hosts are reached.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("hosts.probe_interval", "60s", "How often each host's port is probed; 0 switches probing off."),
    Setting::new("hosts.dial_timeout", "20s", "How long reaching a host may take, sign-in included."),
    Setting::new(
        "hosts.links_apart",
        "4",
        "How many sessions of an account on one host get a connection of their own, so that floods stay apart; further ones share.",
    ),
    Setting::new(
        "hosts.link_idle",
        "5m",
        "How long a connection to a host stays after its last use, for the next one; 0 ends it with its last user.",
    ),
];

/// How hosts are reached.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// How often each host's port is probed; zero switches probing off.
    pub probe_interval: Duration,
    /// How long reaching a host may take, sign-in included.
    pub dial_timeout: Duration,
    /// How many sessions of an account on one host get a connection of their own before further ones share.
    pub links_apart: usize,
    /// How long a connection to a host stays after its last use; zero ends it with its last user.
    pub link_idle: Duration,
}

impl Hosts {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            probe_interval: values.read("hosts.probe_interval", units::duration)?,
            dial_timeout: values.read("hosts.dial_timeout", units::some_duration)?,
            links_apart: values.read("hosts.links_apart", units::parsed)?,
            link_idle: values.read("hosts.link_idle", units::duration)?,
        })
    }
}
