//! Who is on a link: each channel has a place, by what it carries, from being asked for to its end.
//!
//! A host opens only so many channels on one connection, and says how many by refusing one more. Whoever shares a link out
//! reserves a place on it beforehand ([`Link::reserve`]), so that a crowd that comes at once is told apart before the
//! first of them has asked the host.

use super::link::{Connection, Link};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// What a channel carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelUse {
    /// A terminal.
    Shell,
    /// A command.
    Command,
    /// Files.
    Files,
}

/// So long a refusal is remembered; channels that were just closing may have been in the way.
const REMEMBERED: Duration = Duration::from_secs(60);

/// The places of one connection.
#[derive(Debug)]
pub(super) struct Places {
    taken: [AtomicUsize; 3],
    /// How many channels the host has opened.
    open: AtomicUsize,
    /// The most that it ever had open at once.
    most: AtomicUsize,
    /// How many channels this side closed first, or still may.
    left: AtomicUsize,
    /// When the host last refused one more.
    refused: Mutex<Option<Instant>>,
    /// When a place was last taken or given back, or the link was made.
    moved: Mutex<Instant>,
    freed: Arc<Notify>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Places {
    pub(super) fn new() -> Self {
        Self {
            taken: Default::default(),
            open: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
            refused: Mutex::new(None),
            moved: Mutex::new(Instant::now()),
            freed: Arc::default(),
        }
    }

    fn all(&self) -> usize {
        self.taken.iter().map(|taken| taken.load(Relaxed)).sum()
    }

    /// The host opened a channel.
    pub(super) fn opened(&self) {
        let open = self.open.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(open, Relaxed);
    }

    /// A channel ended. Of one that this side closed first the SSH library keeps a few kilobytes.
    pub(super) fn ended(&self, by_host: bool) {
        self.open.fetch_sub(1, Relaxed);
        if !by_host {
            self.left.fetch_add(1, Relaxed);
        }
    }

    /// The host opened no further channel.
    pub(super) fn refused(&self) {
        *held(&self.refused) = Some(Instant::now());
    }
}

/// One channel's place on its link.
pub(crate) struct Place {
    connection: Arc<Connection>,
    carries: ChannelUse,
}

impl Drop for Place {
    fn drop(&mut self) {
        let places = self.connection.places();
        places.taken[self.carries as usize].fetch_sub(1, Relaxed);
        *held(&places.moved) = Instant::now();
        places.freed.notify_waiters();
    }
}

/// A place that the next channel of its use takes.
pub(super) type Reserved = Arc<Mutex<Option<Place>>>;

impl Link {
    /// Takes a place for a channel: the reserved one, if there is one for this use. It is given back with the value.
    pub(crate) fn place(&self, carries: ChannelUse) -> Place {
        if let Some(reserved) = self.reserved() {
            let mut reserved = held(reserved);
            if reserved.as_ref().is_some_and(|place| place.carries == carries) {
                return reserved.take().unwrap_or_else(|| self.new_place(carries));
            }
        }
        self.new_place(carries)
    }

    fn new_place(&self, carries: ChannelUse) -> Place {
        let connection = Arc::clone(self.connection());
        connection.places().taken[carries as usize].fetch_add(1, Relaxed);
        *held(&connection.places().moved) = Instant::now();
        Place { connection, carries }
    }

    /// The same link with a place on it: the first channel of that use that is opened over the answer takes it. Without
    /// one, it is given back with the answer.
    #[must_use]
    pub fn reserve(&self, carries: ChannelUse) -> Self {
        let place = self.new_place(carries);
        self.with_reserved(Arc::new(Mutex::new(Some(place))))
    }

    /// The same link; the place that was reserved on it, if nobody took it yet, is given back.
    #[must_use]
    pub fn unreserved(self) -> Self {
        if let Some(reserved) = self.reserved() {
            drop(held(reserved).take());
        }
        self.without_reserved()
    }

    /// How many channels of that use are open on it, being opened, or reserved.
    pub fn channels(&self, carries: ChannelUse) -> usize {
        self.connection().places().taken[carries as usize].load(Relaxed)
    }

    /// How many shells are open on it, being opened, or reserved.
    pub fn shells(&self) -> usize {
        self.channels(ChannelUse::Shell)
    }

    /// How many channels it has in all, those that other links go through apart.
    pub fn all_channels(&self) -> usize {
        self.connection().places().all()
    }

    /// Whether the host refused a channel lately, and there are as many as it ever opened at once. What is open at the
    /// moment of the refusal would say too little: those that have just ended here may still count on the host.
    pub fn is_full(&self) -> bool {
        let places = self.connection().places();
        let refused = *held(&places.refused);
        let most = places.most.load(Relaxed).max(1);
        refused.is_some_and(|at| at.elapsed() < REMEMBERED) && self.all_channels() >= most
    }

    /// Whether the host ever opened a channel on it.
    pub fn has_opened(&self) -> bool {
        self.connection().places().most.load(Relaxed) > 0
    }

    /// How many channels this side closed before the host did. Of each, a few kilobytes stay until the link ends.
    pub fn left_behind(&self) -> usize {
        self.connection().places().left.load(Relaxed)
    }

    /// For how long no channel was opened or ended.
    pub fn unmoved(&self) -> Duration {
        held(&self.connection().places().moved).elapsed()
    }

    /// Told whenever a channel of the link ends.
    pub fn freed(&self) -> Arc<Notify> {
        Arc::clone(&self.connection().places().freed)
    }
}
