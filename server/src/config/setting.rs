//! What one setting is called, what it is by default and what it is for.

/// One setting. Its name in the environment follows from its key.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The key as in the TOML file, with its table: `sessions.max_per_account`.
    pub key: &'static str,
    /// What it is when nobody sets it, as one would write it.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether its value may carry a password.
    pub secret: bool,
}

impl Setting {
    /// A setting that may be shown.
    pub(super) const fn new(key: &'static str, default: &'static str, about: &'static str) -> Self {
        Self { key, default, about, secret: false }
    }

    /// A setting whose value may carry a password.
    pub(super) const fn secret(key: &'static str, default: &'static str, about: &'static str) -> Self {
        Self { key, default, about, secret: true }
    }

    /// Its name in the environment.
    pub fn env_name(&self) -> String {
        format!("{ENV_PREFIX}{}", self.key.replace('.', "_").to_uppercase())
    }
}

/// Every environment variable with this prefix is taken for a setting.
pub(super) const ENV_PREFIX: &str = "BERTH_";
