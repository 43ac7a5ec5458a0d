//! Dialling a host of the inventory: through its jump hosts, each with its own key check and its own credential.

use super::{
    Inventory,
    links::{SPARE_AFTER, SpareWanted},
    login::{OneTimeLogin, refuse_unprepared},
    target::{Target, Way},
};
use crate::{Caller, ServiceError, access::HostGrant};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use transport::{DialError, Link, Login, NeededSecret};
use wire::inventory::HostView;

/// How long a link that stands may take to open one more channel. A host that went away silently shows only later.
const WARM: Duration = Duration::from_secs(3);

/// Whether a link that stands will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A link that others use will do, for one more shell.
    Shared,
    /// A link that others use will do, to go through it.
    Way,
    /// A new link.
    New,
}

impl Inventory {
    /// Opens a shell on the granted host, the way that `start` does: on a link that stands, if one does, else on a new one.
    pub(crate) async fn open_shell<T, F>(
        &self,
        caller: &Caller,
        grant: &HostGrant,
        once: OneTimeLogin,
        start: impl Fn(Link) -> F + Send + Sync,
    ) -> Result<(Link, T), ServiceError>
    where
        F: Future<Output = Result<T, ServiceError>> + Send,
    {
        let once = once.without_empty();
        // What was typed for this once opens this once.
        if once.password.is_none() && once.passphrase.is_none() {
            match self.link(caller, grant, once.clone(), Ask::Shared).await {
                Ok((link, false)) => return shell_on(link, &start).await,
                // A host may allow no further channel (MaxSessions), or be gone: then a link of its own is the way.
                Ok((link, true)) => {
                    if let Ok(Ok(opened)) = timeout(WARM, shell_on(link, &start)).await {
                        return Ok(opened);
                    }
                }
                Err(ServiceError::Dial(DialError::TimedOut { .. } | DialError::Lost { .. }))
                    if grant.host().jump_host_id.is_some() => {}
                Err(error) => return Err(error),
            }
        }
        let (link, _) = self.link(caller, grant, once, Ask::New).await?;
        shell_on(link, &start).await
    }

    /// Opens a link to the granted host, or finds one; says whether others use it too. What was typed for this once goes to
    /// that host and to none before it.
    pub(super) async fn link(
        &self,
        caller: &Caller,
        grant: &HostGrant,
        once: OneTimeLogin,
        ask: Ask,
    ) -> Result<(Link, bool), ServiceError> {
        let (host, once) = (grant.host(), once.without_empty());
        refuse_unprepared(host, &once)?;
        let target = self.target_by(caller, host, ask).await?;
        self.dial_host(caller, host, &target, once, ask).await
    }

    /// The host as a place to dial, with a new link through the last jump host when there are any.
    pub(super) async fn target(&self, caller: &Caller, host: &HostView) -> Result<Target, ServiceError> {
        self.target_by(caller, host, Ask::New).await
    }

    async fn target_by(&self, caller: &Caller, host: &HostView, ask: Ask) -> Result<Target, ServiceError> {
        let mut way = Way::default();
        for jump in self.jumps(caller.account(), host).await? {
            let target = Target::host(&jump, way.clone());
            let ask = if ask == Ask::New { Ask::New } else { Ask::Way };
            let link = self.dial_host(caller, &jump, &target, OneTimeLogin::default(), ask).await;
            way = way.through(&jump, link.map_err(|error| at_jump(&jump, error))?.0);
        }
        Ok(Target::host(host, way))
    }

    async fn dial_host(
        &self,
        caller: &Caller,
        host: &HostView,
        target: &Target,
        once: OneTimeLogin,
        ask: Ask,
    ) -> Result<(Link, bool), ServiceError> {
        let trusted = self.known_keys(caller.account(), target).await?;
        let private = once.password.is_some() || once.passphrase.is_some();
        let login = self.login(caller, host, once).await?;
        let links = &self.0.links;
        let likeness = links.likeness(caller.account(), target, &trusted, &login).filter(|_| !private);
        let standing = likeness.and_then(|likeness| match ask {
            Ask::Shared => links.find(&likeness),
            Ask::Way => links.way(&likeness),
            Ask::New => None,
        });
        let is_shared = standing.is_some();
        let link = match standing {
            Some(link) => link,
            None => self.sign_in(target, &login, &trusted).await?,
        };
        if let Some(likeness) = likeness {
            if !is_shared {
                links.keep(likeness, &link);
            }
            if ask == Ask::Shared
                && let Some(wanted) = links.wants_spare(&likeness)
            {
                tokio::spawn(self.clone().dial_spare(wanted, target.clone(), login, trusted));
            }
        }
        Ok((link, is_shared))
    }

    /// Dials the link that the next session will find. Nobody waits for it; should it fail, the next session shares a link.
    async fn dial_spare(self, wanted: SpareWanted, target: Target, login: Login, trusted: Vec<String>) {
        sleep(SPARE_AFTER).await;
        if wanted.is_wanted()
            && let Ok(link) = self.sign_in(&target, &login, &trusted).await
        {
            wanted.fill(link);
        }
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

async fn shell_on<T, F>(link: Link, start: &(impl Fn(Link) -> F + Sync)) -> Result<(Link, T), ServiceError>
where
    F: Future<Output = Result<T, ServiceError>> + Send,
{
    let shell = start(link.clone()).await?;
    Ok((link, shell))
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
