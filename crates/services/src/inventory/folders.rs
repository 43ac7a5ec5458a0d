//! Folders: named groups of hosts that nest. A host names its folder; one that is missing is made.

use super::{Inventory, fields};
use crate::{Caller, ServiceError, access, vault::random};
use storage::StorageError;
use wire::{
    AccountId, FolderId, Patch,
    events::Topic,
    inventory::{FolderDraft, FolderPatch, FolderView, HostView},
    recordings::RecordingPolicy,
};

/// How many folders are asked on the way up; nobody nests deeper, and a circle must hold nobody.
const MAX_DEPTH: usize = 64;

impl Inventory {
    /// The caller's folders.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn folders(&self, caller: &Caller) -> Result<Vec<FolderView>, ServiceError> {
        Ok(self.0.storage.inventory().folders(caller.account()).await?)
    }

    /// Adds a folder.
    ///
    /// # Errors
    /// When the name is taken or not acceptable, the parent is missing, or the caller may only watch.
    pub async fn add_folder(&self, caller: &Caller, draft: FolderDraft) -> Result<FolderView, ServiceError> {
        access::may_connect(caller)?;
        let name = fields::name("the folder's name", &draft.name)?;
        if let Some(parent) = &draft.parent_id {
            find(&self.folders(caller).await?, parent)?;
        }
        let made =
            FolderView { id: random::id()?, name, parent_id: draft.parent_id, hosts: 0, recording: draft.recording };
        self.insert_folder(caller.account(), made).await
    }

    /// Renames or moves a folder, or changes what it says about recording.
    ///
    /// # Errors
    /// When there is no such folder or parent, the name is taken, it would lie in itself, or the caller may only watch.
    pub async fn update_folder(
        &self,
        caller: &Caller,
        id: &FolderId,
        patch: FolderPatch,
    ) -> Result<FolderView, ServiceError> {
        access::may_connect(caller)?;
        let folders = self.folders(caller).await?;
        let mut folder = find(&folders, id)?.clone();
        if let Some(name) = patch.name {
            folder.name = fields::name("the folder's name", &name)?;
        }
        if let Patch::Set(parent) = &patch.parent_id {
            refuse_circle(&folders, &folder, parent)?;
        }
        folder.parent_id = patch.parent_id.apply(folder.parent_id);
        folder.recording = patch.recording.apply(folder.recording);
        let saved = self.0.storage.inventory().update_folder(caller.account(), &folder).await;
        if !saved.map_err(|e| name_taken(e, &folder.name))? {
            return Err(missing(id));
        }
        self.folder_changed(caller.account(), id);
        Ok(folder)
    }

    /// Whether sessions on this host are recorded: what the host says, else the nearest folder around it that says
    /// something. `None` leaves it to the server's setting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recording_policy(&self, host: &HostView) -> Result<Option<RecordingPolicy>, ServiceError> {
        let (mut policy, mut above) = (host.recording, host.folder_id.clone());
        for _ in 0..MAX_DEPTH {
            let Some(folder) = above.filter(|_| policy.is_none()) else { break };
            let found = self.0.storage.inventory().folder_recording(&folder).await?;
            (policy, above) = found.unwrap_or_default();
        }
        Ok(policy)
    }

    /// Deletes an empty folder.
    ///
    /// # Errors
    /// When there is no such folder, something lies in it, or the caller may only watch.
    pub async fn delete_folder(&self, caller: &Caller, id: &FolderId) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        let folders = self.folders(caller).await?;
        refuse_unless_empty(&folders, find(&folders, id)?)?;
        match self.0.storage.inventory().delete_folder(caller.account(), id).await {
            Err(StorageError::Taken { .. }) => Err(not_empty("something lies in it by now")),
            other => {
                other?;
                self.folder_changed(caller.account(), id);
                Ok(())
            }
        }
    }

    fn folder_changed(&self, account: &AccountId, id: &FolderId) {
        self.0.events.changed(account, Topic::Folders, Some(id.as_str()));
    }

    /// Puts a host into the folder of that name, or into none.
    pub(super) async fn put_in_folder(
        &self,
        caller: &Caller,
        host: &mut HostView,
        name: Option<String>,
    ) -> Result<(), ServiceError> {
        let folder = match name.filter(|name| !name.trim().is_empty()) {
            Some(name) => Some(self.folder_called(caller.account(), &name).await?),
            None => None,
        };
        (host.folder, host.folder_id) = folder.map(|folder| (folder.name, folder.id)).unzip();
        Ok(())
    }

    /// The folder of that name, made when there is none.
    async fn folder_called(&self, account: &AccountId, name: &str) -> Result<FolderView, ServiceError> {
        let name = fields::name("the folder's name", name)?;
        if let Some(folder) = self.0.storage.inventory().folder_by_name(account, &name).await? {
            return Ok(folder);
        }
        let made = FolderView { id: random::id()?, name: name.clone(), parent_id: None, hosts: 0, recording: None };
        match self.insert_folder(account, made).await {
            // Somebody else's request made it in between.
            Err(ServiceError::Conflict(_)) => {
                let folder = self.0.storage.inventory().folder_by_name(account, &name).await?;
                folder.ok_or_else(|| ServiceError::missing("folder", name))
            }
            made => made,
        }
    }

    async fn insert_folder(&self, account: &AccountId, folder: FolderView) -> Result<FolderView, ServiceError> {
        let inserted = self.0.storage.inventory().insert_folder(account, &folder).await;
        inserted.map_err(|e| name_taken(e, &folder.name))?;
        self.folder_changed(account, &folder.id);
        Ok(folder)
    }
}

fn name_taken(error: StorageError, name: &str) -> ServiceError {
    match error {
        StorageError::Taken { .. } => {
            ServiceError::Conflict(format!("there is already a folder called {name}; choose another name"))
        }
        other => other.into(),
    }
}

fn missing(id: &FolderId) -> ServiceError {
    ServiceError::missing("folder", id)
}

fn find<'a>(folders: &'a [FolderView], id: &FolderId) -> Result<&'a FolderView, ServiceError> {
    folders.iter().find(|folder| folder.id == *id).ok_or_else(|| missing(id))
}

/// Walks from the new parent to the root; meeting the folder itself would cut both off from the root.
fn refuse_circle(folders: &[FolderView], folder: &FolderView, parent: &FolderId) -> Result<(), ServiceError> {
    let mut above = Some(find(folders, parent)?);
    // A bound, so that a circle that is already there cannot hold the request.
    for _ in 0..=folders.len() {
        let Some(current) = above else { return Ok(()) };
        if current.id == folder.id {
            break;
        }
        above = current.parent_id.as_ref().and_then(|id| folders.iter().find(|other| other.id == *id));
    }
    Err(ServiceError::bad(format!("the folder {} cannot lie in itself", folder.name)))
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
        FolderView { id: id_of(id), name: id.to_owned(), parent_id: parent.map(id_of), hosts, recording: None }
    }

    #[test]
    fn a_folder_never_lies_in_itself() {
        let folders = [folder("a", None, 0), folder("b", Some("a"), 0), folder("c", Some("b"), 0)];
        assert!(refuse_circle(&folders, &folders[0], &folders[2].id).is_err());
        assert!(refuse_circle(&folders, &folders[1], &folders[1].id).is_err());
        assert!(refuse_circle(&folders, &folders[2], &folders[0].id).is_ok());
    }

    #[test]
    fn a_circle_that_is_there_holds_nobody() {
        let folders = [folder("a", Some("b"), 0), folder("b", Some("a"), 0), folder("c", None, 0)];
        assert!(refuse_circle(&folders, &folders[2], &folders[0].id).is_err());
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
