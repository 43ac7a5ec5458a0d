//! The folders as a tree: which of them are seen, how deep they stand, and what lies below them.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
};
use wire::{
    CredentialId, FolderId,
    inventory::{
        Effective, FolderView,
        inherit::{Level, inherit},
    },
    vault::CredentialView,
};

/// Folders stand open by themselves as long as there are no more than so many.
const OPEN_BY_ITSELF: usize = 40;
/// The server takes no deeper tree.
const DEEPEST: usize = 32;

/// A folder of the tree that is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Which.
    pub id: FolderId,
    /// Its name.
    pub name: String,
    /// How many folders are around it.
    pub depth: usize,
    /// How many hosts lie in it and below it.
    pub hosts: u64,
    /// Whether folders below it are seen; none when there are none.
    pub open: Option<bool>,
}

/// All folders, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    folders: HashMap<FolderId, FolderView>,
    below: HashMap<Option<FolderId>, Vec<FolderId>>,
    hosts: HashMap<FolderId, u64>,
}

impl Tree {
    /// Of the folders in any order. What hangs nowhere stands at the top.
    pub fn new(list: Vec<FolderView>) -> Self {
        let folders: HashMap<_, _> = list.into_iter().map(|folder| (folder.id.clone(), folder)).collect();
        let mut below: HashMap<Option<FolderId>, Vec<FolderId>> = HashMap::new();
        for folder in folders.values() {
            let parent = folder.parent_id.clone().filter(|id| folders.contains_key(id));
            below.entry(parent).or_default().push(folder.id.clone());
        }
        for ids in below.values_mut() {
            let name = |id: &FolderId| folders.get(id).map_or("", |folder| folder.name.as_str());
            ids.sort_by(|one, other| natural(name(one), name(other)).then_with(|| one.cmp(other)));
        }
        let mut tree = Self { folders, below, hosts: HashMap::new() };
        for id in tree.inside(None) {
            tree.count(&id, 0);
        }
        tree
    }

    fn count(&mut self, id: &FolderId, depth: usize) -> u64 {
        let mine = self.folders.get(id).map_or(0, |folder| folder.hosts);
        let children = if depth < DEEPEST { self.inside(Some(id)) } else { Vec::new() };
        let below: u64 = children.iter().map(|child| self.count(child, depth + 1)).sum();
        self.hosts.insert(id.clone(), mine + below);
        mine + below
    }

    fn inside(&self, id: Option<&FolderId>) -> Vec<FolderId> {
        self.below.get(&id.cloned()).cloned().unwrap_or_default()
    }

    /// How many folders there are.
    pub fn len(&self) -> usize {
        self.folders.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// One of them.
    pub fn get(&self, id: &FolderId) -> Option<&FolderView> {
        self.folders.get(id)
    }

    /// How many hosts lie in a folder and below it.
    pub fn hosts(&self, id: &FolderId) -> u64 {
        self.hosts.get(id).copied().unwrap_or_default()
    }

    /// How many hosts lie in folders.
    pub fn filed(&self) -> u64 {
        self.folders.values().map(|folder| folder.hosts).sum()
    }

    /// The folder and those around it, the outermost last.
    pub fn around(&self, id: &FolderId) -> Vec<&FolderView> {
        let mut found = Vec::new();
        let mut next = self.folders.get(id);
        while let Some(folder) = next.filter(|_| found.len() <= DEEPEST) {
            found.push(folder);
            next = folder.parent_id.as_ref().and_then(|id| self.folders.get(id));
        }
        found
    }

    /// The folder that a text means: by its path, else the only one of that name.
    pub fn by_text(&self, text: &str) -> Option<&FolderView> {
        let text = text.trim().to_lowercase();
        let by_path = self.folders.values().find(|folder| folder.path.to_lowercase() == text);
        by_path.or_else(|| {
            let mut named = self.folders.values().filter(|folder| folder.name.to_lowercase() == text);
            named.next().filter(|_| named.next().is_none())
        })
    }

    /// What holds in a folder, by what it says and those around it; outside of all, nothing does.
    pub fn effective(&self, id: Option<&FolderId>, credentials: &[CredentialView]) -> Effective {
        let username = |id: &CredentialId| credentials.iter().find(|one| one.id == *id)?.username.as_deref();
        let around = id.map(|id| self.around(id)).unwrap_or_default();
        around.into_iter().rev().fold(Effective::default(), |effective, folder| {
            inherit(&effective, Level::of_folder(folder, |id| username(id).filter(|name| !name.is_empty())))
        })
    }

    /// Whether a folder may be put into another one, or to the top: not into itself, nor below itself, nor where it is.
    pub fn takes(&self, folder: &FolderId, into: Option<&FolderId>) -> bool {
        let Some(moved) = self.folders.get(folder) else { return false };
        moved.parent_id.as_ref() != into
            && into.is_none_or(|into| self.around(into).iter().all(|around| around.id != *folder))
    }

    /// The folders in order, with those below each after it.
    pub fn all(&self) -> Vec<&FolderView> {
        let mut found = Vec::with_capacity(self.len());
        self.walk(None, 0, &mut |folder, _| {
            found.push(folder);
            true
        });
        found
    }

    /// Calls for each folder in order; what lies below it follows when the answer is yes.
    fn walk<'a>(&'a self, at: Option<&FolderId>, depth: usize, look: &mut impl FnMut(&'a FolderView, usize) -> bool) {
        for id in self.below.get(&at.cloned()).into_iter().flatten() {
            let Some(folder) = self.folders.get(id) else { continue };
            if look(folder, depth) && depth < DEEPEST {
                self.walk(Some(id), depth + 1, look);
            }
        }
    }

    fn stands_open(&self, id: &FolderId, turned: &HashSet<FolderId>) -> bool {
        (self.len() <= OPEN_BY_ITSELF) != turned.contains(id)
    }

    /// What is seen when these were turned over by hand, or, with words, everything that has them in its path.
    pub fn seen(&self, turned: &HashSet<FolderId>, words: &str) -> Vec<Branch> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let kept = self.kept(&words);
        let mut rows = Vec::new();
        self.walk(None, 0, &mut |folder, depth| {
            if kept.as_ref().is_some_and(|kept| !kept.contains(&folder.id)) {
                return false;
            }
            let leaf = !self.below.contains_key(&Some(folder.id.clone()));
            let open = kept.is_some() || self.stands_open(&folder.id, turned);
            rows.push(Branch {
                id: folder.id.clone(),
                name: folder.name.clone(),
                depth,
                hosts: self.hosts(&folder.id),
                open: (!leaf).then_some(open),
            });
            open
        });
        rows
    }

    /// The folders whose path has all words, and those around them.
    fn kept(&self, words: &[String]) -> Option<HashSet<FolderId>> {
        if words.is_empty() {
            return None;
        }
        let mut kept = HashSet::new();
        for folder in self.folders.values() {
            let path = folder.path.to_lowercase();
            if words.iter().all(|word| path.contains(word)) {
                kept.extend(self.around(&folder.id).into_iter().map(|around| around.id.clone()));
            }
        }
        Some(kept)
    }

    /// Those around a folder that must be turned over for it to be seen.
    pub fn hiding(&self, id: &FolderId, turned: &HashSet<FolderId>) -> Vec<FolderId> {
        let around = self.around(id).into_iter().skip(1);
        around.filter(|folder| !self.stands_open(&folder.id, turned)).map(|folder| folder.id.clone()).collect()
    }
}

/// `rack 2` before `Rack 10`.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.chars().peekable(), other.chars().peekable());
    loop {
        match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return one.cmp(other),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (a, b) = (number(&mut left), number(&mut right));
                match a.len().cmp(&b.len()).then_with(|| a.cmp(&b)) {
                    Ordering::Equal => {}
                    unequal => return unequal,
                }
            }
            (Some(a), Some(b)) => {
                match a.to_lowercase().cmp(b.to_lowercase()) {
                    Ordering::Equal => {}
                    unequal => return unequal,
                }
                left.next();
                right.next();
            }
        }
    }
}

/// The digits that come next, without zeros before them.
fn number(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        if !(digits.is_empty() && digit == '0') {
            digits.push(digit);
        }
    }
    digits
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
