//! Passkeys of one's own: adding one, what they are called, removing one.
//!
//! Who adds or removes one proves themselves anew, with what the account proves itself with; who has neither a password nor a
//! passphrase, with a sign-in of the last ten minutes. Half a sign-in, and who has to set up a second factor first, gets nowhere here.
//! Removing one ends every other sign-in of the account, because nothing tells which were made by it.

use super::{
    Accounts, NewSignIn, Recovered, object, passkey_vault, rules,
    webauthn::{Asked, over},
};
use crate::{Caller, ServiceError, Via, clock, vault::random};
use storage::{AccountRecord, PasskeyRecord};
use wire::{
    AccountId,
    accounts::{PasskeyAnswer, PasskeyCeremony, PasskeyDraft, PasskeyPatch, PasskeyRemoval, PasskeyView},
    vault::Secret,
};

/// More than anybody carries.
const MOST: usize = 20;

/// What the audit log calls it.
pub(super) const ACTION: &str = "account.passkey";

const OFF: &str = "passkeys are not switched on here; an admin does that in the settings under [passkeys]";

/// A passkey was added.
#[derive(Debug, Clone)]
pub struct PasskeyStored {
    /// As it is listed.
    pub view: PasskeyView,
    /// The new sign-in, when the passkey has begun the account's vault.
    pub opened: Option<Recovered>,
}

impl Accounts {
    pub(super) fn webauthn(&self) -> Result<&super::webauthn::Passkeys, ServiceError> {
        self.passkeys.as_deref().ok_or_else(|| ServiceError::Conflict(OFF.into()))
    }

    /// The caller's passkeys, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn passkeys(&self, caller: &Caller) -> Result<Vec<PasskeyView>, ServiceError> {
        let account = self.row_of(caller).await?;
        let found = self.storage.passkeys().of_account(&account.id).await?;
        Ok(found.into_iter().map(|passkey| view(&account, passkey)).collect())
    }

    /// Asks for a new one.
    ///
    /// # Errors
    /// When passkeys are switched off, the proof is wrong, the name is not acceptable, or there are too many.
    pub async fn begin_passkey(&self, caller: &Caller, draft: PasskeyDraft) -> Result<PasskeyCeremony, ServiceError> {
        let passkeys = self.webauthn()?;
        let by = asker(caller)?;
        let name = rules::passkey_name(&draft.name)?.to_owned();
        let account = self.prove_for_passkeys(caller, &draft.password).await?;
        let known = self.room_for_one(&account.id).await?;
        passkeys.ask_for_new(by, &account.name, name, &known)
    }

    /// Adds it. What it gives opens the vault, when that is open now or there was none.
    ///
    /// # Errors
    /// When the answer is not one to what this sign-in asked, or somebody has the passkey already.
    pub async fn confirm_passkey(&self, caller: &Caller, answer: PasskeyAnswer) -> Result<PasskeyStored, ServiceError> {
        let passkeys = self.webauthn()?;
        let Asked::Add { by, name, state } = passkeys.take(&answer.ceremony)? else { return Err(over()) };
        if by != asker(caller)? {
            return Err(over());
        }
        let (account, prf) = (self.row_of(caller).await?, passkey_vault::read(answer.prf)?);
        self.room_for_one(&account.id).await?;
        let checked = passkeys.check_new(&state, answer.credential)?;
        let passkey = PasskeyRecord {
            id: random::id::<AccountId>()?.to_string(),
            account_id: account.id.clone(),
            credential_id: checked.credential_id,
            name,
            public: checked.public,
            counter: checked.counter,
            wrap: None,
            created_at: clock::now(),
            last_used_at: None,
        };
        self.storage.passkeys().insert(&passkey).await?;
        self.note_passkey(caller, &account, &passkey, "done: added").await;
        let opened = match prf {
            Some(prf) if caller.vault.is_some() || !passkey_vault::has_vault(&account) => {
                self.let_open(caller, account.clone(), &passkey, &prf).await?
            }
            _ => None,
        };
        let stored = self.storage.passkeys().get(&account.id, &passkey.id).await?.unwrap_or(passkey);
        Ok(PasskeyStored { view: view(&self.row_of(caller).await?, stored), opened })
    }

    /// Calls one something else.
    ///
    /// # Errors
    /// When the caller has none of that id, or the name is not acceptable.
    pub async fn rename_passkey(
        &self,
        caller: &Caller,
        id: &str,
        patch: PasskeyPatch,
    ) -> Result<PasskeyView, ServiceError> {
        let name = rules::passkey_name(&patch.name)?;
        let account = self.row_of(caller).await?;
        if !self.storage.passkeys().rename(&account.id, id, name).await? {
            return Err(missing(id));
        }
        let passkey = self.passkey(&account.id, id).await?;
        self.note_passkey(caller, &account, &passkey, "done: renamed").await;
        Ok(view(&account, passkey))
    }

    /// Removes one, and with it what it holds of the vault. Every other sign-in of the account ends; this one goes on under a new id.
    ///
    /// # Errors
    /// When the caller has none of that id, or the proof is wrong.
    pub async fn remove_passkey(
        &self,
        caller: &Caller,
        id: &str,
        removal: PasskeyRemoval,
    ) -> Result<NewSignIn, ServiceError> {
        let account = self.prove_for_passkeys(caller, &removal.password).await?;
        let passkey = self.passkey(&account.id, id).await?;
        self.give_up_sign_in(caller).await?;
        if !self.storage.passkeys().delete(&account.id, id).await? {
            return Err(missing(id));
        }
        self.note_passkey(caller, &account, &passkey, "done: removed; all other sign-ins end").await;
        self.end_sign_ins(&account.id).await?;
        let new = NewSignIn::of(&caller.visitor, &account, caller.vault.as_ref(), caller.factor.clone())?;
        Ok(new.vouched(caller.vouched))
    }

    /// One of an account.
    async fn passkey(&self, account: &AccountId, id: &str) -> Result<PasskeyRecord, ServiceError> {
        self.storage.passkeys().get(account, id).await?.ok_or_else(|| missing(id))
    }

    async fn room_for_one(&self, account: &AccountId) -> Result<Vec<PasskeyRecord>, ServiceError> {
        let known = self.storage.passkeys().of_account(account).await?;
        if known.len() >= MOST {
            return Err(ServiceError::Conflict(format!("an account has {MOST} passkeys at most; remove one first")));
        }
        Ok(known)
    }

    /// The caller's proof: the password or the passphrase; of who has neither, that they signed in just now.
    async fn prove_for_passkeys(&self, caller: &Caller, password: &Secret) -> Result<AccountRecord, ServiceError> {
        asker(caller)?;
        let account = self.row_of(caller).await?;
        if !account.password_hash.is_empty() {
            return self.prove_again(caller, password).await;
        }
        if !self.is_fresh(caller).await? {
            return Err(ServiceError::Forbidden("sign out and in again, then do this within ten minutes"));
        }
        Ok(account)
    }

    pub(super) async fn note_passkey(
        &self,
        caller: &Caller,
        account: &AccountRecord,
        passkey: &PasskeyRecord,
        outcome: &str,
    ) {
        self.audit.note(caller, ACTION, format!("{}, passkey {}", object(account), passkey.name), outcome).await;
        self.tell_soon(&account.id);
    }

    /// Whether a passkey signs an account in: one without a password is its provider's to let in, unless the settings say otherwise.
    pub(super) fn passkey_signs_in(&self, account: &AccountRecord) -> bool {
        self.passkeys.as_ref().is_some_and(|passkeys| account.has_password || passkeys.settings.instead_of_provider)
    }

    /// Under which address one may sign in with a passkey.
    pub(super) fn passkey_origin(&self) -> Option<String> {
        self.passkeys.as_ref().map(|passkeys| passkeys.settings.origin.clone())
    }
}

/// Who asks: the account and its sign-in. A token has nothing to do with passkeys.
pub(super) fn asker(caller: &Caller) -> Result<(AccountId, String), ServiceError> {
    match &caller.via {
        Via::SignIn(id) => Ok((caller.account.clone(), id.clone())),
        Via::Token(_) | Via::Schedule => {
            Err(ServiceError::Forbidden("an API token cannot do this; sign in with a browser"))
        }
    }
}

fn missing(id: &str) -> ServiceError {
    ServiceError::missing("passkey", id)
}

fn view(account: &AccountRecord, passkey: PasskeyRecord) -> PasskeyView {
    PasskeyView {
        opens_vault: passkey.wrap.as_deref().is_some_and(|blob| super::holding::holds_present_key(account, blob)),
        id: passkey.id,
        name: passkey.name,
        created_at: passkey.created_at,
        last_used_at: passkey.last_used_at,
    }
}
