//! What is in a directory.

use super::{connection::Connection, data::Data, mlst, reply::Reply, rows};
use crate::{FileError, Found, ListLimits, Listing};
use bytes::BytesMut;
use std::{
    collections::HashSet,
    sync::atomic::Ordering::Relaxed,
    time::{SystemTime, UNIX_EPOCH},
};
use wire::{
    Timestamp,
    files::{EntryKind, RemoteName, RemotePath},
};

/// So many bytes of names are kept, whatever their number.
const LONGEST: usize = 64 * 1024 * 1024;

/// So many bytes of rows are gone through in search of the wanted ones.
const SEARCHED: u64 = 1024 * 1024 * 1024;

/// A row that is longer lists nothing.
const LONGEST_ROW: usize = 64 * 1024;

/// Of so many links it is found out whether they lead to a directory; each costs a round trip.
const LINKS: usize = 64;

/// What came of a listing: its rows, or the answer why there are none.
pub(super) type Listed = Result<Rows, Reply>;

/// The rows of a directory.
pub(super) struct Rows {
    pub(super) listing: Listing,
    /// Whether some were left out, because nobody can say which file they name.
    pub(super) doubtful: bool,
}

/// Whether a row is kept.
pub(super) type Wanted<'a> = &'a (dyn Fn(&Found) -> bool + Send + Sync);

impl Connection {
    /// The rows of a directory, without looking where links lead.
    pub(super) async fn rows(&mut self, directory: &RemotePath, limits: ListLimits) -> Result<Listed, FileError> {
        self.chosen_rows(directory, limits, &|_| true).await
    }

    /// The rows that are wanted. All others take time only, however many they are.
    pub(super) async fn chosen_rows(
        &mut self,
        directory: &RemotePath,
        limits: ListLimits,
        wanted: Wanted<'_>,
    ) -> Result<Listed, FileError> {
        if self.server.mlst {
            let gathered = self.rows_by("MLSD", directory.as_bytes(), limits, wanted).await?;
            return Ok(gathered.map(Gathered::without_doubtful));
        }
        let gathered = self.gather_for_people(directory, limits, wanted).await?;
        Ok(gathered.map(Gathered::without_doubtful))
    }

    /// The same by LIST, which every server knows, with all that a row can be taken for.
    pub(super) async fn rows_for_people(
        &mut self,
        directory: &RemotePath,
        limits: ListLimits,
        wanted: Wanted<'_>,
    ) -> Result<Result<Listing, Reply>, FileError> {
        let gathered = self.gather_for_people(directory, limits, wanted).await?;
        Ok(gathered.map(|gathered| gathered.listing))
    }

    async fn gather_for_people<'a>(
        &mut self,
        directory: &RemotePath,
        limits: ListLimits,
        wanted: Wanted<'a>,
    ) -> Result<Result<Gathered<'a>, Reply>, FileError> {
        // LIST takes what begins with a dash for an option and breaks names at spaces: it is only asked about here.
        let there = self.ask("CWD", directory.as_bytes()).await?;
        if !there.is_done() {
            return Ok(Err(there));
        }
        match self.rows_by("LIST", b"-a", limits, wanted).await? {
            Ok(gathered) if gathered.any => Ok(Ok(gathered)),
            // A server that knows no options looked for a file of this name.
            Ok(_) | Err(_) => self.rows_by("LIST", b"", limits, wanted).await,
        }
    }

    async fn rows_by<'a>(
        &mut self,
        verb: &str,
        argument: &[u8],
        limits: ListLimits,
        wanted: Wanted<'a>,
    ) -> Result<Result<Gathered<'a>, Reply>, FileError> {
        let mut data = match self.transfer(verb, argument, 0).await? {
            Ok(data) => data,
            Err(reply) => return Ok(Err(reply)),
        };
        let mut gathered = Gathered::new(verb == "MLSD", limits, wanted);
        gathered.read(&mut data).await?;
        if gathered.machine && gathered.link {
            self.server.tells_links.store(true, Relaxed);
        }
        if gathered.listing.cut {
            // The rest is not waited for: the connection is spent, because an answer is still to come on it.
            return Ok(Ok(gathered));
        }
        if let Some(why) = data.torn()
            && gathered.searched == 0
        {
            return Err(FileError::Lost { why: why.to_owned() });
        }
        data.leave().await;
        let done = self.reply().await?;
        // vsftpd says "226 Transfer done (but failed to open directory)".
        let failed = done.text().to_ascii_lowercase().contains("failed to open");
        if done.is_done() && !failed { Ok(Ok(gathered)) } else { Ok(Err(done)) }
    }

    /// Finds out which of the first links lead to a directory.
    pub(super) async fn follow(&mut self, directory: &RemotePath, entries: &mut [Found]) -> Result<(), FileError> {
        for link in entries.iter_mut().filter(|found| found.stat.kind == EntryKind::Link).take(LINKS) {
            let path = directory.join(&link.name);
            link.is_directory = self.ask("CWD", path.as_bytes()).await?.is_done();
        }
        Ok(())
    }
}

struct Gathered<'a> {
    machine: bool,
    limits: ListLimits,
    wanted: Wanted<'a>,
    /// Whether there was a link.
    link: bool,
    searched: u64,
    now: Timestamp,
    /// Whether anything at all was said.
    any: bool,
    listing: Listing,
    /// Which entry the last line was, when it was one.
    last: Option<usize>,
    /// The entries whose name may go on in the line after theirs.
    torn: HashSet<usize>,
    bytes: usize,
}

impl<'a> Gathered<'a> {
    fn new(machine: bool, limits: ListLimits, wanted: Wanted<'a>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = Timestamp::from_millis(i64::try_from(now).unwrap_or(0));
        let listing = Listing { entries: Vec::new(), cut: false };
        Self {
            machine,
            limits,
            wanted,
            link: false,
            searched: 0,
            now,
            any: false,
            listing,
            last: None,
            torn: HashSet::new(),
            bytes: 0,
        }
    }

    async fn read(&mut self, data: &mut Data) -> Result<(), FileError> {
        let mut rest = BytesMut::new();
        while let Some(bytes) = data.read().await? {
            self.any = true;
            rest.extend_from_slice(&bytes);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = rest.split_to(end + 1);
                if !self.take(&line[..end]) {
                    return Ok(());
                }
            }
            if rest.len() > LONGEST_ROW {
                return Err(FileError::NotUnderstood { why: "its listing has no end of a line".to_owned() });
            }
        }
        self.take(&rest);
        Ok(())
    }

    /// Says whether more is wanted.
    fn take(&mut self, line: &[u8]) -> bool {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let row = if self.machine { mlst::row(line) } else { rows::row(line, self.now) };
        let last = self.last.take();
        let Some(found) = row else {
            let begins = if self.machine { mlst::begins_row(line) } else { rows::begins_row(line) };
            if !line.is_empty() && !begins {
                self.torn.extend(last);
            }
            return true;
        };
        self.link |= found.stat.kind == EntryKind::Link;
        self.searched += line.len() as u64;
        let wanted = (self.wanted)(&found);
        self.bytes += if wanted { line.len() } else { 0 };
        let full = wanted && (self.listing.entries.len() == self.limits.entries || self.bytes > LONGEST);
        if full || self.searched > SEARCHED {
            self.listing.cut = true;
            return false;
        }
        if wanted {
            self.last = Some(self.listing.entries.len());
            self.listing.entries.push(found);
        }
        true
    }

    /// A name may have line ends in it, and no listing marks them: what comes before the first is then shown as if it were
    /// the whole, and may be the name of another file. Whoever deletes the one deletes the other.
    fn without_doubtful(self) -> Rows {
        let Self { mut listing, torn, .. } = self;
        let before = listing.entries.len();
        let mut at = 0;
        listing.entries.retain(|_| {
            at += 1;
            !torn.contains(&(at - 1))
        });
        let mut seen = HashSet::with_capacity(listing.entries.len());
        let twice: HashSet<RemoteName> =
            listing.entries.iter().map(|found| &found.name).filter(|name| !seen.insert(*name)).cloned().collect();
        listing.entries.retain(|found| !twice.contains(&found.name));
        Rows { doubtful: listing.entries.len() < before, listing }
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
