//! A folder that arrives piece by piece: its entries can be shown before the last of them is there.

use serde_json::{Deserializer, Error};
use wire::files::{Entry, FolderView};

/// Before the first entry stands this, and nowhere else: within a text its quotes would have a backslash before them.
const ENTRIES: &[u8] = b"\"entries\":[";

/// What has come so far of a [`FolderView`] as JSON.
#[derive(Default)]
pub(super) struct Arriving {
    /// What stands before the entries, once they have begun.
    head: Option<Vec<u8>>,
    /// What has come and is not read yet.
    rest: Vec<u8>,
    is_past: bool,
}

impl Arriving {
    /// Takes one more piece; the entries that are whole now.
    ///
    /// # Errors
    /// When this is no folder.
    pub(super) fn take(&mut self, piece: &[u8]) -> Result<Vec<Entry>, Error> {
        self.rest.extend_from_slice(piece);
        if self.head.is_none()
            && let Some(at) = self.rest.windows(ENTRIES.len()).position(|window| window == ENTRIES)
        {
            let after = self.rest.split_off(at + ENTRIES.len());
            self.head = Some(std::mem::replace(&mut self.rest, after));
        }
        let (mut found, mut at) = (Vec::new(), 0);
        while self.head.is_some() && !self.is_past {
            match self.rest.get(at) {
                None => break,
                Some(b']') => self.is_past = true,
                Some(b'{') => {
                    let mut one = Deserializer::from_slice(&self.rest[at..]).into_iter();
                    match one.next() {
                        Some(Ok(entry)) => found.push(entry),
                        Some(Err(error)) if !error.is_eof() => return Err(error),
                        _ => break,
                    }
                    at += one.byte_offset();
                }
                // What stands between two.
                Some(_) => at += 1,
            }
        }
        self.rest.drain(..at);
        Ok(found)
    }

    /// The folder itself, once its entries have begun; what can be done in it comes at the end.
    pub(super) fn begun(&self) -> Option<FolderView> {
        let head = self.head.as_deref()?;
        let end = br#"],"cut":false,"abilities":{"chmod":false,"links":false,"resume":false}}"#;
        serde_json::from_slice(&[head, end].concat()).ok()
    }

    /// The folder without the entries that were handed out, when all has come.
    ///
    /// # Errors
    /// When it ended too early, or is no folder.
    pub(super) fn finish(self) -> Result<FolderView, Error> {
        serde_json::from_slice(&[self.head.unwrap_or_default(), self.rest].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wire::files::{EntryKind, RemotePath};

    fn folder(names: &[String]) -> FolderView {
        let path: RemotePath = "/srv/\"entries\":[{".parse().unwrap();
        let entry = |name: &String| Entry {
            name: name.parse().unwrap(),
            path: path.join(&name.parse().unwrap()),
            kind: EntryKind::File,
            is_directory: false,
            size: 7,
            size_formatted: "7 B".into(),
            modified: None,
            permissions: "-rw-r--r--".into(),
            mode: Some(0o644),
            owner: None,
            group: None,
            link_target: None,
        };
        FolderView {
            entries: names.iter().map(entry).collect(),
            parent: path.parent(),
            cut: true,
            abilities: Default::default(),
            path,
        }
    }

    proptest! {
        #[test]
        fn it_is_the_same_however_it_is_cut(
            names in proptest::collection::vec("[a-z\\]\"{}\\[,:\\\\ é]{1,9}", 0..9), size in 1_usize..40,
        ) {
            let whole = folder(&names);
            let json = serde_json::to_vec(&whole).unwrap();
            let (mut arriving, mut entries) = (Arriving::default(), Vec::new());
            for piece in json.chunks(size) {
                entries.extend(arriving.take(piece).unwrap());
            }
            let begun = arriving.begun().unwrap();
            prop_assert_eq!((&begun.path, &begun.parent), (&whole.path, &whole.parent));
            let mut came = arriving.finish().unwrap();
            prop_assert!(came.entries.is_empty());
            came.entries = entries;
            prop_assert_eq!(came, whole);
        }
    }

    #[test]
    fn what_ends_too_early_is_no_folder() {
        let json = serde_json::to_vec(&folder(&["a".into(), "b".into()])).unwrap();
        for end in 0..json.len() {
            let mut arriving = Arriving::default();
            arriving.take(&json[..end]).unwrap();
            assert!(arriving.finish().is_err(), "cut at {end}");
        }
        assert!(Arriving::default().take(b"{\"entries\":[{\"name\":7}]").is_err());
    }
}
