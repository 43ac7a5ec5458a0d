use super::*;
use proptest::prelude::*;

fn folder(name: &str, parent: Option<&str>) -> FolderView {
    FolderView::new(name.parse().unwrap(), name, parent.map(|id| id.parse().unwrap()))
}

#[test]
fn the_nearest_word_counts_and_says_where_it_comes_from() {
    let (site, rack) = ("site".parse().unwrap(), "rack".parse().unwrap());
    let (gate, key) = ("gate".parse().unwrap(), "key".parse().unwrap());
    let site = Level {
        folder: Some((&site, "Site")),
        credential_id: Some(&key),
        credential_username: Some("ops"),
        jump_host_id: Some(&gate),
        idle_timeout_seconds: Some(0),
        recording: Some(RecordingPolicy::Required),
        ..Level::default()
    };
    let rack = Level { folder: Some((&rack, "Site / Rack")), max_sessions: Some(2), username: Some("rack"), ..site };
    let rack = Level { credential_id: None, jump_host_id: None, recording: None, idle_timeout_seconds: None, ..rack };
    let around = inherit(&inherit(&Effective::default(), site), rack);
    assert_eq!(around.username.as_deref(), Some("rack"), "a name goes before that of a credential further out");
    assert_eq!(around.from.username.as_ref().map(|from| from.folder.as_str()), Some("Site / Rack"));
    assert_eq!((around.credential_id.as_ref(), around.idle_timeout_seconds), (Some(&key), Some(0)));
    assert_eq!(around.from.credential_id.as_ref().map(|from| from.folder.as_str()), Some("Site"));

    let host: HostId = "h".parse().unwrap();
    let bare = inherit_host(&around, &host, Protocol::Ssh, Level::default());
    assert_eq!(bare, around, "a host that says nothing");
    let own = Level { recording: Some(RecordingPolicy::Off), direct: true, ..Level::default() };
    let own = inherit_host(&around, &host, Protocol::Ssh, own);
    assert_eq!((own.recording, &own.from.recording), (Some(RecordingPolicy::Off), &None));
    assert_eq!((own.jump_host_id, own.from.jump_host_id), (None, None), "straight, whatever stands around");
}

#[test]
fn nobody_goes_through_oneself_and_ftp_goes_straight() {
    let (gate, site): (HostId, FolderId) = ("gate".parse().unwrap(), "site".parse().unwrap());
    let site = Level { folder: Some((&site, "Site")), jump_host_id: Some(&gate), ..Level::default() };
    let around = inherit(&Effective::default(), site);
    assert_eq!(inherit_host(&around, &gate, Protocol::Ssh, Level::default()).jump_host_id, None);
    let other: HostId = "other".parse().unwrap();
    assert_eq!(inherit_host(&around, &other, Protocol::Ssh, Level::default()).jump_host_id, Some(gate));
    assert_eq!(inherit_host(&around, &other, Protocol::Ftps, Level::default()).jump_host_id, None);
}

#[test]
fn paths_name_every_folder_around_and_end_in_circles() {
    let mut folders = [
        folder("c", Some("b")),
        folder("a", None),
        folder("b", Some("a")),
        folder("x", Some("y")),
        folder("y", Some("x")),
    ];
    fill_paths(&mut folders);
    assert_eq!(folders[0].path, "a / b / c");
    assert_eq!(folders[1].path, "a");
    assert!(folders[3].path.ends_with("y / x"));
}

proptest! {
    /// Whatever stands on the levels, each value is that of the last level that says one.
    #[test]
    fn each_value_is_the_last_one_said(levels in prop::collection::vec((prop::option::of(0u64..5), prop::option::of(0u32..5)), 0..8)) {
        let ids: Vec<FolderId> = (0..levels.len()).map(|at| format!("f{at}").parse().unwrap()).collect();
        let mut around = Effective::default();
        for (id, (idle, most)) in ids.iter().zip(&levels) {
            let level = Level {
                folder: Some((id, id.as_str())), idle_timeout_seconds: *idle, max_sessions: *most, ..Level::default()
            };
            around = inherit(&around, level);
        }
        let said = levels.iter().zip(&ids).filter_map(|((idle, _), id)| idle.map(|idle| (idle, id.clone()))).next_back();
        let shown = around.idle_timeout_seconds.zip(around.from.idle_timeout_seconds.map(|from| from.folder_id));
        prop_assert_eq!(shown, said);
        prop_assert_eq!(around.max_sessions, levels.iter().filter_map(|(_, most)| *most).next_back());
    }
}
