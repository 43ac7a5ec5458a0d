//! A file copied by the host itself (`copy-data`, draft-ietf-secsh-filexfer-extensions-00 as OpenSSH has it).

use super::{
    handle::Handle,
    ops::Sftp,
    packet::{Answer, Request, kind, status},
};
use crate::FileError;
use wire::files::RemotePath;

/// What is copied with one request: little enough that it can be given up, and shown how far it is.
const STEP: u64 = 32 * 1024 * 1024;

/// Copies one file.
#[derive(Debug)]
pub(in crate::files) struct Copier {
    sftp: Sftp,
    from: Handle,
    to: Handle,
    path: RemotePath,
    /// 0 may be a lie (`/proc`): then it is copied until its end.
    length: u64,
    copied: u64,
    over: bool,
}

impl Copier {
    pub(super) fn new(sftp: Sftp, from: Handle, length: u64, to: Handle, path: RemotePath) -> Self {
        Self { sftp, from, to, path, length, copied: 0, over: false }
    }

    pub(in crate::files) fn copied(&self) -> u64 {
        self.copied
    }

    pub(in crate::files) async fn step(&mut self) -> Result<bool, FileError> {
        if self.over {
            return Ok(false);
        }
        let (at, length) = (self.copied, STEP.min(self.length - self.copied));
        // A length of 0 stands for all there is.
        let asked = self.from.ask_with(|id, from| {
            let request = Request::new(kind::EXTENDED, id, 128).text(b"copy-data").text(from).long(at).long(length);
            request.text(self.to.name()).long(at)
        });
        self.done(asked.patiently().wait().await?).await?;
        if self.length == 0 {
            let asked = self.to.ask(kind::FSTAT, |request| request);
            self.copied = self.sftp.answered_stat(asked, &self.path).await?.size;
        }
        self.copied += length;
        self.over = self.copied >= self.length;
        Ok(!self.over)
    }

    pub(in crate::files) async fn finish(mut self) -> Result<(), FileError> {
        while self.step().await? {}
        let closed = self.to.close_now().wait().await?;
        self.done(closed).await
    }

    async fn done(&self, answer: Answer) -> Result<(), FileError> {
        match answer {
            Answer::Status { code: status::OK, .. } => Ok(()),
            Answer::Status { code, message } => Err(self.sftp.explain_write(&self.path, code, message).await),
            _ => Err(self.sftp.client().misunderstood("it answers a copy with something else")),
        }
    }
}
