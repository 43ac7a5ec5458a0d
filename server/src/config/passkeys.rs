//! `[passkeys]`: whether one may sign in with a passkey (WebAuthn). They belong to the name in `public_url`.

use super::{ConfigError, Reach, Setting, layers::Values, units};
use axum::http::Uri;
use services::PasskeySettings;
use std::net::IpAddr;

const ENABLED: &str = "passkeys.enabled";

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        ENABLED,
        "false",
        "Whether one may sign in with a passkey. Takes `public_url`, with a name and `https` (or `http://localhost`); passkeys belong to that name.",
    ),
    Setting::new(
        "passkeys.instead_of_provider",
        "false",
        "Whether a passkey signs in to an account without a password, too, without its provider or directory being asked. Else it opens its vault.",
    ),
];

/// Passkeys; none when they are switched off.
#[derive(Debug, Clone)]
pub struct Passkeys(pub Option<PasskeySettings>);

impl Passkeys {
    pub(super) fn read(values: &Values, reach: &Reach) -> Result<Self, ConfigError> {
        let instead_of_provider = values.read("passkeys.instead_of_provider", units::parsed)?;
        if !values.read(ENABLED, units::parsed::<bool>)? {
            return Ok(Self(None));
        }
        let Some(origin) = reach.public_url.clone() else {
            return values.refuse(
                ENABLED,
                "passkeys belong to a name: set `public_url` to the address under which people open Berth",
            );
        };
        match unfit(&origin) {
            Some(why) => values.refuse(ENABLED, why),
            None => Ok(Self(Some(PasskeySettings { origin, instead_of_provider }))),
        }
    }
}

/// Why browsers would have no passkeys at an address.
fn unfit(origin: &str) -> Option<&'static str> {
    let uri: Uri = origin.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    if host.is_empty() || host.parse::<IpAddr>().is_ok() {
        return Some("`public_url` is a bare address, and passkeys belong to a name; give the server one");
    }
    let is_local = host == "localhost" || host.ends_with(".localhost");
    if uri.scheme_str() != Some("https") && !is_local {
        return Some(
            "`public_url` is plain `http`, where browsers have no passkeys; put TLS before the server, or set `[tls]`",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_take_a_name_and_tls() {
        for fit in
            ["https://berth.example.org", "https://berth:8443", "http://localhost:8080", "http://berth.localhost"]
        {
            assert_eq!(unfit(fit), None, "{fit}");
        }
        for (unfit_one, why) in [
            ("https://10.1.2.3", "bare address"),
            ("https://[::1]:8080", "bare address"),
            ("http://127.0.0.1:8080", "bare address"),
            ("http://berth.example.org", "plain `http`"),
            ("http://localhost.example.org", "plain `http`"),
        ] {
            assert!(unfit(unfit_one).is_some_and(|told| told.contains(why)), "{unfit_one}");
        }
    }
}
