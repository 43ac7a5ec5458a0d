//! Many changes at once: all or none, and the ways back that are kept.

use crate::cast::{at, folder, host, id, two_accounts};
use storage::{Batch, ImportRecord, SourceRecord, Storage, StorageError, UndoRecord};
use wire::{
    AccountId, HostId,
    inventory::{DeviceMetadata, FolderView, HostView, UndoView},
};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    let inventory = storage.inventory();
    let (site, rack) = (folder("Site"), FolderView { parent_id: Some(folder("Site").id), ..folder("Rack") });
    for folder in [&site, &rack] {
        inventory.insert_folder(&anna, folder).await.unwrap();
    }
    let ids: Vec<HostId> = (0..1200).map(|number| id(&format!("host-n{number}"))).collect();
    let hosts = (0..1200).map(|number| HostView { folder_id: Some(site.id.clone()), ..host(&format!("n{number}")) });
    let hosts: Vec<HostView> = hosts.collect();
    let come = Batch { hosts_added: hosts.clone(), ..Batch::default() };
    assert!(inventory.apply(&anna, &come).await.unwrap());
    assert!(matches!(inventory.apply(&anna, &come).await, Err(StorageError::Taken { .. })), "they are there");

    let moves = Batch { hosts_moved: vec![(Some(rack.id.clone()), ids.clone())], ..Batch::default() };
    assert!(inventory.apply(&benny, &moves).await.unwrap(), "nothing of Benny's");
    assert_eq!(inside(storage, &anna, &rack).await, 0);
    assert!(inventory.apply(&anna, &moves).await.unwrap());
    assert_eq!(inside(storage, &anna, &rack).await, 1200);

    // One that cannot be done leaves everything as it was.
    let clash = HostView { id: id("other"), folder_id: Some(rack.id.clone()), ..host("n7") };
    let both = Batch { marked: ids.clone(), hosts_added: vec![clash], ..Batch::default() };
    assert!(matches!(inventory.apply(&anna, &both).await, Err(StorageError::Taken { .. })));
    assert!(inventory.favourites(&anna).await.unwrap().is_empty());
    goes_and_comes(storage, &anna, &ids, &site, &rack).await;
    undos(storage, &anna).await;
}

async fn inside(storage: &Storage, account: &AccountId, folder: &FolderView) -> u64 {
    let folders = storage.inventory().folders(account).await.unwrap();
    folders.iter().find(|known| known.id == folder.id).map_or(0, |known| known.hosts)
}

/// Hosts that are reached through each other go with their folders, and come back with where they were read from.
async fn goes_and_comes(storage: &Storage, anna: &AccountId, ids: &[HostId], site: &FolderView, rack: &FolderView) {
    let inventory = storage.inventory();
    let first = inventory.host(anna, &ids[0]).await.unwrap().unwrap();
    let last = inventory.host(anna, &ids[1199]).await.unwrap().unwrap();
    let device = DeviceMetadata { notes: "z".repeat(400), ..last.device.clone() };
    let last = HostView { device, ..last };
    let first = HostView { jump_host_id: Some(last.id.clone()), ..first };
    let source = |position| SourceRecord { form: "yaml".into(), position, kept: "{}".into(), external_key: None };
    let read = ImportRecord {
        host_sources: vec![(first.id.clone(), source(1))],
        folder_sources: vec![(rack.id.clone(), source(2))],
        ..ImportRecord::default()
    };
    inventory.import(anna, &read, at(1)).await.unwrap();
    let change = Batch { hosts_changed: vec![first.clone(), last], marked: ids.to_vec(), ..Batch::default() };
    assert!(inventory.apply(anna, &change).await.unwrap());
    let (hosts, sources) = (inventory.hosts_of(anna, ids).await.unwrap(), inventory.sources_of(ids).await.unwrap());
    let folder_sources = inventory.sources_of_folders(std::slice::from_ref(&rack.id)).await.unwrap();
    assert_eq!((hosts.len(), sources.len(), folder_sources.len()), (1200, 1, 1));
    let gone = Batch {
        hosts_removed: ids.to_vec(),
        folders_removed: vec![rack.id.clone(), site.id.clone()],
        ..Batch::default()
    };
    assert!(inventory.apply(anna, &gone).await.unwrap());
    assert!(inventory.lines(anna).await.unwrap().is_empty());
    assert!(inventory.folders(anna).await.unwrap().is_empty());
    assert!(inventory.sources_of(ids).await.unwrap().is_empty());
    let back = Batch {
        folders_added: vec![site.clone(), rack.clone()],
        folder_sources_put: folder_sources.clone(),
        hosts_added: hosts,
        sources_put: sources.clone(),
        marked: ids.to_vec(),
        ..Batch::default()
    };
    assert!(inventory.apply(anna, &back).await.unwrap());
    let known = inventory.host(anna, &ids[0]).await.unwrap().unwrap();
    assert_eq!(known.jump_host_id.as_ref(), Some(&ids[1199]));
    assert_eq!(inventory.sources_of(ids).await.unwrap(), sources);
    assert_eq!(inventory.sources_of_folders(std::slice::from_ref(&rack.id)).await.unwrap(), folder_sources);
    assert_eq!(inventory.favourites(anna).await.unwrap().len(), 1200);
    assert_eq!(inventory.hosts_with(anna, "n1199").await.unwrap(), [ids[1199].clone()], "found again");
}

async fn undos(storage: &Storage, anna: &AccountId) {
    let inventory = storage.inventory();
    let undo = |number: i64| {
        let view = UndoView {
            id: id(&format!("undo-{number:02}")),
            what: format!("change {number}"),
            at: at(number),
            until: at(number + 1000),
        };
        UndoRecord { view, images: vec![0, 255, u8::try_from(number).unwrap()] }
    };
    for number in 0..25 {
        let batch = Batch { undo: Some(undo(number)), ..Batch::default() };
        assert!(inventory.apply(anna, &batch).await.unwrap());
    }
    let kept = inventory.undos(anna, at(30)).await.unwrap();
    assert_eq!((kept.len(), kept[0].what.as_str(), kept[19].what.as_str()), (20, "change 24", "change 5"));
    assert_eq!(inventory.undos(anna, at(1015)).await.unwrap().len(), 9, "the others are too old");
    let newest = kept[0].id.clone();
    assert_eq!(inventory.undo_images(anna, &newest, at(30)).await.unwrap(), Some(vec![0, 255, 24]));
    assert_eq!(inventory.undo_images(anna, &newest, at(2000)).await.unwrap(), None);
    let take = Batch { undone: Some(newest), ..Batch::default() };
    assert!(inventory.apply(anna, &take).await.unwrap());
    assert!(!inventory.apply(anna, &take).await.unwrap(), "once");
}
