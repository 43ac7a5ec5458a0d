//! Which account is meant.

use crate::{Caller, ServiceError, access};
use storage::Storage;
use wire::AccountId;

/// The account that a `user_id` names, by its id or its name: the caller's, or for an admin anybody's.
///
/// # Errors
/// `Forbidden` when it names another account and the caller is no admin, `NotFound` when there is no such account.
pub(crate) async fn account_of(
    storage: &Storage,
    caller: &Caller,
    user_id: Option<&str>,
) -> Result<AccountId, ServiceError> {
    let Some(other) = access::another_account(caller, user_id)? else { return Ok(caller.account().clone()) };
    let accounts = storage.accounts();
    let mut found = match other.parse() {
        Ok(id) => accounts.by_id(&id).await?,
        Err(_) => None,
    };
    if found.is_none() {
        found = accounts.by_name(other).await?;
    }
    found.map(|account| account.id).ok_or_else(|| ServiceError::missing("account", other))
}
