//! "Set up access" (SPEC §3): sign in once, install a key, test it, read what the host is.
//!
//! A question (an unknown host key, a locked vault) and a host that does not answer are errors, and change nothing. What
//! the host itself turns down is an answer: it is kept with the host, so that the page can say why. The work runs in a
//! task of its own: a browser that goes away leaves no key on the host without its other half in the vault.

use super::{
    Inventory, fields,
    ftp::refuse_ftp,
    key_install::{InstalledKey, Wanted},
    login::by_password,
    remote::{Facts, read_facts},
    target::Target,
};
use crate::{Caller, ServiceError, access, clock};
use storage::BootstrapRecord;
use transport::{DialError, HostTrust, Login};
use wire::{
    CredentialId, HostId,
    inventory::{BootstrapReport, BootstrapRequest, BootstrapState, HostView},
    links::LinkPurpose,
};

/// Why it did not work.
pub(super) enum Failure {
    /// Nothing was tried; the caller gets the error.
    Refused(ServiceError),
    /// The host did not let the account in; this is kept with it.
    TurnedDown(String),
    /// The host turned something else down; this is kept with it.
    Failed(String),
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::Refused(error)
    }
}

/// What worked.
pub(super) struct Access {
    facts: Facts,
    pub(super) key: Option<InstalledKey>,
}

impl Inventory {
    /// Sets up access to a host.
    ///
    /// # Errors
    /// A field that is not acceptable, an untrusted host key (with the scan), a locked vault, a host that does not
    /// answer, or a caller who may only watch. A sign-in or an installation that the host turns down is no error but a
    /// report that says `failed`.
    pub async fn bootstrap(
        &self,
        caller: &Caller,
        id: &HostId,
        request: BootstrapRequest,
    ) -> Result<BootstrapReport, ServiceError> {
        access::may_connect(caller)?;
        let host = self.host(caller, id).await?;
        refuse_ftp(&host)?;
        let password = request.password.filter(|password| !password.is_empty());
        let request = BootstrapRequest { password, ..request };
        let (room, caller) = (self.clone(), caller.clone());
        let work = tokio::spawn(async move { room.set_up(&caller, host, request).await });
        work.await.map_err(|_| ServiceError::Internal("setting up access broke off"))?
    }

    async fn set_up(
        &self,
        caller: &Caller,
        host: HostView,
        request: BootstrapRequest,
    ) -> Result<BootstrapReport, ServiceError> {
        let login = self.first_login(caller, &request).await?;
        let wanted = if request.install_key { Wanted::Own } else { Wanted::None };
        let target = self.target(caller, &host).await?;
        let used = request.credential_id.filter(|_| request.password.is_none());
        let tried = used.clone();
        let report = match self.gain_access(caller, &host, &target, &login, wanted).await {
            Ok(access) => {
                self.use_from_now_on(caller, &host.id, &login.username, used, &access).await?;
                success(&login.username, access)
            }
            Err(Failure::Failed(message) | Failure::TurnedDown(message)) => failed(message),
            Err(Failure::Refused(error)) => return Err(error),
        };
        self.record(caller, &host, tried.as_ref(), &report).await?;
        self.host_changed(caller, &host.id);
        let outcome = if report.status == BootstrapState::Success { "done: " } else { "failed: " };
        self.0
            .audit
            .note(caller, "host.bootstrap", super::hosts::object(&host), &format!("{outcome}{}", report.message))
            .await;
        Ok(report)
    }

    /// What to sign in with this once. The vault must be open when a key is to be kept in it, and that is asked before the
    /// host is touched.
    async fn first_login(&self, caller: &Caller, request: &BootstrapRequest) -> Result<Login, ServiceError> {
        let username = fields::username(Some(&request.username))?;
        let username = username.ok_or_else(|| ServiceError::bad("the username is missing"))?;
        if request.install_key {
            caller.vault_key()?;
        }
        match (&request.password, &request.credential_id) {
            (Some(password), _) => Ok(by_password(username, password.clone())),
            (_, Some(id)) => self.login_with(caller, username, id).await,
            _ => Err(ServiceError::bad("give a password or choose a credential to sign in with this once")),
        }
    }

    /// Signs in, puts the wanted key on the host and tries it.
    pub(super) async fn gain_access(
        &self,
        caller: &Caller,
        host: &HostView,
        target: &Target,
        login: &Login,
        wanted: Wanted<'_>,
    ) -> Result<Access, Failure> {
        let trusted = self.known_keys(caller.account(), target).await?;
        let link =
            self.sign_in(caller.account(), target, login, &trusted, LinkPurpose::Shared).await.map_err(turned_down)?;
        let facts = read_facts(&link).await;
        let key = self.install(caller, host, &link, wanted).await?;
        drop(link);
        if let Some(key) = &key {
            self.test(caller, target, key, &login.username, &trusted).await?;
        }
        Ok(Access { facts, key })
    }

    /// Signs in a second time, with the key alone.
    async fn test(
        &self,
        caller: &Caller,
        target: &Target,
        key: &InstalledKey,
        username: &str,
        trusted: &HostTrust,
    ) -> Result<(), Failure> {
        let login = key.login(username);
        let tested = self.sign_in(caller.account(), target, &login, trusted, LinkPurpose::Shared).await;
        tested.map(drop).map_err(|error| {
            Failure::Failed(format!("the key was installed, but signing in with it does not work: {error} Its line stays in authorized_keys."))
        })
    }

    /// Makes what worked the host's way to sign in: the new key, or the credential that was used where the host had none.
    /// Nobody is told.
    pub(super) async fn use_from_now_on(
        &self,
        caller: &Caller,
        id: &HostId,
        username: &str,
        used: Option<CredentialId>,
        access: &Access,
    ) -> Result<(), ServiceError> {
        let _alone = self.alone(caller.account()).await;
        let mut host = self.host(caller, id).await?;
        if let Some(key) = &access.key {
            let key = self.keep_key(caller, &host, username, key).await?;
            let other_key = host.effective.credential_id.as_ref() != Some(&key);
            // The username may have been that of the credential before.
            if other_key || host.effective.username.as_deref() != Some(username) {
                host.username = Some(username.to_owned());
            }
            if other_key {
                host.credential_id = Some(key);
            }
        } else {
            if host.effective.username.is_none() {
                host.username = Some(username.to_owned());
            }
            if host.effective.credential_id.is_none() {
                host.credential_id = used;
            }
        }
        self.save_quietly(caller, &host).await
    }

    /// Keeps with the host how it ended; `tried` is the stored credential that was signed in with. That something else did not
    /// open the host says nothing of what opened it before. Nobody is told.
    pub(super) async fn record(
        &self,
        caller: &Caller,
        host: &HostView,
        tried: Option<&CredentialId>,
        report: &BootstrapReport,
    ) -> Result<(), ServiceError> {
        let works = host.bootstrap == BootstrapState::Success && host.effective.credential_id.is_some();
        if report.status != BootstrapState::Success && works && tried != host.effective.credential_id.as_ref() {
            return Ok(());
        }
        let record = BootstrapRecord {
            state: report.status,
            message: report.message.clone(),
            at: clock::now(),
            os: report.os.clone(),
            hostname: report.hostname.clone(),
        };
        Ok(self.0.storage.inventory().set_bootstrap(caller.account(), &host.id, &record).await?)
    }
}

/// Tells the host's own "no" from everything that leaves the question open.
fn turned_down(error: ServiceError) -> Failure {
    match error {
        ServiceError::Dial(error @ DialError::SignInFailed { .. }) => Failure::TurnedDown(error.to_string()),
        ServiceError::Dial(error @ (DialError::SecretNeeded { .. } | DialError::Key(_))) => {
            Failure::Failed(error.to_string())
        }
        other => Failure::Refused(other),
    }
}

pub(super) fn success(username: &str, access: Access) -> BootstrapReport {
    let done = match access.key {
        Some(_) => format!("Signed in as {username}, installed a key and tested it."),
        None => format!("Signed in as {username}."),
    };
    let Facts { os, hostname } = access.facts;
    BootstrapReport { status: BootstrapState::Success, message: done, os, hostname }
}

pub(super) fn failed(message: String) -> BootstrapReport {
    BootstrapReport { status: BootstrapState::Failed, message, os: None, hostname: None }
}
