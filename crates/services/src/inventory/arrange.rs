//! Which hosts a filter leaves, in what order, under which headings. Plain functions of what is on the shelf.

use super::{
    shelf::{Line, Shelf},
    values::{sort_key, value_key, values},
};
use std::collections::{BTreeMap, HashMap, HashSet};
use wire::{
    FolderId,
    inventory::{FieldFilter, HostArrangement, HostField, HostGroup, HostScope},
};

/// Hosts in order.
#[derive(Debug, PartialEq)]
pub(super) struct Arranged {
    /// The headings with their counts; none without grouping.
    pub(super) groups: Vec<HostGroup>,
    /// The rows: places on the shelf, one after the other, whatever heading they stand under.
    pub(super) rows: Vec<usize>,
}

/// The places of the hosts that lie in a scope and have the values that are asked for, by name. `None` when the scope is a
/// folder that is not there.
pub(super) fn matching(shelf: &Shelf, scope: &HostScope, fields: &[FieldFilter]) -> Option<Vec<usize>> {
    let within = match scope {
        HostScope::Folder { id } => {
            let at = shelf.tree.position(id)?;
            at..shelf.tree.nodes()[at].end
        }
        _ => 0..0,
    };
    let mut wanted: HashMap<HostField, HashSet<String>> = HashMap::new();
    for filter in fields {
        wanted.entry(filter.field).or_default().insert(filter.value.trim().to_lowercase());
    }
    let lies_in = |line: &Line| match scope {
        HostScope::All => true,
        HostScope::Favourites => line.favourite,
        HostScope::Recent => line.host.last_used_at.is_some(),
        HostScope::Unfiled => line.node.is_none(),
        HostScope::Folder { .. } => line.node.is_some_and(|node| within.contains(&node)),
    };
    let has = |line: &Line, field: HostField, wanted: &HashSet<String>| {
        let values = values(shelf, line, field);
        if values.is_empty() {
            wanted.contains("")
        } else {
            values.iter().any(|value| wanted.contains(&value.to_lowercase()))
        }
    };
    let lines = shelf.lines.iter().enumerate();
    let left =
        lines.filter(|(_, line)| lies_in(line) && wanted.iter().all(|(field, values)| has(line, *field, values)));
    Some(left.map(|(at, _)| at).collect())
}

/// Puts hosts in order and under headings. They come by name, or ranked; ranked ones stay so when nothing else is asked for.
/// `all_of` names the part whose folders get a heading even when no host is in them.
pub(super) fn arrange(
    shelf: &Shelf,
    mut hosts: Vec<usize>,
    arrangement: HostArrangement,
    all_of: Option<&HostScope>,
) -> Arranged {
    match arrangement.sort {
        Some(field) => sort(shelf, &mut hosts, field, arrangement.descending),
        None if arrangement.descending => hosts.reverse(),
        None => {}
    }
    match arrangement.group {
        None => Arranged { groups: Vec::new(), rows: hosts },
        Some(HostField::Folder) => by_folder(shelf, hosts, all_of),
        Some(field) => by_value(shelf, hosts, field, arrangement.descending && arrangement.sort == Some(field)),
    }
}

/// Stable, so that what is equal stays by name; what has no value comes last in both directions.
fn sort(shelf: &Shelf, hosts: &mut Vec<usize>, field: HostField, descending: bool) {
    let keyed = hosts.iter().map(|at| (sort_key(shelf, &shelf.lines[*at], field), *at));
    let (mut some, none): (Vec<_>, Vec<_>) = keyed.partition(|(key, _)| key.is_some());
    some.sort_by(|(one, _), (other, _)| if descending { other.cmp(one) } else { one.cmp(other) });
    *hosts = some.into_iter().chain(none).map(|(_, at)| at).collect();
}

fn by_folder(shelf: &Shelf, hosts: Vec<usize>, all_of: Option<&HostScope>) -> Arranged {
    let nodes = shelf.tree.nodes();
    let mut inside: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut outside = Vec::new();
    for at in hosts {
        match shelf.lines[at].node {
            Some(node) => inside[node].push(at),
            None => outside.push(at),
        }
    }
    let shown = match all_of {
        Some(HostScope::All) => 0..nodes.len(),
        Some(HostScope::Folder { id }) => shelf.tree.position(id).map_or(0..0, |at| at..nodes[at].end),
        _ => 0..0,
    };
    let mut arranged = Arranged { groups: Vec::new(), rows: Vec::new() };
    for (at, (node, hosts)) in nodes.iter().zip(inside).enumerate() {
        if !hosts.is_empty() || shown.contains(&at) {
            arranged.push(node.folder.path.clone(), Some(node.folder.id.clone()), hosts);
        }
    }
    if !outside.is_empty() {
        arranged.push(String::new(), None, outside);
    }
    arranged
}

fn by_value(shelf: &Shelf, hosts: Vec<usize>, field: HostField, descending: bool) -> Arranged {
    let mut headings: HashMap<String, (String, Vec<usize>)> = HashMap::new();
    let mut without = Vec::new();
    for at in hosts {
        let values = values(shelf, &shelf.lines[at], field);
        if values.is_empty() {
            without.push(at);
        }
        for value in values {
            let (_, under) = headings.entry(value.to_lowercase()).or_insert_with(|| (value.into_owned(), Vec::new()));
            under.push(at);
        }
    }
    let ordered: BTreeMap<_, _> =
        headings.into_iter().map(|(key, heading)| ((value_key(field, &heading.0), key), heading)).collect();
    let mut ordered: Vec<_> = ordered.into_values().collect();
    if descending {
        ordered.reverse();
    }
    let mut arranged = Arranged { groups: Vec::new(), rows: Vec::new() };
    for (label, hosts) in ordered {
        arranged.push(label, None, hosts);
    }
    if !without.is_empty() {
        arranged.push(String::new(), None, without);
    }
    arranged
}

impl Arranged {
    fn push(&mut self, label: String, folder_id: Option<FolderId>, hosts: Vec<usize>) {
        self.groups.push(HostGroup { label, folder_id, hosts: hosts.len() as u64 });
        self.rows.extend(hosts);
    }
}

#[cfg(test)]
#[path = "arrange_tests.rs"]
mod tests;
