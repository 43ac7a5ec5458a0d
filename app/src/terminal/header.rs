//! The slim bar above a terminal: which host, how the connection is, what the far side calls itself, and what can be done.

use super::{
    api,
    channel::Phase,
    clipboard,
    desk::{Ask, Desk},
    files,
    people::PeopleButton,
    widget::Place,
    window, words,
};
use crate::ui::{Badge, Icon, IconButton, Menu, MenuItem, ToastKind, Tone, has_coarse_pointer, toast};
use leptos::{prelude::*, task::spawn_local};
use wire::terminal::FixedSize;

/// The bar.
#[component]
pub(super) fn Header(desk: Desk, place: Place) -> impl IntoView {
    let title = move || words::title(&desk.title.get());
    // A visitor and a window by a ticket have no way to them.
    let (has_files, toggle_files) = (place == Place::Dashboard && desk.is_own(), files::toggle(desk));
    let in_menu = toggle_files.clone();
    let more = move |()| {
        let files = has_files.then(|| {
            let files = in_menu.clone();
            MenuItem::new("Files", Icon::Folder, move || files(()))
        });
        files.into_iter().chain(entries(desk)).collect::<Vec<_>>()
    };
    view! {
        <header class="terminal-head">
            {(place == Place::Window).then(|| view! {
                <a class="terminal-home" href="/" aria-label="Berth, back to dashboard">"Berth"</a>
            })}
            <h1 class="terminal-host">{move || desk.host()}</h1>
            <State desk />
            {move || (!desk.may_type.get()).then(|| view! { <Badge tone=Tone::Accent>"Watching"</Badge> })}
            <span class="terminal-title" title=title>{title}</span>
            <PeopleButton desk />
            <div class="terminal-tools" role="toolbar" aria-label="Terminal tools">
                <IconButton icon=Icon::Search label="Find" on_click=move |()| desk.finding.update(|open| *open = !*open) />
                {desk.is_own().then(|| view! {
                    <span class="terminal-history">
                        <IconButton icon=Icon::History label="Command history" on_click=move |()| desk.toggle_history() />
                    </span>
                })}
                {has_files.then(|| view! {
                    <span class="terminal-files"><IconButton icon=Icon::Folder label="Files" on_click=toggle_files.clone() /></span>
                })}
                <span class="terminal-zoom">
                    <button type="button" class="icon-button" aria-label="A−, smaller letters" title="Smaller letters"
                        on:click=move |_| desk.settings.zoom(-1)>"A−"</button>
                    <button type="button" class="icon-button" aria-label="A+, larger letters" title="Larger letters"
                        on:click=move |_| desk.settings.zoom(1)>"A+"</button>
                </span>
                {(place == Place::Dashboard).then(|| view! {
                    <IconButton icon=Icon::Window label="Open in a window" on_click=move |()| window::open_session(desk.id()) />
                })}
                <Menu label="More" items=more />
                {desk.is_own().then(|| view! {
                    <IconButton icon=Icon::Power label="Close session" on_click=move |()| desk.ask.set(Some(Ask::Close)) />
                })}
            </div>
        </header>
    }
}

fn entries(desk: Desk) -> Vec<MenuItem> {
    let mut entries = vec![MenuItem::new("Who is here", Icon::User, move || desk.ask.set(Some(Ask::People)))];
    if desk.is_own() {
        entries.push(MenuItem::new("Share", Icon::Upload, move || desk.ask.set(Some(Ask::Share))));
        entries.push(size_entry(desk));
        entries.push(MenuItem::new("Command history", Icon::History, move || desk.toggle_history()));
        entries.push(MenuItem::new("Put in a snippet", Icon::List, move || desk.ask.set(Some(Ask::Snippets))));
    }
    entries.extend(usual_entries(desk));
    entries
}

/// Holds the size that the session has now, or lets it follow the one who types again.
fn size_entry(desk: Desk) -> MenuItem {
    let held = desk.company.with_untracked(|company| company.as_ref().is_some_and(|company| company.fixed.is_some()));
    let label = if held { "Let the size follow" } else { "Fix the size" };
    MenuItem::new(label, Icon::Lock, move || {
        let size = desk.screen().filter(|_| !held).map(|screen| screen.size());
        let size = size.map(|(cols, rows)| FixedSize { cols, rows });
        spawn_local(async move {
            match (api::fix_size(desk.id(), size).await, size) {
                (Ok(_), Some(FixedSize { cols, rows })) => {
                    toast(ToastKind::Success, format!("The size stays {cols} × {rows}, whoever types."));
                }
                (Ok(_), None) => toast(ToastKind::Success, "The size follows whoever types."),
                (Err(error), _) => toast(ToastKind::Error, error.to_string()),
            }
        });
    })
}

fn usual_entries(desk: Desk) -> Vec<MenuItem> {
    let mut entries = vec![
        MenuItem::new("Copy", Icon::Copy, move || desk.copy()),
        MenuItem::new("Paste", Icon::Clipboard, move || clipboard::paste_from_button(desk)),
        MenuItem::new("Clear scrollback", Icon::Trash, move || {
            if let Some(screen) = desk.screen() {
                screen.clear();
            }
        }),
    ];
    let key_row = desk.settings.key_row;
    // It is always there where fingers type, and never for one who only watches.
    if desk.may_type.get_untracked() && !has_coarse_pointer() {
        let label = if key_row.get_untracked() { "Hide the key row" } else { "Show the key row" };
        entries.push(MenuItem::new(label, Icon::Keyboard, move || key_row.update(|shown| *shown = !*shown)));
    }
    entries.push(MenuItem::new("Keyboard shortcuts", Icon::Info, move || desk.ask.set(Some(Ask::Shortcuts))));
    entries.push(MenuItem::new("Settings", Icon::Gear, move || desk.ask.set(Some(Ask::Settings))));
    entries
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
