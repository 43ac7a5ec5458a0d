//! The clipboard, as far as a browser gives it: natural paste events everywhere, reading it by a button on secure pages
//! only, else a field to paste into. Also what a program may do to it (OSC 52).

use super::{
    desk::{Ask, Desk},
    told,
};
use crate::ui::{ToastKind, copy_text};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ClipboardEvent;

/// A program cannot fill the clipboard with more than this.
const REMOTE_COPY_LIMIT: usize = 100_000;

/// In so many milliseconds a program fills the clipboard once, with the last that it asked for.
const REMOTE_COPY_EVERY: u32 = 200;

thread_local! {
    /// What a program wants in the clipboard next; the clipboard is the browser's, so there is one for all terminals.
    static WANTED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A paste event of the browser. Taken before xterm.js sees it, so that the person can be asked first.
pub(super) fn pasted(desk: Desk, event: &web_sys::Event) {
    let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) else { return };
    event.prevent_default();
    event.stop_propagation();
    desk.paste(&data.get_data("text/plain").unwrap_or_default());
}

/// The paste button.
pub(super) fn paste_from_button(desk: Desk) {
    if !window().is_secure_context() {
        return desk.ask.set(Some(Ask::PasteByHand));
    }
    let reading = window().navigator().clipboard().read_text();
    spawn_local(async move {
        match JsFuture::from(reading).await.ok().and_then(|text| text.as_string()) {
            Some(text) => desk.paste(&text),
            // The person said no, or the browser never asks.
            None => desk.ask.set(Some(Ask::PasteByHand)),
        }
    });
}

/// A program on the host writes to the clipboard: only when the person allowed it, and looks at this page.
pub(super) fn remote_copy(desk: Desk, text: String) {
    if !desk.settings.remote_copy.get_untracked() {
        let hint = "A program wanted to write to the clipboard. Allow it in the terminal's settings.";
        told::now_and_then(desk, ToastKind::Info, hint);
    } else if text.len() <= REMOTE_COPY_LIMIT && WANTED.replace(Some(text)).is_none() {
        Timeout::new(REMOTE_COPY_EVERY, fill).forget();
    }
}

fn fill() {
    if let Some(text) = WANTED.take().filter(|_| document().has_focus().unwrap_or(false)) {
        copy_text(&text);
    }
}
