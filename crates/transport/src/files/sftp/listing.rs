//! From what a host lists to what is shown of it.

use super::{
    client::Due,
    handle::Handle,
    ops::Sftp,
    packet::{Answer, Attrs, Name, kind, status},
};
use crate::{FileError, FileStat, Found, ListLimits, Listing};
use bytes::Bytes;
use std::{collections::VecDeque, sync::Arc};
use wire::{
    Timestamp,
    files::{EntryKind, RemoteName, RemotePath},
};

/// How many answers of a listing are asked for ahead.
const AHEAD: usize = 8;

/// So many bytes of names are kept, whatever their number.
const LONGEST: usize = 64 * 1024 * 1024;

/// Of so many links it is told where they lead, and so many are asked at a time.
const LINKS: usize = 1000;
const LINKS_AHEAD: usize = 64;

impl Sftp {
    /// What is in the directory behind this handle.
    pub(super) async fn read_directory(
        &self,
        handle: &Handle,
        directory: &RemotePath,
        limits: ListLimits,
    ) -> Result<Listing, FileError> {
        let mut gathered = Gathered::new(limits);
        let more = || handle.ask(kind::READDIR, |request| request);
        let mut due: VecDeque<Due> = (0..AHEAD).map(|_| more()).collect();
        while let Some(next) = due.pop_front() {
            match next.wait().await? {
                Answer::Names(names) if names.is_empty() => break,
                Answer::Names(names) => {
                    if !gathered.take(names) {
                        break;
                    }
                    due.push_back(more());
                }
                Answer::Status { code: status::EOF, .. } => break,
                Answer::Status { code, message } => return Err(self.explain_list(directory, code, message).await),
                _ => return Err(self.client().misunderstood("it answers a listing with something else")),
            }
        }
        let mut listing = gathered.listing;
        self.follow_links(directory, &mut listing.entries).await?;
        Ok(listing)
    }

    /// Finds out where the first of the links lead.
    async fn follow_links(&self, directory: &RemotePath, entries: &mut [Found]) -> Result<(), FileError> {
        let links = entries.iter_mut().filter(|found| found.stat.kind == EntryKind::Link).take(LINKS);
        let mut due = VecDeque::with_capacity(LINKS_AHEAD);
        for link in links {
            if due.len() == LINKS_AHEAD
                && let Some(oldest) = due.pop_front()
            {
                follow(oldest).await?;
            }
            let path = directory.join(&link.name);
            due.push_back((link, self.ask_path(kind::READLINK, &path), self.ask_path(kind::STAT, &path)));
        }
        for link in due {
            follow(link).await?;
        }
        Ok(())
    }
}

/// A link that leads nowhere, or that may not be followed, is a link all the same.
async fn follow((link, target, end): (&mut Found, Due, Due)) -> Result<(), FileError> {
    if let Answer::Names(names) = target.wait().await?
        && let Some(name) = names.first()
    {
        link.link_target = RemotePath::from_bytes(name.name.as_ref()).ok();
    }
    if let Answer::Attrs(attrs) = end.wait().await? {
        link.is_directory = kind_of(&attrs, &[]) == EntryKind::Directory;
    }
    Ok(())
}

struct Gathered {
    listing: Listing,
    limits: ListLimits,
    bytes: usize,
    /// The last owner and group: mostly the next entry's too.
    last: [Option<Arc<str>>; 2],
}

impl Gathered {
    fn new(limits: ListLimits) -> Self {
        Self { listing: Listing { entries: Vec::new(), cut: false }, limits, bytes: 0, last: [None, None] }
    }

    /// Takes names until there are enough; says whether more are wanted. A name that would lead elsewhere is left out.
    fn take(&mut self, names: Vec<Name>) -> bool {
        for Name { name, line, attrs } in names {
            let Ok(name) = RemoteName::from_bytes(name.as_ref()) else { continue };
            if self.listing.entries.len() == self.limits.entries || self.bytes + name.as_bytes().len() > LONGEST {
                self.listing.cut = true;
                return false;
            }
            self.bytes += name.as_bytes().len();
            let stat = self.stat(&attrs, &line);
            let is_directory = stat.kind == EntryKind::Directory;
            self.listing.entries.push(Found { name, stat, link_target: None, is_directory });
        }
        true
    }

    fn stat(&mut self, attrs: &Attrs, line: &Bytes) -> FileStat {
        let mut stat = stat_of(attrs, line);
        let [owner, group] = owners_in(line);
        if let Some(owner) = owner {
            stat.owner = Some(self.shared(0, owner));
        } else if let Some(owner) = stat.owner.take() {
            stat.owner = Some(self.shared(0, &owner));
        }
        if let Some(group) = group {
            stat.group = Some(self.shared(1, group));
        } else if let Some(group) = stat.group.take() {
            stat.group = Some(self.shared(1, &group));
        }
        stat
    }

    fn shared(&mut self, which: usize, name: &str) -> Arc<str> {
        match &self.last[which] {
            Some(last) if last.as_ref() == name => Arc::clone(last),
            _ => Arc::clone(self.last[which].insert(Arc::from(name))),
        }
    }
}

/// What the attributes say; the line of `ls -l` helps where they do not say the kind.
pub(super) fn stat_of(attrs: &Attrs, line: &[u8]) -> FileStat {
    let number = |number: u32| Arc::from(number.to_string());
    FileStat {
        kind: kind_of(attrs, line),
        size: attrs.size.unwrap_or(0),
        modified: attrs.times.map(|(_, changed)| Timestamp::from_millis(i64::from(changed) * 1000)),
        mode: attrs.mode.map(|mode| mode & 0o7777),
        owner: attrs.owners.map(|(user, _)| number(user)),
        group: attrs.owners.map(|(_, group)| number(group)),
    }
}

fn kind_of(attrs: &Attrs, line: &[u8]) -> EntryKind {
    match (attrs.mode.map(|mode| mode & 0o170_000), line.first()) {
        (Some(0o100_000), _) | (None | Some(0), Some(b'-')) => EntryKind::File,
        (Some(0o040_000), _) | (None | Some(0), Some(b'd')) => EntryKind::Directory,
        (Some(0o120_000), _) | (None | Some(0), Some(b'l')) => EntryKind::Link,
        _ => EntryKind::Other,
    }
}

/// Owner and group by name: the third and fourth word of a line as `ls -l` writes it.
fn owners_in(line: &[u8]) -> [Option<&str>; 2] {
    let Ok(line) = std::str::from_utf8(&line[..line.len().min(200)]) else { return [None, None] };
    let mut words = line.split_ascii_whitespace();
    let (Some(rights), Some(links), owner, group) = (words.next(), words.next(), words.next(), words.next()) else {
        return [None, None];
    };
    let is_line = rights.len() >= 10 && links.bytes().all(|byte| byte.is_ascii_digit() || byte == b'?');
    let plain = |name: &&str| name.len() <= 64 && !name.chars().any(char::is_control);
    if is_line { [owner.filter(plain), group.filter(plain)] } else { [None, None] }
}

#[cfg(test)]
mod tests;
