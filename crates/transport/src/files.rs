//! Files on a host, behind one handle, whatever the protocol.
//!
//! [`Files`] is cheap to clone, and all clones work at the same time. Dropping a future, a reader or a writer gives up what it
//! did, and the host's end of it is closed. A name is bytes, and a listing holds only names that lead nowhere else. Nothing
//! here decides who may do what, or tries again: a link that is lost fails everything on it at once.

mod aside;
mod error;
mod found;
mod ftp;
mod moving;
mod sftp;

#[cfg(any(test, fuzzing))]
pub(crate) use {ftp::fuzzing as ftp_fuzzing, sftp::fuzzing};

pub use error::FileError;
pub use found::{FileStat, Found, ListLimits, Listing, Space};
pub use ftp::{FtpAccess, FtpSecurity, SignInGuard, scan_certificate};
pub use moving::{FileCopy, FileReader, FileWriter};

use crate::Link;
use moving::{CopyWay, ReadWay, WriteWay};
use wire::{Timestamp, files::RemotePath};

/// What a host's file server can do beyond the common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Renaming over an existing file is one step: the name is never without a file.
    pub atomic_replace: bool,
    /// Rights can be changed.
    pub chmod: bool,
    /// Symbolic links can be made and read.
    pub links: bool,
    /// The time of the last change can be set.
    pub set_modified: bool,
    /// A file can be written on from an offset.
    pub write_at: bool,
    /// The host says how much room it has.
    pub space: bool,
    /// The host copies a file by itself, without its bytes going over the link.
    pub copy: bool,
}

/// How a file is opened for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteMode {
    /// It must not be there yet.
    New,
    /// It is made, or emptied.
    Truncate,
    /// What is there before this offset stays, and it is written on from there. It is made if it is not there.
    At(u64),
}

/// The files of a host. Clones share one channel of one link, or the few connections to an FTP server, which close with the
/// last of them.
#[derive(Debug, Clone)]
pub struct Files(Way);

#[derive(Debug, Clone)]
enum Way {
    Sftp(sftp::Sftp),
    Ftp(ftp::Ftp),
}

impl Link {
    /// Opens the host's files on a channel of this link (SFTP).
    ///
    /// # Errors
    /// When the host opens no channel, has no SFTP, or answers something else.
    pub async fn files(&self) -> Result<Files, FileError> {
        sftp::Sftp::open(self).await.map(|sftp| Files(Way::Sftp(sftp)))
    }
}

impl Files {
    /// Reaches an FTP server and signs in. Its connections go straight there, never through a link.
    ///
    /// # Errors
    /// [`FileError::CertificateUnknown`] and [`FileError::CertificateChanged`] are questions for a person;
    /// [`FileError::NotEncrypted`] when TLS was asked for and cannot be had. The password is not sent before that.
    pub async fn over_ftp(access: FtpAccess) -> Result<Self, FileError> {
        ftp::Ftp::open(access).await.map(|ftp| Self(Way::Ftp(ftp)))
    }

    /// Whether the way to them still stands, as far as is known here.
    pub fn is_open(&self) -> bool {
        match &self.0 {
            Way::Sftp(sftp) => sftp.is_open(),
            Way::Ftp(ftp) => ftp.is_open(),
        }
    }

    /// What the server can do.
    pub fn abilities(&self) -> Abilities {
        match &self.0 {
            Way::Sftp(sftp) => sftp.abilities(),
            Way::Ftp(ftp) => ftp.abilities(),
        }
    }

    /// Where relative paths begin: the home directory mostly.
    ///
    /// # Errors
    /// When the host does not say, or is lost.
    pub async fn home(&self) -> Result<RemotePath, FileError> {
        self.real_path(&RemotePath::start()).await
    }

    /// The absolute path without links that this one leads to, as the host resolves it.
    ///
    /// # Errors
    /// When the host does not say, or is lost.
    pub async fn real_path(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.real_path(path).await,
            Way::Ftp(ftp) => ftp.real_path(path).await,
        }
    }

    /// What is in a directory, in the host's order, up to the limits. Where links lead is told for the first thousand of them.
    ///
    /// # Errors
    /// When it is no directory that can be read.
    pub async fn list(&self, directory: &RemotePath, limits: ListLimits) -> Result<Listing, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.list(directory, limits).await,
            Way::Ftp(ftp) => ftp.list(directory, limits).await,
        }
    }

    /// What is at the end of this path, links followed.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::LeadsNowhere`] where the server tells links (SFTP), and others.
    pub async fn stat(&self, path: &RemotePath) -> Result<FileStat, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.stat(path).await,
            Way::Ftp(ftp) => ftp.stat(path).await,
        }
    }

    /// What stands at this path itself, be it a link.
    ///
    /// # Errors
    /// [`FileError::NotFound`] and others.
    pub async fn lstat(&self, path: &RemotePath) -> Result<FileStat, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.lstat(path).await,
            Way::Ftp(ftp) => ftp.lstat(path).await,
        }
    }

    /// Opens a file for reading from this offset on.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::Denied`], [`FileError::IsDirectory`] and others.
    pub async fn open_read(&self, path: &RemotePath, from: u64) -> Result<FileReader, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => {
                sftp.open_read(path, from).await.map(|reader| FileReader(ReadWay::Sftp(Box::new(reader))))
            }
            Way::Ftp(ftp) => ftp.open_read(path, from).await.map(|reader| FileReader(ReadWay::Ftp(Box::new(reader)))),
        }
    }

    /// Opens a file for writing.
    ///
    /// # Errors
    /// [`FileError::Exists`] with [`WriteMode::New`], [`FileError::NotFound`] for its directory, and others.
    pub async fn open_write(&self, path: &RemotePath, mode: WriteMode) -> Result<FileWriter, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.open_write(path, mode).await.map(|writer| FileWriter(WriteWay::Sftp(writer))),
            Way::Ftp(ftp) => ftp.open_write(path, mode).await.map(|writer| FileWriter(WriteWay::Ftp(Box::new(writer)))),
        }
    }

    /// Opens a file for being copied on the host itself, where it can ([`Abilities::copy`]).
    ///
    /// # Errors
    /// [`FileError::Unsupported`], [`FileError::Exists`] for a copy onto itself, and as [`Files::open_read`] and
    /// [`Files::open_write`].
    pub async fn open_copy(&self, from: &RemotePath, to: &RemotePath, mode: WriteMode) -> Result<FileCopy, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.open_copy(from, to, mode).await.map(|copier| FileCopy(CopyWay::Sftp(copier))),
            Way::Ftp(_) => Err(FileError::Unsupported { what: "copy files by itself" }),
        }
    }

    /// Makes a directory.
    ///
    /// # Errors
    /// [`FileError::Exists`], [`FileError::NotFound`] for the one around it, and others.
    pub async fn make_dir(&self, path: &RemotePath) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.make_dir(path).await,
            Way::Ftp(ftp) => ftp.make_dir(path).await,
        }
    }

    /// Gives a file or directory another path on the same host. With `replace`, a file that is there goes; whether in one
    /// step is said by [`Abilities::atomic_replace`].
    ///
    /// # Errors
    /// [`FileError::Exists`] without `replace`, or for a directory that is not empty, and others.
    pub async fn rename(&self, from: &RemotePath, to: &RemotePath, replace: bool) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.rename(from, to, replace).await,
            Way::Ftp(ftp) => ftp.rename(from, to, replace).await,
        }
    }

    /// Removes a file or a link.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::IsDirectory`] and others.
    pub async fn remove_file(&self, path: &RemotePath) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.remove_file(path).await,
            Way::Ftp(ftp) => ftp.remove_file(path).await,
        }
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    /// [`FileError::NotEmpty`], [`FileError::NotADirectory`] and others.
    pub async fn remove_dir(&self, path: &RemotePath) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.remove_dir(path).await,
            Way::Ftp(ftp) => ftp.remove_dir(path).await,
        }
    }

    /// Sets the rights (the lower 12 bits of `st_mode`), of what a link leads to.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::Denied`] and others.
    pub async fn chmod(&self, path: &RemotePath, mode: u32) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.chmod(path, mode).await,
            Way::Ftp(ftp) => ftp.chmod(path, mode).await,
        }
    }

    /// Sets when it changed last, to the second.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::Denied`] and others.
    pub async fn set_modified(&self, path: &RemotePath, at: Timestamp) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.set_modified(path, at).await,
            Way::Ftp(ftp) => ftp.set_modified(path, at).await,
        }
    }

    /// Where a link leads, as it is written in it.
    ///
    /// # Errors
    /// When it is no link, and others.
    pub async fn read_link(&self, path: &RemotePath) -> Result<RemotePath, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.read_link(path).await,
            Way::Ftp(ftp) => ftp.read_link(path).await,
        }
    }

    /// Makes a link at `path` with this target, which need not be there.
    ///
    /// # Errors
    /// [`FileError::Exists`] and others.
    pub async fn make_link(&self, target: &RemotePath, path: &RemotePath) -> Result<(), FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.make_link(target, path).await,
            Way::Ftp(ftp) => ftp.make_link(target, path).await,
        }
    }

    /// How much room there is where this path lies.
    ///
    /// # Errors
    /// [`FileError::Unsupported`] where the host does not say.
    pub async fn space(&self, path: &RemotePath) -> Result<Space, FileError> {
        match &self.0 {
            Way::Sftp(sftp) => sftp.space(path).await,
            Way::Ftp(ftp) => ftp.space(path).await,
        }
    }
}
