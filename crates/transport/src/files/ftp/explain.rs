//! What a refusal means. FTP's codes say little (550 is everything) and texts differ: what they do not say is looked up.

use super::{connection::Connection, reply::Reply};
use crate::{FileError, ListLimits};
use wire::files::{EntryKind, RemotePath};

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    List,
    Read,
    Write,
    MakeDir,
    RemoveFile,
    RemoveDir,
    Change,
}

impl Connection {
    /// Never fails itself: when looking fails, that is the reason.
    pub(super) async fn explain(&mut self, doing: Doing, path: &RemotePath, reply: Reply) -> FileError {
        if let Some(error) = by_text(path, &reply) {
            // "Permission denied" and "No such file" also stand for the wrong kind of thing.
            if !matches!(error, FileError::Denied { .. } | FileError::NotFound { .. }) {
                return error;
            }
            return self.by_looking(doing, path).await.unwrap_or(error);
        }
        if matches!(reply.code, 500 | 502 | 504) {
            return FileError::Unsupported { what: what(doing) };
        }
        let refused = FileError::Refused { path: path.clone(), why: reply.text() };
        if reply.code != 550 && reply.code != 553 && reply.code != 450 && !reply.is_done() {
            return refused;
        }
        self.by_looking(doing, path).await.unwrap_or(FileError::Denied { path: path.clone() })
    }

    async fn by_looking(&mut self, doing: Doing, path: &RemotePath) -> Option<FileError> {
        if let Some(long) = FileError::too_long(path) {
            return Some(long);
        }
        let path = path.clone();
        let kind = match self.look(&path).await {
            Ok(found) => found.map(|found| found.kind),
            Err(error) => return Some(error),
        };
        match (doing, kind) {
            (Doing::MakeDir, Some(_)) => Some(FileError::Exists { path }),
            (Doing::Read | Doing::Write | Doing::RemoveFile, Some(EntryKind::Directory)) => {
                Some(FileError::IsDirectory { path })
            }
            (Doing::List | Doing::RemoveDir, Some(EntryKind::File | EntryKind::Other)) => {
                Some(FileError::NotADirectory { path })
            }
            (Doing::RemoveDir, Some(EntryKind::Directory)) => {
                let rows = self.rows(&path, ListLimits { entries: 1 }).await;
                matches!(rows, Ok(Ok(rows)) if rows.doubtful || !rows.listing.entries.is_empty())
                    .then_some(FileError::NotEmpty { path })
            }
            (Doing::Write | Doing::MakeDir, None) => {
                let parent = path.parent()?;
                match self.look(&parent).await {
                    Ok(Some(around)) if around.kind == EntryKind::Directory => None,
                    Ok(Some(_)) => Some(FileError::NotADirectory { path: parent }),
                    Ok(None) => Some(FileError::NotFound { path }),
                    Err(error) => Some(error),
                }
            }
            (_, None) => {
                // What cannot be looked into is seen in the listing of what holds it.
                match self.find(&path).await {
                    Ok(Some(found)) if found.stat.kind == EntryKind::Link && doing == Doing::Read => {
                        Some(FileError::LeadsNowhere { path })
                    }
                    Ok(Some(_)) => None,
                    _ => Some(FileError::NotFound { path }),
                }
            }
            _ => None,
        }
    }
}

/// What the server says in so many words.
fn by_text(path: &RemotePath, reply: &Reply) -> Option<FileError> {
    let text = reply.text().to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let path = path.clone();
    if matches!(reply.code, 452 | 552) || says(&["no space", "disk full", "quota", "insufficient storage"]) {
        return Some(FileError::DiskFull { path });
    }
    if says(&["not empty"]) {
        return Some(FileError::NotEmpty { path });
    }
    if says(&["name too long"]) {
        return Some(FileError::bad_name(&path));
    }
    if says(&["file exists", "already exist"]) {
        return Some(FileError::Exists { path });
    }
    if says(&["not a directory"]) {
        return Some(FileError::NotADirectory { path });
    }
    if says(&["is a directory"]) {
        return Some(FileError::IsDirectory { path });
    }
    if says(&["permission denied", "access denied", "not enough privileges", "not permitted"]) {
        return Some(FileError::Denied { path });
    }
    says(&["no such", "not found", "does not exist", "doesn't exist"]).then_some(FileError::NotFound { path })
}

fn what(doing: Doing) -> &'static str {
    match doing {
        Doing::List => "list folders",
        Doing::Read => "send files",
        Doing::Write => "take files",
        Doing::MakeDir => "make folders",
        Doing::RemoveFile | Doing::RemoveDir => "delete",
        Doing::Change => "do that",
    }
}
