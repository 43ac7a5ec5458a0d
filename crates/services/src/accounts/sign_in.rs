//! Signing in, and finding the caller behind a cookie again.

use super::{Accounts, NewSignIn, SignInData, holding, rules};
use crate::{Caller, ServiceError, Via, Visitor};
use std::net::IpAddr;
use storage::AccountRecord;
use wire::{
    accounts::{AuthStatus, SignInRequest, SignInStatus},
    vault::Secret,
};

const ENDED: ServiceError = ServiceError::Unauthenticated("this sign-in has ended; sign in again");

impl Accounts {
    /// Signs in with name and password.
    ///
    /// # Errors
    /// When either is wrong (which one is not told), was wrong too often, or the account is switched off.
    pub async fn sign_in(&self, visitor: &Visitor, request: SignInRequest) -> Result<NewSignIn, ServiceError> {
        let name = request.username.trim();
        let found = self.storage.accounts().by_name(name).await?;
        let account = self.prove(name, found, &request.password, visitor.address).await?;
        if account.disabled {
            return Err(ServiceError::Forbidden("this account is switched off; ask an admin"));
        }
        let key = holding::open_by_password(&self.hashing, &request.password, &account).await?;
        NewSignIn::of(visitor, &account, key.as_ref())
    }

    /// Lets the password prove that somebody is that account. Unknown names take the same way and the same time.
    pub(super) async fn prove(
        &self,
        name: &str,
        account: Option<AccountRecord>,
        password: &Secret,
        from: Option<IpAddr>,
    ) -> Result<AccountRecord, ServiceError> {
        rules::password_size(password)?;
        let knock = self.door.knock(name, from)?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let (knock, same) = knock.judge(self.hashing.verify(password, hash).await)?;
        match account {
            Some(account) if same => {
                knock.right();
                Ok(account)
            }
            _ => Err(ServiceError::WrongPassword),
        }
    }

    /// The caller behind a cookie. The account is read anew each time, so switching it off works at once.
    ///
    /// # Errors
    /// When the account is gone or switched off, its password was changed since, or the database fails.
    pub async fn caller_by_sign_in(
        &self,
        visitor: &Visitor,
        data: &SignInData,
        vault_cookie: Option<&str>,
    ) -> Result<Caller, ServiceError> {
        let account = self.storage.accounts().by_id(&data.account).await?.ok_or(ENDED)?;
        data.caller(visitor, account, vault_cookie)
    }

    /// What stands between a visitor and the dashboard.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self, caller: Option<&Caller>) -> Result<AuthStatus, ServiceError> {
        let status = match caller {
            Some(_) => SignInStatus::SignedIn,
            None if self.setup_needed().await? => SignInStatus::SetupNeeded,
            None => SignInStatus::SignedOut,
        };
        Ok(AuthStatus {
            status,
            username: caller.map(|caller| caller.name.clone()),
            user_id: caller.map(|caller| caller.account.clone()),
            role: caller.map(Caller::role),
            session_id: caller.and_then(|caller| match &caller.via {
                Via::SignIn(id) => Some(id.clone()),
                Via::Token(_) | Via::Schedule => None,
            }),
            vault_open: caller.is_some_and(Caller::vault_open),
        })
    }

    /// The row of a caller who is signed in right now.
    pub(super) async fn row_of(&self, caller: &Caller) -> Result<AccountRecord, ServiceError> {
        self.storage.accounts().by_id(&caller.account).await?.ok_or(ENDED)
    }
}
