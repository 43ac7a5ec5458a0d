//! Keys that the page takes before the terminal: find, history, copy, paste, letter size. Everything else is the program's.

use super::{desk::Desk, told};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// What a key combination does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Find,
    History,
    Copy,
    /// The page's own: it hears of it after this.
    Page,
    /// The browser pastes by itself and tells; the terminal must only not send the key.
    Paste,
    Larger,
    Smaller,
    UsualSize,
}

fn act(event: &KeyboardEvent) -> Option<Act> {
    let command = event.ctrl_key() || event.meta_key();
    if !command || event.alt_key() {
        return None;
    }
    match (event.key().to_lowercase().as_str(), event.shift_key()) {
        ("f", true) => Some(Act::Find),
        ("h", true) => Some(Act::History),
        ("c", true) => Some(Act::Copy),
        ("v", true) => Some(Act::Paste),
        ("k", true) => Some(Act::Page),
        ("k", false) if event.meta_key() => Some(Act::Page),
        // On a Mac these are the usual ones, and no program can get them.
        ("f", false) if event.meta_key() => Some(Act::Find),
        ("v" | "c", false) if event.meta_key() => Some(Act::Paste),
        ("+" | "=", _) => Some(Act::Larger),
        ("-", false) => Some(Act::Smaller),
        ("0", false) => Some(Act::UsualSize),
        _ => None,
    }
}

/// Whether nothing is typed yet: a modifier goes down.
fn is_half_a_key(event: &KeyboardEvent) -> bool {
    matches!(event.key().as_str(), "Shift" | "Control" | "Alt" | "Meta")
}

/// Whether xterm.js shall have a key; if not, it is dealt with here.
pub(super) fn is_for_the_terminal(desk: Desk, event: &KeyboardEvent) -> bool {
    let Some(act) = act(event) else {
        // To one who watches the keyboard is the page's: Tab walks on, and a letter is not lost without a word.
        let types = desk.may_type.get_untracked() || is_half_a_key(event);
        return types || (event.key() != "Tab" && event.type_() == "keydown" && told::may_type(desk));
    };
    if !matches!(act, Act::Paste | Act::Page) {
        event.prevent_default();
    }
    if event.type_() == "keydown" {
        match act {
            Act::Find => desk.finding.set(true),
            Act::History => desk.toggle_history(),
            Act::Copy => desk.copy(),
            Act::Paste | Act::Page => {}
            Act::Larger => desk.settings.zoom(1),
            Act::Smaller => desk.settings.zoom(-1),
            Act::UsualSize => desk.settings.zoom_back(),
        }
    }
    false
}

/// What the keys do, in the order of the list. Everything else is the program's.
const KEYS: [(&str, &str); 8] = [
    ("Ctrl Shift F", "Find"),
    ("Ctrl Shift H", "Command history"),
    ("Ctrl Shift C", "Copy the selection"),
    ("Ctrl Shift V", "Paste"),
    ("Ctrl Shift K", "Command palette"),
    ("Ctrl +", "Larger letters"),
    ("Ctrl −", "Smaller letters"),
    ("Ctrl 0", "The usual letters"),
];

/// The list.
#[component]
pub(super) fn ShortcutsDialog(desk: Desk) -> impl IntoView {
    let own = move |(_, does): &(&str, &str)| desk.is_own() || *does != "Command history";
    view! {
        <Dialog title="Keyboard shortcuts" on_close=move |()| desk.answered()>
            <p>"Every other key goes to the program in the terminal. On a Mac, Cmd does what Ctrl does here."</p>
            <dl class="shortcuts">
                {KEYS.into_iter().filter(own).map(|(keys, does)| view! {
                    <dt>{keys.split(' ').map(|key| view! { <kbd>{key.to_owned()}</kbd> }).collect_view()}</dt>
                    <dd>{does}</dd>
                }).collect_view()}
            </dl>
            <DialogActions>
                <Button kind=ButtonKind::Primary on_click=move |()| desk.answered()>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}
