//! One viewer of a session. It pulls: what it is sent next depends only on its own place in the output.

use crate::{
    notices::Notices,
    output::Picture,
    session::{Ended, typed},
    state::Shared,
};
use bytes::Bytes;
use std::{
    sync::{
        Arc,
        atomic::{
            AtomicU32, AtomicU64,
            Ordering::{AcqRel, Acquire, Release},
        },
    },
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout_at},
};
use transport::{PtySize, ShellInput};
use wire::{
    frames::Attach,
    terminal::{Ending, Notice},
};

/// The largest piece of output that is handed out at once, in bytes.
const PIECE: usize = 64 * 1024;

/// An acknowledgement of input waits so long, or for so many bytes: sent at once, it would stand in the echo's way.
const ACK_DELAY: Duration = Duration::from_millis(50);
const ACK_BYTES: u64 = 16 * 1024;

/// Under flood, pieces smaller than this wait a moment for more.
const SMALL: u64 = 16 * 1024;
const MOMENT: Duration = Duration::from_millis(1);

/// A piece this large means flood, an echo is smaller.
const FLOOD: usize = 2 * 1024;

/// What a viewer is told, in order. [`Event::Ended`] is the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The first: how much of this client's input the session has.
    Welcome {
        /// An input offset.
        input_offset: u64,
        /// Where the output ended when the viewer came: what lies before it is the past.
        end: u64,
    },
    /// Clear, take this size, paint this; output goes on at `offset`.
    Snapshot {
        /// Where output goes on.
        offset: u64,
        /// The size that the picture has.
        size: PtySize,
        /// Escape sequences; not counted as output.
        dump: Bytes,
    },
    /// Output.
    Output {
        /// The offset of its first byte.
        offset: u64,
        /// The bytes.
        data: Bytes,
    },
    /// This much of the client's input was taken.
    InputAck {
        /// An input offset.
        offset: u64,
    },
    /// Another viewer changed the size.
    Resized(PtySize),
    /// Something to know beside the output.
    Notice(Notice),
    /// The session is over.
    Ended(Ending),
}

/// One viewer. Dropping it detaches.
pub struct Attachment {
    shared: Arc<Shared>,
    viewer: Arc<Viewer>,
    changed: watch::Receiver<()>,
    /// Up to where output was handed out; `None` when the viewer needs a picture first.
    place: Option<u64>,
    greeted: bool,
    /// Where the output ended when the viewer came.
    present: u64,
    acked_input: u64,
    /// When taken input must be acknowledged at the latest.
    ack_at: Option<Instant>,
    /// When the last large piece was handed out.
    flooded: Option<Instant>,
}

/// What one viewer may do. Cheap to clone; for the half of a socket that listens.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
    viewer: Arc<Viewer>,
}

/// What a viewer's two halves and the engine know of it.
pub(crate) struct Viewer {
    client: u64,
    /// Up to where output was handed out.
    place: AtomicU64,
    /// Up to where it has drawn.
    drawn: AtomicU64,
    /// How much of its input was taken.
    taken: AtomicU64,
    /// The size that it knows of.
    size: AtomicU32,
    pub(crate) notices: Notices,
}

impl Viewer {
    /// Up to where output was handed out.
    pub(crate) fn place(&self) -> u64 {
        self.place.load(Acquire)
    }
}

fn packed(size: PtySize) -> u32 {
    u32::from(size.cols) << 16 | u32::from(size.rows)
}

impl Attachment {
    pub(crate) async fn join(shared: Arc<Shared>, attach: Attach) -> Result<Self, Ended> {
        let size = PtySize { cols: attach.cols, rows: attach.rows };
        let attachment = Self::register(shared, attach, size)?;
        attachment.control().resize(size).await;
        Ok(attachment)
    }

    fn register(shared: Arc<Shared>, attach: Attach, size: PtySize) -> Result<Self, Ended> {
        let (place, taken, present) = {
            let mut state = shared.state();
            if let Some(ending) = state.ending.clone() {
                return Err(Ended(ending));
            }
            let there = |from: &u64| (state.ring.start()..=state.ring.end()).contains(from);
            (attach.from.filter(there), state.typists.taken(attach.client), state.ring.end())
        };
        let start = place.unwrap_or(present);
        let viewer = Arc::new(Viewer {
            client: attach.client,
            place: AtomicU64::new(start),
            drawn: AtomicU64::new(place.unwrap_or(0)),
            taken: AtomicU64::new(taken),
            size: AtomicU32::new(packed(size)),
            notices: Notices::default(),
        });
        shared.joins(viewer.clone());
        let changed = shared.watch();
        Ok(Self {
            shared,
            viewer,
            changed,
            place,
            greeted: false,
            present,
            acked_input: taken,
            ack_at: None,
            flooded: None,
        })
    }

    /// The next thing to tell the viewer. May be dropped and called again without loss.
    pub async fn next(&mut self) -> Event {
        loop {
            self.changed.borrow_and_update();
            if self.should_gather() {
                sleep(MOMENT).await;
            }
            if let Some(event) = self.due() {
                return event;
            }
            // The sender lives as long as `shared`, so that this only ever waits for a change.
            let changed = self.changed.changed();
            match self.ack_at {
                Some(at) => drop(timeout_at(at, changed).await),
                None => drop(changed.await),
            }
        }
    }

    /// Whether output comes in floods, and little of it lies ready: few large pieces cost less than many small ones.
    fn should_gather(&mut self) -> bool {
        let recently = self.flooded.take_if(|at| at.elapsed() < MOMENT).is_some();
        let state = self.shared.state();
        let ready = state.ring.end().saturating_sub(self.viewer.place());
        recently && ready < SMALL && !state.life.is_over()
    }

    /// What this viewer may do.
    pub fn control(&self) -> Control {
        Control { shared: self.shared.clone(), viewer: self.viewer.clone() }
    }

    fn due(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            return Some(Event::Welcome { input_offset: self.acked_input, end: self.present });
        }
        if self.ack_is_due() {
            self.ack_at = None;
            self.acked_input = self.viewer.taken.load(Acquire);
            return Some(Event::InputAck { offset: self.acked_input });
        }
        self.resized().or_else(|| self.viewer.notices.next().map(Event::Notice)).or_else(|| self.output())
    }

    fn ack_is_due(&mut self) -> bool {
        let waiting = self.viewer.taken.load(Acquire).saturating_sub(self.acked_input);
        if waiting == 0 {
            return false;
        }
        let now = Instant::now();
        waiting >= ACK_BYTES || *self.ack_at.get_or_insert(now + ACK_DELAY) <= now
    }

    fn resized(&self) -> Option<Event> {
        let size = self.shared.state().size;
        (self.viewer.size.swap(packed(size), AcqRel) != packed(size)).then_some(Event::Resized(size))
    }

    fn output(&mut self) -> Option<Event> {
        let Some(place) = self.place else { return Some(self.jump()) };
        let state = self.shared.state();
        let room = match &state.ending {
            // The rest is bounded by the ring, and a viewer that draws no more would else never hear of the end.
            Some(_) => PIECE,
            None => self.window(place).min(PIECE),
        };
        if place == state.ring.end() {
            return state.ending.clone().map(Event::Ended);
        }
        if room == 0 {
            return None;
        }
        // A piece ends where the past does, so that a terminal knows exactly which bytes it must not answer.
        let past = self.present.checked_sub(place).filter(|past| *past > 0);
        let room = past.and_then(|past| usize::try_from(past).ok()).map_or(room, |past| past.min(room));
        let data = state.ring.read(place, room);
        drop(state);
        match data {
            Some(data) => {
                self.stand(place + data.len() as u64);
                self.flooded = (data.len() >= FLOOD).then(Instant::now);
                Some(Event::Output { offset: place, data: data.into() })
            }
            None => {
                self.shared.state().jumps += 1;
                Some(self.jump())
            }
        }
    }

    fn stand(&mut self, place: u64) {
        self.place = Some(place);
        self.viewer.place.store(place, Release);
    }

    /// How many more bytes the viewer may be sent.
    fn window(&self, place: u64) -> usize {
        let in_flight = place.saturating_sub(self.viewer.drawn.load(Acquire));
        self.shared.settings.viewer_window.saturating_sub(usize::try_from(in_flight).unwrap_or(usize::MAX))
    }

    fn jump(&mut self) -> Event {
        let Picture { offset, size, dump } = self.shared.picture();
        self.stand(offset);
        self.viewer.drawn.store(offset, Release);
        Event::Snapshot { offset, size, dump }
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.shared.leaves(&self.viewer);
    }
}

impl Control {
    /// Types numbered bytes; what was taken before is dropped, and what leaves a gap is refused by acknowledging how far
    /// the input came. Waits while the shell takes no more; dropped meanwhile, nothing was taken.
    pub async fn input(&self, offset: u64, data: Bytes) {
        self.shared.touch();
        let Some(input) = self.shared.input() else { return };
        let Ok(place) = input.reserve().await else { return };
        let (known, taken) = {
            let mut state = self.shared.state();
            let known = state.typists.take(self.viewer.client, offset, &data);
            (known, state.typists.taken(self.viewer.client))
        };
        if let Some(known) = known.filter(|known| *known < data.len()) {
            let new = data.slice(known..);
            typed(&self.shared, &new);
            place.send(ShellInput::Data(new));
        }
        self.viewer.taken.store(taken, Release);
        self.shared.wake();
    }

    /// Sets the session's size.
    pub async fn resize(&self, size: PtySize) {
        self.viewer.size.store(packed(size), Release);
        let Some(input) = self.shared.input() else { return };
        let Ok(place) = input.reserve().await else { return };
        if self.shared.state().resize(size) {
            self.shared.detector().resized(size.cols);
            place.send(ShellInput::Resize(size));
            self.shared.wake();
        }
    }

    /// The viewer has drawn everything before this output offset.
    pub fn ack(&self, offset: u64) {
        self.shared.touch();
        self.viewer.drawn.fetch_max(offset, AcqRel);
        self.shared.wake();
    }

    /// The viewer's socket answered.
    pub fn touch(&self) {
        self.shared.touch();
    }
}
