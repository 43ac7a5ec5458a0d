//! A terminal on a host that is not in the inventory: a script names everything itself (SPEC §12).

use super::{Inventory, fields, login::by_password, target::Target};
use crate::{Caller, ServiceError, access};
use transport::{Endpoint, Link, Login};
use wire::vault::Secret;

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

impl Inventory {
    /// Opens a link to such a host. Its trusted keys are those of the same account and endpoint.
    pub(crate) async fn dial_adhoc(&self, caller: &Caller, adhoc: AdHoc) -> Result<Link, ServiceError> {
        access::may_connect(caller)?;
        let username = fields::username(Some(&adhoc.username))?;
        let username = username.ok_or_else(|| ServiceError::bad("the username is missing"))?;
        let endpoint = Endpoint { address: fields::address(&adhoc.hostname)?, port: fields::port(adhoc.port)? };
        let target = Target::adhoc(endpoint);
        let login = by_password(username, adhoc.password);
        let dialled = match &adhoc.fingerprint {
            // A script that names a key means that key, whatever else is trusted.
            Some(expected) => self.dial_exactly(caller, &target, &login, expected).await,
            None => self.dial_known(caller, &target, &login).await,
        };
        match (dialled, adhoc.fingerprint) {
            // Naming the very key that the host shows is the decision to trust it.
            (Err(ServiceError::HostKeyUnknown(scan) | ServiceError::HostKeyChanged(scan)), Some(expected))
                if scan.fingerprint == expected.trim() =>
            {
                let (shown, _) = self.trust_shown(caller.account(), &target, &expected).await?;
                self.sign_in(caller.account(), &target, &login, &[shown.openssh]).await
            }
            // It may be trusted; it is not the one that was named.
            (Err(ServiceError::HostKeyUnknown(scan)), Some(_)) => Err(ServiceError::HostKeyChanged(scan)),
            (dialled, _) => dialled,
        }
    }

    async fn dial_exactly(
        &self,
        caller: &Caller,
        target: &Target,
        login: &Login,
        expected: &str,
    ) -> Result<Link, ServiceError> {
        let mut trusted = self.trusted(caller.account(), target).await?;
        trusted.retain(|key| transport::describe_key(key).is_ok_and(|key| key.fingerprint == expected.trim()));
        self.sign_in(caller.account(), target, login, &trusted).await
    }

    async fn dial_known(&self, caller: &Caller, target: &Target, login: &Login) -> Result<Link, ServiceError> {
        let trusted = self.known_keys(caller.account(), target).await?;
        self.sign_in(caller.account(), target, login, &trusted).await
    }
}
