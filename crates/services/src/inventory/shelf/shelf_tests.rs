use super::{samples::host, *};
use proptest::prelude::*;
use wire::inventory::FolderView;

fn around(folder: &str, favourite: usize) -> Around {
    let folder = FolderView::new("rack".parse().unwrap(), folder, None);
    let tree = Tree::new(vec![folder], Vec::new());
    Around { tree, credentials: HashMap::new(), favourites: HashSet::from([format!("h{favourite}")]), revision: 1 }
}

/// A host of some number: its name may be another host's too.
fn some(id: usize, name: usize, in_folder: bool) -> HostLine {
    let line = host(&format!("h{id}"), "192.0.2.1", in_folder.then_some("rack"), &[]);
    HostLine { name: format!("Web{name}"), ..line }
}

type Shown = (String, HostId, Option<usize>, bool, Option<usize>);

fn shown(shelf: &Shelf) -> Vec<Shown> {
    let line = |line: &Line| {
        let host = &line.host;
        (line.name.clone(), host.id.clone(), line.node, line.favourite, shelf.position(&host.id))
    };
    shelf.lines.iter().map(line).collect()
}

proptest! {
    #[test]
    fn what_is_renewed_is_as_if_all_were_read_anew(
        before in prop::collection::btree_map(0..12_usize, (0..15_usize, any::<bool>()), 0..12),
        changes in prop::collection::btree_map(0..12_usize, prop::option::of((0..15_usize, any::<bool>())), 0..12),
        (was_marked, is_marked) in (0..12_usize, 0..12_usize),
    ) {
        let lines = |map: &std::collections::BTreeMap<usize, (usize, bool)>| -> Vec<HostLine> {
            map.iter().map(|(id, (name, in_folder))| some(*id, *name, *in_folder)).collect()
        };
        let shelf = Shelf::new(around("Rack", was_marked), lines(&before));
        let mut after = before.clone();
        for (id, change) in &changes {
            match change {
                Some(line) => after.insert(*id, *line),
                None => after.remove(id),
            };
        }
        let stale = changes.keys().map(|id| format!("h{id}").parse().unwrap()).collect();
        let anew = changes.iter().filter_map(|(id, line)| line.map(|(name, folder)| some(*id, name, folder)));
        let renewed = shelf.renewed(around("Räck", is_marked), &stale, anew.collect());
        let read = Shelf::new(around("Räck", is_marked), lines(&after));
        prop_assert_eq!(shown(&renewed), shown(&read));
        prop_assert_eq!(&renewed.paths, &read.paths);
    }

    #[test]
    fn what_is_moved_is_as_if_all_were_read_anew(
        before in prop::collection::btree_map(0..12_usize, (0..15_usize, any::<bool>()), 0..12),
        into in prop::collection::vec(0..12_usize, 0..12),
        out in prop::collection::vec(0..12_usize, 0..12),
    ) {
        let lines = |map: &std::collections::BTreeMap<usize, (usize, bool)>| -> Vec<HostLine> {
            map.iter().map(|(id, (name, in_folder))| some(*id, *name, *in_folder)).collect()
        };
        let ids = |numbers: &[usize]| numbers.iter().map(|id| format!("h{id}").parse().unwrap()).collect();
        let moves = [(Some("rack".parse().unwrap()), ids(&into)), (None, ids(&out))];
        let moved = Shelf::new(around("Rack", 1), lines(&before)).moved(&moves, 2);
        let mut after = before.clone();
        for (numbers, in_folder) in [(into, true), (out, false)] {
            for id in numbers {
                after.entry(id).and_modify(|line| line.1 = in_folder);
            }
        }
        let read = Shelf::new(around("Rack", 1), lines(&after));
        prop_assert_eq!(shown(&moved), shown(&read));
        prop_assert_eq!(moved.tree.nodes()[0].folder.hosts, read.tree.nodes()[0].folder.hosts);
    }
}
