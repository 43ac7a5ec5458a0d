//! Uploads: a body at a time into a part file, from where the last one ended, and a name when it is whole.

use super::{Files, Flow, absolute, audited, change::is_there, entry_at, handles::Lane, part};
use crate::{Caller, ServiceError};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::OwnedMutexGuard,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
use transport::{FileError, Files as HostFiles, WriteMode};
use wire::{
    AccountId,
    files::{Entry, EntryKind, FinishRequest, OnConflict, RemotePath, UploadQuery, UploadView},
    inventory::HostView,
};

/// A body that stops for so long has ended.
const STALLED: Duration = Duration::from_secs(60);

/// So many numbers are tried for a file whose name is taken.
const NUMBERS: u32 = 1000;

/// So many part files are known by their writers.
const KNOWN: usize = 4096;

/// Which files are being written, by the place that they lie at: two accounts may have the same one. Of two that write the
/// same part the later goes on: the earlier is mostly what is left of it after its network went away. Whose a part is stays
/// known beyond that, so that nobody goes on with another one's.
#[derive(Default)]
pub(super) struct Uploads(Mutex<HashMap<Spot, Turn>>);

/// Address, port and path.
type Spot = (String, u16, RemotePath);

struct Turn {
    lock: Arc<tokio::sync::Mutex<()>>,
    newer: CancellationToken,
    writer: AccountId,
    at: Instant,
}

/// The right to write a file.
pub(super) struct Writing {
    /// A newer one wants it.
    newer: CancellationToken,
    /// Somebody else wrote it last.
    is_anothers: bool,
    _lock: OwnedMutexGuard<()>,
}

impl Uploads {
    /// Waits for the turn to write.
    pub(super) async fn begin(&self, host: &HostView, path: &RemotePath, caller: &AccountId) -> Writing {
        let newer = CancellationToken::new();
        let lock = {
            let mut turns = self.turns();
            if turns.len() >= KNOWN {
                forget_oldest(&mut turns);
            }
            let turn = turns.entry(spot(host, path)).or_insert_with(|| Turn {
                lock: Arc::default(),
                newer: CancellationToken::new(),
                writer: caller.clone(),
                at: Instant::now(),
            });
            std::mem::replace(&mut turn.newer, newer.clone()).cancel();
            turn.at = Instant::now();
            turn.lock.clone()
        };
        let lock = lock.lock_owned().await;
        Writing { newer, is_anothers: self.is_anothers(host, path, caller), _lock: lock }
    }

    /// From now on it is this account's.
    fn takes_over(&self, host: &HostView, path: &RemotePath, caller: &AccountId) {
        if let Some(turn) = self.turns().get_mut(&spot(host, path)) {
            turn.writer = caller.clone();
        }
    }

    fn is_anothers(&self, host: &HostView, path: &RemotePath, caller: &AccountId) -> bool {
        self.turns().get(&spot(host, path)).is_some_and(|turn| turn.writer != *caller)
    }

    fn turns(&self) -> MutexGuard<'_, HashMap<Spot, Turn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn spot(host: &HostView, path: &RemotePath) -> Spot {
    (host.address.clone(), host.port, path.clone())
}

/// One that nobody writes now.
fn forget_oldest(turns: &mut HashMap<Spot, Turn>) {
    let idle = turns.iter().filter(|(_, turn)| Arc::strong_count(&turn.lock) == 1);
    if let Some(oldest) = idle.min_by_key(|(_, turn)| turn.at).map(|(spot, _)| spot.clone()) {
        turns.remove(&oldest);
    }
}

fn anothers() -> ServiceError {
    ServiceError::Conflict(
        "somebody else sends a file of this name just now; begin anew, or choose another name".to_owned(),
    )
}

impl Files {
    /// How far an upload to this path is, and what is there already.
    ///
    /// # Errors
    /// What dialling and the host say.
    pub async fn upload_state(
        &self,
        caller: &Caller,
        host: &str,
        path: &RemotePath,
    ) -> Result<UploadView, ServiceError> {
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let path = absolute(&files, path).await?;
        let part = part_for(&path)?;
        let is_anothers = self.0.uploads.is_anothers(&host, &part, caller.account());
        let offset = if is_anothers { 0 } else { part::written(&files, &part).await? };
        let exists = match entry_at(&files, &path).await {
            Ok(entry) => Some(entry),
            Err(ServiceError::Files(FileError::NotFound { .. })) => None,
            Err(error) => return Err(error),
        };
        Ok(UploadView { offset, exists })
    }

    /// Writes a body into the part file. It is taken as fast as the host takes it. When it ends early, what came is kept.
    ///
    /// # Errors
    /// `Conflict` when the host has less than `offset`, `BadInput` when the body is longer than the file or ended early,
    /// what the host says.
    pub async fn upload<E: std::fmt::Display>(
        &self,
        caller: &Caller,
        host: &str,
        query: &UploadQuery,
        body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<UploadView, ServiceError> {
        let flow = self.0.flows.begin(caller);
        let (host, files) = self.open_for(&flow, caller, host, Lane::Bulk).await?;
        let path = absolute(&files, &query.path).await?;
        let part = part_for(&path)?;
        let writing = self.0.uploads.begin(&host, &part, caller.account()).await;
        let there = part::written(&files, &part).await?;
        let mode = match query.offset {
            0 => {
                refuse_long(&files, &path).await?;
                self.0.uploads.takes_over(&host, &part, caller.account());
                WriteMode::Truncate
            }
            _ if writing.is_anothers => return Err(anothers()),
            offset => {
                if there < offset {
                    return Err(ServiceError::Conflict(format!(
                        "the host has {there} bytes of this file, not {offset}; go on from there"
                    )));
                }
                WriteMode::At(offset)
            }
        };
        let mut writer = files.open_write(&part, mode).await.map_err(|error| error.told_of(&part, &path))?;
        let stop = Stop { newer: &writing.newer, stopping: &self.0.stopping, flow: &flow };
        let taken = take(&mut writer, body, query.total.saturating_sub(query.offset), stop).await;
        let (came, end) = taken.map_err(|error| error.told_of(&part, &path))?;
        writer.finish().await.map_err(|error| error.told_of(&part, &path))?;
        let offset = query.offset + came;
        match end {
            Ending::Whole => Ok(UploadView { offset, exists: None }),
            Ending::Early(why) => Err(ServiceError::Conflict(format!(
                "the body ended early ({why}); the host has {offset} bytes: go on from there"
            ))),
            Ending::TooLong => Err(ServiceError::bad(format!(
                "the body is longer than the {} bytes that were said; the file may have grown meanwhile",
                query.total
            ))),
        }
    }

    /// Gives an upload up: what came of it is deleted, and whoever still writes it is stopped.
    ///
    /// # Errors
    /// What the host says.
    pub async fn abandon_upload(&self, caller: &Caller, host: &str, path: &RemotePath) -> Result<(), ServiceError> {
        let (host, files) = self.open(caller, host, Lane::Looking).await?;
        let part = part_for(&absolute(&files, path).await?)?;
        let writing = self.0.uploads.begin(&host, &part, caller.account()).await;
        if writing.is_anothers {
            return Ok(());
        }
        match files.remove_file(&part).await {
            Ok(()) => {
                self.0.audit.note(caller, "file.upload", audited(&host, &part), "given up").await;
                Ok(())
            }
            Err(FileError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives an upload its name, when all of it is there.
    ///
    /// # Errors
    /// `Conflict` when the host has another length or, where a SHA-256 is given, something else; `Exists` when the name is
    /// taken and nothing is said of that; what the host says.
    pub async fn finish_upload(
        &self,
        caller: &Caller,
        host: &str,
        request: &FinishRequest,
    ) -> Result<Entry, ServiceError> {
        let flow = self.0.flows.begin(caller);
        let (host, files) = self.open_for(&flow, caller, host, Lane::Bulk).await?;
        let path = absolute(&files, &request.path).await?;
        let part = part_for(&path)?;
        let writing = self.0.uploads.begin(&host, &part, caller.account()).await;
        if writing.is_anothers {
            return Err(anothers());
        }
        let stat = files.lstat(&part).await.map_err(|error| error.told_of(&part, &path))?;
        let size = if stat.kind == EntryKind::File { stat.size } else { part::written(&files, &part).await? };
        if size != request.total {
            return Err(ServiceError::Conflict(format!(
                "the host has {size} bytes of this file and {} were said; send the rest, or begin anew",
                request.total
            )));
        }
        if let Some(expected) = &request.sha256
            && !expected.eq_ignore_ascii_case(&flow.goes_on(sha256(&files, &part)).await?)
        {
            return Err(ServiceError::Conflict(
                "what the host has is not what was sent: the checksums differ; send the file anew".to_owned(),
            ));
        }
        if let Some(modified) = request.modified.filter(|_| files.abilities().set_modified) {
            // A nicety: the file is whole without it.
            let _ = files.set_modified(&part, modified).await;
        }
        let settled = settle(&files, &part, &path, request.conflict).await;
        let name = settled.map_err(|error| error.told_of(&part, &path))?;
        self.0.audit.note(caller, "file.upload", audited(&host, name.as_ref().unwrap_or(&path)), "whole").await;
        entry_at(&files, &name.unwrap_or(path)).await
    }
}

/// A part has a name that fits. The file would get none, but only when it is whole.
async fn refuse_long(files: &HostFiles, path: &RemotePath) -> Result<(), FileError> {
    if !part::is_long(path) {
        return Ok(());
    }
    match files.lstat(path).await {
        Err(error @ FileError::NameTooLong { .. }) => Err(error),
        _ => Ok(()),
    }
}

fn part_for(path: &RemotePath) -> Result<RemotePath, ServiceError> {
    part::part_of(path).ok_or_else(|| part::no_name(path))
}

/// What ends a body before its end.
#[derive(Clone, Copy)]
struct Stop<'a> {
    newer: &'a CancellationToken,
    stopping: &'a CancellationToken,
    flow: &'a Flow,
}

enum Ending {
    Whole,
    Early(String),
    TooLong,
}

/// How many bytes were taken, and why no more.
async fn take<E: std::fmt::Display>(
    writer: &mut transport::FileWriter,
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    most: u64,
    stop: Stop<'_>,
) -> Result<(u64, Ending), ServiceError> {
    let mut came = 0;
    let over = stop.flow.over();
    loop {
        let next = tokio::select! {
            biased;
            () = stop.newer.cancelled() => return Ok((came, Ending::Early("it was begun again elsewhere".to_owned()))),
            () = stop.stopping.cancelled() => return Ok((came, Ending::Early("the server is stopping".to_owned()))),
            () = over.cancelled() => return Ok((came, Ending::Early(stop.flow.why()))),
            next = timeout(STALLED, body.next()) => next,
        };
        let bytes = match next {
            Ok(Some(Ok(bytes))) => bytes,
            Ok(None) => return Ok((came, Ending::Whole)),
            Ok(Some(Err(error))) => return Ok((came, Ending::Early(error.to_string()))),
            Err(_) => return Ok((came, Ending::Early(format!("nothing came for {} s", STALLED.as_secs())))),
        };
        if came + bytes.len() as u64 > most {
            return Ok((came, Ending::TooLong));
        }
        came += bytes.len() as u64;
        writer.write(bytes).await?;
    }
}

async fn sha256(files: &HostFiles, path: &RemotePath) -> Result<String, FileError> {
    let (mut reader, mut digest) = (files.open_read(path, 0).await?, Sha256::new());
    while let Some(bytes) = reader.next().await? {
        digest.update(&bytes);
    }
    Ok(data_encoding::HEXLOWER.encode(&digest.finalize()))
}

/// Gives a whole part its name, or the next free one; which one. `None` when it was left out.
pub(super) async fn settle(
    files: &HostFiles,
    part: &RemotePath,
    path: &RemotePath,
    conflict: OnConflict,
) -> Result<Option<RemotePath>, ServiceError> {
    if conflict == OnConflict::Replace {
        // What replaces a file has its rights.
        if let Ok(stat) = files.stat(path).await
            && let Some(mode) = stat.mode.filter(|_| files.abilities().chmod)
        {
            let _ = files.chmod(part, mode & part::RIGHTS).await;
        }
        files.rename(part, path, true).await?;
        return Ok(Some(path.clone()));
    }
    let mut name = path.clone();
    for number in 2..NUMBERS {
        // Renaming without replacing is not refused by every server.
        let taken = is_there(files, &name).await?;
        match if taken { Err(FileError::Exists { path: name.clone() }) } else { files.rename(part, &name, false).await }
        {
            Ok(()) => return Ok(Some(name)),
            Err(FileError::Exists { .. }) if conflict == OnConflict::KeepBoth => {
                name = part::numbered(path, number).ok_or_else(|| ServiceError::bad("this is no name for a file"))?;
            }
            Err(FileError::Exists { .. }) if conflict == OnConflict::Skip => {
                files.remove_file(part).await?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(FileError::Exists { path: path.clone() }.into())
}
