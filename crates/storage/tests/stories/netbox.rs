//! An account's NetBox is its own; hosts that came from it are found by its key, lose the mark when they are put again,
//! and are marked when they are gone.

use crate::cast::{at, host, id, two_accounts};
use storage::{ImportRecord, NetBoxRecord, SourceRecord, Storage};

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
}
