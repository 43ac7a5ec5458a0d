//! Keeps the line: opens the socket, notices when it is dead, tries again with growing pauses.

use super::{
    Line, Live,
    socket::{Heard, Socket},
};
use crate::{accounts::SignIn, terminal::wait_before, ui::now_millis};
use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
};
use wire::events::{Told, Topic};

/// How often is looked whether the line lives, in milliseconds.
const TICK: u32 = 5_000;
/// The server says something every 15 seconds: after so many milliseconds of silence the line is dead.
const SILENCE: i64 = 40_000;
/// After so long a silence a page that comes back to life does not wait for more.
const DOUBT: i64 = 20_000;
/// After so many milliseconds without a line it is said that what is shown may be old.
const LOST_AFTER: i64 = 4_000;
/// How often everything is read anew without a line, in milliseconds.
const FALLBACK: i64 = 30_000;
/// The server closes with it when the sign-in has ended.
const SIGNED_OUT: u16 = 4401;

/// Listens for as long as it is part of the page.
#[component]
pub(crate) fn Listen() -> impl IntoView {
    let (live, sign_in) = (expect_context::<Live>(), expect_context::<SignIn>());
    let keeper = Rc::new(Keeper {
        live,
        sign_in,
        socket: RefCell::new(None),
        retry: RefCell::new(None),
        attempt: Cell::new(0),
        heard: Cell::new(now_millis()),
        down_since: Cell::new(now_millis()),
        read_at: Cell::new(now_millis()),
        unseen: RefCell::new(BTreeSet::new()),
    });
    keeper.open();
    let on = |act: fn(&Rc<Keeper>)| {
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
    sign_in: SignIn,
    socket: RefCell<Option<Socket>>,
    retry: RefCell<Option<Timeout>>,
    attempt: Cell<u32>,
    heard: Cell<i64>,
    down_since: Cell<i64>,
    read_at: Cell<i64>,
    /// What moved while nobody saw the page.
    unseen: RefCell<BTreeSet<Topic>>,
}

impl Keeper {
    fn open(self: &Rc<Self>) {
        self.retry.take();
        if self.live.line.get_untracked() != Line::Lost {
            self.live.line.set(Line::Down);
        }
        self.heard.set(now_millis());
        let keeper = Rc::downgrade(self);
        let socket = Socket::open("/ws/events", move |heard| {
            if let Some(keeper) = keeper.upgrade() {
                keeper.hear(heard);
            }
        });
        let opened = socket.is_some();
        self.socket.replace(socket);
        if !opened {
            self.try_later();
        }
    }

    fn hear(self: &Rc<Self>, heard: Heard<Told>) {
        self.heard.set(now_millis());
        match heard {
            Heard::Told(Some(Told::Hello)) => {
                self.attempt.set(0);
                self.live.line.set(Line::Up);
                self.everything_moves();
            }
            Heard::Told(Some(Told::Changed { topic, .. })) => self.moves(topic),
            Heard::Told(Some(Told::Alive) | None) => {}
            Heard::Closed(code) => {
                if code == SIGNED_OUT {
                    self.sign_in.refresh();
                }
                self.goes_down();
                self.try_later();
            }
        }
    }

    fn goes_down(&self) {
        self.socket.take();
        if self.live.line.get_untracked() == Line::Up {
            self.live.line.set(Line::Down);
            self.down_since.set(now_millis());
        }
    }

    fn try_later(self: &Rc<Self>) {
        let attempt = self.attempt.replace(self.attempt.get().saturating_add(1));
        let keeper = Rc::downgrade(self);
        let wait = wait_before(attempt, js_sys::Math::random());
        let timer = Timeout::new(wait as u32, move || {
            if let Some(keeper) = keeper.upgrade() {
                keeper.open();
            }
        });
        self.retry.replace(Some(timer));
    }

    fn tick(self: &Rc<Self>) {
        let now = now_millis();
        if self.socket.borrow().is_some() && now - self.heard.get() > SILENCE {
            self.goes_down();
            self.open();
        }
        if self.live.line.get_untracked() == Line::Down && now - self.down_since.get() >= LOST_AFTER {
            self.live.line.set(Line::Lost);
        }
        if self.live.line.get_untracked() == Line::Lost && now - self.read_at.get() >= FALLBACK {
            self.everything_moves();
        }
    }

    /// The network is back, or the page was asleep: a line that has been silent is not waited for.
    fn doubt(self: &Rc<Self>) {
        let silent = now_millis() - self.heard.get() > DOUBT;
        if self.live.line.get_untracked() != Line::Up || silent {
            self.attempt.set(0);
            self.goes_down();
            self.open();
        }
    }

    fn shown(self: &Rc<Self>) {
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
