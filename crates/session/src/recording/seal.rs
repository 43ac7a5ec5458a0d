//! Sealing: frames under a key of the file's own, each in its place.
//!
//! The file's key is derived from the server's, the recording's id and a random salt, so that nothing can be moved from
//! one file into another. A frame's nonce is its number, so that frames cannot be swapped, doubled or left out in the
//! middle. (No number is used twice with a key: a file is written once, from front to end, under its own salt.)

use super::RecordingError;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The server's key for recordings.
#[derive(Clone)]
pub struct RecordingKey(Zeroizing<[u8; 32]>);

impl RecordingKey {
    /// A key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for RecordingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingKey(…)")
    }
}

/// What makes the keys of files different, in bytes.
pub(super) const SALT: usize = 32;

/// Seals and opens the frames of one file.
pub(super) struct Seal(XChaCha20Poly1305);

impl Seal {
    pub(super) fn new(key: &RecordingKey, id: &str, salt: &[u8; SALT]) -> Self {
        let mut own = Zeroizing::new([0; 32]);
        let info = [b"berth recording 1 ", id.as_bytes()].concat();
        // 32 bytes are always within what HKDF gives.
        let _ = Hkdf::<Sha256>::new(Some(salt), key.0.as_slice()).expand(&info, own.as_mut_slice());
        Self(XChaCha20Poly1305::new((&*own).into()))
    }

    pub(super) fn random_salt() -> Result<[u8; SALT], RecordingError> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|why| std::io::Error::other(why.to_string()))?;
        Ok(salt)
    }

    pub(super) fn seal(&self, number: u64, kind: u8, plain: &[u8]) -> Result<Vec<u8>, RecordingError> {
        self.0.encrypt(&nonce(number), Payload { msg: plain, aad: &[kind] }).map_err(|_| RecordingError::Broken)
    }

    pub(super) fn open(&self, number: u64, kind: u8, sealed: &[u8]) -> Result<Vec<u8>, RecordingError> {
        self.0.decrypt(&nonce(number), Payload { msg: sealed, aad: &[kind] }).map_err(|_| RecordingError::Broken)
    }
}

fn nonce(number: u64) -> XNonce {
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    XNonce::from(nonce)
}
