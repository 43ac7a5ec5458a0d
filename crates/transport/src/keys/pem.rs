//! Reads private keys in every form that people paste: OpenSSH's own, PKCS#1, SEC1, PKCS#8 and PuTTY's.
//!
//! Line ends, indentation and odd wrapping are forgiven, because keys travel through mails and password managers.
//! DSA keys, and keys that live in hardware, cannot be used.

use super::legacy::{self, DekInfo};
use crate::KeyError;
use data_encoding::{BASE64, BASE64_MIME};
use russh::keys::{PrivateKey, PublicKey, decode_secret_key, pkcs8::decode_pkcs8, ssh_key::Kdf};
use wire::vault::Secret;
use zeroize::Zeroizing;

/// bcrypt rounds of OpenSSH's own form; `ssh-keygen` uses 24.
const MOST_ROUNDS: u32 = 1_000;
/// Argon2's cost in PuTTY's form, which uses 8 MiB, 8 to 34 passes and one lane.
const MOST_KIB: u64 = 64 * 1024;
const MOST_PASSES: u64 = 200;
const MOST_LANES: u64 = 4;

/// A private key that was recognised but not opened yet.
pub(super) enum Parsed {
    OpenSsh(Box<PrivateKey>),
    Pkcs1(Der),
    Sec1(Der),
    Pkcs8 { der: Zeroizing<Vec<u8>>, encrypted: bool },
    Putty { text: Zeroizing<String>, encrypted: bool },
}

/// The body of a legacy PEM, with what its header says about encryption.
pub(super) struct Der {
    body: Zeroizing<Vec<u8>>,
    dek: Option<DekInfo>,
}

pub(super) fn parse(secret: &Secret) -> Result<Parsed, KeyError> {
    let text = secret.expose().trim();
    if text.starts_with("PuTTY-User-Key-File-") {
        let encrypted = !text.lines().any(|line| line.trim() == "Encryption: none");
        return Ok(Parsed::Putty { text: Zeroizing::new(text.to_owned()), encrypted });
    }
    let Some((label, dek, body)) = armour(text)? else {
        return Err(if super::parse_public(text).is_ok() {
            KeyError::PublicKeyGiven
        } else {
            KeyError::NotAPrivateKey
        });
    };
    match label.as_str() {
        "OPENSSH PRIVATE KEY" => {
            PrivateKey::from_bytes(&body).map(|key| Parsed::OpenSsh(Box::new(key))).map_err(|_| damaged())
        }
        "RSA PRIVATE KEY" => Ok(Parsed::Pkcs1(Der { body, dek })),
        "EC PRIVATE KEY" => Ok(Parsed::Sec1(Der { body, dek })),
        "PRIVATE KEY" => Ok(Parsed::Pkcs8 { der: body, encrypted: false }),
        "ENCRYPTED PRIVATE KEY" => Ok(Parsed::Pkcs8 { der: body, encrypted: true }),
        label if label.ends_with("PUBLIC KEY") => Err(KeyError::PublicKeyGiven),
        label => Err(KeyError::Unsupported { what: label.to_lowercase() }),
    }
}

type Armoured = (String, Option<DekInfo>, Zeroizing<Vec<u8>>);

/// Takes label, encryption header and body out of the first PEM block; `None` when there is no block.
fn armour(text: &str) -> Result<Option<Armoured>, KeyError> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN "));
    let Some(label) = lines.next().and_then(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")) else {
        return Ok(None);
    };
    let mut dek = None;
    let mut body = Zeroizing::new(String::with_capacity(text.len()));
    for line in lines.take_while(|line| !line.starts_with("-----END ")) {
        match line.split_once(':') {
            Some(("DEK-Info", value)) => dek = Some(DekInfo::parse(value.trim())?),
            Some(_) => {}
            None => body.push_str(line),
        }
    }
    let body = BASE64.decode(body.as_bytes()).map_err(|_| damaged())?;
    Ok(Some((label.to_owned(), dek, Zeroizing::new(body))))
}

impl Parsed {
    pub(super) fn is_encrypted(&self) -> bool {
        match self {
            Self::OpenSsh(key) => key.is_encrypted(),
            Self::Pkcs1(der) | Self::Sec1(der) => der.dek.is_some(),
            Self::Pkcs8 { encrypted, .. } | Self::Putty { encrypted, .. } => *encrypted,
        }
    }

    /// The public half where it stands outside the encryption.
    pub(super) fn public_key(&self) -> Option<PublicKey> {
        match self {
            Self::OpenSsh(key) => Some(key.public_key().clone()),
            _ => None,
        }
    }

    /// Opens it. A passphrase given for a key that is not encrypted is left unused.
    pub(super) fn open(&self, passphrase: Option<&Secret>) -> Result<PrivateKey, KeyError> {
        if !self.is_encrypted() {
            return self.decode(None).ok_or_else(damaged);
        }
        let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
        if self.is_too_costly() {
            return Err(KeyError::TooCostly);
        }
        // What comes out under a wrong passphrase is noise, so any failure to read it means that.
        self.decode(Some(passphrase.expose())).ok_or(KeyError::WrongPassphrase)
    }

    /// Whether deriving the key would take minutes or gigabytes: whoever uploads a key chooses these numbers.
    fn is_too_costly(&self) -> bool {
        match self {
            Self::OpenSsh(key) => matches!(key.kdf(), Kdf::Bcrypt { rounds, .. } if *rounds > MOST_ROUNDS),
            Self::Putty { text, .. } => {
                putty_number(text, "Argon2-Memory") > MOST_KIB
                    || putty_number(text, "Argon2-Passes") > MOST_PASSES
                    || putty_number(text, "Argon2-Parallelism") > MOST_LANES
            }
            _ => false,
        }
    }

    fn decode(&self, passphrase: Option<&str>) -> Option<PrivateKey> {
        match self {
            Self::OpenSsh(key) => match passphrase {
                Some(passphrase) => key.decrypt(passphrase).ok(),
                None => Some(PrivateKey::clone(key)),
            },
            Self::Pkcs1(der) => decode_secret_key(&rearmoured(&der.opened(passphrase)?), None).ok(),
            Self::Sec1(der) => decode_pkcs8(&der.opened(passphrase)?, None).ok(),
            Self::Pkcs8 { der, .. } => decode_pkcs8(der, passphrase.map(str::as_bytes)).ok(),
            Self::Putty { text, .. } => decode_secret_key(text, passphrase).ok(),
        }
    }
}

impl Der {
    fn opened(&self, passphrase: Option<&str>) -> Option<Zeroizing<Vec<u8>>> {
        match (&self.dek, passphrase) {
            (None, _) => Some(self.body.clone()),
            (Some(dek), Some(passphrase)) => legacy::decrypt(dek, passphrase, &self.body),
            (Some(_), None) => None,
        }
    }
}

/// A number of a PuTTY key's header; the largest there is when it cannot be read, and none when it is not there.
fn putty_number(text: &str, name: &str) -> u64 {
    let mut values = text.lines().filter_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix(':'));
    values.next().map_or(0, |value| value.trim().parse().unwrap_or(u64::MAX))
}

/// The library reads bare PKCS#1 only from its PEM form.
fn rearmoured(der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(BASE64_MIME.encode(der));
    Zeroizing::new(format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", body.trim_end()))
}

fn damaged() -> KeyError {
    KeyError::Damaged { why: "its contents cannot be read; copy it again from its file".to_owned() }
}
