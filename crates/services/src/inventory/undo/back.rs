//! What of a change can still be taken back: all that is as the change left it.

use super::{Identity, identity, same_said};
use crate::inventory::shelf::Shelf;
use std::collections::{HashMap, HashSet};
use storage::{Batch, KeptFolderSource, KeptSource};
use wire::{
    FolderId, HostId,
    grants::{GrantObject, GrantView},
    inventory::{BulkSkip, FolderView, HostView},
};

/// What is put back, and what is not.
pub(super) struct Back<'a> {
    pub(super) shelf: &'a Shelf,
    pub(super) taken: HashMap<Identity, HostId>,
    pub(super) folders: HashSet<FolderId>,
    pub(super) batch: Batch,
    /// Folders that came back as another one that has their name by now.
    pub(super) instead: HashMap<FolderId, FolderId>,
    pub(super) restored: u64,
    pub(super) skips: Vec<BulkSkip>,
}

impl Back<'_> {
    /// What came goes again, unless others are reached through it by now.
    pub(super) fn added(&mut self, hosts: Vec<HostView>, now: &HashMap<HostId, HostView>) {
        let coming: HashSet<HostId> = hosts.iter().map(|host| host.id.clone()).collect();
        let lines = self.shelf.lines.iter().map(|line| &line.host).filter(|host| !coming.contains(&host.id));
        let mut used: HashSet<HostId> = lines.filter_map(|host| host.jump_host_id.clone()).collect();
        let folders = self.shelf.tree.nodes().iter();
        used.extend(folders.filter_map(|node| node.folder.jump_host_id.clone()));
        for host in hosts {
            let Some(current) = now.get(&host.id) else { continue };
            if !same_said(current, &host) {
                self.skip(&host.id, &host.name, "it was changed since");
            } else if used.contains(&host.id) {
                self.skip(&host.id, &host.name, "others are reached through it");
            } else {
                self.taken.remove(&identity(current));
                self.batch.hosts_removed.push(host.id);
                self.restored += 1;
                continue;
            }
            // What stays needs its own jump host.
            used.extend(current.jump_host_id.clone());
        }
        let before = self.batch.hosts_removed.len();
        self.batch.hosts_removed.retain(|id| !used.contains(id));
        self.restored -= (before - self.batch.hosts_removed.len()) as u64;
    }

    /// Folders that came go again when nothing is left in them.
    pub(super) fn folders_added(&mut self, folders: Vec<FolderView>) {
        let gone: HashSet<&HostId> = self.batch.hosts_removed.iter().collect();
        let back: HashMap<&HostId, &HostView> = self.batch.hosts_changed.iter().map(|host| (&host.id, host)).collect();
        let lines = self.shelf.lines.iter().map(|line| &line.host).filter(|host| !gone.contains(&host.id));
        let mut used: HashSet<FolderId> = lines
            .filter_map(|host| back.get(&host.id).map_or(host.folder_id.clone(), |before| before.folder_id.clone()))
            .collect();
        let mine: HashSet<&FolderId> = folders.iter().map(|folder| &folder.id).collect();
        let others = self.shelf.tree.nodes().iter().filter(|node| !mine.contains(&node.folder.id));
        used.extend(others.filter_map(|node| node.folder.parent_id.clone()));
        for folder in folders.iter().rev() {
            if used.contains(&folder.id) {
                used.extend(folder.parent_id.clone());
            } else if self.folders.contains(&folder.id) {
                self.batch.folders_removed.push(folder.id.clone());
            }
        }
    }

    /// Hosts that became known elsewhere are so no more, unless they were changed since.
    pub(super) fn unlinked(&mut self, adopted: Vec<HostId>, changed: &HashSet<HostId>) {
        let back: HashSet<&HostId> = self.batch.hosts_changed.iter().map(|host| &host.id).collect();
        let is_free = |id: &HostId| back.contains(id) || !changed.contains(id);
        let adopted = adopted.into_iter().filter(|id| self.shelf.position(id).is_some());
        let free: Vec<HostId> = adopted.filter(is_free).collect();
        self.restored += free.iter().filter(|id| !changed.contains(id)).count() as u64;
        self.batch.unlinked = free;
    }

    /// What folders said before the change, where nobody said something else since.
    pub(super) fn folders_changed(&mut self, changes: Vec<(FolderView, FolderView)>) {
        let said = |folder: &FolderView| FolderView { hosts: 0, path: String::new(), ..folder.clone() };
        for (mut before, after) in changes {
            let shelf = self.shelf;
            let Some(now) = shelf.tree.get(&before.id).map(|node| &node.folder) else { continue };
            if said(now) != said(&after) {
                let reason = "the folder was changed since".to_owned();
                if let Ok(id) = before.id.as_str().parse() {
                    self.skips.push(BulkSkip { id, name: before.name, reason });
                }
                continue;
            }
            before.jump_host_id = before.jump_host_id.filter(|id| shelf.position(id).is_some());
            before.credential_id = before.credential_id.filter(|id| shelf.credential_name(id).is_some());
            self.batch.folders_changed.push(before);
            self.restored += 1;
        }
    }

    pub(super) fn sources(&mut self, of_hosts: Vec<KeptSource>, of_folders: Vec<KeptFolderSource>) {
        let put = self.batch.hosts_added.iter().chain(&self.batch.hosts_changed).map(|host| &host.id);
        let put: HashSet<&str> = put.chain(&self.batch.unlinked).map(HostId::as_str).collect();
        self.batch.sources_put = of_hosts.into_iter().filter(|source| put.contains(source.host())).collect();
        let folders: HashSet<&str> = self
            .batch
            .folders_added
            .iter()
            .chain(&self.batch.folders_changed)
            .map(|folder| folder.id.as_str())
            .collect();
        let came_back = |source: &KeptFolderSource| folders.contains(source.folder());
        self.batch.folder_sources_put = of_folders.into_iter().filter(came_back).collect();
    }

    /// What came back is shared as it was.
    pub(super) fn grants(&mut self, grants: Vec<GrantView>) {
        let hosts: HashSet<&HostId> = self.batch.hosts_added.iter().map(|host| &host.id).collect();
        let folders: HashSet<&FolderId> = self.batch.folders_added.iter().map(|folder| &folder.id).collect();
        let came_back = |grant: &GrantView| match &grant.object {
            GrantObject::Host(id) => hosts.contains(id),
            GrantObject::Folder(id) => folders.contains(id),
        };
        self.batch.grants_put = grants.into_iter().filter(came_back).collect();
    }

    pub(super) fn skip(&mut self, id: &HostId, name: &str, reason: &str) {
        self.skips.push(BulkSkip { id: id.clone(), name: name.to_owned(), reason: reason.to_owned() });
    }

    pub(super) fn has_folder(&self, id: Option<&FolderId>) -> bool {
        id.is_none_or(|id| self.folders.contains(id))
    }

    /// Whether no other host stands there already; from now on this one does.
    pub(super) fn takes(&mut self, identity: Identity, id: &HostId) -> bool {
        self.taken.entry(identity).or_insert_with(|| id.clone()) == id
    }

    pub(super) fn folders(&mut self, folders: Vec<FolderView>) {
        for mut folder in folders {
            folder.parent_id = folder.parent_id.map(|id| self.instead.get(&id).cloned().unwrap_or(id));
            let key = folder.name.to_lowercase();
            let namesake = self.shelf.tree.nodes().iter().map(|node| &node.folder);
            let mut namesake = namesake.filter(|known| known.id != folder.id && known.name.to_lowercase() == key);
            if let Some(known) = namesake.find(|known| known.parent_id == folder.parent_id) {
                self.instead.insert(folder.id, known.id.clone());
                continue;
            }
            if self.folders.contains(&folder.id) || !self.has_folder(folder.parent_id.as_ref()) {
                continue;
            }
            folder.jump_host_id = folder.jump_host_id.filter(|id| self.shelf.position(id).is_some());
            folder.credential_id = folder.credential_id.filter(|id| self.shelf.credential_name(id).is_some());
            self.folders.insert(folder.id.clone());
            self.batch.folders_added.push(folder);
            self.restored += 1;
        }
    }

    pub(super) fn removed(&mut self, hosts: Vec<HostView>) {
        let coming: HashSet<HostId> = hosts.iter().map(|host| host.id.clone()).collect();
        for mut host in hosts {
            host.folder_id = host.folder_id.map(|id| self.instead.get(&id).cloned().unwrap_or(id));
            if self.shelf.position(&host.id).is_some() {
                self.skip(&host.id, &host.name, "it is there");
            } else if !self.has_folder(host.folder_id.as_ref()) {
                self.skip(&host.id, &host.name, "its folder is gone");
            } else if !self.takes(identity(&host), &host.id) {
                self.skip(&host.id, &host.name, "the same host is there under another id");
            } else {
                let known = |id: &HostId| coming.contains(id) || self.shelf.position(id).is_some();
                host.jump_host_id = host.jump_host_id.filter(known);
                host.credential_id = host.credential_id.filter(|id| self.shelf.credential_name(id).is_some());
                self.batch.marked.extend(host.favourite.then(|| host.id.clone()));
                self.batch.hosts_added.push(host);
                self.restored += 1;
            }
        }
        let back: HashSet<&str> = self.batch.hosts_added.iter().map(|host| host.id.as_str()).collect();
        // A jump host that stays away leads nowhere.
        let lost: Vec<usize> = (0..self.batch.hosts_added.len())
            .filter(|at| {
                let jump = self.batch.hosts_added[*at].jump_host_id.as_ref();
                jump.is_some_and(|id| self.shelf.position(id).is_none() && !back.contains(id.as_str()))
            })
            .collect();
        for at in lost {
            self.batch.hosts_added[at].jump_host_id = None;
        }
    }

    pub(super) fn changed(&mut self, changes: Vec<(HostView, HostView)>, now: &HashMap<HostId, HostView>) {
        for (mut before, after) in changes {
            let Some(current) = now.get(&before.id) else {
                self.skip(&before.id, &before.name, "it was deleted since");
                continue;
            };
            if !same_said(current, &after) {
                self.skip(&before.id, &before.name, "it was changed since");
            } else if !self.has_folder(before.folder_id.as_ref()) {
                self.skip(&before.id, &before.name, "its folder is gone");
            } else if identity(&before) != identity(current) && !self.takes(identity(&before), &before.id) {
                self.skip(&before.id, &before.name, "the same host is there under another id");
            } else {
                before.jump_host_id = before.jump_host_id.filter(|id| self.shelf.position(id).is_some());
                before.credential_id = before.credential_id.filter(|id| self.shelf.credential_name(id).is_some());
                self.batch.hosts_changed.push(before);
                self.restored += 1;
            }
        }
    }

    pub(super) fn moved(&mut self, moves: Vec<(HostId, Option<FolderId>, Option<FolderId>)>) {
        let mut into: HashMap<Option<FolderId>, Vec<HostId>> = HashMap::new();
        for (id, from, to) in moves {
            let Some(at) = self.shelf.position(&id) else {
                self.skip(&id, id.as_str(), "it was deleted since");
                continue;
            };
            let shelf = self.shelf;
            let host = &shelf.lines[at].host;
            if host.folder_id != to {
                self.skip(&id, &host.name, "it was moved since");
            } else if !self.has_folder(from.as_ref()) {
                self.skip(&id, &host.name, "its folder is gone");
            } else if !self.takes((from.clone(), host.name.clone(), host.address.clone(), host.port), &id) {
                self.skip(&id, &host.name, "the same host is there under another id");
            } else {
                into.entry(from).or_default().push(id);
                self.restored += 1;
            }
        }
        self.batch.hosts_moved = into.into_iter().collect();
    }

    pub(super) fn marks(&mut self, marked: Vec<HostId>, unmarked: Vec<HostId>) {
        let there = |id: &HostId| self.shelf.position(id).is_some();
        let (off, on): (Vec<_>, Vec<_>) =
            (marked.into_iter().filter(there).collect(), unmarked.into_iter().filter(there).collect());
        self.restored += (off.len() + on.len()) as u64;
        self.batch.unmarked = off;
        self.batch.marked.extend(on);
    }
}
