//! Entries meet hosts: which is which, what differs, what goes.

use super::{
    super::entry::{Entry, FolderSaid, Source, Terms},
    *,
};
use formats::{Jump, Policy};
use wire::inventory::{Form, Protocol};

fn entry(folder: &[&str], name: &str, address: &str) -> Entry {
    Entry {
        place: format!("hosts.yaml, {name}"),
        name: name.into(),
        address: address.into(),
        port: 22,
        protocol: Protocol::Ssh,
        folder: folder.iter().map(ToString::to_string).collect(),
        tags: Vec::new(),
        device: DeviceMetadata::default(),
        terms: Terms::default(),
        source: Source { form: Some(Form::Yaml), position: 0, kept: String::new(), external_key: None },
    }
}

fn through(name: &str, address: &str, hops: &[&str]) -> Entry {
    let hops = hops.iter().map(|hop| Jump::parse(hop)).collect();
    Entry { terms: Terms { hops, ..Terms::default() }, ..entry(&[], name, address) }
}

fn merge() -> Course {
    Course { mode: ImportMode::Merge, within: None, spared: HashSet::new() }
}

fn replace() -> Course {
    Course { mode: ImportMode::Replace, within: None, spared: HashSet::new() }
}

fn nothing() -> Current {
    Current { hosts: Vec::new(), folders: Vec::new(), keys: HashMap::new() }
}

/// What the account has after a plan.
fn done(current: &Current, plan: &Plan) -> Current {
    let put: HashMap<_, _> = plan.puts.iter().map(|put| (put.after.id.clone(), put.after.clone())).collect();
    let gone: HashSet<_> = plan.gone.iter().map(|host| host.id.clone()).collect();
    let mut hosts: Vec<HostView> = current.hosts.iter().filter(|host| !put.contains_key(&host.id)).cloned().collect();
    hosts.retain(|host| !gone.contains(&host.id));
    hosts.extend(put.into_values());
    let mut folders = current.folders.clone();
    folders.retain(|folder| plan.folders_gone.iter().all(|gone| gone.id != folder.id));
    folders.extend(plan.folders.iter().filter(|put| put.before.is_none()).map(|put| put.after.clone()));
    Current { hosts, folders, keys: HashMap::new() }
}

fn planned(current: &Current, course: &Course, entries: Vec<Entry>) -> Plan {
    plan(current, course, &[], entries).unwrap()
}

fn counts(plan: &Plan) -> (usize, usize, usize, usize) {
    let added = plan.puts.iter().filter(|put| put.before.is_none()).count();
    let updated = plan.puts.iter().filter(|put| put.before.is_some() && !put.fields.is_empty()).count();
    (added, updated, plan.puts.len() - added - updated, plan.gone.len())
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let file = || vec![entry(&["Site", "Rack"], "sw1", "10.0.0.1"), entry(&["Site"], "sw1", "10.0.0.2")];
    let first = planned(&nothing(), &merge(), file());
    assert_eq!(counts(&first), (2, 0, 0, 0));
    assert_eq!(first.folders.iter().map(|put| put.after.path.as_str()).collect::<Vec<_>>(), ["Site", "Site / Rack"]);
    let current = done(&nothing(), &first);
    for course in [merge(), replace()] {
        let second = planned(&current, &course, file());
        assert_eq!(counts(&second), (0, 0, 2, 0));
        assert!(second.folders.is_empty() && second.folders_gone.is_empty());
    }
}

#[test]
fn another_address_is_a_change_when_it_is_clear_whose() {
    let current = done(&nothing(), &planned(&nothing(), &merge(), vec![entry(&["A"], "sw1", "10.0.0.1")]));
    let moved = planned(&current, &merge(), vec![entry(&["a"], "SW1", "10.0.0.9")]);
    assert_eq!(counts(&moved), (0, 1, 0, 0));
    let fields: Vec<_> = moved.puts[0].fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["name", "address"]);
    // Two of one name: which of them was the host that is there, nobody knows.
    let two = vec![entry(&["A"], "sw1", "10.0.0.8"), entry(&["A"], "sw1", "10.0.0.9")];
    assert_eq!(counts(&planned(&current, &merge(), two)), (2, 0, 0, 0));
}

#[test]
fn the_same_entry_twice_is_told_with_both_places() {
    let mut twin = entry(&[], "sw1", "10.0.0.1");
    twin.place = "hosts.yaml, line 9".into();
    let plan = planned(&nothing(), &merge(), vec![entry(&[], "sw1", "10.0.0.1"), twin]);
    assert_eq!((counts(&plan).0, plan.skips.len()), (1, 1));
    assert_eq!(plan.skips[0].place, "hosts.yaml, line 9");
    assert!(plan.skips[0].reason.contains("hosts.yaml, sw1"), "{}", plan.skips[0].reason);
}

#[test]
fn what_an_entry_does_not_say_stays() {
    let mut full = entry(&[], "sw1", "10.0.0.1");
    full.device.model = "C9300".into();
    full.tags = vec!["core".into()];
    full.terms.policy = Policy { max_sessions: Some(3), ..Policy::default() };
    let current = done(&nothing(), &planned(&nothing(), &merge(), vec![full]));
    let kept = planned(&current, &merge(), vec![entry(&[], "sw1", "10.0.0.1")]);
    assert_eq!(counts(&kept), (0, 0, 1, 0));
    let replaced = planned(&current, &replace(), vec![entry(&[], "sw1", "10.0.0.1")]);
    let host = &replaced.puts[0].after;
    assert_eq!((host.device.model.as_str(), host.tags.len(), host.max_sessions), ("", 0, None));
}

#[test]
fn replacing_removes_the_rest_with_empty_folders_and_nothing_that_is_needed() {
    let before = vec![
        entry(&["Old", "Deep"], "gone", "10.0.0.1"),
        entry(&["Keep"], "stays", "10.0.0.2"),
        entry(&["Old"], "bastion", "10.0.0.3"),
    ];
    let mut current = done(&nothing(), &planned(&nothing(), &merge(), before));
    let bastion = current.hosts.iter().find(|host| host.name == "bastion").unwrap().id.clone();
    current.hosts.iter_mut().find(|host| host.name == "stays").unwrap().jump_host_id = Some(bastion);
    let mut entries = vec![entry(&["Keep"], "stays", "10.0.0.2")];
    entries[0].source.form = Some(Form::KnownHosts);
    let plan = planned(&current, &replace(), entries);
    assert_eq!(plan.gone.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["gone"]);
    assert!(plan.skips[0].reason.contains("stays is reached through it"), "{}", plan.skips[0].reason);
    assert_eq!(plan.folders_gone.iter().map(|folder| folder.path.as_str()).collect::<Vec<_>>(), ["Old / Deep"]);
}

#[test]
fn replacing_within_a_folder_leaves_the_others_alone() {
    let before =
        vec![entry(&["A", "B"], "one", "10.0.0.1"), entry(&["C"], "two", "10.0.0.2"), entry(&[], "three", "10.0.0.3")];
    let current = done(&nothing(), &planned(&nothing(), &merge(), before));
    let within = current.folders.iter().find(|folder| folder.path == "A").cloned();
    let course = Course { mode: ImportMode::Replace, within, spared: HashSet::new() };
    let plan = planned(&current, &course, vec![entry(&["D"], "four", "10.0.0.4")]);
    assert_eq!(plan.puts[0].after.folder.as_deref(), Some("A / D"));
    assert_eq!(plan.gone.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["one"]);
}

#[test]
fn jump_hosts_are_hosts_of_the_import_of_the_account_or_new() {
    let plan = planned(
        &nothing(),
        &merge(),
        vec![
            entry(&[], "bastion", "10.0.0.1"),
            through("inner", "10.0.0.2", &["bastion"]),
            through("far", "10.0.0.3", &["ada@gate.example:2222"]),
            through("chained", "10.0.0.4", &["gate.example:2222", "bastion"]),
        ],
    );
    let host = |name: &str| plan.puts.iter().map(|put| &put.after).find(|host| host.name == name).unwrap();
    assert_eq!(host("inner").jump_host_id, Some(host("bastion").id.clone()));
    let gate = host("gate.example");
    assert_eq!((gate.port, gate.username.as_deref()), (2222, Some("ada")));
    assert_eq!(host("far").jump_host_id, Some(gate.id.clone()));
    let apart = host("bastion via gate.example");
    assert_eq!((apart.jump_host_id.clone(), apart.address.as_str()), (Some(gate.id.clone()), "10.0.0.1"));
    assert_eq!(host("chained").jump_host_id, Some(apart.id.clone()));
    assert_eq!(host("bastion").jump_host_id, None);
    assert_eq!(plan.remarks.len(), 2);
}

#[test]
fn circles_of_jump_hosts_are_left_out_with_those_behind_them() {
    let entries = vec![
        through("a", "10.0.0.1", &["b"]),
        through("b", "10.0.0.2", &["a"]),
        through("behind", "10.0.0.3", &["a"]),
        entry(&[], "free", "10.0.0.4"),
    ];
    let plan = planned(&nothing(), &merge(), entries);
    assert_eq!(plan.puts.iter().map(|put| put.after.name.as_str()).collect::<Vec<_>>(), ["free"]);
    assert_eq!(plan.skips.len(), 3);
}

#[test]
fn a_folder_says_what_holds_inside() {
    let said = FolderSaid {
        place: String::new(),
        path: vec!["Site".into()],
        terms: Terms { username: Some("ada".into()), hops: vec![Jump::named("gate")], ..Terms::default() },
        source: Source::default(),
    };
    let plan = plan(&nothing(), &merge(), &[said], vec![entry(&[], "gate", "10.0.0.1")]).unwrap();
    let folder = &plan.folders[0].after;
    assert_eq!((folder.name.as_str(), folder.username.as_deref()), ("Site", Some("ada")));
    assert_eq!(folder.jump_host_id.as_ref(), Some(&plan.puts[0].after.id));
}

#[test]
fn folders_nest_so_deep_and_no_deeper() {
    let names: Vec<String> = (0..40).map(|at| format!("f{at}")).collect();
    let deep = Entry { folder: names, ..entry(&[], "deep", "10.0.0.1") };
    let refused = plan(&nothing(), &merge(), &[], vec![deep]).err().unwrap().to_string();
    assert!(refused.contains("32 deep"), "{refused}");
}

#[test]
fn what_the_files_name_and_berth_cannot_take_is_not_removed() {
    let current = done(&nothing(), &planned(&nothing(), &merge(), vec![entry(&[], "a", "a"), entry(&[], "b", "b")]));
    let course = Course { spared: HashSet::from(["b".to_owned()]), ..replace() };
    assert_eq!(counts(&planned(&current, &course, vec![entry(&[], "a", "a")])), (0, 0, 1, 0));
}

fn said(path: &str, hop: &str) -> FolderSaid {
    let terms = Terms { hops: vec![Jump::parse(hop)], ..Terms::default() };
    FolderSaid { place: path.into(), path: vec![path.into()], terms, source: Source::default() }
}

#[test]
fn folders_that_lead_to_each_other_are_refused() {
    let entries = || vec![entry(&["A"], "ja", "10.0.0.1"), entry(&["B"], "jb", "10.0.0.2")];
    let folders = [said("A", "jb"), said("B", "ja")];
    assert!(plan(&nothing(), &merge(), &folders, entries()).is_err_and(|error| error.to_string().contains("circle")));
    let one = plan(&nothing(), &merge(), &folders[..1], entries()).unwrap();
    assert!(one.remarks.is_empty() && one.folders[0].after.jump_host_id.is_some());
}

#[test]
fn a_folder_goes_through_no_host_that_is_unknown_or_speaks_ftp() {
    let ftp = Entry { protocol: Protocol::Ftp, ..entry(&[], "files", "10.0.0.1") };
    let plan = plan(&nothing(), &merge(), &[said("A", "files"), said("B", "nobody")], vec![ftp]).unwrap();
    assert!(plan.folders.iter().all(|put| put.after.jump_host_id.is_none()));
    assert_eq!(plan.remarks.len(), 2);
}

#[test]
fn another_place_or_way_is_another_machine() {
    let first = vec![entry(&[], "a", "10.0.0.1"), entry(&["F"], "b", "10.0.0.2"), entry(&[], "j", "10.0.0.3")];
    let current = done(&nothing(), &planned(&nothing(), &merge(), first));
    let entries = vec![entry(&[], "a", "10.0.0.9"), entry(&[], "j", "10.0.0.3")];
    let plan = plan(&current, &merge(), &[said("F", "j")], entries).unwrap();
    let mut forgotten: Vec<_> = plan.forgotten.iter().collect();
    forgotten.sort();
    let id = |name: &str| &current.hosts.iter().find(|host| host.name == name).unwrap().id;
    let mut expected = vec![id("a"), id("b")];
    expected.sort();
    assert_eq!(forgotten, expected);
}

#[test]
fn replacing_takes_away_what_the_file_does_not_say() {
    let mut current =
        done(&nothing(), &planned(&nothing(), &merge(), vec![entry(&[], "a", "a"), entry(&[], "j", "j")]));
    let jump = current.hosts.iter().find(|host| host.name == "j").unwrap().id.clone();
    let a = current.hosts.iter_mut().find(|host| host.name == "a").unwrap();
    (a.jump_host_id, a.tmux, a.max_sessions, a.idle_timeout_seconds) = (Some(jump), true, Some(2), Some(60));
    let file = || vec![entry(&[], "a", "a"), entry(&[], "j", "j")];
    let after = planned(&current, &replace(), file());
    let a = &after.puts.iter().find(|put| put.after.name == "a").unwrap().after;
    assert_eq!((&a.jump_host_id, a.tmux, a.max_sessions, a.idle_timeout_seconds), (&None, false, None, None));
    assert_eq!(counts(&planned(&current, &merge(), file())), (0, 0, 2, 0));
}

#[test]
fn one_name_for_two_jump_hosts_is_refused_and_their_places_are_not() {
    let bastions = || vec![entry(&["A"], "bastion", "10.0.0.1"), entry(&["B"], "bastion", "10.0.0.2")];
    let mut entries = bastions();
    entries.push(through("d", "10.1.0.1", &["bastion"]));
    assert_eq!(planned(&nothing(), &merge(), entries).skips.len(), 1);
    let mut entries = bastions();
    entries.push(through("d", "10.1.0.1", &["10.0.0.2:22"]));
    let plan = planned(&nothing(), &merge(), entries);
    let id = |name: &str, at: &str| {
        let put = plan.puts.iter().find(|put| put.after.name == name && put.after.address.ends_with(at));
        put.map(|put| put.after.clone()).unwrap()
    };
    assert_eq!((plan.skips.len(), id("d", "1").jump_host_id), (0, Some(id("bastion", ".2").id)));
}
