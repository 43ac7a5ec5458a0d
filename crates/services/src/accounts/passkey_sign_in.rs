//! Signing in with a passkey: no name, no password, no code.
//!
//! The authenticator has asked for its PIN, a finger or a face, so it counts as both factors. Whatever is wrong with an answer is told
//! in the same words, after the same waits as for passwords; what it was stands in the audit log.

use super::{
    Accounts, NewSignIn, passkey_vault,
    sign_in::{ACTION, STRANGER},
    webauthn::{Asked, Doubt, Passkeys, over, readable},
};
use crate::{ServiceError, Visitor, clock};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use storage::{AccountRecord, PasskeyRecord};
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};
use wire::accounts::{PasskeyAnswer, PasskeyCeremony};

impl Doubt {
    /// As the audit log says it.
    pub(super) const fn outcome(self) -> &'static str {
        match self {
            Self::Wrong => "failed: the passkey was not accepted",
            Self::WentBack => "refused: the passkey's count went back; there may be a copy of it",
        }
    }
}

impl Accounts {
    /// Asks a stranger's authenticator who they are.
    ///
    /// # Errors
    /// When passkeys are switched off, or the address asks too often.
    pub fn begin_passkey_sign_in(&self, visitor: &Visitor) -> Result<PasskeyCeremony, ServiceError> {
        self.webauthn()?.ask_who(visitor.address)
    }

    /// Signs in with its answer. The vault is open when the passkey gave the key for it.
    ///
    /// # Errors
    /// `WrongPasskey` whatever is wrong with it, `Forbidden` when the account is switched off or signs in by a provider, and when the
    /// address or the account has to wait.
    pub async fn sign_in_by_passkey(
        &self,
        visitor: &Visitor,
        answer: PasskeyAnswer,
    ) -> Result<NewSignIn, ServiceError> {
        let passkeys = self.webauthn()?;
        let Asked::SignIn(state) = passkeys.take(&answer.ceremony)? else { return Err(over()) };
        let (credential, prf) = (readable::<PublicKeyCredential>(answer.credential)?, passkey_vault::read(answer.prf)?);
        let found = self.storage.passkeys().by_credential(credential.get_credential_id()).await?;
        let account = match &found {
            Some(passkey) => self.storage.accounts().by_id(&passkey.account_id).await?,
            None => None,
        };
        let shown = self.show_passkey(passkeys, visitor, (state, &credential), found).await?;
        let (account, passkey) = match (account, shown) {
            (Some(account), Ok(passkey)) => (account, passkey),
            (Some(account), Err(doubt)) => {
                self.note_sign_in(visitor, &account, doubt.outcome()).await;
                return Err(ServiceError::WrongPasskey);
            }
            (None, _) => {
                let (what, why) = ("an unknown passkey".to_owned(), Doubt::Wrong.outcome());
                self.audit.note_guest(visitor, STRANGER, ACTION, what, why).await;
                return Err(ServiceError::WrongPasskey);
            }
        };
        self.passkey_may_enter(visitor, &account).await?;
        let key = match prf {
            Some(prf) => passkey_vault::key_of(&account, &passkey, &prf)?,
            None => None,
        };
        self.note_sign_in(visitor, &account, &format!("done, with the passkey {}", passkey.name)).await;
        let new = NewSignIn::of(visitor, &account, key.as_ref(), account.second_factor.clone())?;
        Ok(new.vouched(true))
    }

    async fn passkey_may_enter(&self, visitor: &Visitor, account: &AccountRecord) -> Result<(), ServiceError> {
        let (why, told) = if account.disabled {
            ("refused: the account is switched off", "this account is switched off; ask an admin")
        } else if !self.passkey_signs_in(account) {
            (
                "refused: a passkey, where a provider or the directory lets in",
                "sign in by your provider first; your passkey then opens your vault",
            )
        } else {
            return Ok(());
        };
        self.note_sign_in(visitor, account, why).await;
        Err(ServiceError::Forbidden(told))
    }

    /// Lets an answer prove a passkey, and counts it.
    ///
    /// # Errors
    /// When the account or the address has to wait, or the database fails.
    pub(super) async fn show_passkey(
        &self,
        passkeys: &Passkeys,
        visitor: &Visitor,
        (state, credential): (DiscoverableAuthentication, &PublicKeyCredential),
        found: Option<PasskeyRecord>,
    ) -> Result<Result<PasskeyRecord, Doubt>, ServiceError> {
        let whose = match &found {
            Some(known) => known.account_id.to_string(),
            None => BASE64.encode(credential.get_credential_id()),
        };
        let knock = self.door.knock_with_code(&format!("passkey of {whose}"), visitor.address)?;
        let Some(known) = found else { return Ok(Err(Doubt::Wrong)) };
        let checked = match passkeys.check(state, credential, &known) {
            Ok(checked) => checked,
            Err(doubt) => return Ok(Err(doubt)),
        };
        let used = self.storage.passkeys().used(&known.id, &checked.public, checked.counter, clock::now()).await;
        let (knock, forward) = knock.judge(used.map_err(ServiceError::from))?;
        if !forward {
            return Ok(Err(Doubt::WentBack));
        }
        knock.right();
        Ok(Ok(known))
    }
}
