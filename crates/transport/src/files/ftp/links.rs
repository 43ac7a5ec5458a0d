//! Links that a listing for machines passes over: MLSD of some servers (pyftpdlib) calls a link to a folder a folder, and
//! whoever deletes what is in it deletes what the link leads to. The listing for people tells them.

use super::connection::Connection;
use crate::{FileError, Found, ListLimits};
use std::{
    collections::{HashMap, HashSet},
    sync::atomic::Ordering::Relaxed,
};
use wire::files::{EntryKind, RemoteName, RemotePath};

/// Links come in any number; their bytes are bounded.
const ALL: ListLimits = ListLimits { entries: usize::MAX };

const ARROW: &[u8] = b" -> ";

impl Connection {
    /// Finds out which of these folders, all in one, are links. Asks nothing where there is no folder, and nothing of a server
    /// that has told a link from a folder before.
    pub(super) async fn tell_links(&mut self, directory: &RemotePath, entries: &mut [Found]) -> Result<(), FileError> {
        let folders: HashSet<RemoteName> =
            entries.iter().filter(|found| is_folder(found)).map(|found| found.name.clone()).collect();
        if folders.is_empty() || !self.server.may_hide_links() {
            return Ok(());
        }
        let wanted = |found: &Found| found.stat.kind == EntryKind::Link || folders.contains(&found.name);
        let Ok(listing) = self.rows_for_people(directory, ALL, &wanted).await? else { return Ok(()) };
        if listing.cut {
            let why = "it holds so much that its links cannot be told from its folders".to_owned();
            return Err(FileError::Refused { path: directory.clone(), why });
        }
        let sure: HashSet<&RemoteName> =
            listing.entries.iter().filter(|found| is_folder(found)).map(|found| &found.name).collect();
        let mut links = HashMap::new();
        for link in listing.entries.iter().filter(|found| found.stat.kind == EntryKind::Link) {
            links.extend(readings(link));
        }
        for found in entries.iter_mut().filter(|found| is_folder(found) && !sure.contains(&found.name)) {
            if let Some(target) = links.remove(found.name.as_bytes()) {
                found.stat.kind = EntryKind::Link;
                found.link_target = target;
            }
        }
        Ok(())
    }
}

fn is_folder(found: &Found) -> bool {
    found.stat.kind == EntryKind::Directory
}

/// What `a -> b -> c` can mean: a name may hold an arrow as well as a target.
fn readings(link: &Found) -> Vec<(Vec<u8>, Option<RemotePath>)> {
    let Some(target) = &link.link_target else { return vec![(link.name.as_bytes().to_vec(), None)] };
    let row = [link.name.as_bytes(), ARROW, target.as_bytes()].concat();
    let arrows = (0..row.len()).filter(|at| row[*at..].starts_with(ARROW));
    arrows.map(|at| (row[..at].to_vec(), RemotePath::from_bytes(&row[at + ARROW.len()..]).ok())).collect()
}

impl super::greeting::Server {
    /// Whether a folder in a listing may be a link.
    pub(super) fn may_hide_links(&self) -> bool {
        self.mlst && !self.tells_links.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::ftp::rows;
    use wire::Timestamp;

    #[test]
    fn an_arrow_may_be_in_the_name() {
        let row = b"lrwxrwxrwx 1 ann ann 4 Nov 21 10:00 a -> b -> c";
        let found = rows::row(row, Timestamp::from_millis(1_795_250_000_000)).unwrap();
        let told: Vec<_> = readings(&found)
            .into_iter()
            .map(|(name, target)| (String::from_utf8(name).unwrap(), target.unwrap().to_text()))
            .collect();
        let pair = |name: &str, target: &str| (name.to_owned(), target.to_owned());
        assert_eq!(told, [pair("a", "b -> c"), pair("a -> b", "c")]);
    }
}
