//! Wraps: an account's data key, sealed under the key of one of its holders.
//!
//! `version (1) | id of the data key (8) | salt (0 or 16) | nonce (24) | ciphertext and tag (48)`. The associated data names
//! account, holder and row, and takes in everything before the nonce, so a wrap that was moved to another row or touched
//! anywhere does not open.

use super::{
    aead,
    key::{KeyBytes, KeyId, VaultKey, WrappingKey},
};
use crate::ServiceError;
use wire::{AccountId, TokenId};

const VERSION: u8 = 1;
const SALT_AT: usize = 1 + size_of::<KeyId>();
const SEALED: usize = aead::OVERHEAD + 32;

/// How much salt a wrap carries whose holder needs any.
pub(crate) const SALT: usize = 16;

/// Who holds a data key. A wrap opens only in the place it was made for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holder<'a> {
    /// The account's password; the wrap carries the salt.
    Password,
    /// The account's recovery code.
    RecoveryCode,
    /// The secret in the cookie of one sign-in.
    SignIn(&'a str),
    /// The secret in the cookie of one that still misses its second factor.
    HalfSignIn(&'a str),
    /// The secret of one API token.
    Token(&'a TokenId),
    /// What an authenticator gives for one passkey.
    Passkey(&'a str),
}

impl Holder<'_> {
    fn place(self, account: &AccountId, header: &[u8]) -> Vec<u8> {
        let (purpose, row) = match self {
            Self::Password => ("password", account.as_str()),
            Self::RecoveryCode => ("recovery", account.as_str()),
            Self::SignIn(id) => ("sign-in", id),
            Self::HalfSignIn(id) => ("half-sign-in", id),
            Self::Token(id) => ("token", id.as_str()),
            Self::Passkey(id) => ("passkey", id),
        };
        let mut place = format!("berth wrap:{purpose}:{account}:{row}:").into_bytes();
        place.extend_from_slice(header);
        place
    }
}

/// Wraps a data key. `salt` is kept in the clear for the holder's next visit.
pub(crate) fn wrap(
    key: &VaultKey,
    under: &WrappingKey,
    salt: &[u8],
    account: &AccountId,
    holder: Holder<'_>,
) -> Result<Vec<u8>, ServiceError> {
    let mut blob = vec![VERSION];
    blob.extend_from_slice(&key.id()?);
    blob.extend_from_slice(salt);
    let place = holder.place(account, &blob);
    aead::seal_into(&mut blob, under.expose(), &place, key.expose())?;
    Ok(blob)
}

/// The data key in a wrap; `None` when it was made by another holder, for another place, or was changed.
pub(crate) fn unwrap(blob: &[u8], under: &WrappingKey, account: &AccountId, holder: Holder<'_>) -> Option<VaultKey> {
    let (header, sealed) = split(blob)?;
    let plain = aead::open(sealed, under.expose(), &holder.place(account, header))?;
    let bytes = <[u8; 32]>::try_from(plain.as_slice()).ok()?;
    Some(VaultKey::from_bytes(KeyBytes::new(bytes)))
}

/// Which data key a wrap claims to hold. Only good for telling an abandoned key from the present one.
pub(crate) fn key_id(blob: &[u8]) -> Option<KeyId> {
    let (header, _) = split(blob)?;
    header.get(1..SALT_AT)?.try_into().ok()
}

/// The salt that a wrap carries.
pub(crate) fn salt(blob: &[u8]) -> Option<[u8; SALT]> {
    let (header, _) = split(blob)?;
    header.get(SALT_AT..)?.try_into().ok()
}

fn split(blob: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, sealed) = blob.split_at_checked(blob.len().checked_sub(SEALED)?)?;
    (header.len() >= SALT_AT && header.first() == Some(&VERSION)).then_some((header, sealed))
}

#[cfg(test)]
#[path = "wrap_tests.rs"]
mod tests;
