//! What `berth config` prints: every setting with its value and where it came from.

use super::Config;
use std::fmt::Write as _;

impl Config {
    /// One line a setting, as TOML with the origin behind it; secrets masked.
    pub fn report(&self) -> String {
        let mut report = String::new();
        for (setting, value) in self.values.all() {
            let shown = match setting.key {
                "database_url" => masked(&self.reach.database_url),
                _ if setting.secret => "****".into(),
                _ => value.text.clone(),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(report, "{} = {shown:?}  # {}; {}", setting.key, value.origin, setting.env_name());
        }
        report
    }
}

/// The address without its password.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "****".into() };
    let Some((user, place)) = rest.rsplit_once('@') else { return url.into() };
    let name = user.split_once(':').map_or(user, |(name, _)| name);
    format!("{scheme}://{name}:****@{place}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_password_never_shows() {
        assert_eq!(masked("postgres://berth:p@ss@db:5432/berth"), "postgres://berth:****@db:5432/berth");
        assert_eq!(masked("sqlite://./data/berth.db?mode=rwc"), "sqlite://./data/berth.db?mode=rwc");
    }
}
