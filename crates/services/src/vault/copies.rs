//! Credentials that others may use: each account has a pair of keys, and a copy of a credential is sealed to the public half of
//! whoever may use it. Only with their vault open does it open, and never for a browser or a script.
//!
//! Which copies there should be is not decided here; a copy opens for a [`CredentialPermit`] alone.

use super::{Opened, Vault, pair, seal, seal::Secrets};
use crate::{Caller, ServiceError, access::CredentialPermit};
use data_encoding::BASE64;
use storage::{CopyName, CopyRecord, CredentialRecord, PairRecord};
use wire::{AccountId, vault::Secret};
use zeroize::Zeroizing;

/// What the secret half is sealed for.
const PAIR: &str = "account key";

impl Vault {
    /// Sees to it that the caller has a pair of keys that opens. One that an abandoned data key sealed gives way, and with it what
    /// was sealed to it. Whether a new one was made.
    ///
    /// # Errors
    /// When the vault is locked, or the database fails.
    pub(crate) async fn see_to_pair(&self, caller: &Caller) -> Result<bool, ServiceError> {
        caller.vault_key()?;
        let stored = self.storage.vault().pair(caller.account()).await?;
        if stored.as_ref().is_some_and(|stored| self.secret_half(caller, stored).is_ok()) {
            return Ok(false);
        }
        let (secret, public_key) = pair::generate()?;
        let text = Secret::new(BASE64.encode(&secret));
        let sealed = self.seal_text(caller, PAIR, &text)?;
        let made = PairRecord { public_key, sealed };
        Ok(self.storage.vault().set_pair(caller.account(), &made, stored.as_ref()).await? == made)
    }

    /// Opens what somebody else's credential says for the caller.
    ///
    /// # Errors
    /// When the vault is locked, when nothing was handed over yet, or when what is stored was tampered with.
    pub(crate) async fn open_copy(
        &self,
        caller: &Caller,
        permit: &CredentialPermit,
        of: &CredentialRecord,
    ) -> Result<Opened, ServiceError> {
        caller.vault_key()?;
        let rows = self.storage.vault();
        let name = CopyName { credential: of.id.clone(), account: caller.account().clone() };
        let (copy, stored) = (rows.copy(&name).await?, rows.pair(caller.account()).await?);
        let (Some(copy), Some(stored)) = (copy, stored) else { return Err(waiting(permit)) };
        if copy.revision != of.revision || copy.public_key != stored.public_key {
            return Err(waiting(permit));
        }
        // A pair that an abandoned data key sealed gives way at once.
        let secret = self.secret_half(caller, &stored).map_err(|_| waiting(permit))?;
        let place = place(of, caller.account());
        let json = pair::open(&secret, &place, &copy.sealed).ok_or_else(|| {
            let (host, owner) = (permit.host_name(), permit.owner_name());
            ServiceError::Conflict(format!(
                "the credential of {host} that {owner} shares cannot be opened; ask {owner} to share it again"
            ))
        })?;
        let broken = |_| ServiceError::Internal("a shared credential is not what it should be");
        let Secrets { password, private_key, passphrase } = serde_json::from_slice(&json).map_err(broken)?;
        let (username, certificate) = (of.username.clone(), of.certificate.clone());
        Ok(Opened { username, password, private_key, passphrase, certificate })
    }

    /// Seals a credential of the caller's for others, whose public halves are given.
    ///
    /// # Errors
    /// When the vault is locked, or what is stored was tampered with.
    pub(crate) fn copies_of(
        &self,
        caller: &Caller,
        of: &CredentialRecord,
        to: &[(&AccountId, &Vec<u8>)],
    ) -> Result<Vec<CopyRecord>, ServiceError> {
        let secrets = seal::open(caller.vault_key()?, caller.account(), &of.id, &of.sealed).ok_or(
            ServiceError::Internal("a stored credential cannot be opened with this vault's key; it is not handed over"),
        )?;
        let json = secrets.to_json()?;
        let copy = |(account, public_key): &(&AccountId, &Vec<u8>)| {
            Ok(CopyRecord {
                name: CopyName { credential: of.id.clone(), account: (*account).clone() },
                revision: of.revision,
                public_key: (*public_key).clone(),
                sealed: pair::seal(public_key, &place(of, account), &json)?,
            })
        };
        to.iter().map(copy).collect()
    }

    fn secret_half(&self, caller: &Caller, stored: &PairRecord) -> Result<Zeroizing<Vec<u8>>, ServiceError> {
        let none = || ServiceError::Conflict("this account's pair of keys cannot be opened; sign in again".to_owned());
        let text = self.open_text(caller, PAIR, &stored.sealed)?;
        let secret = Zeroizing::new(BASE64.decode(text.expose().as_bytes()).map_err(|_| none())?);
        if pair::belong(&secret, &stored.public_key) { Ok(secret) } else { Err(none()) }
    }
}

/// A copy opens for this state of this credential and this account alone, whatever row it stands in.
fn place(of: &CredentialRecord, to: &AccountId) -> Vec<u8> {
    format!("copy:{}:{}:{}:{to}", of.account_id, of.id, of.revision).into_bytes()
}

fn waiting(permit: &CredentialPermit) -> ServiceError {
    let (host, owner) = (permit.host_name(), permit.owner_name());
    ServiceError::Conflict(format!(
        "the credential of {host} has not been handed to you yet: it will be when {owner} next signs in"
    ))
}
