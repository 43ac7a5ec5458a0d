//! Which hosts a search finds, and how folders stand.

use super::*;
use wire::{Timestamp, inventory::*};

fn host(name: &str, folder: Option<&str>, tags: &[&str]) -> HostView {
    HostView {
        id: format!("h-{name}").parse().expect("an id"),
        name: name.into(),
        address: format!("{name}.example.net"),
        port: 22,
        protocol: Protocol::Ssh,
        username: Some("root".into()),
        credential_id: None,
        folder: folder.map(Into::into),
        folder_id: folder.map(|name| format!("f-{name}").parse().expect("an id")),
        tags: tags.iter().map(ToString::to_string).collect(),
        jump_host_id: None,
        direct: false,
        idle_timeout_seconds: None,
        max_duration_seconds: None,
        max_sessions: None,
        tmux: false,
        recording: None,
        device: DeviceMetadata::default(),
        status: Reachability::Unknown,
        probed_at: None,
        bootstrap: BootstrapState::Never,
        bootstrap_message: None,
        bootstrap_at: None,
        os: None,
        hostname: None,
        created_at: Timestamp::from_millis(0),
        last_used_at: None,
        favourite: false,
        effective: Effective::default(),
    }
}

fn folder(name: &str, parent: Option<&str>) -> FolderView {
    let id = |name: &str| format!("f-{name}").parse().expect("an id");
    FolderView::new(id(name), name, parent.map(id))
}

fn names(groups: &[Group]) -> Vec<String> {
    groups.iter().flat_map(|group| &group.hosts).map(|id| id.as_str().trim_start_matches("h-").to_owned()).collect()
}

#[test]
fn stands_by_folder_with_loose_hosts_first() {
    let hosts = [host("b", Some("Rack"), &[]), host("z", None, &[]), host("a", Some("Rack"), &[])];
    let groups = arrange(&hosts, &[folder("Site", None), folder("Rack", Some("Site"))], " ");
    assert_eq!(
        groups.iter().map(|group| group.folder.as_deref()).collect::<Vec<_>>(),
        [None, Some("Site"), Some("Site / Rack")]
    );
    assert_eq!(names(&groups), ["z", "a", "b"]);
}

#[test]
fn a_ring_of_folders_ends() {
    let groups = arrange(&[host("a", Some("X"), &[])], &[folder("X", Some("Y")), folder("Y", Some("X"))], "");
    assert_eq!((groups.len(), names(&groups)), (2, vec!["a".to_owned()]));
}

#[test]
fn ranks_a_beginning_before_a_middle_before_scattered_letters() {
    let hosts =
        [host("w-e-b", None, &[]), host("old-web", None, &[]), host("web01", None, &[]), host("db", None, &["web"])];
    assert_eq!(names(&arrange(&hosts, &[], "WEB")), ["web01", "old-web", "db", "w-e-b"]);
}

#[test]
fn every_word_must_be_found() {
    let hosts = [host("web01", Some("Paris"), &["prod"]), host("web02", Some("Rome"), &["prod"])];
    assert_eq!(names(&arrange(&hosts, &[], "web paris")), ["web01"]);
    assert_eq!(names(&arrange(&hosts, &[], "#prod")).len(), 2);
    assert!(arrange(&hosts, &[], "#dev").is_empty());
}

#[test]
fn one_letter_alone_is_not_scattered() {
    assert!(names(&arrange(&[host("web01", None, &[])], &[], "q")).is_empty());
}
