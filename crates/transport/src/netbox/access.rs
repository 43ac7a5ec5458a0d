//! Where a NetBox is, and what is shown to it.

use super::NetBoxError;
use crate::Endpoint;
use hyper::Uri;
use std::{fmt, net::IpAddr, time::Duration};
use wire::vault::Secret;

/// The address under which NetBox shows its start page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetBoxUrl {
    /// Whether TLS is spoken.
    pub(super) tls: bool,
    /// Where it listens.
    pub(super) endpoint: Endpoint,
    /// The path before `/api`, without the slash at its end.
    pub(super) base: String,
}

impl NetBoxUrl {
    /// Reads an address such as `https://netbox.example.org` or `http://10.0.0.5:8000/netbox/`.
    ///
    /// # Errors
    /// [`NetBoxError::BadUrl`] for anything but `http` and `https`, and for names, passwords, queries in it.
    pub fn parse(text: &str) -> Result<Self, NetBoxError> {
        let bad = |why: &str| NetBoxError::BadUrl(format!("{why}; write it like https://netbox.example.org"));
        let text = text.trim();
        if text.len() > 500 || text.contains(['#', '?']) || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(bad("the address has signs that an address here cannot have"));
        }
        let uri: Uri = text.parse().map_err(|_| bad("this is no address"))?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad("the address begins with http:// or https://")),
        };
        let authority = uri.authority().ok_or_else(|| bad("the address names no server"))?;
        if authority.as_str().contains('@') {
            return Err(bad("the address holds a name or a password, which belong into the token"));
        }
        let address = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if address.is_empty() {
            return Err(bad("the address names no server"));
        }
        let bad_port = || bad("the port is a number from 1 to 65535");
        let port = match authority.as_str().strip_prefix(authority.host()).ok_or_else(bad_port)? {
            "" => usual_port(tls),
            rest => rest
                .strip_prefix(':')
                .and_then(|port| port.parse().ok())
                .filter(|port| *port > 0)
                .ok_or_else(bad_port)?,
        };
        let base = uri.path().trim_end_matches('/').trim_end_matches("/api").trim_end_matches('/').to_owned();
        Ok(Self { tls, endpoint: Endpoint { address, port }, base })
    }

    /// Whether what is sent travels in the clear.
    pub fn is_clear(&self) -> bool {
        !self.tls
    }

    /// The host and port as a `Host` header says them.
    pub(super) fn authority(&self) -> String {
        let Endpoint { address, port } = &self.endpoint;
        let host = if address.contains(':') { format!("[{address}]") } else { address.clone() };
        if *port == usual_port(self.tls) { host } else { format!("{host}:{port}") }
    }
}

const fn usual_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

impl fmt::Display for NetBoxUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", if self.tls { "https" } else { "http" }, self.authority(), self.base)
    }
}

/// Whose certificate is good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum NetBoxTrust {
    /// Those that the machine's signers vouch for.
    #[default]
    System,
    /// Those, and the ones that these authorities (PEM) vouch for.
    Authority(String),
    /// Exactly the one with this SHA-256 (of the DER, in hexadecimal).
    Pinned(String),
}

/// Where a NetBox is, and how it is asked.
#[derive(Debug, Clone)]
pub struct NetBoxAccess {
    /// Its address.
    pub url: NetBoxUrl,
    /// The API token: `nbt_<key>.<token>`, or forty characters as before NetBox 4.5.
    pub token: Secret,
    /// Whose certificate is good.
    pub trust: NetBoxTrust,
    /// Whether addresses of this machine and of its links are asked.
    pub allow_local: bool,
    /// How long one answer may take.
    pub timeout: Duration,
    /// The shortest time from one question to the next.
    pub interval: Duration,
}

/// Whether an address is the machine's own or its links': there, services answer that trust whoever reaches them.
pub(super) fn is_local(address: IpAddr) -> bool {
    let address = address.to_canonical();
    match address {
        IpAddr::V4(v4) => {
            v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || v4.octets()[0] == 0
        }
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unicast_link_local()
                // The metadata service of one large provider.
                || v6.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_paste_them() {
        for (text, shown) in [
            ("https://netbox.example.org", "https://netbox.example.org"),
            (" https://NetBox.example.org/api/ ", "https://netbox.example.org"),
            ("http://10.0.0.5:8000/netbox/", "http://10.0.0.5:8000/netbox"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://nb:80/", "http://nb"),
        ] {
            assert_eq!(NetBoxUrl::parse(text).map(|url| url.to_string()), Ok(shown.to_owned()));
        }
        let bad = [
            "",
            "netbox",
            "ftp://netbox",
            "https://",
            "https://u:p@netbox",
            "https://nb/?q=1",
            "https://nb/#x",
            "file:///etc",
            "https://nb:0",
            "https://nb:99999",
            "https://nb /",
            "https://nb:",
        ];
        for bad in bad {
            assert!(NetBoxUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_machine_itself_and_its_links_are_local() {
        for local in [
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.1.1",
            "224.0.0.1",
        ] {
            assert!(is_local(local.parse().unwrap()), "{local}");
        }
        for other in ["10.0.0.1", "192.168.1.1", "192.0.2.1", "2001:db8::1", "fd12::1"] {
            assert!(!is_local(other.parse().unwrap()), "{other}");
        }
    }
}
