//! What can be done with an FTP server's files.

use super::{
    access::FtpAccess,
    connection::Connection,
    date,
    explain::Doing,
    listing::Rows,
    places::Wanted,
    pool::{Lease, Pool},
    reader::Reader,
    writer::Writer,
};
use crate::{
    Abilities, FileError, FileStat, ListLimits, Listing, ShownCertificate, Space, WriteMode, files::aside::to_its_end,
};
use std::{fmt, sync::Arc};
use wire::{Timestamp, files::RemotePath};

/// Asks an FTPS server for its certificate, without signing in.
///
/// # Errors
/// When it does not answer, or does not speak TLS.
pub async fn scan_certificate(access: FtpAccess) -> Result<ShownCertificate, FileError> {
    Connection::certificate(&access).await
}

/// The files of an FTP server. Clones share its connections.
#[derive(Clone)]
pub(in crate::files) struct Ftp(Arc<Pool>);

impl fmt::Debug for Ftp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ftp").finish_non_exhaustive()
    }
}

impl Ftp {
    pub(in crate::files) async fn open(access: FtpAccess) -> Result<Self, FileError> {
        Pool::open(access).await.map(Self)
    }

    pub(in crate::files) fn is_open(&self) -> bool {
        self.0.is_open()
    }

    pub(in crate::files) fn abilities(&self) -> Abilities {
        self.0.server().abilities()
    }

    /// A connection, and the path from the root on: where a connection stands differs.
    async fn begin(&self, path: &RemotePath) -> Result<(Lease, RemotePath), FileError> {
        self.begin_to(Wanted::Look, path).await
    }

    async fn begin_to(&self, wanted: Wanted, path: &RemotePath) -> Result<(Lease, RemotePath), FileError> {
        super::reply::command("", path.as_bytes())?;
        let path = path.resolved_in(&self.0.server().home);
        self.0.lease(wanted).await.map(|lease| (lease, path))
    }

    pub(in crate::files) async fn real_path(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        let (mut lease, path) = self.begin(path).await?;
        let real = real_path(&mut lease.connection, &path).await;
        lease.give_back();
        real
    }

    pub(in crate::files) async fn list(&self, path: &RemotePath, limits: ListLimits) -> Result<Listing, FileError> {
        let (mut lease, path) = self.begin(path).await?;
        let listing = list(&mut lease.connection, &path, limits).await;
        lease.give_back();
        let mut listing = listing?;
        if listing.cut && self.0.server().may_hide_links() {
            let mut lease = self.0.lease(Wanted::Look).await?;
            let told = lease.connection.tell_links(&path, &mut listing.entries).await;
            lease.give_back();
            told?;
        }
        Ok(listing)
    }

    pub(in crate::files) async fn stat(&self, path: &RemotePath) -> Result<FileStat, FileError> {
        let (mut lease, path) = self.begin(path).await?;
        let found = lease.connection.look_well(&path).await;
        lease.give_back();
        found?.ok_or_else(|| missing(path))
    }

    pub(in crate::files) async fn lstat(&self, path: &RemotePath) -> Result<FileStat, FileError> {
        let (mut lease, path) = self.begin(path).await?;
        let found = lease.connection.look_at_itself(&path).await;
        lease.give_back();
        found?.ok_or_else(|| missing(path))
    }

    pub(in crate::files) async fn open_read(&self, path: &RemotePath, from: u64) -> Result<Reader, FileError> {
        let (lease, path) = self.begin_to(Wanted::Read, path).await?;
        Reader::open(lease, path, from).await
    }

    pub(in crate::files) async fn open_write(&self, path: &RemotePath, mode: WriteMode) -> Result<Writer, FileError> {
        let (lease, path) = self.begin_to(Wanted::Write, path).await?;
        Writer::open(lease, path, mode).await
    }

    pub(in crate::files) async fn make_dir(&self, path: &RemotePath) -> Result<(), FileError> {
        self.simply("MKD", path, Doing::MakeDir).await
    }

    pub(in crate::files) async fn remove_file(&self, path: &RemotePath) -> Result<(), FileError> {
        self.simply("DELE", path, Doing::RemoveFile).await
    }

    pub(in crate::files) async fn remove_dir(&self, path: &RemotePath) -> Result<(), FileError> {
        self.simply("RMD", path, Doing::RemoveDir).await
    }

    async fn simply(&self, verb: &str, path: &RemotePath, doing: Doing) -> Result<(), FileError> {
        let (mut lease, path) = self.begin(path).await?;
        let done = simply(&mut lease.connection, verb, path.as_bytes(), &path, doing).await;
        lease.give_back();
        done
    }

    pub(in crate::files) async fn rename(
        &self,
        from: &RemotePath,
        to: &RemotePath,
        replace: bool,
    ) -> Result<(), FileError> {
        super::reply::command("", to.as_bytes())?;
        let to = to.resolved_in(&self.0.server().home);
        let (mut lease, from) = self.begin(from).await?;
        to_its_end(async move {
            let done = lease.connection.rename(&from, &to, replace).await;
            lease.give_back();
            done
        })
        .await
    }

    pub(in crate::files) async fn chmod(&self, path: &RemotePath, mode: u32) -> Result<(), FileError> {
        if !self.abilities().chmod {
            return Err(FileError::Unsupported { what: "change rights" });
        }
        let (mut lease, path) = self.begin(path).await?;
        let argument = [format!("CHMOD {:o} ", mode & 0o7777).as_bytes(), path.as_bytes()].concat();
        let done = simply(&mut lease.connection, "SITE", &argument, &path, Doing::Change).await;
        lease.give_back();
        done
    }

    pub(in crate::files) async fn set_modified(&self, path: &RemotePath, at: Timestamp) -> Result<(), FileError> {
        let unsupported = FileError::Unsupported { what: "set when a file changed" };
        let (Some(verb), Some(text)) = (self.0.server().set_time, date::written(at)) else { return Err(unsupported) };
        let (mut lease, path) = self.begin(path).await?;
        let argument = [text.as_bytes(), b" ", path.as_bytes()].concat();
        let done = simply(&mut lease.connection, verb, &argument, &path, Doing::Change).await;
        lease.give_back();
        done
    }

    pub(in crate::files) async fn read_link(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        let (mut lease, path) = self.begin(path).await?;
        let found = lease.connection.find(&path).await;
        lease.give_back();
        match found? {
            None => Err(FileError::NotFound { path }),
            Some(found) => {
                let why = "it is no link, or the server does not say where it leads".to_owned();
                found.link_target.ok_or(FileError::Refused { path, why })
            }
        }
    }

    pub(in crate::files) async fn make_link(&self, _: &RemotePath, _: &RemotePath) -> Result<(), FileError> {
        Err(FileError::Unsupported { what: "make links" })
    }

    pub(in crate::files) async fn space(&self, _: &RemotePath) -> Result<Space, FileError> {
        Err(FileError::Unsupported { what: "say how much room it has" })
    }
}

/// What cannot be there is not merely missing.
fn missing(path: RemotePath) -> FileError {
    FileError::too_long(&path).unwrap_or(FileError::NotFound { path })
}

async fn simply(
    connection: &mut Connection,
    verb: &str,
    argument: &[u8],
    path: &RemotePath,
    doing: Doing,
) -> Result<(), FileError> {
    let reply = connection.ask(verb, argument).await?;
    if reply.is_done() { Ok(()) } else { Err(connection.explain(doing, path, reply).await) }
}

async fn list(connection: &mut Connection, path: &RemotePath, limits: ListLimits) -> Result<Listing, FileError> {
    let Rows { mut listing, doubtful } = match connection.rows(path, limits).await? {
        Ok(rows) => rows,
        Err(reply) => return Err(connection.explain(Doing::List, path, reply).await),
    };
    // After a listing that was cut, nothing more is asked on this connection.
    if !listing.cut {
        connection.tell_links(path, &mut listing.entries).await?;
        connection.follow(path, &mut listing.entries).await?;
    }
    listing.cut |= doubtful;
    Ok(listing)
}

/// Where the server says that it stands after going there; of a file, where it stands after going to what holds it.
pub(super) async fn real_path(connection: &mut Connection, path: &RemotePath) -> Result<RemotePath, FileError> {
    let clean = path.cleaned();
    let there = connection.ask("CWD", path.as_bytes()).await?;
    if there.is_done() {
        return Ok(connection.working_directory().await?.unwrap_or(clean));
    }
    let (Some(parent), Some(name)) = (clean.parent(), clean.name()) else {
        return Err(connection.explain(Doing::List, path, there).await);
    };
    let around = connection.ask("CWD", parent.as_bytes()).await?;
    if !around.is_done() {
        return Err(connection.explain(Doing::List, path, around).await);
    }
    let real = connection.working_directory().await?.unwrap_or(parent);
    Ok(real.join(&name))
}
