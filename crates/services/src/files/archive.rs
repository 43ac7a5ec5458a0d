//! A folder as one stream in the tar format, made while it is read.

use super::{
    Files, Flow, absolute, audited,
    handles::Lane,
    tar::{self, Member},
    walk::{DEEPEST, LISTED},
};
use crate::{Caller, ServiceError};
use bytes::Bytes;
use futures::{Stream, stream};
use std::fmt::Write as _;
use tokio::sync::mpsc;
use transport::{FileError, FileStat, Files as HostFiles, ListLimits};
use wire::files::{EntryKind, RemotePath};

/// So many pieces wait to be taken.
const WAITING: usize = 16;

/// So many bytes are told of what is missing.
const TOLD: usize = 64 * 1024;

/// A folder on its way out.
pub struct Archive {
    name: String,
    pieces: mpsc::Receiver<Result<Bytes, FileError>>,
    flow: Flow,
}

impl Files {
    /// Opens a folder, or a single file, for download as a tar.
    ///
    /// # Errors
    /// `TooManyDownloads`, what dialling and the host say.
    pub async fn archive(&self, caller: &Caller, host: &str, path: &RemotePath) -> Result<Archive, ServiceError> {
        let flow = self.0.flows.begin_download(caller).await?;
        let (host, files) = self.open_for(&flow, caller, host, Lane::Bulk).await?;
        let path = absolute(&files, path).await?;
        // The folder that a link leads to, when it is a link that is asked for.
        let path = files.real_path(&path).await?;
        let stat = files.stat(&path).await?;
        let root = path.name().map_or_else(|| b"files".to_vec(), |name| name.as_bytes().to_vec());
        let name = path.name().map_or_else(|| "files.tar".to_owned(), |name| format!("{}.tar", name.to_text()));
        self.0.audit.note(caller, "file.download", audited(&host, &path), "begun, as a tar").await;
        let (sender, pieces) = mpsc::channel(WAITING);
        let mut writing = Writing { files, sender, missing: String::new() };
        let over = flow.over();
        self.0.tasks.spawn(over.run_until_cancelled_owned(async move {
            let done = async {
                writing.all(path, root, stat).await?;
                writing.finish().await
            };
            if let Err(Stop::Failed(error)) = done.await {
                let _ = writing.sender.send(Err(error)).await;
            }
        }));
        Ok(Archive { name, pieces, flow })
    }
}

impl Archive {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes, made as they are taken. An error means that it is not whole.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, FileError>> + Send {
        stream::try_unfold((self.pieces, self.flow), |(mut pieces, flow)| async move {
            match pieces.recv().await {
                Some(piece) => Ok(Some((piece?, (pieces, flow)))),
                // One that was broken off must not look whole.
                None => flow.is_over().map(|()| None),
            }
        })
    }
}

/// Why an archive is not gone on with.
enum Stop {
    /// Nobody takes it any more.
    Unwanted,
    Failed(FileError),
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::Failed(error)
    }
}

/// Something that is still to come.
struct Entry {
    path: RemotePath,
    name: Vec<u8>,
    stat: FileStat,
    depth: usize,
}

struct Writing {
    files: HostFiles,
    sender: mpsc::Sender<Result<Bytes, FileError>>,
    missing: String,
}

impl Writing {
    async fn put(&self, bytes: impl Into<Bytes>) -> Result<(), Stop> {
        self.sender.send(Ok(bytes.into())).await.map_err(|_| Stop::Unwanted)
    }

    /// An entry with all that is in it. What is still to come stands in a list, not on the stack: a host may have folders as
    /// deep as it likes.
    async fn all(&mut self, path: RemotePath, name: Vec<u8>, stat: FileStat) -> Result<(), Stop> {
        let mut next = vec![Entry { path, name, stat, depth: 0 }];
        while let Some(entry) = next.pop() {
            let Entry { path, name, stat, depth } = entry;
            match stat.kind {
                EntryKind::Directory => {
                    let inside = self.folder(path, name, &stat, depth).await?;
                    next.extend(inside.into_iter().rev());
                }
                EntryKind::File => self.file(&path, &name).await?,
                EntryKind::Link => match self.files.read_link(&path).await {
                    Ok(target) => self.put(tar::header(&member(&name, &stat, 0, target.as_bytes()))).await?,
                    Err(error) => self.misses(&path, error),
                },
                EntryKind::Other => self.misses(&path, "it is a device, a pipe or a socket"),
            }
        }
        Ok(())
    }

    /// What is in it.
    async fn folder(
        &mut self,
        path: RemotePath,
        mut name: Vec<u8>,
        stat: &FileStat,
        depth: usize,
    ) -> Result<Vec<Entry>, Stop> {
        name.push(b'/');
        self.put(tar::header(&member(&name, stat, 0, b""))).await?;
        if depth >= DEEPEST {
            self.misses(&path, "it lies too deep");
            return Ok(Vec::new());
        }
        let listing = match self.files.list(&path, ListLimits { entries: LISTED }).await {
            Ok(listing) => listing,
            Err(error) if error.is_lost() => return Err(error.into()),
            Err(error) => {
                self.misses(&path, error);
                return Ok(Vec::new());
            }
        };
        if listing.cut {
            self.misses(&path, "it holds more than could be listed; the rest of it is not here");
        }
        let inside = listing.entries.into_iter().map(|found| Entry {
            path: path.join(&found.name),
            name: [name.as_slice(), found.name.as_bytes()].concat(),
            stat: found.stat,
            depth: depth + 1,
        });
        Ok(inside.collect())
    }

    async fn file(&mut self, path: &RemotePath, name: &[u8]) -> Result<(), Stop> {
        let mut reader = match self.files.open_read(path, 0).await {
            Ok(reader) => reader,
            Err(error) if error.is_lost() => return Err(error.into()),
            Err(error) => {
                self.misses(path, error);
                return Ok(());
            }
        };
        // What the system makes up while it is read says that it is empty, and is.
        let (stat, size) = (reader.stat().clone(), reader.stat().size);
        self.put(tar::header(&member(name, &stat, size, b""))).await?;
        let mut left = size;
        while left > 0 {
            let Some(mut bytes) = reader.next().await? else {
                // Its length is written already: the archive cannot become whole.
                return Err(FileError::Lost { why: format!("{path} became shorter while it was read") }.into());
            };
            bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= bytes.len() as u64;
            self.put(bytes).await?;
        }
        self.put(tar::padding(size)).await
    }

    /// What could not be read is told inside, so that nobody takes the archive for more than it is.
    fn misses(&mut self, path: &RemotePath, why: impl std::fmt::Display) {
        if self.missing.len() < TOLD {
            // Writing into a text cannot fail.
            let _ = writeln!(self.missing, "{path}: {why}");
        }
    }

    async fn finish(&mut self) -> Result<(), Stop> {
        if !self.missing.is_empty() {
            let text = std::mem::take(&mut self.missing).into_bytes();
            let size = text.len() as u64;
            let name = b"berth-missing.txt";
            let header = Member { name, kind: EntryKind::File, mode: 0o644, size, modified: 0, target: b"" };
            self.put(tar::header(&header)).await?;
            self.put(text).await?;
            self.put(tar::padding(size)).await?;
        }
        self.put(tar::end()).await
    }
}

fn member<'a>(name: &'a [u8], stat: &FileStat, size: u64, target: &'a [u8]) -> Member<'a> {
    let seconds = stat.modified.map_or(0, |at| u64::try_from(at.millis() / 1000).unwrap_or(0));
    Member { name, kind: stat.kind, mode: stat.mode.unwrap_or(0o644), size, modified: seconds, target }
}
