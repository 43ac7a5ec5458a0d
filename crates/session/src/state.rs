//! What the engine's task, the handle and the viewers share: one truth behind one lock that is never held across a wait.

use crate::{
    Settings, Tap,
    commands::Detector,
    lifecycle::{Happening, Life},
    lifetime::{self, Limit, Outlook},
    output::Backdrop,
    ring::Ring,
    session::Presence,
    typing::Typists,
    viewer::{Viewer, sane},
    withheld::Withheld,
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
use wire::terminal::{AttachmentId, EndReason, Ending, Notice, Person, PersonKind};

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    state: Mutex<State>,
    /// Locked before `state`, never after it.
    pub(crate) backdrop: Mutex<Backdrop>,
    detector: Mutex<Detector>,
    changed: watch::Sender<()>,
    presence: watch::Sender<Presence>,
    pub(crate) stop: Notify,
    /// Where its recording is made.
    pub(crate) tap: Option<Tap>,
}

pub(crate) struct State {
    pub(crate) life: Life,
    pub(crate) ending: Option<Ending>,
    pub(crate) ring: Ring,
    pub(crate) size: PtySize,
    /// The size that the shell had where the ring begins.
    pub(crate) first_size: PtySize,
    /// From which offset on the shell had which size.
    pub(crate) sizes: VecDeque<(u64, PtySize)>,
    pub(crate) viewers: Vec<Arc<Viewer>>,
    /// Where the recording stands, for viewers who are still to come.
    pub(crate) recording: Option<Notice>,
    /// How many have come so far.
    pub(crate) comings: u32,
    /// Changes with who is there and what they may do.
    pub(crate) people_version: u64,
    /// Whose size the session has: the one who typed last, or the first who may.
    leader: Option<AttachmentId>,
    /// Which clients were given or denied the right to type, so that a lost connection does not change that.
    pub(crate) grants: Vec<(u64, bool)>,
    /// By what nobody gets the right to type any more.
    pub(crate) withheld: Withheld,
    /// The size that the owner holds it to.
    pub(crate) fixed: Option<PtySize>,
    /// When the longest duration is over.
    pub(crate) expires: Option<Instant>,
    /// Of which limit the viewers were warned.
    warned: Option<Limit>,
    pub(crate) typists: Typists,
    pub(crate) last_seen: Instant,
    pub(crate) bytes_in: u64,
    /// How often a viewer lost its place.
    pub(crate) jumps: u64,
    /// Gone once the session is over, so that the shell can end.
    pub(crate) input: Option<mpsc::Sender<ShellInput>>,
}

impl Shared {
    pub(crate) fn new(input: mpsc::Sender<ShellInput>, size: PtySize, settings: Settings, tap: Option<Tap>) -> Self {
        let now = Instant::now();
        let life = Life::Starting.step(Happening::Started);
        let state = State {
            life,
            ending: None,
            ring: Ring::new(settings.ring_bytes),
            size,
            first_size: size,
            sizes: VecDeque::new(),
            viewers: Vec::new(),
            recording: None,
            comings: 0,
            people_version: 0,
            leader: None,
            grants: Vec::new(),
            withheld: Withheld::default(),
            fixed: None,
            expires: lifetime::expiry(&settings, now),
            warned: None,
            typists: Typists::default(),
            last_seen: now,
            bytes_in: 0,
            jumps: 0,
            input: Some(input),
        };
        Self {
            settings,
            state: Mutex::new(state),
            backdrop: Mutex::new(Backdrop::new(size)),
            detector: Mutex::new(Detector::new(size.cols)),
            changed: watch::Sender::new(()),
            presence: watch::Sender::new(life.into()),
            stop: Notify::new(),
            tap,
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
        let mut state = self.state();
        state.last_seen = Instant::now();
        self.reconsider(&mut state);
    }

    /// Puts off the end by the longest duration, as far as that is allowed. Whether it is.
    pub(crate) fn extend(&self) -> bool {
        let (mut state, now) = (self.state(), Instant::now());
        state.last_seen = now;
        let allowed = state.expires.is_none() || !self.settings.extend_by.is_zero();
        if allowed {
            state.expires = state.expires.map(|at| at.max(now + self.settings.extend_by));
        }
        self.reconsider(&mut state);
        allowed
    }

    /// Corrects a warning that has become untrue. Being seen brings no limit nearer, so that without one all is said.
    fn reconsider(&self, state: &mut State) {
        if state.warned.is_some() {
            self.warn(state);
        }
    }

    /// Warns every viewer of a limit that is near, or takes the warning back, unless they know. At the end itself there
    /// is nothing to warn of any more.
    fn warn(&self, state: &mut State) -> Outlook {
        let outlook = lifetime::outlook(&self.settings, state.expires, state.last_seen, Instant::now());
        let near = outlook.near;
        if outlook.over.is_none() && std::mem::replace(&mut state.warned, near) != near {
            for viewer in &state.viewers {
                viewer.notices.push(near.map_or(Notice::EndsLater {}, |limit| self.warning(&limit, viewer)));
            }
            self.wake();
        }
        outlook
    }

    fn warning(&self, limit: &Limit, viewer: &Viewer) -> Notice {
        let left = limit.at.saturating_duration_since(Instant::now());
        let policy = limit.reason == EndReason::Idle || !self.settings.extend_by.is_zero();
        let may_extend = policy && viewer.who.kind == PersonKind::Owner;
        Notice::EndsSoon { reason: limit.reason, seconds: left.as_millis().div_ceil(1000) as u64, may_extend }
    }

    /// A viewer has come.
    pub(crate) fn joins(&self, viewer: Arc<Viewer>) {
        let mut state = self.state();
        self.step(&mut state, Happening::Attached);
        state.last_seen = Instant::now();
        self.reconsider(&mut state);
        if let Some(limit) = state.warned {
            viewer.notices.push(self.warning(&limit, &viewer));
        }
        if let Some(recording) = &state.recording {
            viewer.notices.push(recording.clone());
        }
        let known = state.grants.iter().any(|(client, _)| *client == viewer.client);
        if !known && viewer.who.may_type && viewer.who.by.as_ref().is_some_and(|by| state.withheld.from(by)) {
            viewer.let_type(false);
        }
        // A page that comes back takes its own place, though its old socket may not be known to be dead yet.
        let led_before = state.leading().is_some_and(|leader| leader.client == viewer.client);
        if viewer.may_type() && (led_before || state.leading().is_none()) {
            state.leader = Some(viewer.id);
        }
        state.viewers.push(viewer);
        state.people_version += 1;
        drop(state);
        self.wake();
    }

    /// A viewer has gone.
    pub(crate) fn leaves(&self, viewer: &Arc<Viewer>) {
        let mut state = self.state();
        self.step(&mut state, Happening::Left);
        state.last_seen = Instant::now();
        state.viewers.retain(|other| !Arc::ptr_eq(other, viewer));
        state.people_version += 1;
        if state.leading().is_none() {
            state.leader = state.viewers.iter().find(|other| other.may_type()).map(|other| other.id);
        }
        drop(state);
        self.wake();
    }

    /// A viewer types: the session's size is its own from now on. Whether that is new.
    pub(crate) fn leads(&self, viewer: &Viewer) -> bool {
        let mut state = self.state();
        if state.leader == Some(viewer.id) {
            return false;
        }
        state.leader = Some(viewer.id);
        state.people_version += 1;
        true
    }

    /// Gives the shell the size that it ought to have. Waits while the shell takes no more.
    pub(crate) async fn fit(&self) {
        if self.state().misfit().is_none() {
            return;
        }
        let Some(input) = self.input() else { return };
        let Ok(place) = input.reserve().await else { return };
        if let Some(size) = self.take_misfit() {
            self.detector().resized(size.cols);
            place.send(ShellInput::Resize(size));
            self.wake();
        }
    }

    /// The same without waiting; a shell that takes nothing now is fitted when somebody types or resizes.
    pub(crate) fn try_fit(&self) {
        let Some(input) = self.input() else { return };
        let Ok(place) = input.try_reserve() else { return };
        if let Some(size) = self.take_misfit() {
            self.detector().resized(size.cols);
            place.send(ShellInput::Resize(size));
            self.wake();
        }
    }

    fn take_misfit(&self) -> Option<PtySize> {
        let mut state = self.state();
        state.misfit().filter(|size| state.resize(*size))
    }

    /// Holds the session to a size, or lets it follow the one who types.
    pub(crate) fn fix(&self, size: Option<PtySize>) {
        let mut state = self.state();
        state.fixed = size.map(sane);
        state.people_version += 1;
    }

    /// Tells every viewer something beside the output; where the recording stands, also those who are still to come.
    pub(crate) fn notify(&self, notice: &Notice) {
        let mut state = self.state();
        if matches!(notice, Notice::Recording { .. }) {
            state.recording = Some(notice.clone());
        }
        state.tell_all(notice);
        drop(state);
        self.wake();
    }

    /// Whether every viewer is about to lose its place in the output. Nobody looking is not lagging, nor is who hurries.
    pub(crate) fn all_lag(&self) -> bool {
        let state = self.state();
        let far = (self.settings.ring_bytes / 2) as u64;
        let lags =
            |viewer: &Arc<Viewer>| state.ring.end().saturating_sub(viewer.place()) > far && !viewer.hurry.is_on();
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
            state.warned = None;
        }
        self.wake();
        self.stop.notify_one();
    }

    /// How the limits stand now; the viewers are told what they have to know of that.
    pub(crate) fn time_passes(&self) -> Outlook {
        self.warn(&mut self.state())
    }

    /// The shell's way in, while there is one.
    pub(crate) fn input(&self) -> Option<mpsc::Sender<ShellInput>> {
        self.state().input.clone()
    }
}

impl State {
    fn tell_all(&self, notice: &Notice) {
        for viewer in &self.viewers {
            viewer.notices.push(notice.clone());
        }
    }

    pub(crate) fn leading(&self) -> Option<&Arc<Viewer>> {
        self.viewers.iter().find(|viewer| Some(viewer.id) == self.leader)
    }

    /// Everybody who is there, in the order of their coming.
    pub(crate) fn people(&self) -> Vec<Person> {
        self.viewers.iter().map(|viewer| viewer.person(self.leader)).collect()
    }
}
