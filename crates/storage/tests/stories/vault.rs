//! Credentials are one account's; hosts lose a deleted one. A trusted key replaces the one before it.

use crate::cast::{at, credential, host, id, two_accounts};
use storage::{CredentialRecord, Storage};
use wire::{AccountId, inventory::HostView};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    credentials(storage, &anna, &benny).await;
    host_keys(storage, &anna, &benny).await;
    replaced(storage, &anna, &benny).await;
}

async fn credentials(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let vault = storage.vault();
    let key = credential("key", anna);
    vault.insert(&key).await.unwrap();
    vault.insert(&credential("spare", anna)).await.unwrap();
    for name in ["one", "two"] {
        let host = HostView { credential_id: Some(key.id.clone()), ..host(name) };
        storage.inventory().insert_host(anna, &host).await.unwrap();
    }
    assert_eq!(vault.get(anna, &key.id).await.unwrap().unwrap(), key);
    assert_eq!(vault.list(anna).await.unwrap(), [(key.clone(), 2), (credential("spare", anna), 0)]);
    assert_eq!(vault.get(benny, &key.id).await.unwrap(), None);
    assert!(!vault.delete(benny, &key.id).await.unwrap());

    assert!(vault.delete(anna, &key.id).await.unwrap());
    let without = storage.inventory().host(anna, &id("host-one")).await.unwrap().unwrap();
    assert_eq!(without.credential_id, None);
    assert_eq!(vault.delete_all(benny).await.unwrap(), 0);
    assert_eq!(vault.delete_all(anna).await.unwrap(), 1);
    assert!(vault.list(anna).await.unwrap().is_empty());
}

async fn host_keys(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let keys = storage.host_keys();
    let endpoint = "[2001:db8::1]:22";
    assert!(keys.trusted(anna, endpoint).await.unwrap().is_empty());
    keys.trust(anna, endpoint, "ssh-rsa OLD", at(1)).await.unwrap();
    keys.trust(benny, endpoint, "ssh-rsa BENNYS", at(1)).await.unwrap();
    // The longest key that OpenSSH makes does not fit into an index, and need not.
    let long = format!("ssh-rsa {}", "A".repeat(4000));
    keys.trust(anna, endpoint, &long, at(2)).await.unwrap();
    assert_eq!(keys.trusted(anna, endpoint).await.unwrap(), [long]);
    assert_eq!(keys.trusted(benny, endpoint).await.unwrap(), ["ssh-rsa BENNYS"]);
    assert!(keys.trusted(anna, "[2001:db8::1]:2222").await.unwrap().is_empty());
    let many: Vec<_> = (0..1_200).map(|at| (format!("h{at}:22"), format!("ssh-rsa KEY{at}"))).collect();
    keys.trust_all(anna, &many, at(3)).await.unwrap();
    keys.trust_all(anna, &[("h7:22".into(), "ssh-rsa NEW".into())], at(4)).await.unwrap();
    assert_eq!(keys.trusted(anna, "h7:22").await.unwrap(), ["ssh-rsa NEW"]);
    assert_eq!(keys.trusted(anna, "h1199:22").await.unwrap(), ["ssh-rsa KEY1199"]);
    assert!(keys.trusted(benny, "h7:22").await.unwrap().is_empty());
}

/// A new key takes the place of an old one: who had the new one has the old one's row, or inherits again.
async fn replaced(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let (vault, inventory) = (storage.vault(), storage.inventory());
    let (old, new) = (credential("old", anna), credential("new", anna));
    for credential in [&old, &new] {
        vault.insert(credential).await.unwrap();
    }
    for name in ["own", "heir", "other"] {
        inventory.insert_host(anna, &host(name)).await.unwrap();
    }
    let (own, heir, other) = (id("host-own"), id("host-heir"), id("host-other"));
    inventory.set_credential(anna, &[own, heir], Some(&new.id)).await.unwrap();
    inventory.set_credential(benny, &[other], Some(&new.id)).await.unwrap();
    let rolled = CredentialRecord { sealed: vec![9, 9], public_key: Some("ssh-ed25519 NEW".into()), ..old.clone() };
    let foreign = CredentialRecord { account_id: benny.clone(), ..rolled.clone() };
    assert!(!vault.replace(&foreign, &new.id, &[]).await.unwrap());
    assert!(vault.replace(&rolled, &new.id, &[id("host-heir")]).await.unwrap());
    let next = CredentialRecord { revision: rolled.revision + 1, ..rolled };
    assert_eq!(vault.get(anna, &old.id).await.unwrap().unwrap(), next);
    assert_eq!(vault.get(anna, &new.id).await.unwrap(), None);
    let mut owns = Vec::new();
    for name in ["host-own", "host-heir", "host-other"] {
        owns.push(inventory.host(anna, &id(name)).await.unwrap().unwrap().credential_id);
    }
    assert_eq!(owns, [Some(old.id), None, None]);
}
