use super::*;
use wire::inventory::inherit::fill_paths;

fn id(text: &str) -> FolderId {
    text.parse().unwrap_or_else(|_| panic!("{text} is an id"))
}

fn folder(own: &str, name: &str, parent: Option<&str>, hosts: u64) -> FolderView {
    let value = serde_json::json!({
        "id": own, "name": name, "path": name, "parent_id": parent, "hosts": hosts, "direct": false,
    });
    serde_json::from_value(value).unwrap_or_else(|why| panic!("a folder: {why}"))
}

fn tree() -> Tree {
    let mut list = vec![
        folder("rack-10", "Rack 10", Some("site-b"), 4),
        folder("rack-2", "rack 2", Some("site-b"), 3),
        folder("site-b", "Site B", None, 1),
        folder("site-a", "Site A", None, 2),
    ];
    fill_paths(&mut list);
    Tree::new(list)
}

fn names(rows: &[Branch]) -> Vec<(&str, usize, u64, Option<bool>)> {
    rows.iter().map(|row| (row.name.as_str(), row.depth, row.hosts, row.open)).collect()
}

#[test]
fn folders_stand_in_order_with_what_lies_below() {
    let seen = tree().seen(&HashSet::new(), "");
    let wanted =
        [("Site A", 0, 2, None), ("Site B", 0, 8, Some(true)), ("rack 2", 1, 3, None), ("Rack 10", 1, 4, None)];
    assert_eq!(names(&seen), wanted);
    let folded = tree().seen(&HashSet::from([id("site-b")]), "");
    assert_eq!(names(&folded), [("Site A", 0, 2, None), ("Site B", 0, 8, Some(false))]);
    assert_eq!(tree().hiding(&id("rack-2"), &HashSet::from([id("site-b")])), [id("site-b")]);
    assert_eq!(tree().all().len(), 4);
    assert_eq!(tree().filed(), 10);
}

#[test]
fn words_are_found_in_paths_and_open_what_is_around() {
    let folded = HashSet::from([id("site-b")]);
    assert_eq!(names(&tree().seen(&folded, "site RACK 2")), [("Site B", 0, 8, Some(true)), ("rack 2", 1, 3, None)]);
    assert!(tree().seen(&folded, "nowhere").is_empty());
}

#[test]
fn a_folder_goes_nowhere_below_itself() {
    let tree = tree();
    assert!(!tree.takes(&id("site-b"), Some(&id("rack-2"))));
    assert!(!tree.takes(&id("site-b"), Some(&id("site-b"))));
    assert!(!tree.takes(&id("rack-2"), Some(&id("site-b"))), "it lies there");
    assert!(tree.takes(&id("rack-2"), Some(&id("site-a"))) && tree.takes(&id("rack-2"), None));
}

#[test]
fn a_circle_of_folders_and_a_lost_one_hold_nobody() {
    let tree = Tree::new(vec![
        folder("a-1", "A", Some("b-1"), 1),
        folder("b-1", "B", Some("a-1"), 1),
        folder("c-1", "C", Some("gone"), 1),
    ]);
    assert_eq!(names(&tree.seen(&HashSet::new(), "")), [("C", 0, 1, None)]);
    assert!(tree.around(&id("a-1")).len() <= DEEPEST + 1);
}

#[test]
fn a_text_means_a_path_or_the_only_folder_of_that_name() {
    let tree = tree();
    assert_eq!(tree.by_text(" site b / RACK 2 ").map(|folder| folder.id.clone()), Some(id("rack-2")));
    assert_eq!(tree.by_text("rack 10").map(|folder| folder.id.clone()), Some(id("rack-10")));
    assert!(tree.by_text("rack").is_none());
}

#[test]
fn a_folder_inherits_from_those_around_it() {
    let mut list = vec![folder("site-b", "Site B", None, 0), folder("rack-2", "rack 2", Some("site-b"), 0)];
    list[0].username = Some("admin".into());
    fill_paths(&mut list);
    let tree = Tree::new(list);
    let inside = tree.effective(Some(&id("rack-2")), &[]);
    assert_eq!(inside.username.as_deref(), Some("admin"));
    assert_eq!(inside.from.username.map(|from| from.folder).as_deref(), Some("Site B"));
    assert_eq!(tree.effective(None, &[]), Effective::default());
}

#[test]
fn names_stand_as_people_count() {
    let mut list = vec!["web10", "Web2", "web02", "web", "10", "9", "a"];
    list.sort_by(|one, other| natural(one, other));
    assert_eq!(list, ["9", "10", "a", "web", "Web2", "web02", "web10"]);
}
