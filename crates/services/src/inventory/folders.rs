//! Folders: named groups of hosts that nest, and what they say for the hosts inside. A host names its folder; one that is
//! missing is made.

use super::{
    Inventory, circles, fields,
    ftp::refuse_ftp,
    tree::{Node, Tree},
};
use crate::{Caller, ServiceError, access, vault::random};
use storage::{Batch, StorageError};
use wire::{
    AccountId, FolderId, HostId, Patch,
    events::Topic,
    inventory::{BulkReport, BulkSkip, FolderDraft, FolderPatch, FolderView, HostView, inherit::DEEPEST_FOLDER},
};

/// Which folder a host is to lie in.
pub(super) enum Wanted {
    /// The one where it is.
    Same,
    /// None.
    None,
    /// This one.
    Id(FolderId),
    /// That of a path, or the only one of a name; made when there is none.
    Path(String),
}

impl Wanted {
    /// The folder of a text, none for an empty one.
    pub(super) fn of_text(text: Option<String>) -> Self {
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => Self::Path(text),
            None => Self::None,
        }
    }
}

impl Inventory {
    /// The caller's folders, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn folders(&self, caller: &Caller) -> Result<Vec<FolderView>, ServiceError> {
        Ok(self.0.storage.inventory().folders(caller.account()).await?)
    }

    /// The folders that the caller sees: their own by name, and behind them one for each account that shares hosts, with what
    /// it shares.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visible_folders(&self, caller: &Caller) -> Result<Vec<FolderView>, ServiceError> {
        let mut folders = self.folders(caller).await?;
        let seen = self.visible(caller.account()).await?;
        folders.extend(seen.tree.nodes().iter().map(|node| &node.folder).filter(|f| f.shared.is_some()).cloned());
        Ok(folders)
    }

    /// Adds a folder.
    ///
    /// # Errors
    /// When a field is not acceptable, the name is taken in the folder around, something that it refers to is missing, or
    /// the caller may only watch.
    pub async fn add_folder(&self, caller: &Caller, draft: FolderDraft) -> Result<FolderView, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let mut made = FolderView::new(random::id()?, "", None);
        let patch = FolderPatch {
            name: Some(draft.name),
            parent_id: draft.parent_id.map_or(Patch::Keep, Patch::Set),
            username: draft.username.map_or(Patch::Keep, Patch::Set),
            credential_id: draft.credential_id.map_or(Patch::Keep, Patch::Set),
            jump_host_id: draft.jump_host_id.map_or(Patch::Keep, Patch::Set),
            direct: Some(draft.direct),
            idle_timeout_seconds: draft.idle_timeout_seconds.map_or(Patch::Keep, Patch::Set),
            max_duration_seconds: draft.max_duration_seconds.map_or(Patch::Keep, Patch::Set),
            max_sessions: draft.max_sessions.map_or(Patch::Keep, Patch::Set),
            recording: draft.recording.map_or(Patch::Keep, Patch::Set),
        };
        let tree = self.tree(caller.account()).await?;
        made = patched(made, patch)?;
        self.check_folder(caller, &tree, &made).await?;
        let id = self.insert_folder(caller.account(), made).await?;
        let made = self.folder(caller, &id).await?;
        self.0.audit.note(caller, "folder.add", object(&made), "done").await;
        Ok(made)
    }

    /// Renames or moves a folder, or changes what it says for the hosts inside.
    ///
    /// # Errors
    /// When there is no such folder, something that it refers to is missing, the name is taken in the folder around, it
    /// would lie in itself, or the caller may only watch.
    pub async fn update_folder(
        &self,
        caller: &Caller,
        id: &FolderId,
        patch: FolderPatch,
    ) -> Result<FolderView, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let tree = self.tree(caller.account()).await?;
        let before = tree.get(id).ok_or_else(|| missing(id))?.folder.clone();
        let folder = patched(before, patch)?;
        self.check_folder(caller, &tree, &folder).await?;
        let other_way = self.other_way(caller, &tree, &folder).await?;
        let saved = self.0.storage.inventory().update_folder(caller.account(), &folder).await;
        if !saved.map_err(|e| name_taken(e, &folder.name))? {
            return Err(missing(id));
        }
        if !other_way.is_empty() {
            let forgotten = Batch { hosts_forgotten: other_way, ..Batch::default() };
            self.0.storage.inventory().apply(caller.account(), &forgotten).await?;
        }
        self.folder_changed(caller.account(), id);
        // What the hosts inside inherit, and the path that they show.
        self.0.events.changed(caller.account(), Topic::Hosts, None);
        let folder = self.folder(caller, id).await?;
        self.0.audit.note(caller, "folder.change", object(&folder), "done").await;
        Ok(folder)
    }

    /// The hosts that are reached by another way when a folder says this, lies there. They must not go in circles.
    async fn other_way(&self, caller: &Caller, tree: &Tree, folder: &FolderView) -> Result<Vec<HostId>, ServiceError> {
        let way = |folder: &FolderView| (folder.parent_id.clone(), folder.jump_host_id.clone(), folder.direct);
        if tree.get(&folder.id).is_some_and(|known| way(&known.folder) == way(folder)) {
            return Ok(Vec::new());
        }
        let shelf = self.shelf(caller.account()).await?;
        let folders = tree.nodes().iter().map(|node| &node.folder);
        let after = folders.map(|known| if known.id == folder.id { folder.clone() } else { known.clone() }).collect();
        let after = Tree::new(after, Vec::new());
        circles::check(&shelf, |line| {
            let node = line.host.folder_id.as_ref().and_then(|id| after.position(id));
            after.jump_of(&line.host, node).cloned()
        })
    }

    async fn folder(&self, caller: &Caller, id: &FolderId) -> Result<FolderView, ServiceError> {
        let folders = self.folders(caller).await?;
        folders.into_iter().find(|folder| folder.id == *id).ok_or_else(|| missing(id))
    }

    /// What a folder refers to must be the caller's own, and it must lie neither in itself nor too deep.
    async fn check_folder(&self, caller: &Caller, tree: &Tree, folder: &FolderView) -> Result<(), ServiceError> {
        if let Some(parent) = &folder.parent_id {
            let parent = tree.get(parent).ok_or_else(|| missing(parent))?;
            refuse_circle(tree, folder, parent)?;
            if parent.depth + 1 + tree.height(&folder.id).max(1) > DEEPEST_FOLDER {
                return Err(too_deep());
            }
        }
        if let Some(id) = &folder.credential_id {
            self.check_credential(caller, id).await?;
        }
        if let Some(id) = &folder.jump_host_id {
            let jump = self.own(caller.account(), id).await?;
            refuse_ftp(&jump.ok_or_else(|| ServiceError::missing("jump host", id))?)?;
        }
        Ok(())
    }

    /// Deletes an empty folder.
    ///
    /// # Errors
    /// When there is no such folder, something lies in it, or the caller may only watch.
    pub async fn delete_folder(&self, caller: &Caller, id: &FolderId) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let folders = self.folders(caller).await?;
        let folder = folders.iter().find(|folder| folder.id == *id).ok_or_else(|| missing(id))?;
        refuse_unless_empty(&folders, folder)?;
        match self.0.storage.inventory().delete_folder(caller.account(), id).await {
            Err(StorageError::Taken { .. }) => Err(not_empty("something lies in it by now")),
            other => {
                other?;
                self.folder_changed(caller.account(), id);
                self.0.audit.note(caller, "folder.delete", object(folder), "done").await;
                Ok(())
            }
        }
    }

    /// Deletes a folder with the folders and hosts in it. It can be taken back.
    ///
    /// # Errors
    /// When there is no such folder, hosts elsewhere are reached through some of it, or the caller may only watch.
    pub async fn delete_folder_with_hosts(&self, caller: &Caller, id: &FolderId) -> Result<BulkReport, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let shelf = self.shelf(caller.account()).await?;
        let at = shelf.tree.position(id).ok_or_else(|| missing(id))?;
        let nodes = &shelf.tree.nodes()[at..shelf.tree.nodes()[at].end];
        let inside = |node: Option<usize>| node.is_some_and(|node| (at..at + nodes.len()).contains(&node));
        let lines = shelf.lines.iter().enumerate().filter(|(_, line)| inside(line.node));
        let selected: Vec<usize> = lines.map(|(at, _)| at).collect();
        let own_ways: Vec<_> = nodes.iter().filter_map(|node| node.folder.jump_host_id.clone()).collect();
        let mut planned = self.removed(caller, &shelf, &selected).await?;
        if let Some(skip) = planned.skips.first() {
            let BulkSkip { name, reason, .. } = skip;
            let hint = if own_ways.contains(&skip.id) { "; take the jump host off the folder first" } else { "" };
            return Err(ServiceError::Conflict(format!("{name} stays: {reason}{hint}")));
        }
        planned.done = format!("deleted with the folder {}", nodes[0].folder.path);
        planned.images.folders_removed = nodes.iter().map(|node| node.folder.clone()).collect();
        // Those inside others first.
        planned.batch.folders_removed = nodes.iter().rev().map(|node| node.folder.id.clone()).collect();
        let sources = self.0.storage.inventory().sources_of_folders(&planned.batch.folders_removed).await?;
        planned.images.folder_sources = sources;
        self.write_planned(caller, &shelf, planned, selected.len() as u64, false).await
    }

    fn folder_changed(&self, account: &AccountId, id: &FolderId) {
        self.0.events.changed(account, Topic::Folders, Some(id.as_str()));
    }

    /// Puts a host where it is to lie, as far as that is there. Answers the names of the folders that are missing inside.
    pub(super) async fn locate(
        &self,
        caller: &Caller,
        host: &mut HostView,
        wanted: Wanted,
    ) -> Result<Vec<String>, ServiceError> {
        let (id, names) = match wanted {
            Wanted::Same => return Ok(Vec::new()),
            Wanted::None => (None, Vec::new()),
            Wanted::Id(id) => {
                let around = self.0.storage.inventory().folders_around(caller.account(), &id).await?;
                (Some(around.last().ok_or_else(|| missing(&id))?.id.clone()), Vec::new())
            }
            Wanted::Path(path) => {
                let tree = self.tree(caller.account()).await?;
                let found = tree.find(&path);
                let depth = found.deepest.as_ref().and_then(|id| tree.get(id)).map_or(0, |node| node.depth + 1);
                if depth + found.missing.len() > DEEPEST_FOLDER {
                    return Err(too_deep());
                }
                let names = found.missing.iter().map(|name| fields::folder_name(name));
                (found.deepest, names.collect::<Result<_, _>>()?)
            }
        };
        host.folder_id = id;
        Ok(names)
    }

    /// Makes folders in each other, the first in `around`, which becomes the last one.
    pub(super) async fn make_folders(
        &self,
        account: &AccountId,
        around: &mut Option<FolderId>,
        names: Vec<String>,
    ) -> Result<(), ServiceError> {
        for name in names {
            let made = FolderView::new(random::id()?, name.clone(), around.clone());
            let id = match self.insert_folder(account, made).await {
                // Somebody else's request made it in between.
                Err(ServiceError::Conflict(_)) => {
                    let folders = self.0.storage.inventory().folders(account).await?;
                    let key = name.to_lowercase();
                    let known = folders.into_iter().find(|f| f.parent_id == *around && f.name.to_lowercase() == key);
                    known.ok_or_else(|| ServiceError::missing("folder", name))?.id
                }
                made => made?,
            };
            *around = Some(id);
        }
        Ok(())
    }

    async fn insert_folder(&self, account: &AccountId, folder: FolderView) -> Result<FolderId, ServiceError> {
        let inserted = self.0.storage.inventory().insert_folder(account, &folder).await;
        inserted.map_err(|e| name_taken(e, &folder.name))?;
        self.folder_changed(account, &folder.id);
        Ok(folder.id)
    }
}

fn patched(mut folder: FolderView, patch: FolderPatch) -> Result<FolderView, ServiceError> {
    if let Some(name) = patch.name {
        folder.name = fields::folder_name(&name)?;
    }
    let (idle, longest) = (folder.idle_timeout_seconds, folder.max_duration_seconds);
    folder.idle_timeout_seconds = fields::limit("the idle timeout", patch.idle_timeout_seconds.apply(idle))?;
    folder.max_duration_seconds = fields::limit("the longest duration", patch.max_duration_seconds.apply(longest))?;
    folder.max_sessions = fields::max_sessions(patch.max_sessions.apply(folder.max_sessions))?;
    folder.parent_id = patch.parent_id.apply(folder.parent_id);
    folder.username = fields::username(patch.username.apply(folder.username).as_deref())?;
    folder.credential_id = patch.credential_id.apply(folder.credential_id);
    (folder.jump_host_id, folder.direct) =
        fields::way(patch.jump_host_id, patch.direct, (folder.jump_host_id, folder.direct))?;
    folder.recording = patch.recording.apply(folder.recording);
    Ok(folder)
}

fn name_taken(error: StorageError, name: &str) -> ServiceError {
    match error {
        StorageError::Taken { .. } => {
            ServiceError::Conflict(format!("there is already a folder called {name} there; choose another name"))
        }
        other => other.into(),
    }
}

/// A folder as the audit log names it.
fn object(folder: &FolderView) -> String {
    format!("folder {} {}", folder.id, folder.path)
}

fn missing(id: &FolderId) -> ServiceError {
    ServiceError::missing("folder", id)
}

/// The new parent must not lie in the folder itself: both would be cut off from the top.
fn refuse_circle(tree: &Tree, folder: &FolderView, parent: &Node) -> Result<(), ServiceError> {
    let Some(at) = tree.position(&folder.id) else { return Ok(()) };
    if tree.nodes()[at..tree.nodes()[at].end].iter().any(|inside| inside.folder.id == parent.folder.id) {
        return Err(ServiceError::bad(format!("the folder {} cannot lie in itself", folder.name)));
    }
    Ok(())
}

fn too_deep() -> ServiceError {
    ServiceError::bad(format!("folders lie in each other {DEEPEST_FOLDER} deep at most; choose another place"))
}

fn refuse_unless_empty(folders: &[FolderView], folder: &FolderView) -> Result<(), ServiceError> {
    let inside = folders.iter().filter(|other| other.parent_id.as_ref() == Some(&folder.id)).count();
    match (folder.hosts, inside) {
        (0, 0) => Ok(()),
        (0, 1) => Err(not_empty("1 folder lies in it")),
        (0, count) => Err(not_empty(&format!("{count} folders lie in it"))),
        (1, _) => Err(not_empty("1 host lies in it")),
        (count, _) => Err(not_empty(&format!("{count} hosts lie in it"))),
    }
}

fn not_empty(what: &str) -> ServiceError {
    ServiceError::Conflict(format!("the folder is not empty: {what}; move or delete that first"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(id: &str, parent: Option<&str>, hosts: u64) -> FolderView {
        let id_of = |text: &str| text.parse::<FolderId>().unwrap();
        FolderView { hosts, ..FolderView::new(id_of(id), id, parent.map(id_of)) }
    }

    #[test]
    fn a_folder_never_lies_in_itself() {
        let folders = [folder("a", None, 0), folder("b", Some("a"), 0), folder("c", Some("b"), 0)];
        let tree = Tree::new(folders.to_vec(), Vec::new());
        let into =
            |at: usize, parent: usize| refuse_circle(&tree, &folders[at], tree.get(&folders[parent].id).unwrap());
        assert!(into(0, 2).is_err());
        assert!(into(1, 1).is_err());
        assert!(into(2, 0).is_ok());
    }

    #[test]
    fn only_an_empty_folder_goes() {
        let folders = [folder("a", None, 2), folder("b", None, 0), folder("c", Some("b"), 0)];
        let text = |at: usize| refuse_unless_empty(&folders, &folders[at]).unwrap_err().to_string();
        assert!(text(0).contains("2 hosts"), "{}", text(0));
        assert!(text(1).contains("1 folder lies"), "{}", text(1));
        assert!(refuse_unless_empty(&folders, &folders[2]).is_ok());
    }
}
