//! Who stands behind a request's cookies or token, and what that lets them do.

use super::{Accounts, HalfSignIn, SignInData};
use crate::{Caller, ServiceError, Via, Visitor};
use storage::AccountRecord;
use wire::accounts::Role;

/// Whom the server requires to have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RequireSecondFactor {
    /// Nobody: who wants one has one.
    #[default]
    Off,
    /// Admins.
    Admins,
    /// Everybody.
    All,
}

/// Who a request comes from. Only the last kind has a [`Caller`], which everything asks for.
#[derive(Debug, Clone)]
pub enum Known {
    /// Somebody who knew the password, and has to give a code.
    Half(HalfSignIn),
    /// Somebody who signed in, and has to set up a second factor before anything else.
    Settler(Settler),
    /// A signed-in account.
    Whole(Caller),
}

/// Somebody who may set up a second factor: who has to, and everybody else who signed in. Nothing outside this room gets a
/// [`Caller`] out of it.
#[derive(Debug, Clone)]
pub struct Settler(pub(super) Caller);

impl Settler {
    /// How the account showed itself.
    pub fn via(&self) -> &Via {
        &self.0.via
    }

    /// The account.
    pub fn account(&self) -> &wire::AccountId {
        &self.0.account
    }
}

impl From<Caller> for Settler {
    fn from(caller: Caller) -> Self {
        Self(caller)
    }
}

impl Accounts {
    /// The same accounts under a policy of second factors.
    #[must_use]
    pub fn requiring(mut self, policy: RequireSecondFactor) -> Self {
        self.policy = policy;
        self
    }

    /// Who is behind a whole sign-in's cookie. The account is read anew each time, so switching it off works at once.
    ///
    /// # Errors
    /// When the account is gone or switched off, its password or second factor was changed since, or the database fails.
    pub async fn known_by_sign_in(
        &self,
        visitor: &Visitor,
        data: &SignInData,
        vault_cookie: Option<&str>,
    ) -> Result<Known, ServiceError> {
        let account = self.storage.accounts().by_id(&data.account).await?.ok_or(super::sign_in::ENDED)?;
        let must_set_up = self.must_set_up(&account, data.vouched);
        let caller = data.caller(visitor, account, vault_cookie)?;
        Ok(if must_set_up { Known::Settler(Settler(caller)) } else { Known::Whole(caller) })
    }

    /// The caller behind a sign-in's cookie.
    ///
    /// # Errors
    /// As [`Accounts::known_by_sign_in`], and when the account has to set up a second factor first.
    pub async fn caller_by_sign_in(
        &self,
        visitor: &Visitor,
        data: &SignInData,
        vault_cookie: Option<&str>,
    ) -> Result<Caller, ServiceError> {
        match self.known_by_sign_in(visitor, data, vault_cookie).await? {
            Known::Whole(caller) => Ok(caller),
            Known::Settler(_) | Known::Half(_) => Err(ServiceError::SetUpNeeded),
        }
    }

    /// Whether the server requires a second factor that the account has not.
    pub(super) fn must_set_up(&self, account: &AccountRecord, vouched: bool) -> bool {
        !vouched && account.second_factor.is_none() && self.requires(account.role)
    }

    /// Whether the server requires a second factor of a role.
    pub(super) fn requires(&self, role: Role) -> bool {
        match self.policy {
            RequireSecondFactor::Off => false,
            RequireSecondFactor::Admins => role == Role::Admin,
            RequireSecondFactor::All => true,
        }
    }
}
