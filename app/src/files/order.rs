//! Which entries of a folder are shown, and in which order.

use std::{cmp::Ordering, ops::Range};
use wire::files::Entry;

/// By what a folder is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Size,
    Modified,
    Rights,
    Owner,
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

/// What sorting and searching a folder needs of its names, made once when the folder was read.
pub(super) struct Index {
    /// The names as they are shown, in small letters, one after the other; and where each ends.
    names: String,
    ends: Vec<usize>,
    /// The places of the entries by name, folders among the files.
    by_name: Vec<u32>,
}

impl Index {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let (mut names, mut keys) = (String::new(), Vec::new());
        let (mut ends, mut key_ends) = (Vec::with_capacity(entries.len()), Vec::with_capacity(entries.len()));
        for entry in entries {
            let from = names.len();
            names.push_str(&entry.name.to_string().to_lowercase());
            natural(&names[from..], &mut keys);
            ends.push(names.len());
            key_ends.push(keys.len());
        }
        let key = |place: u32| &keys[span(&key_ends, place as usize)];
        let name = |place: u32| &entries[place as usize].name;
        let mut by_name: Vec<u32> = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
        by_name.sort_unstable_by(|a, b| key(*a).cmp(key(*b)).then_with(|| name(*a).cmp(name(*b))));
        Self { names, ends, by_name }
    }

    /// The places of the entries, folders first.
    pub(super) fn sorted(&self, entries: &[Entry], order: Order) -> Vec<u32> {
        let at = |place: &u32| &entries[*place as usize];
        let way = |ordering: Ordering| if order.descending { ordering.reverse() } else { ordering };
        let mut sorted = Vec::with_capacity(self.by_name.len());
        for folders in [true, false] {
            let some = self.by_name.iter().copied().filter(|place| at(place).is_directory == folders);
            let from = sorted.len();
            sorted.extend(some);
            let some = &mut sorted[from..];
            // What is alike otherwise stays by name.
            match order.column {
                Column::Name if order.descending => some.reverse(),
                Column::Name => {}
                Column::Size => some.sort_by(|a, b| way(at(a).size.cmp(&at(b).size))),
                Column::Modified => some.sort_by(|a, b| way(at(a).modified.cmp(&at(b).modified))),
                Column::Owner => some.sort_by(|a, b| way(at(a).owner.cmp(&at(b).owner))),
                Column::Rights => some.sort_by(|a, b| way(at(a).permissions.cmp(&at(b).permissions))),
            }
        }
        sorted
    }

    /// Those of these places whose names hold what is searched for.
    pub(super) fn holding(&self, places: &[u32], search: &str) -> Vec<u32> {
        let search = search.to_lowercase();
        let holds = |place: &u32| self.names[span(&self.ends, *place as usize)].contains(&search);
        places.iter().copied().filter(holds).collect()
    }
}

fn span(ends: &[usize], place: usize) -> Range<usize> {
    let from = place.checked_sub(1).map_or(0, |before| ends[before]);
    from..ends[place]
}

/// Bytes that stand in the order in which people look for names, `a2` before `a10`: a number is written as a digit, how many
/// digits it has without leading zeros, and those.
fn natural(name: &str, key: &mut Vec<u8>) {
    let mut rest = name;
    while let Some(first) = rest.bytes().next() {
        let end = rest.find(|c: char| c.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        if first.is_ascii_digit() {
            let digits = part.trim_start_matches('0');
            key.push(b'0');
            key.extend_from_slice(&u16::try_from(digits.len()).unwrap_or(u16::MAX).to_be_bytes());
            key.extend_from_slice(digits.as_bytes());
        } else {
            key.extend_from_slice(part.as_bytes());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
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
        let index = Index::new(entries);
        let found = index.holding(&index.sorted(entries, order), search);
        found.into_iter().map(|at| entries[at as usize].name.to_string()).collect()
    }

    const BY_NAME: Order = Order { column: Column::Name, descending: false };

    #[test]
    fn folders_stand_first_whatever_the_order() {
        let all = [entry("b", 1, false), entry("z", 0, true), entry("A", 2, false), entry("y", 0, true)];
        assert_eq!(names(&all, "", BY_NAME), ["y", "z", "A", "b"]);
        assert_eq!(names(&all, "", BY_NAME.tapped(Column::Name)), ["z", "y", "b", "A"]);
        assert_eq!(names(&all, "", BY_NAME.tapped(Column::Size)), ["y", "z", "A", "b"]);
        assert_eq!(names(&all, "Z", BY_NAME), ["z"]);
        for alike in [Column::Modified, Column::Rights, Column::Owner] {
            assert_eq!(names(&all, "", BY_NAME.tapped(alike)), ["y", "z", "A", "b"], "then by name");
        }
    }

    #[test]
    fn numbers_count_by_their_value() {
        let all = ["a10", "a2", "a", "a02b", "b1"].map(|name| entry(name, 0, false));
        assert_eq!(names(&all, "", BY_NAME), ["a", "a2", "a02b", "a10", "b1"]);
    }

    #[test]
    fn a_number_may_stand_anywhere_and_be_of_any_length() {
        let all =
            ["1", "a1b10", "a1b9", "a-1", "a", "aé2", "12345678901234567890123", "é"].map(|name| entry(name, 0, false));
        assert_eq!(names(&all, "", BY_NAME), ["1", "12345678901234567890123", "a", "a-1", "a1b9", "a1b10", "aé2", "é"]);
    }

    #[test]
    fn a_hundred_thousand_are_sorted_at_once() {
        let all: Vec<_> = (0..100_000).map(|n| entry(&format!("file {}", n * 7919 % 100_000), n, false)).collect();
        let sorted = Index::new(&all).sorted(&all, BY_NAME);
        assert_eq!((sorted.len(), all[sorted[99_999] as usize].name.to_string().as_str()), (100_000, "file 99999"));
    }

    proptest! {
        #[test]
        fn the_bytes_stand_as_the_names(a in "[a-c0-3 .é]{0,8}", b in "[a-c0-3 .é]{0,8}") {
            let key = |name: &str| { let mut key = Vec::new(); natural(name, &mut key); key };
            prop_assert_eq!(key(&a).cmp(&key(&b)), slowly(&a, &b));
        }
    }

    /// The order that is meant, character by character.
    fn slowly(a: &str, b: &str) -> Ordering {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else { return a.len().cmp(&b.len()) };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let ((first, rest_a), (second, rest_b)) = (number(a), number(b));
            return first.len().cmp(&second.len()).then_with(|| first.cmp(second)).then_with(|| slowly(rest_a, rest_b));
        }
        x.cmp(&y).then_with(|| slowly(&a[x.len_utf8()..], &b[y.len_utf8()..]))
    }

    /// The digits at the beginning without leading zeros, and what follows.
    fn number(text: &str) -> (&str, &str) {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        (text[..end].trim_start_matches('0'), &text[end..])
    }
}
