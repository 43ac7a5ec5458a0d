//! `[metrics]`: who reads `/metrics`.

use super::{ConfigError, Setting, layers::Values, reach, units};
use ipnet::IpNet;
use std::net::IpAddr;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("metrics.open", "false", "Whether a scraper from `metrics.networks` reads /metrics without a token."),
    Setting::new("metrics.networks", "127.0.0.0/8, ::1", "From where, when it is open."),
];

/// Who reads `/metrics` besides admins.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Whether anybody does.
    pub open: bool,
    /// From where.
    pub networks: Vec<IpNet>,
}

impl Metrics {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self {
            open: values.read("metrics.open", units::parsed)?,
            networks: values.read("metrics.networks", reach::networks)?,
        })
    }

    /// Whether a stranger from this address may scrape.
    pub fn lets_in(&self, address: IpAddr) -> bool {
        self.open && self.networks.iter().any(|network| network.contains(&address.to_canonical()))
    }
}
