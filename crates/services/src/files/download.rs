//! A file on its way out, from any offset.

use super::{Files, Flow, absolute, audited, handles::Lane};
use crate::{Caller, ServiceError};
use bytes::Bytes;
use futures::{Stream, stream};
use transport::{FileError, FileReader};
use wire::{
    Timestamp,
    files::{EntryKind, RemoteName, RemotePath},
};

/// A file that is open for reading. Nothing of it is read before it is asked for.
pub struct Download {
    reader: FileReader,
    files: transport::Files,
    path: RemotePath,
    name: RemoteName,
    flow: Flow,
}

impl Files {
    /// Opens a file for download.
    ///
    /// # Errors
    /// `BadInput` for a folder or a device, `TooManyDownloads`, what dialling and the host say.
    pub async fn download(&self, caller: &Caller, host: &str, path: &RemotePath) -> Result<Download, ServiceError> {
        let flow = self.0.flows.begin_download(caller).await?;
        let (host, files) = self.open_for(&flow, caller, host, Lane::Bulk).await?;
        let path = absolute(&files, path).await?;
        let name = path.name().ok_or_else(|| ServiceError::bad("this is no file"))?;
        let reader = files.open_read(&path, 0).await?;
        if reader.stat().kind == EntryKind::Other {
            return Err(ServiceError::bad("this is a device, a pipe or a socket; it cannot be downloaded"));
        }
        self.0.audit.note(caller, "file.download", audited(&host, &path), "begun").await;
        Ok(Download { reader, files, path, name, flow })
    }
}

impl Download {
    /// What it is called.
    pub fn name(&self) -> &RemoteName {
        &self.name
    }

    /// When its content had changed last as it was opened, if the host says.
    pub fn modified(&self) -> Option<Timestamp> {
        self.reader.stat().modified
    }

    /// Its length as the host says.
    pub fn size(&self) -> u64 {
        self.reader.stat().size
    }

    /// Its length as far as it is to be believed. What the system makes up while it is read (`/proc`) has none.
    pub fn length(&self) -> Option<u64> {
        Some(self.size()).filter(|size| *size > 0)
    }

    /// Its bytes from an offset, so many of them; without a number all there are. Read as they are taken.
    ///
    /// # Errors
    /// When the host does not open it a second time.
    pub async fn bytes(
        mut self,
        from: u64,
        length: Option<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, FileError>> + Send + use<>, ServiceError> {
        if from > 0 {
            self.reader = self.files.open_read(&self.path, from).await?;
        }
        let left = length.unwrap_or(u64::MAX);
        let exact = length.is_some();
        Ok(stream::try_unfold((self.reader, left, self.flow), move |(mut reader, left, flow)| async move {
            if left == 0 {
                return Ok(None);
            }
            let Some(mut bytes) = flow.goes_on(reader.next()).await? else {
                // A shorter answer than was announced must not look whole.
                let why = "the file became shorter while it was read".to_owned();
                return if exact { Err(FileError::Lost { why }) } else { Ok(None) };
            };
            bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            let left = left - bytes.len() as u64;
            Ok(Some((bytes, (reader, left, flow))))
        }))
    }
}
