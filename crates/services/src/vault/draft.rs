//! What somebody wants to keep, checked before it is sealed. Private keys are read here once, so that a typing error shows
//! now and not when a host refuses them.
//!
//! An encrypted key without its passphrase is accepted: the passphrase is asked for at connect.

use super::{certificate, seal::Secrets};
use crate::ServiceError;
use transport::{KeyCheck, KeyPair, check_private_key};
use wire::{
    plain::{is_blank, misleads},
    vault::{CredentialDraft, CredentialKind, Secret},
};

const MAX_NAME: usize = 100;
const MAX_USERNAME: usize = 255;
const MAX_PASSWORD: usize = 1024;
const MAX_KEY: usize = 64 * 1024;

/// A draft that may be sealed.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) kind: CredentialKind,
    pub(super) username: Option<String>,
    pub(super) public_key: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) secrets: Secrets,
}

/// Checks a draft. Slow: an encrypted key is decrypted on the way.
pub(super) fn check(draft: CredentialDraft) -> Result<Checked, ServiceError> {
    let name = name(&draft.name)?;
    let username = draft.username.map(|text| username(&text)).transpose()?.flatten();
    let password = secret(draft.password, "a password", MAX_PASSWORD)?;
    let passphrase = secret(draft.passphrase, "a passphrase", MAX_PASSWORD)?;
    let private_key = secret(draft.private_key, "a private key", MAX_KEY)?.map(|key| unix_lines(&key));
    let kind = kind(password.is_some(), private_key.is_some(), passphrase.is_some())?;
    let public_key = match &private_key {
        Some(key) => public_half(key, passphrase.as_ref())?,
        None => None,
    };
    let certificate = certificate::checked(draft.certificate, public_key.as_deref())?;
    Ok(Checked {
        name,
        kind,
        username,
        public_key,
        certificate,
        secrets: Secrets { password, private_key, passphrase },
    })
}

/// A key that Berth made itself needs no second look.
pub(super) fn generated(name_text: &str, user: &str, pair: KeyPair) -> Result<Checked, ServiceError> {
    Ok(Checked {
        name: name(name_text)?,
        kind: CredentialKind::PrivateKey,
        username: username(user)?,
        public_key: Some(pair.public_key),
        certificate: None,
        secrets: Secrets { private_key: Some(pair.private_key), ..Secrets::default() },
    })
}

fn name(text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    if is_blank(text) || text.chars().count() > MAX_NAME || text.chars().any(misleads) {
        return Err(ServiceError::bad("give the credential a name of 1 to 100 characters of plain text"));
    }
    Ok(text.to_owned())
}

fn username(text: &str) -> Result<Option<String>, ServiceError> {
    let text = text.trim();
    if text.len() > MAX_USERNAME || text.chars().any(misleads) {
        return Err(ServiceError::bad("a username has at most 255 characters of plain text"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A form sends an empty field for what is not there.
fn secret(given: Option<Secret>, what: &str, limit: usize) -> Result<Option<Secret>, ServiceError> {
    let given = given.filter(|text| !text.is_empty());
    if given.as_ref().is_some_and(|text| text.expose().len() > limit) {
        return Err(ServiceError::bad(format!("{what} has at most {limit} bytes")));
    }
    Ok(given)
}

/// A key pasted on Windows, or without its last line end.
fn unix_lines(key: &Secret) -> Secret {
    Secret::new(key.expose().replace("\r\n", "\n").trim().to_owned() + "\n")
}

fn kind(password: bool, key: bool, passphrase: bool) -> Result<CredentialKind, ServiceError> {
    match (password, key) {
        (true, true) => Ok(CredentialKind::Both),
        (false, true) => Ok(CredentialKind::PrivateKey),
        (true, false) if !passphrase => Ok(CredentialKind::Password),
        (false, false) if !passphrase => Err(ServiceError::bad("give a password, a private key, or both")),
        _ => Err(ServiceError::bad(
            "a passphrase belongs to a private key; give the key too, or leave the passphrase out",
        )),
    }
}

fn public_half(key: &Secret, passphrase: Option<&Secret>) -> Result<Option<String>, ServiceError> {
    match check_private_key(key, passphrase).map_err(|error| ServiceError::bad(error.to_string()))? {
        KeyCheck::Plain { public_key } => Ok(Some(public_key)),
        KeyCheck::Encrypted { public_key } => Ok(public_key),
    }
}
