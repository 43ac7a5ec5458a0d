//! Signing in on a host of another account with the credential that its owner put there, which nobody else sees.
//!
//! It goes to the owner's host as the owner has it and nowhere else: the address, the user and the way are the owner's, and so is
//! the trust in its key. Whoever could accept a key there could hand the owner's secret to a host of their own. Nothing is asked
//! and nothing is answered on the way: what a person has to type is not shared.

use super::{
    Inventory, OneTimeLogin,
    hosts::{object, same_machine},
    target::Target,
};
use crate::{
    Caller, ServiceError,
    access::{self, CredentialPermit},
    vault::Opened,
};
use futures::{FutureExt, future::BoxFuture};
use std::{fmt, sync::Arc};
use storage::CredentialRecord;
use transport::{DialError, HostTrust, Login, SignInGuard};
use wire::{AccountId, CredentialId, HostId, accounts::Role, inventory::HostView};

/// What another account lends on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lending {
    pub(super) credential: CredentialId,
    /// As whom one signs in.
    pub(super) username: Option<String>,
}

/// What another account lends for one dial.
#[derive(Clone)]
pub(super) struct Lent {
    permit: CredentialPermit,
    credential: CredentialRecord,
    username: String,
    host: String,
}

impl Lent {
    /// Whose trust counts.
    pub(super) fn owner(&self) -> &AccountId {
        self.permit.owner()
    }

    /// Which credential it is.
    pub(super) fn credential(&self) -> &CredentialId {
        &self.credential.id
    }

    /// A question that nobody may answer here becomes a refusal that says who can.
    pub(super) fn told(&self, error: ServiceError) -> ServiceError {
        let (host, owner) = (self.permit.host_name(), self.permit.owner_name());
        let text = match error {
            ServiceError::HostKeyUnknown(_) => format!(
                "{owner} has not trusted the key of {host} yet, and a shared credential goes to no other; \
                 ask {owner} to open the host once, or sign in with what is your own"
            ),
            ServiceError::HostKeyChanged(_) => format!(
                "{host} shows another key than the one that {owner} trusts, so nothing was sent to it; ask {owner} to look at it"
            ),
            ServiceError::QuestionAsked(_) | ServiceError::Dial(DialError::Asked(_)) => format!(
                "{host} asks at sign-in, which a shared credential does not answer; sign in with what is your own"
            ),
            ServiceError::Dial(DialError::SecretNeeded { .. }) => format!(
                "the credential that {owner} shares on {host} is not complete (it asks every time); ask {owner} to store what is \
                 missing, or sign in with what is your own"
            ),
            other => return other,
        };
        ServiceError::Conflict(text)
    }

    /// Nothing is forwarded with it, whatever the host says: its owner's key is for this host alone.
    fn login(&self, opened: Opened) -> Login {
        Login { forward_agent: false, ..opened.login(self.username.clone()) }
    }
}

struct LentGuard {
    inventory: Inventory,
    caller: Caller,
    host: HostId,
    lent: Lent,
}

impl fmt::Debug for LentGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LentGuard").field("host", &self.host).finish_non_exhaustive()
    }
}

impl SignInGuard for LentGuard {
    fn may_sign_in(&self) -> BoxFuture<'_, Result<(), String>> {
        let asked = async {
            match self.inventory.lends(self.caller.account(), &self.host).await {
                Ok(Some(credential)) if credential == self.lent.credential.id => Ok(()),
                Ok(_) => Err(format!("the credential that {} shared was taken back", self.lent.permit.owner_name())),
                Err(error) => Err(error.to_string()),
            }
        };
        asked.boxed()
    }

    fn signed_in(&self, refused: Option<String>) -> BoxFuture<'_, ()> {
        self.inventory.note_borrowed(&self.caller, &self.lent, refused).boxed()
    }
}

impl Inventory {
    /// What the host's owner lends the caller for this dial. What is one's own goes first, as does another username than the
    /// owner's.
    pub(super) async fn lent(
        &self,
        caller: &Caller,
        host: &HostView,
        once: &OneTimeLogin,
    ) -> Result<Option<Lent>, ServiceError> {
        if once.password.is_some() || host.effective.credential_id.is_some() || host.shared.is_none() {
            return Ok(None);
        }
        // What was read before may be old: the grant is asked at each sign-in.
        let now = self.reached(caller, &host.id).await?;
        let Some(permit) = access::credential(caller, &now) else { return Ok(None) };
        if !self.may_lend(permit.owner()).await? {
            return Err(ServiceError::Conflict(format!(
                "{} is switched off or may only watch, and lends nothing; ask an admin, or sign in with what is your own",
                permit.owner_name()
            )));
        }
        let Some(owned) = self.own(permit.owner(), &host.id).await? else { return Ok(None) };
        let Some(id) = &owned.effective.credential_id else { return Ok(None) };
        let wanted = once.username.as_deref().map(str::trim).or(host.effective.username.as_deref());
        if wanted.is_some_and(|wanted| owned.effective.username.as_deref() != Some(wanted)) {
            return Ok(None);
        }
        if !same_machine(&owned, host) {
            let text = format!("{} was changed just now; try again", host.name);
            return Err(ServiceError::Conflict(text));
        }
        let credential = self.0.storage.vault().get(permit.owner(), id).await?;
        let credential = credential.ok_or_else(|| ServiceError::missing("credential", "of this host"))?;
        let username = owned.effective.username.ok_or_else(|| {
            let (host, owner) = (permit.host_name(), permit.owner_name());
            ServiceError::bad(format!("no username is known for {host}; ask {owner} to give it one"))
        })?;
        Ok(Some(Lent { host: object(host), permit, credential, username }))
    }

    /// The credential that the host's owner lends an account right now.
    pub(super) async fn lends(&self, account: &AccountId, id: &HostId) -> Result<Option<CredentialId>, ServiceError> {
        Ok(self.lending(account, id).await?.map(|lending| lending.credential))
    }

    /// The same, and as whom one signs in with it.
    pub(super) async fn lending(&self, account: &AccountId, id: &HostId) -> Result<Option<Lending>, ServiceError> {
        let shared = self.of_another(account, id).await?.and_then(|host| host.shared);
        let Some(shared) = shared.filter(|shared| shared.rights.lends()) else { return Ok(None) };
        if !self.may_lend(&shared.owner_id).await? {
            return Ok(None);
        }
        let Some(owned) = self.own(&shared.owner_id, id).await? else { return Ok(None) };
        let username = owned.effective.username;
        Ok(owned.effective.credential_id.map(|credential| Lending { credential, username }))
    }

    /// Who is switched off or may only watch uses no host, and lends none.
    async fn may_lend(&self, owner: &AccountId) -> Result<bool, ServiceError> {
        let owner = self.0.storage.accounts().by_id(owner).await?;
        Ok(owner.is_some_and(|owner| !owner.disabled && owner.role != Role::Viewer))
    }

    /// What to sign in with, and whom to trust for it: the owner, and what the caller never accepts is not accepted either.
    pub(super) async fn borrowed(
        &self,
        caller: &Caller,
        lent: &Lent,
        target: &Target,
    ) -> Result<(HostTrust, Login), ServiceError> {
        let known = self.known_keys(lent.owner(), target).await;
        let mut trusted = known.map_err(|error| lent.told(error))?;
        trusted.revoked.extend(self.trusted(caller.account(), target).await?.revoked);
        Ok((trusted, self.borrowed_login(caller, lent).await?))
    }

    /// What to sign in with.
    pub(super) async fn borrowed_login(&self, caller: &Caller, lent: &Lent) -> Result<Login, ServiceError> {
        Ok(lent.login(self.0.vault.open_copy(caller, &lent.permit, &lent.credential).await?))
    }

    /// Asks for the right anew at each sign-in of a host that is signed in to again and again (FTP), and notes it.
    pub(super) fn lent_guard(&self, caller: &Caller, host: &HostView, lent: &Lent) -> Arc<dyn SignInGuard> {
        Arc::new(LentGuard {
            inventory: self.clone(),
            caller: caller.without_vault(),
            host: host.id.clone(),
            lent: lent.clone(),
        })
    }

    /// Notes that a shared credential signed in, or that the host did not take it.
    pub(super) async fn note_borrowed(&self, caller: &Caller, lent: &Lent, refused: Option<String>) {
        let what = format!("credential {} of {} on {}", lent.credential.id, lent.permit.owner_name(), lent.host);
        let outcome = refused.map_or_else(|| "done".to_owned(), |why| format!("failed: {why}"));
        self.0.audit.note(caller, "credential.use", what, &outcome).await;
    }
}
