//! `[netbox]`: which servers are asked as NetBox.

use super::{ConfigError, Setting, layers::Values, units};

pub(super) const SETTINGS: &[Setting] = &[Setting::new(
    "netbox.allow_local",
    "false",
    "Whether members may name a NetBox at an address of the server itself or of its links (127.0.0.1, 169.254.…).",
)];

/// Which servers are asked as NetBox.
#[derive(Debug, Clone)]
pub struct NetBox {
    /// Whether one may be at an address of the server itself or of its links.
    pub allow_local: bool,
}

impl NetBox {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { allow_local: values.read("netbox.allow_local", units::parsed)? })
    }
}
