//! The slim bar above a terminal: which host, how the connection is, what the far side calls itself, and what can be done.

use super::{
    channel::Phase,
    clipboard,
    desk::{Ask, Desk},
    widget::Place,
    window, words,
};
use crate::ui::{Icon, IconButton, Menu, MenuItem};
use leptos::prelude::*;

/// The bar.
#[component]
pub(super) fn Header(desk: Desk, place: Place) -> impl IntoView {
    let title = move || words::title(&desk.title.get());
    view! {
        <header class="terminal-head">
            {(place == Place::Window).then(|| view! {
                <a class="terminal-home" href="/" aria-label="Berth, back to dashboard">"Berth"</a>
            })}
            <h1 class="terminal-host">{move || desk.host()}</h1>
            <State desk />
            <span class="terminal-title" title=title>{title}</span>
            <div class="terminal-tools" role="toolbar" aria-label="Terminal tools">
                <IconButton icon=Icon::Search label="Find" on_click=move |()| desk.finding.update(|open| *open = !*open) />
                <span class="terminal-history">
                    <IconButton icon=Icon::History label="Command history" on_click=move |()| desk.toggle_history() />
                </span>
                <span class="terminal-zoom">
                    <button type="button" class="icon-button" aria-label="A−, smaller letters" title="Smaller letters"
                        on:click=move |_| desk.settings.zoom(-1)>"A−"</button>
                    <button type="button" class="icon-button" aria-label="A+, larger letters" title="Larger letters"
                        on:click=move |_| desk.settings.zoom(1)>"A+"</button>
                </span>
                {(place == Place::Dashboard).then(|| view! {
                    <IconButton icon=Icon::Window label="Open in a window" on_click=move |()| window::open_session(desk.id()) />
                })}
                <Menu label="More" items=move |()| entries(desk) />
                <IconButton icon=Icon::Power label="Close session" on_click=move |()| desk.ask.set(Some(Ask::Close)) />
            </div>
        </header>
    }
}

fn entries(desk: Desk) -> Vec<MenuItem> {
    let key_row = desk.settings.key_row;
    vec![
        MenuItem::new("Copy", Icon::Copy, move || desk.copy()),
        MenuItem::new("Paste", Icon::Clipboard, move || clipboard::paste_from_button(desk)),
        MenuItem::new("Command history", Icon::History, move || desk.toggle_history()),
        MenuItem::new("Clear scrollback", Icon::Trash, move || {
            if let Some(screen) = desk.screen() {
                screen.clear();
            }
        }),
        MenuItem::new(
            if key_row.get_untracked() { "Hide the key row" } else { "Show the key row" },
            Icon::Keyboard,
            move || {
                key_row.update(|shown| *shown = !*shown);
            },
        ),
        MenuItem::new("Settings", Icon::Gear, move || desk.ask.set(Some(Ask::Settings))),
    ]
}

/// How the connection is: a dot, and a word for those who do not see its colour.
#[component]
fn State(desk: Desk) -> impl IntoView {
    let word = move || match desk.state() {
        "live" => "Live",
        "connecting" => "Connecting",
        "reconnecting" => "Reconnecting",
        _ => "Ended",
    };
    let speed = move || match (desk.phase.get(), desk.latency.get()) {
        (Phase::Live, Some(millis)) => Some(format!("The server answers in {millis} ms")),
        _ => None,
    };
    view! {
        <span class="terminal-state" data-state=move || desk.state() role="status" title=speed>{word}</span>
    }
}
