//! Keeps the line: notices when it is dead, says how it stands, and reads everything anew where nothing was heard.

use super::{KeptSocket, Line, Live, socket::Heard};
use crate::ui::now_millis;
use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::{Rc, Weak},
};
use wire::events::{Told, Topic};

/// How often is looked whether the line lives, in milliseconds.
const TICK: u32 = 5_000;
/// After so long a silence a page that comes back to life does not wait for more.
const DOUBT: i64 = 20_000;
/// After so many milliseconds without a line it is said that what is shown may be old.
const LOST_AFTER: i64 = 4_000;
/// How often everything is read anew without a line, in milliseconds.
const FALLBACK: i64 = 30_000;

/// Listens for as long as it is part of the page.
#[component]
pub(crate) fn Listen() -> impl IntoView {
    let live = expect_context::<Live>();
    let keeper = Rc::new_cyclic(|keeper: &Weak<Keeper>| Keeper {
        live,
        socket: KeptSocket::new("/ws/events".to_owned(), {
            let keeper = keeper.clone();
            move |heard| {
                if let Some(keeper) = keeper.upgrade() {
                    keeper.hear(heard);
                }
            }
        }),
        down_since: Cell::new(now_millis()),
        read_at: Cell::new(now_millis()),
        unseen: RefCell::new(BTreeSet::new()),
    });
    live.line.set(Line::Down);
    keeper.socket.afresh();
    let on = |act: fn(&Keeper)| {
        let keeper = Rc::downgrade(&keeper);
        move || {
            if let Some(keeper) = keeper.upgrade() {
                act(&keeper);
            }
        }
    };
    let tick = Interval::new(TICK, on(Keeper::tick));
    let (online, shown) = (on(Keeper::doubt), on(Keeper::shown));
    let online = window_event_listener(ev::online, move |_| online());
    let shown = window_event_listener_untyped("visibilitychange", move |_| shown());
    let alive = StoredValue::new_local(Some((keeper, tick)));
    on_cleanup(move || {
        online.remove();
        shown.remove();
        drop(alive.try_update_value(Option::take));
        live.line.set(Line::Idle);
    });
}

struct Keeper {
    live: Live,
    socket: Rc<KeptSocket<Told>>,
    down_since: Cell<i64>,
    read_at: Cell<i64>,
    /// What moved while nobody saw the page.
    unseen: RefCell<BTreeSet<Topic>>,
}

impl Keeper {
    fn hear(&self, heard: Heard<Told>) {
        match heard {
            Heard::Told(Some(Told::Hello)) => {
                self.live.line.set(Line::Up);
                self.everything_moves();
            }
            Heard::Told(Some(Told::Changed { topic, .. })) => self.moves(topic),
            Heard::Told(Some(Told::Alive) | None) => {}
            Heard::Closed(_) => self.goes_down(),
        }
    }

    fn goes_down(&self) {
        if self.live.line.get_untracked() == Line::Up {
            self.live.line.set(Line::Down);
            self.down_since.set(now_millis());
        }
    }

    fn tick(&self) {
        let now = now_millis();
        if self.socket.is_dead() {
            self.goes_down();
            self.socket.afresh();
        }
        if self.live.line.get_untracked() == Line::Down && now - self.down_since.get() >= LOST_AFTER {
            self.live.line.set(Line::Lost);
        }
        if self.live.line.get_untracked() == Line::Lost && now - self.read_at.get() >= FALLBACK {
            self.everything_moves();
        }
    }

    /// The network is back, or the page was asleep: a line that has been silent is not waited for.
    fn doubt(&self) {
        if self.live.line.get_untracked() != Line::Up || self.socket.silence() > DOUBT {
            self.goes_down();
            self.socket.afresh();
        }
    }

    fn shown(&self) {
        if document().hidden() {
            return;
        }
        self.doubt();
        for topic in self.unseen.take() {
            self.live.moves(topic);
        }
    }

    fn everything_moves(&self) {
        self.read_at.set(now_millis());
        for topic in Topic::ALL {
            self.moves(topic);
        }
    }

    fn moves(&self, topic: Topic) {
        if document().hidden() {
            self.unseen.borrow_mut().insert(topic);
        } else {
            self.live.moves(topic);
        }
    }
}
