//! What a round that rolls keys has made before its first host: for each key that is to go a new one, sealed in the vault
//! beside it, so that no break can leave a host with a key that nobody has.

use super::super::key_install::{InstalledKey, made};
use super::{Rounds, end::End, round::Item};
use crate::{Caller, ServiceError, clock, vault::Opened};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use storage::CredentialRecord;
use transport::KeyPair;
use wire::{
    CredentialId, HostId,
    inventory::{Protocol, RoundOutcome},
    vault::{CredentialKind, CredentialView},
};

/// How the names of a key's successors begin.
fn successors_of(old: &CredentialRecord) -> String {
    format!("{} (rolled ", old.name.chars().take(80).collect::<String>())
}

/// The keys that are rolled, by the credential that holds the old one; or why it is not.
pub(super) struct Rolling {
    pub(super) groups: HashMap<CredentialId, Result<Group, End>>,
}

/// One key, its successor, and the hosts that have it already.
pub(super) struct Group {
    pub(super) old: CredentialRecord,
    pub(super) opened: Opened,
    /// The old key's public line.
    pub(super) old_line: String,
    pub(super) pair: KeyPair,
    pub(super) new: InstalledKey,
    pub(super) new_id: CredentialId,
    pub(super) new_name: String,
    moved: Mutex<Vec<Moved>>,
}

/// A host that has the new key.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    pub(super) id: HostId,
    /// Whether it had its credential from a folder.
    pub(super) inherited: bool,
}

impl Rolling {
    /// Whether a password goes along with any of the keys.
    pub(super) fn watches(&self) -> bool {
        self.groups.values().flatten().any(|group| group.opened.password.is_some())
    }
}

impl Group {
    /// A host has the new key.
    pub(super) fn moves(&self, moved: Moved) {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).push(moved);
    }

    /// The hosts that have it.
    pub(super) fn moved(&self) -> Vec<Moved> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Rounds {
    /// Makes the new keys.
    pub(super) async fn rolling(&self, caller: &Caller, items: &[Item]) -> Result<Rolling, ServiceError> {
        caller.vault_key()?;
        let used = items.iter().filter(|item| item.protocol == Protocol::Ssh);
        let used: std::collections::BTreeSet<_> = used.filter_map(|item| item.credential.clone()).collect();
        self.0.inventory.0.vault.refuse_too_many(caller, used.len()).await?;
        let mut rolling = Rolling { groups: HashMap::new() };
        for id in used {
            match self.group(caller, &id).await {
                Ok(group) => rolling.groups.insert(id, group),
                Err(error) => {
                    self.forget_new(caller, &rolling).await;
                    return Err(error);
                }
            };
        }
        if rolling.groups.values().any(Result::is_ok) {
            return Ok(rolling);
        }
        Err(ServiceError::bad("none of these hosts is signed in to with a key of your vault; there is nothing to roll"))
    }

    async fn group(&self, caller: &Caller, id: &CredentialId) -> Result<Result<Group, End>, ServiceError> {
        let inventory = &self.0.inventory.0;
        let Some(old) = inventory.storage.vault().get(caller.account(), id).await? else {
            return Ok(Err(End::said(RoundOutcome::Skipped, "Its credential is gone.")));
        };
        if old.kind == CredentialKind::Password {
            return Ok(Err(End::said(
                RoundOutcome::Skipped,
                "It is signed in to with a password, and has no key to roll.",
            )));
        }
        let opened = inventory.vault.open(caller, id).await?;
        let Some(old_line) = old.public_key.clone() else {
            let text =
                "The public half of its key is not known, because its passphrase is not stored; add the key with it.";
            return Ok(Err(End::said(RoundOutcome::Locked, text)));
        };
        let (name, new_id, pair) = match self.left_over(caller, &old).await? {
            Some(known) => known,
            None => {
                let (pair, day) = (made(caller)?, clock::now().to_string());
                let name = format!("{}{})", successors_of(&old), &day[..10.min(day.len())]);
                let id = inventory.vault.add_successor(caller, &name, &old, &opened, &pair).await?;
                (name, id, pair)
            }
        };
        let both = Opened {
            private_key: Some(pair.private_key.clone()),
            passphrase: None,
            certificate: None,
            ..opened.clone()
        };
        let new = InstalledKey::stored(new_id.clone(), Some(pair.public_key.clone()), both);
        let new = new.ok_or(ServiceError::Internal("a key that was made is none"))?;
        Ok(Ok(Group { old, opened, old_line, pair, new, new_id, new_name: name, moved: Mutex::default() }))
    }

    /// A successor that a round made which broke off, and that no host uses yet. It may stand on some hosts already: used again, it
    /// is no line that nobody knows.
    async fn left_over(
        &self,
        caller: &Caller,
        old: &CredentialRecord,
    ) -> Result<Option<(String, CredentialId, KeyPair)>, ServiceError> {
        let (vault, begins) = (&self.0.inventory.0.vault, successors_of(old));
        let alike = |known: &CredentialView| {
            known.used_by == 0
                && known.name.starts_with(&begins)
                && (known.kind, &known.username) == (old.kind, &old.username)
        };
        let Some(known) = vault.list(caller).await?.into_iter().find(alike) else { return Ok(None) };
        let private_key = vault.open(caller, &known.id).await?.private_key;
        let pair = private_key.zip(known.public_key);
        Ok(pair.map(|(private_key, public_key)| (known.name, known.id, KeyPair { private_key, public_key })))
    }

    /// Forgets new keys that no host has.
    pub(super) async fn forget_new(&self, caller: &Caller, rolling: &Rolling) {
        for group in rolling.groups.values().flatten().filter(|group| group.moved().is_empty()) {
            if let Err(error) = self.0.inventory.0.vault.delete(caller, &group.new_id).await {
                tracing::warn!(%error, credential = %group.new_id, "a key that nobody uses could not be forgotten");
            }
        }
    }
}
