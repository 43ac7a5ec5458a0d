//! What only the inside can see: opening what was sealed, on a real database.

use super::*;
use crate::{Via, Visitor, accounts::Accounts};
use tempfile::TempDir;
use transport::generate_ed25519;
use wire::accounts::{Role, SignInRequest};

struct House {
    _dir: TempDir,
    storage: Storage,
    accounts: Accounts,
    vault: Vault,
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("berth.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let audit = Audit::new(storage.clone(), Default::default(), dir.path().join("server.key"));
        let accounts = Accounts::new(storage.clone(), Default::default(), audit.clone()).await.unwrap();
        let vault = Vault::new(storage.clone(), Default::default(), audit);
        Self { _dir: dir, storage, accounts, vault }
    }

    async fn caller(&self, name: &str) -> Caller {
        let password = Secret::new("correct horse");
        self.accounts.add(name, Role::Member, password.clone()).await.unwrap();
        let visitor = Visitor::default();
        let request = SignInRequest { username: name.into(), password, code: None };
        let new = self.accounts.sign_in(&visitor, request).await.unwrap().whole().unwrap();
        let cookie = new.vault_secret.unwrap();
        self.accounts.caller_by_sign_in(&visitor, &new.data, Some(cookie.expose())).await.unwrap()
    }
}

fn password(name: &str) -> CredentialDraft {
    CredentialDraft { name: name.into(), password: Some(Secret::new("hunter2")), ..CredentialDraft::default() }
}

#[tokio::test]
async fn opens_what_was_added_and_for_nobody_else() {
    let house = House::new().await;
    let (alice, bob) = (house.caller("alice").await, house.caller("bob").await);
    let draft = CredentialDraft { username: Some(" root ".into()), ..password("db") };
    let view = house.vault.add(&alice, draft).await.unwrap();
    let opened = house.vault.open(&alice, &view.id).await.unwrap();
    assert_eq!(opened.username.as_deref(), Some("root"));
    assert_eq!(opened.password, Some(Secret::new("hunter2")));
    assert!(opened.private_key.is_none() && opened.passphrase.is_none());
    assert!(matches!(house.vault.open(&bob, &view.id).await, Err(ServiceError::NotFound { .. })));
}

#[tokio::test]
async fn what_was_moved_to_another_row_does_not_open() {
    let house = House::new().await;
    let alice = house.caller("alice").await;
    let view = house.vault.add(&alice, password("one")).await.unwrap();
    let mut moved = house.storage.vault().get(&alice.account, &view.id).await.unwrap().unwrap();
    moved.id = "another-row".parse().unwrap();
    house.storage.vault().insert(&moved).await.unwrap();
    assert!(matches!(house.vault.open(&alice, &moved.id).await, Err(ServiceError::Internal(_))));
}

#[tokio::test]
async fn keeps_a_key_that_berth_made() {
    let house = House::new().await;
    let alice = house.caller("alice").await;
    let pair = generate_ed25519("berth").unwrap();
    let view = house.vault.add_generated(&alice, "web01", "deploy", pair.clone()).await.unwrap();
    assert_eq!((view.kind, view.public_key), (wire::vault::CredentialKind::PrivateKey, Some(pair.public_key)));
    let opened = house.vault.open(&alice, &view.id).await.unwrap();
    assert_eq!(opened.private_key.unwrap(), pair.private_key);
    assert_eq!(opened.username.as_deref(), Some("deploy"));
}

#[tokio::test]
async fn a_locked_vault_lists_but_neither_opens_nor_adds() {
    let house = House::new().await;
    let mut alice = house.caller("alice").await;
    let view = house.vault.add(&alice, password("one")).await.unwrap();
    alice.vault = None;
    assert_eq!(house.vault.list(&alice).await.unwrap().len(), 1);
    let locked = house.vault.open(&alice, &view.id).await.unwrap_err();
    assert!(matches!(locked, ServiceError::VaultLocked { by_token: false }));
    assert!(matches!(house.vault.add(&alice, password("two")).await, Err(ServiceError::VaultLocked { .. })));
    alice.via = Via::Token("t".parse().unwrap());
    let locked = house.vault.open(&alice, &view.id).await.unwrap_err();
    assert!(matches!(locked, ServiceError::VaultLocked { by_token: true }));
}

#[tokio::test]
async fn holds_a_thousand_and_no_more() {
    let house = House::new().await;
    let alice = house.caller("alice").await;
    let view = house.vault.add(&alice, password("one")).await.unwrap();
    let mut record = house.storage.vault().get(&alice.account, &view.id).await.unwrap().unwrap();
    for number in 1..MAX_CREDENTIALS {
        record.id = format!("filler-{number}").parse().unwrap();
        house.storage.vault().insert(&record).await.unwrap();
    }
    assert!(matches!(house.vault.add(&alice, password("more")).await, Err(ServiceError::Conflict(_))));
    house.vault.delete(&alice, &view.id).await.unwrap();
    house.vault.add(&alice, password("more")).await.unwrap();
}
