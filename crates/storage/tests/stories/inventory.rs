//! Hosts and folders: added, changed, noted about, deleted; each account sees its own.

use crate::cast::{at, folder, host, id, two_accounts};
use storage::{BootstrapRecord, Storage, StorageError};
use wire::{
    AccountId,
    inventory::{BootstrapState, DeviceMetadata, FolderView, HostView, Protocol, Reachability},
    recordings::RecordingPolicy,
};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    hosts(storage, &anna, &benny).await;
    notes(storage, &anna).await;
    folders(storage, &anna, &benny).await;
    jump_hosts(storage, &anna).await;
}

fn is_taken<T: std::fmt::Debug>(result: Result<T, StorageError>) -> bool {
    matches!(result, Err(StorageError::Taken { .. }))
}

async fn hosts(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let inventory = storage.inventory();
    let device = DeviceMetadata { vendor: "Ärger & Söhne".into(), ..DeviceMetadata::default() };
    let router = HostView {
        tags: vec!["core".into(), "\"q\"".into()],
        port: 65535,
        device,
        idle_timeout_seconds: Some(0),
        max_duration_seconds: Some(31_536_000),
        max_sessions: Some(2),
        tmux: true,
        recording: Some(RecordingPolicy::Required),
        ..host("Router")
    };
    inventory.insert_host(anna, &router).await.unwrap();
    let twin = HostView { id: id("twin"), ..router.clone() };
    assert!(is_taken(inventory.insert_host(anna, &twin).await), "the same name, address, port and folder");
    let twin = HostView { port: 22, ..twin };
    inventory.insert_host(anna, &twin).await.unwrap();
    assert_eq!(inventory.hosts_called(anna, "ROUTER").await.unwrap().len(), 2, "one name, two ports");
    assert!(is_taken(inventory.update_host(anna, &HostView { port: router.port, ..twin.clone() }).await));
    let shouted = HostView { name: "ROUTER".into(), ..twin.clone() };
    assert!(inventory.update_host(anna, &shouted).await.unwrap());
    assert_eq!(inventory.hosts_called(anna, "ROUTER").await.unwrap(), [shouted], "as it is written");
    assert!(inventory.delete_host(anna, &twin.id).await.unwrap());
    inventory.insert_host(benny, &HostView { id: id("bennys"), ..host("ROUTER") }).await.unwrap();
    assert_eq!(inventory.hosts_called(anna, "rOUTER").await.unwrap(), std::slice::from_ref(&router));
    assert_eq!(inventory.hosts_called(anna, router.id.as_str()).await.unwrap(), std::slice::from_ref(&router));
    assert_eq!(inventory.host(benny, &router.id).await.unwrap(), None);
    assert_eq!(inventory.hosts_called(benny, router.id.as_str()).await.unwrap(), []);
    let namesake = HostView { id: id("namesake"), ..host(router.id.as_str()) };
    inventory.insert_host(anna, &namesake).await.unwrap();
    assert_eq!(
        inventory.hosts_called(anna, router.id.as_str()).await.unwrap(),
        std::slice::from_ref(&router),
        "an id goes before a name"
    );
    assert!(inventory.delete_host(anna, &namesake.id).await.unwrap());

    inventory.insert_host(anna, &host("switch")).await.unwrap();
    assert!(!inventory.update_host(benny, &router).await.unwrap(), "not Benny's");
    let renamed = HostView { name: "Edge".into(), username: Some("admin".into()), tags: Vec::new(), ..router.clone() };
    assert!(inventory.update_host(anna, &renamed).await.unwrap());
    assert_eq!(inventory.host(anna, &router.id).await.unwrap().unwrap(), renamed);
    let dangling = HostView { folder_id: Some(id("nowhere")), ..renamed };
    let refused = inventory.update_host(anna, &dangling).await.unwrap_err();
    assert!(matches!(refused, StorageError::Gone { .. }), "{refused}");
    assert!(!inventory.delete_host(benny, &router.id).await.unwrap(), "not Benny's");
    assert!(inventory.delete_host(anna, &router.id).await.unwrap());
    assert!(!inventory.delete_host(anna, &router.id).await.unwrap());
}

async fn notes(storage: &Storage, anna: &AccountId) {
    let inventory = storage.inventory();
    let switch = id("host-switch");
    assert!(inventory.set_reachability(&switch, Reachability::Online, at(4)).await.unwrap(), "news");
    assert!(!inventory.set_reachability(&switch, Reachability::Online, at(5)).await.unwrap(), "known");
    let both = [switch.clone(), id("host-nowhere")];
    assert!(inventory.set_all_reachable(&both, Reachability::Offline, at(6)).await.unwrap(), "news");
    assert!(!inventory.set_all_reachable(&both, Reachability::Offline, at(7)).await.unwrap(), "known");
    assert!(inventory.set_all_reachable(&both, Reachability::Online, at(5)).await.unwrap(), "news again");
    let good = BootstrapRecord {
        state: BootstrapState::Success,
        message: "key installed".into(),
        at: at(6),
        os: Some("Debian 12".into()),
        hostname: Some("sw1".into()),
    };
    inventory.set_bootstrap(anna, &switch, &good).await.unwrap();
    let bad = BootstrapRecord {
        state: BootstrapState::Failed,
        message: "no\0 route".into(),
        os: None,
        hostname: None,
        ..good
    };
    inventory.set_bootstrap(anna, &switch, &bad).await.unwrap();
    inventory.set_last_used(anna, &switch, at(7)).await.unwrap();
    // An owner's change in between must not take back what was noted.
    assert!(inventory.update_host(anna, &HostView { port: 2222, ..host("switch") }).await.unwrap());

    let seen = inventory.host(anna, &switch).await.unwrap().unwrap();
    assert_eq!(
        (seen.port, seen.status, seen.probed_at),
        (2222, Reachability::Online, Some(at(7))),
        "who opened it reached it"
    );
    assert_eq!((seen.bootstrap, seen.bootstrap_message.as_deref()), (BootstrapState::Failed, Some("no\u{FFFD} route")));
    assert_eq!((seen.os.as_deref(), seen.hostname.as_deref()), (Some("Debian 12"), Some("sw1")));
    assert_eq!(seen.last_used_at, Some(at(7)));
}

async fn folders(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let inventory = storage.inventory();
    let site = folder("Site");
    inventory.insert_folder(anna, &site).await.unwrap();
    assert!(is_taken(inventory.insert_folder(anna, &FolderView { id: id("twin"), ..folder("SITE") }).await));
    let rack = FolderView { parent_id: Some(site.id.clone()), ..folder("Rack") };
    inventory.insert_folder(anna, &rack).await.unwrap();
    let site = FolderView { recording: Some(RecordingPolicy::On), ..site };
    assert!(inventory.update_folder(anna, &site).await.unwrap());
    let rack = FolderView { path: "Site / Rack".into(), ..rack };
    assert_eq!(inventory.folders_around(anna, &rack.id).await.unwrap(), [site.clone(), rack.clone()]);
    assert_eq!(inventory.folders_around(benny, &rack.id).await.unwrap(), []);
    assert_eq!(inventory.folders_around(anna, &id("nowhere")).await.unwrap(), []);
    let inner = FolderView { id: id("inner"), parent_id: Some(rack.id.clone()), ..folder("SITE") };
    inventory.insert_folder(anna, &inner).await.unwrap();
    let out = FolderView { parent_id: None, ..inner.clone() };
    assert!(is_taken(inventory.update_folder(anna, &out).await), "another one at the top has this name");
    assert!(inventory.delete_folder(anna, &inner.id).await.unwrap());
    let inside = HostView { folder_id: Some(rack.id.clone()), ..host("switch") };
    assert!(inventory.update_host(anna, &inside).await.unwrap());
    assert_eq!(inventory.host(anna, &inside.id).await.unwrap().unwrap().folder.as_deref(), Some("Rack"));

    let counted = FolderView { hosts: 1, ..rack.clone() };
    assert_eq!(inventory.folders(anna).await.unwrap(), [counted.clone(), site.clone()]);
    assert_eq!(inventory.folders(benny).await.unwrap(), []);
    assert!(is_taken(inventory.delete_folder(anna, &rack.id).await), "a host lies in it");
    assert!(is_taken(inventory.delete_folder(anna, &site.id).await), "a folder lies in it");
    assert!(!inventory.delete_folder(benny, &rack.id).await.unwrap());
    assert!(inventory.update_host(anna, &HostView { folder_id: None, ..inside }).await.unwrap());
    assert!(inventory.delete_folder(anna, &rack.id).await.unwrap());
    assert!(inventory.delete_folder(anna, &site.id).await.unwrap());
}

async fn jump_hosts(storage: &Storage, anna: &AccountId) {
    let inventory = storage.inventory();
    inventory.insert_host(anna, &host("bastion")).await.unwrap();
    let behind = HostView { jump_host_id: Some(id("host-bastion")), ..host("behind") };
    inventory.insert_host(anna, &behind).await.unwrap();

    let first = inventory.all_endpoints(2, None).await.unwrap();
    let rest = inventory.all_endpoints(2, first.last().map(|(_, id, ..)| id)).await.unwrap();
    let all: Vec<_> = first.iter().chain(&rest).map(|(_, id, _, port)| (id.as_str(), *port)).collect();
    assert_eq!(all, [("bennys", 22), ("host-bastion", 22), ("host-switch", 22)], "nothing behind a jump host");

    let yard = FolderView { jump_host_id: Some(id("host-bastion")), ..folder("Yard") };
    inventory.insert_folder(anna, &yard).await.unwrap();
    let shed = FolderView { parent_id: Some(yard.id.clone()), ..folder("Shed") };
    inventory.insert_folder(anna, &shed).await.unwrap();
    let inside = HostView { folder_id: Some(shed.id.clone()), ..host("inside") };
    inventory.insert_host(anna, &inside).await.unwrap();
    let straight = HostView { direct: true, folder_id: Some(shed.id.clone()), ..host("straight") };
    inventory.insert_host(anna, &straight).await.unwrap();
    let files = HostView { protocol: Protocol::Ftp, folder_id: Some(yard.id.clone()), ..host("files") };
    inventory.insert_host(anna, &files).await.unwrap();
    let all = inventory.all_endpoints(9, None).await.unwrap();
    let all: Vec<_> = all.iter().map(|(_, id, ..)| id.as_str()).collect();
    assert_eq!(
        all,
        ["bennys", "host-bastion", "host-files", "host-straight", "host-switch"],
        "a folder says so as well"
    );
    let names = inventory.reached_through(anna, &id("host-bastion")).await.unwrap();
    assert_eq!(names, ["behind", "the folder Yard"]);
    for host in [&inside.id, &straight.id, &files.id] {
        assert!(inventory.delete_host(anna, host).await.unwrap());
    }
    assert!(inventory.delete_folder(anna, &shed.id).await.unwrap());
    assert!(inventory.delete_folder(anna, &yard.id).await.unwrap());

    let refused = inventory.delete_host(anna, &id("host-bastion")).await.unwrap_err();
    assert!(refused.to_string().contains("through this one"), "{refused}");
    assert!(inventory.delete_host(anna, &behind.id).await.unwrap());
    assert!(inventory.delete_host(anna, &id("host-bastion")).await.unwrap());
}
