//! The vault as the doors see it, on a real SQLite file, with keys that `ssh-keygen` or Berth made.

#![expect(clippy::unwrap_used, reason = "what a test stands on must hold")]

use services::{Caller, ServiceError, Visitor, accounts::Accounts, audit::Audit, vault::Vault};
use storage::Storage;
use tempfile::TempDir;
use wire::{
    Fault, FaultCode,
    accounts::{Role, SignInRequest},
    vault::{CredentialDraft, CredentialKind, Secret},
};

struct House {
    dir: TempDir,
    vault: Vault,
    alice: Caller,
    bob: Caller,
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("berth.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let audit = Audit::new(storage.clone(), Default::default(), dir.path().join("server.key"));
        let accounts = Accounts::new(storage.clone(), Default::default(), audit.clone()).await.unwrap();
        let (alice, bob) = (caller(&accounts, "alice").await, caller(&accounts, "bob").await);
        Self { dir, vault: Vault::new(storage, Default::default(), audit), alice, bob }
    }

    async fn refuses(&self, draft: CredentialDraft) -> Fault {
        let error: ServiceError = self.vault.add(&self.alice, draft).await.unwrap_err();
        let fault = error.fault();
        assert_eq!(fault.code, FaultCode::BadInput, "{fault:?}");
        fault
    }
}

async fn caller(accounts: &Accounts, name: &str) -> Caller {
    let (password, visitor) = (Secret::new("correct horse"), Visitor::default());
    accounts.add(name, Role::Member, password.clone()).await.unwrap();
    let new = accounts.sign_in(&visitor, SignInRequest { username: name.into(), password, code: None }).await.unwrap();
    let new = new.whole().unwrap();
    let cookie = new.vault_secret.unwrap();
    accounts.caller_by_sign_in(&visitor, &new.data, Some(cookie.expose())).await.unwrap()
}

fn password(name: &str) -> CredentialDraft {
    CredentialDraft { name: name.into(), password: Some(Secret::new("hunter2")), ..CredentialDraft::default() }
}

fn key(private_key: &str, passphrase: Option<&str>) -> CredentialDraft {
    CredentialDraft {
        name: "key".into(),
        private_key: Some(Secret::new(private_key)),
        passphrase: passphrase.map(Secret::new),
        ..CredentialDraft::default()
    }
}

/// A private key as OpenSSH writes it, and the line of its public half without the comment.
fn ssh_keygen(dir: &TempDir, name: &str, passphrase: &str) -> (String, String) {
    let file = dir.path().join(name);
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f"])
        .arg(&file)
        .status()
        .unwrap();
    assert!(made.success());
    let public = std::fs::read_to_string(file.with_extension("pub")).unwrap();
    (std::fs::read_to_string(&file).unwrap(), public.trim().to_owned())
}

#[tokio::test]
async fn lists_what_was_added_without_its_secrets() {
    let house = House::new().await;
    let draft = CredentialDraft { username: Some("root".into()), ..password(" db ") };
    let added = house.vault.add(&house.alice, draft).await.unwrap();
    assert_eq!((added.name.as_str(), added.kind), ("db", CredentialKind::Password));
    let listed = house.vault.list(&house.alice).await.unwrap();
    assert_eq!(listed, [added]);
    assert!(!serde_json::to_string(&listed).unwrap().contains("hunter2"));
}

#[tokio::test]
async fn belongs_to_one_account() {
    let house = House::new().await;
    let added = house.vault.add(&house.alice, password("db")).await.unwrap();
    assert!(house.vault.list(&house.bob).await.unwrap().is_empty());
    let error = house.vault.delete(&house.bob, &added.id).await.unwrap_err();
    assert_eq!(error.fault().code, FaultCode::NotFound);
    house.vault.delete(&house.alice, &added.id).await.unwrap();
    assert!(house.vault.list(&house.alice).await.unwrap().is_empty());
}

#[tokio::test]
async fn reads_private_keys_and_shows_their_public_half() {
    let house = House::new().await;
    let (private, public) = ssh_keygen(&house.dir, "plain", "");
    let pasted = private.replace('\n', "\r\n");
    for text in [private.as_str(), pasted.as_str(), private.trim()] {
        let view = house.vault.add(&house.alice, key(text, None)).await.unwrap();
        assert_eq!((view.kind, view.public_key.as_deref()), (CredentialKind::PrivateKey, Some(public.as_str())));
    }
    let both = CredentialDraft { password: Some(Secret::new("sudo")), ..key(&private, None) };
    assert_eq!(house.vault.add(&house.alice, both).await.unwrap().kind, CredentialKind::Both);
}

#[tokio::test]
async fn takes_an_encrypted_key_with_the_right_passphrase_or_none() {
    let house = House::new().await;
    let (private, public) = ssh_keygen(&house.dir, "locked", "open sesame");
    let view = house.vault.add(&house.alice, key(&private, Some("open sesame"))).await.unwrap();
    assert_eq!(view.public_key.as_deref(), Some(public.as_str()));
    house.vault.add(&house.alice, key(&private, None)).await.unwrap();
    house.vault.add(&house.alice, key(&private, Some(""))).await.unwrap();
    let fault = house.refuses(key(&private, Some("open barley"))).await;
    assert!(fault.detail.contains("passphrase") && !fault.detail.contains("barley"), "{}", fault.detail);
}

#[tokio::test]
async fn refuses_what_is_no_credential() {
    let house = House::new().await;
    house.refuses(CredentialDraft { name: "empty".into(), ..CredentialDraft::default() }).await;
    house.refuses(CredentialDraft { password: Some(Secret::new("")), ..password("empty") }).await;
    house.refuses(password("")).await;
    house.refuses(password(&"x".repeat(101))).await;
    house.refuses(password("line\nbreak")).await;
    house.refuses(CredentialDraft { username: Some("x".repeat(256)), ..password("db") }).await;
    house.refuses(CredentialDraft { password: Some(Secret::new("x".repeat(1025))), ..password("db") }).await;
    house.refuses(CredentialDraft { passphrase: Some(Secret::new("p")), ..password("db") }).await;
    house.refuses(key(&"x".repeat(64 * 1024 + 1), None)).await;
    house.refuses(key("hunter2 is not a key", None)).await;
    let damaged = "-----BEGIN OPENSSH PRIVATE KEY-----\nSGVsbG8=\n-----END OPENSSH PRIVATE KEY-----\n";
    let fault = house.refuses(key(damaged, None)).await;
    assert!(!fault.detail.contains("SGVsbG8"), "{}", fault.detail);
    assert!(house.vault.list(&house.alice).await.unwrap().is_empty());
}
