//! An account's hosts in memory, as lists sort, group, filter and rank them. It holds what every list needs and no more; the
//! rows that are shown are read from the database.

mod kept;
#[cfg(test)]
pub(super) mod samples;
mod visible;

pub(super) use kept::Shelves;
pub(super) use visible::Views;

use super::{natural, tree::Tree};
use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap, HashSet},
    ops::Deref,
    sync::Arc,
};
use storage::{HostLine, folded};
use wire::{
    AccountId, CredentialId, FolderId, HostId,
    grants::{GrantObject, HostRights},
    inventory::Effective,
};

/// All hosts of an account.
pub(super) struct Shelf {
    /// The folders.
    pub(super) tree: Tree,
    /// The folders' paths as the search compares them, one for each of the tree.
    pub(super) paths: Arc<[String]>,
    /// The hosts, by name.
    pub(super) lines: Vec<Line>,
    at: Arc<HashMap<HostId, usize>>,
    credentials: HashMap<CredentialId, String>,
    favourites: HashSet<String>,
    /// The revision of the account's hosts that this is.
    revision: u64,
}

/// A host on the shelf.
pub(super) struct Line {
    known: Arc<Known>,
    /// Its folder's place in the tree.
    pub(super) node: Option<usize>,
    /// Whether it is marked.
    pub(super) favourite: bool,
    /// Whose it is, when it is another account's.
    pub(super) of: Option<Foreign>,
}

/// What goes with a host of another account.
pub(super) struct Foreign {
    /// That account with all its hosts.
    pub(super) owner: Arc<Owner>,
    /// What may be done with this one.
    pub(super) rights: HostRights,
}

/// Another account that shares hosts.
pub(super) struct Owner {
    /// Its id.
    pub(super) id: AccountId,
    /// Its name.
    pub(super) name: String,
    /// All its hosts, shared or not.
    pub(super) shelf: Arc<Shelf>,
}

impl Line {
    /// The same line on another shelf whose tree begins with the same folders.
    fn again(&self) -> Self {
        Self { known: self.known.clone(), node: self.node, favourite: self.favourite, of: None }
    }
}

/// What is known of a host, whatever stands around it.
pub(super) struct Known {
    /// What was read.
    pub(super) host: HostLine,
    /// Its name as the search compares it.
    pub(super) name: String,
    /// Its tags as the search compares them.
    pub(super) tags: Vec<String>,
    /// Its name as it is sorted by.
    key: Vec<u8>,
}

impl Deref for Line {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.known
    }
}

impl Known {
    fn new(host: HostLine) -> Arc<Self> {
        Arc::new(Self {
            name: folded(&host.name),
            tags: host.tags.iter().map(|tag| folded(tag)).collect(),
            key: natural::key(&host.name),
            host,
        })
    }

    fn in_folder(&self, folder_id: Option<FolderId>) -> Arc<Self> {
        let host = HostLine { folder_id, ..self.host.clone() };
        Arc::new(Self { host, name: self.name.clone(), tags: self.tags.clone(), key: self.key.clone() })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.key
            .cmp(&other.key)
            .then_with(|| self.host.name.cmp(&other.host.name))
            .then_with(|| self.host.id.cmp(&other.host.id))
    }
}

/// What stands around the hosts.
pub(super) struct Around {
    /// The folders.
    pub(super) tree: Tree,
    /// The names of the credentials.
    pub(super) credentials: HashMap<CredentialId, String>,
    /// The hosts that are marked, by their ids.
    pub(super) favourites: HashSet<String>,
    /// The revision of the account's hosts that all of it is read at.
    pub(super) revision: u64,
}

impl Shelf {
    /// Puts the hosts in order.
    pub(super) fn new(around: Around, hosts: Vec<HostLine>) -> Self {
        Self::of(around, in_order(hosts))
    }

    /// The same with some hosts as they are now; those of `stale` that did not come anew are gone.
    fn renewed(&self, around: Around, stale: &HashSet<HostId>, anew: Vec<HostLine>) -> Self {
        let staying = self.lines.iter().filter(|line| !stale.contains(&line.host.id));
        let mut known = in_order(anew);
        known.extend(staying.map(|line| line.known.clone()));
        // Two runs in order: the sort merges them.
        known.sort_by(|one, other| one.order(other));
        Self::of(around, known)
    }

    /// The same with some hosts in other folders.
    fn moved(&self, moves: &[(Option<FolderId>, Vec<HostId>)], revision: u64) -> Self {
        let mut lines: Vec<Line> = self.lines.iter().map(Line::again).collect();
        for (folder, ids) in moves {
            let node = folder.as_ref().and_then(|id| self.tree.position(id));
            for at in ids.iter().filter_map(|id| self.position(id)) {
                let line = &mut lines[at];
                (line.node, line.known) = (node, line.known.in_folder(folder.clone()));
            }
        }
        let mut tree = self.tree.clone();
        tree.count(lines.iter().filter_map(|line| line.node));
        // Hosts lie by name, so each stays in its place.
        let (at, paths) = (self.at.clone(), self.paths.clone());
        let (credentials, favourites) = (self.credentials.clone(), self.favourites.clone());
        Self { tree, paths, lines, at, credentials, favourites, revision }
    }

    fn of(around: Around, known: Vec<Arc<Known>>) -> Self {
        let Around { tree, credentials, favourites, revision } = around;
        let line = |known: Arc<Known>| Line {
            node: known.host.folder_id.as_ref().and_then(|id| tree.position(id)),
            favourite: favourites.contains(known.host.id.as_str()),
            of: None,
            known,
        };
        let lines = known.into_iter().map(line).collect();
        Self { revision, ..Self::with(tree, credentials, favourites, lines) }
    }

    /// Of lines that are in order.
    fn with(
        mut tree: Tree,
        credentials: HashMap<CredentialId, String>,
        favourites: HashSet<String>,
        lines: Vec<Line>,
    ) -> Self {
        tree.count(lines.iter().filter_map(|line| line.node));
        let at = lines.iter().enumerate().map(|(at, line)| (line.host.id.clone(), at)).collect();
        let paths = tree.nodes().iter().map(|node| folded(&node.folder.path)).collect();
        Self { tree, paths, lines, at: Arc::new(at), credentials, favourites, revision: 0 }
    }

    /// Where a host stands.
    pub(super) fn position(&self, id: &HostId) -> Option<usize> {
        self.at.get(id).copied()
    }

    /// A host's name.
    pub(super) fn host_name(&self, id: &HostId) -> Option<&str> {
        self.position(id).map(|at| self.lines[at].host.name.as_str())
    }

    /// A credential's name.
    pub(super) fn credential_name(&self, id: &CredentialId) -> Option<&str> {
        self.credentials.get(id).map(String::as_str)
    }

    /// The accounts of hosts here of which more is said than stands in their lines; `account` is the one that looks.
    pub(super) fn wordy<'a>(&'a self, account: &'a AccountId) -> BTreeSet<&'a AccountId> {
        let wordy = self.lines.iter().filter(|line| line.host.text.is_none());
        wordy.map(|line| line.of.as_ref().map_or(account, |of| &of.owner.id)).collect()
    }

    /// What is really used on a host; its limits are left out.
    pub(super) fn effective(&self, line: &Line) -> Effective {
        match &line.of {
            None => self.tree.effective_line(&line.host, line.node),
            Some(Foreign { owner, .. }) => owner.shelf.effective_of_own(&line.host),
        }
    }

    /// The credentials that are used on a host, or on all hosts in a folder, of the account whose shelf this is.
    pub(super) fn credentials_on(&self, object: &GrantObject) -> BTreeSet<CredentialId> {
        let used = |line: &Line| self.tree.effective_line(&line.host, line.node).credential_id;
        match object {
            GrantObject::Host(id) => self.position(id).and_then(|at| used(&self.lines[at])).into_iter().collect(),
            GrantObject::Folder(id) => {
                let Some(at) = self.tree.position(id) else { return BTreeSet::new() };
                let inside = at..self.tree.nodes()[at].end;
                let meant = |line: &&Line| line.node.is_some_and(|at| inside.contains(&at));
                self.lines.iter().filter(meant).filter_map(used).collect()
            }
        }
    }

    fn effective_of_own(&self, host: &HostLine) -> Effective {
        let node = host.folder_id.as_ref().and_then(|id| self.tree.position(id));
        Effective { credential_id: None, ..self.tree.effective_line(host, node) }
    }

    /// What a host is reached through.
    pub(super) fn jump<'a>(&'a self, line: &'a Line) -> Option<&'a HostId> {
        self.tree.jump_of(&line.host, line.node)
    }
}

fn in_order(hosts: Vec<HostLine>) -> Vec<Arc<Known>> {
    let mut known: Vec<_> = hosts.into_iter().map(Known::new).collect();
    known.sort_by(|one, other| one.order(other));
    known
}

#[cfg(test)]
#[path = "shelf/shelf_tests.rs"]
mod tests;
