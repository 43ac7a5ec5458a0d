//! One somebody at an issuer is one account here; an account without a password keeps its last way in; of many who finish one
//! sign-in, one does.

use crate::cast::{account, at, id, two_accounts};
use storage::{AccountRecord, FlowRecord, IdentityRecord, Storage, StorageError};
use wire::AccountId;

const ISSUER: &str = "https://id.example.org";

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    links(storage, &anna, &benny).await;
    newcomers(storage).await;
    flows(storage, &anna).await;
}

fn identity(account: &AccountId, subject: &str) -> IdentityRecord {
    IdentityRecord {
        issuer: ISSUER.into(),
        subject: subject.into(),
        account_id: account.clone(),
        known_as: subject.to_uppercase(),
        created_at: at(0),
        last_used_at: None,
    }
}

async fn links(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let identities = storage.identities();
    identities.link(&identity(anna, "1")).await.unwrap();
    let taken = identities.link(&identity(benny, "1")).await.unwrap_err();
    assert!(matches!(taken, StorageError::Taken { .. }), "{taken}");
    assert_eq!(identities.find(ISSUER, "1").await.unwrap(), Some(identity(anna, "1")));
    for (issuer, subject) in [("https://other.example", "1"), (ISSUER, "2"), (ISSUER, "")] {
        assert_eq!(identities.find(issuer, subject).await.unwrap(), None, "{issuer} {subject}");
    }
    identities.used(ISSUER, "1", "Anna A.", at(5)).await.unwrap();
    let used = IdentityRecord { known_as: "Anna A.".into(), last_used_at: Some(at(5)), ..identity(anna, "1") };
    assert_eq!(identities.of_account(anna).await.unwrap(), [used]);
    assert!(!identities.unlink(benny, ISSUER, "1").await.unwrap(), "another account's");
    assert!(identities.unlink(anna, ISSUER, "1").await.unwrap(), "who has a password needs none");
    assert!(!identities.unlink(anna, ISSUER, "1").await.unwrap());
}

async fn newcomers(storage: &Storage) {
    let (accounts, identities) = (storage.accounts(), storage.identities());
    let cleo = AccountRecord { id: id("cleo"), has_password: false, password_hash: String::new(), ..account("Cleo") };
    identities.insert_account(&cleo, &identity(&cleo.id, "7")).await.unwrap();
    assert_eq!(accounts.by_id(&cleo.id).await.unwrap().unwrap(), cleo);
    let same_name = AccountRecord { id: id("other"), ..account("cLEO") };
    assert!(identities.insert_account(&same_name, &identity(&same_name.id, "8")).await.is_err());
    assert_eq!(identities.find(ISSUER, "8").await.unwrap(), None, "both or none");
    let same_identity = AccountRecord { id: id("other"), ..account("Dora") };
    assert!(identities.insert_account(&same_identity, &identity(&same_identity.id, "7")).await.is_err());
    assert_eq!(accounts.by_name("dora").await.unwrap(), None, "both or none");
    assert!(!identities.unlink(&cleo.id, ISSUER, "7").await.unwrap(), "the last way in stays");
    identities.link(&identity(&cleo.id, "9")).await.unwrap();
    assert!(identities.unlink(&cleo.id, ISSUER, "7").await.unwrap());
    assert!(accounts.has_password_now(&cleo.id).await.unwrap());
    assert!(identities.unlink(&cleo.id, ISSUER, "9").await.unwrap());
    assert!(accounts.by_id(&cleo.id).await.unwrap().unwrap().has_password);
}

fn flow(key: u8, link: Option<(AccountId, String)>) -> FlowRecord {
    FlowRecord {
        id_hash: vec![key; 32],
        nonce: "a nonce".into(),
        verifier: "a verifier".into(),
        redirect: "https://berth.example.org/back".into(),
        back: "/".into(),
        link,
        expires_at: at(600),
    }
}

async fn flows(storage: &Storage, anna: &AccountId) {
    let identities = storage.identities();
    let linking = flow(1, Some((anna.clone(), "sign-in".into())));
    identities.begin(&linking, at(0)).await.unwrap();
    identities.begin(&flow(2, None), at(0)).await.unwrap();
    assert_eq!(identities.take(&[3; 32], at(1)).await.unwrap(), None);
    assert_eq!(identities.take(&[2; 32], at(600)).await.unwrap(), None, "too late");
    assert_eq!(identities.take(&[2; 32], at(1)).await.unwrap(), None, "and gone with that");
    let takes = (0..20).map(|_| {
        let identities = identities.clone();
        tokio::spawn(async move { identities.take(&[1; 32], at(1)).await.unwrap() })
    });
    let mut taken = Vec::new();
    for take in takes.collect::<Vec<_>>() {
        taken.extend(take.await.unwrap());
    }
    assert!(!format!("{taken:?}").contains("verifier"), "a record's Debug shows no secret");
    assert_eq!(taken, [linking]);
}
