//! A program's bell, seen instead of heard: the terminal glows for a moment, and a title that nobody looks at gets a mark.
//!
//! However often it rings, it glows about once a second, far below what flickers. Style keeps it still for those who
//! asked for less motion.

use super::desk::Desk;
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};

/// How long it glows, in milliseconds (style/terminal.css).
const GLOW: u32 = 900;

/// The bell of one terminal.
#[derive(Clone, Copy)]
pub(super) struct Bell {
    /// Whether it glows now.
    pub glows: RwSignal<bool>,
    /// Whether it rang while nobody looked.
    pub missed: RwSignal<bool>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Bell {
    /// A quiet one.
    pub(super) fn new() -> Self {
        Self { glows: RwSignal::new(false), missed: RwSignal::new(false), timer: StoredValue::new_local(None) }
    }

    /// A program rings.
    fn ring(self) {
        if document().hidden() || !document().has_focus().unwrap_or(true) {
            self.missed.set(true);
        }
        if self.glows.get_untracked() {
            return;
        }
        self.glows.set(true);
        let over = Timeout::new(GLOW, move || {
            let _ = self.glows.try_set(false);
        });
        self.timer.set_value(Some(over));
    }
}

/// A program rings in this terminal.
pub(super) fn ring(desk: Desk) {
    if desk.settings.bell.get_untracked() {
        desk.bell.ring();
    }
}

/// Takes the mark away when somebody looks.
pub(super) fn listen(desk: Desk) {
    let seen = move || {
        if !document().hidden() && desk.bell.missed.get_untracked() {
            desk.bell.missed.set(false);
        }
    };
    let focus = window_event_listener(ev::focus, move |_| seen());
    on_cleanup(move || focus.remove());
}
