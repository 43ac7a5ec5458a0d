//! What the engine's task, the handle and the viewers share: one truth behind one lock that is never held across a wait.

use crate::{
    Settings,
    attachment::Viewer,
    commands::Detector,
    lifecycle::{Happening, Life},
    lifetime,
    output::Backdrop,
    ring::Ring,
    session::Presence,
    typing::Typists,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    sync::{Notify, mpsc, watch},
    time::Instant,
};
use transport::{PtySize, ShellInput};
use wire::terminal::{EndReason, Ending, Notice};

/// How many changes of size are remembered along the ring; more make the screen model's wrapping less exact, no more.
const SIZE_MARKS: usize = 256;

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    started: Instant,
    state: Mutex<State>,
    /// Locked before `state`, never after it.
    pub(crate) backdrop: Mutex<Backdrop>,
    detector: Mutex<Detector>,
    changed: watch::Sender<()>,
    presence: watch::Sender<Presence>,
    pub(crate) stop: Notify,
}

pub(crate) struct State {
    pub(crate) life: Life,
    pub(crate) ending: Option<Ending>,
    pub(crate) ring: Ring,
    pub(crate) size: PtySize,
    /// From which offset on the shell had which size.
    pub(crate) sizes: VecDeque<(u64, PtySize)>,
    pub(crate) viewers: Vec<Arc<Viewer>>,
    pub(crate) typists: Typists,
    pub(crate) last_seen: Instant,
    pub(crate) bytes_in: u64,
    /// How often a viewer lost its place.
    pub(crate) jumps: u64,
    /// Gone once the session is over, so that the shell can end.
    pub(crate) input: Option<mpsc::Sender<ShellInput>>,
}

impl Shared {
    pub(crate) fn new(input: mpsc::Sender<ShellInput>, size: PtySize, settings: Settings) -> Self {
        let now = Instant::now();
        let life = Life::Starting.step(Happening::Started);
        let state = State {
            life,
            ending: None,
            ring: Ring::new(settings.ring_bytes),
            size,
            sizes: VecDeque::new(),
            viewers: Vec::new(),
            typists: Typists::default(),
            last_seen: now,
            bytes_in: 0,
            jumps: 0,
            input: Some(input),
        };
        Self {
            settings,
            started: now,
            state: Mutex::new(state),
            backdrop: Mutex::new(Backdrop::new(size)),
            detector: Mutex::new(Detector::new(size.cols)),
            changed: watch::Sender::new(()),
            presence: watch::Sender::new(life.into()),
            stop: Notify::new(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one who looks for commands. Not to be locked while `state` is.
    pub(crate) fn detector(&self) -> MutexGuard<'_, Detector> {
        self.detector.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever waits for a change.
    pub(crate) fn wake(&self) {
        self.changed.send_replace(());
    }

    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Whether it runs and how many look at it.
    pub(crate) fn presence(&self) -> watch::Receiver<Presence> {
        self.presence.subscribe()
    }

    /// The life goes on. Told under the state's lock, so that the last one told is the last one that was.
    fn step(&self, state: &mut State, happening: Happening) {
        state.life = state.life.step(happening);
        let now = Presence::from(state.life);
        self.presence.send_if_modified(|told| std::mem::replace(told, now) != now);
    }

    /// Somebody is there.
    pub(crate) fn touch(&self) {
        self.state().last_seen = Instant::now();
    }

    /// A viewer has come.
    pub(crate) fn joins(&self, viewer: Arc<Viewer>) {
        let mut state = self.state();
        self.step(&mut state, Happening::Attached);
        state.last_seen = Instant::now();
        state.viewers.push(viewer);
    }

    /// A viewer has gone.
    pub(crate) fn leaves(&self, viewer: &Arc<Viewer>) {
        let mut state = self.state();
        self.step(&mut state, Happening::Left);
        state.last_seen = Instant::now();
        state.viewers.retain(|other| !Arc::ptr_eq(other, viewer));
    }

    /// Tells every viewer something beside the output.
    pub(crate) fn notify(&self, notice: &Notice) {
        for viewer in &self.state().viewers {
            viewer.notices.push(notice.clone());
        }
        self.wake();
    }

    /// Whether every viewer is about to lose its place in the output. Nobody looking is not lagging.
    pub(crate) fn all_lag(&self) -> bool {
        let state = self.state();
        let far = (self.settings.ring_bytes / 2) as u64;
        let lags = |viewer: &Arc<Viewer>| state.ring.end().saturating_sub(viewer.place()) > far;
        !state.life.is_over() && !state.viewers.is_empty() && state.viewers.iter().all(lags)
    }

    /// Ends the session, unless it has ended: the first one wins. `last_words` are shown before the end.
    pub(crate) fn finish(&self, ending: Ending, last_words: &[u8]) {
        {
            let mut state = self.state();
            if state.life.is_over() {
                return;
            }
            state.ring.push(last_words);
            let happening = Happening::Ended(ending.reason);
            state.ending = Some(ending);
            self.step(&mut state, happening);
            state.input = None;
        }
        self.wake();
        self.stop.notify_one();
    }

    /// The next moment at which a limit may be reached.
    pub(crate) fn next_end(&self) -> Option<(Instant, EndReason)> {
        let last_seen = self.state().last_seen;
        lifetime::next_end(&self.settings, self.started, last_seen)
    }

    /// The shell's way in, while there is one.
    pub(crate) fn input(&self) -> Option<mpsc::Sender<ShellInput>> {
        self.state().input.clone()
    }
}

impl State {
    /// Notes that the shell has another size from here on. Whether it really is another one.
    pub(crate) fn resize(&mut self, size: PtySize) -> bool {
        if self.size == size {
            return false;
        }
        self.size = size;
        let at = self.ring.end();
        if self.sizes.back().is_some_and(|(offset, _)| *offset == at) {
            self.sizes.pop_back();
        }
        if self.sizes.len() == SIZE_MARKS {
            self.sizes.pop_front();
        }
        self.sizes.push_back((at, size));
        true
    }
}
