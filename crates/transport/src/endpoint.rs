//! Where a host is, and who signs in there.

use std::fmt;
use wire::vault::Secret;

/// A host's address and port. Its text (`address:port`) is what host keys are remembered under.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A DNS name or an IP address, without brackets.
    pub address: String,
    /// The TCP port.
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.address.contains(':') {
            write!(f, "[{}]:{}", self.address, self.port)
        } else {
            write!(f, "{}:{}", self.address, self.port)
        }
    }
}

/// What is known for signing in. What is missing comes back as [`crate::DialError::SecretNeeded`] or
/// [`crate::DialError::Asked`].
#[derive(Debug, Clone, Default)]
pub struct Login {
    /// The username on the host.
    pub username: String,
    /// A password; also answers a host's question for one.
    pub password: Option<Secret>,
    /// A private key as PEM (OpenSSH, PKCS#1, SEC1 or PKCS#8) or in PuTTY's form.
    pub private_key: Option<Secret>,
    /// Opens the private key when it is encrypted.
    pub passphrase: Option<Secret>,
    /// The private key's certificate as a line of OpenSSH (`…-cert-v01@openssh.com AAAA…`); it is shown before the key alone.
    pub certificate: Option<String>,
    /// Whether shells and commands of this sign-in may have its private key sign for them, by an agent that is forwarded.
    pub forward_agent: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(address: &str) -> String {
        Endpoint { address: address.to_owned(), port: 22 }.to_string()
    }

    #[test]
    fn brackets_only_where_colons_would_confuse() {
        assert_eq!(shown("web01.example"), "web01.example:22");
        assert_eq!(shown("192.0.2.7"), "192.0.2.7:22");
        assert_eq!(shown("2001:db8::1"), "[2001:db8::1]:22");
    }
}
