//! Copies of credentials: they go with the last grant that speaks of them, in whatever way that goes, and are good only for the
//! credential as it is and for the key that the account has.

use crate::cast::{account, at, credential, folder, host, id};
use storage::{AccountRecord, CopyName, CopyRecord, PairRecord, Storage};
use wire::{
    AccountId, GrantId,
    grants::{GrantObject, GrantView, Grantee, GroupView, HostRights},
};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let anna = account("Anna");
    let benny = account("Benny");
    let cecily = AccountRecord { id: id("acc-c"), ..account("Cecily") };
    for one in [&anna, &benny, &cecily] {
        storage.accounts().insert(one).await.unwrap();
    }
    let (anna, benny, cecily) = (anna.id, benny.id, cecily.id);
    storage.vault().insert(&credential("lent", &anna)).await.unwrap();
    storage.inventory().insert_host(&anna, &host("lent")).await.unwrap();
    storage.inventory().insert_folder(&anna, &folder("Rack")).await.unwrap();
    pairs(storage, &benny).await;
    standing(storage, &anna, &benny).await;
    taken_back(storage, [&anna, &benny, &cecily]).await;
}

fn pair(mark: u8) -> PairRecord {
    PairRecord { public_key: vec![mark; 32], sealed: vec![mark, 0, 255] }
}

fn name(account: &AccountId) -> CopyName {
    CopyName { credential: id("cred-lent"), account: account.clone() }
}

fn copy(account: &AccountId, revision: i64, mark: u8) -> CopyRecord {
    CopyRecord { name: name(account), revision, public_key: vec![mark; 32], sealed: vec![7, mark] }
}

fn grant(name: &str, object: GrantObject, to: Grantee, credential: bool) -> GrantView {
    let rights = HostRights { connect: true, credential, ..HostRights::default() };
    let (object_name, to_name) = (String::new(), String::new());
    GrantView { id: id(name), object, object_name, to, to_name, rights, created_at: at(1) }
}

/// One pair an account; of two that make one at once, the first stands.
async fn pairs(storage: &Storage, benny: &AccountId) {
    let vault = storage.vault();
    assert_eq!(vault.pair(benny).await.unwrap(), None);
    assert_eq!(vault.set_pair(benny, &pair(1), None).await.unwrap(), pair(1));
    assert_eq!(vault.set_pair(benny, &pair(2), None).await.unwrap(), pair(1), "another one was first");
    assert_eq!(vault.set_pair(benny, &pair(3), Some(&pair(9))).await.unwrap(), pair(1), "it is not that one any more");
    assert_eq!(vault.pair(benny).await.unwrap(), Some(pair(1)));
    let keys = vault.public_keys(&[benny.clone(), id("acc-c")]).await.unwrap();
    assert_eq!(keys, [(benny.clone(), vec![1; 32])].into());
}

async fn standing(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let (vault, grants) = (storage.vault(), storage.grants());
    let on_host = || GrantObject::Host(id("host-lent"));
    let given = grant("g1", on_host(), Grantee::Account(benny.clone()), true);
    assert!(grants.give(std::slice::from_ref(&given), false).await.unwrap().is_empty());
    assert!(grants.get(&given.id).await.unwrap().unwrap().view.rights.credential);
    assert!(vault.change_copies(&[copy(benny, 0, 1)], &[]).await.unwrap().is_empty());
    assert_eq!(vault.copy(&name(benny)).await.unwrap(), Some(copy(benny, 0, 1)));
    assert_eq!(vault.standing_copies(benny).await.unwrap(), [id("cred-lent")].into());
    assert!(vault.standing_copies(anna).await.unwrap().is_empty());

    // A new key in the credential, or a new pair: the copy is good no more.
    vault.insert(&credential("next", anna)).await.unwrap();
    assert!(vault.replace(&credential("lent", anna), &id("cred-next"), &[]).await.unwrap());
    assert!(vault.standing_copies(benny).await.unwrap().is_empty());
    vault.change_copies(&[copy(benny, 1, 1)], &[]).await.unwrap();
    assert_eq!(vault.standing_copies(benny).await.unwrap().len(), 1, "the newer one took its place");
    assert_eq!(vault.set_pair(benny, &pair(4), Some(&pair(1))).await.unwrap(), pair(4));
    assert_eq!(vault.copies(anna).await.unwrap(), [], "what was for the old key went with it");
    vault.change_copies(&[copy(benny, 1, 4)], &[]).await.unwrap();

    // The same grant without its credential.
    let without = GrantView { id: id("g2"), ..grant("g2", on_host(), Grantee::Account(benny.clone()), false) };
    assert_eq!(grants.give(&[without], false).await.unwrap(), [name(benny)]);
    assert_eq!(vault.copy(&name(benny)).await.unwrap(), None);
    grants.delete(&id::<GrantId>("g2")).await.unwrap();
}

async fn taken_back(storage: &Storage, [anna, benny, cecily]: [&AccountId; 3]) {
    let (vault, grants) = (storage.vault(), storage.grants());
    let there = async |account: &AccountId| storage.vault().copy(&name(account)).await.unwrap().is_some();
    let group = |members: &[&AccountId]| GroupView {
        id: id("ops"),
        name: "Ops".into(),
        members: members.iter().map(|one| (*one).clone()).collect(),
    };
    let give = async |with: &[GrantView]| storage.grants().give(with, false).await.unwrap();
    let both = [copy(benny, 1, 4), copy(cecily, 1, 5)];
    grants.insert_group(&group(&[benny, cecily])).await.unwrap();
    let rack = || GrantObject::Folder(id("folder-Rack"));
    let to_group = || grant("g3", rack(), Grantee::Group(id("ops")), true);
    give(&[to_group(), grant("g4", GrantObject::Host(id("host-lent")), Grantee::Account(cecily.clone()), true)]).await;
    vault.change_copies(&both, &[]).await.unwrap();
    assert_eq!(vault.copies(anna).await.unwrap().len(), 2);
    assert!(vault.copies(benny).await.unwrap().is_empty(), "whose credential it is counts");

    // Out of the group: who has a grant of their own keeps it.
    assert_eq!(grants.update_group(&group(&[])).await.unwrap(), Some(vec![name(benny)]));
    assert_eq!((there(benny).await, there(cecily).await), (false, true));
    assert_eq!(grants.delete(&id::<GrantId>("g4")).await.unwrap(), [name(cecily)]);

    // What comes too late for a grant that went is not kept.
    let mut gone = vault.change_copies(&both, &[]).await.unwrap();
    gone.sort();
    assert_eq!(gone, [name(benny), name(cecily)]);
    grants.update_group(&group(&[benny])).await.unwrap();
    vault.change_copies(&[copy(benny, 1, 4)], &[]).await.unwrap();
    assert_eq!(vault.change_copies(&[], &[name(benny)]).await.unwrap(), [name(benny)], "by name");
    vault.change_copies(&[copy(benny, 1, 4)], &[]).await.unwrap();
    assert_eq!(grants.delete_group(&id("ops")).await.unwrap(), Some(vec![name(benny)]));
    assert_eq!(grants.delete_group(&id("ops")).await.unwrap(), None);

    // A grant of somebody else's keeps nothing.
    storage.inventory().insert_host(cecily, &host("theirs")).await.unwrap();
    give(&[grant("g5", GrantObject::Host(id("host-theirs")), Grantee::Account(benny.clone()), true)]).await;
    assert_eq!(vault.change_copies(&[copy(benny, 1, 4)], &[]).await.unwrap(), [name(benny)]);

    // With the credential its copies go.
    give(&[grant("g6", rack(), Grantee::Account(benny.clone()), true)]).await;
    vault.change_copies(&[copy(benny, 1, 4)], &[]).await.unwrap();
    assert!(vault.delete(anna, &id("cred-lent")).await.unwrap());
    assert!(!there(benny).await);
}
