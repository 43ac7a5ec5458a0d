//! A terminal on a host that is not in the inventory: a script names everything itself (SPEC §12).

use super::{Inventory, fields, login::by_password, target::Target};
use crate::{Caller, ServiceError, access};
use transport::{Endpoint, Link};
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
        let trusted = self.known_or_expected(caller, &target, adhoc.fingerprint.as_deref()).await?;
        self.sign_in(&target, &by_password(username, adhoc.password), &trusted).await
    }

    /// The trusted keys; naming the fingerprint that the host shows is the decision to trust that key.
    async fn known_or_expected(
        &self,
        caller: &Caller,
        target: &Target,
        expected: Option<&str>,
    ) -> Result<Vec<String>, ServiceError> {
        let Some(expected) = expected else { return self.known_keys(caller.account(), target).await };
        let (shown, scan) = self.look(caller.account(), target).await?;
        let trusted = self.trusted(caller.account(), target).await?;
        if shown.fingerprint == expected.trim() {
            self.trust(caller.account(), target, &shown).await?;
            return Ok(vec![shown.openssh]);
        }
        if trusted.is_empty() { Err(ServiceError::HostKeyUnknown(Box::new(scan))) } else { Ok(trusted) }
    }
}
