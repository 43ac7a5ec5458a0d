//! A host's turn in a round that sets up access: as for one host, with what all of them share.

use super::super::{
    bootstrap::{Failure, failed, success},
    fields,
    key_install::{InstalledKey, Wanted, made},
    login::{OneTimeLogin, by_password},
};
use super::{Rounds, end::End, gate::Turn, round::Item, round::Round, scan::is_key_question, work::Work};
use crate::{Caller, ServiceError, clock, vault::Opened};
use std::sync::atomic::Ordering::Relaxed;
use transport::Login;
use wire::{
    CredentialId,
    inventory::{HostView, KeyChoice, RoundOutcome, RoundSignIn},
    vault::Secret,
};

/// What all hosts of the round share.
pub(super) struct Setup {
    username: Option<String>,
    source: Source,
    key: Key,
    insist: bool,
}

/// What is signed in with.
enum Source {
    Password(Secret),
    Stored(CredentialId, Box<Opened>),
    Own,
}

/// What is installed.
enum Key {
    None,
    Own,
    Stored(Box<InstalledKey>),
    Made(Box<InstalledKey>, CredentialId, String),
}

impl Setup {
    /// Whether a password may be turned down.
    pub(super) fn watches(&self) -> bool {
        let key_alone = matches!(&self.source, Source::Stored(_, opened) if opened.password.is_none());
        !self.insist && !key_alone
    }

    fn wanted(&self) -> Wanted<'_> {
        match &self.key {
            Key::None => Wanted::None,
            Key::Own => Wanted::Own,
            Key::Stored(key) | Key::Made(key, ..) => Wanted::This(key),
        }
    }

    /// The credential that this host is signed in to with, when it is one of the vault.
    fn tried(&self, host: &HostView) -> Option<CredentialId> {
        match &self.source {
            Source::Own => host.effective.credential_id.clone(),
            Source::Stored(..) | Source::Password(_) => self.used(),
        }
    }

    /// The credential that was chosen for all, when it is one of the vault.
    fn used(&self) -> Option<CredentialId> {
        match &self.source {
            Source::Stored(id, _) => Some(id.clone()),
            Source::Password(_) | Source::Own => None,
        }
    }
}

impl Rounds {
    /// Opens what is signed in with, and makes the key that all get.
    pub(super) async fn prepared(
        &self,
        caller: &Caller,
        items: &[Item],
        sign_in: RoundSignIn,
        key: KeyChoice,
    ) -> Result<Setup, ServiceError> {
        let vault = &self.0.inventory.0.vault;
        let username = fields::username(sign_in.username.as_deref())?;
        let source = match (sign_in.password.filter(|password| !password.is_empty()), sign_in.credential_id) {
            (Some(_), Some(_)) => return Err(ServiceError::bad("give either a password or a credential, not both")),
            (Some(password), None) => Source::Password(password),
            (None, Some(id)) => Source::Stored(id.clone(), Box::new(vault.open(caller, &id).await?)),
            (None, None) => {
                caller.vault_key()?;
                Source::Own
            }
        };
        let key = match key {
            KeyChoice::None => Key::None,
            KeyChoice::EachItsOwn => {
                vault.refuse_too_many(caller, items.len()).await?;
                Key::Own
            }
            KeyChoice::Stored { credential_id } => Key::Stored(Box::new(self.stored(caller, credential_id).await?)),
            KeyChoice::OneForAll { name } => {
                let day: String = clock::now().to_string().chars().take(10).collect();
                let name = name.filter(|name| !name.trim().is_empty()).unwrap_or(format!("Berth key of {day}"));
                let made = made(caller)?;
                let view = vault.add_generated(caller, &name, username.as_deref().unwrap_or_default(), made).await?;
                let key = self.stored(caller, view.id.clone()).await?;
                Key::Made(Box::new(key), view.id, view.name)
            }
        };
        Ok(Setup { username, source, key, insist: sign_in.insist })
    }

    async fn stored(&self, caller: &Caller, id: CredentialId) -> Result<InstalledKey, ServiceError> {
        let inventory = &self.0.inventory.0;
        let opened = inventory.vault.open(caller, &id).await?;
        let record = inventory.storage.vault().get(caller.account(), &id).await?;
        let key = InstalledKey::stored(id, record.and_then(|record| record.public_key), opened);
        key.ok_or_else(|| {
            ServiceError::bad("that credential holds no key whose public half is known; choose another one")
        })
    }

    /// What to sign in to this host with.
    async fn login_of(&self, caller: &Caller, host: &HostView, setup: &Setup) -> Result<Login, ServiceError> {
        let stored = match &setup.source {
            Source::Stored(_, opened) => opened.username.clone(),
            Source::Password(_) | Source::Own => None,
        };
        let username = setup.username.clone().or(stored).or_else(|| host.effective.username.clone());
        let username = username.ok_or_else(|| {
            ServiceError::bad(format!("no username is known for {}; give it one, or one for all", host.name))
        })?;
        match &setup.source {
            Source::Password(password) => Ok(by_password(username, password.clone())),
            Source::Stored(_, opened) => Ok(Opened::clone(opened).login(username)),
            Source::Own if host.effective.credential_id.is_none() => {
                Err(ServiceError::NotBootstrapped { name: host.name.clone() })
            }
            Source::Own => {
                let once = OneTimeLogin { username: Some(username), ..OneTimeLogin::default() };
                self.0.inventory.login(caller, host, once).await
            }
        }
    }

    /// Sets up access to a host; none when that is not tried any more.
    pub(super) async fn set_up(
        &self,
        caller: &Caller,
        round: &Round,
        item: &Item,
        work: &Work,
        setup: &Setup,
        turn: Turn,
    ) -> Option<End> {
        let (host, target) = match self.reach(caller, item, &work.found).await {
            Ok(reached) => reached,
            Err(end) => return Some(*end),
        };
        let inventory = &self.0.inventory;
        match inventory.trusted(caller.account(), &target).await {
            Ok(trusted) if trusted.is_empty() => return Some(self.shown(caller, &target).await),
            Ok(_) => {}
            Err(error) => return Some(End::of(&error)),
        }
        let login = match self.login_of(caller, &host, setup).await {
            Ok(login) => login,
            Err(error) => return Some(End::of(&error)),
        };
        drop(turn);
        let trial = self.trial(round, &work.trials).await?;
        work.touched.store(true, Relaxed);
        let (outcome, report) = match inventory.gain_access(caller, &host, &target, &login, setup.wanted()).await {
            Ok(access) => {
                trial.let_in();
                let kept = inventory.use_from_now_on(caller, &host.id, &login.username, setup.used(), &access).await;
                if let Err(error) = kept {
                    return Some(End::of(&error));
                }
                (RoundOutcome::Done, success(&login.username, access))
            }
            Err(Failure::TurnedDown(message)) => {
                trial.turned_down();
                (RoundOutcome::Refused, failed(message))
            }
            Err(Failure::Failed(message)) => (RoundOutcome::Failed, failed(message)),
            Err(Failure::Refused(error)) if is_key_question(&error) => {
                return Some(self.shown(caller, &target).await);
            }
            Err(Failure::Refused(error)) => return Some(End::of(&error)),
        };
        drop(trial);
        if let Err(error) = inventory.record(caller, &host, setup.tried(&host).as_ref(), &report).await {
            tracing::warn!(%error, host = %host.id, "how a bootstrap ended could not be recorded");
        }
        Some(End::said(outcome, report.message))
    }

    /// Says what became of the key that all got, and forgets one that nobody took.
    pub(super) async fn settle_made(&self, caller: &Caller, round: &Round, setup: &Setup) {
        let Key::Made(_, _, name) = &setup.key else { return };
        if round.hosts_that_ended(&[RoundOutcome::Done]).is_empty() {
            self.forget_made(caller, setup).await;
            round.note(format!("No host took the new key {name}; it was forgotten again."));
        } else {
            round.note(format!("The new key is kept in your vault as {name}."));
        }
    }

    /// Forgets the key that was made for all.
    pub(super) async fn forget_made(&self, caller: &Caller, setup: &Setup) {
        let Key::Made(_, id, _) = &setup.key else { return };
        if let Err(error) = self.0.inventory.0.vault.delete(caller, id).await {
            tracing::warn!(%error, credential = %id, "a key that nobody uses could not be forgotten");
        }
    }
}
