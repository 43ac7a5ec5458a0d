//! One viewer of a session. It pulls: what it is sent next depends only on its own place in the output.

use crate::{
    output::Picture,
    session::{Ended, typed},
    state::Shared,
    viewer::{Dismissal, Viewer, Who, fixed_size, is_answer},
};
use bytes::Bytes;
use std::{
    sync::{
        Arc,
        atomic::Ordering::{AcqRel, Acquire, Release},
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
    terminal::{AttachmentId, Ending, Notice},
};

/// The largest piece of output that is handed out at once, in bytes.
const PIECE: usize = 64 * 1024;

/// An acknowledgement of input waits so long, or for so many bytes: sent at once, it would stand in the echo's way.
const ACK_DELAY: Duration = Duration::from_millis(50);
const ACK_BYTES: u64 = 16 * 1024;

/// Under flood, pieces smaller than this wait a moment for more.
const SMALL: u64 = 16 * 1024;
const MOMENT: Duration = Duration::from_millis(1);

/// Who is there is told at most so often.
const PEOPLE_EVERY: Duration = Duration::from_millis(250);

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
    /// The size is another one from here on: another viewer changed it, or what is shown again was shown at that size.
    Resized(PtySize),
    /// Something to know beside the output.
    Notice(Notice),
    /// The viewer is sent away, while the session goes on. Nothing comes after it.
    Dismissed(Dismissal),
    /// The session is over.
    Ended(Ending),
}

/// One viewer. Dropping it detaches.
pub struct Attachment {
    pub(crate) shared: Arc<Shared>,
    pub(crate) viewer: Arc<Viewer>,
    changed: watch::Receiver<()>,
    /// Up to where output was handed out; `None` when the viewer needs a picture first.
    place: Option<u64>,
    greeted: bool,
    /// Where the output ended when the viewer came.
    present: u64,
    /// Up to where output is shown again, each piece at the size that it had then.
    replay_to: u64,
    /// Which state of who is there was told last, and when.
    people: u64,
    people_at: Instant,
    acked_input: u64,
    /// When taken input must be acknowledged at the latest.
    ack_at: Option<Instant>,
    /// When the last large piece was handed out.
    flooded: Option<Instant>,
    /// Where it skipped to last, and when.
    pub(crate) skipped: Option<(u64, Instant)>,
}

/// What one viewer may do. Cheap to clone; for the half of a socket that listens.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
    viewer: Arc<Viewer>,
}

impl Attachment {
    pub(crate) async fn join(shared: Arc<Shared>, attach: Attach, who: Who) -> Result<Self, Ended> {
        let attachment = Self::register(shared, attach, who)?;
        attachment.shared.fit().await;
        Ok(attachment)
    }

    fn register(shared: Arc<Shared>, attach: Attach, mut who: Who) -> Result<Self, Ended> {
        let (id, place, taken, present) = {
            let mut state = shared.state();
            if let Some(ending) = state.ending.clone() {
                return Err(Ended(ending));
            }
            if let Some((_, granted)) = state.grants.iter().find(|(client, _)| *client == attach.client) {
                who.may_type = *granted;
            }
            state.comings += 1;
            let there = |from: &u64| (state.ring.start()..=state.ring.end()).contains(from);
            let place = attach.from.filter(there);
            (AttachmentId(state.comings), place, state.typists.taken(attach.client), state.ring.end())
        };
        let viewer = Viewer::new(id, who, &attach, place.unwrap_or(present), place.unwrap_or(0), taken);
        let viewer = Arc::new(viewer);
        shared.joins(viewer.clone());
        Ok(Self {
            changed: shared.watch(),
            shared,
            viewer,
            place,
            greeted: false,
            present,
            replay_to: present,
            people: 0,
            people_at: Instant::now(),
            acked_input: taken,
            ack_at: None,
            flooded: None,
            skipped: None,
        })
    }

    /// The next thing to tell the viewer. May be dropped and called again without loss.
    pub async fn next(&mut self) -> Event {
        loop {
            self.changed.borrow_and_update();
            if self.should_gather() {
                sleep(MOMENT).await;
            }
            if self.is_in_the_present() && self.should_skip() {
                return self.skip().await;
            }
            if let Some(event) = self.due() {
                return event;
            }
            // The sender lives as long as `shared`, so that this only ever waits for a change.
            let changed = self.changed.changed();
            let people_at = (self.people != self.shared.state().people_version).then(|| self.people_at + PEOPLE_EVERY);
            match [self.ack_at, people_at].into_iter().flatten().min() {
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

    /// Whether it was sent all that had been shown before it came.
    fn is_in_the_present(&self) -> bool {
        self.greeted && self.viewer.dismissed().is_none() && self.place.is_some_and(|place| place >= self.present)
    }

    /// What this viewer may do.
    pub fn control(&self) -> Control {
        Control { shared: self.shared.clone(), viewer: self.viewer.clone() }
    }

    /// Which one of the session's attachments this is.
    pub fn id(&self) -> AttachmentId {
        self.viewer.id
    }

    /// Whether it may type, as far as is decided now.
    pub fn may_type(&self) -> bool {
        self.viewer.may_type()
    }

    fn due(&mut self) -> Option<Event> {
        if let Some(why) = self.viewer.dismissed() {
            return Some(Event::Dismissed(why));
        }
        if !self.greeted {
            self.greeted = true;
            return Some(Event::Welcome { input_offset: self.acked_input, end: self.present });
        }
        if self.ack_is_due() {
            self.ack_at = None;
            self.acked_input = self.viewer.taken.load(Acquire);
            return Some(Event::InputAck { offset: self.acked_input });
        }
        let notice = || self.viewer.notices.next().map(Event::Notice);
        self.resized().or_else(notice).or_else(|| self.output()).or_else(|| self.people())
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
        // Without a place, a picture comes first, and its size with it.
        let place = self.place?;
        let state = self.shared.state();
        let size = if place < self.replay_to { state.size_at(place) } else { state.size };
        self.viewer.learns(size).then_some(Event::Resized(size))
    }

    fn people(&mut self) -> Option<Event> {
        let (state, now) = (self.shared.state(), Instant::now());
        if self.people == state.people_version || now < self.people_at + PEOPLE_EVERY {
            return None;
        }
        (self.people, self.people_at) = (state.people_version, now);
        Some(Event::Notice(Notice::People {
            people: state.people(),
            you: self.viewer.id,
            fixed: state.fixed.map(fixed_size),
        }))
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
        // And where the size was changed, so that what wraps does so where it did.
        let turn = state.next_size_after(place).filter(|_| place < self.replay_to);
        let ends = [Some(self.present), turn].into_iter().flatten().filter(|end| *end > place);
        let room = ends.filter_map(|end| usize::try_from(end - place).ok()).fold(room, usize::min);
        let data = state.ring.read(place, room);
        drop(state);
        match data {
            Some(data) => {
                let end = place + data.len() as u64;
                self.stand(end);
                self.viewer.pace.sent(end, end.saturating_sub(self.viewer.drawn.load(Acquire)));
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
        let window = self.viewer.pace.window(self.shared.settings.viewer_window);
        self.viewer.hurry.window(window).saturating_sub(usize::try_from(in_flight).unwrap_or(usize::MAX))
    }

    fn jump(&mut self) -> Event {
        self.jump_to(self.shared.picture())
    }

    pub(crate) fn jump_to(&mut self, picture: Picture) -> Event {
        let Picture { offset, size, dump } = picture;
        self.stand(offset);
        self.replay_to = self.shared.state().ring.end();
        // The picture of nothing may be left out, and then its size is still to be told.
        if offset > 0 || !dump.is_empty() {
            self.viewer.learns(size);
        }
        self.viewer.drawn.store(offset, Release);
        Event::Snapshot { offset, size, dump }
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.shared.leaves(&self.viewer);
        self.shared.try_fit();
    }
}

impl Control {
    /// Types numbered bytes; what was taken before is dropped, and what leaves a gap is refused by acknowledging how far
    /// the input came. A viewer without the right to type is told so, and nothing is taken. Waits while the shell takes
    /// no more; dropped meanwhile, nothing was taken.
    pub async fn input(&self, offset: u64, data: Bytes) {
        self.shared.touch();
        if !self.viewer.may_type() {
            self.viewer.refuse(offset.saturating_add(data.len() as u64));
            return self.shared.wake();
        }
        if !is_answer(&data) {
            self.shared.hurries(&self.viewer);
            if self.shared.leads(&self.viewer) {
                self.shared.fit().await;
            }
        }
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

    /// The viewer's terminal has another size. The session takes it when it follows this viewer; else the viewer is told
    /// which size the session has.
    pub async fn resize(&self, size: PtySize) {
        self.viewer.wishes(size);
        self.shared.fit().await;
        self.shared.wake();
    }

    /// The viewer has drawn everything before this output offset.
    pub fn ack(&self, offset: u64) {
        self.shared.touch();
        self.viewer.drawn.fetch_max(offset, AcqRel);
        self.viewer.pace.drawn(offset, self.shared.settings.viewer_window);
        self.shared.wake();
    }

    /// The viewer's socket answered.
    pub fn touch(&self) {
        self.shared.touch();
    }
}
