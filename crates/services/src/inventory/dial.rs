//! Dialling a host of the inventory: through its jump hosts, each with its own key check and its own credential.

use super::{
    Inventory,
    login::{OneTimeLogin, refuse_unprepared},
    target::{Target, Way},
};
use crate::{Caller, ServiceError, access::HostGrant};
use transport::{DialError, Link, Login, NeededSecret};
use wire::inventory::HostView;

impl Inventory {
    /// Opens a link to the granted host. What was typed for this once goes to that host and to none before it.
    pub(crate) async fn dial(
        &self,
        caller: &Caller,
        grant: &HostGrant,
        once: OneTimeLogin,
    ) -> Result<Link, ServiceError> {
        let (host, once) = (grant.host(), once.without_empty());
        refuse_unprepared(host, &once)?;
        let target = self.target(caller, host).await?;
        self.dial_host(caller, host, &target, once).await
    }

    /// The host as a place to dial, with a link through the last jump host when there are any.
    pub(super) async fn target(&self, caller: &Caller, host: &HostView) -> Result<Target, ServiceError> {
        let mut way = Way::default();
        for jump in self.jumps(caller.account(), host).await? {
            let target = Target::host(&jump, way.clone());
            let link = self.dial_host(caller, &jump, &target, OneTimeLogin::default()).await;
            way = way.through(&jump, link.map_err(|error| at_jump(&jump, error))?);
        }
        Ok(Target::host(host, way))
    }

    async fn dial_host(
        &self,
        caller: &Caller,
        host: &HostView,
        target: &Target,
        once: OneTimeLogin,
    ) -> Result<Link, ServiceError> {
        let trusted = self.known_keys(caller.account(), target).await?;
        let login = self.login(caller, host, once).await?;
        self.sign_in(target, &login, &trusted).await
    }

    /// Signs in at a place where these keys are trusted.
    pub(super) async fn sign_in(
        &self,
        target: &Target,
        login: &Login,
        trusted: &[String],
    ) -> Result<Link, ServiceError> {
        let dialled = transport::dial(target.endpoint(), login, trusted, target.via(), self.0.dial_timeout).await;
        dialled.map_err(|error| refusal(target, trusted, error))
    }
}

/// A refusal for its host key becomes the question that a person can answer.
fn refusal(target: &Target, trusted: &[String], error: DialError) -> ServiceError {
    match error {
        DialError::HostKeyUnknown(shown) => ServiceError::HostKeyUnknown(Box::new(target.scan(&shown, &[]))),
        DialError::HostKeyChanged { shown, .. } => ServiceError::HostKeyChanged(Box::new(target.scan(&shown, trusted))),
        other => ServiceError::Dial(other),
    }
}

/// Nobody can be asked for a jump host's secret while another host is being opened, so the answer says what to store.
fn at_jump(jump: &HostView, error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Dial(DialError::SecretNeeded { what: NeededSecret::Password, .. }) => {
            ServiceError::NotBootstrapped { name: format!("the jump host {}", jump.name) }
        }
        ServiceError::Dial(DialError::SecretNeeded { what: NeededSecret::Passphrase, .. }) => {
            ServiceError::Conflict(format!(
                "the key of the jump host {} needs its passphrase; store it with the credential to go through it",
                jump.name
            ))
        }
        other => other,
    }
}
