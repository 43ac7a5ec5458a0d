//! `[accounts]`: what is required of accounts.

use super::{ConfigError, Setting, layers::Values};
use services::accounts::RequireSecondFactor;

pub(super) const SETTINGS: &[Setting] = &[Setting::new(
    "accounts.require_second_factor",
    "off",
    "Who must have a second factor to get further than setting one up: `off` (nobody), `admins` or `all`.",
)];

/// What is required of accounts.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Whom a second factor is required of.
    pub require_second_factor: RequireSecondFactor,
}

impl Accounts {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { require_second_factor: values.read("accounts.require_second_factor", policy)? })
    }
}

fn policy(text: &str) -> Result<RequireSecondFactor, String> {
    match text {
        "off" => Ok(RequireSecondFactor::Off),
        "admins" => Ok(RequireSecondFactor::Admins),
        "all" => Ok(RequireSecondFactor::All),
        _ => Err("it is none of `off`, `admins` and `all`".into()),
    }
}
