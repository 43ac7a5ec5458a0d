//! Files over a connection: listed, read, downloaded, uploaded (SPEC §12). Nothing is ever on the server's disk, and
//! never more than a few pieces of a file are in its memory.

use super::{
    Connections,
    entry::InUse,
    upload::{GoesBy, Upload},
};
use crate::{Caller, ServiceError, files::Flow};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::{Stream, stream};
use transport::{FileReader, Files, ListLimits};
use wire::{
    connections::{ConnectionFiles, FsEntry, FsList, FsRead},
    files::{EntryKind, RemotePath},
};

/// So many entries of a directory are answered.
const MOST_ENTRIES: usize = 20_000;

/// How much of a file is read at once as text.
const DEFAULT_SLICE: u64 = 64 * 1024;
const LONGEST_SLICE: u64 = 1024 * 1024;

/// A file that is about to be downloaded. The connection counts as used until the end of it.
pub struct Download {
    files: Files,
    path: RemotePath,
    size: u64,
    in_use: InUse,
    flow: Flow,
}

impl Connections {
    /// What is in a directory; the one where the host starts when none is named.
    ///
    /// # Errors
    /// When it is no directory that can be read, or there is no such connection.
    pub async fn files(&self, caller: &Caller, id: &str, path: Option<&str>) -> Result<ConnectionFiles, ServiceError> {
        let entry = self.using(caller, id)?;
        let files = entry.files().await?;
        let directory = files.real_path(&path_or_start(path)?).await?;
        let listing = files.list(&directory, ListLimits { entries: MOST_ENTRIES }).await?;
        let found = listing.entries.iter().map(|found| found.entry(&directory)).collect();
        Ok(ConnectionFiles { files: found, truncated: listing.cut, current_path: directory })
    }

    /// A directory in the shape of the earlier file browser.
    ///
    /// # Errors
    /// As [`Connections::files`].
    pub async fn fs_list(&self, caller: &Caller, id: Option<&str>, path: Option<&str>) -> Result<FsList, ServiceError> {
        let id = self.fs_connection(caller, id)?;
        let ConnectionFiles { current_path, files, truncated } = self.files(caller, &id, path).await?;
        let entries =
            files.into_iter().map(|file| FsEntry { name: file.name, size: file.size, mode: file.permissions });
        Ok(FsList { path: current_path, entries: entries.collect(), truncated })
    }

    /// A piece of a file, as text where it is.
    ///
    /// # Errors
    /// When it cannot be read, or there is no such connection.
    pub async fn fs_read(
        &self,
        caller: &Caller,
        id: Option<&str>,
        path: &str,
        offset: u64,
        length: Option<u64>,
    ) -> Result<FsRead, ServiceError> {
        let entry = self.using(caller, &self.fs_connection(caller, id)?)?;
        let length = length.unwrap_or(DEFAULT_SLICE);
        if length > LONGEST_SLICE {
            return Err(ServiceError::bad("length must be at most 1048576 bytes; read on with an offset"));
        }
        let path = parsed(path)?;
        let mut reader = entry.files().await?.open_read(&path, offset).await?;
        let mut data = Vec::new();
        while (data.len() as u64) < length
            && let Some(piece) = reader.next().await?
        {
            let left = usize::try_from(length).unwrap_or(usize::MAX) - data.len();
            data.extend_from_slice(&piece[..piece.len().min(left)]);
        }
        Ok(read(path, offset, data))
    }

    /// Looks at a file that is to be downloaded.
    ///
    /// # Errors
    /// When there is none, or it is no file; `TooManyDownloads`.
    pub async fn download(&self, caller: &Caller, id: &str, path: &str) -> Result<Download, ServiceError> {
        let in_use = self.using(caller, id)?;
        let flow = self.0.flows.begin_download(caller).await?;
        let (files, path) = (in_use.files().await?, parsed(path)?);
        let stat = files.stat(&path).await?;
        if stat.kind == EntryKind::Directory {
            return Err(transport::FileError::IsDirectory { path }.into());
        }
        let object = format!("{path} of {}", in_use.object());
        self.0.audit.note(caller, "file.download", object, "begun").await;
        Ok(Download { files, path, size: stat.size, in_use, flow })
    }

    /// Begins an upload. The file has another name until it is whole.
    ///
    /// # Errors
    /// When the path is none, somebody uploads the same file at this moment, or the host does not take it.
    pub async fn upload(
        &self,
        caller: &Caller,
        id: &str,
        path: &str,
        name: Option<&str>,
    ) -> Result<Upload, ServiceError> {
        let in_use = self.using(caller, id)?;
        let files = in_use.files().await?;
        let path = self.0.uploads.target(&files, path, name).await?;
        let goes_by = GoesBy { in_use, files, flow: self.0.flows.begin(caller) };
        Upload::begin(self.0.uploads.clone(), self.0.audit.clone(), caller.clone(), goes_by, path).await
    }

    /// The connection that `/api/fs` means: the named one, else `default`, else the SSH connection that was opened last.
    fn fs_connection(&self, caller: &Caller, id: Option<&str>) -> Result<String, ServiceError> {
        let shelf = super::held(&self.0.shelf);
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            return Ok(id.to_owned());
        }
        let of_caller = || shelf.of(caller.account()).filter(|entry| entry.is_ssh_for(caller));
        let default = of_caller().find(|entry| entry.id == super::DEFAULT);
        let last = of_caller().max_by_key(|entry| entry.connected_at);
        let found = default.or(last).map(|entry| entry.id.clone());
        found.ok_or_else(|| ServiceError::missing("connection", super::DEFAULT))
    }
}

impl Download {
    /// Its length in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The file's own name.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.name().map_or_else(|| "file".to_owned(), |name| name.to_text())
    }

    /// So many of its bytes from an offset on, as they come. Should the file have become shorter meanwhile, it ends with an
    /// error: what came would look whole.
    ///
    /// # Errors
    /// When the host does not open it.
    pub async fn read(
        self,
        from: u64,
        length: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, ServiceError>> + Send + use<>, ServiceError> {
        let reader = self.files.open_read(&self.path, from).await?;
        let course = Course { reader, left: length, flow: self.flow, _in_use: self.in_use };
        Ok(stream::try_unfold(
            course,
            |mut course| async move { Ok(course.next().await?.map(|piece| (piece, course))) },
        ))
    }
}

struct Course {
    reader: FileReader,
    left: u64,
    flow: Flow,
    _in_use: InUse,
}

impl Course {
    async fn next(&mut self) -> Result<Option<Bytes>, ServiceError> {
        if self.left == 0 {
            return Ok(None);
        }
        let piece = self.flow.goes_on(self.reader.next()).await?;
        let mut piece = piece.ok_or(ServiceError::Unavailable("the file became shorter while it was read"))?;
        piece.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= piece.len() as u64;
        Ok(Some(piece))
    }
}

fn path_or_start(path: Option<&str>) -> Result<RemotePath, ServiceError> {
    path.filter(|path| !path.is_empty()).map_or_else(|| Ok(RemotePath::start()), parsed)
}

/// A path of the host. A script's `~` means what it means to a shell.
pub(super) fn parsed(path: &str) -> Result<RemotePath, ServiceError> {
    let path = match path {
        "" => return Err(ServiceError::bad("the path is missing")),
        "~" => ".",
        path => path.strip_prefix("~/").filter(|rest| !rest.is_empty()).unwrap_or(path),
    };
    path.parse().map_err(|why: wire::files::InvalidName| ServiceError::bad(why.to_string()))
}

fn read(path: RemotePath, offset: u64, data: Vec<u8>) -> FsRead {
    match String::from_utf8(data) {
        Ok(data) => FsRead { path, offset, data, encoding: None },
        Err(other) => {
            FsRead { path, offset, data: STANDARD.encode(other.as_bytes()), encoding: Some("base64".to_owned()) }
        }
    }
}
