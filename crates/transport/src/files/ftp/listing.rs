//! What is in a directory.

use super::{connection::Connection, data::Data, mlst, reply::Reply, rows};
use crate::{FileError, Found, ListLimits, Listing};
use bytes::BytesMut;
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{SystemTime, UNIX_EPOCH},
};
use wire::{
    Timestamp,
    files::{EntryKind, RemotePath},
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
pub(super) type Listed = Result<Listing, Reply>;

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
            let rows = self.rows_by("MLSD", directory.as_bytes(), limits, wanted).await?;
            return Ok(rows.map(|(listing, _)| listing));
        }
        self.rows_for_people(directory, limits, wanted).await
    }

    /// The same by LIST, which every server knows.
    pub(super) async fn rows_for_people(
        &mut self,
        directory: &RemotePath,
        limits: ListLimits,
        wanted: Wanted<'_>,
    ) -> Result<Listed, FileError> {
        // LIST takes what begins with a dash for an option and breaks names at spaces: it is only asked about here.
        let there = self.ask("CWD", directory.as_bytes()).await?;
        if !there.is_done() {
            return Ok(Err(there));
        }
        match self.rows_by("LIST", b"-a", limits, wanted).await? {
            Ok((listing, true)) => Ok(Ok(listing)),
            // A server that knows no options looked for a file of this name.
            Ok(_) | Err(_) => {
                let rows = self.rows_by("LIST", b"", limits, wanted).await?;
                Ok(rows.map(|(listing, _)| listing))
            }
        }
    }

    /// With it: whether anything at all was said.
    async fn rows_by(
        &mut self,
        verb: &str,
        argument: &[u8],
        limits: ListLimits,
        wanted: Wanted<'_>,
    ) -> Result<Result<(Listing, bool), Reply>, FileError> {
        let mut data = match self.transfer(verb, argument, 0).await? {
            Ok(data) => data,
            Err(reply) => return Ok(Err(reply)),
        };
        let mut gathered = Gathered::new(verb == "MLSD", limits, wanted);
        let any = gathered.read(&mut data).await?;
        if gathered.machine && gathered.link {
            self.server.tells_links.store(true, Relaxed);
        }
        if gathered.listing.cut {
            // The rest is not waited for: the connection is spent, because an answer is still to come on it.
            return Ok(Ok((gathered.listing, any)));
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
        if done.is_done() && !failed { Ok(Ok((gathered.listing, any))) } else { Ok(Err(done)) }
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
    listing: Listing,
    bytes: usize,
}

impl<'a> Gathered<'a> {
    fn new(machine: bool, limits: ListLimits, wanted: Wanted<'a>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = Timestamp::from_millis(i64::try_from(now).unwrap_or(0));
        let listing = Listing { entries: Vec::new(), cut: false };
        Self { machine, limits, wanted, link: false, searched: 0, now, listing, bytes: 0 }
    }

    async fn read(&mut self, data: &mut Data) -> Result<bool, FileError> {
        let (mut rest, mut any) = (BytesMut::new(), false);
        while let Some(bytes) = data.read().await? {
            any = true;
            rest.extend_from_slice(&bytes);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = rest.split_to(end + 1);
                if !self.take(&line[..end]) {
                    return Ok(any);
                }
            }
            if rest.len() > LONGEST_ROW {
                return Err(FileError::NotUnderstood { why: "its listing has no end of a line".to_owned() });
            }
        }
        self.take(&rest);
        Ok(any)
    }

    /// Says whether more is wanted.
    fn take(&mut self, line: &[u8]) -> bool {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let row = if self.machine { mlst::row(line) } else { rows::row(line, self.now) };
        let Some(found) = row else { return true };
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
            self.listing.entries.push(found);
        }
        true
    }
}
