//! The old PEM encryption (`DEK-Info`), which `ssh-keygen -m PEM` and OpenSSL's traditional form still write.
//!
//! Key derivation is one MD5 round by definition of the format: weak, but what such files carry. AES in CBC mode is
//! read; 3DES and older ciphers are refused by name.

use crate::KeyError;
use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor,
    cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit, block_padding::Pkcs7},
};
use data_encoding::HEXUPPER_PERMISSIVE;
use zeroize::Zeroizing;

/// The cipher of a legacy PEM and its first vector.
pub(super) struct DekInfo {
    key_length: usize,
    iv: [u8; 16],
}

impl DekInfo {
    /// Reads the value of a `DEK-Info` line, like `AES-128-CBC,0123…`.
    pub(super) fn parse(value: &str) -> Result<Self, KeyError> {
        let (cipher, iv) = value.split_once(',').unwrap_or((value, ""));
        let key_length = match cipher {
            "AES-128-CBC" => 16,
            "AES-192-CBC" => 24,
            "AES-256-CBC" => 32,
            other => return Err(KeyError::Unsupported { what: format!("encrypted with {other}") }),
        };
        let iv = HEXUPPER_PERMISSIVE.decode(iv.as_bytes()).ok().and_then(|iv| iv.try_into().ok());
        let iv = iv.ok_or(KeyError::Damaged { why: "its DEK-Info line is cut".to_owned() })?;
        Ok(Self { key_length, iv })
    }
}

/// The plain body, or `None` when the passphrase does not fit.
pub(super) fn decrypt(dek: &DekInfo, passphrase: &str, body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let key = derive(passphrase.as_bytes(), &dek.iv, dek.key_length);
    match dek.key_length {
        16 => unpad::<Aes128>(&key, &dek.iv, body),
        24 => unpad::<Aes192>(&key, &dek.iv, body),
        _ => unpad::<Aes256>(&key, &dek.iv, body),
    }
}

fn unpad<C>(key: &[u8], iv: &[u8; 16], body: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: BlockCipherDecrypt + KeyInit,
    Decryptor<C>: KeyIvInit + BlockModeDecrypt,
{
    let mut plain = Zeroizing::new(body.to_vec());
    let length = Decryptor::<C>::new_from_slices(key, iv).ok()?.decrypt_padded::<Pkcs7>(&mut plain).ok()?.len();
    plain.truncate(length);
    Some(plain)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round: each block hashes the block before, the passphrase and the salt.
fn derive(passphrase: &[u8], iv: &[u8; 16], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(48));
    while key.len() < length {
        let mut hash = md5::Context::new();
        if let Some(start) = key.len().checked_sub(16) {
            hash.consume(&key[start..]);
        }
        hash.consume(passphrase);
        hash.consume(&iv[..8]);
        key.extend_from_slice(&hash.finalize().0);
    }
    key.truncate(length);
    key
}
