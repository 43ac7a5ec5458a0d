//! Another name for a file, over what has that name or not.

use super::{
    explain::Doing,
    ops::Sftp,
    packet::{Request, kind, status},
};
use crate::{
    FileError,
    files::aside::{aside, to_its_end},
};
use wire::files::{EntryKind, RemotePath};

impl Sftp {
    pub(in crate::files) async fn rename(
        &self,
        from: &RemotePath,
        to: &RemotePath,
        replace: bool,
    ) -> Result<(), FileError> {
        if replace && self.server().posix_rename {
            let write = |id| two(Request::new(kind::EXTENDED, id, 128).text(b"posix-rename@openssh.com"), from, to);
            return match self.status(write).await? {
                (status::OK, _) => Ok(()),
                (code, message) => Err(self.explain_rename(from, to, code, message).await),
            };
        }
        match (self.lstat(to).await, replace) {
            // Some servers replace where they should refuse.
            (Ok(_), false) => Err(FileError::Exists { path: to.clone() }),
            (Ok(there), true) if there.kind == EntryKind::Directory => Err(FileError::IsDirectory { path: to.clone() }),
            (Ok(_), true) => {
                let (sftp, from, to) = (self.clone(), from.clone(), to.clone());
                to_its_end(async move { sftp.rename_over(&from, &to).await }).await
            }
            (Err(FileError::NotFound { .. }), _) => self.rename_plainly(from, to).await,
            (Err(error), _) => Err(error),
        }
    }

    /// Three steps where one is not offered. At each moment the old or the new file is there, under some name.
    async fn rename_over(&self, from: &RemotePath, to: &RemotePath) -> Result<(), FileError> {
        self.lstat(from).await?;
        // The same file, maybe by way of a linked folder: setting it aside would take it away from itself.
        if self.place_of(from).await? == self.place_of(to).await? {
            return Ok(());
        }
        let old = aside(to)?;
        self.rename_plainly(to, &old).await?;
        if let Err(error) = self.rename_plainly(from, to).await {
            self.rename_plainly(&old, to).await?;
            return Err(error);
        }
        self.remove_file(&old).await
    }

    async fn rename_plainly(&self, from: &RemotePath, to: &RemotePath) -> Result<(), FileError> {
        match self.status(|id| two(Request::new(kind::RENAME, id, 128), from, to)).await? {
            (status::OK, _) => Ok(()),
            (code, message) => Err(self.explain_rename(from, to, code, message).await),
        }
    }

    /// Where this name really stands: the links before it followed, itself not.
    async fn place_of(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        match (path.parent(), path.name()) {
            (Some(parent), Some(name)) => Ok(self.one_name(kind::REALPATH, &parent, Doing::Look).await?.join(&name)),
            _ => self.one_name(kind::REALPATH, path, Doing::Look).await,
        }
    }
}

fn two(request: Request, from: &RemotePath, to: &RemotePath) -> Request {
    request.text(from.as_bytes()).text(to.as_bytes())
}
