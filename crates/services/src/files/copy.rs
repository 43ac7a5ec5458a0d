//! Copying on a host, or from one to another through this process: what is under way is in memory, nothing on its disk.

use super::{
    Files, absolute,
    change::is_there,
    handles::Lane,
    part::{numbered, part_of},
    transfer::{Plan, Transfer},
    upload::settle,
    walk::{DEEPEST, LISTED, all_absolute, count, refuse_number},
};
use crate::{Caller, ServiceError};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use transport::{FileError, FileStat, Files as HostFiles, ListLimits, WriteMode};
use wire::files::{CopyRequest, EntryKind, OnConflict, RemotePath, TransferKind, TransferView};

/// So many files of a folder are copied at once.
const AT_ONCE: usize = 8;

impl Files {
    /// Begins to copy.
    ///
    /// # Errors
    /// `BadInput` for none or too many paths, or a folder that would be copied into itself; `NotFound` for an unknown
    /// host; `Conflict` when too much goes on already; what dialling says. What goes wrong with a file is in the transfer.
    pub async fn copy(&self, caller: &Caller, host: &str, request: CopyRequest) -> Result<TransferView, ServiceError> {
        refuse_number(&request.paths)?;
        let (host, from) = self.open(caller, host, Lane::Bulk).await?;
        let (to_host, to) = match &request.to_host {
            Some(other) => self.open(caller, other, Lane::Bulk).await?,
            None => (host.clone(), from.clone()),
        };
        let paths = all_absolute(&from, &request.paths).await?;
        let folder = absolute(&to, &request.to).await?;
        if paths.iter().any(|path| path.name().is_none()) {
            return Err(ServiceError::bad("the root of a host is not copied; name what is in it"));
        }
        if to_host.id == host.id && paths.iter().any(|path| folder.is_within(path)) {
            return Err(ServiceError::bad("a folder cannot be copied into itself; choose another folder"));
        }
        let plan = Plan { kind: TransferKind::Copy, host, to: Some((to_host, folder.clone())), paths };
        let (conflict, by_host) = (request.conflict, request.to_host.is_none() && from.abilities().copy);
        self.begin(caller, plan, |transfer| {
            work(Copying { from, to, by_host, transfer, conflict, parts: Mutex::default() }, folder)
        })
    }
}

async fn work(copying: Copying, folder: RemotePath) {
    let copying = Arc::new(copying);
    let _tidy = Tidy(copying.clone());
    let transfer = &copying.transfer;
    match count(&copying.from, &transfer.plan().paths, u64::MAX).await {
        Ok(total) => transfer.counted(total),
        Err(error) => return transfer.failed(error.to_string()),
    }
    for path in &transfer.plan().paths {
        let Some(name) = path.name() else { continue };
        let stat = match copying.from.lstat(path).await {
            Ok(stat) => stat,
            Err(error) => {
                transfer.failed(error.to_string());
                continue;
            }
        };
        copying.one(path.clone(), folder.join(&name), stat, 0).await;
    }
}

struct Copying {
    from: HostFiles,
    to: HostFiles,
    /// Both are one host, which copies a file by itself.
    by_host: bool,
    transfer: Arc<Transfer>,
    conflict: OnConflict,
    /// What is not whole.
    parts: Mutex<BTreeSet<RemotePath>>,
}

/// Removes what was left when a transfer was stopped.
struct Tidy(Arc<Copying>);

impl Drop for Tidy {
    fn drop(&mut self) {
        let parts = std::mem::take(&mut *self.0.parts());
        let to = self.0.to.clone();
        if !parts.is_empty() {
            tokio::spawn(async move {
                for part in parts {
                    // The host may be gone: then the part file stays, and its name says what it is.
                    let _ = to.remove_file(&part).await;
                }
            });
        }
    }
}

impl Copying {
    fn parts(&self) -> MutexGuard<'_, BTreeSet<RemotePath>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One entry, with all that is in it.
    fn one(&self, from: RemotePath, to: RemotePath, stat: FileStat, depth: usize) -> BoxFuture<'_, ()> {
        async move {
            let done = match stat.kind {
                EntryKind::File => self.file(&from, &to, &stat).await,
                EntryKind::Directory => self.folder(&from, to, &stat, depth).await,
                EntryKind::Link => self.link(&from, to).await,
                EntryKind::Other => Err(ServiceError::bad(format!("{from} is a device, a pipe or a socket; it stays"))),
            };
            match done {
                Ok(()) => self.transfer.did_item(),
                Err(error) => self.transfer.failed(error.to_string()),
            }
        }
        .boxed()
    }

    async fn file(&self, from: &RemotePath, to: &RemotePath, stat: &FileStat) -> Result<(), ServiceError> {
        if matches!(self.conflict, OnConflict::Fail | OnConflict::Skip) && is_there(&self.to, to).await? {
            return self.taken(to);
        }
        let part = part_of(to).ok_or_else(|| ServiceError::bad(format!("{to} is no name for a file")))?;
        if !self.parts().insert(part.clone()) {
            return Err(ServiceError::Conflict(format!("{to} would be written twice")));
        }
        let written = async {
            if self.by_host {
                self.ask_host(from, &part, stat).await?
            } else {
                self.write(from, &part, stat).await?
            }
            settle(&self.to, &part, to, self.conflict).await
        };
        let written = written.await;
        if written.is_err() {
            // What went wrong is told; that its rest stays as well would be one too many.
            let _ = self.to.remove_file(&part).await;
        }
        self.parts().remove(&part);
        written.map(drop)
    }

    async fn write(&self, from: &RemotePath, part: &RemotePath, stat: &FileStat) -> Result<(), ServiceError> {
        let mut reader = self.from.open_read(from, 0).await?;
        let mut writer = self.to.open_write(part, WriteMode::Truncate).await?;
        let abilities = self.to.abilities();
        // Before the content: what was secret stays so.
        if let Some(mode) = stat.mode.filter(|_| abilities.chmod) {
            self.to.chmod(part, mode & 0o777).await?;
        }
        let mut came = 0;
        while let Some(bytes) = reader.next().await? {
            let length = bytes.len() as u64;
            writer.write(bytes).await?;
            came += length;
            self.transfer.did_bytes(length);
        }
        writer.finish().await?;
        if came < reader.stat().size {
            return Err(FileError::Lost { why: format!("{from} became shorter while it was read") }.into());
        }
        if let Some(modified) = stat.modified.filter(|_| abilities.set_modified) {
            let _ = self.to.set_modified(part, modified).await;
        }
        Ok(())
    }

    /// The bytes stay on the host.
    async fn ask_host(&self, from: &RemotePath, part: &RemotePath, stat: &FileStat) -> Result<(), ServiceError> {
        let mut copy = self.to.open_copy(from, part, WriteMode::Truncate).await?;
        let abilities = self.to.abilities();
        if let Some(mode) = stat.mode.filter(|_| abilities.chmod) {
            self.to.chmod(part, mode & 0o777).await?;
        }
        let mut told = 0;
        loop {
            let goes_on = copy.step().await?;
            self.transfer.did_bytes(copy.copied() - told);
            told = copy.copied();
            if !goes_on {
                break;
            }
        }
        copy.finish().await?;
        if let Some(modified) = stat.modified.filter(|_| abilities.set_modified) {
            let _ = self.to.set_modified(part, modified).await;
        }
        Ok(())
    }

    async fn link(&self, from: &RemotePath, to: RemotePath) -> Result<(), ServiceError> {
        let target = self.from.read_link(from).await?;
        if !is_there(&self.to, &to).await? {
            return Ok(self.to.make_link(&target, &to).await?);
        }
        match self.conflict {
            OnConflict::Fail | OnConflict::Skip => self.taken(&to),
            OnConflict::Replace => {
                self.to.remove_file(&to).await?;
                Ok(self.to.make_link(&target, &to).await?)
            }
            OnConflict::KeepBoth => Ok(self.to.make_link(&target, &self.free(&to).await?).await?),
        }
    }

    async fn folder(
        &self,
        from: &RemotePath,
        to: RemotePath,
        stat: &FileStat,
        depth: usize,
    ) -> Result<(), ServiceError> {
        if depth >= DEEPEST {
            return Err(ServiceError::bad(format!("{from} lies too deep; copy it from further inside")));
        }
        let to = match self.to.make_dir(&to).await {
            Ok(()) => to,
            Err(FileError::Exists { path }) => match self.conflict {
                // Below the first one the folders are new, or meant to become one.
                OnConflict::Fail if depth == 0 => return Err(FileError::Exists { path }.into()),
                OnConflict::KeepBoth if depth == 0 => {
                    let free = self.free(&to).await?;
                    self.to.make_dir(&free).await?;
                    free
                }
                _ if self.to.stat(&to).await?.kind == EntryKind::Directory => to,
                _ => return Err(FileError::NotADirectory { path: to }.into()),
            },
            Err(error) => return Err(error.into()),
        };
        let listing = self.from.list(from, ListLimits { entries: LISTED }).await?;
        if listing.cut {
            self.transfer.failed(format!("{from} holds more than {LISTED} entries; the rest was left out"));
        }
        let (folders, others): (Vec<_>, Vec<_>) =
            listing.entries.into_iter().partition(|found| found.stat.kind == EntryKind::Directory);
        stream::iter(others)
            .map(|found| self.one(from.join(&found.name), to.join(&found.name), found.stat, depth + 1))
            .buffer_unordered(AT_ONCE)
            .for_each(std::future::ready)
            .await;
        for found in folders {
            self.one(from.join(&found.name), to.join(&found.name), found.stat, depth + 1).await;
        }
        // Last: a folder that nobody may write into could not be filled.
        if let Some(mode) = stat.mode.filter(|_| self.to.abilities().chmod) {
            let _ = self.to.chmod(&to, mode & 0o777).await;
        }
        Ok(())
    }

    fn taken(&self, path: &RemotePath) -> Result<(), ServiceError> {
        if self.conflict == OnConflict::Skip { Ok(()) } else { Err(FileError::Exists { path: path.clone() }.into()) }
    }

    /// The next name that nothing has.
    async fn free(&self, path: &RemotePath) -> Result<RemotePath, ServiceError> {
        for number in 2..1000 {
            let Some(name) = numbered(path, number) else { break };
            if !is_there(&self.to, &name).await? {
                return Ok(name);
            }
        }
        Err(FileError::Exists { path: path.clone() }.into())
    }
}
