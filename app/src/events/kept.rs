//! A socket that is kept: opened again when it closed, with growing pauses, until it is closed on purpose or dropped.

use super::socket::{Heard, Socket};
use crate::{accounts::SignIn, terminal::wait_before, ui::now_millis};
use gloo_timers::callback::Timeout;
use leptos::prelude::expect_context;
use serde::de::DeserializeOwned;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// The server closes with it when the sign-in has ended.
const SIGNED_OUT: u16 = 4401;
/// The server says something every 15 seconds: after so many milliseconds of silence the line is dead.
const SILENCE: i64 = 40_000;

/// The socket, and when it is tried again.
pub(crate) struct KeptSocket<T> {
    path: String,
    tell: Box<dyn Fn(Heard<T>)>,
    sign_in: SignIn,
    socket: RefCell<Option<Socket>>,
    retry: RefCell<Option<Timeout>>,
    tries: Cell<u32>,
    heard: Cell<i64>,
}

impl<T: DeserializeOwned + 'static> KeptSocket<T> {
    /// To a path of our own server; nothing is opened yet. Made in a component, because the sign-in is in its context.
    pub(crate) fn new(path: String, tell: impl Fn(Heard<T>) + 'static) -> Rc<Self> {
        Rc::new(Self {
            path,
            tell: Box::new(tell),
            sign_in: expect_context(),
            socket: RefCell::new(None),
            retry: RefCell::new(None),
            tries: Cell::new(0),
            heard: Cell::new(now_millis()),
        })
    }

    /// Opens it at once, in the place of the one that is open.
    pub(crate) fn afresh(self: &Rc<Self>) {
        self.tries.set(0);
        self.open();
    }

    /// Closes it, and opens no other one.
    pub(crate) fn close(&self) {
        self.retry.take();
        self.socket.take();
    }

    /// Whether it is open, or opening.
    pub(crate) fn is_open(&self) -> bool {
        self.socket.borrow().is_some()
    }

    /// How long nothing was heard, in milliseconds.
    pub(crate) fn silence(&self) -> i64 {
        now_millis() - self.heard.get()
    }

    /// Whether the other end is gone without a word.
    pub(crate) fn is_dead(&self) -> bool {
        self.is_open() && self.silence() > SILENCE
    }

    /// How often it was tried in vain since something was heard.
    pub(crate) fn tries(&self) -> u32 {
        self.tries.get()
    }

    fn open(self: &Rc<Self>) {
        self.close();
        self.heard.set(now_millis());
        let kept = Rc::downgrade(self);
        let socket = Socket::open(&self.path, move |heard| {
            if let Some(kept) = kept.upgrade() {
                kept.hear(heard);
            }
        });
        let opened = socket.is_some();
        self.socket.replace(socket);
        if !opened {
            self.try_later();
        }
    }

    fn hear(self: &Rc<Self>, heard: Heard<T>) {
        self.heard.set(now_millis());
        let Heard::Closed(code) = heard else {
            self.tries.set(0);
            return (self.tell)(heard);
        };
        self.socket.take();
        if code == SIGNED_OUT {
            self.sign_in.refresh();
        }
        (self.tell)(heard);
        self.try_later();
    }

    fn try_later(self: &Rc<Self>) {
        let tries = self.tries.replace(self.tries.get().saturating_add(1));
        let kept = Rc::downgrade(self);
        let timer = Timeout::new(wait_before(tries, js_sys::Math::random()) as u32, move || {
            if let Some(kept) = kept.upgrade() {
                kept.open();
            }
        });
        self.retry.replace(Some(timer));
    }
}
