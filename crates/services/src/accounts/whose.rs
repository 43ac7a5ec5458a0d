//! Which account is meant, and whether accounts that were let in before still are on: for what goes on in the background.

use crate::{Caller, ServiceError, Via, access, clock::now};
use std::collections::BTreeSet;
use storage::Storage;
use wire::{AccountId, TokenId};

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

/// Those of these accounts that were switched off or deleted since, or may only watch now, by whichever process. A database that
/// cannot be asked ends nothing.
pub(crate) async fn switched_off(storage: &Storage, accounts: BTreeSet<AccountId>) -> BTreeSet<AccountId> {
    if accounts.is_empty() {
        return accounts;
    }
    match storage.accounts().that_open(&accounts).await {
        Ok(on) => accounts.into_iter().filter(|account| !on.contains(account)).collect(),
        Err(error) => {
            tracing::warn!(%error, "whether accounts are still on could not be asked; what they run goes on");
            BTreeSet::new()
        }
    }
}

/// Whether the sign-in or the token is there still that a caller came by.
///
/// # Errors
/// When the database fails.
pub(crate) async fn lets_in_still(storage: &Storage, caller: &Caller) -> Result<bool, ServiceError> {
    match caller.via() {
        Via::SignIn(sign_in) => {
            let devices = storage.sign_ins().devices(caller.account(), now()).await?;
            Ok(devices.iter().any(|line| line.device.sign_in == *sign_in))
        }
        Via::Token(token) => token_stands(storage, token).await,
        Via::Schedule => Ok(true),
    }
}

/// Whether a token is there and has not ended.
///
/// # Errors
/// When the database fails.
pub(crate) async fn token_stands(storage: &Storage, token: &TokenId) -> Result<bool, ServiceError> {
    let found = storage.tokens().by_id(token).await?;
    Ok(found.is_some_and(|token| token.expires_at.is_none_or(|end| end > now())))
}

/// Refuses what an account would begin that was switched off or deleted since its caller was let in, or may only watch now.
///
/// # Errors
/// `Forbidden` when it was, or when the database fails.
pub(crate) async fn still_on(storage: &Storage, caller: &Caller) -> Result<(), ServiceError> {
    if storage.accounts().that_open([caller.account()]).await?.is_empty() {
        return Err(ServiceError::Forbidden(
            "the account was switched off meanwhile, or may only watch now; ask an admin",
        ));
    }
    Ok(())
}
