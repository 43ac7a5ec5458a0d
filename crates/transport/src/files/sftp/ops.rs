//! What can be asked of a host's files, one method each.

use super::{
    client::{Client, Drain, Due, Source},
    copier::Copier,
    explain::Doing,
    handle::Handle,
    listing::stat_of,
    packet::{self, Answer, Malformed, Request, kind, open, status},
    reader::Reader,
    server::Server,
    writer::Writer,
};
use crate::{
    Abilities, DialError, FileError, FileStat, Link, ListLimits, Listing, Space, WriteMode,
    ssh::{Incoming, Outgoing},
};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use wire::{
    Timestamp,
    files::{EntryKind, RemotePath},
};

/// How long a server may take to come up.
const STARTING: Duration = Duration::from_secs(30);

/// How long to wait until another file is closed, when too many are open.
const CROWDED: Duration = Duration::from_secs(60);

/// The rights of what is made, before the host takes away what its umask says.
const NEW_FILE: u32 = 0o666;
const NEW_DIRECTORY: u32 = 0o777;

/// A host's files over SFTP.
#[derive(Debug, Clone)]
pub(in crate::files) struct Sftp {
    client: Client,
    server: Arc<Server>,
}

impl Source for Incoming {
    async fn next(&mut self) -> Result<Bytes, DialError> {
        Incoming::next(self).await
    }
}

impl Drain for Outgoing {
    async fn put(&mut self, bytes: Bytes) -> Result<(), DialError> {
        Outgoing::put(self, bytes).await
    }
}

impl Sftp {
    pub(in crate::files) async fn open(link: &Link) -> Result<Self, FileError> {
        let starting = async {
            let (source, drain) = link.subsystem("sftp").await?;
            Self::over(source, drain).await
        };
        match timeout(STARTING, starting).await {
            Ok(Err(FileError::Link(DialError::ChannelRefused { why }))) if why.contains("subsystem") => {
                Err(FileError::Unsupported { what: "be reached by SFTP: switch its SFTP subsystem on" })
            }
            Ok(started) => started,
            Err(_) => Err(FileError::TimedOut),
        }
    }

    /// Over any channel.
    pub(super) async fn over(source: impl Source, drain: impl Drain) -> Result<Self, FileError> {
        let (client, extensions) = Client::start(source, drain).await?;
        let mut server = Server::greeting(&extensions);
        if server.limits {
            let asked = client.ask(|id| Request::new(kind::EXTENDED, id, 32).text(b"limits@openssh.com"));
            let answer = asked.wait().await?;
            server = server.with_limits(answer).map_err(|Malformed(what)| client.misunderstood(what))?;
        }
        Ok(Self { client, server: Arc::new(server) })
    }

    pub(in crate::files) fn is_open(&self) -> bool {
        self.client.is_open()
    }

    pub(in crate::files) fn abilities(&self) -> Abilities {
        self.server.abilities()
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    pub(in crate::files) async fn real_path(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        self.one_name(kind::REALPATH, path, Doing::Look).await
    }

    pub(in crate::files) async fn read_link(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        self.one_name(kind::READLINK, path, Doing::ReadLink).await
    }

    pub(in crate::files) async fn stat(&self, path: &RemotePath) -> Result<FileStat, FileError> {
        let found = {
            let _place = self.place().await?;
            self.answered_stat(self.ask_path(kind::STAT, path), path).await
        };
        match found {
            // What may not be looked into is there all the same.
            Err(error @ (FileError::NotFound { .. } | FileError::Refused { .. })) => {
                let is_link = Box::pin(self.lstat(path)).await.is_ok_and(|stat| stat.kind == EntryKind::Link);
                Err(if is_link { FileError::LeadsNowhere { path: path.clone() } } else { error })
            }
            found => found,
        }
    }

    pub(in crate::files) async fn lstat(&self, path: &RemotePath) -> Result<FileStat, FileError> {
        let _place = self.place().await?;
        self.answered_stat(self.ask_path(kind::LSTAT, path), path).await
    }

    pub(in crate::files) async fn list(
        &self,
        directory: &RemotePath,
        limits: ListLimits,
    ) -> Result<Listing, FileError> {
        let write = |id| Request::new(kind::OPENDIR, id, 64).text(directory.as_bytes());
        let handle = self.opened(Doing::List, directory, write).await?;
        self.read_directory(&handle, directory, limits).await
    }

    pub(in crate::files) async fn open_read(&self, path: &RemotePath, from: u64) -> Result<Reader, FileError> {
        let handle = self.opened_to_read(path).await?;
        Reader::open(self.clone(), path, handle, from).await
    }

    pub(in crate::files) async fn open_copy(
        &self,
        from: &RemotePath,
        to: &RemotePath,
        mode: WriteMode,
    ) -> Result<Copier, FileError> {
        if !self.server.copy_data {
            return Err(FileError::Unsupported { what: "copy by itself" });
        }
        if from.cleaned() == to.cleaned() {
            return Err(FileError::Exists { path: to.clone() });
        }
        let source = self.opened_to_read(from).await?;
        let stat = self.answered_stat(source.ask(kind::FSTAT, |request| request), from).await?;
        if stat.kind == EntryKind::Directory {
            return Err(FileError::IsDirectory { path: from.clone() });
        }
        let (target, _) = self.opened_to_write(to, mode).await?;
        Ok(Copier::new(self.clone(), source, stat.size, target, to.clone()))
    }

    pub(in crate::files) async fn open_write(&self, path: &RemotePath, mode: WriteMode) -> Result<Writer, FileError> {
        let (handle, from) = self.opened_to_write(path, mode).await?;
        Ok(Writer::new(self.clone(), path.clone(), handle, from))
    }

    async fn opened_to_read(&self, path: &RemotePath) -> Result<Handle, FileError> {
        self.refuse_special(path).await?;
        let write = |id| Request::new(kind::OPEN, id, 64).text(path.as_bytes()).number(open::READ).plain();
        self.opened(Doing::Read, path, write).await
    }

    async fn opened_to_write(&self, path: &RemotePath, mode: WriteMode) -> Result<(Handle, u64), FileError> {
        let (doing, flags, from) = match mode {
            WriteMode::New => (Doing::MakeFile, open::EXCLUSIVE, 0),
            WriteMode::Truncate => (Doing::Write, open::TRUNCATE, 0),
            WriteMode::At(from) => (Doing::Write, 0, from),
        };
        // What must not be there yet is never opened when it is.
        if mode != WriteMode::New {
            self.refuse_special(path).await?;
        }
        let flags = flags | open::WRITE | open::CREATE;
        let write = |id| Request::new(kind::OPEN, id, 64).text(path.as_bytes()).number(flags).mode(NEW_FILE);
        Ok((self.opened(doing, path, write).await?, from))
    }

    /// A pipe holds up whoever opens it until somebody opens its other end, and with that everything on the channel. What
    /// cannot be looked at is opened all the same: how that fails is told better.
    async fn refuse_special(&self, path: &RemotePath) -> Result<(), FileError> {
        let _place = self.place().await?;
        match self.ask_path(kind::STAT, path).wait().await? {
            Answer::Attrs(attrs) if attrs.is_special() => Err(FileError::NotAFile { path: path.clone() }),
            _ => Ok(()),
        }
    }

    pub(in crate::files) async fn make_dir(&self, path: &RemotePath) -> Result<(), FileError> {
        let write = |id| Request::new(kind::MKDIR, id, 64).text(path.as_bytes()).mode(NEW_DIRECTORY);
        self.done(Doing::MakeDir, path, write).await
    }

    pub(in crate::files) async fn remove_file(&self, path: &RemotePath) -> Result<(), FileError> {
        self.done(Doing::RemoveFile, path, |id| Request::new(kind::REMOVE, id, 64).text(path.as_bytes())).await
    }

    pub(in crate::files) async fn remove_dir(&self, path: &RemotePath) -> Result<(), FileError> {
        self.done(Doing::RemoveDir, path, |id| Request::new(kind::RMDIR, id, 64).text(path.as_bytes())).await
    }

    pub(in crate::files) async fn chmod(&self, path: &RemotePath, mode: u32) -> Result<(), FileError> {
        let write = |id| Request::new(kind::SETSTAT, id, 64).text(path.as_bytes()).mode(mode & 0o7777);
        self.done(Doing::Look, path, write).await
    }

    pub(in crate::files) async fn set_modified(&self, path: &RemotePath, at: Timestamp) -> Result<(), FileError> {
        // The protocol has 32 bits for the seconds, without a sign.
        let seconds = u32::try_from(at.millis().div_euclid(1000).max(0)).unwrap_or(u32::MAX);
        let write = |id| Request::new(kind::SETSTAT, id, 64).text(path.as_bytes()).times(seconds, seconds);
        self.done(Doing::Look, path, write).await
    }

    /// OpenSSH has the two in the other order than the draft, and the others follow OpenSSH.
    pub(in crate::files) async fn make_link(&self, target: &RemotePath, path: &RemotePath) -> Result<(), FileError> {
        let write = |id| Request::new(kind::SYMLINK, id, 64).text(target.as_bytes()).text(path.as_bytes());
        self.done(Doing::MakeLink, path, write).await
    }

    pub(in crate::files) async fn space(&self, path: &RemotePath) -> Result<Space, FileError> {
        if !self.server.statvfs {
            return Err(FileError::Unsupported { what: "say how much room it has" });
        }
        let _place = self.place().await?;
        let due = self
            .client
            .ask(|id| Request::new(kind::EXTENDED, id, 128).text(b"statvfs@openssh.com").text(path.as_bytes()));
        match due.wait().await? {
            Answer::Extended(answer) => space(answer).map_err(|Malformed(what)| self.client.misunderstood(what)),
            Answer::Status { code, message } => Err(self.explain(Doing::Look, path, code, message).await),
            _ => Err(self.client.misunderstood("it answers a question for its room with something else")),
        }
    }

    /// Asks about one path.
    pub(super) fn ask_path(&self, kind: u8, path: &RemotePath) -> Due {
        self.client.ask(|id| Request::new(kind, id, 64).text(path.as_bytes()))
    }

    /// What a question for attributes was answered with.
    pub(super) async fn answered_stat(&self, due: Due, path: &RemotePath) -> Result<FileStat, FileError> {
        match due.wait().await? {
            Answer::Attrs(attrs) => Ok(stat_of(&attrs, &[])),
            Answer::Status { code, message } => Err(self.explain(Doing::Look, path, code, message).await),
            _ => Err(self.client.misunderstood("it answers a question for a file with something else")),
        }
    }

    pub(super) async fn one_name(&self, kind: u8, path: &RemotePath, doing: Doing) -> Result<RemotePath, FileError> {
        let _place = self.place().await?;
        match self.ask_path(kind, path).wait().await? {
            Answer::Names(names) if names.len() == 1 => RemotePath::from_bytes(names[0].name.as_ref())
                .map_err(|_| self.client.misunderstood("it answers with a path that is none")),
            Answer::Status { code, message } => Err(self.explain(doing, path, code, message).await),
            _ => Err(self.client.misunderstood("it answers a question for a path with something else")),
        }
    }

    /// Opens something, when there is a place for one more.
    async fn opened(
        &self,
        doing: Doing,
        path: &RemotePath,
        write: impl FnOnce(u32) -> Request,
    ) -> Result<Handle, FileError> {
        let places = if doing == Doing::List { &self.server.directories } else { &self.server.files };
        let Ok(place) = timeout(CROWDED, Arc::clone(places).acquire_owned()).await else {
            let why = "too many files of this host are open at once; finish or cancel a transfer".to_owned();
            return Err(FileError::Refused { path: path.clone(), why });
        };
        let place = place.map_err(|_| self.closed())?;
        match self.client.ask_to_open(write).wait().await? {
            Answer::Handle(name) => Ok(Handle::new(self.client.clone(), &name, place)),
            Answer::Status { code, message } => {
                drop(place);
                Err(self.explain(doing, path, code, message).await)
            }
            _ => Err(self.client.misunderstood("it answers an opening with something else")),
        }
    }

    async fn done(&self, doing: Doing, path: &RemotePath, write: impl FnOnce(u32) -> Request) -> Result<(), FileError> {
        match self.status(write).await? {
            (status::OK, _) => Ok(()),
            (code, message) => Err(self.explain(doing, path, code, message).await),
        }
    }

    pub(super) async fn status(&self, write: impl FnOnce(u32) -> Request) -> Result<(u32, String), FileError> {
        let _place = self.place().await?;
        match self.client.ask(write).wait().await? {
            Answer::Status { code, message } => Ok((code, message)),
            _ => Err(self.client.misunderstood("it answers with something else than how it went")),
        }
    }

    async fn place(&self) -> Result<tokio::sync::SemaphorePermit<'_>, FileError> {
        self.server.requests.acquire().await.map_err(|_| self.closed())
    }

    fn closed(&self) -> FileError {
        FileError::Lost { why: "the channel was closed".to_owned() }
    }
}

/// Block size, fragment size, then counts of blocks and files: all, free, free for this user.
fn space(mut answer: Bytes) -> Result<Space, Malformed> {
    let [_, fragment, blocks, _, for_user, files, _, files_for_user] = [
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
        packet::long(&mut answer)?,
    ];
    Ok(Space {
        total: blocks.saturating_mul(fragment),
        free: for_user.saturating_mul(fragment),
        free_files: if files == 0 { u64::MAX } else { files_for_user },
    })
}
