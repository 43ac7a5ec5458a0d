//! XChaCha20-Poly1305, the one cipher of the house: `nonce (24 bytes) | ciphertext and tag`.
//!
//! The nonce is random, which its length allows for as many messages as anybody will ever seal. What is sealed is bound to
//! its place by the associated data; this module does not choose it.

use super::random;
use crate::ServiceError;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

const NONCE: usize = 24;
const TAG: usize = 16;

/// How much longer the sealed bytes are than the plain ones.
pub(super) const OVERHEAD: usize = NONCE + TAG;

/// Appends the sealed `plain` to `out`.
pub(crate) fn seal_into(out: &mut Vec<u8>, key: &[u8; 32], place: &[u8], plain: &[u8]) -> Result<(), ServiceError> {
    let nonce = random::bytes::<NONCE>()?;
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: place })
        .map_err(|_| ServiceError::Internal("a secret could not be sealed"))?;
    out.extend_from_slice(nonce.as_slice());
    out.extend_from_slice(&sealed);
    Ok(())
}

/// The plain bytes; `None` when the key or the place is another one, or a bit was changed.
pub(crate) fn open(sealed: &[u8], key: &[u8; 32], place: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place })
        .ok()
        .map(Zeroizing::new)
}
