//! Sealing: the secrets of one credential, as JSON, under the account's data key.
//!
//! `version (1) | nonce (24) | ciphertext and tag`. The associated data names account and credential, so the sealed bytes
//! open in no other row. Spaces after the JSON hide how long a password is.

use super::{aead, key::VaultKey};
use crate::ServiceError;
use serde::{Deserialize, Serialize};
use wire::{AccountId, CredentialId, vault::Secret};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const BLOCK: usize = 256;

/// What a credential keeps secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Secrets {
    /// A password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password: Option<Secret>,
    /// A private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) private_key: Option<Secret>,
    /// The private key's passphrase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) passphrase: Option<Secret>,
}

impl Secrets {
    /// More than the JSON can take (a byte becomes six at most), so that its buffer never moves and leaves a copy behind.
    fn room(&self) -> usize {
        let texts = [&self.password, &self.private_key, &self.passphrase];
        let bytes: usize = texts.into_iter().flatten().map(|text| text.expose().len()).sum();
        bytes * 6 + 2 * BLOCK
    }

    pub(super) fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, ServiceError> {
        let mut json = Zeroizing::new(Vec::with_capacity(self.room()));
        serde_json::to_writer(&mut *json, self).map_err(|_| ServiceError::Internal("a secret could not be written"))?;
        let padded = json.len().next_multiple_of(BLOCK);
        json.resize(padded, b' ');
        Ok(json)
    }
}

fn place(account: &AccountId, credential: &CredentialId) -> Vec<u8> {
    format!("credential:{account}:{credential}").into_bytes()
}

/// Seals the secrets of one credential.
pub(super) fn seal(
    key: &VaultKey,
    account: &AccountId,
    credential: &CredentialId,
    secrets: &Secrets,
) -> Result<Vec<u8>, ServiceError> {
    let mut sealed = vec![VERSION];
    aead::seal_into(&mut sealed, key.expose(), &place(account, credential), &secrets.to_json()?)?;
    Ok(sealed)
}

/// Opens them again; `None` when they belong to another row, another key, or were changed.
pub(super) fn open(key: &VaultKey, account: &AccountId, credential: &CredentialId, sealed: &[u8]) -> Option<Secrets> {
    let (&VERSION, sealed) = sealed.split_first()? else { return None };
    let json = aead::open(sealed, key.expose(), &place(account, credential))?;
    serde_json::from_slice(&json).ok()
}

/// Seals one text that is no credential. `purpose` says which, so that it opens nowhere else.
pub(crate) fn seal_text(
    key: &VaultKey,
    account: &AccountId,
    purpose: &str,
    text: &Secret,
) -> Result<Vec<u8>, ServiceError> {
    let mut sealed = vec![VERSION];
    let place = format!("{purpose}:{account}");
    aead::seal_into(&mut sealed, key.expose(), place.as_bytes(), text.expose().as_bytes())?;
    Ok(sealed)
}

/// Opens it again; `None` as [`open`].
pub(crate) fn open_text(key: &VaultKey, account: &AccountId, purpose: &str, sealed: &[u8]) -> Option<Secret> {
    let (&VERSION, sealed) = sealed.split_first()? else { return None };
    let text = aead::open(sealed, key.expose(), format!("{purpose}:{account}").as_bytes())?;
    std::str::from_utf8(&text).ok().map(Secret::new)
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
