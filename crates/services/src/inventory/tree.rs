//! An account's folders as a tree: paths, order, and what holds inside each. Built from the database's rows, asks nothing.

use std::collections::HashMap;
use storage::{CredentialName, HostLine};
use wire::{
    CredentialId, FolderId, HostId,
    inventory::{
        Effective, FolderView, HostView, Protocol,
        inherit::{DEEPEST_FOLDER, Level, PATH_SEPARATOR, inherit, inherit_host, jump_host},
    },
};

/// The folders, each followed by those that lie in it.
#[derive(Clone, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    at: HashMap<FolderId, usize>,
    usernames: HashMap<CredentialId, String>,
    nothing: Effective,
}

/// A folder in its place.
#[derive(Clone)]
pub(super) struct Node {
    /// The folder, with its path.
    pub(super) folder: FolderView,
    /// What holds for a host in it that says nothing itself.
    pub(super) effective: Effective,
    /// How many folders lie around it.
    pub(super) depth: usize,
    /// Where the folders inside it end.
    pub(super) end: usize,
}

/// Where a text leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The folder, or the one around those that are missing; none for the top.
    pub(super) deepest: Option<FolderId>,
    /// The names of those that are missing, from the outside in.
    pub(super) missing: Vec<String>,
}

impl Tree {
    /// The tree of these folders; the credentials' usernames count where the credentials stand.
    pub(super) fn new(folders: Vec<FolderView>, credentials: Vec<CredentialName>) -> Self {
        let usernames = credentials.into_iter().filter_map(|name| Some((name.id, name.username?))).collect();
        let mut tree = Self { usernames, ..Self::default() };
        let known: std::collections::HashSet<FolderId> = folders.iter().map(|folder| folder.id.clone()).collect();
        let mut inside: HashMap<Option<FolderId>, Vec<FolderView>> = HashMap::new();
        for folder in folders {
            let around = folder.parent_id.clone().filter(|id| known.contains(id));
            inside.entry(around).or_default().push(folder);
        }
        for list in inside.values_mut() {
            list.sort_by(|one, other| super::natural::compare(&one.name, &other.name));
        }
        tree.grow(&mut inside, None, "", &Effective::default(), 0);
        // What is left lies in a circle, which no request makes; it is shown at the top and not below itself.
        while let Some(next) = inside.keys().next().cloned() {
            tree.grow(&mut inside, next, "", &Effective::default(), 0);
        }
        tree
    }

    fn grow(
        &mut self,
        inside: &mut HashMap<Option<FolderId>, Vec<FolderView>>,
        around: Option<FolderId>,
        path: &str,
        effective: &Effective,
        depth: usize,
    ) {
        for mut folder in inside.remove(&around).unwrap_or_default() {
            folder.path = match path {
                "" => folder.name.clone(),
                path => format!("{path}{PATH_SEPARATOR}{}", folder.name),
            };
            let level = Level::of_folder(&folder, |id| self.usernames.get(id).map(String::as_str));
            let (effective, at) = (inherit(effective, level), self.nodes.len());
            let (id, path) = (folder.id.clone(), folder.path.clone());
            self.at.insert(id.clone(), at);
            self.nodes.push(Node { folder, effective: effective.clone(), depth, end: at + 1 });
            // A bound for the stack; nobody may nest so deep.
            if depth < 2 * DEEPEST_FOLDER {
                self.grow(inside, Some(id), &path, &effective, depth + 1);
            }
            self.nodes[at].end = self.nodes.len();
        }
    }

    /// Says how many hosts lie in each folder directly.
    pub(super) fn count(&mut self, lie_in: impl Iterator<Item = usize>) {
        for node in &mut self.nodes {
            node.folder.hosts = 0;
        }
        for at in lie_in {
            self.nodes[at].folder.hosts += 1;
        }
    }

    /// Puts a folder behind all others, outside of them; answers its place.
    pub(super) fn append(&mut self, folder: FolderView) -> usize {
        let at = self.nodes.len();
        self.at.insert(folder.id.clone(), at);
        self.nodes.push(Node { folder, effective: Effective::default(), depth: 0, end: at + 1 });
        at
    }

    /// Puts a folder of another tree, with those inside it, into the folder that was appended last. What holds in them stays.
    /// `change` is done to each.
    pub(super) fn graft(&mut self, other: &Tree, from: usize, into: usize, change: impl Fn(&mut FolderView, usize)) {
        let top = &other.nodes[from];
        let around = top.folder.path.len() - top.folder.name.len();
        let shift = self.nodes.len();
        for (at, node) in other.nodes.iter().enumerate().take(top.end).skip(from) {
            let mut node = node.clone();
            node.depth = node.depth - top.depth + 1;
            node.end = node.end - from + shift;
            if at == from {
                node.folder.parent_id = Some(self.nodes[into].folder.id.clone());
            }
            let inside = node.folder.path.split_off(around);
            node.folder.path = format!("{}{PATH_SEPARATOR}{inside}", self.nodes[into].folder.path);
            change(&mut node.folder, at);
            self.at.insert(node.folder.id.clone(), self.nodes.len());
            self.nodes.push(node);
        }
        self.nodes[into].end = self.nodes.len();
    }

    /// The folders in order, each before those inside it.
    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Where a folder stands among them.
    pub(super) fn position(&self, id: &FolderId) -> Option<usize> {
        self.at.get(id).copied()
    }

    /// A folder.
    pub(super) fn get(&self, id: &FolderId) -> Option<&Node> {
        self.position(id).map(|at| &self.nodes[at])
    }

    /// How many folders lie in each other inside this one, itself included.
    pub(super) fn height(&self, id: &FolderId) -> usize {
        let Some(at) = self.position(id) else { return 0 };
        let inside = &self.nodes[at..self.nodes[at].end];
        inside.iter().map(|node| node.depth - self.nodes[at].depth + 1).max().unwrap_or(1)
    }

    /// Fills in a host's path and what it inherits.
    pub(super) fn dress(&self, host: &mut HostView) {
        let node = host.folder_id.as_ref().and_then(|id| self.get(id));
        host.folder = node.map(|node| node.folder.path.clone());
        let level = Level::of_host(host, |id| self.usernames.get(id).map(String::as_str));
        host.effective = self.effective(node, &host.id, host.protocol, level);
    }

    /// What a host is reached through in the folder that it names.
    pub(super) fn way_of<'a>(&'a self, host: &'a HostView) -> Option<&'a HostId> {
        let node = host.folder_id.as_ref().and_then(|id| self.get(id));
        let around = node.map_or(&self.nothing, |node| &node.effective);
        let level = Level { jump_host_id: host.jump_host_id.as_ref(), direct: host.direct, ..Level::default() };
        jump_host(around, &host.id, host.protocol, level)
    }

    /// What a line's host is reached through when it lies in this folder.
    pub(super) fn jump_of<'a>(&'a self, host: &'a HostLine, node: Option<usize>) -> Option<&'a HostId> {
        let around = node.map_or(&self.nothing, |at| &self.nodes[at].effective);
        let level = Level { jump_host_id: host.jump_host_id.as_ref(), direct: host.direct, ..Level::default() };
        jump_host(around, &host.id, host.protocol, level)
    }

    /// What is used on a line's host, which lies in this folder.
    pub(super) fn effective_line(&self, host: &HostLine, node: Option<usize>) -> Effective {
        let level = Level {
            folder: None,
            username: host.username.as_deref(),
            credential_id: host.credential_id.as_ref(),
            credential_username: host.credential_id.as_ref().and_then(|id| self.usernames.get(id).map(String::as_str)),
            jump_host_id: host.jump_host_id.as_ref(),
            direct: host.direct,
            recording: host.recording,
            ..Level::default()
        };
        self.effective(node.map(|at| &self.nodes[at]), &host.id, host.protocol, level)
    }

    fn effective(&self, node: Option<&Node>, host: &HostId, protocol: Protocol, level: Level<'_>) -> Effective {
        inherit_host(node.map_or(&self.nothing, |node| &node.effective), host, protocol, level)
    }

    /// Finds a folder by its path in any case, else the only one of that plain name.
    pub(super) fn find(&self, text: &str) -> Found {
        let key = path_key(text);
        let by_path = self.nodes.iter().find(|node| path_key(&node.folder.path) == key);
        let mut namesakes = self.nodes.iter().filter(|node| node.folder.name.to_lowercase() == key);
        let by_name = namesakes.next().filter(|_| namesakes.next().is_none());
        if let Some(node) = by_path.or(by_name) {
            return Found { deepest: Some(node.folder.id.clone()), missing: Vec::new() };
        }
        let names: Vec<&str> = text.split(PATH_SEPARATOR).map(str::trim).collect();
        let mut deepest = None;
        for (at, name) in names.iter().enumerate() {
            let Some(inner) = self.inside_called(deepest.as_ref(), name) else {
                return Found { deepest, missing: names[at..].iter().map(ToString::to_string).collect() };
            };
            deepest = Some(inner.clone());
        }
        Found { deepest, missing: Vec::new() }
    }

    /// The folders that a text names: the one of this path, else all of this plain name.
    pub(super) fn all_called(&self, text: &str) -> Vec<FolderId> {
        let key = path_key(text);
        let by_path = self.nodes.iter().find(|node| path_key(&node.folder.path) == key);
        match by_path {
            Some(node) => vec![node.folder.id.clone()],
            None => {
                let namesakes = self.nodes.iter().filter(|node| node.folder.name.to_lowercase() == key);
                namesakes.map(|node| node.folder.id.clone()).collect()
            }
        }
    }

    fn inside_called(&self, around: Option<&FolderId>, name: &str) -> Option<&FolderId> {
        let key = name.to_lowercase();
        let inner =
            self.nodes.iter().find(|n| n.folder.parent_id.as_ref() == around && n.folder.name.to_lowercase() == key);
        inner.map(|node| &node.folder.id)
    }
}

/// A path as it is compared: in any case, whatever stands around its names.
fn path_key(path: &str) -> String {
    path.split(PATH_SEPARATOR).map(|name| name.trim().to_lowercase()).collect::<Vec<_>>().join(PATH_SEPARATOR)
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
