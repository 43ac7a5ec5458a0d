//! What stands at a path. FTP has no one question for that: with MLST there is, else several are asked.

use super::{
    connection::Connection,
    date::{compact, number},
    mlst,
    ops::real_path,
};
use crate::{FileError, FileStat, Found, ListLimits};
use wire::{
    Timestamp,
    files::{EntryKind, RemotePath},
};

/// A name stands in a directory once, whatever a server says.
const FEW: ListLimits = ListLimits { entries: 100 };

/// So many links are followed, one to the next.
const LINKS: usize = 8;

impl Connection {
    /// What is at the end of this absolute path, links followed; none when nothing is, or when it cannot be seen.
    pub(super) async fn look(&mut self, path: &RemotePath) -> Result<Option<FileStat>, FileError> {
        if self.server.mlst {
            let reply = self.ask("MLST", path.as_bytes()).await?;
            let told = reply.lines.iter().skip(1).find_map(|line| mlst::stat(line));
            return Ok(told.filter(|_| reply.is_done()));
        }
        if let Some(file) = self.file(path).await? {
            return Ok(Some(file));
        }
        let there = self.ask("CWD", path.as_bytes()).await?.is_done();
        Ok(there.then(|| bare(EntryKind::Directory, 0, None)))
    }

    /// The length of a file and when it changed; none when it is no file.
    async fn file(&mut self, path: &RemotePath) -> Result<Option<FileStat>, FileError> {
        let size = self.ask("SIZE", path.as_bytes()).await?;
        let told = size.lines.last().and_then(|line| number(line.trim_ascii())).filter(|_| size.code == 213);
        let Some(length) = told.and_then(|length| u64::try_from(length).ok()) else { return Ok(None) };
        let modified = self.modified(path).await?;
        Ok(Some(bare(EntryKind::File, length, modified)))
    }

    async fn modified(&mut self, path: &RemotePath) -> Result<Option<Timestamp>, FileError> {
        let time = self.ask("MDTM", path.as_bytes()).await?;
        Ok(time.lines.last().and_then(|line| compact(line.trim_ascii())).filter(|_| time.code == 213))
    }

    /// What stands at this absolute path itself, as far as the server tells links apart.
    pub(super) async fn find(&mut self, path: &RemotePath) -> Result<Option<Found>, FileError> {
        let (Some(parent), Some(name)) = (path.parent(), path.name()) else { return Ok(None) };
        let listing = match self.chosen_rows(&parent, FEW, &|found| found.name == name).await? {
            Ok(rows) if rows.listing.cut => {
                let why = "the folder around it holds too much to be searched for it".to_owned();
                return Err(FileError::Refused { path: path.clone(), why });
            }
            Ok(rows) => rows.listing,
            Err(_) => return Ok(None),
        };
        let mut found = listing.entries.into_iter().next();
        if let Some(found) = &mut found {
            self.tell_links(&parent, std::slice::from_mut(found)).await?;
            if found.stat.kind == EntryKind::File && !self.server.mlst {
                // A listing for people is exact to the minute or the day.
                found.stat.modified = self.modified(path).await?.or(found.stat.modified);
            }
        }
        Ok(found)
    }

    /// As [`Connection::look`], with what only a listing tells where there is no MLST: rights and owners.
    pub(super) async fn look_well(&mut self, path: &RemotePath) -> Result<Option<FileStat>, FileError> {
        let Some(mut stat) = self.look(path).await? else { return Ok(None) };
        if self.server.mlst {
            return Ok(Some(stat));
        }
        match self.listed_end(path).await {
            // The links may lead elsewhere than the server goes: then it is something else.
            Ok(Some(listed))
                if listed.kind == stat.kind && (listed.size == stat.size || stat.kind != EntryKind::File) =>
            {
                (stat.mode, stat.owner, stat.group) = (listed.mode, listed.owner, listed.group);
                stat.modified = stat.modified.or(listed.modified);
            }
            Err(error) if error.is_lost() => return Err(error),
            _ => {}
        }
        Ok(Some(stat))
    }

    /// What listings say of what is at the end of this path, links followed.
    async fn listed_end(&mut self, path: &RemotePath) -> Result<Option<FileStat>, FileError> {
        let mut at = path.clone();
        for _ in 0..LINKS {
            let Some(found) = self.find(&at).await? else { return Ok(None) };
            let (EntryKind::Link, Some(target), Some(parent)) = (found.stat.kind, found.link_target, at.parent())
            else {
                return Ok(Some(found.stat));
            };
            at = target.resolved_in(&real_path(self, &parent).await?);
        }
        Ok(None)
    }

    /// As [`Connection::look`], but a link is a link where the server tells.
    pub(super) async fn look_at_itself(&mut self, path: &RemotePath) -> Result<Option<FileStat>, FileError> {
        match self.find(path).await? {
            Some(found) => Ok(Some(found.stat)),
            None => self.look(path).await,
        }
    }
}

fn bare(kind: EntryKind, size: u64, modified: Option<Timestamp>) -> FileStat {
    FileStat { kind, size, modified, mode: None, owner: None, group: None }
}
