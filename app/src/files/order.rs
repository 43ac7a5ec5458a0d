//! Which entries of a folder are shown, and in which order.

use std::cmp::Ordering;
use wire::files::Entry;

/// By what a folder is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Size,
    Modified,
    Rights,
}

/// By what, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) column: Column,
    pub(super) descending: bool,
}

impl Order {
    /// A tap on a heading: the other way round, or by that.
    pub(super) fn tapped(self, column: Column) -> Self {
        // Largest and newest are what is looked for first.
        let first = matches!(column, Column::Size | Column::Modified);
        if self.column == column {
            Self { column, descending: !self.descending }
        } else {
            Self { column, descending: first }
        }
    }
}

/// The places of those entries whose names hold what is searched for: folders first, numbers in names by their value.
pub(super) fn arranged(entries: &[Entry], search: &str, order: Order) -> Vec<usize> {
    let search = search.trim().to_lowercase();
    let mut all: Vec<(usize, String)> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| (at, entry.name.to_string().to_lowercase()))
        .filter(|(_, name)| search.is_empty() || name.contains(&search))
        .collect();
    let by = |(a, a_name): &(usize, String), (b, b_name): &(usize, String)| {
        let (a, b) = (&entries[*a], &entries[*b]);
        let by_name = || natural(a_name, b_name).then_with(|| a.name.cmp(&b.name));
        let way = |ordering: Ordering| if order.descending { ordering.reverse() } else { ordering };
        b.is_directory.cmp(&a.is_directory).then_with(|| match order.column {
            Column::Name => way(by_name()),
            Column::Size => way(a.size.cmp(&b.size)).then_with(by_name),
            Column::Modified => way(a.modified.cmp(&b.modified)).then_with(by_name),
            Column::Rights => way(a.permissions.cmp(&b.permissions)).then_with(by_name),
        })
    };
    all.sort_unstable_by(by);
    all.into_iter().map(|(at, _)| at).collect()
}

/// `a2` before `a10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else { return a.len().cmp(&b.len()) };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (first, rest_a) = number(a);
            let (second, rest_b) = number(b);
            let ordering = first.len().cmp(&second.len()).then_with(|| first.cmp(second));
            if ordering != Ordering::Equal {
                return ordering;
            }
            (a, b) = (rest_a, rest_b);
            continue;
        }
        if x != y {
            return x.cmp(&y);
        }
        (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
    }
}

/// The digits at the beginning without leading zeros, and what follows.
fn number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::files::{EntryKind, RemotePath, size_formatted};

    fn entry(name: &str, size: u64, is_directory: bool) -> Entry {
        Entry {
            name: name.parse().unwrap(),
            path: RemotePath::root().join(&name.parse().unwrap()),
            kind: if is_directory { EntryKind::Directory } else { EntryKind::File },
            is_directory,
            size,
            size_formatted: size_formatted(size),
            modified: None,
            permissions: "-rw-r--r--".into(),
            mode: None,
            owner: None,
            group: None,
            link_target: None,
        }
    }

    fn names(entries: &[Entry], search: &str, order: Order) -> Vec<String> {
        arranged(entries, search, order).into_iter().map(|at| entries[at].name.to_string()).collect()
    }

    const BY_NAME: Order = Order { column: Column::Name, descending: false };

    #[test]
    fn folders_stand_first_whatever_the_order() {
        let all = [entry("b", 1, false), entry("z", 0, true), entry("A", 2, false), entry("y", 0, true)];
        assert_eq!(names(&all, "", BY_NAME), ["y", "z", "A", "b"]);
        assert_eq!(names(&all, "", BY_NAME.tapped(Column::Name)), ["z", "y", "b", "A"]);
        assert_eq!(names(&all, "", BY_NAME.tapped(Column::Size)), ["y", "z", "A", "b"]);
        assert_eq!(names(&all, "Z", BY_NAME), ["z"]);
        for alike in [Column::Modified, Column::Rights] {
            assert_eq!(names(&all, "", BY_NAME.tapped(alike)), ["y", "z", "A", "b"], "then by name");
        }
    }

    #[test]
    fn numbers_count_by_their_value() {
        let all = ["a10", "a2", "a", "a02b", "b1"].map(|name| entry(name, 0, false));
        assert_eq!(names(&all, "", BY_NAME), ["a", "a2", "a02b", "a10", "b1"]);
    }

    #[test]
    fn a_hundred_thousand_are_sorted_at_once() {
        let all: Vec<_> = (0..100_000).map(|n| entry(&format!("file {}", n * 7919 % 100_000), n, false)).collect();
        let sorted = arranged(&all, "", BY_NAME);
        assert_eq!((sorted.len(), all[sorted[99_999]].name.to_string().as_str()), (100_000, "file 99999"));
    }
}
