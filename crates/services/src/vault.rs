//! The vault: an account's credentials. Secrets go in and are used; they never come out to a browser or a script.
//!
//! A [`crate::Caller`] carries the account's data key while the vault is open; nobody else holds it, so the database
//! alone opens nothing. Listing needs no key. Work that runs while nobody is signed in uses what its owner sealed to the
//! server's own key for it ([`server_key`]). What others may use of an account is sealed to each of them ([`copies`]).

pub(crate) mod aead;
mod certificate;
mod copies;
mod draft;
pub(crate) mod key;
mod pair;
pub(crate) mod random;
mod rolled;
mod seal;
pub(crate) mod server_key;
pub(crate) mod slow_work;
pub(crate) mod wrap;

pub use key::VaultKey;
pub(crate) use seal::{open_text, seal_text};

use crate::{Caller, ServiceError, audit::Audit, clock, events::Events};
use draft::Checked;
use seal::Secrets;
use slow_work::SlowWork;
use storage::{CredentialRecord, Storage};
use transport::{KeyPair, Login};
use wire::{
    CredentialId,
    events::Topic,
    vault::{CredentialDraft, CredentialView, KeyDraft, Secret},
};

const MAX_CREDENTIALS: usize = 1000;

/// Credentials of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    storage: Storage,
    events: Events,
    audit: Audit,
    slow: SlowWork,
}

/// A credential with its secrets, for signing in to a host now.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// The username that goes with it.
    pub(crate) username: Option<String>,
    /// A password.
    pub(crate) password: Option<Secret>,
    /// A private key.
    pub(crate) private_key: Option<Secret>,
    /// The private key's passphrase; asked for at connect when the key needs one and it is missing.
    pub(crate) passphrase: Option<Secret>,
    /// The private key's certificate.
    pub(crate) certificate: Option<String>,
}

impl Opened {
    /// Signs in with it as somebody.
    pub(crate) fn login(self, username: String) -> Login {
        let Self { password, private_key, passphrase, certificate, .. } = self;
        Login { username, password, private_key, passphrase, certificate, forward_agent: false }
    }
}

impl Vault {
    /// The vault on a database.
    pub fn new(storage: Storage, events: Events, audit: Audit) -> Self {
        Self { storage, events, audit, slow: SlowWork::new() }
    }

    /// The caller's credentials, without their secrets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<CredentialView>, ServiceError> {
        let records = self.storage.vault().list(caller.account()).await?;
        Ok(records.into_iter().map(|(record, used_by)| view(record, used_by)).collect())
    }

    /// Seals a credential.
    ///
    /// # Errors
    /// When a field is not acceptable, the key cannot be read, the vault is locked or full, or the database fails.
    pub async fn add(&self, caller: &Caller, draft: CredentialDraft) -> Result<CredentialView, ServiceError> {
        caller.vault_key()?;
        let checked = self.slow.run(move || draft::check(draft)).await??;
        self.seal(caller, checked).await
    }

    /// Seals a key that Berth made itself.
    ///
    /// # Errors
    /// As [`Vault::add`].
    pub(crate) async fn add_generated(
        &self,
        caller: &Caller,
        name: &str,
        username: &str,
        pair: KeyPair,
    ) -> Result<CredentialView, ServiceError> {
        self.seal(caller, draft::generated(name, username, pair)?).await
    }

    /// Makes an Ed25519 key and seals it. Its public half comes along, to be put on hosts by hand.
    ///
    /// # Errors
    /// As [`Vault::add`].
    pub async fn generate(&self, caller: &Caller, draft: KeyDraft) -> Result<CredentialView, ServiceError> {
        caller.vault_key()?;
        let pair = crate::inventory::made_key(caller)?;
        self.add_generated(caller, &draft.name, &draft.username.unwrap_or_default(), pair).await
    }

    /// Deletes a credential. Hosts that used it are left without one.
    ///
    /// # Errors
    /// When there is none of that id, or the database fails.
    pub async fn delete(&self, caller: &Caller, id: &CredentialId) -> Result<(), ServiceError> {
        if self.storage.vault().delete(caller.account(), id).await? {
            self.events.changed(caller.account(), Topic::Credentials, Some(id.as_str()));
            // Those that used it have none now.
            self.events.changed(caller.account(), Topic::Hosts, None);
            self.audit.note(caller, "credential.delete", format!("credential {id}"), "done").await;
            return Ok(());
        }
        Err(ServiceError::missing("credential", id))
    }

    /// Opens a credential of the caller.
    ///
    /// # Errors
    /// When there is none of that id, the vault is locked, or what is stored was tampered with.
    pub(crate) async fn open(&self, caller: &Caller, id: &CredentialId) -> Result<Opened, ServiceError> {
        let key = caller.vault_key()?;
        let record = self.storage.vault().get(caller.account(), id).await?;
        let record = record.ok_or_else(|| ServiceError::missing("credential", id))?;
        let secrets = seal::open(key, caller.account(), id, &record.sealed).ok_or(ServiceError::Internal(
            "a stored credential cannot be opened with this vault's key; delete it and add it again",
        ))?;
        let Secrets { password, private_key, passphrase } = secrets;
        Ok(Opened { username: record.username, password, private_key, passphrase, certificate: record.certificate })
    }

    /// Seals a text of the caller's that is no credential, for one purpose.
    ///
    /// # Errors
    /// When the vault is locked.
    pub(crate) fn seal_text(&self, caller: &Caller, purpose: &str, text: &Secret) -> Result<Vec<u8>, ServiceError> {
        seal::seal_text(caller.vault_key()?, caller.account(), purpose, text)
    }

    /// Opens a text that was sealed for this purpose.
    ///
    /// # Errors
    /// When the vault is locked, or another key sealed it.
    pub(crate) fn open_text(&self, caller: &Caller, purpose: &str, sealed: &[u8]) -> Result<Secret, ServiceError> {
        let opened = seal::open_text(caller.vault_key()?, caller.account(), purpose, sealed);
        opened.ok_or_else(|| {
            ServiceError::Conflict("what is stored cannot be opened with this vault's key; give it again".to_owned())
        })
    }

    async fn seal(&self, caller: &Caller, checked: Checked) -> Result<CredentialView, ServiceError> {
        let key = caller.vault_key()?;
        if self.storage.vault().list(caller.account()).await?.len() >= MAX_CREDENTIALS {
            return Err(ServiceError::Conflict(format!(
                "the vault holds {MAX_CREDENTIALS} credentials, which is all it takes; delete one first"
            )));
        }
        let id: CredentialId = random::id()?;
        let sealed = seal::seal(key, caller.account(), &id, &checked.secrets)?;
        let record = CredentialRecord {
            id,
            account_id: caller.account().clone(),
            name: checked.name,
            kind: checked.kind,
            username: checked.username,
            public_key: checked.public_key,
            sealed,
            created_at: clock::now(),
            certificate: checked.certificate,
            revision: 0,
        };
        self.storage.vault().insert(&record).await?;
        self.events.changed(caller.account(), Topic::Credentials, Some(record.id.as_str()));
        self.audit.note(caller, "credential.add", format!("credential {} {}", record.id, record.name), "done").await;
        Ok(view(record, 0))
    }
}

fn view(record: CredentialRecord, used_by: u64) -> CredentialView {
    CredentialView {
        id: record.id,
        name: record.name,
        kind: record.kind,
        username: record.username,
        public_key: record.public_key,
        created_at: record.created_at,
        used_by,
        certificate: record.certificate.as_deref().and_then(certificate::shown),
    }
}

#[cfg(test)]
#[path = "vault/vault_tests.rs"]
mod tests;
