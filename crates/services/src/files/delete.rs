//! Deleting files and folders with all that is in them. Links go themselves; where they lead, nothing is touched.

use super::{
    Files,
    handles::Lane,
    transfer::{Plan, Transfer},
    walk::{AT_ONCE, DEEPEST, LISTED, all_absolute, count, refuse_number, stats},
};
use crate::{Caller, ServiceError};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
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
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let paths = all_absolute(&files, &request.paths).await?;
        if paths.iter().any(|path| path.name().is_none()) {
            return Err(ServiceError::bad("the root of a host is not deleted; name what is in it"));
        }
        let plan = Plan { kind: TransferKind::Delete, host, to: None, paths };
        self.begin(caller, plan, |transfer| work(files, transfer))
    }
}

async fn work(files: HostFiles, transfer: Arc<Transfer>) {
    let paths = &transfer.plan().paths;
    let found = async {
        let stats = stats(&files, paths).await?;
        Ok::<_, FileError>((stats, count(&files, paths, u64::MAX).await?))
    };
    let (stats, total) = match found.await {
        Ok(found) => found,
        Err(error) => return transfer.failed(error.to_string()),
    };
    transfer.counted(total);
    let all: Vec<_> = paths.iter().cloned().zip(stats.into_iter().map(|stat| stat.kind)).collect();
    Deleting { files, transfer: transfer.clone() }.all(all, 0).await;
}

struct Deleting {
    files: HostFiles,
    transfer: Arc<Transfer>,
}

impl Deleting {
    /// How many of these went. Files many at a time, folders one after the other.
    fn all(&self, entries: Vec<(RemotePath, EntryKind)>, depth: usize) -> BoxFuture<'_, usize> {
        async move {
            let (folders, files): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|(_, kind)| *kind == EntryKind::Directory);
            let files =
                stream::iter(files).map(|(path, _)| async move { self.done(self.files.remove_file(&path).await) });
            let mut gone = files.buffer_unordered(AT_ONCE).filter(|went| std::future::ready(*went)).count().await;
            for (folder, _) in folders {
                gone += usize::from(self.folder(&folder, depth).await);
            }
            gone
        }
        .boxed()
    }

    async fn folder(&self, folder: &RemotePath, depth: usize) -> bool {
        if depth >= DEEPEST {
            self.transfer.failed(format!("{folder} lies too deep; delete it from further inside"));
            return false;
        }
        loop {
            let listing = match self.files.list(folder, ListLimits { entries: LISTED }).await {
                Ok(listing) => listing,
                Err(error) => return self.done(Err(error)),
            };
            let entries = listing.entries.into_iter().map(|found| (folder.join(&found.name), found.stat.kind));
            let gone = self.all(entries.collect(), depth + 1).await;
            // A folder with very much in it is listed a piece at a time, as long as that helps.
            if !listing.cut || gone == 0 {
                break;
            }
        }
        self.done(self.files.remove_dir(folder).await)
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
