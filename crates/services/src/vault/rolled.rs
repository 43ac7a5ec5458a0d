//! A key and its successor: for a while both stand in the vault, then the new one takes the old one's place.

use super::{MAX_CREDENTIALS, Opened, Vault, draft::Checked, seal, seal::Secrets};
use crate::{Caller, ServiceError};
use storage::CredentialRecord;
use transport::KeyPair;
use wire::{CredentialId, HostId, events::Topic};

impl Vault {
    /// Refuses what would make the vault hold more than it takes.
    ///
    /// # Errors
    /// `BadInput` when so many more do not fit.
    pub(crate) async fn refuse_too_many(&self, caller: &Caller, more: usize) -> Result<(), ServiceError> {
        caller.vault_key()?;
        let held = self.storage.vault().names(caller.account()).await?.len();
        if held + more > MAX_CREDENTIALS {
            return Err(ServiceError::bad(format!(
                "that would make {more} keys more, and the vault takes {MAX_CREDENTIALS} credentials in all; choose fewer \
                 hosts, or one key for all of them"
            )));
        }
        Ok(())
    }

    /// Seals a new key with all else that a credential has, under another name.
    ///
    /// # Errors
    /// As [`Vault::add`].
    pub(crate) async fn add_successor(
        &self,
        caller: &Caller,
        name: &str,
        of: &CredentialRecord,
        opened: &Opened,
        pair: &KeyPair,
    ) -> Result<CredentialId, ServiceError> {
        let checked = Checked {
            name: name.to_owned(),
            kind: of.kind,
            username: of.username.clone(),
            public_key: Some(pair.public_key.clone()),
            certificate: None,
            secrets: secrets(opened, pair),
        };
        Ok(self.seal(caller, checked).await?.id)
    }

    /// Puts the new key in the old one's place and forgets the old one. Hosts that have the successor have the first one
    /// again; those that inherited it inherit again.
    ///
    /// # Errors
    /// When the vault is locked, the credential is gone, or the database fails.
    pub(crate) async fn succeed(
        &self,
        caller: &Caller,
        of: &CredentialRecord,
        opened: &Opened,
        pair: &KeyPair,
        successor: &CredentialId,
        inheriting: &[HostId],
    ) -> Result<(), ServiceError> {
        let sealed = seal::seal(caller.vault_key()?, caller.account(), &of.id, &secrets(opened, pair))?;
        let record =
            CredentialRecord { sealed, public_key: Some(pair.public_key.clone()), certificate: None, ..of.clone() };
        if !self.storage.vault().replace(&record, successor, inheriting).await? {
            return Err(ServiceError::missing("credential", &of.id));
        }
        self.events.changed(caller.account(), Topic::Credentials, None);
        self.events.changed(caller.account(), Topic::Hosts, None);
        Ok(())
    }
}

fn secrets(opened: &Opened, pair: &KeyPair) -> Secrets {
    Secrets { password: opened.password.clone(), private_key: Some(pair.private_key.clone()), passphrase: None }
}
