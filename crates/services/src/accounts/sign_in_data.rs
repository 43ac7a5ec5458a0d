//! What a sign-in leaves behind: data for the server's session row, and a secret for the browser's cookie. Either alone
//! opens no vault.

use super::cookie::{self, CookieSecret};
use crate::{
    Caller, ServiceError, Via, Visitor, clock,
    vault::{VaultKey, wrap::Holder},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, net::IpAddr};
use storage::AccountRecord;
use wire::{AccountId, Timestamp};

const MAX_USER_AGENT: usize = 256;

/// Somebody signed in. The door renews the cookie's id and stores [`NewSignIn::data`] under it.
#[derive(Debug, Clone)]
pub struct NewSignIn {
    /// Who.
    pub account: AccountId,
    /// For the cookie `berth_vault`; without one the vault stays locked and an older cookie goes away.
    pub vault_secret: Option<CookieSecret>,
    /// For the server's session.
    pub data: SignInData,
}

/// What the server keeps of a sign-in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInData {
    pub(super) account: AccountId,
    pub(super) id: String,
    password_mark: String,
    /// Which second factor was shown; none when the account had none.
    #[serde(default)]
    factor: Option<String>,
    /// Whether a provider's word, or a passkey, stands for a second factor.
    #[serde(default)]
    pub(super) vouched: bool,
    vault_wrap: Option<String>,
    address: Option<IpAddr>,
    user_agent: Option<String>,
    created_at: Timestamp,
}

impl fmt::Debug for SignInData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInData").field("account", &self.account).field("id", &self.id).finish_non_exhaustive()
    }
}

impl SignInData {
    /// Who signed in.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Names the sign-in among the account's devices; it is not the cookie and opens nothing.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// From where.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// With which browser.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// When it began, or its vault was last opened.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The caller behind it, if the account still is what it was at sign-in. One that has got a second factor since, or
    /// another one, is not.
    pub(super) fn caller(
        &self,
        visitor: &Visitor,
        account: AccountRecord,
        cookie: Option<&str>,
    ) -> Result<Caller, ServiceError> {
        let has_shown = self.vouched || account.second_factor.is_none() || account.second_factor == self.factor;
        if account.disabled || self.password_mark != password_mark(&account) || !has_shown {
            return Err(ServiceError::Unauthenticated("this sign-in has ended; sign in again"));
        }
        let vault = cookie::open(&account, Holder::SignIn(&self.id), self.vault_wrap.as_deref(), cookie)?;
        Ok(Caller {
            account: account.id,
            name: account.name,
            role: account.role,
            vault,
            visitor: visitor.clone(),
            via: Via::SignIn(self.id.clone()),
            factor: self.factor.clone(),
            scopes: None,
            vouched: self.vouched,
        })
    }
}

impl NewSignIn {
    /// Signs an account in. Its password was checked, and this second factor shown: with another one than the account's, the
    /// sign-in is over before it begins.
    pub(super) fn of(
        visitor: &Visitor,
        account: &AccountRecord,
        key: Option<&VaultKey>,
        factor: Option<String>,
    ) -> Result<Self, ServiceError> {
        Self::under(cookie::new_id()?, visitor, account, key, factor)
    }

    /// The caller's own sign-in, whose vault is open now.
    pub(super) fn again(caller: &Caller, account: &AccountRecord, key: &VaultKey) -> Result<Self, ServiceError> {
        let id = match &caller.via {
            Via::SignIn(id) => id.clone(),
            Via::Token(_) | Via::Schedule => cookie::new_id()?,
        };
        let again = Self::under(id, &caller.visitor, account, Some(key), caller.factor.clone())?;
        Ok(again.vouched(caller.vouched))
    }

    fn under(
        id: String,
        visitor: &Visitor,
        account: &AccountRecord,
        key: Option<&VaultKey>,
        factor: Option<String>,
    ) -> Result<Self, ServiceError> {
        let (vault_secret, vault_wrap) = cookie::wrapped(account, Holder::SignIn(&id), key)?;
        let data = SignInData {
            account: account.id.clone(),
            id,
            password_mark: password_mark(account),
            factor,
            vouched: false,
            vault_wrap,
            address: visitor.address,
            user_agent: visitor.user_agent.as_ref().map(|text| text.chars().take(MAX_USER_AGENT).collect()),
            created_at: clock::now(),
        };
        Ok(Self { account: account.id.clone(), vault_secret, data })
    }

    /// The same sign-in by a provider whose word stands for a second factor, or by a passkey.
    pub(super) fn vouched(mut self, vouched: bool) -> Self {
        self.data.vouched = vouched;
        self
    }
}

/// Changes with the password, so a sign-in from before is none any more, even one whose row a late request began.
pub(super) fn password_mark(account: &AccountRecord) -> String {
    let digest = Sha256::new().chain_update(b"berth password mark v1:").chain_update(&account.password_hash).finalize();
    BASE64.encode(digest.get(..16).unwrap_or_default())
}
