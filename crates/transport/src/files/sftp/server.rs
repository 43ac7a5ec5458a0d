//! What the host's server can do, and how much of it may be used at a time.

use super::packet::{self, Answer, Malformed};
use crate::Abilities;
use bytes::Bytes;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};
use tokio::sync::Semaphore;

/// Without a word from the host: what every server takes (draft, section 3).
const BLOCK: u32 = 32 * 1024;

/// A larger block saves nothing any more.
const LARGEST_BLOCK: u64 = 255 * 1024;

/// How many requests about names are under way at a time.
const REQUESTS: usize = 256;

/// How many files and how many directories are open at a time: far fewer than any server's limit. They are counted apart, so
/// that files which somebody paused never stand in the way of a listing.
const FILES: usize = 100;
const DIRECTORIES: usize = 12;
const ALL_HANDLES: usize = FILES + DIRECTORIES;

/// How many bytes may be under way for one file, and for all files of one channel.
const WINDOW: usize = 4 * 1024 * 1024;
const WINDOW_OF_ALL: usize = 16 * 1024 * 1024;

/// A server and the places on it.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) posix_rename: bool,
    pub(super) statvfs: bool,
    pub(super) fsync: bool,
    pub(super) copy_data: bool,
    pub(super) limits: bool,
    /// How many bytes one request reads and writes at most.
    pub(super) read_block: u32,
    pub(super) write_block: u32,
    pub(super) requests: Semaphore,
    pub(super) files: Arc<Semaphore>,
    pub(super) directories: Arc<Semaphore>,
    streams: AtomicUsize,
}

/// A reader's or writer's share of the window. Dropping it leaves more to the others.
#[derive(Debug)]
pub(super) struct Share(Arc<Server>);

impl Server {
    /// The server that greeted with these extensions.
    pub(super) fn greeting(extensions: &[(Bytes, Bytes)]) -> Self {
        let offers = |name: &str| extensions.iter().any(|(offered, _)| offered.as_ref() == name.as_bytes());
        Self {
            posix_rename: offers("posix-rename@openssh.com"),
            statvfs: offers("statvfs@openssh.com"),
            fsync: offers("fsync@openssh.com"),
            copy_data: offers("copy-data"),
            limits: offers("limits@openssh.com"),
            read_block: BLOCK,
            write_block: BLOCK,
            requests: Semaphore::new(REQUESTS),
            files: Arc::new(Semaphore::new(FILES)),
            directories: Arc::new(Semaphore::new(DIRECTORIES)),
            streams: AtomicUsize::new(0),
        }
    }

    /// With the answer to `limits@openssh.com`: the longest packet, read and write, and how many open handles. 0 is none.
    pub(super) fn with_limits(mut self, answer: Answer) -> Result<Self, Malformed> {
        let Answer::Extended(mut limits) = answer else { return Ok(self) };
        let [_packet, read, write, handles] = [
            packet::long(&mut limits)?,
            packet::long(&mut limits)?,
            packet::long(&mut limits)?,
            packet::long(&mut limits)?,
        ];
        let block = |limit: u64| u32::try_from(limit.clamp(1024, LARGEST_BLOCK)).unwrap_or(BLOCK);
        if read > 0 {
            self.read_block = block(read);
        }
        if write > 0 {
            self.write_block = block(write);
        }
        if let Ok(handles @ 1..=ALL_HANDLES) = usize::try_from(handles) {
            let directories = (handles / 8).max(1);
            self.directories = Arc::new(Semaphore::new(directories));
            self.files = Arc::new(Semaphore::new((handles - directories).max(1)));
        }
        Ok(self)
    }

    pub(super) fn abilities(&self) -> Abilities {
        Abilities {
            atomic_replace: self.posix_rename,
            chmod: true,
            links: true,
            set_modified: true,
            write_at: true,
            space: self.statvfs,
            copy: self.copy_data,
        }
    }

    /// Takes a share of the window.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        self.streams.fetch_add(1, Relaxed);
        Share(Arc::clone(self))
    }
}

impl Share {
    /// How many bytes may be under way for it now.
    pub(super) fn bytes(&self) -> usize {
        WINDOW.min(WINDOW_OF_ALL / self.0.streams.load(Relaxed).max(1))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Relaxed);
    }
}
