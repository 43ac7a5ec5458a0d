//! Pairs of keys, so that one account can seal for another one while that one's vault is shut.
//!
//! HPKE (RFC 9180) in its base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305, by the crate of that name. A sealed copy is
//! `version (1) | encapsulated key (32) | ciphertext and tag`, bound to the place that it is for. What this cannot do: prove who
//! sealed something, or that a public half is the account's own. Both are the database's word, as are the grants themselves
//! (docs/decisions/0031-shared-credentials.md).

use super::random;
use crate::ServiceError;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal,
};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const ENCAPSULATED: usize = 32;

/// Keeps what is sealed here apart from whatever else the keys may once be used for.
const PURPOSE: &[u8] = b"berth shared credential v1";

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type SecretKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

/// A new pair: the secret half and the public one.
///
/// # Errors
/// When the operating system has no random numbers.
pub(super) fn generate() -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), ServiceError> {
    let seed = random::bytes::<32>()?;
    let (secret, public) = X25519HkdfSha256::derive_keypair(seed.as_slice());
    Ok((Zeroizing::new(secret.to_bytes().to_vec()), public.to_bytes().to_vec()))
}

/// Whether these are the two halves of one pair.
pub(super) fn belong(secret: &[u8], public: &[u8]) -> bool {
    SecretKey::from_bytes(secret)
        .is_ok_and(|secret| X25519HkdfSha256::sk_to_pk(&secret).to_bytes().as_slice() == public)
}

/// Seals for whoever has the secret half.
///
/// # Errors
/// When the public half is none.
pub(super) fn seal(public: &[u8], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let fails = |_| ServiceError::Internal("a credential could not be sealed for another account");
    let public = PublicKey::from_bytes(public).map_err(fails)?;
    let (key, sealed) = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        PURPOSE,
        plain,
        place,
    )
    .map_err(fails)?;
    let mut blob = vec![VERSION];
    blob.extend_from_slice(&key.to_bytes());
    blob.extend_from_slice(&sealed);
    Ok(blob)
}

/// The plain bytes; `None` when they were sealed for another key or place, or were changed.
pub(super) fn open(secret: &[u8], place: &[u8], blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (&VERSION, rest) = blob.split_first()? else { return None };
    let (key, sealed) = rest.split_at_checked(ENCAPSULATED)?;
    let (secret, key) = (SecretKey::from_bytes(secret).ok()?, Encapsulated::from_bytes(key).ok()?);
    let plain = single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &key,
        PURPOSE,
        sealed,
        place,
    );
    plain.ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_other_half_opens_and_only_in_its_place() {
        let ((secret, public), (other, _)) = (generate().unwrap(), generate().unwrap());
        let sealed = seal(&public, b"here", b"hunter2").unwrap();
        assert_eq!(open(&secret, b"here", &sealed).unwrap().as_slice(), b"hunter2");
        assert!(open(&secret, b"there", &sealed).is_none(), "another place");
        assert!(open(&other, b"here", &sealed).is_none(), "another key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&secret, b"here", &changed).is_none(), "byte {at} was changed");
        }
        for length in 0..sealed.len() {
            assert!(open(&secret, b"here", &sealed[..length]).is_none(), "cut to {length}");
        }
        assert_ne!(sealed, seal(&public, b"here", b"hunter2").unwrap(), "no two are alike");
    }

    #[test]
    fn halves_know_each_other() {
        let ((secret, public), (other, _)) = (generate().unwrap(), generate().unwrap());
        assert!(belong(&secret, &public) && !belong(&other, &public) && !belong(b"short", &public));
        assert!(seal(b"short", b"here", b"x").is_err() && seal(&[0; 32], b"here", b"x").is_err());
    }
}
