//! The way back from a change to many hosts: how they were and how the change left them, kept for a day. Only what is still
//! as the change left it is put back.

mod back;

use super::{Inventory, circles, shelf::Shelf};
use crate::{Caller, ServiceError, access, clock, vault::random};
use back::Back;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use storage::{Batch, KeptFolderSource, KeptSource, UndoRecord};
use wire::{
    FolderId, HostId, UndoId,
    events::Topic,
    grants::GrantView,
    inventory::{Effective, FolderView, HostView, UndoReport, UndoView},
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
    /// With whom hosts and folders that went were shared.
    pub(super) grants: Vec<GrantView>,
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
        back.grants(images.grants);
        back.moved(images.moved);
        back.marks(images.marked, images.unmarked);
        let Back { mut batch, restored, mut skips, .. } = back;
        batch.hosts_forgotten = circles::other_ways(&shelf, &batch)?;
        if !rows.apply(account, &batch).await? {
            return Err(ServiceError::missing("change to take back", id));
        }
        self.many_changed(caller, batch.hosts(), &batch.hosts_removed);
        let what = format!("{restored} put back, {} left as they are", skips.len());
        self.0.audit.note(caller, "inventory.undo", what, "done").await;
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
