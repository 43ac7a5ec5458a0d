//! How password, recovery code, cookie, token and passkey each hold the account's data key.
//!
//! The recovery wrap in the account's row tells which data key is the present one. A wrap of an older key (the vault was
//! begun anew) is treated as if it were not there, so that nothing gets sealed under a key that nobody will have again.

use super::{code::Code, hashing::Hashing};
use crate::{
    ServiceError,
    vault::{
        VaultKey,
        key::{KeyId, WrappingKey},
        random,
        wrap::{self, Holder, SALT},
    },
};
use storage::AccountRecord;
use wire::{AccountId, TokenId, accounts::VaultOpener, vault::Secret};

/// Wraps the key under a password, with a new salt.
pub(super) async fn by_password(
    hashing: &Hashing,
    password: &Secret,
    account: &AccountId,
    key: &VaultKey,
) -> Result<Vec<u8>, ServiceError> {
    let salt = random::bytes::<SALT>()?;
    let under = hashing.wrapping_key(password, *salt).await?;
    wrap::wrap(key, &under, salt.as_slice(), account, Holder::Password)
}

/// The key that the password holds; `None` when it holds none since somebody reset it.
pub(super) async fn open_by_password(
    hashing: &Hashing,
    password: &Secret,
    account: &AccountRecord,
) -> Result<Option<VaultKey>, ServiceError> {
    let Some(blob) = &account.password_wrap else { return Ok(None) };
    let Some(salt) = wrap::salt(blob) else { return Ok(None) };
    let under = hashing.wrapping_key(password, salt).await?;
    Ok(wrap::unwrap(blob, &under, &account.id, Holder::Password).filter(|key| is_present(account, key)))
}

/// What opens an account's vault.
pub(super) fn opener(account: &AccountRecord) -> VaultOpener {
    let has_wrap = account.password_wrap.as_deref().is_some_and(|blob| holds_present_key(account, blob));
    match (account.has_password, has_wrap) {
        (true, true) => VaultOpener::Password,
        (true, false) => VaultOpener::RecoveryCode,
        (false, true) => VaultOpener::Passphrase,
        (false, false) if account.recovery_wrap.is_some() => VaultOpener::Passkey,
        (false, false) => VaultOpener::NewPassphrase,
    }
}

/// Wraps the key under the recovery code.
pub(super) fn by_code(code: &Code, account: &AccountId, key: &VaultKey) -> Result<Vec<u8>, ServiceError> {
    wrap::wrap(key, &under_code(code)?, &[], account, Holder::RecoveryCode)
}

/// The key that the recovery code holds; `None` when it is not this account's code.
pub(super) fn open_by_code(code: &Code, account: &AccountRecord) -> Result<Option<VaultKey>, ServiceError> {
    let under = under_code(code)?;
    Ok(account.recovery_wrap.as_ref().and_then(|blob| wrap::unwrap(blob, &under, &account.id, Holder::RecoveryCode)))
}

fn under_code(code: &Code) -> Result<WrappingKey, ServiceError> {
    WrappingKey::from_secret(code.bytes(), "berth recovery code v1")
}

/// Wraps the key under the secret of a cookie, for a sign-in or half a one.
pub(super) fn by_cookie(
    secret: &[u8],
    account: &AccountId,
    holder: Holder<'_>,
    key: &VaultKey,
) -> Result<Vec<u8>, ServiceError> {
    wrap::wrap(key, &under_cookie(secret)?, &[], account, holder)
}

/// The key that a cookie holds.
pub(super) fn open_by_cookie(
    blob: &[u8],
    secret: &[u8],
    account: &AccountRecord,
    holder: Holder<'_>,
) -> Result<Option<VaultKey>, ServiceError> {
    let key = wrap::unwrap(blob, &under_cookie(secret)?, &account.id, holder);
    Ok(key.filter(|key| is_present(account, key)))
}

fn under_cookie(secret: &[u8]) -> Result<WrappingKey, ServiceError> {
    WrappingKey::from_secret(secret, "berth sign-in v1")
}

/// Wraps the key under the secret of an API token.
pub(super) fn by_token(
    secret: &[u8],
    account: &AccountId,
    token: &TokenId,
    key: &VaultKey,
) -> Result<Vec<u8>, ServiceError> {
    wrap::wrap(key, &under_token(secret)?, &[], account, Holder::Token(token))
}

/// The key that an API token holds.
pub(super) fn open_by_token(
    blob: &[u8],
    secret: &[u8],
    account: &AccountRecord,
    token: &TokenId,
) -> Result<Option<VaultKey>, ServiceError> {
    let key = wrap::unwrap(blob, &under_token(secret)?, &account.id, Holder::Token(token));
    Ok(key.filter(|key| is_present(account, key)))
}

fn under_token(secret: &[u8]) -> Result<WrappingKey, ServiceError> {
    WrappingKey::from_secret(secret, "berth api token v1")
}

/// Wraps the key under what an authenticator gives for a passkey.
pub(super) fn by_passkey(
    secret: &[u8],
    account: &AccountId,
    passkey: &str,
    key: &VaultKey,
) -> Result<Vec<u8>, ServiceError> {
    wrap::wrap(key, &under_passkey(secret)?, &[], account, Holder::Passkey(passkey))
}

/// The key that a passkey holds.
pub(super) fn open_by_passkey(
    blob: &[u8],
    secret: &[u8],
    account: &AccountRecord,
    passkey: &str,
) -> Result<Option<VaultKey>, ServiceError> {
    let key = wrap::unwrap(blob, &under_passkey(secret)?, &account.id, Holder::Passkey(passkey));
    Ok(key.filter(|key| is_present(account, key)))
}

fn under_passkey(secret: &[u8]) -> Result<WrappingKey, ServiceError> {
    WrappingKey::from_secret(secret, "berth passkey v1")
}

/// Whether a wrap claims to hold the account's present key.
pub(super) fn holds_present_key(account: &AccountRecord, blob: &[u8]) -> bool {
    wrap::key_id(blob).is_some_and(|id| Some(id) == present_id(account))
}

fn is_present(account: &AccountRecord, key: &VaultKey) -> bool {
    key.id().is_ok_and(|id| Some(id) == present_id(account))
}

fn present_id(account: &AccountRecord) -> Option<KeyId> {
    account.recovery_wrap.as_deref().and_then(wrap::key_id)
}
