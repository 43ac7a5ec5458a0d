//! What hosts take over from the folders around them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

#[path = "support/house.rs"]
mod house;

use house::House;
use services::ServiceError;
use wire::{
    Patch,
    inventory::{FolderDraft, FolderPatch, HostDraft, HostPatch, Protocol},
    recordings::RecordingPolicy,
    vault::{CredentialDraft, Secret},
};

fn draft(name: &str) -> HostDraft {
    HostDraft { name: name.into(), address: "192.0.2.7".into(), ..HostDraft::default() }
}

fn inside(folder: &str, name: &str) -> HostDraft {
    HostDraft { folder: Some(folder.into()), ..draft(name) }
}

#[tokio::test]
async fn the_nearest_word_counts_wherever_the_host_lies() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let secret = CredentialDraft {
        name: "ops".into(),
        username: Some("ops".into()),
        password: Some(Secret::new("x")),
        ..CredentialDraft::default()
    };
    let key = house.vault.add(&alice, secret).await.unwrap().id;
    let gate = rooms.add(&alice, draft("gate")).await.unwrap();
    let site = FolderDraft {
        name: "Site".into(),
        recording: Some(RecordingPolicy::Required),
        credential_id: Some(key.clone()),
        jump_host_id: Some(gate.id.clone()),
        idle_timeout_seconds: Some(60),
        ..FolderDraft::default()
    };
    let site = rooms.add_folder(&alice, site).await.unwrap();
    let host = rooms.add(&alice, inside("Site / Rack", "web01")).await.unwrap();
    assert_eq!(host.folder.as_deref(), Some("Site / Rack"));
    let (used, from) = (host.effective.clone(), host.effective.from.clone());
    assert_eq!((used.username.as_deref(), used.credential_id), (Some("ops"), Some(key)), "the credential's name too");
    assert_eq!((used.jump_host_id, used.idle_timeout_seconds), (Some(gate.id.clone()), Some(60)));
    assert_eq!(used.recording, Some(RecordingPolicy::Required));
    assert_eq!(from.recording.map(|from| from.folder), Some("Site".into()));
    assert_eq!((host.username, host.recording), (None, None), "the host says nothing of it itself");

    let rack = rooms.folders(&alice).await.unwrap().into_iter().find(|folder| folder.name == "Rack").unwrap();
    let off = FolderPatch {
        recording: Patch::Set(RecordingPolicy::Off),
        username: Patch::Set("rack".into()),
        direct: Some(true),
        ..FolderPatch::default()
    };
    rooms.update_folder(&alice, &rack.id, off).await.unwrap();
    let host = rooms.host(&alice, &host.id).await.unwrap();
    assert_eq!(host.effective.recording, Some(RecordingPolicy::Off));
    assert_eq!((host.effective.username.as_deref(), host.effective.jump_host_id), (Some("rack"), None));

    let own = HostPatch { recording: Patch::Set(RecordingPolicy::On), ..HostPatch::default() };
    let host = rooms.update(&alice, &host.id, own).await.unwrap();
    assert_eq!((host.effective.recording, host.effective.from.recording), (Some(RecordingPolicy::On), None));

    let out = HostPatch { folder: Patch::Clear, ..HostPatch::default() };
    let host = rooms.update(&alice, &host.id, out).await.unwrap();
    assert_eq!((host.effective.credential_id, host.effective.idle_timeout_seconds), (None, None), "the server decides");

    let ftp = rooms.add(&alice, HostDraft { protocol: Protocol::Ftp, ..inside("Site", "files") }).await.unwrap();
    assert_eq!(ftp.effective.jump_host_id, None, "FTP goes straight");
    let into = HostPatch { folder_id: Patch::Set(site.id.clone()), ..HostPatch::default() };
    let gate = rooms.update(&alice, &gate.id, into).await.unwrap();
    assert_eq!(gate.effective.jump_host_id, None, "nobody goes through oneself");
    let kept = rooms.delete(&alice, &gate.id).await;
    assert!(matches!(&kept, Err(ServiceError::Conflict(text)) if text.contains("the folder Site")), "{kept:?}");
}

#[tokio::test]
async fn a_folder_says_nothing_that_cannot_be() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let ftp = rooms.add(&alice, HostDraft { protocol: Protocol::Ftp, ..draft("files") }).await.unwrap();
    let folder = |name: &str| FolderDraft { name: name.into(), ..FolderDraft::default() };
    for bad in [
        FolderDraft { jump_host_id: Some(ftp.id.clone()), ..folder("a") },
        FolderDraft { username: Some("-x".into()), ..folder("a") },
        FolderDraft { idle_timeout_seconds: Some(u64::MAX), ..folder("a") },
        FolderDraft { max_sessions: Some(u32::MAX), ..folder("a") },
        folder("a / b"),
    ] {
        let refused = rooms.add_folder(&alice, bad.clone()).await;
        assert!(matches!(refused, Err(ServiceError::BadInput(_))), "{bad:?}: {refused:?}");
    }
    for gone in [
        FolderDraft { jump_host_id: Some("none".parse().unwrap()), ..folder("a") },
        FolderDraft { credential_id: Some("none".parse().unwrap()), ..folder("a") },
    ] {
        let refused = rooms.add_folder(&alice, gone.clone()).await;
        assert!(matches!(refused, Err(ServiceError::NotFound { .. })), "{gone:?}: {refused:?}");
    }
    let both = HostDraft { jump_host_id: Some(ftp.id), direct: true, ..draft("x") };
    assert!(matches!(rooms.add(&alice, both).await, Err(ServiceError::BadInput(_))));
    assert!(rooms.folders(&alice).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_folder_sends_nobody_in_circles() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let inner = rooms.add(&alice, inside("Site", "inner")).await.unwrap();
    let gate = HostDraft { jump_host_id: Some(inner.id.clone()), ..draft("gate") };
    let gate = rooms.add(&alice, gate).await.unwrap();
    let site = rooms.folders(&alice).await.unwrap().remove(0);
    let through = FolderPatch { jump_host_id: Patch::Set(gate.id.clone()), ..FolderPatch::default() };
    let circle = rooms.update_folder(&alice, &site.id, through.clone()).await;
    assert!(matches!(&circle, Err(ServiceError::BadInput(text)) if text.contains("circle")), "{circle:?}");
    let straight = HostPatch { jump_host_id: Patch::Clear, ..HostPatch::default() };
    rooms.update(&alice, &gate.id, straight).await.unwrap();
    rooms.update_folder(&alice, &site.id, through).await.unwrap();
    assert_eq!(rooms.host(&alice, &inner.id).await.unwrap().effective.jump_host_id, Some(gate.id));
}

#[tokio::test]
async fn folders_are_as_deep_as_they_may_be() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let path = |depth: usize| (1..=depth).map(|at| format!("f{at}")).collect::<Vec<_>>().join(" / ");
    let deep = rooms.add(&alice, inside(&path(32), "deep")).await.unwrap();
    assert_eq!(deep.folder, Some(path(32)));
    let deeper = rooms.add(&alice, inside(&path(33), "deeper")).await;
    assert!(matches!(&deeper, Err(ServiceError::BadInput(text)) if text.contains("32")), "{deeper:?}");
    let folders = rooms.folders(&alice).await.unwrap();
    assert_eq!(folders.len(), 32);
    let top = folders.iter().find(|folder| folder.name == "f1").unwrap();
    let other = rooms.add_folder(&alice, FolderDraft { name: "other".into(), ..FolderDraft::default() }).await.unwrap();
    let lower = FolderPatch { parent_id: Patch::Set(other.id), ..FolderPatch::default() };
    assert!(rooms.update_folder(&alice, &top.id, lower).await.is_err(), "what lies inside would be too deep");
}

#[tokio::test]
async fn a_name_that_several_have_finds_none() {
    let house = House::new().await;
    let (alice, rooms) = (house.member("alice").await, &house.inventory);
    let first = rooms.add(&alice, inside("Site A", "core")).await.unwrap();
    rooms.add(&alice, inside("Site B", "core")).await.unwrap();
    assert_eq!(rooms.host(&alice, &first.id).await.unwrap().name, "core");
    let both = wire::inventory::HostQuery { folder: Some("site a".into()), ..Default::default() };
    assert_eq!(rooms.hosts(&alice, &both).await.unwrap().hosts, [first]);
}
