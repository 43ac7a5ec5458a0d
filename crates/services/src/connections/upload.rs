//! An upload: into a file of another name beside the target, which takes the target's name when it is whole.

use super::{entry::InUse, files::parsed};
use crate::{
    Caller, ServiceError,
    audit::Audit,
    files::{Flow, RIGHTS, own_part_of},
};
use bytes::Bytes;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use transport::{FileError, FileWriter, Files, WriteMode};
use wire::{
    connections::Uploaded,
    files::{EntryKind, RemoteName, RemotePath},
};

/// The uploads that run, by place and path: two into one file would make a mixture of both.
#[derive(Clone, Default)]
pub(super) struct Uploads(Arc<Mutex<BTreeSet<(String, RemotePath)>>>);

impl Uploads {
    fn running(&self) -> MutexGuard<'_, BTreeSet<(String, RemotePath)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where an upload goes: into the named directory under its own name, or to the path itself.
    pub(super) async fn target(
        &self,
        files: &Files,
        path: &str,
        name: Option<&str>,
    ) -> Result<RemotePath, ServiceError> {
        let target = parsed(path)?;
        let is_directory = match files.stat(&target).await {
            // The part has a shorter one, so that it would be told only when all is sent.
            Err(error @ FileError::NameTooLong { .. }) => return Err(error.into()),
            found => path.ends_with('/') || found.is_ok_and(|stat| stat.kind == EntryKind::Directory),
        };
        if !is_directory {
            return Ok(target);
        }
        let name = name.and_then(|name| name.rsplit(['/', '\\']).next()).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| ServiceError::bad("remotePath is a folder; name the file in it as well"))?;
        let name: RemoteName =
            name.parse().map_err(|why: wire::files::InvalidName| ServiceError::bad(why.to_string()))?;
        Ok(target.join(&name))
    }
}

struct Running {
    uploads: Uploads,
    key: (String, RemotePath),
}

impl Drop for Running {
    fn drop(&mut self) {
        self.uploads.running().remove(&self.key);
    }
}

/// By which way an upload goes.
pub(super) struct GoesBy {
    pub(super) in_use: InUse,
    pub(super) files: Files,
    pub(super) flow: Flow,
}

/// An upload that runs. Given up, it leaves nothing behind.
pub struct Upload {
    work: Option<Work>,
    written: u64,
}

struct Work {
    files: Files,
    writer: FileWriter,
    target: RemotePath,
    part: RemotePath,
    audit: Audit,
    caller: Caller,
    in_use: InUse,
    flow: Flow,
    _running: Running,
}

impl Upload {
    pub(super) async fn begin(
        uploads: Uploads,
        audit: Audit,
        caller: Caller,
        goes_by: GoesBy,
        target: RemotePath,
    ) -> Result<Self, ServiceError> {
        let GoesBy { in_use, files, flow } = goes_by;
        let key = (format!("{}@{}:{}", in_use.username, in_use.host, in_use.port), target.cleaned());
        if !uploads.running().insert(key.clone()) {
            return Err(ServiceError::Conflict(format!("{target} is being uploaded already; wait for that to end")));
        }
        let running = Running { uploads, key };
        let part = own_part_of(&target)?;
        let writer = files.open_write(&part, WriteMode::New).await.map_err(|error| error.told_of(&part, &target))?;
        let work = Work { files, writer, target, part, audit, caller, in_use, flow, _running: running };
        Ok(Self { work: Some(work), written: 0 })
    }

    /// Writes on.
    ///
    /// # Errors
    /// When the host could not write; then it is over.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), ServiceError> {
        let Some(work) = &mut self.work else { return Err(ServiceError::Internal("the upload is over")) };
        self.written += bytes.len() as u64;
        let went = work.flow.goes_on(work.writer.write(bytes)).await;
        Ok(went.map_err(|error| error.told_of(&work.part, &work.target))?)
    }

    /// Everything came: the file gets its name.
    ///
    /// # Errors
    /// When the host does not have it whole, or does not give it its name; then nothing is left of it.
    pub async fn finish(mut self) -> Result<Uploaded, ServiceError> {
        let Some(work) = self.work.take() else { return Err(ServiceError::Internal("the upload is over")) };
        let Work { files, mut writer, target, part, audit, caller, in_use, flow, _running } = work;
        let placed = async {
            flow.is_over()?;
            match writer.sync().await {
                Ok(()) | Err(FileError::Unsupported { .. }) => {}
                Err(error) => return Err(error),
            }
            writer.finish().await?;
            let found = files.stat(&part).await?.size;
            if found != self.written {
                let why = format!("it holds {found} of {} bytes", self.written);
                return Err(FileError::Refused { path: part.clone(), why });
            }
            // The rights of the file that is replaced; a host that cannot set them keeps its own.
            if let Ok(stat) = files.stat(&target).await
                && let Some(mode) = stat.mode
            {
                let _ = files.chmod(&part, mode & RIGHTS).await;
            }
            files.rename(&part, &target, true).await
        };
        let placed = placed.await;
        let object = format!("{target} of {}", in_use.object());
        if let Err(error) = placed {
            let _ = files.remove_file(&part).await;
            audit.note(&caller, "file.upload", object, "failed").await;
            return Err(error.told_of(&part, &target).into());
        }
        audit.note(&caller, "file.upload", object, "done").await;
        Ok(Uploaded { message: format!("uploaded to {target}"), size: self.written })
    }

    /// It came to nothing: what is there of it goes.
    pub async fn give_up(mut self) {
        if let Some(work) = self.work.take() {
            work.give_up().await;
        }
    }
}

impl Work {
    async fn give_up(self) {
        let Self { files, writer, part, target, audit, caller, in_use, _running: running, .. } = self;
        drop(writer);
        // A host that is lost keeps the part, whose name says what it is.
        let _ = files.remove_file(&part).await;
        // Whoever sees that it is gone may begin anew.
        drop(running);
        audit.note(&caller, "file.upload", format!("{target} of {}", in_use.object()), "given up").await;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(work.give_up());
        }
    }
}
