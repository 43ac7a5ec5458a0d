//! A file read ahead: many reads are under way, and their answers are handed out in order.

use super::{
    client::Due,
    handle::Handle,
    ops::Sftp,
    packet::{Answer, kind, status},
    server::Share,
};
use crate::{FileError, FileStat};
use bytes::Bytes;
use std::collections::VecDeque;
use wire::files::{EntryKind, RemotePath};

/// How many bytes are asked for before the file's length is known; also where the window begins to grow from.
const FIRST: u32 = 32 * 1024;

/// No host's file goes further: an offset has a sign there.
const FURTHEST: u64 = i64::MAX as u64;

/// Reads one file.
#[derive(Debug)]
pub(in crate::files) struct Reader {
    sftp: Sftp,
    path: RemotePath,
    stat: FileStat,
    handle: Handle,
    share: Share,
    /// Where the next read begins, and where there is nothing more to read. A length of 0 may be a lie (`/proc`).
    position: u64,
    end: Option<u64>,
    ahead: VecDeque<Block>,
    /// How many bytes are under way, and how many may be: it doubles with each round, as long as they are taken.
    under_way: usize,
    window: usize,
    over: bool,
}

#[derive(Debug)]
struct Block {
    from: u64,
    length: u32,
    due: Due,
}

impl Reader {
    /// Opens it: length and first block are asked for together.
    pub(super) async fn open(sftp: Sftp, path: &RemotePath, handle: Handle, from: u64) -> Result<Self, FileError> {
        let asked = handle.ask(kind::FSTAT, |request| request);
        // What lies beyond every end is not asked for.
        let first = (from <= FURTHEST).then(|| read(&handle, from, FIRST.min(sftp.server().read_block)));
        let stat = sftp.answered_stat(asked, path).await?;
        if stat.kind == EntryKind::Directory {
            return Err(FileError::IsDirectory { path: path.clone() });
        }
        let end = (stat.kind == EntryKind::File && stat.size > 0).then_some(stat.size);
        let first = first.filter(|_| end.is_none_or(|end| from < end));
        let length = first.as_ref().map_or(0, |first| first.length);
        let share = sftp.server().share();
        Ok(Self {
            path: path.clone(),
            stat,
            handle,
            share,
            position: from.saturating_add(u64::from(length)),
            end,
            over: first.is_none(),
            ahead: first.into_iter().collect(),
            under_way: length as usize,
            window: 2 * length as usize,
            sftp,
        })
    }

    pub(in crate::files) fn stat(&self) -> &FileStat {
        &self.stat
    }

    pub(in crate::files) async fn next(&mut self) -> Result<Option<Bytes>, FileError> {
        if self.over {
            return Ok(None);
        }
        let next = self.block().await;
        if !matches!(next, Ok(Some(_))) {
            self.over = true;
            self.ahead.clear();
        }
        next
    }

    async fn block(&mut self) -> Result<Option<Bytes>, FileError> {
        self.look_ahead();
        let Some(block) = self.ahead.front_mut() else { return Ok(None) };
        let answer = block.due.wait_on().await?;
        let (from, length) = (block.from, block.length);
        self.ahead.pop_front();
        self.under_way -= length as usize;
        self.window = (self.window + length as usize).min(self.share.bytes());
        match answer {
            Answer::Data(bytes) if bytes.is_empty() => Ok(None),
            Answer::Data(bytes) => self.take(from, length, bytes).map(Some),
            Answer::Status { code: status::EOF, .. } => Ok(None),
            Answer::Status { code, message } => Err(self.sftp.explain_read(&self.path, code, message).await),
            _ => Err(self.handle.client().misunderstood("it answers a read with something else")),
        }
    }

    /// A block may be shorter than was asked: then its rest is asked for again, before all others.
    fn take(&mut self, from: u64, length: u32, bytes: Bytes) -> Result<Bytes, FileError> {
        let came = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if came > length {
            return Err(self.handle.client().misunderstood("it answers a read with more than was asked"));
        }
        let reached = from.saturating_add(u64::from(came));
        if came < length && self.end.is_none_or(|end| reached < end) {
            self.under_way += (length - came) as usize;
            self.ahead.push_front(read(&self.handle, reached, length - came));
        }
        Ok(bytes)
    }

    fn look_ahead(&mut self) {
        let most = self.sftp.server().read_block;
        while self.end.is_none_or(|end| self.position < end) {
            let left = self.end.map_or(u64::MAX, |end| end - self.position);
            let length = most.min(u32::try_from(left).unwrap_or(u32::MAX));
            if self.under_way > 0 && self.under_way + length as usize > self.window {
                return;
            }
            self.ahead.push_back(read(&self.handle, self.position, length));
            self.position = self.position.saturating_add(u64::from(length));
            self.under_way += length as usize;
        }
    }
}

fn read(handle: &Handle, from: u64, length: u32) -> Block {
    Block { from, length, due: handle.ask(kind::READ, |request| request.long(from).number(length)) }
}
