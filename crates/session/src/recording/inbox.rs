//! What a tap has taken and the recorder has not written yet.

use super::pen::{Pen, Tools};
use bytes::Bytes;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use transport::PtySize;

/// So many bytes may wait for the disk.
const ROOM: usize = 4 * 1024 * 1024;

/// So many are worth waking the recorder early.
const MUCH: usize = 256 * 1024;

/// What an event that carries no bytes counts, so that there is no end of them either.
const EVENT: usize = 64;

/// Something that happened, and when.
pub(super) struct Item {
    pub(super) at: Duration,
    pub(super) what: What,
}

pub(super) enum What {
    Output(Bytes),
    Resize(PtySize),
    Marker(String),
    Typed(Bytes),
}

/// Between one tap and the recorder.
pub(super) struct Inbox {
    queue: Mutex<Queue>,
    /// Sent whenever there is room again or all is lost.
    moved: watch::Sender<()>,
    /// The recorder's own; gone when all is written, or lost. Locked before `queue`, never after it.
    pen: Mutex<Option<Pen>>,
}

#[derive(Default)]
struct Queue {
    items: Vec<Item>,
    bytes: usize,
    /// The recorder knows that something is here.
    announced: bool,
    /// Nothing more comes; this is when it ended.
    closed: Option<Duration>,
    failed: Option<String>,
}

/// Whether the recorder has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    Nothing,
    Soon,
    AtOnce,
}

/// All that waited.
struct Taken {
    items: Vec<Item>,
    closed: Option<Duration>,
}

impl Inbox {
    pub(super) fn new(pen: Pen) -> Self {
        Self { queue: Mutex::default(), moved: watch::Sender::new(()), pen: Mutex::new(Some(pen)) }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes things in, in order. After a failure or the end they are dropped.
    pub(super) fn push(&self, items: impl Iterator<Item = Item>) -> Tell {
        let mut queue = self.queue();
        if queue.failed.is_some() || queue.closed.is_some() {
            return Tell::Nothing;
        }
        let before = queue.bytes;
        for item in items {
            queue.bytes += EVENT + item.what.len();
            queue.items.push(item);
        }
        let much = before < MUCH && queue.bytes >= MUCH;
        match (std::mem::replace(&mut queue.announced, true), much) {
            (_, true) => Tell::AtOnce,
            (false, false) => Tell::Soon,
            (true, false) => Tell::Nothing,
        }
    }

    /// Nothing more comes. False when that was known.
    pub(super) fn close(&self, at: Duration) -> bool {
        let mut queue = self.queue();
        let first = queue.closed.is_none();
        queue.closed.get_or_insert(at);
        queue.announced = true;
        first
    }

    /// Writes all that waits; the recorder's part.
    pub(super) fn serve(&self, tools: &mut Option<Tools>) {
        let mut slot = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(pen) = slot.as_mut() else { return };
        let Taken { items, closed } = self.take();
        let written = match self.failure() {
            Some(why) => Err(why),
            None => pen.write(items, closed, tools).map_err(|why| why.to_string()),
        };
        match written {
            Ok(()) if closed.is_none() => {}
            Ok(()) => slot.take().into_iter().for_each(|pen| pen.put_down(None)),
            Err(why) => {
                self.fail(why.clone());
                slot.take().into_iter().for_each(|pen| pen.put_down(Some(why.clone())));
            }
        }
        self.moved.send_replace(());
    }

    fn take(&self) -> Taken {
        let taken = {
            let mut queue = self.queue();
            queue.announced = false;
            queue.bytes = 0;
            Taken { items: std::mem::take(&mut queue.items), closed: queue.closed }
        };
        self.moved.send_replace(());
        taken
    }

    /// Nothing can be written any more. The first reason counts.
    pub(super) fn fail(&self, why: String) {
        {
            let mut queue = self.queue();
            queue.failed.get_or_insert(why);
            queue.items = Vec::new();
        }
        self.moved.send_replace(());
    }

    pub(super) fn failure(&self) -> Option<String> {
        self.queue().failed.clone()
    }

    pub(super) fn is_full(&self) -> bool {
        self.queue().bytes > ROOM
    }

    pub(super) fn watch(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }
}

impl What {
    fn len(&self) -> usize {
        match self {
            Self::Output(bytes) | Self::Typed(bytes) => bytes.len(),
            Self::Marker(label) => label.len(),
            Self::Resize(_) => 0,
        }
    }
}
