//! What to sign in with: what was typed for this once, else what the vault holds, else a question.

use super::{Inventory, fields};
use crate::{Caller, ServiceError, vault::Opened};
use transport::{DialError, Login, NeededSecret};
use wire::{
    CredentialId,
    inventory::{BootstrapState, HostAnswers, HostView},
    vault::Secret,
};

/// What a person typed for one dial; none of it is stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct OneTimeLogin {
    /// Goes before the host's username.
    pub(crate) username: Option<String>,
    /// Goes before the stored credential.
    pub(crate) password: Option<Secret>,
    /// Opens the stored key.
    pub(crate) passphrase: Option<Secret>,
    /// Answers what the host asked at the last try.
    pub(crate) answers: Option<HostAnswers>,
    /// Whether somebody is there who can answer what the host asks.
    pub(crate) may_ask: bool,
}

impl OneTimeLogin {
    /// A form sends an empty field for what was not typed.
    pub(super) fn without_empty(self) -> Self {
        Self {
            username: self.username.filter(|text| !text.trim().is_empty()),
            password: self.password.filter(|secret| !secret.is_empty()),
            passphrase: self.passphrase.filter(|secret| !secret.is_empty()),
            ..self
        }
    }

    /// Whether a secret or an answer was typed, which is good for this dial alone.
    pub(super) fn is_typed(&self) -> bool {
        self.password.is_some() || self.passphrase.is_some() || self.answers.is_some()
    }
}

/// Refuses a host that nothing is known of to sign in with and that was never set up (SPEC §3). A host with a username and
/// no credential is one that asks every time.
pub(super) fn refuse_unprepared(host: &HostView, once: &OneTimeLogin) -> Result<(), ServiceError> {
    let typed = once.username.is_some() || once.is_typed();
    let lent = host.shared.as_ref().is_some_and(|shared| shared.credential.is_some());
    let stored = lent || host.effective.username.is_some() || host.effective.credential_id.is_some();
    if typed || stored || host.bootstrap == BootstrapState::Success {
        return Ok(());
    }
    Err(ServiceError::NotBootstrapped { name: host.name.clone() })
}

/// Whom a dial signs in as: what was typed for it, else what the host and the folders around it say, a credential's
/// username too; empty when none is known.
///
/// # Errors
/// `BadInput` when what was typed is no username.
pub(crate) fn username(host: &HostView, typed: Option<&str>) -> Result<String, ServiceError> {
    Ok(fields::username(typed)?.or_else(|| host.effective.username.clone()).unwrap_or_default())
}

impl Inventory {
    /// Resolves what to sign in with. The vault is opened only when something stored in it is needed.
    pub(super) async fn login(
        &self,
        caller: &Caller,
        host: &HostView,
        once: OneTimeLogin,
    ) -> Result<Login, ServiceError> {
        let username = fields::username(once.username.as_deref())?.or_else(|| host.effective.username.clone());
        if let Some(password) = once.password {
            return Ok(by_password(some_username(username, host)?, password));
        }
        let Some(id) = &host.effective.credential_id else {
            // The host is dialled all the same: its key is looked at before anybody is asked to type a password.
            let username = username.ok_or_else(|| password_needed(String::new()))?;
            return Ok(Login { username, ..Login::default() });
        };
        let opened = self.0.vault.open(caller, id).await?;
        from_vault(opened, username, once.passphrase, host)
    }

    /// What to sign in with when a credential is all there is.
    pub(super) async fn login_with(
        &self,
        caller: &Caller,
        username: String,
        id: &CredentialId,
    ) -> Result<Login, ServiceError> {
        let opened = self.0.vault.open(caller, id).await?;
        Ok(opened.login(username))
    }
}

/// A sign-in with a password and nothing else.
pub(super) fn by_password(username: String, password: Secret) -> Login {
    Login { username, password: Some(password), ..Login::default() }
}

fn from_vault(
    opened: Opened,
    username: Option<String>,
    passphrase: Option<Secret>,
    host: &HostView,
) -> Result<Login, ServiceError> {
    let username = some_username(username.or_else(|| opened.username.clone()), host)?;
    let login = opened.login(username);
    // The owner of a shared host must not borrow the keys of those who come, nor these the owner's.
    let forward_agent = host.agent_forwarding && host.shared.is_none();
    Ok(Login { passphrase: passphrase.or(login.passphrase), forward_agent, ..login })
}

fn some_username(username: Option<String>, host: &HostView) -> Result<String, ServiceError> {
    username.ok_or_else(|| {
        let name = &host.name;
        ServiceError::bad(format!("no username is known for {name}; give one to the host or to its credential"))
    })
}

fn password_needed(username: String) -> ServiceError {
    ServiceError::Dial(DialError::SecretNeeded { username, what: NeededSecret::Password })
}
