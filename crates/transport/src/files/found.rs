//! What a host says about its files.

use std::sync::Arc;
use wire::{
    Timestamp,
    files::{Entry, EntryKind, RemoteName, RemotePath, permission_text, size_formatted},
};

/// What is known about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStat {
    /// What it is.
    pub kind: EntryKind,
    /// Its length in bytes; 0 when the host does not say.
    pub size: u64,
    /// When its content changed last.
    pub modified: Option<Timestamp>,
    /// Its rights: the lower 12 bits of `st_mode`.
    pub mode: Option<u32>,
    /// Whose it is, by name or number.
    pub owner: Option<Arc<str>>,
    /// Which group's it is, by name or number.
    pub group: Option<Arc<str>>,
}

/// One entry of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: RemoteName,
    /// What it is; of a link, the link itself.
    pub stat: FileStat,
    /// Of a link: what is written in it, if that was asked.
    pub link_target: Option<RemotePath>,
    /// Whether it can be gone into: a directory, or a link that leads to one.
    pub is_directory: bool,
}

impl Found {
    /// The same for browsers and scripts.
    pub fn entry(&self, directory: &RemotePath) -> Entry {
        let stat = &self.stat;
        Entry {
            name: self.name.clone(),
            path: directory.join(&self.name),
            kind: stat.kind,
            is_directory: self.is_directory,
            size: stat.size,
            size_formatted: size_formatted(stat.size),
            modified: stat.modified,
            permissions: permission_text(stat.kind, stat.mode),
            mode: stat.mode,
            owner: stat.owner.as_deref().map(str::to_owned),
            group: stat.group.as_deref().map(str::to_owned),
            link_target: self.link_target.clone(),
        }
    }
}

/// How far a listing may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListLimits {
    /// How many entries are kept.
    pub entries: usize,
}

/// What is in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The entries, without `.` and `..` and without names that would lead elsewhere.
    pub entries: Vec<Found>,
    /// Whether there is more than was kept.
    pub cut: bool,
}

/// The room on a host's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// All of it, in bytes.
    pub total: u64,
    /// What this user may still fill, in bytes.
    pub free: u64,
    /// How many files this user may still make; `u64::MAX` where there is no such bound.
    pub free_files: u64,
}
