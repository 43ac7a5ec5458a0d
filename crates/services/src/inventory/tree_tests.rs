use super::*;

fn folder(id: &str, name: &str, parent: Option<&str>) -> FolderView {
    FolderView::new(id.parse().unwrap(), name, parent.map(|id| id.parse().unwrap()))
}

fn tree() -> Tree {
    let mut site = folder("a", "Site 2", None);
    site.username = Some("ops".into());
    Tree::new(
        vec![
            folder("c", "Row 10", Some("a")),
            site,
            folder("b", "Row 9", Some("a")),
            folder("d", "Rack", Some("b")),
            folder("e", "Site 10", None),
            folder("f", "Rack", Some("e")),
        ],
        Vec::new(),
    )
}

#[test]
fn folders_stand_in_their_order_with_those_inside() {
    let tree = tree();
    let paths: Vec<&str> = tree.nodes().iter().map(|node| node.folder.path.as_str()).collect();
    let expected =
        ["Site 2", "Site 2 / Row 9", "Site 2 / Row 9 / Rack", "Site 2 / Row 10", "Site 10", "Site 10 / Rack"];
    assert_eq!(paths, expected);
    let ends: Vec<usize> = tree.nodes().iter().map(|node| node.end).collect();
    assert_eq!(ends, [4, 3, 3, 4, 6, 6]);
    assert_eq!((tree.height(&"a".parse().unwrap()), tree.height(&"f".parse().unwrap())), (3, 1));
    assert_eq!(tree.get(&"d".parse().unwrap()).unwrap().effective.username.as_deref(), Some("ops"));
}

#[test]
fn a_text_is_a_path_else_the_only_such_name_else_new() {
    let tree = tree();
    let found = |text: &str| {
        let found = tree.find(text);
        (found.deepest.map(|id| id.to_string()).unwrap_or_default(), found.missing)
    };
    assert_eq!(found("site 2 / ROW 9"), ("b".into(), vec![]));
    assert_eq!(found("Row 10"), ("c".into(), vec![]), "the only one of that name");
    assert_eq!(found("Rack"), (String::new(), vec!["Rack".into()]), "two have that name: a new one at the top");
    assert_eq!(found("Site 2 / Row 9 / Shelf / Top"), ("b".into(), vec!["Shelf".into(), "Top".into()]));
    assert_eq!(found("a/b"), (String::new(), vec!["a/b".into()]), "a slash without blanks belongs to the name");
    assert_eq!(tree.all_called("rack").len(), 2);
}

#[test]
fn a_circle_holds_nobody() {
    let tree = Tree::new(vec![folder("x", "X", Some("y")), folder("y", "Y", Some("x"))], Vec::new());
    assert_eq!(tree.nodes().len(), 2);
}
