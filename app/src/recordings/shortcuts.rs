//! The player's keys, and the list of them.

use super::{clock::next_speed, controls::full_screen, page::Open, player::Player};
use crate::ui::Dialog;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

/// An arrow goes so far, in milliseconds.
const ARROW: f64 = 5_000.0;

/// What the keys do, in the order of the list.
const KEYS: [(&str, &str); 12] = [
    ("Space", "Play and pause"),
    ("← →", "5 seconds back and on"),
    (", .", "One event back and on"),
    ("[ ]", "To the command before and the next one"),
    ("< >", "Slower and faster"),
    ("Home End", "To the beginning and the end"),
    ("/", "Search what was shown"),
    ("s", "Skip idle time, or not"),
    ("c", "Copy the selection, or the screen"),
    ("f", "Full screen"),
    ("l", "Watch a running session live"),
    ("?", "This list"),
];

/// Listens for keys as long as the component lives.
pub(super) fn listen(player: Player, open: Open, frame: NodeRef<html::Div>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if !is_ours(&event) {
            return;
        }
        match event.key().as_str() {
            " " if !presses_a_button(&event) => player.toggle(),
            "ArrowLeft" => player.seek_by(-ARROW),
            "ArrowRight" => player.seek_by(ARROW),
            "Home" => player.seek(0.0),
            "End" => player.seek(player.length.get_untracked()),
            "," => player.step(false),
            "." => player.step(true),
            "[" => player.step_marker(false),
            "]" => player.step_marker(true),
            "<" | ">" => player.speed.update(|speed| *speed = next_speed(*speed, event.key() == ">")),
            "s" => player.skips_idle.update(|on| *on = !*on),
            "c" => player.copy(),
            "f" => full_screen(frame),
            "l" if player.runs() => player.go_live(),
            "/" => to_search(open),
            "?" => open.shortcuts.set(true),
            "Escape" if open.side.get_untracked() => open.side.set(false),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Into the field, which on a phone has to be opened first.
fn to_search(open: Open) {
    open.side.set(true);
    request_animation_frame(move || {
        if let Some(field) = open.search.get_untracked() {
            // Where it cannot have the focus, a tap still can.
            let _ = field.focus();
        }
    });
}

/// Whether a key is meant for the player: not for a field, a list, a dialog or the browser.
fn is_ours(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return true };
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return false;
    }
    if matches!(document().query_selector("dialog[open], [popover]:popover-open"), Ok(Some(_))) {
        return false;
    }
    match target.tag_name().as_str() {
        "SELECT" => false,
        "INPUT" => target.dyn_ref::<HtmlInputElement>().is_some_and(|input| input.type_() == "range"),
        // The terminal's own, in which nothing can be typed.
        "TEXTAREA" => target.class_list().contains("xterm-helper-textarea"),
        _ => true,
    }
}

fn presses_a_button(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY"))
}

/// The list.
#[component]
pub(super) fn ShortcutsDialog(#[prop(into)] on_close: Callback<()>) -> impl IntoView {
    view! {
        <Dialog title="Keyboard shortcuts" on_close>
            <dl class="shortcuts">
                {KEYS.map(|(keys, does)| view! {
                    <dt>{keys.split(' ').map(|key| view! { <kbd>{key.to_owned()}</kbd> }).collect_view()}</dt>
                    <dd>{does}</dd>
                })}
            </dl>
        </Dialog>
    }
}
