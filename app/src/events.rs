//! What changes elsewhere: one WebSocket of the page says which lists are old, and those that are shown read anew.
//!
//! A list takes a [`Refresh`] and names its topics; it reads at once, when it is asked to, when a topic has moved, and
//! whenever the line comes back, for what happened meanwhile was not heard. While there is no line it reads every half
//! minute. A page that nobody sees reads nothing; it catches up when it is shown.

mod kept;
mod line;
mod socket;

pub(crate) use kept::KeptSocket;
pub(crate) use line::Listen;
pub(crate) use socket::Heard;

use leptos::{ev, prelude::*, task::spawn_local};
use wire::events::Topic;

/// Where the line to the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nobody listens, as before the sign-in.
    Idle,
    /// Changes are heard.
    Up,
    /// It is being opened, or tried again.
    Down,
    /// It could not be had for a while: what is shown may be old.
    Lost,
}

/// What the page hears; one for the whole page, in its context.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    moved: [RwSignal<u32>; Topic::ALL.len()],
    line: RwSignal<Line>,
    /// What the browser says of its network.
    offline: RwSignal<bool>,
}

impl Live {
    /// Nothing heard yet; made once, by the app.
    pub(crate) fn new() -> Self {
        let offline = RwSignal::new(!window().navigator().on_line());
        let went = window_event_listener(ev::offline, move |_| offline.set(true));
        let came = window_event_listener(ev::online, move |_| offline.set(false));
        on_cleanup(move || {
            went.remove();
            came.remove();
        });
        Self { moved: std::array::from_fn(|_| RwSignal::new(0)), line: RwSignal::new(Line::Idle), offline }
    }

    /// Whether the browser has no network.
    pub(crate) fn is_offline(self) -> bool {
        self.offline.get()
    }

    /// Where the line stands.
    pub(crate) fn line(self) -> Line {
        self.line.get()
    }

    /// Whether a failed read is news: without a line, the bar at the edge of the page says it all.
    pub(crate) fn is_up(self) -> bool {
        !self.is_offline() && matches!(self.line(), Line::Up | Line::Idle)
    }

    fn signal(self, topic: Topic) -> Option<RwSignal<u32>> {
        self.moved.get(topic as usize).copied()
    }

    fn track(self, topic: Topic) {
        if let Some(moved) = self.signal(topic) {
            moved.track();
        }
    }

    fn moves(self, topic: Topic) {
        if let Some(moved) = self.signal(topic) {
            moved.update(|count| *count = count.wrapping_add(1));
        }
    }
}

/// Makes a list read anew.
#[derive(Clone, Copy)]
pub(crate) struct Refresh {
    asked: RwSignal<u32>,
    waits: RwSignal<bool>,
}

/// What a reader does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Rests,
    Reads,
    /// Reads, and something has moved since.
    ReadsOnceMore,
}

impl Refresh {
    /// Nothing reads yet.
    pub(crate) fn new() -> Self {
        Self { asked: RwSignal::new(0), waits: RwSignal::new(false) }
    }

    /// Reads now and whenever there is a reason to, for as long as the component lives. There is one read at a time, so
    /// that an old answer never replaces a newer one.
    pub(crate) fn keep<F>(self, topics: &'static [Topic], read: impl Fn() -> F + Copy + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        let (live, turn) = (use_context::<Live>(), StoredValue::new(Turn::Rests));
        Effect::new(move |_| {
            self.asked.track();
            for topic in topics {
                if let Some(live) = live {
                    live.track(*topic);
                }
            }
            if self.waits.get() {
                return;
            }
            if turn.get_value() != Turn::Rests {
                return turn.set_value(Turn::ReadsOnceMore);
            }
            turn.set_value(Turn::Reads);
            spawn_local(async move {
                loop {
                    read().await;
                    // The component may be gone by now.
                    match turn.try_get_value() {
                        Some(Turn::ReadsOnceMore) => turn.set_value(Turn::Reads),
                        Some(_) => return turn.set_value(Turn::Rests),
                        None => return,
                    }
                }
            });
        });
    }

    /// Reads anew.
    pub(crate) fn now(self) {
        let _ = self.waits.try_set(false);
        let _ = self.asked.try_update(|count| *count = count.wrapping_add(1));
    }

    /// Leaves all that moves from here on to the next [`Refresh::now`]: who changes much is told what came of it before
    /// the list is drawn anew.
    pub(crate) fn wait(self) {
        self.waits.set(true);
    }
}
