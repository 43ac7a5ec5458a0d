//! An account's NetBox is its own; hosts that came from it are found by its key, lose the mark when they are put again,
//! and are marked when they are gone.

use crate::cast::{at, host, id, two_accounts};
use storage::{Batch, ImportRecord, NetBoxRecord, NetBoxSyncRecord, SourceRecord, Storage, StorageError};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    let room = storage.inventory();
    let record = |text: &str| NetBoxRecord { settings: text.to_owned(), token: text.as_bytes().to_vec() };
    for text in ["one", "two"] {
        room.set_netbox(&anna, &record(text)).await.unwrap();
    }
    assert_eq!(room.netbox(&anna).await.unwrap(), Some(record("two")));
    assert_eq!(room.netbox(&benny).await.unwrap(), None);
    assert!(!room.delete_netbox(&benny).await.unwrap());
    assert!(room.delete_netbox(&anna).await.unwrap());
    assert_eq!(room.netbox(&anna).await.unwrap(), None);

    let source = |key: &str| SourceRecord {
        form: "netbox".to_owned(),
        position: 1,
        kept: "[\"lab\"]".to_owned(),
        external_key: Some(key.to_owned()),
    };
    let put = ImportRecord {
        hosts: vec![host("one"), host("two")],
        host_sources: vec![
            (id("host-one"), source("netbox:a:device:1")),
            (id("host-two"), source("netbox:b:device:1")),
        ],
        ..ImportRecord::default()
    };
    room.import(&anna, &put, at(1)).await.unwrap();
    let known = room.known_elsewhere(&anna, "netbox:a:").await.unwrap();
    let [one] = &known[..] else { panic!("one of two: {known:?}") };
    assert_eq!((&one.host, one.kept.as_str(), one.is_gone), (&id("host-one"), "[\"lab\"]", false));
    assert!(room.known_elsewhere(&benny, "netbox:").await.unwrap().is_empty());
    let gone = ImportRecord { vanished: vec![id("host-one")], ..ImportRecord::default() };
    room.import(&anna, &gone, at(2)).await.unwrap();
    assert!(room.known_elsewhere(&anna, "netbox:a:").await.unwrap()[0].is_gone);
    assert!(!room.known_elsewhere(&anna, "netbox:b:").await.unwrap()[0].is_gone);
    room.import(&anna, &put, at(3)).await.unwrap();
    assert!(!room.known_elsewhere(&anna, "netbox:a:").await.unwrap()[0].is_gone);
    let link = |ids: &[&str]| ids.iter().map(|host| id(host)).collect::<Vec<wire::HostId>>();
    let before = room.sources_of(&link(&["host-one"])).await.unwrap();
    assert!(room.apply(&anna, &Batch { unlinked: link(&["host-one", "host-two"]), ..Batch::default() }).await.unwrap());
    assert!(room.known_elsewhere(&anna, "netbox:").await.unwrap().is_empty());
    let back = Batch { unlinked: link(&["host-one"]), sources_put: before, ..Batch::default() };
    assert!(room.apply(&anna, &back).await.unwrap(), "forgotten first, then put");
    assert_eq!(room.known_elsewhere(&anna, "netbox:").await.unwrap().len(), 1);
    let (mut one, mut two) = (host("one"), host("two"));
    std::mem::swap(&mut one.name, &mut two.name);
    std::mem::swap(&mut one.address, &mut two.address);
    let swapped = |aside| ImportRecord { hosts: vec![one.clone(), two.clone()], aside, ..ImportRecord::default() };
    room.import(&anna, &swapped(link(&["host-one", "host-two"])), at(5)).await.unwrap();
    scheduled(storage).await;
}

/// What is scheduled is there for those who may open anything, begun once, and goes with the NetBox.
async fn scheduled(storage: &Storage) {
    let (room, accounts) = (storage.inventory(), storage.accounts().list().await.unwrap());
    let (anna, benny) = (&accounts[0].id, &accounts[1].id);
    let sync = |token: Option<&str>, next| NetBoxSyncRecord {
        token: token.map(|token| token.as_bytes().to_vec()),
        sealed_at: Some(at(1)),
        every_seconds: 900,
        filters: "{}".to_owned(),
        next_at: at(next),
        failures: 0,
        last: None,
    };
    let record = NetBoxRecord { settings: "{}".to_owned(), token: b"one".to_vec() };
    assert!(matches!(room.set_netbox_sync(anna, &sync(None, 1)).await, Err(StorageError::Gone { .. })), "no NetBox");
    for account in [anna, benny] {
        room.set_netbox(account, &record).await.unwrap();
    }
    assert_eq!((room.netbox_sync(anna).await.unwrap(), room.next_netbox_sync().await.unwrap()), (None, None));
    room.set_netbox_sync(anna, &sync(None, 1)).await.unwrap();
    assert_eq!(room.next_netbox_sync().await.unwrap(), None, "it is off");
    room.set_netbox_sync(anna, &sync(Some("sealed"), 20)).await.unwrap();
    room.set_netbox_sync(benny, &sync(Some("sealed"), 10)).await.unwrap();
    let due = |now| async move { room_due(storage, now).await };
    assert_eq!(due(9).await, []);
    assert_eq!(due(20).await, [(benny.clone(), at(10)), (anna.clone(), at(20))]);
    storage.accounts().set_disabled(benny, true).await.unwrap();
    assert_eq!(due(20).await, [(anna.clone(), at(20))]);
    assert_eq!(room.next_netbox_sync().await.unwrap(), Some(at(20)));
    storage.accounts().set_disabled(benny, false).await.unwrap();
    assert!(room.claim_netbox_sync(anna, at(20), at(99)).await.unwrap());
    assert!(!room.claim_netbox_sync(anna, at(20), at(99)).await.unwrap(), "somebody has it");
    room.put_off_netbox_sync(anna, at(50), 2, Some("{\"state\":1}".to_owned())).await.unwrap();
    room.put_off_netbox_sync(anna, at(60), 3, None).await.unwrap();
    let noted = room.netbox_sync(anna).await.unwrap().unwrap();
    assert_eq!((noted.next_at, noted.failures, noted.last.as_deref()), (at(60), 3, Some("{\"state\":1}")));
    room.set_netbox_sync(anna, &sync(Some("other"), 70)).await.unwrap();
    assert!(room.netbox_sync(anna).await.unwrap().unwrap().last.is_some(), "what became of the last one stays");
    let newer = NetBoxRecord { token: b"two".to_vec(), ..record };
    room.set_netbox_resealed(anna, &newer, b"again".to_vec(), at(7)).await.unwrap();
    assert_eq!(room.netbox(anna).await.unwrap(), Some(newer.clone()));
    let sealed = room.netbox_sync(anna).await.unwrap().unwrap();
    assert_eq!((sealed.token, sealed.sealed_at), (Some(b"again".to_vec()), Some(at(7))));
    room.set_netbox_sync(anna, &sync(None, 70)).await.unwrap();
    room.set_netbox_resealed(anna, &newer, b"again".to_vec(), at(8)).await.unwrap();
    assert_eq!(room.netbox_sync(anna).await.unwrap().unwrap().token, None, "what is off gets no token");
    assert!(room.delete_netbox(benny).await.unwrap());
    assert_eq!(room.netbox_sync(benny).await.unwrap(), None, "it goes with the NetBox");
}

async fn room_due(storage: &Storage, now: i64) -> Vec<(wire::AccountId, wire::Timestamp)> {
    storage.inventory().due_netbox_syncs(at(now), 10).await.unwrap()
}
