//! Copying on a host, or from one to another through this process: what is under way is in memory, nothing on its disk.

use super::{
    Files, absolute,
    change::is_there,
    handles::Lane,
    part::{RIGHTS, numbered, own_part_of},
    transfer::{Plan, Transfer},
    upload::settle,
    walk::{COUNTED_FOR_WORK, DEEPEST, LISTED, all_absolute, count, refuse_number},
};
use crate::{Caller, ServiceError};
use futures::{StreamExt, stream};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use transport::{FileError, FileReader, FileStat, Files as HostFiles, Found, ListLimits, WriteMode};
use wire::files::{CopyRequest, EntryKind, OnConflict, RemotePath, TransferKind, TransferView};

/// So many files of a folder are copied at once.
const AT_ONCE: usize = 8;

/// So many entries may be added to what is copied meanwhile.
const SPARE: u64 = 1000;

impl Files {
    /// Begins to copy.
    ///
    /// # Errors
    /// `BadInput` for none or too many paths, or a folder that would be copied into itself; `NotFound` for an unknown
    /// host; `Conflict` when too much goes on already; what dialling says. What goes wrong with a file is in the transfer.
    pub async fn copy(&self, caller: &Caller, host: &str, request: CopyRequest) -> Result<TransferView, ServiceError> {
        refuse_number(&request.paths)?;
        let flow = self.0.flows.begin_unattended(caller);
        let (host, from) = self.open_for(&flow, caller, host, Lane::Bulk).await?;
        let (to_host, to) = match &request.to_host {
            Some(other) => self.open_for(&flow, caller, other, Lane::Bulk).await?,
            None => (host.clone(), from.clone()),
        };
        let paths = all_absolute(&from, &request.paths).await?;
        let folder = absolute(&to, &request.to).await?;
        if paths.iter().any(|path| path.name().is_none()) {
            return Err(ServiceError::bad("the root of a host is not copied; name what is in it"));
        }
        if to_host.id == host.id {
            refuse_into_itself(&from, &paths, &folder).await?;
        }
        let plan = Plan { kind: TransferKind::Copy, host, to: Some((to_host, folder.clone())), paths };
        let (conflict, by_host) = (request.conflict, request.to_host.is_none() && from.abilities().copy);
        self.begin(caller, plan, flow, |transfer| {
            work(Copying { from, to, by_host, transfer, conflict, parts: Mutex::default() }, folder)
        })
    }
}

/// By where they really lie: a link may lead back into what is copied.
async fn refuse_into_itself(files: &HostFiles, paths: &[RemotePath], folder: &RemotePath) -> Result<(), ServiceError> {
    // A folder that is not there yet is told of by the copy itself.
    let target = files.real_path(folder).await.unwrap_or_else(|_| folder.clone());
    for path in paths {
        let real = match files.lstat(path).await {
            Ok(stat) if stat.kind == EntryKind::Directory => files.real_path(path).await?,
            _ => continue,
        };
        if target.is_within(&real) {
            return Err(ServiceError::bad("a folder cannot be copied into itself; choose another folder"));
        }
    }
    Ok(())
}

async fn work(copying: Copying, folder: RemotePath) {
    let copying = Arc::new(copying);
    let _tidy = Tidy(copying.clone());
    let transfer = &copying.transfer;
    let total = match count(&copying.from, &transfer.plan().paths, COUNTED_FOR_WORK).await {
        Ok(total) => total,
        Err(error) => return transfer.failed(error.to_string()),
    };
    transfer.counted(total);
    // Two names of one machine look like two hosts: what is copied into itself is told by its never ending.
    let most = if total.cut { u64::MAX } else { 2 * (total.files + total.folders) + SPARE };
    for path in &transfer.plan().paths {
        let Some(name) = path.name() else { continue };
        match copying.from.lstat(path).await {
            Ok(stat) if stat.kind == EntryKind::Directory => {
                copying.tree(path.clone(), folder.join(&name), stat, most).await;
            }
            Ok(stat) => copying.one(path.clone(), folder.join(&name), stat).await,
            Err(error) => transfer.failed(error.to_string()),
        }
    }
}

/// A folder whose content is being copied. They stand in a list, not on the stack: a host may have them as deep as it likes.
struct Folder {
    from: RemotePath,
    to: RemotePath,
    folders: Vec<Found>,
    /// The rights that it gets when it is full; none where it was there before.
    mode: Option<u32>,
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

    /// One entry that is no folder.
    async fn one(&self, from: RemotePath, to: RemotePath, stat: FileStat) {
        let done = match stat.kind {
            EntryKind::File => self.file(&from, &to, &stat).await,
            EntryKind::Link => self.link(&from, to).await,
            EntryKind::Directory | EntryKind::Other => {
                Err(ServiceError::bad(format!("{from} is a device, a pipe or a socket; it stays")))
            }
        };
        self.did(done);
    }

    fn did(&self, done: Result<(), ServiceError>) {
        match done {
            Ok(()) => self.transfer.did_item(),
            Err(error) => self.transfer.failed(error.to_string()),
        }
    }

    /// A folder with all that is in it, but no more than so many entries.
    async fn tree(&self, from: RemotePath, to: RemotePath, stat: FileStat, most: u64) {
        let mut open = Vec::new();
        let mut next = Some((from, to, stat));
        loop {
            if let Some((from, to, stat)) = next.take() {
                match self.enter(from, to, &stat, open.len()).await {
                    Ok(folder) => open.push(folder),
                    Err(error) => self.transfer.failed(error.to_string()),
                }
            }
            if self.transfer.items_done() > most {
                let why = "it has become much more while it was copied; is it being copied into itself?";
                return self.transfer.failed(why.to_owned());
            }
            let Some(folder) = open.last_mut() else { return };
            next = folder
                .folders
                .pop()
                .map(|found| (folder.from.join(&found.name), folder.to.join(&found.name), found.stat));
            if next.is_none() {
                // Last: a folder that nobody may write into could not be filled.
                if let Some(mode) = folder.mode.filter(|_| self.to.abilities().chmod) {
                    let _ = self.to.chmod(&folder.to, mode & RIGHTS).await;
                }
                self.transfer.did_item();
                open.pop();
            }
        }
    }

    async fn file(&self, from: &RemotePath, to: &RemotePath, stat: &FileStat) -> Result<(), ServiceError> {
        if matches!(self.conflict, OnConflict::Fail | OnConflict::Skip) && is_there(&self.to, to).await? {
            return self.taken(to);
        }
        let part = own_part_of(to)?;
        self.parts().insert(part.clone());
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
        written.map(drop).map_err(|error| error.told_of(&part, to))
    }

    async fn write(&self, from: &RemotePath, part: &RemotePath, stat: &FileStat) -> Result<(), ServiceError> {
        let mut reader = self.open_patiently(from).await?;
        let mut writer = self.to.open_write(part, WriteMode::New).await?;
        let abilities = self.to.abilities();
        // Before the content: what was secret stays so.
        if let Some(mode) = stat.mode.filter(|_| abilities.chmod) {
            self.to.chmod(part, mode & RIGHTS).await?;
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

    /// A copy waits for others as long as they take: nobody sits before it.
    async fn open_patiently(&self, from: &RemotePath) -> Result<FileReader, FileError> {
        loop {
            match self.from.open_read(from, 0).await {
                Err(FileError::Busy) => {}
                opened => return opened,
            }
        }
    }

    /// The bytes stay on the host.
    async fn ask_host(&self, from: &RemotePath, part: &RemotePath, stat: &FileStat) -> Result<(), ServiceError> {
        let mut copy = self.to.open_copy(from, part, WriteMode::New).await?;
        let abilities = self.to.abilities();
        if let Some(mode) = stat.mode.filter(|_| abilities.chmod) {
            self.to.chmod(part, mode & RIGHTS).await?;
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
                // What has the name goes only when the link is there.
                let part = own_part_of(&to)?;
                self.to.make_link(&target, &part).await.map_err(|error| error.told_of(&part, &to))?;
                let placed = self.to.rename(&part, &to, true).await;
                if placed.is_err() {
                    let _ = self.to.remove_file(&part).await;
                }
                Ok(placed.map_err(|error| error.told_of(&part, &to))?)
            }
            OnConflict::KeepBoth => Ok(self.to.make_link(&target, &self.free(&to).await?).await?),
        }
    }

    /// Makes a folder, and copies what is in it but for its folders.
    async fn enter(
        &self,
        from: RemotePath,
        to: RemotePath,
        stat: &FileStat,
        depth: usize,
    ) -> Result<Folder, ServiceError> {
        if depth >= DEEPEST {
            return Err(ServiceError::bad(format!("{from} lies too deep; copy it from further inside")));
        }
        // Before there is anything new in it.
        let listing = self.from.list(&from, ListLimits { entries: LISTED }).await?;
        let (to, is_new) = self.made(to, depth).await?;
        if listing.cut {
            self.transfer.failed(format!("{from} holds more than could be listed; the rest was left out"));
        }
        let (mut folders, others): (Vec<_>, Vec<_>) =
            listing.entries.into_iter().partition(|found| found.stat.kind == EntryKind::Directory);
        stream::iter(others)
            .map(|found| self.one(from.join(&found.name), to.join(&found.name), found.stat))
            .buffer_unordered(AT_ONCE)
            .for_each(std::future::ready)
            .await;
        folders.reverse();
        Ok(Folder { from, to, folders, mode: stat.mode.filter(|_| is_new) })
    }

    /// A folder of this name, or where one is already, that one or the next free name; and whether it is new.
    async fn made(&self, to: RemotePath, depth: usize) -> Result<(RemotePath, bool), ServiceError> {
        match self.to.make_dir(&to).await {
            Ok(()) => Ok((to, true)),
            Err(FileError::Exists { path }) => match self.conflict {
                // Below the first one the folders are new, or meant to become one.
                OnConflict::Fail if depth == 0 => Err(FileError::Exists { path }.into()),
                OnConflict::KeepBoth if depth == 0 => {
                    let free = self.free(&to).await?;
                    self.to.make_dir(&free).await?;
                    Ok((free, true))
                }
                // Not through a link: it leads out of the folder that is copied to.
                _ if self.to.lstat(&to).await?.kind == EntryKind::Directory => Ok((to, false)),
                _ => Err(FileError::NotADirectory { path: to }.into()),
            },
            Err(error) => Err(error.into()),
        }
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
