//! A host's figures as they come: one socket a host, open while the page is seen, tried again with growing pauses.

use super::api;
use crate::{
    accounts::SignIn,
    events::{Heard, Socket},
    terminal::wait_before,
    ui::now_millis,
};
use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wire::{
    HostId,
    monitor::{MonitorFigures, MonitorMessage, MonitorPoint},
};

/// So many points are kept, as the server keeps.
const KEPT: usize = 300;
/// How often is looked whether the line lives, and how long it may be silent, in milliseconds.
const TICK: u32 = 5_000;
const SILENCE: i64 = 40_000;
/// The server closes with it when the sign-in has ended.
const SIGNED_OUT: u16 = 4401;

/// Where it stands with a host.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
    /// It is being reached.
    Connecting,
    /// Figures come.
    Live,
    /// It cannot be watched; whether it is tried again by itself.
    Failed(String, bool),
}

/// What the page knows of a host.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    pub(super) standing: RwSignal<Standing>,
    pub(super) latest: RwSignal<Option<MonitorFigures>>,
    pub(super) points: RwSignal<Vec<MonitorPoint>>,
    again: RwSignal<u32>,
}

impl Feed {
    /// Follows a host as long as the component lives.
    pub(super) fn of(host: HostId) -> Self {
        let feed = Self {
            standing: RwSignal::new(Standing::Connecting),
            latest: RwSignal::new(None),
            points: RwSignal::new(Vec::new()),
            again: RwSignal::new(0),
        };
        feed.keep(host);
        feed
    }

    /// Tries at once.
    pub(super) fn retry(self) {
        self.again.update(|count| *count = count.wrapping_add(1));
    }

    fn keep(self, host: HostId) {
        let keeper = Rc::new(Keeper {
            feed: self,
            host,
            sign_in: expect_context::<SignIn>(),
            socket: RefCell::new(None),
            retry: RefCell::new(None),
            attempt: Cell::new(0),
            heard: Cell::new(0),
        });
        let on = |act: fn(&Rc<Keeper>)| {
            let keeper = Rc::downgrade(&keeper);
            move || {
                if let Some(keeper) = keeper.upgrade() {
                    act(&keeper);
                }
            }
        };
        keeper.open();
        let tick = Interval::new(TICK, on(Keeper::tick));
        let (seen, online, again) = (on(Keeper::seen_or_not), on(Keeper::afresh), on(Keeper::afresh));
        let seen = window_event_listener_untyped("visibilitychange", move |_| seen());
        let online = window_event_listener(ev::online, move |_| online());
        Effect::new(move |before: Option<()>| {
            self.again.track();
            if before.is_some() {
                again();
            }
        });
        let alive = StoredValue::new_local(Some((keeper, tick)));
        on_cleanup(move || {
            seen.remove();
            online.remove();
            drop(alive.try_update_value(Option::take));
        });
    }

    fn take(self, message: MonitorMessage) {
        match message {
            MonitorMessage::Connecting => self.standing.update(|standing| {
                // What is tried again by itself goes on saying what is wrong.
                if !matches!(standing, Standing::Failed(_, true)) {
                    *standing = Standing::Connecting;
                }
            }),
            MonitorMessage::History { points } => self.add(points),
            MonitorMessage::Figures { figures } => {
                self.add(vec![MonitorPoint::from(&*figures)]);
                self.latest.set(Some(*figures));
                self.standing.set(Standing::Live);
            }
            MonitorMessage::Failed { fault, retry_seconds } => {
                let text = crate::error::AppError::from(*fault).to_string();
                self.standing.set(Standing::Failed(text, retry_seconds.is_some()));
            }
            MonitorMessage::Alive => {}
        }
    }

    /// After a pause the server tells the past again; what is known of it stays.
    fn add(self, more: Vec<MonitorPoint>) {
        self.points.update(|points| {
            let last = points.last().map(|point| point.at);
            points.extend(more.into_iter().filter(|point| last.is_none_or(|last| point.at > last)));
            let surplus = points.len().saturating_sub(KEPT);
            points.drain(..surplus);
        });
    }
}

struct Keeper {
    feed: Feed,
    host: HostId,
    sign_in: SignIn,
    socket: RefCell<Option<Socket>>,
    retry: RefCell<Option<Timeout>>,
    attempt: Cell<u32>,
    heard: Cell<i64>,
}

impl Keeper {
    fn open(self: &Rc<Self>) {
        self.retry.take();
        if document().hidden() {
            return;
        }
        self.heard.set(now_millis());
        let keeper = Rc::downgrade(self);
        let socket = Socket::open(&format!("/ws/monitor/{}", self.host), move |heard| {
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

    fn hear(self: &Rc<Self>, heard: Heard<MonitorMessage>) {
        self.heard.set(now_millis());
        match heard {
            Heard::Told(message) => {
                self.attempt.set(0);
                if let Some(message) = message {
                    self.feed.take(message);
                }
            }
            Heard::Closed(code) => {
                self.socket.take();
                if code == SIGNED_OUT {
                    self.sign_in.refresh();
                }
                // A refused upgrade has no words in a browser; asked in another way the server says why.
                if self.attempt.get() == 1 {
                    self.ask_why();
                }
                self.try_later();
            }
        }
    }

    fn ask_why(self: &Rc<Self>) {
        let (feed, host) = (self.feed, self.host.clone());
        spawn_local(async move {
            let answer = api::figures(host).await;
            if let Err(error) = answer {
                let _ = feed.standing.try_set(Standing::Failed(error.to_string(), true));
            }
        });
    }

    fn try_later(self: &Rc<Self>) {
        let attempt = self.attempt.replace(self.attempt.get().saturating_add(1));
        let keeper = Rc::downgrade(self);
        let timer = Timeout::new(wait_before(attempt, js_sys::Math::random()) as u32, move || {
            if let Some(keeper) = keeper.upgrade() {
                keeper.open();
            }
        });
        self.retry.replace(Some(timer));
    }

    fn tick(self: &Rc<Self>) {
        if self.socket.borrow().is_some() && now_millis() - self.heard.get() > SILENCE {
            self.afresh();
        }
    }

    fn afresh(self: &Rc<Self>) {
        self.socket.take();
        self.attempt.set(0);
        self.feed.standing.set(Standing::Connecting);
        self.open();
    }

    /// Nobody sees the page: nothing is asked of the host. It is seen again: at once.
    fn seen_or_not(self: &Rc<Self>) {
        if document().hidden() {
            self.socket.take();
            self.retry.take();
        } else if self.socket.borrow().is_none() {
            self.afresh();
        }
    }
}
