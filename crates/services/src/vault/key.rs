//! The keys of the vault: the data key that seals an account's credentials, and the keys that wrap it.

use super::random;
use crate::ServiceError;
use hkdf::Hkdf;
use sha2::Sha256;
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

/// The bytes of a key, wiped when they are dropped.
pub(crate) type KeyBytes = Zeroizing<[u8; 32]>;

/// An account's data key. Clones share one copy in memory, which is wiped with the last of them.
#[derive(Clone)]
pub struct VaultKey(Arc<KeyBytes>);

/// Names a data key without telling anything of it, so that a wrap of an abandoned key can be recognised.
pub(crate) type KeyId = [u8; 8];

impl VaultKey {
    /// A new data key.
    pub(crate) fn generate() -> Result<Self, ServiceError> {
        Ok(Self(Arc::new(random::bytes()?)))
    }

    /// The key that somebody held wrapped.
    pub(super) fn from_bytes(bytes: KeyBytes) -> Self {
        Self(Arc::new(bytes))
    }

    /// The key itself, for sealing and wrapping.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's name.
    pub(crate) fn id(&self) -> Result<KeyId, ServiceError> {
        let mut id = KeyId::default();
        derive(self.expose(), "berth data key id v1", &mut id)?;
        Ok(id)
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

/// A key that wraps data keys.
pub(crate) struct WrappingKey(KeyBytes);

impl WrappingKey {
    /// From 32 bytes that are a key already (the outcome of Argon2id).
    pub(crate) fn from_bytes(bytes: KeyBytes) -> Self {
        Self(bytes)
    }

    /// From a secret that nobody can guess. `purpose` keeps two uses of one secret apart.
    pub(crate) fn from_secret(secret: &[u8], purpose: &str) -> Result<Self, ServiceError> {
        let mut key = KeyBytes::default();
        derive(secret, purpose, key.as_mut_slice())?;
        Ok(Self(key))
    }

    /// The key itself, for wrapping.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappingKey(…)")
    }
}

/// Makes a key of a secret that nobody can guess, for one purpose.
pub(crate) fn derive(secret: &[u8], purpose: &str, out: &mut [u8]) -> Result<(), ServiceError> {
    Hkdf::<Sha256>::new(None, secret)
        .expand(purpose.as_bytes(), out)
        .map_err(|_| ServiceError::Internal("a key could not be derived"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_nothing() {
        let key = VaultKey::from_bytes(KeyBytes::new([7; 32]));
        assert_eq!(format!("{key:?}"), "VaultKey(…)");
        assert_eq!(format!("{:?}", WrappingKey::from_bytes(KeyBytes::new([7; 32]))), "WrappingKey(…)");
    }

    #[test]
    fn purposes_give_different_keys() {
        let keys = ["a", "b"].map(|purpose| *WrappingKey::from_secret(&[7; 32], purpose).unwrap().expose());
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn a_key_keeps_its_id_and_shares_it_with_no_other() {
        let (one, other) = (VaultKey::generate().unwrap(), VaultKey::generate().unwrap());
        assert_eq!(one.id().unwrap(), one.clone().id().unwrap());
        assert_ne!(one.id().unwrap(), other.id().unwrap());
    }
}
