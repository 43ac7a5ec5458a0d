//! Whether somebody who was let in before still would be: for what stays open longer than a request.

use super::{Accounts, whose::token_stands};
use crate::{Caller, ServiceError, Via, Visitor};
use storage::AccountRecord;
use wire::AccountId;

/// What finds the lines in the audit log of what was done without anybody.
const UNATTENDED: &str = "scheduled";

impl Accounts {
    /// The account as a caller, for work that it asked for and that is done without it: no secret of its vault is open. None when
    /// it is switched off or deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn unattended(&self, account: &AccountId) -> Result<Option<Caller>, ServiceError> {
        let account = self.storage.accounts().by_id(account).await?.filter(|account| !account.disabled);
        Ok(account.map(|account| Caller {
            account: account.id,
            name: account.name,
            role: account.role,
            vault: None,
            visitor: Visitor { request_id: UNATTENDED.to_owned(), ..Visitor::default() },
            via: Via::Schedule,
            factor: None,
            scopes: None,
            vouched: false,
        }))
    }

    /// Whether the account still is on and in the same role, and the caller's token or sign-in still is there. `cookie` is
    /// the id in the sign-in's cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn still_stands(&self, caller: &Caller, cookie: Option<&str>) -> Result<bool, ServiceError> {
        let account = self.storage.accounts().by_id(&caller.account).await?;
        let is_same = |account: &AccountRecord| !account.disabled && account.role == caller.role;
        let Some(account) = account.filter(is_same) else { return Ok(false) };
        match (&caller.via, cookie) {
            (Via::Token(id), _) => Ok(token_stands(&self.storage, id).await?),
            (Via::SignIn(_), Some(_)) if self.must_set_up(&account, caller.vouched) => Ok(false),
            (Via::SignIn(_), Some(cookie)) => Ok(self.load_sign_in(cookie).await?.is_some()),
            (Via::SignIn(_), None) => Ok(false),
            (Via::Schedule, _) => Ok(true),
        }
    }
}
