//! Which hosts are shown, in what order, under which headings.
//!
//! Without a search they stand by folder; a search ranks them all in one list. It works on what the page already has, so
//! it answers at every key.

use std::collections::{BTreeMap, HashMap};
use wire::{
    FolderId, HostId,
    inventory::{FolderView, HostView},
};

/// Hosts under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The folder with the folders around it, `Site / Rack`; none for hosts outside every folder and for a search.
    pub folder: Option<String>,
    /// The folder itself.
    pub folder_id: Option<FolderId>,
    /// The hosts in order.
    pub hosts: Vec<HostId>,
}

/// Arranges the hosts for a search text; an empty one shows all of them by folder.
pub fn arrange(hosts: &[HostView], folders: &[FolderView], search: &str) -> Vec<Group> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return by_folder(hosts, folders);
    }
    let mut found: Vec<_> = hosts.iter().filter_map(|host| Some((score(host, &words)?, host))).collect();
    found.sort_by_cached_key(|(score, host)| (*score, host.name.to_lowercase()));
    let hosts: Vec<_> = found.into_iter().map(|(_, host)| host.id.clone()).collect();
    if hosts.is_empty() { Vec::new() } else { vec![Group { folder: None, folder_id: None, hosts }] }
}

/// A folder while its hosts are being gathered.
#[derive(Default)]
struct Gathered<'a> {
    path: Option<String>,
    id: Option<FolderId>,
    hosts: Vec<&'a HostView>,
}

fn by_folder(hosts: &[HostView], folders: &[FolderView]) -> Vec<Group> {
    let paths = paths(folders);
    let mut gathered: BTreeMap<(bool, String), Gathered<'_>> = BTreeMap::new();
    // A folder stands here without hosts too: only what is seen can be renamed or deleted.
    for (id, path) in &paths {
        let folder = Gathered { path: Some(path.clone()), id: Some((*id).clone()), hosts: Vec::new() };
        gathered.insert((true, path.to_lowercase()), folder);
    }
    for host in hosts {
        let path = host.folder_id.as_ref().and_then(|id| paths.get(id)).or(host.folder.as_ref()).cloned();
        // Hosts without a folder come first: false sorts before true.
        let key = (path.is_some(), path.as_deref().unwrap_or_default().to_lowercase());
        let folder = gathered.entry(key).or_default();
        (folder.path, folder.id) = (path, host.folder_id.clone());
        folder.hosts.push(host);
    }
    let order = |mut hosts: Vec<&HostView>| {
        hosts.sort_by_cached_key(|host| host.name.to_lowercase());
        hosts.into_iter().map(|host| host.id.clone()).collect()
    };
    let group = |it: Gathered<'_>| Group { folder: it.path, folder_id: it.id, hosts: order(it.hosts) };
    gathered.into_values().map(group).collect()
}

/// Each folder's name with the folders around it. A ring of folders ends where it began.
fn paths(folders: &[FolderView]) -> HashMap<&FolderId, String> {
    let by_id: HashMap<_, _> = folders.iter().map(|folder| (&folder.id, folder)).collect();
    let path = |folder: &FolderView| {
        let (mut names, mut above) = (vec![folder.name.as_str()], folder.parent_id.as_ref());
        while let Some(parent) = above.and_then(|id| by_id.get(id)).filter(|_| names.len() <= folders.len()) {
            names.push(&parent.name);
            above = parent.parent_id.as_ref();
        }
        names.reverse();
        names.join(" / ")
    };
    folders.iter().map(|folder| (&folder.id, path(folder))).collect()
}

/// How well a host answers to all words: the lower the better, `None` when one word is nowhere. `#word` means a tag.
fn score(host: &HostView, words: &[String]) -> Option<usize> {
    words.iter().map(|word| word_score(host, word)).sum()
}

fn word_score(host: &HostView, word: &str) -> Option<usize> {
    let tag = |wanted: &str| host.tags.iter().any(|tag| tag.to_lowercase().starts_with(wanted));
    if let Some(wanted) = word.strip_prefix('#') {
        return tag(wanted).then_some(0);
    }
    let name = host.name.to_lowercase();
    let texts =
        [Some(&host.address), host.username.as_ref(), host.folder.as_ref(), host.hostname.as_ref(), host.os.as_ref()];
    if name.starts_with(word) {
        Some(0)
    } else if name.contains(word) {
        Some(1)
    } else if tag(word) || texts.into_iter().flatten().any(|text| text.to_lowercase().contains(word)) {
        Some(2)
    } else {
        // Letters in the right order with gaps between them, as in `wb1` for `web01`.
        scattered(&name, word).then_some(3)
    }
}

fn scattered(text: &str, word: &str) -> bool {
    let mut letters = text.chars();
    word.chars().count() > 1 && word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
#[path = "finder_tests.rs"]
mod tests;
