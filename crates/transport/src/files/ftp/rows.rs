//! Listings that are made for people (LIST): as `ls -l` writes them, as IIS does after DOS, and EPLF.

use super::date::{clock, latest, moment, number};
use crate::{FileStat, Found};
use std::sync::Arc;
use wire::{
    Timestamp,
    files::{EntryKind, RemoteName, RemotePath},
};

/// What one row says; none for a row that lists nothing (`total 8`), and for names that lead elsewhere.
pub(super) fn row(line: &[u8], now: Timestamp) -> Option<Found> {
    match line.first()? {
        b'+' => eplf(line),
        b'0'..=b'9' => dos(line),
        _ => unix(line, now),
    }
}

/// Whether a line begins as a row does, be it one that lists nothing.
pub(super) fn begins_row(line: &[u8]) -> bool {
    let words = words(line);
    match words.as_slice() {
        [] => false,
        [first, ..] if first.text.starts_with(b"+") => line.contains(&b'\t'),
        [first, second, ..] if first.text[0].is_ascii_digit() => dos_date(first.text, second.text).is_some(),
        [first, ..] => rights(first.text).is_some(),
    }
}

/// A word of a line, and where it ends.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a [u8],
    end: usize,
}

/// The first words of a line: none of the kinds has more before the name.
fn words(line: &[u8]) -> Vec<Word<'_>> {
    let mut found = Vec::with_capacity(10);
    let mut at = 0;
    while at < line.len() && found.len() < 16 {
        let length = line[at..].iter().take_while(|byte| **byte != b' ').count();
        if length > 0 {
            found.push(Word { text: &line[at..at + length], end: at + length });
        }
        at += length.max(1);
    }
    found
}

fn found(name: &[u8], stat: FileStat, target: Option<&[u8]>) -> Option<Found> {
    let link_target = target.and_then(|target| RemotePath::from_bytes(target).ok());
    let is_directory = stat.kind == EntryKind::Directory;
    Some(Found { name: RemoteName::from_bytes(name).ok()?, stat, link_target, is_directory })
}

/// `-rw-r--r--   1 owner group   1234 Nov 21 10:30 name`: with or without the count of links and the group.
fn unix(line: &[u8], now: Timestamp) -> Option<Found> {
    let words = words(line);
    let (kind, mode) = rights(words.first()?.text)?;
    // The date is what stands between a length and the name; what stands before it differs.
    let (at, used, modified) = (2..words.len()).find_map(|at| {
        number(words[at - 1].text)?;
        date(&words[at..], now).map(|(used, modified)| (at, used, modified))
    })?;
    let size = number(words[at - 1].text).and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let mut people: Vec<&[u8]> = words[1..at - 1].iter().map(|word| word.text).collect();
    // A count of links comes first, unless a numeric owner is all there is.
    if people.len() > 1 && number(people[0]).is_some() {
        people.remove(0);
    }
    // A device has two numbers in place of a length.
    if people.last().is_some_and(|word| word.ends_with(b",")) {
        people.pop();
    }
    let text = |word: &&[u8]| Arc::from(String::from_utf8_lossy(word));
    let owner = people.first().map(text);
    let group = if people.len() > 1 { people.last().map(text) } else { None };
    let name = line.get(words[at + used - 1].end + 1..)?;
    let size_shown = if kind == EntryKind::Other { 0 } else { size };
    let stat = FileStat { kind, size: size_shown, modified: Some(modified), mode: Some(mode), owner, group };
    if kind == EntryKind::Link {
        let (name, target) = link(name, size);
        return found(name, stat, target);
    }
    found(name, stat, None)
}

/// `name -> target`; both may have an arrow of their own, and the length of the target says which one it is.
fn link(text: &[u8], size: u64) -> (&[u8], Option<&[u8]>) {
    const ARROW: &[u8] = b" -> ";
    let arrows: Vec<usize> = (0..text.len()).filter(|at| text[*at..].starts_with(ARROW)).take(64).collect();
    let fits = |at: &&usize| (text.len() - **at - ARROW.len()) as u64 == size;
    match arrows.iter().find(fits).or_else(|| arrows.first()) {
        Some(at) => (&text[..*at], Some(&text[*at + ARROW.len()..])),
        None => (text, None),
    }
}

/// `drwxr-sr-x`, with what some systems append (`+`, `.`, `@`).
fn rights(text: &[u8]) -> Option<(EntryKind, u32)> {
    let (first, rest) = text.split_first()?;
    let kind = match first {
        b'-' => EntryKind::File,
        b'd' => EntryKind::Directory,
        b'l' => EntryKind::Link,
        b'b' | b'c' | b'p' | b's' | b'D' => EntryKind::Other,
        _ => return None,
    };
    let rights = rest.get(..9)?;
    let mut mode = 0;
    for (at, byte) in rights.iter().enumerate() {
        let bit = 0o400_u32 >> at;
        let special = [0o4000, 0o2000, 0o1000][at / 3];
        mode |= match (at % 3, byte) {
            (_, b'-') => 0,
            (0, b'r') | (1, b'w') | (2, b'x') => bit,
            (2, b's' | b't') => bit | special,
            (2, b'S' | b'T') => special,
            _ => return None,
        };
    }
    Some((kind, mode))
}

/// `Nov 21 10:30`, `Nov 21 2025`, `21 Nov 2025` or `2025-11-21 10:30`: how many words it has, and what it says.
fn date(words: &[Word<'_>], now: Timestamp) -> Option<(usize, Timestamp)> {
    let text = |at: usize| words.get(at).map(|word: &Word<'_>| word.text);
    if let Some(day) = iso_day(text(0)?) {
        let (year, month, day) = day;
        return Some((2, moment(year, month, day, clock(text(1)?)?)?));
    }
    let (month, day) = match month(text(0)?) {
        Some(month) => (month, number(text(1)?)?),
        None => (month(text(1)?)?, number(text(0)?)?),
    };
    let last = text(2)?;
    match clock(last) {
        Some(seconds) => latest(month, day, seconds, now).map(|at| (3, at)),
        None if last.len() == 4 => moment(number(last)?, month, day, 0).map(|at| (3, at)),
        None => None,
    }
}

fn iso_day(text: &[u8]) -> Option<(i64, i64, i64)> {
    let parts: Vec<&[u8]> = text.split(|byte| *byte == b'-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    (year.len() == 4).then_some((number(year)?, number(month)?, number(day)?))
}

fn month(text: &[u8]) -> Option<i64> {
    const MONTHS: &[u8] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let lower = text.to_ascii_lowercase();
    let at = MONTHS.chunks(3).position(|month| month == lower)?;
    i64::try_from(at).ok().map(|at| at + 1)
}

/// `11-21-26  10:30AM       <DIR>          name`, or a length in place of `<DIR>`.
fn dos(line: &[u8]) -> Option<Found> {
    let words = words(line);
    let [day, time, what] = [0, 1, 2].map(|at| words.get(at).copied());
    let (day, time, what) = (day?, time?, what?);
    let modified = dos_date(day.text, time.text)?;
    let (kind, size) = match number(what.text) {
        Some(size) => (EntryKind::File, u64::try_from(size).ok()?),
        None if what.text.eq_ignore_ascii_case(b"<dir>") => (EntryKind::Directory, 0),
        None if what.text.starts_with(b"<") => (EntryKind::Link, 0),
        None => return None,
    };
    // The columns are padded, so that a space at the name's front cannot be told from the padding.
    let name = line.get(what.end..)?.trim_ascii_start();
    let stat = FileStat { kind, size, modified: Some(modified), mode: None, owner: None, group: None };
    found(name, stat, None)
}

fn dos_date(day: &[u8], time: &[u8]) -> Option<Timestamp> {
    let (year, month, day) = match iso_day(day) {
        Some(day) => day,
        None => {
            let parts: Vec<i64> = day.split(|byte| matches!(byte, b'-' | b'/')).map(number).collect::<Option<_>>()?;
            let [month, day, year] = parts.try_into().ok()?;
            let century = if year >= 100 {
                0
            } else if year < 70 {
                2000
            } else {
                1900
            };
            (year + century, month, day)
        }
    };
    let digits = time.iter().take_while(|byte| !byte.is_ascii_alphabetic()).count();
    let seconds = clock(&time[..digits])?;
    let half_day = match time[digits..].to_ascii_lowercase().as_slice() {
        b"am" if seconds >= 12 * 3600 => -12 * 3600,
        b"pm" if seconds < 12 * 3600 => 12 * 3600,
        _ => 0,
    };
    moment(year, month, day, seconds + half_day)
}

/// Easily Parsed LIST Format: `+i8388621.48594,m825718503,r,s280,up644,\tname`.
fn eplf(line: &[u8]) -> Option<Found> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut stat = FileStat { kind: EntryKind::Other, size: 0, modified: None, mode: None, owner: None, group: None };
    for fact in line[1..tab].split(|byte| *byte == b',') {
        match fact {
            b"/" => stat.kind = EntryKind::Directory,
            b"r" => stat.kind = EntryKind::File,
            [b's', size @ ..] => stat.size = number(size).and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            [b'm', seconds @ ..] => {
                let written = |seconds: &i64| *seconds < 250_000_000_000;
                stat.modified = number(seconds).filter(written).map(|at| Timestamp::from_millis(at * 1000));
            }
            [b'u', b'p', mode @ ..] => {
                let text = std::str::from_utf8(mode).ok();
                stat.mode = text.and_then(|text| u32::from_str_radix(text, 8).ok()).map(|mode| mode & 0o7777);
            }
            _ => {}
        }
    }
    found(&line[tab + 1..], stat, None)
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
