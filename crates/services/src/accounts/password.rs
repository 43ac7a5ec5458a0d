//! A new password, and the way back into a vault whose password was reset.
//!
//! Both hand out a new sign-in, and end all others of the account when anything was changed.

use super::{Accounts, NewSignIn, Settler, born::FreshVault, code::Code, cookie_rows::GivenUp, holding, object, rules};
use crate::{Caller, ServiceError, vault::VaultKey};
use storage::AccountRecord;
use wire::{
    accounts::PasswordChange,
    vault::{Secret, VaultRecovery},
};

/// A vault is open again.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// The caller's new sign-in.
    pub sign_in: NewSignIn,
    /// The new vault's recovery code, when an empty one was begun.
    pub recovery_code: Option<Secret>,
    /// Whether all other sign-ins of the account have ended with it.
    pub ended_others: bool,
}

impl Accounts {
    /// Sets a new password and wraps the vault under it.
    ///
    /// # Errors
    /// When the password of now is wrong, the new one is not acceptable, or the vault is locked.
    pub async fn change_password(&self, caller: &Caller, change: PasswordChange) -> Result<NewSignIn, ServiceError> {
        rules::new_password(&change.new)?;
        let mut account = self.prove_again(caller, &change.current).await?;
        let key = match &caller.vault {
            Some(key) => key.clone(),
            None => holding::open_by_password(&self.hashing, &change.current, &account)
                .await?
                .ok_or(ServiceError::VaultLocked { by_token: false })?,
        };
        account.password_hash = self.hashing.hash(&change.new).await?;
        account.password_wrap = Some(holding::by_password(&self.hashing, &change.new, &account.id, &key).await?);
        let given_up = self.give_up_sign_in(caller).await?;
        let new = self.store_and_sign_in(caller, &account, &key, given_up).await?;
        let action = if account.has_password { "account.password" } else { "account.passphrase" };
        self.audit.note(caller, action, object(&account), "done; all other sign-ins end").await;
        Ok(new)
    }

    /// Opens a vault whose password was reset: with the recovery code, or, without one, by deleting every credential and
    /// beginning an empty vault. That one has a new recovery code, which is answered.
    ///
    /// # Errors
    /// When the password or the code is wrong.
    pub async fn recover_vault(&self, settler: &Settler, recovery: VaultRecovery) -> Result<Recovered, ServiceError> {
        let caller = &settler.0;
        if !self.row_of(caller).await?.has_password {
            return self.recover_by_passphrase(caller, recovery).await;
        }
        let mut account = self.prove_again(caller, &recovery.password).await?;
        // Not locked at all, only this browser's cookie is gone: nothing has to be deleted.
        if let Some(key) = holding::open_by_password(&self.hashing, &recovery.password, &account).await? {
            let sign_in = NewSignIn::again(caller, &account, &key)?;
            self.audit.note(caller, "account.recover", object(&account), "done, with the password").await;
            return Ok(Recovered { sign_in, recovery_code: None, ended_others: false });
        }
        let opened = match recovery.recovery_code.filter(|code| !code.is_empty()) {
            Some(code) => Some(self.open_by_code(caller, &code, &account).await?),
            None => None,
        };
        let given_up = self.give_up_sign_in(caller).await?;
        let (key, recovery_code) = match opened {
            Some(key) => (key, None),
            None => self.begin_anew(&mut account).await?,
        };
        account.password_wrap = Some(holding::by_password(&self.hashing, &recovery.password, &account.id, &key).await?);
        let sign_in = self.store_and_sign_in(caller, &account, &key, given_up).await?;
        let how = match recovery_code {
            Some(_) => "done; the vault was begun anew, its credentials are deleted",
            None => "done, with the recovery code",
        };
        self.audit.note(caller, "account.recover", object(&account), how).await;
        Ok(Recovered { sign_in, recovery_code, ended_others: true })
    }

    pub(super) async fn open_by_code(
        &self,
        caller: &Caller,
        typed: &Secret,
        account: &AccountRecord,
    ) -> Result<VaultKey, ServiceError> {
        // Booked apart from the account's name, which the right password has just cleared.
        let knock = self.door.knock(&format!("recovery code of {}", account.id), caller.visitor.address)?;
        let key = match Code::read(typed) {
            Some(code) => holding::open_by_code(&code, account)?,
            None => None,
        };
        if key.is_none() {
            self.audit.note(caller, "account.prove", object(account), "failed: wrong recovery code").await;
        }
        let key = key.ok_or_else(|| ServiceError::bad("this is not the recovery code that the account was given"))?;
        knock.right();
        Ok(key)
    }

    pub(super) async fn begin_anew(
        &self,
        account: &mut AccountRecord,
    ) -> Result<(VaultKey, Option<Secret>), ServiceError> {
        let fresh = FreshVault::begin(&account.id)?;
        self.storage.vault().delete_all(&account.id).await?;
        self.storage.passkeys().drop_wraps(&account.id).await?;
        account.recovery_wrap = Some(fresh.recovery_wrap);
        tracing::warn!(account = %account.id, "the vault was begun anew; its credentials are deleted");
        Ok((fresh.key, Some(fresh.recovery_code)))
    }

    pub(super) async fn store_and_sign_in(
        &self,
        caller: &Caller,
        account: &AccountRecord,
        key: &VaultKey,
        _: GivenUp,
    ) -> Result<NewSignIn, ServiceError> {
        let wraps = (account.password_wrap.clone(), account.recovery_wrap.clone());
        self.storage.accounts().set_password(&account.id, &account.password_hash, wraps.0, wraps.1).await?;
        self.end_sign_ins(&account.id).await?;
        let new = NewSignIn::of(&caller.visitor, account, Some(key), caller.factor.clone())?;
        Ok(new.vouched(caller.vouched))
    }
}
