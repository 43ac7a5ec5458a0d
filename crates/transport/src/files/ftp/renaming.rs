//! Another name for a file, over what has that name or not.

use super::{connection::Connection, explain::Doing, ops::real_path, reply::Reply};
use crate::{FileError, files::aside::aside};
use wire::files::{EntryKind, RemotePath};

impl Connection {
    pub(super) async fn rename(&mut self, from: &RemotePath, to: &RemotePath, replace: bool) -> Result<(), FileError> {
        // The server replaces what is there without asking, so that it is asked before. Between the two somebody else may
        // come: FTP has no better way.
        if !replace && self.look_at_itself(to).await?.is_some() {
            return Err(FileError::Exists { path: to.clone() });
        }
        let reply = self.ask("RNFR", from.as_bytes()).await?;
        if !reply.wants_more() {
            return Err(self.explain(Doing::Change, from, reply).await);
        }
        let reply = self.ask("RNTO", to.as_bytes()).await?;
        if reply.is_done() {
            return Ok(());
        }
        if replace {
            match self.look(to).await?.map(|there| there.kind) {
                Some(EntryKind::Directory) => {
                    let replaced = self.look(from).await?.is_some_and(|stat| stat.kind != EntryKind::Directory);
                    let to = to.clone();
                    return Err(if replaced {
                        FileError::IsDirectory { path: to }
                    } else {
                        FileError::NotEmpty { path: to }
                    });
                }
                // Some servers, on Windows mostly, rename over nothing.
                Some(EntryKind::File) => return self.rename_over(from, to, reply).await,
                _ => {}
            }
        }
        Err(self.explain(Doing::Write, to, reply).await)
    }

    /// Three steps where one was refused. At each moment the old or the new file is there, under some name.
    async fn rename_over(&mut self, from: &RemotePath, to: &RemotePath, refused: Reply) -> Result<(), FileError> {
        // The same file, maybe by way of a linked folder: setting it aside would take it away from itself.
        if self.place_of(from).await? == self.place_of(to).await? {
            return Ok(());
        }
        let old = aside(to)?;
        if self.moved(to, &old).await?.is_err() {
            return Err(self.explain(Doing::Write, to, refused).await);
        }
        if let Err(reply) = self.moved(from, to).await? {
            return Err(match self.moved(&old, to).await? {
                Ok(()) => self.explain(Doing::Write, to, reply).await,
                Err(stays) => FileError::Refused { path: old, why: format!("it cannot be put back: {}", stays.text()) },
            });
        }
        let gone = self.ask("DELE", old.as_bytes()).await?;
        if gone.is_done() { Ok(()) } else { Err(self.explain(Doing::RemoveFile, &old, gone).await) }
    }

    /// Or the answer why not.
    async fn moved(&mut self, from: &RemotePath, to: &RemotePath) -> Result<Result<(), Reply>, FileError> {
        let mut reply = self.ask("RNFR", from.as_bytes()).await?;
        if reply.wants_more() {
            reply = self.ask("RNTO", to.as_bytes()).await?;
        }
        Ok(if reply.is_done() { Ok(()) } else { Err(reply) })
    }

    /// Where this name really stands, as far as the server follows the links before it.
    async fn place_of(&mut self, path: &RemotePath) -> Result<RemotePath, FileError> {
        match (path.parent(), path.name()) {
            (Some(parent), Some(name)) => Ok(real_path(self, &parent).await?.join(&name)),
            _ => Ok(path.cleaned()),
        }
    }
}
