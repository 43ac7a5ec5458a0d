//! From a bare "failure" to what happened. Version 3 has eight words for everything that can go wrong, so the host is asked
//! what stands there, and whether it has room.

use super::{ops::Sftp, packet::status};
use crate::{FileError, ListLimits};
use wire::files::{EntryKind, RemotePath};

/// Less room than this when writing failed: it is full.
const ROOM: u64 = 1024 * 1024;

/// Words of later versions, which some servers say in version 3 too (draft 13, section 9.1).
mod later {
    pub(super) const EXISTS: u32 = 11;
    pub(super) const NO_SPACE: u32 = 14;
    pub(super) const QUOTA: u32 = 15;
    pub(super) const NOT_EMPTY: u32 = 18;
    pub(super) const NOT_A_DIRECTORY: u32 = 19;
    pub(super) const INVALID_NAME: u32 = 20;
    pub(super) const IS_DIRECTORY: u32 = 24;
}

/// What was tried when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Look,
    List,
    Read,
    Write,
    MakeFile,
    MakeDir,
    MakeLink,
    ReadLink,
    RemoveFile,
    RemoveDir,
}

impl Doing {
    const fn makes(self) -> bool {
        matches!(self, Self::Write | Self::MakeFile | Self::MakeDir | Self::MakeLink)
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Look => "look at or change files like that",
            Self::List => "list folders",
            Self::Read => "read files",
            Self::Write | Self::MakeFile => "write files",
            Self::MakeDir => "make folders",
            Self::MakeLink => "make links",
            Self::ReadLink => "read links",
            Self::RemoveFile | Self::RemoveDir => "delete",
        }
    }
}

impl Sftp {
    pub(super) async fn explain_read(&self, path: &RemotePath, code: u32, message: String) -> FileError {
        self.explain(Doing::Read, path, code, message).await
    }

    pub(super) async fn explain_write(&self, path: &RemotePath, code: u32, message: String) -> FileError {
        self.explain(Doing::Write, path, code, message).await
    }

    pub(super) async fn explain_list(&self, path: &RemotePath, code: u32, message: String) -> FileError {
        self.explain(Doing::List, path, code, message).await
    }

    /// Why something with this path failed.
    pub(super) async fn explain(&self, doing: Doing, path: &RemotePath, code: u32, message: String) -> FileError {
        let at = || path.clone();
        match code {
            status::NO_SUCH_FILE => self.missing(doing, path).await,
            status::PERMISSION_DENIED => FileError::Denied { path: at() },
            status::UNSUPPORTED => FileError::Unsupported { what: doing.verb() },
            status::NO_CONNECTION | status::CONNECTION_LOST => FileError::Lost { why: refusal(message) },
            status::BAD_MESSAGE if doing == Doing::ReadLink => {
                FileError::Refused { path: at(), why: "it is not a link".to_owned() }
            }
            status::BAD_MESSAGE | later::INVALID_NAME => FileError::bad_name(path),
            later::EXISTS => FileError::Exists { path: at() },
            later::NO_SPACE | later::QUOTA => FileError::DiskFull { path: at() },
            later::NOT_EMPTY => FileError::NotEmpty { path: at() },
            later::NOT_A_DIRECTORY => FileError::NotADirectory { path: at() },
            later::IS_DIRECTORY => FileError::IsDirectory { path: at() },
            _ => match self.look_closer(doing, path).await.or_else(|| FileError::too_long(path)) {
                Some(found) => found,
                None => FileError::Refused { path: at(), why: refusal(message) },
            },
        }
    }

    /// Why a renaming failed.
    pub(super) async fn explain_rename(
        &self,
        from: &RemotePath,
        to: &RemotePath,
        code: u32,
        message: String,
    ) -> FileError {
        match code {
            status::NO_SUCH_FILE => match self.kind_at(from).await {
                Some(_) => self.missing(Doing::Write, to).await,
                None => FileError::NotFound { path: from.clone() },
            },
            status::PERMISSION_DENIED => FileError::Denied { path: from.clone() },
            status::UNSUPPORTED => FileError::Unsupported { what: "rename" },
            _ if let Some(long) = FileError::too_long(to) => long,
            status::OK..=status::UNSUPPORTED => match (self.kind_at(from).await, self.kind_at(to).await) {
                (Some(EntryKind::Directory), Some(EntryKind::Directory)) => FileError::NotEmpty { path: to.clone() },
                (Some(_), Some(EntryKind::Directory)) => FileError::IsDirectory { path: to.clone() },
                (Some(_), Some(_)) => FileError::Exists { path: to.clone() },
                _ if to.is_within(from) => {
                    FileError::Refused { path: from.clone(), why: "it cannot be moved into itself".to_owned() }
                }
                _ => match self.full(to).await {
                    Some(full) => full,
                    None => FileError::Refused { path: from.clone(), why: refusal(message) },
                },
            },
            _ => self.explain(Doing::Write, to, code, message).await,
        }
    }

    /// "No such file": of what is made, the folder is missing; of a folder, something else may stand there.
    async fn missing(&self, doing: Doing, path: &RemotePath) -> FileError {
        if doing.makes()
            && let Some(parent) = path.parent()
        {
            return FileError::NotFound { path: parent };
        }
        if matches!(doing, Doing::List | Doing::RemoveDir)
            && self.kind_at(path).await.is_some_and(|kind| kind != EntryKind::Directory)
        {
            return self.beyond_link(path).await.unwrap_or_else(|| FileError::NotADirectory { path: path.clone() });
        }
        if doing == Doing::Read
            && let Some(beyond) = self.beyond_link(path).await
        {
            return beyond;
        }
        FileError::NotFound { path: path.clone() }
    }

    async fn look_closer(&self, doing: Doing, path: &RemotePath) -> Option<FileError> {
        let at = || path.clone();
        match (doing, self.kind_at(path).await) {
            (Doing::MakeFile | Doing::MakeDir | Doing::MakeLink, Some(_)) => Some(FileError::Exists { path: at() }),
            (Doing::Read | Doing::Write | Doing::RemoveFile, Some(EntryKind::Directory)) => {
                Some(FileError::IsDirectory { path: at() })
            }
            (Doing::RemoveDir, Some(EntryKind::Directory)) => {
                let write = Box::pin(self.list(path, ListLimits { entries: 1 })).await;
                write.is_ok_and(|listing| !listing.entries.is_empty()).then(|| FileError::NotEmpty { path: at() })
            }
            (Doing::List | Doing::Read, Some(EntryKind::Link)) => self.beyond_link(path).await,
            (Doing::List | Doing::RemoveDir, Some(_)) => Some(FileError::NotADirectory { path: at() }),
            _ if doing.makes() => self.full(path).await,
            _ => None,
        }
    }

    /// That a link stands there which cannot be followed.
    async fn beyond_link(&self, path: &RemotePath) -> Option<FileError> {
        let looked = Box::pin(self.stat(path)).await.err();
        looked.filter(|error| matches!(error, FileError::LeadsNowhere { .. }))
    }

    async fn kind_at(&self, path: &RemotePath) -> Option<EntryKind> {
        Box::pin(self.lstat(path)).await.ok().map(|stat| stat.kind)
    }

    async fn full(&self, path: &RemotePath) -> Option<FileError> {
        let directory = path.parent().unwrap_or_else(|| path.clone());
        let space = Box::pin(self.space(&directory)).await.ok()?;
        (space.free < ROOM || space.free_files == 0).then(|| FileError::DiskFull { path: path.clone() })
    }
}

/// What the host said, if it is more than the word for it.
fn refusal(message: String) -> String {
    let message = message.trim().trim_end_matches('.');
    if message.is_empty() || message.eq_ignore_ascii_case("failure") {
        return "it gave no reason".to_owned();
    }
    message.chars().filter(|character| !character.is_control()).collect()
}
