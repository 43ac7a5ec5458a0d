//! An import is written whole or not at all; what it left behind is read again.

use crate::cast::{at, folder, host, id, two_accounts};
use storage::{ImportRecord, SourceRecord, Storage, StorageError};
use wire::{
    AccountId, FolderId, HostId,
    inventory::{FolderView, Form, HostView, Reachability},
};

/// More than fit into one statement.
const MANY: usize = 1_200;

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    many_come_and_go(storage, &anna, &benny).await;
    all_or_nothing(storage, &anna).await;
    sources(storage, &anna, &benny).await;
}

fn numbered(number: usize) -> HostView {
    let folder_id = Some(id::<FolderId>("folder-Rack"));
    // Each is reached through the one before it in the first ten, so that the order counts.
    let jump_host_id = (1..10).contains(&number).then(|| id(&format!("host-n{}", number - 1)));
    HostView { folder_id, jump_host_id, ..host(&format!("n{number}")) }
}

fn rack() -> FolderView {
    FolderView { parent_id: Some(id("folder-Site")), ..folder("Rack") }
}

fn source(position: i64) -> SourceRecord {
    SourceRecord { form: "yaml".into(), position, kept: format!("{{\"n\":{position}}}"), external_key: None }
}

async fn many_come_and_go(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let inventory = storage.inventory();
    let site = folder("Site");
    let behind = FolderView { jump_host_id: Some(id("host-n0")), ..rack() };
    let hosts: Vec<HostView> = (0..MANY).map(numbered).collect();
    let host_sources = hosts.iter().zip(0..).map(|(host, at)| (host.id.clone(), source(at))).collect();
    let import = ImportRecord { folders: vec![site, behind], hosts, host_sources, ..ImportRecord::default() };
    inventory.import(anna, &import, at(1)).await.unwrap();
    assert_eq!(inventory.all_hosts(anna).await.unwrap().len(), MANY);
    assert!(inventory.all_hosts(benny).await.unwrap().is_empty());
    assert_eq!(inventory.host_sources(anna, Form::Yaml).await.unwrap().len(), MANY);

    // What a probe found stays when an import changes the host.
    let first: HostId = id("host-n0");
    inventory.set_reachability(&first, Reachability::Online, at(2)).await.unwrap();
    let renamed = HostView { name: "renamed".into(), ..numbered(0) };
    let change = ImportRecord { hosts: vec![renamed], ..ImportRecord::default() };
    inventory.import(anna, &change, at(3)).await.unwrap();
    let found = inventory.host(anna, &first).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.status), ("renamed", Reachability::Online));

    // They go in any order, though some are reached through others; so do their folders.
    inventory.update_folder(anna, &rack()).await.unwrap();
    let hosts_gone = (0..MANY).map(|number| numbered(number).id).collect();
    let folders_gone = vec![id("folder-Rack"), id("folder-Site")];
    let gone = ImportRecord { hosts_gone, folders_gone, ..ImportRecord::default() };
    inventory.import(anna, &gone, at(4)).await.unwrap();
    assert!(inventory.all_hosts(anna).await.unwrap().is_empty() && inventory.folders(anna).await.unwrap().is_empty());
    assert!(inventory.host_sources(anna, Form::Yaml).await.unwrap().is_empty());
}

async fn all_or_nothing(storage: &Storage, anna: &AccountId) {
    let inventory = storage.inventory();
    let twin = HostView { id: id("host-twin"), ..host("same") };
    let hosts = (0..600).map(|number| host(&format!("m{number}"))).chain([host("same"), twin]).collect();
    let import = ImportRecord { hosts, folders: vec![folder("Made")], ..ImportRecord::default() };
    let refused = inventory.import(anna, &import, at(5)).await;
    assert!(matches!(refused, Err(StorageError::Taken { .. })), "{refused:?}");
    assert!(inventory.all_hosts(anna).await.unwrap().is_empty() && inventory.folders(anna).await.unwrap().is_empty());
}

async fn sources(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let inventory = storage.inventory();
    assert_eq!(inventory.last_position(anna).await.unwrap(), None);
    let import = ImportRecord {
        folders: vec![folder("Site")],
        hosts: vec![host("one")],
        host_sources: vec![(id("host-one"), source(7))],
        folder_sources: vec![(id("folder-Site"), source(9))],
        frames: vec![("yaml".into(), "{}".into())],
        keys: vec![("one:22".into(), "ssh-ed25519 AAAA".into())],
        ..ImportRecord::default()
    };
    inventory.import(anna, &import, at(6)).await.unwrap();
    assert_eq!(inventory.last_position(anna).await.unwrap(), Some(9));
    assert_eq!(inventory.folder_sources(anna, Form::Yaml).await.unwrap(), [(id("folder-Site"), source(9))]);
    assert!(inventory.folder_sources(anna, Form::Csv).await.unwrap().is_empty());
    assert_eq!(inventory.import_frame(anna, Form::Yaml).await.unwrap().as_deref(), Some("{}"));
    assert_eq!(inventory.import_frame(benny, Form::Yaml).await.unwrap(), None);

    // A key that is trusted already is not replaced by one from a file.
    let other = ImportRecord { keys: vec![("one:22".into(), "ssh-rsa BBBB".into())], ..ImportRecord::default() };
    inventory.import(anna, &other, at(7)).await.unwrap();
    assert_eq!(storage.host_keys().trusted(anna, "one:22").await.unwrap(), ["ssh-ed25519 AAAA"]);
    assert_eq!(storage.host_keys().endpoints(anna).await.unwrap().len(), 1);
}
