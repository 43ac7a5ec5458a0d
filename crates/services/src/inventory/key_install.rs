//! The key that "Set up access" installs: made or found again, put on the host, kept in the vault.

use super::{Inventory, bootstrap::Failure, remote::install_key};
use crate::{Caller, ServiceError};
use transport::{DialError, KeyPair, Link, generate_ed25519};
use wire::{CredentialId, inventory::HostView, vault::Secret};

/// What a credential may be called at most.
const MAX_NAME: usize = 100;

/// A key that stands in the host's `authorized_keys`.
pub(super) struct InstalledKey {
    pair: KeyPair,
    kept_as: Option<CredentialId>,
}

impl InstalledKey {
    /// The private half.
    pub(super) fn private_key(&self) -> &Secret {
        &self.pair.private_key
    }
}

impl Inventory {
    /// Puts a key on the host.
    pub(super) async fn install(&self, caller: &Caller, host: &HostView, link: &Link) -> Result<InstalledKey, Failure> {
        let key = match self.earlier_key(caller, host).await? {
            Some(key) => key,
            None => made(caller)?,
        };
        let installed = install_key(link, &key.pair.public_key).await;
        installed.map_err(|why| Failure::Failed(format!("signed in, but the key could not be installed: {why}")))?;
        Ok(key)
    }

    /// The key that an earlier "Set up access" made for this host, known by its comment. Taking it again leaves one key on
    /// the host, however often access is set up.
    async fn earlier_key(&self, caller: &Caller, host: &HostView) -> Result<Option<InstalledKey>, ServiceError> {
        let Some(id) = &host.effective.credential_id else { return Ok(None) };
        let Some(record) = self.0.storage.vault().get(caller.account(), id).await? else { return Ok(None) };
        let comment = format!(" {}", comment(caller));
        let Some(public_key) = record.public_key.filter(|line| line.ends_with(&comment)) else { return Ok(None) };
        let opened = self.0.vault.open(caller, id).await?;
        let kept_as = Some(id.clone());
        Ok(opened.private_key.map(|private_key| InstalledKey { pair: KeyPair { private_key, public_key }, kept_as }))
    }

    /// Keeps the key in the vault.
    pub(super) async fn keep_key(
        &self,
        caller: &Caller,
        host: &HostView,
        username: &str,
        key: &InstalledKey,
    ) -> Result<CredentialId, ServiceError> {
        if let Some(id) = &key.kept_as {
            return Ok(id.clone());
        }
        let name: String = format!("Berth key for {}", host.name).chars().take(MAX_NAME).collect();
        Ok(self.0.vault.add_generated(caller, &name, username, key.pair.clone()).await?.id)
    }
}

fn made(caller: &Caller) -> Result<InstalledKey, ServiceError> {
    let pair = generate_ed25519(&comment(caller)).map_err(|error| ServiceError::Dial(DialError::Key(error)))?;
    Ok(InstalledKey { pair, kept_as: None })
}

/// Says in `authorized_keys` whose key it is. An account's name holds no blank; should that change, the line stays one.
fn comment(caller: &Caller) -> String {
    let name: String = caller.name().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    format!("berth-{name}")
}
