//! A host's figures as they come: one socket a host, open while the page is seen, tried again with growing pauses.

use super::api;
use crate::{
    error::AppError,
    events::{Heard, KeptSocket},
};
use gloo_timers::callback::Interval;
use leptos::{ev, prelude::*, task::spawn_local};
use std::rc::{Rc, Weak};
use wire::{
    HostId,
    monitor::{MonitorFigures, MonitorMessage, MonitorPoint},
};

/// So many points are kept, as the server keeps.
const KEPT: usize = 300;
/// How often is looked whether the line lives, in milliseconds.
const TICK: u32 = 5_000;

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
    /// The host's name, which what went wrong may begin with.
    name: Memo<Option<String>>,
}

impl Feed {
    /// Follows a host as long as the component lives.
    pub(super) fn of(host: HostId, name: Memo<Option<String>>) -> Self {
        let feed = Self {
            standing: RwSignal::new(Standing::Connecting),
            latest: RwSignal::new(None),
            points: RwSignal::new(Vec::new()),
            again: RwSignal::new(0),
            name,
        };
        feed.keep(host);
        feed
    }

    /// Tries at once.
    pub(super) fn retry(self) {
        self.again.update(|count| *count = count.wrapping_add(1));
    }

    fn keep(self, host: HostId) {
        let keeper = Rc::new_cyclic(|keeper: &Weak<Keeper>| Keeper {
            feed: self,
            socket: KeptSocket::new(format!("/ws/monitor/{host}"), {
                let keeper = keeper.clone();
                move |heard| {
                    if let Some(keeper) = keeper.upgrade() {
                        keeper.hear(heard);
                    }
                }
            }),
            host,
        });
        let on = |act: fn(&Keeper)| {
            let keeper = Rc::downgrade(&keeper);
            move || {
                if let Some(keeper) = keeper.upgrade() {
                    act(&keeper);
                }
            }
        };
        keeper.afresh();
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
                self.failed(&AppError::from(*fault), retry_seconds.is_some());
            }
            MonitorMessage::Alive => {}
        }
    }

    fn failed(self, error: &AppError, again: bool) {
        let name = self.name.try_get_untracked().flatten().unwrap_or_default();
        let _ = self.standing.try_set(Standing::Failed(error.about(&name), again));
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
    socket: Rc<KeptSocket<MonitorMessage>>,
}

impl Keeper {
    fn hear(&self, heard: Heard<MonitorMessage>) {
        match heard {
            Heard::Told(Some(message)) => self.feed.take(message),
            Heard::Told(None) => {}
            // A refused upgrade has no words in a browser; asked in another way the server says why.
            Heard::Closed(_) if self.socket.tries() == 1 => self.ask_why(),
            Heard::Closed(_) => {}
        }
    }

    fn ask_why(&self) {
        let (feed, host, socket) = (self.feed, self.host.clone(), Rc::downgrade(&self.socket));
        spawn_local(async move {
            let answer = api::figures(host).await;
            if let Err(error) = answer {
                let again = error.may_pass();
                if let Some(socket) = socket.upgrade().filter(|_| !again) {
                    socket.close();
                }
                feed.failed(&error, again);
            }
        });
    }

    fn tick(&self) {
        if self.socket.is_dead() {
            self.afresh();
        }
    }

    /// Tries at once, unless nobody sees it.
    fn afresh(&self) {
        self.feed.standing.set(Standing::Connecting);
        if document().hidden() {
            self.socket.close();
        } else {
            self.socket.afresh();
        }
    }

    /// Nobody sees the page: nothing is asked of the host. It is seen again: at once.
    fn seen_or_not(&self) {
        if document().hidden() {
            self.socket.close();
        } else if !self.socket.is_open() {
            self.afresh();
        }
    }
}
