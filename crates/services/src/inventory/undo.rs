//! The way back from a change to many hosts: how they were and how the change left them, kept for a day. Only what is still
//! as the change left it is put back.

use super::{Inventory, circles, shelf::Shelf};
use crate::{Caller, ServiceError, access, audit::Audit, clock, vault::random};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use storage::{Batch, KeptFolderSource, KeptSource, UndoRecord};
use wire::{
    FolderId, HostId, UndoId,
    events::Topic,
    inventory::{BulkSkip, Effective, FolderView, HostView, UndoReport, UndoView},
};

/// How long a change can be taken back, in seconds.
const FOR: u64 = 24 * 60 * 60;

/// So many skips are told one by one.
pub(super) const TOLD: usize = 100;

/// A change takes no more room than this, packed; a larger one cannot be taken back.
const LARGEST: usize = 32 * 1024 * 1024;

/// The same, unpacked.
const UNPACKED: usize = 512 * 1024 * 1024;

/// What a change did.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Images {
    /// Hosts that went from a folder to another one.
    pub(super) moved: Vec<(HostId, Option<FolderId>, Option<FolderId>)>,
    /// Hosts before and after.
    pub(super) changed: Vec<(HostView, HostView)>,
    /// Hosts that came.
    pub(super) added: Vec<HostView>,
    /// Folders that came, those around others first.
    pub(super) folders_added: Vec<FolderView>,
    /// Hosts that went.
    pub(super) removed: Vec<HostView>,
    /// Where hosts that went or were changed were read from.
    pub(super) sources: Vec<KeptSource>,
    /// Where folders that went were read from.
    pub(super) folder_sources: Vec<KeptFolderSource>,
    /// Hosts that got a mark.
    pub(super) marked: Vec<HostId>,
    /// Hosts that lost theirs.
    pub(super) unmarked: Vec<HostId>,
    /// Folders that went, those around others first.
    pub(super) folders_removed: Vec<FolderView>,
    /// Hosts that were there already, and became known elsewhere.
    pub(super) adopted: Vec<HostId>,
    /// Folders before and after.
    pub(super) folders_changed: Vec<(FolderView, FolderView)>,
    /// What was kept around hosts and folders, by the word of its form.
    pub(super) frames: Vec<(String, String)>,
    /// Host keys that were trusted: the place and the OpenSSH line.
    pub(super) keys: Vec<(String, String)>,
}

impl Images {
    /// As it is kept; none when it would take too much room.
    pub(super) fn record(&self, what: String) -> Result<Option<UndoRecord>, ServiceError> {
        let json = serde_json::to_vec(self).map_err(|_| ServiceError::Internal("a way back could not be written"))?;
        let images =
            zstd::bulk::compress(&json, 1).map_err(|_| ServiceError::Internal("a way back could not be packed"))?;
        let at = clock::now();
        let view = UndoView { id: random::id()?, what, at, until: clock::after(at, FOR) };
        Ok((images.len() <= LARGEST).then_some(UndoRecord { view, images }))
    }

    fn read(bytes: &[u8]) -> Result<Self, ServiceError> {
        let json = zstd::bulk::decompress(bytes, UNPACKED);
        let json = json.map_err(|_| ServiceError::Internal("a way back cannot be unpacked"))?;
        serde_json::from_slice(&json).map_err(|_| ServiceError::Internal("a way back cannot be read"))
    }
}

/// A host as it is kept: without what others know better.
pub(super) fn kept(host: &HostView) -> HostView {
    HostView { folder: None, effective: Effective::default(), ..host.clone() }
}

/// Whether the owner says the same of both.
pub(super) fn same_said(one: &HostView, other: &HostView) -> bool {
    // What Berth found out by itself does not count.
    let said = |host: &HostView| HostView {
        status: other.status,
        probed_at: None,
        bootstrap: other.bootstrap,
        bootstrap_message: None,
        bootstrap_at: None,
        os: None,
        hostname: None,
        last_used_at: None,
        favourite: false,
        ..kept(host)
    };
    said(one) == said(other)
}

/// What tells hosts apart.
pub(super) type Identity = (Option<FolderId>, String, String, u16);

/// That of a host.
pub(super) fn identity(host: &HostView) -> Identity {
    (host.folder_id.clone(), host.name.clone(), host.address.clone(), host.port)
}

/// Those of all hosts.
pub(super) fn identities(shelf: &Shelf) -> HashMap<Identity, HostId> {
    let all = shelf.lines.iter().map(|line| &line.host);
    all.map(|host| ((host.folder_id.clone(), host.name.clone(), host.address.clone(), host.port), host.id.clone()))
        .collect()
}

/// What is put back, and what is not.
struct Back<'a> {
    shelf: &'a Shelf,
    taken: HashMap<Identity, HostId>,
    folders: HashSet<FolderId>,
    batch: Batch,
    /// Folders that came back as another one that has their name by now.
    instead: HashMap<FolderId, FolderId>,
    restored: u64,
    skips: Vec<BulkSkip>,
}

impl Inventory {
    /// What the caller can take back, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undos(&self, caller: &Caller) -> Result<Vec<UndoView>, ServiceError> {
        Ok(self.0.storage.inventory().undos(caller.account(), clock::now()).await?)
    }

    /// Takes a change back.
    ///
    /// # Errors
    /// When it was taken back already or is too old, something moved just now, or the caller may only watch.
    pub async fn undo(&self, caller: &Caller, id: &UndoId) -> Result<UndoReport, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let (account, rows) = (caller.account(), self.0.storage.inventory());
        let images = rows.undo_images(account, id, clock::now()).await?;
        let images = Images::read(&images.ok_or_else(|| ServiceError::missing("change to take back", id))?)?;
        let shelf = self.shelf(account).await?;
        let changed = images.changed.iter().map(|(before, _)| before.id.clone());
        let changed_ids: HashSet<HostId> = changed.clone().collect();
        let ids: Vec<HostId> = changed.chain(images.added.iter().map(|host| host.id.clone())).collect();
        let now = rows.hosts_of(account, &ids).await?;
        let now: HashMap<HostId, HostView> = now.into_iter().map(|host| (host.id.clone(), host)).collect();
        let mut back = Back {
            taken: identities(&shelf),
            folders: shelf.tree.nodes().iter().map(|node| node.folder.id.clone()).collect(),
            shelf: &shelf,
            batch: Batch { undone: Some(id.clone()), ..Batch::default() },
            instead: HashMap::new(),
            restored: 0,
            skips: Vec::new(),
        };
        back.folders(images.folders_removed);
        back.added(images.added, &now);
        back.removed(images.removed);
        back.changed(images.changed, &now);
        back.folders_changed(images.folders_changed);
        (back.batch.frames_put, back.batch.keys_removed) = (images.frames, images.keys);
        back.folders_added(images.folders_added);
        back.unlinked(images.adopted, &changed_ids);
        back.sources(images.sources, images.folder_sources);
        back.moved(images.moved);
        back.marks(images.marked, images.unmarked);
        let Back { mut batch, restored, mut skips, .. } = back;
        batch.hosts_forgotten = circles::other_ways(&shelf, &batch)?;
        if !rows.apply(account, &batch).await? {
            return Err(ServiceError::missing("change to take back", id));
        }
        self.many_changed(caller, batch.hosts(), &batch.hosts_removed);
        let what = format!("{restored} put back, {} left as they are", skips.len());
        Audit::new(self.0.storage.clone()).note(caller, "inventory.undo", what, "done").await;
        let skipped = skips.len() as u64;
        skips.truncate(TOLD);
        Ok(UndoReport { restored, skipped, skips })
    }

    /// Tells the caller's pages of a change to many, once; the links to hosts that went are let go.
    pub(super) fn many_changed<'a>(&self, caller: &Caller, hosts: impl Iterator<Item = &'a HostId>, gone: &[HostId]) {
        for id in gone {
            self.0.links.let_go(caller.account(), Some(id));
        }
        self.0.events.hosts_changed(caller.account(), hosts.cloned());
        if !gone.is_empty() {
            self.0.events.changed(caller.account(), Topic::Sessions, None);
        }
    }
}

impl Back<'_> {
    /// What came goes again, unless others are reached through it by now.
    fn added(&mut self, hosts: Vec<HostView>, now: &HashMap<HostId, HostView>) {
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
    fn folders_added(&mut self, folders: Vec<FolderView>) {
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
    fn unlinked(&mut self, adopted: Vec<HostId>, changed: &HashSet<HostId>) {
        let back: HashSet<&HostId> = self.batch.hosts_changed.iter().map(|host| &host.id).collect();
        let is_free = |id: &HostId| back.contains(id) || !changed.contains(id);
        let adopted = adopted.into_iter().filter(|id| self.shelf.position(id).is_some());
        let free: Vec<HostId> = adopted.filter(is_free).collect();
        self.restored += free.iter().filter(|id| !changed.contains(id)).count() as u64;
        self.batch.unlinked = free;
    }

    /// What folders said before the change, where nobody said something else since.
    fn folders_changed(&mut self, changes: Vec<(FolderView, FolderView)>) {
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

    fn sources(&mut self, of_hosts: Vec<KeptSource>, of_folders: Vec<KeptFolderSource>) {
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

    fn skip(&mut self, id: &HostId, name: &str, reason: &str) {
        self.skips.push(BulkSkip { id: id.clone(), name: name.to_owned(), reason: reason.to_owned() });
    }

    fn has_folder(&self, id: Option<&FolderId>) -> bool {
        id.is_none_or(|id| self.folders.contains(id))
    }

    /// Whether no other host stands there already; from now on this one does.
    fn takes(&mut self, identity: Identity, id: &HostId) -> bool {
        self.taken.entry(identity).or_insert_with(|| id.clone()) == id
    }

    fn folders(&mut self, folders: Vec<FolderView>) {
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

    fn removed(&mut self, hosts: Vec<HostView>) {
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

    fn changed(&mut self, changes: Vec<(HostView, HostView)>, now: &HashMap<HostId, HostView>) {
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

    fn moved(&mut self, moves: Vec<(HostId, Option<FolderId>, Option<FolderId>)>) {
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

    fn marks(&mut self, marked: Vec<HostId>, unmarked: Vec<HostId>) {
        let there = |id: &HostId| self.shelf.position(id).is_some();
        let (off, on): (Vec<_>, Vec<_>) =
            (marked.into_iter().filter(there).collect(), unmarked.into_iter().filter(there).collect());
        self.restored += (off.len() + on.len()) as u64;
        self.batch.unmarked = off;
        self.batch.marked.extend(on);
    }
}
