//! A file on its way here.

use super::{data::Data, explain::Doing, pool::Lease};
use crate::{FileError, FileStat};
use bytes::Bytes;
use std::fmt;
use wire::files::{EntryKind, RemotePath};

/// A file that is read from front to end. Dropped in the middle, its connection closes.
pub(in crate::files) struct Reader {
    path: RemotePath,
    stat: FileStat,
    /// Where it ends, if the server said. 0 may be a lie (`/proc`).
    end: Option<u64>,
    position: u64,
    state: State,
}

enum State {
    Reading(Lease, Data),
    /// Everything came; the server has still to say so.
    Closing(Lease, Option<String>),
    Over,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) async fn open(mut lease: Lease, path: RemotePath, from: u64) -> Result<Self, FileError> {
        let opened = Self::begin(&mut lease, &path, from).await;
        match opened {
            Ok((stat, end, Some(data))) => {
                Ok(Self { path, stat, end, position: from, state: State::Reading(lease, data) })
            }
            Ok((stat, end, None)) => {
                lease.give_back();
                Ok(Self { path, stat, end, position: from, state: State::Over })
            }
            Err(error) => {
                lease.give_back();
                Err(error)
            }
        }
    }

    async fn begin(
        lease: &mut Lease,
        path: &RemotePath,
        from: u64,
    ) -> Result<(FileStat, Option<u64>, Option<Data>), FileError> {
        let connection = &mut lease.connection;
        let known = connection.look(path).await?;
        if known.as_ref().is_some_and(|stat| stat.kind == EntryKind::Directory) {
            return Err(FileError::IsDirectory { path: path.clone() });
        }
        if known.as_ref().is_some_and(|stat| stat.kind == EntryKind::Other) {
            return Err(FileError::NotAFile { path: path.clone() });
        }
        let end = known.as_ref().map(|stat| stat.size);
        let unknown =
            || FileStat { kind: EntryKind::File, size: 0, modified: None, mode: None, owner: None, group: None };
        let stat = known.unwrap_or_else(unknown);
        // Servers refuse to begin behind the end.
        if from > 0 && end.is_some_and(|end| from >= end) {
            return Ok((stat, end, None));
        }
        match connection.transfer("RETR", path.as_bytes(), from).await? {
            Ok(data) => Ok((stat, end, Some(data))),
            Err(reply) => Err(connection.explain(Doing::Read, path, reply).await),
        }
    }

    pub(in crate::files) fn stat(&self) -> &FileStat {
        &self.stat
    }

    pub(in crate::files) async fn next(&mut self) -> Result<Option<Bytes>, FileError> {
        let next = self.step().await;
        if !matches!(next, Ok(Some(_))) {
            self.state = State::Over;
        }
        next
    }

    async fn step(&mut self) -> Result<Option<Bytes>, FileError> {
        loop {
            match &mut self.state {
                State::Over => return Ok(None),
                State::Reading(_, data) => {
                    if let Some(mut bytes) = data.read().await? {
                        let end = self.end.filter(|end| *end > 0);
                        let left = end.map_or(u64::MAX, |end| end.saturating_sub(self.position));
                        if left == 0 {
                            // It grew meanwhile: what is new is not waited for.
                            return Ok(None);
                        }
                        bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                        self.position += bytes.len() as u64;
                        return Ok(Some(bytes));
                    }
                    let torn = data.torn().map(str::to_owned);
                    if let State::Reading(lease, _) = std::mem::replace(&mut self.state, State::Over) {
                        self.state = State::Closing(lease, torn);
                    }
                }
                State::Closing(lease, torn) => {
                    let reply = lease.connection.reply().await?;
                    if !reply.is_done() {
                        return Err(FileError::Lost { why: reply.text() });
                    }
                    match (self.end, torn.take()) {
                        (Some(end), torn) if self.position < end => {
                            let why = "the file ended before its length".to_owned();
                            return Err(FileError::Lost { why: torn.unwrap_or(why) });
                        }
                        (end, Some(why)) if end.is_none_or(|end| end < self.position) => {
                            return Err(FileError::Lost { why });
                        }
                        _ => {}
                    }
                    if let State::Closing(lease, _) = std::mem::replace(&mut self.state, State::Over) {
                        lease.give_back();
                    }
                    return Ok(None);
                }
            }
        }
    }
}
