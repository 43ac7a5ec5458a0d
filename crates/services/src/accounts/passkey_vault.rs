//! The vault by a passkey: where the authenticator makes 32 bytes of our salt that it makes for nobody else (`prf`), these wrap the
//! account's data key, as the password does.
//!
//! They come with the answer that proves the passkey, are derived from and forgotten. An account without a password begins its vault
//! with a passkey where others choose a passphrase. What this cannot do: open anything with an authenticator that gives no bytes.

use super::{
    Accounts, NewSignIn, Recovered, holding, object,
    passkeys::asker,
    webauthn::{Asked, over, readable},
};
use crate::{Caller, ServiceError, vault::VaultKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use std::fmt;
use storage::{AccountRecord, PasskeyRecord};
use webauthn_rs::prelude::PublicKeyCredential;
use wire::{
    accounts::{PasskeyAnswer, PasskeyCeremony},
    vault::Secret,
};
use zeroize::Zeroizing;

const NO_KEY: &str = "this browser or this passkey gives no key for the vault; open it in another way";
const NOT_YET: &str =
    "this passkey does not open the vault yet; open the vault in another way, then let the passkey open it, too";

/// What an authenticator gives for one of its credentials.
pub(super) struct Prf(Zeroizing<Vec<u8>>);

impl fmt::Debug for Prf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prf(…)")
    }
}

/// What came along.
pub(super) fn read(given: Option<Secret>) -> Result<Option<Prf>, ServiceError> {
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Ok(None) };
    let bytes = BASE64.decode(given.expose()).map(Zeroizing::new).ok().filter(|bytes| bytes.len() == 32);
    bytes.map(Prf).map(Some).ok_or_else(|| ServiceError::bad("`prf` is 32 bytes in base64url"))
}

/// The data key that a passkey holds; `None` when it holds none, or that of a vault that is no more.
pub(super) fn key_of(
    account: &AccountRecord,
    passkey: &PasskeyRecord,
    prf: &Prf,
) -> Result<Option<VaultKey>, ServiceError> {
    match &passkey.wrap {
        Some(blob) => holding::open_by_passkey(blob, &prf.0, account, &passkey.id),
        None => Ok(None),
    }
}

/// Whether an account has a vault, open or not.
pub(super) fn has_vault(account: &AccountRecord) -> bool {
    account.has_password || account.recovery_wrap.is_some()
}

impl Accounts {
    /// Asks one of the caller's passkeys for the key of the vault.
    ///
    /// # Errors
    /// When passkeys are switched off, or the caller has none.
    pub async fn ask_for_vault_key(&self, caller: &Caller) -> Result<PasskeyCeremony, ServiceError> {
        let (passkeys, by) = (self.webauthn()?, asker(caller)?);
        let known = self.storage.passkeys().of_account(&caller.account).await?;
        if known.is_empty() {
            return Err(ServiceError::Conflict("this account has no passkey; add one on the account page".into()));
        }
        passkeys.ask_for_key(by, &known)
    }

    /// Opens the caller's vault with what the passkey gave. A vault that is open already opens with it from then on, and nothing is
    /// signed in anew.
    ///
    /// # Errors
    /// When the answer proves no passkey of the caller's, comes without a key, or the passkey holds none of a vault that is locked.
    pub async fn open_vault_by_passkey(
        &self,
        caller: &Caller,
        answer: PasskeyAnswer,
    ) -> Result<Option<Recovered>, ServiceError> {
        let passkeys = self.webauthn()?;
        let Asked::OpenVault { by, state } = passkeys.take(&answer.ceremony)? else { return Err(over()) };
        if by != asker(caller)? {
            return Err(over());
        }
        let (credential, prf) = (readable::<PublicKeyCredential>(answer.credential)?, read(answer.prf)?);
        let account = self.row_of(caller).await?;
        let found = self.storage.passkeys().by_credential(credential.get_credential_id()).await?;
        let found = found.filter(|passkey| passkey.account_id == account.id);
        let shown = self.show_passkey(passkeys, &caller.visitor, (state, &credential), found).await?;
        let passkey = match shown {
            Ok(passkey) => passkey,
            Err(doubt) => {
                self.audit.note(caller, "account.prove", object(&account), doubt.outcome()).await;
                return Err(ServiceError::WrongPasskey);
            }
        };
        let prf = prf.ok_or_else(|| ServiceError::Conflict(NO_KEY.into()))?;
        self.let_open(caller, account, &passkey, &prf).await
    }

    /// Lets a passkey open the vault: from now on when it is open, now when the passkey holds its key, and as the first when there was
    /// none.
    pub(super) async fn let_open(
        &self,
        caller: &Caller,
        mut account: AccountRecord,
        passkey: &PasskeyRecord,
        prf: &Prf,
    ) -> Result<Option<Recovered>, ServiceError> {
        if let Some(key) = &caller.vault {
            self.wrap_under(&account, passkey, prf, key).await?;
            self.note_passkey(caller, &account, passkey, "done: opens the vault").await;
            return Ok(None);
        }
        if let Some(key) = key_of(&account, passkey, prf)? {
            let sign_in = NewSignIn::again(caller, &account, &key)?;
            self.audit.note(caller, "account.recover", object(&account), "done, with a passkey").await;
            return Ok(Some(Recovered { sign_in, recovery_code: None, ended_others: false }));
        }
        if has_vault(&account) {
            return Err(ServiceError::Conflict(NOT_YET.into()));
        }
        let given_up = self.give_up_sign_in(caller).await?;
        let (key, recovery_code) = self.begin_anew(&mut account).await?;
        self.wrap_under(&account, passkey, prf, &key).await?;
        let sign_in = self.store_and_sign_in(caller, &account, &key, given_up).await?;
        self.note_passkey(caller, &account, passkey, "done: begins the vault").await;
        Ok(Some(Recovered { sign_in, recovery_code, ended_others: true }))
    }

    async fn wrap_under(
        &self,
        account: &AccountRecord,
        passkey: &PasskeyRecord,
        prf: &Prf,
        key: &VaultKey,
    ) -> Result<(), ServiceError> {
        let blob = holding::by_passkey(&prf.0, &account.id, &passkey.id, key)?;
        if self.storage.passkeys().set_wrap(&account.id, &passkey.id, blob).await? {
            return Ok(());
        }
        Err(ServiceError::missing("passkey", &passkey.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_authenticator_gives_is_32_bytes_or_nothing() {
        let given = |text: &str| read(Some(Secret::new(text)));
        let whole = BASE64.encode([7; 32]);
        assert_eq!(given(&whole).unwrap().unwrap().0.as_slice(), [7; 32]);
        assert!(read(None).unwrap().is_none() && given("").unwrap().is_none());
        for wrong in [BASE64.encode([7; 31]), BASE64.encode([7; 64]), "not base64!".to_owned(), format!("{whole}=")] {
            assert!(given(&wrong).is_err(), "{wrong}");
        }
        assert_eq!(format!("{:?}", Prf(Zeroizing::new(vec![7; 32]))), "Prf(…)");
    }
}
