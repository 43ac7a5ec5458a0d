//! A file written ahead: blocks leave as they are full, and their answers are waited for a window later.

use super::{
    client::Due,
    handle::Handle,
    ops::Sftp,
    packet::{Answer, Request, kind, status},
    server::Share,
};
use crate::FileError;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use wire::files::RemotePath;

/// Writes one file.
#[derive(Debug)]
pub(in crate::files) struct Writer {
    sftp: Sftp,
    path: RemotePath,
    handle: Handle,
    share: Share,
    /// Where the next block goes.
    position: u64,
    staged: BytesMut,
    ahead: VecDeque<(usize, Due)>,
    under_way: usize,
}

impl Writer {
    pub(super) fn new(sftp: Sftp, path: RemotePath, handle: Handle, position: u64) -> Self {
        let share = sftp.server().share();
        Self { sftp, path, handle, share, position, staged: BytesMut::new(), ahead: VecDeque::new(), under_way: 0 }
    }

    /// Up to where the host has everything.
    pub(in crate::files) fn confirmed(&self) -> u64 {
        self.position - self.under_way as u64
    }

    pub(in crate::files) async fn write(&mut self, mut bytes: Bytes) -> Result<(), FileError> {
        let block = self.sftp.server().write_block as usize;
        while !bytes.is_empty() {
            if self.staged.is_empty() && bytes.len() >= block {
                let whole = bytes.split_to(block);
                self.send(&whole).await?;
                continue;
            }
            let room = block - self.staged.len();
            self.staged.extend_from_slice(&bytes.split_to(room.min(bytes.len())));
            if self.staged.len() == block {
                self.flush().await?;
            }
        }
        Ok(())
    }

    pub(in crate::files) async fn sync(&mut self) -> Result<(), FileError> {
        self.settle().await?;
        if !self.sftp.server().fsync {
            return Ok(());
        }
        let write = |id, handle: &[u8]| Request::new(kind::EXTENDED, id, 64).text(b"fsync@openssh.com").text(handle);
        let answer = self.handle.ask_with(write).patiently().wait().await?;
        self.done(answer).await
    }

    pub(in crate::files) async fn finish(mut self) -> Result<(), FileError> {
        self.settle().await?;
        let closed = self.handle.close_now().wait().await?;
        self.done(closed).await
    }

    /// Everything was sent, and every answer heard.
    async fn settle(&mut self) -> Result<(), FileError> {
        self.flush().await?;
        while !self.ahead.is_empty() {
            self.oldest().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), FileError> {
        if self.staged.is_empty() {
            return Ok(());
        }
        let staged = std::mem::take(&mut self.staged);
        self.send(&staged).await
    }

    /// Sends a block once there is room for it.
    async fn send(&mut self, block: &[u8]) -> Result<(), FileError> {
        while self.under_way > 0 && self.under_way + block.len() > self.share.bytes() {
            self.oldest().await?;
        }
        let at = self.position;
        let due = self
            .handle
            .ask_with(|id, handle| Request::new(kind::WRITE, id, block.len() + 64).text(handle).long(at).text(block));
        self.position += block.len() as u64;
        self.under_way += block.len();
        self.ahead.push_back((block.len(), due));
        Ok(())
    }

    /// Hears how the oldest block fared.
    async fn oldest(&mut self) -> Result<(), FileError> {
        let Some((length, due)) = self.ahead.front_mut() else { return Ok(()) };
        let answer = due.wait_on().await?;
        let length = *length;
        self.ahead.pop_front();
        self.done(answer).await?;
        self.under_way -= length;
        Ok(())
    }

    async fn done(&mut self, answer: Answer) -> Result<(), FileError> {
        match answer {
            Answer::Status { code: status::OK, .. } => Ok(()),
            Answer::Status { code, message } => Err(self.sftp.explain_write(&self.path, code, message).await),
            _ => Err(self.handle.client().misunderstood("it answers a write with something else")),
        }
    }
}
