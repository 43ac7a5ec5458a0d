//! One change to many hosts, and the way back.

#![expect(clippy::unwrap_used, reason = "what a test stands on must hold")]

#[path = "support/house.rs"]
mod house;

use house::House;
use services::{Caller, ServiceError};
use wire::{
    HostId, Patch,
    inventory::{
        BulkChange, BulkReport, BulkRequest, DeviceMetadata, FolderDraft, FolderPatch, HostDraft, HostFilter,
        HostListRequest, HostPatch, HostScope, HostSelection, HostView,
    },
    vault::{CredentialDraft, Secret},
};

fn draft(folder: &str, name: &str) -> HostDraft {
    let folder = Some(folder.to_owned()).filter(|folder| !folder.is_empty());
    HostDraft { name: name.into(), address: "192.0.2.7".into(), folder, ..HostDraft::default() }
}

fn these(hosts: &[&HostView]) -> HostSelection {
    HostSelection::Hosts { ids: hosts.iter().map(|host| host.id.clone()).collect() }
}

fn edit(patch: HostPatch) -> BulkChange {
    BulkChange::Edit { patch: Box::new(patch), add_tags: vec![], remove_tags: vec![], clear_device: vec![] }
}

async fn change(house: &House, caller: &Caller, selection: HostSelection, change: BulkChange) -> BulkReport {
    house.inventory.bulk(caller, BulkRequest { selection, change, dry_run: false }).await.unwrap()
}

async fn folder_of(house: &House, caller: &Caller, id: &HostId) -> Option<String> {
    house.inventory.host(caller, id).await.unwrap().folder
}

#[tokio::test]
async fn hosts_move_together_and_come_back_unless_they_went_on() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let first = rooms.add(&alice, draft("A", "first")).await.unwrap();
    let second = rooms.add(&alice, draft("B", "second")).await.unwrap();
    let twin = rooms.add(&alice, draft("", "second")).await.unwrap();
    let third = rooms.add(&alice, draft("B", "third")).await.unwrap();
    let target =
        rooms.add_folder(&alice, FolderDraft { name: "Target".into(), ..FolderDraft::default() }).await.unwrap();
    let into = || BulkChange::Move { folder_id: Some(target.id.clone()) };
    let all = these(&[&first, &second, &twin, &third]);
    let dry = BulkRequest { selection: all.clone(), change: into(), dry_run: true };
    let dry = rooms.bulk(&alice, dry).await.unwrap();
    assert_eq!((dry.selected, dry.changed, dry.skipped, dry.undo), (4, 3, 1, None));
    assert_eq!(folder_of(&house, &alice, &first.id).await.as_deref(), Some("A"), "nothing happened");

    let report = change(&house, &alice, all, into()).await;
    assert_eq!((report.changed, report.skipped), (3, 1), "two of one name and address have no place there");
    assert!(report.skips[0].reason.contains("already"), "{report:?}");
    assert_eq!(folder_of(&house, &alice, &first.id).await.as_deref(), Some("Target"));
    let undos = rooms.undos(&alice).await.unwrap();
    assert_eq!((undos.len(), undos[0].what.as_str()), (1, "3 hosts moved to Target"));

    let out = HostPatch { folder: Patch::Clear, ..HostPatch::default() };
    rooms.update(&alice, &third.id, out).await.unwrap();
    let undone = rooms.undo(&alice, &report.undo.clone().unwrap()).await.unwrap();
    assert_eq!((undone.restored, undone.skipped), (2, 1), "{undone:?}");
    assert_eq!(folder_of(&house, &alice, &first.id).await.as_deref(), Some("A"));
    assert_eq!(folder_of(&house, &alice, &third.id).await, None, "it went on");
    assert!(matches!(rooms.undo(&alice, &report.undo.unwrap()).await, Err(ServiceError::NotFound { .. })), "once");
}

#[tokio::test]
async fn many_are_edited_alike_and_get_their_own_values_back() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let device = DeviceMetadata { vendor: "Acme".into(), site: "ZRH".into(), ..DeviceMetadata::default() };
    let tagged = HostDraft { tags: vec!["Old".into(), "x".into()], device, port: Some(2222), ..draft("", "one") };
    let one = rooms.add(&alice, tagged).await.unwrap();
    let two = rooms.add(&alice, draft("", "two")).await.unwrap();
    let device = DeviceMetadata { vendor: "Arista".into(), ..DeviceMetadata::default() };
    let secret = CredentialDraft { name: "ops".into(), password: Some(Secret::new("x")), ..CredentialDraft::default() };
    let credential_id = Patch::Set(house.vault.add(&alice, secret).await.unwrap().id);
    let patch = HostPatch {
        credential_id,
        username: Patch::Set("ops".into()),
        device: Some(device),
        port: Some(22),
        ..HostPatch::default()
    };
    let wanted = BulkChange::Edit {
        patch: Box::new(patch),
        add_tags: vec!["new".into()],
        remove_tags: vec!["OLD".into()],
        clear_device: vec!["site".into()],
    };
    let everything = HostSelection::Matching { filter: HostFilter::default(), except: vec![] };
    let report = change(&house, &alice, everything, wanted).await;
    assert_eq!((report.selected, report.changed, report.skipped), (2, 2, 0));
    let after = rooms.host(&alice, &one.id).await.unwrap();
    assert_eq!(
        (after.username.as_deref(), after.port, after.tags),
        (Some("ops"), 22, vec!["x".to_owned(), "new".into()])
    );
    assert_eq!((after.device.vendor.as_str(), after.device.site.as_str()), ("Arista", ""));
    let undone = rooms.undo(&alice, &report.undo.unwrap()).await.unwrap();
    assert_eq!((undone.restored, undone.skipped), (2, 0), "{undone:?}");
    assert_eq!(rooms.host(&alice, &one.id).await.unwrap(), one);
    assert_eq!(rooms.host(&alice, &two.id).await.unwrap(), two);

    let bad = [
        edit(HostPatch { name: Some("same".into()), ..HostPatch::default() }),
        edit(HostPatch { jump_host_id: Patch::Set("gone".parse().unwrap()), ..HostPatch::default() }),
        edit(HostPatch { credential_id: Patch::Set("gone".parse().unwrap()), ..HostPatch::default() }),
        BulkChange::Move { folder_id: Some("gone".parse().unwrap()) },
    ];
    for change in bad {
        let request = BulkRequest { selection: these(&[&one]), change, dry_run: false };
        assert!(rooms.bulk(&alice, request.clone()).await.is_err(), "{request:?}");
    }
    let circle = edit(HostPatch { jump_host_id: Patch::Set(one.id.clone()), ..HostPatch::default() });
    let request = BulkRequest { selection: these(&[&one, &two]), change: circle, dry_run: false };
    let refused = rooms.bulk(&alice, request).await;
    assert!(matches!(&refused, Err(ServiceError::BadInput(text)) if text.contains("circle")), "{refused:?}");
}

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let gate = rooms.add(&alice, draft("Site", "gate")).await.unwrap();
    let behind = HostDraft { jump_host_id: Some(gate.id.clone()), ..draft("Site / Rack", "behind") };
    let behind = rooms.add(&alice, behind).await.unwrap();
    rooms.set_favourite(&alice, &behind.id, true).await.unwrap();
    let behind = rooms.host(&alice, &behind.id).await.unwrap();
    let report = change(&house, &alice, these(&[&gate]), BulkChange::Delete).await;
    assert_eq!((report.changed, report.skipped), (0, 1));
    assert!(report.skips[0].reason.contains("behind"), "{report:?}");

    let both = change(&house, &alice, these(&[&gate, &behind]), BulkChange::Delete).await;
    assert_eq!((both.changed, both.skipped), (2, 0));
    assert_eq!(rooms.list(&alice, HostListRequest::default()).await.unwrap().total, 0);
    rooms.undo(&alice, &both.undo.unwrap()).await.unwrap();
    assert_eq!(rooms.host(&alice, &behind.id).await.unwrap(), behind, "with its mark and its way");

    let site = rooms.folders(&alice).await.unwrap().into_iter().find(|folder| folder.name == "Site").unwrap();
    let user = FolderPatch { username: Patch::Set("ops".into()), ..FolderPatch::default() };
    let site = rooms.update_folder(&alice, &site.id, user).await.unwrap();
    let before = rooms.list(&alice, HostListRequest::default()).await.unwrap();
    let gone = rooms.delete_folder_with_hosts(&alice, &site.id).await.unwrap();
    assert_eq!(gone.changed, 2);
    assert!(rooms.folders(&alice).await.unwrap().is_empty());
    let undone = rooms.undo(&alice, &gone.undo.unwrap()).await.unwrap();
    assert_eq!((undone.restored, undone.skipped), (4, 0), "two folders, two hosts: {undone:?}");
    assert_eq!(rooms.list(&alice, HostListRequest::default()).await.unwrap(), before);
    assert!(rooms.folders(&alice).await.unwrap().contains(&site));
}

#[tokio::test]
async fn marks_come_and_go_together() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let one = rooms.add(&alice, draft("", "one")).await.unwrap();
    let two = rooms.add(&alice, draft("", "two")).await.unwrap();
    rooms.set_favourite(&alice, &one.id, true).await.unwrap();
    let report = change(&house, &alice, these(&[&one, &two]), BulkChange::Favourite { on: true }).await;
    assert_eq!(report.changed, 1, "one was marked before");
    let marked = HostListRequest {
        filter: HostFilter { scope: HostScope::Favourites, ..HostFilter::default() },
        ..HostListRequest::default()
    };
    assert_eq!(rooms.list(&alice, marked.clone()).await.unwrap().total, 2);
    rooms.undo(&alice, &report.undo.unwrap()).await.unwrap();
    assert_eq!(rooms.list(&alice, marked).await.unwrap().total, 1);
}
