//! The vault of an account without a password: a passphrase of its own opens it.
//!
//! It is hashed and wraps the data key as a password does (docs/decisions/0028), but signs nobody in. Who has lost it gives the recovery
//! code; who has lost both begins an empty vault, right after signing in.

use super::{
    Accounts, NewSignIn, Recovered, Settler, cookie_rows::GivenUp, holding, object, passkey_vault, passkeys, rules,
};
use crate::{Caller, ServiceError, clock, vault::VaultKey};
use std::time::Duration;
use storage::AccountRecord;
use wire::{
    accounts::PassphraseChoice,
    vault::{Secret, VaultRecovery},
};

/// How old a sign-in may be that deletes a vault without its passphrase.
const FRESH: Duration = Duration::from_secs(10 * 60);

impl Accounts {
    /// Chooses the first passphrase, or begins an empty vault under another one. Every other sign-in of the account ends.
    ///
    /// # Errors
    /// When the account has a password, the passphrase is not acceptable, or there is one already and `anew` is missing or the sign-in
    /// is older than ten minutes.
    pub async fn choose_passphrase(
        &self,
        settler: &Settler,
        choice: PassphraseChoice,
    ) -> Result<Recovered, ServiceError> {
        let caller = &settler.0;
        rules::new_passphrase(&choice.passphrase)?;
        let mut account = self.row_of(caller).await?;
        self.may_choose(caller, &account, choice.anew).await?;
        let given_up = self.give_up_sign_in(caller).await?;
        let (key, recovery_code) = match &caller.vault {
            // A passkey began the vault; from now on the passphrase opens it, too.
            Some(key) if !choice.anew => (key.clone(), None),
            _ => self.begin_anew(&mut account).await?,
        };
        let sign_in = self.put_under(caller, &mut account, (&choice.passphrase, &key), given_up).await?;
        let how =
            if choice.anew { "done; the vault was begun anew, its credentials are deleted" } else { "done: chosen" };
        self.audit.note(caller, "account.passphrase", object(&account), how).await;
        Ok(Recovered { sign_in, recovery_code, ended_others: true })
    }

    async fn may_choose(&self, caller: &Caller, account: &AccountRecord, anew: bool) -> Result<(), ServiceError> {
        passkeys::asker(caller)?;
        if account.has_password {
            return Err(ServiceError::Conflict("the account's own password opens its vault".into()));
        }
        let (has_passphrase, has_vault) = (!account.password_hash.is_empty(), passkey_vault::has_vault(account));
        match (has_passphrase, anew) {
            (false, _) if !has_vault => Ok(()),
            (false, false) if caller.vault_open() => Ok(()),
            (false, false) => Err(ServiceError::Conflict("a passkey opens this vault; open it first".into())),
            (true, false) => {
                Err(ServiceError::Conflict("a passphrase was chosen already; change it on the account page".into()))
            }
            (_, true) if self.is_fresh(caller).await? => Ok(()),
            (_, true) => {
                Err(ServiceError::Forbidden("sign out and in again, then begin the empty vault within ten minutes"))
            }
        }
    }

    /// Whether the caller signed in within the last ten minutes.
    pub(super) async fn is_fresh(&self, caller: &Caller) -> Result<bool, ServiceError> {
        let (_, sign_in) = passkeys::asker(caller)?;
        let devices = self.storage.sign_ins().devices(&caller.account, clock::now()).await?;
        let began = devices.iter().find(|line| line.device.sign_in == sign_in).map(|line| line.created_at);
        Ok(began.is_some_and(|began| clock::now().seconds_since(began) <= FRESH.as_secs()))
    }

    /// Opens the vault with its passphrase; with the recovery code, the passphrase that comes along is a new one.
    pub(super) async fn recover_by_passphrase(
        &self,
        caller: &Caller,
        recovery: VaultRecovery,
    ) -> Result<Recovered, ServiceError> {
        let Some(code) = recovery.recovery_code.filter(|code| !code.is_empty()) else {
            return self.open_by_passphrase(caller, &recovery.password).await;
        };
        passkeys::asker(caller)?;
        rules::new_passphrase(&recovery.password)?;
        let mut account = self.row_of(caller).await?;
        let key = self.open_by_code(caller, &code, &account).await?;
        let given_up = self.give_up_sign_in(caller).await?;
        let sign_in = self.put_under(caller, &mut account, (&recovery.password, &key), given_up).await?;
        self.audit.note(caller, "account.recover", object(&account), "done, with the recovery code").await;
        Ok(Recovered { sign_in, recovery_code: None, ended_others: true })
    }

    async fn open_by_passphrase(&self, caller: &Caller, passphrase: &Secret) -> Result<Recovered, ServiceError> {
        let account = self.prove_again(caller, passphrase).await?;
        let key = holding::open_by_password(&self.hashing, passphrase, &account).await?;
        let key = key.ok_or(ServiceError::VaultLocked { by_token: false })?;
        let sign_in = NewSignIn::again(caller, &account, &key)?;
        self.audit.note(caller, "account.recover", object(&account), "done, with the passphrase").await;
        Ok(Recovered { sign_in, recovery_code: None, ended_others: false })
    }

    async fn put_under(
        &self,
        caller: &Caller,
        account: &mut AccountRecord,
        (passphrase, key): (&Secret, &VaultKey),
        given_up: GivenUp,
    ) -> Result<NewSignIn, ServiceError> {
        account.password_hash = self.hashing.hash(passphrase).await?;
        account.password_wrap = Some(holding::by_password(&self.hashing, passphrase, &account.id, key).await?);
        self.store_and_sign_in(caller, account, key, given_up).await
    }
}
