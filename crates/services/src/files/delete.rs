//! Deleting files and folders with all that is in them. Links go themselves; where they lead, nothing is touched.

use super::{
    Files,
    handles::Lane,
    transfer::{Plan, Transfer},
    walk::{AT_ONCE, COUNTED_FOR_WORK, DEEPEST, LISTED, all_absolute, count, refuse_number, stats},
};
use crate::{Caller, ServiceError};
use futures::{StreamExt, stream};
use std::sync::Arc;
use transport::{FileError, Files as HostFiles, ListLimits};
use wire::files::{EntryKind, PathsRequest, RemotePath, TransferKind, TransferView};

impl Files {
    /// Begins to delete.
    ///
    /// # Errors
    /// `BadInput` for none or too many paths or the root, `Conflict` when too much goes on already, what dialling says.
    /// What goes wrong with a file is in the transfer.
    pub async fn delete(
        &self,
        caller: &Caller,
        host: &str,
        request: &PathsRequest,
    ) -> Result<TransferView, ServiceError> {
        refuse_number(&request.paths)?;
        let flow = self.0.flows.begin_unattended(caller);
        let (host, files) = self.open_for(&flow, caller, host, Lane::Looking).await?;
        let paths = all_absolute(&files, &request.paths).await?;
        if paths.iter().any(|path| path.name().is_none()) {
            return Err(ServiceError::bad("the root of a host is not deleted; name what is in it"));
        }
        let home = files.home().await?;
        if paths.iter().any(|path| home.is_within(path)) {
            return Err(ServiceError::bad(
                "the home directory is not deleted, nor what it lies in; name what is in it",
            ));
        }
        let plan = Plan { kind: TransferKind::Delete, host, to: None, paths };
        self.begin(caller, plan, flow, |transfer| work(files, transfer))
    }
}

async fn work(files: HostFiles, transfer: Arc<Transfer>) {
    let (mut there, mut all) = (Vec::new(), Vec::new());
    for (path, stat) in transfer.plan().paths.iter().zip(stats(&files, &transfer.plan().paths).await) {
        match stat {
            Ok(stat) => {
                there.push(path.clone());
                all.push((path.clone(), stat.kind));
            }
            Err(error) => transfer.failed(error.to_string()),
        }
    }
    match count(&files, &there, COUNTED_FOR_WORK).await {
        Ok(total) => transfer.counted(total),
        Err(error) => return transfer.failed(error.to_string()),
    }
    let deleting = Deleting { files, transfer: transfer.clone() };
    let (folders, others) = apart(all);
    deleting.remove(others).await;
    for folder in folders {
        deleting.tree(folder).await;
    }
}

/// Folders, and what is none.
fn apart(entries: Vec<(RemotePath, EntryKind)>) -> (Vec<RemotePath>, Vec<RemotePath>) {
    let (folders, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, kind)| *kind == EntryKind::Directory);
    let path = |(path, _)| path;
    (folders.into_iter().map(path).collect(), others.into_iter().map(path).collect())
}

struct Deleting {
    files: HostFiles,
    transfer: Arc<Transfer>,
}

/// A folder whose content is on its way out. They stand in a list, not on the stack: a host may have them as deep as it likes.
struct Folder {
    path: RemotePath,
    /// The same without links on the way.
    real: RemotePath,
    folders: Vec<RemotePath>,
    /// How much of it went.
    gone: usize,
    /// There is more in it than was listed.
    cut: bool,
}

impl Deleting {
    /// A folder and all that is in it, the innermost first.
    async fn tree(&self, top: RemotePath) {
        let Some(first) = self.enter(top, None, 0).await else { return };
        let mut open = vec![first];
        while let Some(folder) = open.last_mut() {
            if let Some(next) = folder.folders.pop() {
                let real = folder.real.clone();
                let entered = self.enter(next, Some(&real), open.len()).await;
                open.extend(entered);
                continue;
            }
            // A folder with very much in it is listed a piece at a time, as long as that helps.
            if folder.cut && folder.gone > 0 {
                match self.content(&folder.path).await {
                    Ok((folders, gone, cut)) => (folder.folders, folder.gone, folder.cut) = (folders, gone, cut),
                    Err(error) => {
                        self.done(Err(error));
                        open.pop();
                    }
                }
                continue;
            }
            let went = self.done(self.files.remove_dir(&folder.path).await);
            open.pop();
            if let Some(outer) = open.last_mut() {
                outer.gone += usize::from(went);
            }
        }
    }

    /// Opens a folder, and removes what is in it but for its folders.
    async fn enter(&self, path: RemotePath, outer: Option<&RemotePath>, depth: usize) -> Option<Folder> {
        if depth >= DEEPEST {
            self.transfer.failed(format!("{path} lies too deep; delete it from further inside"));
            return None;
        }
        let entered = async {
            let real = self.real(&path, outer).await?;
            let (folders, gone, cut) = self.content(&path).await?;
            Ok(Folder { path, real, folders, gone, cut })
        };
        entered.await.map_err(|error| self.done(Err(error))).ok()
    }

    /// Where it really lies. Some servers list a link to a folder as a folder: what it leads to is not this one's content.
    async fn real(&self, path: &RemotePath, outer: Option<&RemotePath>) -> Result<RemotePath, FileError> {
        let (Some(parent), Some(name)) = (path.parent(), path.name()) else {
            return self.files.real_path(path).await;
        };
        let outer = match outer {
            Some(outer) => outer.clone(),
            None => self.files.real_path(&parent).await?,
        };
        let real = self.files.real_path(path).await?;
        if real == outer.join(&name) {
            return Ok(real);
        }
        let why =
            format!("it is a link to {real}, which the host lists as a folder; remove the link on the host itself");
        Err(FileError::Refused { path: path.clone(), why })
    }

    /// The folders in it, how much else went, and whether there is more.
    async fn content(&self, folder: &RemotePath) -> Result<(Vec<RemotePath>, usize, bool), FileError> {
        let listing = self.files.list(folder, ListLimits { entries: LISTED }).await?;
        let entries = listing.entries.into_iter().map(|found| (folder.join(&found.name), found.stat.kind));
        let (folders, others) = apart(entries.collect());
        Ok((folders, self.remove(others).await, listing.cut))
    }

    /// How many of these went.
    async fn remove(&self, others: Vec<RemotePath>) -> usize {
        let removed = stream::iter(others).map(|path| async move { self.done(self.files.remove_file(&path).await) });
        removed.buffer_unordered(AT_ONCE).filter(|went| std::future::ready(*went)).count().await
    }

    fn done(&self, done: Result<(), FileError>) -> bool {
        match done {
            // Somebody else was quicker.
            Ok(()) | Err(FileError::NotFound { .. }) => {
                self.transfer.did_item();
                true
            }
            Err(error) => {
                self.transfer.failed(error.to_string());
                false
            }
        }
    }
}
