//! A house on an empty database, and people who signed in to it.

use services::{Caller, Settings, Visitor, accounts::Accounts, audit::Audit, inventory::Inventory, vault::Vault};
use std::time::Duration;
use storage::Storage;
use tempfile::TempDir;
use wire::{
    accounts::{Role, SignInRequest},
    vault::Secret,
};

const PASSWORD: &str = "correct horse battery staple";

/// The rooms that these tests walk through.
pub(crate) struct House {
    pub(crate) accounts: Accounts,
    pub(crate) vault: Vault,
    pub(crate) inventory: Inventory,
    _dir: TempDir,
}

impl House {
    /// A house without the background probe.
    pub(crate) async fn new() -> Self {
        Self::probing_every(Duration::ZERO).await
    }

    /// A house whose background probe goes round that often.
    pub(crate) async fn probing_every(probe_interval: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/berth.db?mode=rwc", dir.path().display());
        let storage = Storage::open(&url).await.unwrap();
        let settings = Settings { probe_interval, dial_timeout: Duration::from_secs(20), ..Settings::new(url) };
        let audit = Audit::new(storage.clone(), Default::default(), dir.path().join("server.key"));
        let vault = Vault::new(storage.clone(), Default::default(), audit.clone());
        let inventory = Inventory::new(storage.clone(), vault.clone(), &settings, Default::default(), audit.clone());
        let accounts = Accounts::new(storage, Default::default(), audit).await.unwrap();
        Self { accounts, vault, inventory, _dir: dir }
    }

    /// Somebody with an account of their own, signed in with an open vault.
    pub(crate) async fn somebody(&self, name: &str, role: Role) -> Caller {
        self.accounts.add(name, role, Secret::new(PASSWORD)).await.unwrap();
        let request = SignInRequest { username: name.into(), password: Secret::new(PASSWORD), code: None };
        let visitor = Visitor::default();
        let signed_in = self.accounts.sign_in(&visitor, request).await.unwrap().whole().unwrap();
        let cookie = signed_in.vault_secret.as_ref().map(|secret| secret.expose());
        self.accounts.caller_by_sign_in(&visitor, &signed_in.data, cookie).await.unwrap()
    }

    /// A member.
    pub(crate) async fn member(&self, name: &str) -> Caller {
        self.somebody(name, Role::Member).await
    }
}
