//! The keys that a phone's keyboard does not have, in two lines of seven, a page at a time.
//!
//! A key acts when the finger comes down and never takes the focus, so that the on-screen keyboard stays up. Ctrl and Alt
//! stick: a tap holds them for the next key, here or on the keyboard, a double tap until they are tapped again.

use super::{
    clipboard,
    desk::Desk,
    keys::{Held, Hold, Key},
};
use crate::ui::{Icon, IconView};
use gloo_timers::callback::{Interval, Timeout};
use leptos::{ev, prelude::*};

/// A held key repeats after so many milliseconds, and then as often.
const REPEAT_AFTER: u32 = 400;
const REPEAT_EVERY: u32 = 60;

/// A place in the row.
#[derive(Debug, Clone, Copy)]
enum Cap {
    /// Label, name, key.
    Key(&'static str, &'static str, Key),
    Ctrl,
    Alt,
    Paste,
    Compose,
    History,
    More,
}

const PAGES: [[Cap; 14]; 3] = [
    [
        Cap::Key("Esc", "Escape", Key::Escape),
        Cap::Key("|", "Pipe", Key::Char('|')),
        Cap::Key("~", "Tilde", Key::Char('~')),
        Cap::Key("/", "Slash", Key::Char('/')),
        Cap::Key("-", "Dash", Key::Char('-')),
        Cap::Key("↑", "Up", Key::Up),
        Cap::More,
        Cap::Key("Tab", "Tab", Key::Tab),
        Cap::Ctrl,
        Cap::Alt,
        Cap::Paste,
        Cap::Key("←", "Left", Key::Left),
        Cap::Key("↓", "Down", Key::Down),
        Cap::Key("→", "Right", Key::Right),
    ],
    [
        Cap::Key("Home", "Home", Key::Home),
        Cap::Key("End", "End", Key::End),
        Cap::Key("PgUp", "PgUp, page up", Key::PageUp),
        Cap::Key("PgDn", "PgDn, page down", Key::PageDown),
        Cap::Key("Ins", "Insert", Key::Insert),
        Cap::Key("Del", "Delete", Key::Delete),
        Cap::More,
        Cap::Key("^C", "Control C", Key::Control('c')),
        Cap::Key("^D", "Control D", Key::Control('d')),
        Cap::Key("^Z", "Control Z", Key::Control('z')),
        Cap::Key("^R", "Control R", Key::Control('r')),
        Cap::History,
        Cap::Key("⇧Tab", "Shift Tab", Key::BackTab),
        Cap::Compose,
    ],
    [
        Cap::Key("F1", "F1", Key::Function(1)),
        Cap::Key("F2", "F2", Key::Function(2)),
        Cap::Key("F3", "F3", Key::Function(3)),
        Cap::Key("F4", "F4", Key::Function(4)),
        Cap::Key("F5", "F5", Key::Function(5)),
        Cap::Key("F6", "F6", Key::Function(6)),
        Cap::More,
        Cap::Key("F7", "F7", Key::Function(7)),
        Cap::Key("F8", "F8", Key::Function(8)),
        Cap::Key("F9", "F9", Key::Function(9)),
        Cap::Key("F10", "F10", Key::Function(10)),
        Cap::Key("F11", "F11", Key::Function(11)),
        Cap::Key("F12", "F12", Key::Function(12)),
        Cap::Key("^L", "Control L", Key::Control('l')),
    ],
];

/// The row. Style shows it where fingers are used; elsewhere the person can ask for it.
#[component]
pub(super) fn KeyRow(desk: Desk) -> impl IntoView {
    let page = RwSignal::new(0);
    let settings = desk.settings;
    view! {
        <div class="terminal-keys" class:asked=move || settings.key_row.get()>
            {move || settings.compose.get().then(|| view! { <Compose desk /> })}
            <div class="terminal-keys-page" role="toolbar" aria-label="Keys">
                {move || PAGES[page.get()].map(|cap| view! { <CapView desk cap page /> }).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn CapView(desk: Desk, cap: Cap, page: RwSignal<usize>) -> impl IntoView {
    match cap {
        Cap::Key(label, name, key) => view! { <KeyCap desk label name key /> }.into_any(),
        Cap::Ctrl => view! { <Sticky desk label="Ctrl" name="Ctrl" which=Which::Ctrl /> }.into_any(),
        Cap::Alt => view! { <Sticky desk label="Alt" name="Alt" which=Which::Alt /> }.into_any(),
        Cap::Paste => view! {
            <Plain name="Paste" act=move || clipboard::paste_from_button(desk)><IconView icon=Icon::Clipboard /></Plain>
        }
        .into_any(),
        Cap::Compose => view! {
            <Plain name="Compose line" act=move || desk.settings.compose.update(|shown| *shown = !*shown)>
                <IconView icon=Icon::Pencil />
            </Plain>
        }
        .into_any(),
        Cap::History if !desk.is_own() => ().into_any(),
        Cap::History => view! {
            <Plain name="Command history" act=move || desk.toggle_history()><IconView icon=Icon::History /></Plain>
        }
        .into_any(),
        Cap::More => view! {
            <Plain name="More keys" act=move || page.update(|page| *page = (*page + 1) % PAGES.len())>
                <IconView icon=Icon::More />
            </Plain>
        }
        .into_any(),
    }
}

/// Keyboards and screen readers click without a pointer.
fn is_without_pointer(event: &ev::MouseEvent) -> bool {
    event.detail() == 0
}

/// A key that does something once.
#[component]
fn Plain(name: &'static str, act: impl Fn() + Copy + 'static, children: Children) -> impl IntoView {
    view! {
        <button type="button" class="key" aria-label=name title=name
            on:pointerdown=move |event| event.prevent_default() on:click=move |_| act()>
            {children()}
        </button>
    }
}

/// Arrows and the like go on while they are held.
const fn repeats(key: Key) -> bool {
    matches!(key, Key::Up | Key::Down | Key::Left | Key::Right | Key::PageUp | Key::PageDown | Key::Delete)
}

enum Repeat {
    Waiting { _timer: Timeout },
    Running { _timer: Interval },
}

#[component]
fn KeyCap(desk: Desk, label: &'static str, name: &'static str, key: Key) -> impl IntoView {
    let repeat = StoredValue::new_local(None::<Repeat>);
    let stop = move || drop(repeat.try_set_value(None));
    let again = move || {
        let timer = Interval::new(REPEAT_EVERY, move || desk.press(key));
        let _ = repeat.try_set_value(Some(Repeat::Running { _timer: timer }));
    };
    let down = move |event: ev::PointerEvent| {
        event.prevent_default();
        desk.press(key);
        if repeats(key) {
            repeat.set_value(Some(Repeat::Waiting { _timer: Timeout::new(REPEAT_AFTER, again) }));
        }
    };
    view! {
        <button
            type="button"
            class="key"
            aria-label=name
            on:pointerdown=down
            on:pointerup=move |_| stop()
            on:pointercancel=move |_| stop()
            on:pointerleave=move |_| stop()
            on:contextmenu=move |event| event.prevent_default()
            on:click=move |event| if is_without_pointer(&event) { desk.press(key) }
        >
            {label}
        </button>
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Ctrl,
    Alt,
}

fn hold_of(held: &mut Held, which: Which) -> &mut Hold {
    match which {
        Which::Ctrl => &mut held.ctrl,
        Which::Alt => &mut held.alt,
    }
}

#[component]
fn Sticky(desk: Desk, label: &'static str, name: &'static str, which: Which) -> impl IntoView {
    let last = StoredValue::new(0.0);
    let tap = move || {
        let now = js_sys::Date::now();
        desk.held.update(|held| {
            let hold = hold_of(held, which);
            *hold = hold.tap(now - last.get_value());
        });
        last.set_value(now);
    };
    let hold = move || *hold_of(&mut desk.held.get(), which);
    let state = move || match hold() {
        Hold::Off => "off",
        Hold::Once => "once",
        Hold::Locked => "locked",
    };
    view! {
        <button
            type="button"
            class="key"
            aria-label=name
            aria-pressed=move || hold().is_held().to_string()
            data-hold=state
            on:pointerdown=move |event| { event.prevent_default(); tap() }
            on:click=move |event| if is_without_pointer(&event) { tap() }
        >
            {label}
        </button>
    }
}

/// A line to write in before it is sent: the way around keyboards that send words twice.
#[component]
fn Compose(desk: Desk) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(screen) = desk.screen() {
            screen.paste(&text.get_untracked());
            screen.type_in("\r");
            text.set(String::new());
        }
    };
    view! {
        <form class="terminal-compose" on:submit=send>
            <input class="input mono" type="text" aria-label="Line to send" placeholder="Write here, Enter sends"
                autocomplete="off" enterkeyhint="send" bind:value=text />
            <button type="submit" class="button">"Send"</button>
        </form>
    }
}
