//! The find bar: looks through the screen and the scrollback.

use super::desk::Desk;
use crate::ui::{Icon, IconButton, IconView};
use leptos::{ev, html, prelude::*};

/// Shown while the person looks for something.
#[component]
pub(super) fn FindBar(desk: Desk) -> impl IntoView {
    move || desk.finding.get().then(|| view! { <Bar desk /> })
}

#[component]
fn Bar(desk: Desk) -> impl IntoView {
    let (text, field) = (RwSignal::new(String::new()), NodeRef::<html::Input>::new());
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let find = move |forwards: bool, as_typed: bool| {
        let (Some(screen), wanted) = (desk.screen(), text.get_untracked()) else { return };
        if wanted.is_empty() {
            screen.find_nothing();
            desk.found.set((None, 0));
        } else if !screen.find(&wanted, forwards, as_typed) {
            desk.found.set((None, 0));
        }
    };
    let close = move || {
        if let Some(screen) = desk.screen() {
            screen.find_nothing();
        }
        desk.finding.set(false);
        desk.focus();
    };
    let key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            find(event.shift_key(), false);
        }
        "Escape" => close(),
        _ => {}
    };
    let count = move || match (text.with(String::is_empty), desk.found.get()) {
        (true, _) => String::new(),
        (false, (_, 0)) => "nothing found".into(),
        (false, (Some(at), of)) => format!("{} of {of}", at + 1),
        (false, (None, of)) => format!("{of} found"),
    };
    view! {
        <search class="terminal-find">
            <IconView icon=Icon::Search />
            <input
                node_ref=field
                class="input"
                type="text"
                aria-label="Find in the terminal"
                placeholder="Find"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                bind:value=text
                on:input=move |_| find(false, true)
                on:keydown=key
            />
            <span class="terminal-find-count" role="status">{count}</span>
            <IconButton icon=Icon::ChevronUp label="Earlier match" on_click=move |()| find(false, false) />
            <IconButton icon=Icon::ChevronDown label="Later match" on_click=move |()| find(true, false) />
            <IconButton icon=Icon::Close label="Close find" on_click=move |()| close() />
        </search>
    }
}
