//! Half a sign-in: the password was right, and the code of the second factor is missing.
//!
//! It is another type than a sign-in from the row in the database to the request, and nothing makes a [`Caller`] of it but
//! a code: so nothing that asks for a caller can be reached with it. Its key of the vault is wrapped for this one purpose, it
//! lives five minutes, and its cookie's id is renewed when it becomes whole.

use super::{
    Accounts, NewSignIn,
    cookie::{self, CookieSecret},
    holding,
    sign_in_data::password_mark,
};
use crate::{
    ServiceError, Visitor, clock,
    vault::{VaultKey, wrap::Holder},
};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use storage::AccountRecord;
use wire::{AccountId, Timestamp, accounts::SecondStep, vault::Secret};

/// How long somebody may look for the code.
pub const HALF_LIFE: Duration = Duration::from_secs(5 * 60);

const OVER: ServiceError =
    ServiceError::Unauthenticated("this took too long, or the account has changed; sign in again");

/// Somebody gave the right password. The door renews the cookie's id and stores [`NewHalf::data`] under it.
#[derive(Debug, Clone)]
pub struct NewHalf {
    /// For the cookie `berth_vault`.
    pub vault_secret: Option<CookieSecret>,
    /// For the server's session.
    pub data: HalfData,
}

/// What the server keeps of half a sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub struct HalfData {
    account: AccountId,
    id: String,
    password_mark: String,
    factor: String,
    vault_wrap: Option<String>,
    until: Timestamp,
}

/// A request by half a sign-in.
#[derive(Clone)]
pub struct HalfSignIn {
    pub(super) account: AccountRecord,
    pub(super) visitor: Visitor,
    factor: String,
    pub(super) key: Option<VaultKey>,
}

impl fmt::Debug for HalfData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HalfData").field("account", &self.account).finish_non_exhaustive()
    }
}

impl fmt::Debug for HalfSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HalfSignIn").field("account", &self.account.id).finish_non_exhaustive()
    }
}

impl NewHalf {
    /// Half signs an account in. Its password was checked; `factor` is the one that will be asked for.
    pub(super) fn of(account: &AccountRecord, key: Option<&VaultKey>, factor: String) -> Result<Self, ServiceError> {
        let id = cookie::new_id()?;
        let (vault_secret, vault_wrap) = cookie::wrapped(account, Holder::HalfSignIn(&id), key)?;
        let until = clock::after(clock::now(), HALF_LIFE.as_secs());
        let (account, password_mark) = (account.id.clone(), password_mark(account));
        Ok(Self { vault_secret, data: HalfData { account, id, password_mark, factor, vault_wrap, until } })
    }
}

impl HalfData {
    /// Whose password it was.
    pub fn account(&self) -> &AccountId {
        &self.account
    }
}

impl HalfSignIn {
    /// The account's name.
    pub fn name(&self) -> &str {
        &self.account.name
    }
}

impl Accounts {
    /// Half a sign-in behind a cookie.
    ///
    /// # Errors
    /// When its time is over, the account is gone, switched off, or has another password or second factor, or the database
    /// fails.
    pub async fn half_by_cookie(
        &self,
        visitor: &Visitor,
        data: &HalfData,
        vault_cookie: Option<&str>,
    ) -> Result<HalfSignIn, ServiceError> {
        let account = self.storage.accounts().by_id(&data.account).await?.ok_or(OVER)?;
        let is_same = account.second_factor.as_ref() == Some(&data.factor)
            && data.password_mark == password_mark(&account)
            && !account.disabled;
        if !is_same || data.until <= clock::now() {
            return Err(OVER);
        }
        let key = cookie::open(&account, Holder::HalfSignIn(&data.id), data.vault_wrap.as_deref(), vault_cookie)?;
        Ok(HalfSignIn { account, visitor: visitor.clone(), factor: data.factor.clone(), key })
    }

    /// Makes half a sign-in whole.
    ///
    /// # Errors
    /// When the code or what should open the vault is wrong, the code was used before, or wrong ones were given too often.
    pub async fn second_step(&self, half: &HalfSignIn, step: &SecondStep) -> Result<NewSignIn, ServiceError> {
        let opened = match &step.password {
            Some(password) if half.key.is_none() && !password.is_empty() => {
                self.open_with(&half.visitor, &half.account, password).await?
            }
            _ => half.key.clone(),
        };
        self.whole(&half.visitor, &half.account, opened.as_ref(), &half.factor, &step.code).await
    }

    /// The key that a secret opens, of an account whose sign-in did not: somebody else vouched for it.
    async fn open_with(
        &self,
        visitor: &Visitor,
        account: &AccountRecord,
        secret: &Secret,
    ) -> Result<Option<VaultKey>, ServiceError> {
        let proven = self.prove(&account.name, Some(account.clone()), secret, visitor).await;
        if matches!(proven, Err(ServiceError::WrongPassword)) {
            self.note_sign_in(visitor, account, "failed: the vault was not opened").await;
        }
        let account = proven.map_err(|error| error.told_to(account))?;
        holding::open_by_password(&self.hashing, secret, &account).await
    }

    /// Signs in by a code of the second factor. The password was checked.
    pub(super) async fn whole(
        &self,
        visitor: &Visitor,
        account: &AccountRecord,
        key: Option<&VaultKey>,
        factor: &str,
        code: &Secret,
    ) -> Result<NewSignIn, ServiceError> {
        let shown = self.take_code(visitor, account, key, code).await;
        let outcome = match &shown {
            Ok(shown) => shown.outcome(),
            Err(ServiceError::WrongCode(_)) => "failed: wrong code".to_owned(),
            Err(_) => return Err(shown.err().unwrap_or(OVER)),
        };
        self.note_sign_in(visitor, account, &outcome).await;
        shown?;
        NewSignIn::of(visitor, account, key, Some(factor.to_owned()))
    }
}
