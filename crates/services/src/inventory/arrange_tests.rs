use super::*;
use crate::inventory::{
    search::{Ranked, ranked},
    shelf::{Around, samples::host},
    tree::Tree,
};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
use storage::HostLine;
use wire::inventory::FolderView;

fn shelf(hosts: Vec<HostLine>) -> Shelf {
    let folder = |id: &str, name: &str, parent: Option<&str>| {
        FolderView::new(id.parse().unwrap(), name, parent.map(|id| id.parse().unwrap()))
    };
    let mut site = folder("site", "Site", None);
    site.username = Some("ops".into());
    let folders = vec![folder("rack", "Rack", Some("site")), site, folder("empty", "Empty", Some("site"))];
    let (tree, favourites) = (Tree::new(folders, Vec::new()), HashSet::from(["web2".to_owned()]));
    Shelf::new(Around { tree, credentials: HashMap::new(), favourites, revision: 1 }, hosts)
}

fn some() -> Shelf {
    shelf(vec![
        host("web10", "10.0.0.10", Some("rack"), &["prod", "blue"]),
        host("web2", "10.0.0.9", Some("site"), &["Prod"]),
        host("gate", "gate.example.net", None, &[]),
        host("db1", "192.0.2.1", Some("rack"), &[]),
    ])
}

fn names(shelf: &Shelf, rows: &[usize]) -> Vec<String> {
    rows.iter().map(|at| shelf.lines[*at].host.name.clone()).collect()
}

fn all(shelf: &Shelf) -> Vec<usize> {
    matching(shelf, &HostScope::All, &[]).unwrap()
}

fn headings(arranged: &Arranged) -> Vec<(&str, u64)> {
    arranged.groups.iter().map(|group| (group.label.as_str(), group.hosts)).collect()
}

fn by(sort: Option<HostField>, group: Option<HostField>) -> HostArrangement {
    HostArrangement { sort, group, descending: false }
}

#[test]
fn names_stand_in_their_natural_order_and_addresses_by_number() {
    let shelf = some();
    assert_eq!(names(&shelf, &all(&shelf)), ["db1", "gate", "web2", "web10"]);
    let sorted = arrange(&shelf, all(&shelf), by(Some(HostField::Address), None), None);
    assert_eq!(names(&shelf, &sorted.rows), ["web2", "web10", "db1", "gate"]);
    let last = HostArrangement { descending: true, ..by(Some(HostField::Folder), None) };
    let sorted = arrange(&shelf, all(&shelf), last, None);
    assert_eq!(names(&shelf, &sorted.rows), ["db1", "web10", "web2", "gate"], "without a folder comes last both ways");
}

#[test]
fn folders_are_headings_in_the_order_of_the_tree_even_when_empty() {
    let shelf = some();
    let grouped = arrange(&shelf, all(&shelf), by(None, Some(HostField::Folder)), Some(&HostScope::All));
    assert_eq!(headings(&grouped), [("Site", 1), ("Site / Empty", 0), ("Site / Rack", 2), ("", 1)]);
    assert_eq!(names(&shelf, &grouped.rows), ["web2", "db1", "web10", "gate"]);
    let filtered = arrange(&shelf, all(&shelf), by(None, Some(HostField::Folder)), None);
    assert_eq!(headings(&filtered), [("Site", 1), ("Site / Rack", 2), ("", 1)]);
    let rack = HostScope::Folder { id: "rack".parse().unwrap() };
    let inside = arrange(&shelf, matching(&shelf, &rack, &[]).unwrap(), by(None, Some(HostField::Folder)), Some(&rack));
    assert_eq!(headings(&inside), [("Site / Rack", 2)]);
    assert!(matching(&shelf, &HostScope::Folder { id: "gone".parse().unwrap() }, &[]).is_none());
}

#[test]
fn a_host_stands_under_each_of_its_tags_however_they_are_written() {
    let shelf = some();
    let grouped = arrange(&shelf, all(&shelf), by(None, Some(HostField::Tag)), Some(&HostScope::All));
    assert_eq!(
        headings(&grouped).iter().map(|(label, hosts)| (label.to_lowercase(), *hosts)).collect::<Vec<_>>(),
        [("blue".to_owned(), 1), ("prod".to_owned(), 2), (String::new(), 2)]
    );
}

#[test]
fn filters_are_alternatives_in_a_field_and_together_over_several() {
    let shelf = some();
    let field = |field, value: &str| FieldFilter { field, value: value.into() };
    let left = |scope: HostScope, fields: &[FieldFilter]| names(&shelf, &matching(&shelf, &scope, fields).unwrap());
    assert_eq!(left(HostScope::All, &[field(HostField::Tag, "PROD")]), ["web2", "web10"]);
    assert_eq!(
        left(HostScope::All, &[field(HostField::Tag, "blue"), field(HostField::Tag, "")]),
        ["db1", "gate", "web10"]
    );
    let both = [field(HostField::Tag, "prod"), field(HostField::Folder, "site / rack")];
    assert_eq!(left(HostScope::All, &both), ["web10"]);
    assert_eq!(left(HostScope::All, &[field(HostField::Username, "ops")]), ["db1", "web2", "web10"], "inherited");
    assert_eq!(left(HostScope::Unfiled, &[]), ["gate"]);
    assert_eq!(left(HostScope::Favourites, &[]), ["web2"]);
    assert_eq!(left(HostScope::Recent, &[]), [""; 0]);
    assert_eq!(
        left(HostScope::Folder { id: "site".parse().unwrap() }, &[]),
        ["db1", "web2", "web10"],
        "with those below"
    );
}

#[test]
fn what_was_found_is_ranked_and_else_what_is_near() {
    let shelf = some();
    let sought = |word: &str, has: &[&str]| {
        let has = shelf.lines.iter().map(|line| has.contains(&line.host.name.as_str())).collect();
        crate::inventory::search::Sought::of(word, has)
    };
    let found = ranked(&shelf, &all(&shelf), &sought("web2", &["web2", "web10"]));
    assert_eq!((names(&shelf, &found.hosts), found.near), (vec!["web2".into(), "web10".into()], false));
    let near = ranked(&shelf, &all(&shelf), &sought("gaet", &[]));
    assert_eq!((names(&shelf, &near.hosts), near.near), (vec!["gate".into()], true));
    assert_eq!(ranked(&shelf, &all(&shelf), &sought("nothing", &[])), Ranked { hosts: vec![], near: false });
}

proptest! {
    /// Whatever is asked for, the counts of the headings add up to the rows, and no host is lost.
    #[test]
    fn the_counts_add_up(field in prop::sample::select(&HostField::ALL[..]), sort in prop::option::of(prop::sample::select(&HostField::ALL[..])), descending: bool) {
        let shelf = some();
        let arranged = arrange(&shelf, all(&shelf), HostArrangement { sort, group: Some(field), descending }, None);
        prop_assert_eq!(arranged.groups.iter().map(|group| group.hosts).sum::<u64>(), arranged.rows.len() as u64);
        let mut rows = arranged.rows;
        rows.sort_unstable();
        rows.dedup();
        prop_assert_eq!(rows, all(&shelf));
    }
}
