//! Argon2id, twice: a hash that proves a password, and a key that opens the vault. Each has a salt of its own, so that the
//! hash in the database tells nothing of the key.
//!
//! 19 MiB and two passes each, a few at a time and off the runtime.

use crate::{
    ServiceError,
    vault::{
        key::{KeyBytes, WrappingKey},
        random,
        slow_work::SlowWork,
        wrap::SALT,
    },
};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use wire::vault::Secret;
use zeroize::Zeroizing;

const HASH_FAILED: ServiceError = ServiceError::Internal("a password could not be hashed");

/// Hashes passwords. Cheap to clone.
#[derive(Clone)]
pub(super) struct Hashing {
    slow: SlowWork,
    nobody: Arc<str>,
}

/// Written out, because version 1 of the password's wrap means these numbers and no later default.
fn argon2() -> Result<Argon2<'static>, ServiceError> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(|_| HASH_FAILED)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String, ServiceError> {
    let hash = argon2()?.hash_password(password).map_err(|_| HASH_FAILED)?;
    Ok(hash.to_string())
}

/// What a password proves must not stay in memory longer than the proof.
fn bytes(password: &Secret) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(password.expose().as_bytes().to_vec())
}

impl Hashing {
    /// Makes the hash that stands for "there is no such account".
    pub(super) async fn start() -> Result<Self, ServiceError> {
        let slow = SlowWork::new();
        let nobody = random::bytes::<32>()?;
        let nobody = slow.run(move || hash(nobody.as_slice())).await??;
        Ok(Self { slow, nobody: nobody.into() })
    }

    /// The hash to store.
    pub(super) async fn hash(&self, password: &Secret) -> Result<String, ServiceError> {
        let password = bytes(password);
        self.slow.run(move || hash(&password)).await?
    }

    /// Whether the password is the one of the hash. No hash takes as long as a hash, so time does not tell who exists.
    pub(super) async fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool, ServiceError> {
        let (known, password) = (hash.is_some(), bytes(password));
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let same = self.slow.run(move || match PasswordHash::new(&hash) {
            Ok(hash) => Ok(argon2()?.verify_password(&password, &hash).is_ok()),
            Err(_) => Err(ServiceError::Internal("a stored password hash cannot be read; reset the password")),
        });
        Ok(same.await?? && known)
    }

    /// The key that a password stands for.
    pub(super) async fn wrapping_key(&self, password: &Secret, salt: [u8; SALT]) -> Result<WrappingKey, ServiceError> {
        let password = bytes(password);
        let derive = move || {
            let mut key = KeyBytes::default();
            argon2()?.hash_password_into(&password, &salt, key.as_mut_slice()).map_err(|_| HASH_FAILED)?;
            Ok(WrappingKey::from_bytes(key))
        };
        self.slow.run(derive).await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[tokio::test]
    async fn tells_right_from_wrong_and_salts() {
        let (hashing, password) = (Hashing::start().await.unwrap(), Secret::new("correct horse"));
        let hash = hashing.hash(&password).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hashing.hash(&password).await.unwrap());
        assert!(hashing.verify(&password, Some(&hash)).await.unwrap());
        assert!(!hashing.verify(&Secret::new("correct horsf"), Some(&hash)).await.unwrap());
        assert!(!hashing.verify(&password, None).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_takes_as_long_as_somebody() {
        let (hashing, password) = (Hashing::start().await.unwrap(), Secret::new("correct horse"));
        let hash = hashing.hash(&password).await.unwrap();
        let mut fastest = [u128::MAX; 2];
        for _ in 0..5 {
            for (best, hash) in fastest.iter_mut().zip([Some(hash.as_str()), None]) {
                let start = Instant::now();
                hashing.verify(&Secret::new("wrong"), hash).await.unwrap();
                *best = (*best).min(start.elapsed().as_micros());
            }
        }
        let [known, unknown] = fastest;
        assert!(unknown * 3 > known && known * 3 > unknown, "known {known} µs, unknown {unknown} µs");
    }

    #[tokio::test]
    async fn the_vault_key_depends_on_password_and_salt() {
        let hashing = Hashing::start().await.unwrap();
        let (one, other) = (Secret::new("correct horse"), Secret::new("battery staple"));
        let account = "a".parse().unwrap();
        let key = crate::vault::VaultKey::generate().unwrap();
        let under = hashing.wrapping_key(&one, [1; SALT]).await.unwrap();
        let holder = crate::vault::wrap::Holder::Password;
        let blob = crate::vault::wrap::wrap(&key, &under, &[1; SALT], &account, holder).unwrap();
        for (password, salt, opens) in [(&one, 1, true), (&one, 2, false), (&other, 1, false)] {
            let under = hashing.wrapping_key(password, [salt; SALT]).await.unwrap();
            assert_eq!(crate::vault::wrap::unwrap(&blob, &under, &account, holder).is_some(), opens);
        }
    }
}
