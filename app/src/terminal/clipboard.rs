//! The clipboard, as far as a browser gives it: natural paste events everywhere, reading it by a button on secure pages
//! only, else a field to paste into. Also what a program may do to it (OSC 52).

use super::desk::{Ask, Desk};
use crate::ui::{ToastKind, toast};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ClipboardEvent;

/// A program cannot fill the clipboard with more than this.
const REMOTE_COPY_LIMIT: usize = 100_000;

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
pub(super) fn remote_copy(desk: Desk, text: &str) {
    if !desk.settings.remote_copy.get_untracked() {
        toast(ToastKind::Info, "A program wanted to write to the clipboard. Allow it in the terminal's settings.");
    } else if text.len() <= REMOTE_COPY_LIMIT && document().has_focus().unwrap_or(false) {
        crate::ui::copy_text(text);
    }
}
