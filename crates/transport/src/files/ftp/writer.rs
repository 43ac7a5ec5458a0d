//! A file on its way to the server.

use super::{data::Data, explain::Doing, pool::Lease};
use crate::{FileError, WriteMode};
use bytes::Bytes;
use std::{fmt, io, time::Duration};
use tokio::time::timeout;
use wire::files::RemotePath;

/// A server that stopped taking bytes says why, mostly at once.
const EXPLAINING: Duration = Duration::from_secs(10);

/// A file that is written from front to end. Dropped before its end, its connections close, and what came is left there.
pub(in crate::files) struct Writer {
    path: RemotePath,
    /// Where it was begun.
    from: u64,
    lease: Lease,
    data: Data,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) async fn open(mut lease: Lease, path: RemotePath, mode: WriteMode) -> Result<Self, FileError> {
        match Self::begin(&mut lease, &path, mode).await {
            Ok(data) => {
                let from = if let WriteMode::At(offset) = mode { offset } else { 0 };
                Ok(Self { path, from, lease, data })
            }
            Err(error) => {
                lease.give_back();
                Err(error)
            }
        }
    }

    async fn begin(lease: &mut Lease, path: &RemotePath, mode: WriteMode) -> Result<Data, FileError> {
        let connection = &mut lease.connection;
        let (verb, from) = match mode {
            // FTP only knows to replace: it is looked before, and somebody else may come in between.
            WriteMode::New if connection.look_at_itself(path).await?.is_some() => {
                return Err(FileError::Exists { path: path.clone() });
            }
            WriteMode::New | WriteMode::Truncate | WriteMode::At(0) => ("STOR", 0),
            WriteMode::At(offset) if connection.server.abilities().write_at => ("STOR", offset),
            WriteMode::At(offset) => {
                let length = connection.look(path).await?.map_or(0, |stat| stat.size);
                if length != offset {
                    return Err(FileError::Unsupported { what: "write on in the middle of a file" });
                }
                ("APPE", 0)
            }
        };
        match connection.transfer(verb, path.as_bytes(), from).await? {
            Ok(data) => Ok(data),
            Err(reply) => Err(connection.explain(Doing::Write, path, reply).await),
        }
    }

    /// Nothing is confirmed before the end: FTP acknowledges whole files.
    pub(in crate::files) fn confirmed(&self) -> u64 {
        self.from
    }

    pub(in crate::files) async fn write(&mut self, bytes: Bytes) -> Result<(), FileError> {
        match self.data.write(&bytes).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.broken(&error).await),
        }
    }

    /// FTP has no way to ask for what is on the disk.
    pub(in crate::files) async fn sync(&mut self) -> Result<(), FileError> {
        match self.data.flush().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.broken(&error).await),
        }
    }

    pub(in crate::files) async fn finish(mut self) -> Result<(), FileError> {
        if let Err(error) = self.data.end().await {
            return Err(self.broken(&error).await);
        }
        let Self { path, mut lease, data, .. } = self;
        let reply = lease.connection.reply().await?;
        if !reply.is_done() {
            let error = lease.connection.explain(Doing::Write, &path, reply).await;
            lease.give_back();
            return Err(error);
        }
        data.leave().await;
        lease.give_back();
        Ok(())
    }

    /// What the server says about a data connection that broke.
    async fn broken(&mut self, error: &io::Error) -> FileError {
        match timeout(EXPLAINING, self.lease.connection.reply()).await {
            Ok(Ok(reply)) if !reply.is_done() => self.lease.connection.explain(Doing::Write, &self.path, reply).await,
            Ok(Err(lost)) => lost,
            _ => FileError::Lost { why: error.to_string() },
        }
    }
}
