//! Keys: made, checked, and shown the way OpenSSH shows them.

mod certificate;
mod legacy;
mod pem;

pub(crate) use certificate::parse_certificate;
pub use certificate::{UserCertificate, describe_certificate};

use crate::KeyError;
use russh::keys::{
    HashAlg, PrivateKey, PublicKey,
    ssh_key::{
        LineEnding,
        private::{Ed25519Keypair, KeypairData},
        public::KeyData,
    },
};
use wire::vault::Secret;
use zeroize::Zeroizing;

/// A public key as it is shown to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownKey {
    /// For example `ssh-ed25519`.
    pub algorithm: String,
    /// The public key line without a comment: `ssh-ed25519 AAAA…`.
    pub openssh: String,
    /// For example `SHA256:Nh0M…`.
    pub fingerprint: String,
    /// The picture that `ssh-keygen -lv` draws.
    pub randomart: String,
}

impl ShownKey {
    pub(crate) fn of(key: &PublicKey) -> Result<Self, KeyError> {
        let bare = PublicKey::from(key.key_data().clone());
        let fingerprint = key.fingerprint(HashAlg::Sha256);
        Ok(Self {
            algorithm: key.algorithm().as_str().to_owned(),
            openssh: bare.to_openssh().map_err(|_| KeyError::NotAPublicKey)?,
            fingerprint: fingerprint.to_string(),
            randomart: fingerprint.to_randomart(&title(key.key_data())),
        })
    }
}

/// The picture's title as OpenSSH writes it: kind and size.
fn title(key: &KeyData) -> String {
    match key {
        KeyData::Ed25519(_) => "[ED25519 256]".to_owned(),
        KeyData::SkEd25519(_) => "[ED25519-SK 256]".to_owned(),
        KeyData::SkEcdsaSha2NistP256(_) => "[ECDSA-SK 256]".to_owned(),
        KeyData::Rsa(rsa) => format!("[RSA {}]", rsa.key_size()),
        KeyData::Ecdsa(ecdsa) => {
            let bits: String = ecdsa.curve().as_str().chars().filter(char::is_ascii_digit).collect();
            format!("[ECDSA {bits}]")
        }
        other => format!("[{}]", other.algorithm().as_str()),
    }
}

/// Shows a public key line.
pub fn describe_key(openssh: &str) -> Result<ShownKey, KeyError> {
    ShownKey::of(&parse_public(openssh)?)
}

pub(crate) fn parse_public(openssh: &str) -> Result<PublicKey, KeyError> {
    PublicKey::from_openssh(openssh.trim()).map_err(|_| KeyError::NotAPublicKey)
}

/// A new key pair.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// The private half as OpenSSH PEM, not encrypted.
    pub private_key: Secret,
    /// The public half as a line for `authorized_keys`, comment included.
    pub public_key: String,
}

/// Makes an Ed25519 key pair.
pub fn generate_ed25519(comment: &str) -> Result<KeyPair, KeyError> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    getrandom::fill(seed.as_mut()).map_err(|_| KeyError::NoRandomness)?;
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed));
    let unwritable = |error: russh::keys::ssh_key::Error| KeyError::Damaged { why: error.to_string() };
    let key = PrivateKey::new(pair, comment).map_err(unwritable)?;
    Ok(KeyPair {
        private_key: Secret::new(key.to_openssh(LineEnding::LF).map_err(unwritable)?.as_str()),
        public_key: key.public_key().to_openssh().map_err(unwritable)?,
    })
}

/// What a private key turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyCheck {
    /// It opens by itself.
    Plain {
        /// Its public half.
        public_key: String,
    },
    /// It opens with a passphrase only.
    Encrypted {
        /// Its public half: known when the passphrase was given, and for OpenSSH's own form without it too.
        public_key: Option<String>,
    },
}

/// Checks that this is a usable private key, and that the passphrase opens it when one is given for an encrypted key.
/// Deriving a key from a passphrase takes a good part of a second by design: call it where blocking is fine.
pub fn check_private_key(pem: &Secret, passphrase: Option<&Secret>) -> Result<KeyCheck, KeyError> {
    let parsed = pem::parse(pem)?;
    if !parsed.is_encrypted() {
        return Ok(KeyCheck::Plain { public_key: public_line(parsed.open(None)?.public_key())? });
    }
    let public_key = match passphrase {
        Some(_) => Some(public_line(parsed.open(passphrase)?.public_key())?),
        None => parsed.public_key().map(|key| public_line(&key)).transpose()?,
    };
    Ok(KeyCheck::Encrypted { public_key })
}

fn public_line(key: &PublicKey) -> Result<String, KeyError> {
    ShownKey::of(key).map(|shown| shown.openssh)
}

/// A private key, opened for signing in.
pub(crate) fn open_private_key(pem: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, KeyError> {
    pem::parse(pem)?.open(passphrase)
}

#[cfg(test)]
mod tests;
