//! A terminal on a host that is not in the inventory: a script names everything itself (SPEC §12).

use super::{Inventory, fields, login::by_password, target::Target};
use crate::{Caller, ServiceError, access};
use transport::{Endpoint, HostTrust, Link, Login};
use wire::{links::LinkPurpose, vault::Secret};

/// A host that is not in the inventory, and how to sign in there.
#[derive(Debug, Clone)]
pub struct AdHoc {
    /// A DNS name or an IP address.
    pub hostname: String,
    /// The TCP port.
    pub port: u16,
    /// The username to sign in with.
    pub username: String,
    /// The password to sign in with; not stored.
    pub password: Secret,
    /// The host key to trust when the host shows exactly this one: `SHA256:…`.
    pub fingerprint: Option<String>,
}

/// A place that is not in the inventory.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// A DNS name or an IP address.
    pub(crate) hostname: String,
    /// The TCP port.
    pub(crate) port: u16,
    /// The host key to trust when the host shows exactly this one: `SHA256:…`.
    pub(crate) fingerprint: Option<String>,
}

impl Inventory {
    /// Opens a link for a terminal on such a host. Its trusted keys are those of the same account and endpoint.
    pub(crate) async fn dial_adhoc(&self, caller: &Caller, adhoc: AdHoc) -> Result<Link, ServiceError> {
        let AdHoc { hostname, port, username, password, fingerprint } = adhoc;
        let place = Place { hostname, port, fingerprint };
        self.dial_at(caller, place, by_password(username, password), LinkPurpose::Shared).await
    }

    /// Opens a link for a connection that a script uses by name.
    pub(crate) async fn dial_place(&self, caller: &Caller, place: Place, login: Login) -> Result<Link, ServiceError> {
        self.dial_at(caller, place, login, LinkPurpose::Connection).await
    }

    async fn dial_at(
        &self,
        caller: &Caller,
        place: Place,
        login: Login,
        purpose: LinkPurpose,
    ) -> Result<Link, ServiceError> {
        access::may_connect(caller)?;
        let username = fields::username(Some(&login.username))?;
        let username = username.ok_or_else(|| ServiceError::bad("the username is missing"))?;
        let endpoint = Endpoint { address: fields::address(&place.hostname)?, port: fields::port(place.port)? };
        let (target, login) = (Target::adhoc(endpoint), Login { username, ..login });
        let dial = AtPlace { caller, target: &target, login: &login, purpose };
        let dialled = match &place.fingerprint {
            // A script that names a key means that key, whatever else is trusted.
            Some(expected) => self.dial_exactly(&dial, expected).await,
            None => self.dial_known(&dial).await,
        };
        match (dialled, place.fingerprint) {
            // Naming the very key that the host shows is the decision to trust it.
            (Err(ServiceError::HostKeyUnknown(scan) | ServiceError::HostKeyChanged(scan)), Some(expected))
                if scan.fingerprint == expected.trim() =>
            {
                let (shown, _) = self.trust_shown(caller, &target, &expected).await?;
                self.sign_in(caller.account(), &target, &login, &HostTrust::of_keys(&[shown.openssh]), purpose).await
            }
            // It may be trusted; it is not the one that was named.
            (Err(ServiceError::HostKeyUnknown(scan)), Some(_)) => Err(ServiceError::HostKeyChanged(scan)),
            (dialled, _) => dialled,
        }
    }

    async fn dial_exactly(&self, dial: &AtPlace<'_>, expected: &str) -> Result<Link, ServiceError> {
        let account = dial.caller.account();
        let mut trusted = self.trusted(account, dial.target).await?;
        trusted.keys.retain(|key| transport::describe_key(key).is_ok_and(|key| key.fingerprint == expected.trim()));
        trusted.authorities.clear();
        self.sign_in(account, dial.target, dial.login, &trusted, dial.purpose).await
    }

    async fn dial_known(&self, dial: &AtPlace<'_>) -> Result<Link, ServiceError> {
        let account = dial.caller.account();
        let trusted = self.known_keys(account, dial.target).await?;
        self.sign_in(account, dial.target, dial.login, &trusted, dial.purpose).await
    }
}

struct AtPlace<'a> {
    caller: &'a Caller,
    target: &'a Target,
    login: &'a Login,
    purpose: LinkPurpose,
}
