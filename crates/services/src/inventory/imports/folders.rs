//! The folders of an import: those that are there, and those that it makes on the way.

use crate::{ServiceError, vault::random};
use std::collections::{HashMap, HashSet};
use wire::{
    FolderId,
    inventory::{
        FolderView,
        inherit::{DEEPEST_FOLDER, PATH_SEPARATOR},
    },
};

/// Folders by their path.
pub(super) struct Folders<'a> {
    current: &'a [FolderView],
    within: Option<&'a FolderView>,
    /// The folder that everything is put into with those below it; none when that is all.
    inside: Option<HashSet<&'a FolderId>>,
    by_path: HashMap<String, FolderView>,
    /// Paths that the import names.
    named: HashSet<FolderId>,
    made: Vec<FolderView>,
}

impl<'a> Folders<'a> {
    /// Those that are there; everything is put below `within`.
    pub(super) fn new(current: &'a [FolderView], within: Option<&'a FolderView>) -> Self {
        let by_path = current.iter().map(|folder| (folder.path.to_lowercase(), folder.clone())).collect();
        let inside = within.map(|within| {
            let below = format!("{}{PATH_SEPARATOR}", within.path);
            let is_inside = |folder: &&FolderView| folder.id == within.id || folder.path.starts_with(&below);
            current.iter().filter(is_inside).map(|folder| &folder.id).collect()
        });
        Self { current, within, inside, by_path, named: HashSet::new(), made: Vec::new() }
    }

    /// The path that these names make below the folder that everything is put into; empty for no folder.
    pub(super) fn path(&self, names: &[String]) -> String {
        let above = self.within.map(|folder| folder.path.as_str());
        above.into_iter().chain(names.iter().map(String::as_str)).collect::<Vec<_>>().join(PATH_SEPARATOR)
    }

    /// The folder of these names, made where it is missing with the folders around it; none for no names.
    pub(super) fn place(&mut self, names: &[String]) -> Result<Option<FolderView>, ServiceError> {
        let mut found = self.within.cloned();
        if let Some(known) = self.by_path.get(&self.path(names).to_lowercase()) {
            found = Some(known.clone());
        } else {
            for depth in 1..=names.len() {
                found = Some(self.known_or_made(&names[..depth], found)?);
            }
        }
        if let Some(folder) = &found {
            self.named.insert(folder.id.clone());
        }
        Ok(found)
    }

    fn known_or_made(&mut self, names: &[String], parent: Option<FolderView>) -> Result<FolderView, ServiceError> {
        let path = self.path(names);
        if let Some(known) = self.by_path.get(&path.to_lowercase()) {
            return Ok(known.clone());
        }
        if path.split(PATH_SEPARATOR).count() > DEEPEST_FOLDER {
            return Err(ServiceError::bad(format!("folders nest {DEEPEST_FOLDER} deep at most; {path:?} lies deeper")));
        }
        let name = names.last().cloned().unwrap_or_default();
        let parent = parent.map(|parent| parent.id);
        let made = FolderView { path: path.clone(), ..FolderView::new(random::id()?, name, parent) };
        self.by_path.insert(path.to_lowercase(), made.clone());
        self.made.push(made.clone());
        Ok(made)
    }

    /// Those that were made, each after the one around it.
    pub(super) fn made(&self) -> &[FolderView] {
        &self.made
    }

    /// Whether a folder is the one that everything is put into, or lies below it; all do when there is none.
    pub(super) fn is_within(&self, folder: Option<&FolderId>) -> bool {
        self.inside.as_ref().is_none_or(|inside| folder.is_some_and(|id| inside.contains(id)))
    }

    /// The folders that nothing is left in and that the import does not name, each before the one around it.
    pub(super) fn empty_without(&self, used: &HashSet<FolderId>) -> Vec<FolderView> {
        let parents: HashMap<_, _> =
            self.current.iter().chain(&self.made).map(|it| (&it.id, it.parent_id.as_ref())).collect();
        let mut needed: HashSet<&FolderId> = HashSet::new();
        for start in used.iter().chain(&self.named).chain(self.within.map(|folder| &folder.id)) {
            let mut at = Some(start);
            while let Some(id) = at.filter(|id| needed.insert(id)) {
                at = parents.get(id).copied().flatten();
            }
        }
        let empty = |folder: &&FolderView| !needed.contains(&folder.id) && self.is_within(Some(&folder.id));
        let mut gone: Vec<_> = self.current.iter().filter(empty).cloned().collect();
        gone.sort_by_key(|folder| std::cmp::Reverse(folder.path.split(PATH_SEPARATOR).count()));
        gone
    }
}
