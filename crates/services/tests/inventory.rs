//! The list of hosts and its folders, on a real database: what may be saved, what clashes, whose it is.

#![expect(clippy::unwrap_used, reason = "what a test stands on must hold")]

#[path = "support/house.rs"]
mod house;

use house::House;
use services::ServiceError;
use std::time::Duration;
use wire::{
    Patch,
    accounts::Role,
    inventory::{
        BootstrapRequest, FolderDraft, FolderPatch, HostDraft, HostKeyTrust, HostPatch, HostQuery, HostView,
        Reachability,
    },
    recordings::RecordingPolicy,
    vault::{CredentialDraft, Secret},
};

/// A host that nobody will dial.
fn draft(name: &str) -> HostDraft {
    HostDraft { name: name.into(), address: "192.0.2.7".into(), ..HostDraft::default() }
}

fn through(jump: &HostView, name: &str) -> HostDraft {
    HostDraft { jump_host_id: Some(jump.id.clone()), ..draft(name) }
}

#[tokio::test]
async fn a_host_is_added_changed_copied_and_deleted() {
    let house = House::new().await;
    let alice = house.member("alice").await;
    let draft = HostDraft {
        address: "[2001:DB8::1]".into(),
        username: Some(" root ".into()),
        folder: Some("Racks".into()),
        tags: vec!["prod".into(), "Prod".into()],
        idle_timeout_seconds: Some(60),
        max_sessions: Some(2),
        tmux: true,
        recording: Some(RecordingPolicy::On),
        ..draft("web01")
    };
    let host = house.inventory.add(&alice, draft).await.unwrap();
    assert_eq!((host.address.as_str(), host.port, host.username.as_deref()), ("2001:db8::1", 22, Some("root")));
    assert_eq!((host.folder.as_deref(), host.tags.len()), (Some("Racks"), 1));
    assert_eq!(house.inventory.host(&alice, &host.id).await.unwrap(), host);

    let patch = HostPatch { port: Some(2222), folder: Patch::Clear, username: Patch::Clear, ..HostPatch::default() };
    let changed = house.inventory.update(&alice, &host.id, patch).await.unwrap();
    assert_eq!((changed.port, &changed.folder, &changed.username), (2222, &None, &None));

    let limits = |host: &HostView| (host.idle_timeout_seconds, host.max_sessions, host.tmux, host.recording);
    assert_eq!(limits(&changed), (Some(60), Some(2), true, Some(RecordingPolicy::On)), "left out stays");
    let patch = HostPatch { idle_timeout_seconds: Patch::Set(0), recording: Patch::Clear, ..HostPatch::default() };
    let changed = house.inventory.update(&alice, &host.id, patch).await.unwrap();
    assert_eq!(limits(&changed), (Some(0), Some(2), true, None));

    let copy = house.inventory.duplicate(&alice, &host.id).await.unwrap();
    assert_eq!(limits(&copy), limits(&changed));
    let second = house.inventory.duplicate(&alice, &host.id).await.unwrap();
    assert_eq!((copy.name.as_str(), second.name.as_str()), ("web01 copy", "web01 copy 2"));
    assert_eq!((copy.port, copy.address), (2222, host.address));

    house.inventory.delete(&alice, &host.id).await.unwrap();
    let gone = house.inventory.host(&alice, &host.id).await;
    assert!(matches!(gone, Err(ServiceError::NotFound { .. })), "{gone:?}");
    assert_eq!(house.inventory.hosts(&alice, &HostQuery::default()).await.unwrap().total, 2);
}

#[tokio::test]
async fn the_same_host_twice_clashes_within_an_account_only() {
    let house = House::new().await;
    let (alice, bob) = (house.member("alice").await, house.member("bob").await);
    house.inventory.add(&alice, draft("web01")).await.unwrap();
    let clash = house.inventory.add(&alice, draft("web01")).await.unwrap_err();
    assert!(matches!(&clash, ServiceError::Conflict(text) if text.contains("web01 at 192.0.2.7:22")), "{clash:?}");
    house.inventory.add(&alice, HostDraft { port: Some(2222), ..draft("web01") }).await.unwrap();
    house.inventory.add(&alice, HostDraft { folder: Some("Lab".into()), ..draft("web01") }).await.unwrap();
    let other = house.inventory.add(&alice, draft("web02")).await.unwrap();
    let rename = HostPatch { name: Some("web01".into()), ..HostPatch::default() };
    let clash = house.inventory.update(&alice, &other.id, rename).await;
    assert!(matches!(clash, Err(ServiceError::Conflict(_))), "{clash:?}");
    house.inventory.add(&bob, draft("web01")).await.unwrap();
}

#[tokio::test]
async fn fields_that_make_no_sense_are_refused() {
    let house = House::new().await;
    let alice = house.member("alice").await;
    let bad = [
        HostDraft { name: "a\nb".into(), ..draft("x") },
        HostDraft { address: "host:22".into(), ..draft("x") },
        HostDraft { port: Some(0), ..draft("x") },
        HostDraft { username: Some("-oProxyCommand=x".into()), ..draft("x") },
        HostDraft { tags: vec!["x".repeat(51)], ..draft("x") },
        HostDraft { folder: Some("x".repeat(101)), ..draft("x") },
        HostDraft { idle_timeout_seconds: Some(u64::MAX), ..draft("x") },
        HostDraft { max_sessions: Some(u32::MAX), ..draft("x") },
    ];
    for draft in bad {
        let refused = house.inventory.add(&alice, draft.clone()).await;
        assert!(matches!(refused, Err(ServiceError::BadInput(_))), "{draft:?}: {refused:?}");
    }
    assert_eq!(house.inventory.hosts(&alice, &HostQuery::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn jump_hosts_never_go_in_a_circle() {
    let house = House::new().await;
    let alice = house.member("alice").await;
    let first = house.inventory.add(&alice, draft("first")).await.unwrap();
    let second = house.inventory.add(&alice, through(&first, "second")).await.unwrap();
    let jump = |host: &HostView| HostPatch { jump_host_id: Patch::Set(host.id.clone()), ..HostPatch::default() };
    for through in [&first, &second] {
        let circle = house.inventory.update(&alice, &first.id, jump(through)).await;
        assert!(matches!(&circle, Err(ServiceError::BadInput(text)) if text.contains("circle")), "{circle:?}");
    }
    let kept = house.inventory.delete(&alice, &first.id).await;
    assert!(matches!(&kept, Err(ServiceError::Conflict(text)) if text.contains("second")), "{kept:?}");
    let mut last = second;
    for name in ["third", "fourth", "fifth", "sixth"] {
        last = house.inventory.add(&alice, through(&last, name)).await.unwrap();
    }
    let too_far = house.inventory.add(&alice, through(&last, "seventh")).await;
    assert!(matches!(too_far, Err(ServiceError::BadInput(_))), "{too_far:?}");
}

#[tokio::test]
async fn what_belongs_to_another_account_is_not_there() {
    let house = House::new().await;
    let (alice, bob) = (house.member("alice").await, house.member("bob").await);
    let hers = house.inventory.add(&alice, draft("web01")).await.unwrap();
    let folder = house
        .inventory
        .add_folder(&alice, FolderDraft { name: "Racks".into(), ..FolderDraft::default() })
        .await
        .unwrap();
    let secret =
        CredentialDraft { name: "root".into(), password: Some(Secret::new("x")), ..CredentialDraft::default() };
    let credential = house.vault.add(&alice, secret).await.unwrap();
    let (rooms, id) = (&house.inventory, &hers.id);
    let missing = [
        rooms.host(&bob, id).await.map(drop),
        rooms.update(&bob, id, HostPatch::default()).await.map(drop),
        rooms.duplicate(&bob, id).await.map(drop),
        rooms.delete(&bob, id).await,
        rooms.probe(&bob, id).await.map(drop),
        rooms.scan_host_key(&bob, id).await.map(drop),
        rooms.trust_host_key(&bob, id, HostKeyTrust { fingerprint: "x".into() }).await.map(drop),
        rooms.bootstrap(&bob, id, BootstrapRequest::default()).await.map(drop),
        rooms.add(&bob, through(&hers, "x")).await.map(drop),
        rooms.add(&bob, HostDraft { credential_id: Some(credential.id), ..draft("y") }).await.map(drop),
        rooms.update_folder(&bob, &folder.id, FolderPatch::default()).await.map(drop),
        rooms.delete_folder(&bob, &folder.id).await,
        rooms
            .add_folder(
                &bob,
                FolderDraft { name: "z".into(), parent_id: Some(folder.id.clone()), ..FolderDraft::default() },
            )
            .await
            .map(drop),
    ];
    for (at, outcome) in missing.into_iter().enumerate() {
        assert!(matches!(outcome, Err(ServiceError::NotFound { .. })), "call {at}: {outcome:?}");
    }
    assert_eq!(rooms.hosts(&bob, &HostQuery::default()).await.unwrap().total, 0);
    assert_eq!(rooms.host(&alice, id).await.unwrap().name, "web01");
}

#[tokio::test]
async fn a_viewer_looks_and_changes_nothing() {
    let house = House::new().await;
    let viewer = house.somebody("vera", Role::Viewer).await;
    let id = "none".parse().unwrap();
    let folder = "none".parse().unwrap();
    let (rooms, id) = (&house.inventory, &id);
    assert_eq!(rooms.hosts(&viewer, &HostQuery::default()).await.unwrap().total, 0);
    assert!(rooms.folders(&viewer).await.unwrap().is_empty());
    let refused = [
        rooms.add(&viewer, draft("x")).await.map(drop),
        rooms.update(&viewer, id, HostPatch::default()).await.map(drop),
        rooms.duplicate(&viewer, id).await.map(drop),
        rooms.delete(&viewer, id).await,
        rooms.probe(&viewer, id).await.map(drop),
        rooms.scan_host_key(&viewer, id).await.map(drop),
        rooms.trust_host_key(&viewer, id, HostKeyTrust { fingerprint: "x".into() }).await.map(drop),
        rooms.bootstrap(&viewer, id, BootstrapRequest::default()).await.map(drop),
        rooms.add_folder(&viewer, FolderDraft::default()).await.map(drop),
        rooms.update_folder(&viewer, &folder, FolderPatch::default()).await.map(drop),
        rooms.delete_folder(&viewer, &folder).await,
    ];
    for (at, outcome) in refused.into_iter().enumerate() {
        assert!(matches!(outcome, Err(ServiceError::Forbidden(_))), "call {at}: {outcome:?}");
    }
}

#[tokio::test]
async fn folders_nest_and_go_only_when_empty() {
    let house = House::new().await;
    let alice = house.member("alice").await;
    let rooms = &house.inventory;
    let host = rooms.add(&alice, HostDraft { folder: Some("Racks".into()), ..draft("web01") }).await.unwrap();
    rooms.add(&alice, HostDraft { folder: Some("racks".into()), ..draft("web02") }).await.unwrap();
    let racks = rooms.folders(&alice).await.unwrap().remove(0);
    assert_eq!((racks.name.as_str(), racks.hosts), ("Racks", 2));
    assert_eq!(host.folder_id.as_ref(), Some(&racks.id));
    let inner = FolderDraft { name: "Row 1".into(), parent_id: Some(racks.id.clone()), ..FolderDraft::default() };
    let inner = rooms.add_folder(&alice, inner).await.unwrap();

    let into_itself = FolderPatch { parent_id: Patch::Set(inner.id.clone()), ..FolderPatch::default() };
    let circle = rooms.update_folder(&alice, &racks.id, into_itself).await;
    assert!(matches!(circle, Err(ServiceError::BadInput(_))), "{circle:?}");
    let clash = rooms.add_folder(&alice, FolderDraft { name: "RACKS".into(), ..FolderDraft::default() }).await;
    assert!(matches!(&clash, Err(ServiceError::Conflict(text)) if text.contains("RACKS")), "{clash:?}");
    let full = rooms.delete_folder(&alice, &racks.id).await;
    assert!(matches!(&full, Err(ServiceError::Conflict(text)) if text.contains("2 hosts")), "{full:?}");

    let out = FolderPatch { name: Some("Row one".into()), parent_id: Patch::Clear, ..FolderPatch::default() };
    let moved = rooms.update_folder(&alice, &inner.id, out).await.unwrap();
    assert_eq!((moved.name.as_str(), moved.parent_id), ("Row one", None));
    rooms.delete_folder(&alice, &inner.id).await.unwrap();
    assert_eq!(rooms.folders(&alice).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_probe_tells_a_listening_port_from_a_closed_one() {
    let house = House::new().await;
    let alice = house.member("alice").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let draft = HostDraft { address: "127.0.0.1".into(), port: Some(port), ..draft("here") };
    let host = house.inventory.add(&alice, draft).await.unwrap();
    assert_eq!(host.status, Reachability::Unknown);
    assert_eq!(house.inventory.probe(&alice, &host.id).await.unwrap().status, Reachability::Online);
    drop(listener);
    let probed = house.inventory.probe(&alice, &host.id).await.unwrap();
    assert_eq!((probed.status, probed.probed_at.is_some()), (Reachability::Offline, true));
    let moved = HostPatch { address: Some("127.0.0.2".into()), ..HostPatch::default() };
    let moved = house.inventory.update(&alice, &host.id, moved).await.unwrap();
    assert_eq!((moved.status, moved.probed_at), (Reachability::Unknown, None));
}

#[tokio::test]
async fn the_background_probe_goes_round_by_itself() {
    let house = House::probing_every(Duration::from_millis(50)).await;
    let alice = house.member("alice").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let draft = HostDraft { address: "127.0.0.1".into(), port: Some(port), ..draft("here") };
    let host = house.inventory.add(&alice, draft).await.unwrap();
    let online = async {
        while house.inventory.host(&alice, &host.id).await.unwrap().status != Reachability::Online {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), online).await.unwrap();
    house.inventory.stop_probing();
}
