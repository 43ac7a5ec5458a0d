//! `[netbox]`: which servers are asked as NetBox, and how often.

use super::{ConfigError, Setting, layers::Values, units};
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        "netbox.allow_local",
        "false",
        "Whether members may name a NetBox at an address of the server itself or of its links (127.0.0.1, 169.254.…).",
    ),
    Setting::new(
        "netbox.shortest_sync",
        "15m",
        "The shortest time between scheduled imports from NetBox that members may choose; a week is the longest.",
    ),
];

/// Which servers are asked as NetBox, and how often.
#[derive(Debug, Clone)]
pub struct NetBox {
    /// Whether one may be at an address of the server itself or of its links.
    pub allow_local: bool,
    /// The shortest time between scheduled imports that members may choose.
    pub shortest_sync: Duration,
}

impl NetBox {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            allow_local: values.read("netbox.allow_local", units::parsed)?,
            shortest_sync: values.read("netbox.shortest_sync", units::some_duration)?,
        })
    }
}
