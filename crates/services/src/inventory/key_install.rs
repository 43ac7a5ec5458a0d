//! The key that "Set up access" installs: made or found again, put on the host, kept in the vault.

use super::{Inventory, bootstrap::Failure, remote::install_key};
use crate::{Caller, ServiceError, vault::Opened};
use transport::{DialError, KeyPair, Link, Login, generate_ed25519};
use wire::{CredentialId, inventory::HostView, vault::Secret};

/// What a credential may be called at most.
const MAX_NAME: usize = 100;

/// Which key is to be installed.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// None.
    None,
    /// One of the host's own, made when it has none yet.
    Own,
    /// This one.
    This(&'a InstalledKey),
}

/// A key that stands in the host's `authorized_keys`, or is to.
#[derive(Clone)]
pub(super) struct InstalledKey {
    pair: KeyPair,
    passphrase: Option<Secret>,
    certificate: Option<String>,
    kept_as: Option<CredentialId>,
}

impl InstalledKey {
    /// A key of the vault; none when the credential holds none.
    pub(super) fn stored(id: CredentialId, public_key: Option<String>, opened: Opened) -> Option<Self> {
        let pair = KeyPair { private_key: opened.private_key?, public_key: public_key? };
        Some(Self { pair, passphrase: opened.passphrase, certificate: opened.certificate, kept_as: Some(id) })
    }

    /// Signs in with it and nothing else.
    pub(super) fn login(&self, username: &str) -> Login {
        Login {
            username: username.to_owned(),
            private_key: Some(self.pair.private_key.clone()),
            passphrase: self.passphrase.clone(),
            certificate: self.certificate.clone(),
            ..Login::default()
        }
    }
}

impl Inventory {
    /// Puts a key on the host; none when none is wanted.
    pub(super) async fn install(
        &self,
        caller: &Caller,
        host: &HostView,
        link: &Link,
        wanted: Wanted<'_>,
    ) -> Result<Option<InstalledKey>, Failure> {
        let key = match wanted {
            Wanted::None => return Ok(None),
            Wanted::This(key) => key.clone(),
            Wanted::Own => match self.earlier_key(caller, host).await? {
                Some(key) => key,
                None => InstalledKey { pair: made(caller)?, passphrase: None, certificate: None, kept_as: None },
            },
        };
        let installed = install_key(link, &key.pair.public_key).await;
        installed.map_err(|why| Failure::Failed(format!("signed in, but the key could not be installed: {why}")))?;
        Ok(Some(key))
    }

    /// The key that an earlier "Set up access" made for this host, known by its comment. Taking it again leaves one key on
    /// the host, however often access is set up.
    async fn earlier_key(&self, caller: &Caller, host: &HostView) -> Result<Option<InstalledKey>, ServiceError> {
        let Some(id) = &host.effective.credential_id else { return Ok(None) };
        let Some(record) = self.0.storage.vault().get(caller.account(), id).await? else { return Ok(None) };
        let comment = format!(" {}", comment(caller.name()));
        let Some(public_key) = record.public_key.filter(|line| line.ends_with(&comment)) else { return Ok(None) };
        let opened = self.0.vault.open(caller, id).await?;
        Ok(InstalledKey::stored(id.clone(), Some(public_key), opened))
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

/// A new key.
pub(crate) fn made(caller: &Caller) -> Result<KeyPair, ServiceError> {
    generate_ed25519(&comment(caller.name())).map_err(|error| ServiceError::Dial(DialError::Key(error)))
}

/// Says in `authorized_keys` whose key it is. An account's name holds no blank; should that change, the line stays one.
fn comment(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    format!("berth-{name}")
}
