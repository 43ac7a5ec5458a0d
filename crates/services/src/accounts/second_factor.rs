//! Setting up a second factor, switching it off, and its recovery codes.
//!
//! A draft is nothing until a code of it was given. Everything here asks for the password again, and what changes a second
//! factor that is on for a code of it as well: a browser that was left open is not enough. The secret is sealed under the
//! account's data key (docs/decisions/0025), so the vault has to be open.

use super::{
    Accounts, NewSignIn, Settler,
    code::{Code, SHORT},
    factor_code, object,
};
use crate::{Caller, ServiceError, Via, clock, vault::random};
use data_encoding::BASE32_NOPAD;
use storage::{AccountRecord, SecondFactorRecord};
use wire::{
    AccountId,
    accounts::{SecondFactorConfirm, SecondFactorProof, SecondFactorSetUp, SecondFactorView, TotpDraft},
    events::Topic,
    vault::Secret,
};

const CODES: usize = 10;

/// As long as the hash it goes into, as RFC 4226 wants it.
const SECRET: usize = 20;

const NO_DRAFT: &str = "there is nothing to confirm; begin setting up the second factor again";

/// What the audit log calls it.
const ACTION: &str = "account.second_factor";

/// A second factor is on.
#[derive(Debug, Clone)]
pub struct SecondFactorSet {
    /// The caller's new sign-in; all others of the account have ended.
    pub sign_in: NewSignIn,
    /// The recovery codes, shown once.
    pub recovery_codes: Vec<Secret>,
}

impl Accounts {
    /// How the caller stands with second factors.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_factor(&self, settler: &Settler) -> Result<SecondFactorView, ServiceError> {
        let account = &settler.0.account;
        let found = self.storage.second_factors().get(account).await?;
        Ok(SecondFactorView {
            since: found.and_then(|factor| factor.confirmed_at),
            recovery_codes_left: self.storage.second_factors().codes_left(account).await?,
            required: self.requires(settler.0.role),
        })
    }

    /// Begins to set one up: makes a secret, which an app has to take in.
    ///
    /// # Errors
    /// When the password is wrong, the vault is locked, or one is on already.
    pub async fn begin_second_factor(
        &self,
        settler: &Settler,
        request: SecondFactorSetUp,
    ) -> Result<TotpDraft, ServiceError> {
        let caller = &settler.0;
        let key = caller.vault_key()?;
        let account = self.prove_again(caller, &request.password).await?;
        self.may_settle(caller, &account).await?;
        let secret = random::bytes::<SECRET>()?;
        let totp = factor_code::totp(secret.as_slice(), &account.name)?;
        let draft = SecondFactorRecord {
            id: random::id::<AccountId>()?.to_string(),
            totp: factor_code::sealed(key, &account.id, secret.as_slice())?,
            account_id: account.id,
            confirmed_at: None,
            last_step: 0,
        };
        self.storage.second_factors().draft(&draft).await?;
        let url = totp.to_url().map_err(|_| ServiceError::Internal("the app's address could not be made"))?;
        Ok(TotpDraft { secret: Secret::new(BASE32_NOPAD.encode(secret.as_slice())), url: Secret::new(url) })
    }

    /// Switches it on by one code of it. Every other sign-in of the account ends; this one goes on under a new id.
    ///
    /// # Errors
    /// When the code is wrong, the vault is locked, or there is no draft.
    pub async fn confirm_second_factor(
        &self,
        settler: &Settler,
        confirm: SecondFactorConfirm,
    ) -> Result<SecondFactorSet, ServiceError> {
        let caller = &settler.0;
        let (key, account) = (caller.vault_key()?, self.row_of(caller).await?);
        self.may_settle(caller, &account).await?;
        let draft = self.storage.second_factors().get(&account.id).await?;
        let draft = draft.filter(|draft| draft.confirmed_at.is_none()).ok_or_else(no_draft)?;
        let totp = factor_code::opened(key, &account, &draft).ok_or_else(no_draft)?;
        let step = factor_code::digits(&confirm.code).and_then(|digits| factor_code::step_of(&totp, &digits));
        let step = step.ok_or(ServiceError::WrongCode(
            "this code is wrong; type the six digits that the app shows now, and check the clock of the phone",
        ))?;
        let (recovery_codes, hashes) = fresh_codes(&account.id)?;
        self.give_up_sign_in(caller).await?;
        if !self.storage.second_factors().confirm(&draft, step, clock::now(), &hashes).await? {
            return Err(no_draft());
        }
        self.audit.note(caller, ACTION, object(&account), "done: set up").await;
        self.end_sign_ins(&account.id).await?;
        let sign_in = NewSignIn::of(&caller.visitor, &account, Some(key), Some(draft.id))?.vouched(caller.vouched);
        Ok(SecondFactorSet { sign_in, recovery_codes })
    }

    /// Refuses who knows the password alone of an account that has a passkey: that is the second factor that the server requires, and
    /// another one would be a way around it.
    async fn may_settle(&self, caller: &Caller, account: &AccountRecord) -> Result<(), ServiceError> {
        let must = self.must_set_up(account, caller.vouched) && self.passkey_signs_in(account);
        if must && self.storage.passkeys().count(&account.id).await? > 0 {
            return Err(ServiceError::Forbidden("this account has a passkey: sign out, and sign in with it"));
        }
        Ok(())
    }

    /// Switches it off. Sign-ins go on.
    ///
    /// # Errors
    /// When the password or the code is wrong, or none is on.
    pub async fn end_second_factor(&self, caller: &Caller, proof: SecondFactorProof) -> Result<(), ServiceError> {
        let account = self.prove_twice(caller, &proof, "switch off").await?;
        self.storage.second_factors().delete(&account.id).await?;
        self.audit.note(caller, ACTION, object(&account), "done: switched off").await;
        // Whether they still may what they may is asked again.
        self.events.changed(&account.id, Topic::SignIns, None);
        Ok(())
    }

    /// Makes new recovery codes in the place of all that are left.
    ///
    /// # Errors
    /// As [`Accounts::end_second_factor`].
    pub async fn new_recovery_codes(
        &self,
        caller: &Caller,
        proof: SecondFactorProof,
    ) -> Result<Vec<Secret>, ServiceError> {
        let account = self.prove_twice(caller, &proof, "make new recovery codes").await?;
        let (codes, hashes) = fresh_codes(&account.id)?;
        self.storage.second_factors().replace_codes(&account.id, &hashes).await?;
        self.audit.note(caller, "account.recovery_codes", object(&account), "done: made anew").await;
        Ok(codes)
    }

    /// Password and code of a caller who has signed in already.
    async fn prove_twice(
        &self,
        caller: &Caller,
        proof: &SecondFactorProof,
        what: &str,
    ) -> Result<AccountRecord, ServiceError> {
        let account = self.prove_again(caller, &proof.password).await?;
        if account.second_factor.is_none() {
            return Err(ServiceError::Conflict("no second factor is switched on".into()));
        }
        match self.take_code(&caller.visitor, &account, caller.vault.as_ref(), &proof.code).await {
            Err(error @ ServiceError::WrongCode(_)) => {
                self.audit.note(caller, ACTION, object(&account), &format!("failed: wrong code, to {what}")).await;
                Err(error)
            }
            other => other.map(|_| account),
        }
    }

    /// The password of a caller who has signed in already, or the vault's passphrase of one who has none: the one place where a
    /// signed-in account proves itself anew. A token has nothing to do with passwords.
    pub(super) async fn prove_again(&self, caller: &Caller, password: &Secret) -> Result<AccountRecord, ServiceError> {
        if !matches!(caller.via, Via::SignIn(_)) {
            return Err(ServiceError::Forbidden("an API token cannot do this; sign in with a browser"));
        }
        let account = self.row_of(caller).await?;
        let what = super::object(&account);
        let proven = self.prove(&caller.name, Some(account.clone()), password, &caller.visitor).await;
        if matches!(proven, Err(ServiceError::WrongPassword)) {
            self.audit.note(caller, "account.prove", what, "failed: wrong password").await;
        }
        let proven = proven.map_err(|error| error.told_to(&account))?;
        // Looking at a password takes a while, and the sign-in may be gone by then.
        self.still_signed_in(caller).await?;
        Ok(proven)
    }

    /// Ends every sign-in of an account.
    pub(super) async fn end_sign_ins(&self, account: &AccountId) -> Result<(), ServiceError> {
        self.storage.sign_ins().delete_of_account(account, None).await?;
        self.tell_soon(account);
        Ok(())
    }
}

fn no_draft() -> ServiceError {
    ServiceError::Conflict(NO_DRAFT.into())
}

/// Recovery codes, as they are shown and as they are kept.
fn fresh_codes(account: &AccountId) -> Result<(Vec<Secret>, Vec<Vec<u8>>), ServiceError> {
    let (mut shown, mut kept) = (Vec::with_capacity(CODES), Vec::with_capacity(CODES));
    for _ in 0..CODES {
        let code = Code::<SHORT>::generate()?;
        shown.push(code.show()?);
        kept.push(factor_code::hash(account, &code));
    }
    Ok((shown, kept))
}
