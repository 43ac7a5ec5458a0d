//! Listings that are made for machines (MLST and MLSD, RFC 3659 §7).

use super::date::{compact, number};
use crate::{FileStat, Found};
use std::sync::Arc;
use wire::files::{EntryKind, RemoteName, RemotePath};

/// What is asked for, of what the server offers.
const WANTED: [&str; 11] = [
    "type",
    "size",
    "modify",
    "perm",
    "unix.mode",
    "unix.owner",
    "unix.group",
    "unix.uid",
    "unix.gid",
    "unix.ownername",
    "unix.groupname",
];

/// What to ask for (`OPTS MLST …`), when the server offers more of it than it gives unasked. The feature is the line of
/// FEAT: `MLST type*;size*;unix.mode;`.
pub(super) fn wanted(feature: &str) -> Option<String> {
    let offered: Vec<&str> = feature.split_once(' ')?.1.trim().split(';').filter(|fact| !fact.is_empty()).collect();
    let is_wanted = |fact: &&&str| WANTED.iter().any(|wanted| fact.trim_end_matches('*').eq_ignore_ascii_case(wanted));
    let wanted: Vec<&str> = offered.iter().filter(is_wanted).copied().collect();
    let more = wanted.iter().any(|fact| !fact.ends_with('*'));
    more.then(|| wanted.iter().map(|fact| format!("{};", fact.trim_end_matches('*'))).collect())
}

/// Facts and name of one row; none for the directory itself, the one around it, and what is no row.
pub(super) fn row(line: &[u8]) -> Option<Found> {
    let (stat, link_target, name) = facts(line)?;
    let name = RemoteName::from_bytes(name).ok()?;
    let is_directory = stat.kind == EntryKind::Directory;
    Some(Found { name, stat, link_target, is_directory })
}

/// Whether a line begins as a row does, be it one that lists nothing.
pub(super) fn begins_row(line: &[u8]) -> bool {
    let facts = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    facts.ends_with(b";") && facts.contains(&b'=')
}

/// What the answer to MLST says, whatever it calls the file.
pub(super) fn stat(line: &[u8]) -> Option<FileStat> {
    let line = line.trim_ascii_start();
    let kept = [b"cdir", b"pdir"].iter().any(|kind| holds(line, &[b"type=".as_slice(), kind.as_slice()].concat()));
    if kept {
        let plain = [b"type=dir;".as_slice(), line.splitn(2, |byte| *byte == b';').nth(1)?].concat();
        return facts(&plain).map(|(stat, _, _)| stat);
    }
    facts(line).map(|(stat, _, _)| stat)
}

fn holds(line: &[u8], text: &[u8]) -> bool {
    line.len() >= text.len() && line[..text.len()].eq_ignore_ascii_case(text)
}

fn facts(line: &[u8]) -> Option<(FileStat, Option<RemotePath>, &[u8])> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    let (facts, name) = (&line[..space], &line[space + 1..]);
    let mut stat = FileStat { kind: EntryKind::Other, size: 0, modified: None, mode: None, owner: None, group: None };
    let (mut known, mut target) = (false, None);
    for fact in facts.split(|byte| *byte == b';') {
        let Some(equals) = fact.iter().position(|byte| *byte == b'=') else { continue };
        let (key, value) = (fact[..equals].to_ascii_lowercase(), &fact[equals + 1..]);
        let text = || Some(Arc::from(String::from_utf8_lossy(value))).filter(|_| !value.is_empty());
        match key.as_slice() {
            b"type" => {
                known = true;
                (stat.kind, target) = kind(value)?;
            }
            b"size" | b"sizd" => stat.size = number(value).and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            b"modify" => stat.modified = compact(value),
            b"unix.mode" => stat.mode = mode(value),
            b"unix.ownername" => stat.owner = text(),
            b"unix.groupname" => stat.group = text(),
            b"unix.owner" | b"unix.uid" if stat.owner.is_none() => stat.owner = text(),
            b"unix.group" | b"unix.gid" if stat.group.is_none() => stat.group = text(),
            _ => {}
        }
    }
    known.then_some((stat, target, name))
}

/// None for the directory itself and the one around it.
fn kind(value: &[u8]) -> Option<(EntryKind, Option<RemotePath>)> {
    let lower = value.to_ascii_lowercase();
    if lower.starts_with(b"os.unix=slink") || lower.starts_with(b"os.unix=symlink") {
        let target = value.iter().position(|byte| *byte == b':').map(|colon| &value[colon + 1..]);
        return Some((EntryKind::Link, target.and_then(|target| RemotePath::from_bytes(target).ok())));
    }
    match lower.as_slice() {
        b"file" => Some((EntryKind::File, None)),
        b"dir" => Some((EntryKind::Directory, None)),
        b"cdir" | b"pdir" => None,
        _ => Some((EntryKind::Other, None)),
    }
}

/// An octal number, in pyftpdlib Python's way (`0o644`), of which the lower 12 bits are the rights.
fn mode(value: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(value.strip_prefix(b"0o").unwrap_or(value)).ok()?;
    u32::from_str_radix(text, 8).ok().map(|mode| mode & 0o7777)
}
