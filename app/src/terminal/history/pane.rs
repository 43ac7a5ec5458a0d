//! What to look for, and what was found: in the drawer beside a terminal, and in the dialog of a host.

use super::{
    book::{Book, Found, MOST},
    rows::Rows,
    words,
};
use crate::ui::{Button, EmptyState, Icon, IconView, Skeleton, has_coarse_pointer};
use leptos::{html, prelude::*};

/// What to look for, and where.
#[component]
pub(super) fn Search(book: Book) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        // On a phone the on-screen keyboard would take the room that the list needs.
        if let Some(field) = field.get().filter(|_| !has_coarse_pointer()) {
            let _ = field.focus();
        }
    });
    let choice = move |text: &'static str, chosen: bool, signal: RwSignal<bool>| {
        view! {
            <button type="button" class="segment" aria-pressed=move || (signal.get() == chosen).to_string()
                on:click=move |_| signal.set(chosen)>{text}</button>
        }
    };
    let on_host = move || book.host.with(Option::is_some);
    view! {
        <div class="history-search">
            <IconView icon=Icon::Search />
            <input
                node_ref=field
                class="input"
                type="search"
                aria-label="Search commands"
                placeholder="Search commands"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                bind:value=book.search
            />
        </div>
        <div class="history-choices">
            <div class="segments" role="group" aria-label="List">
                {choice("Recent", false, book.unique)}
                {choice("Unique", true, book.unique)}
            </div>
            {move || on_host().then(|| view! {
                <div class="segments" role="group" aria-label="Hosts">
                    {choice("This host", false, book.everywhere)}
                    {choice("All hosts", true, book.everywhere)}
                </div>
            })}
        </div>
    }
}

/// What stands in the place of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Loading,
    Failed,
    Empty,
    Rows,
}

fn place(book: Book) -> Place {
    book.found.with(|found| match found {
        None if book.error.with(Option::is_some) => Place::Failed,
        None => Place::Loading,
        Some(Found::Recent(commands)) if commands.is_empty() => Place::Empty,
        Some(Found::Unique(commands)) if commands.is_empty() => Place::Empty,
        Some(_) => Place::Rows,
    })
}

/// The commands.
#[component]
pub(super) fn List(book: Book) -> impl IntoView {
    let more = move || {
        let shown = u64::from(book.limit.get());
        (book.total.get() > shown && shown < u64::from(MOST)).then(|| {
            view! { <Button on_click=move |()| book.more()>"Show more"</Button> }
        })
    };
    let place = Memo::new(move |_| place(book));
    let rows = move || match place.get() {
        Place::Failed => ().into_any(),
        Place::Loading => view! { <Skeleton rows=4 label="Loading the history" /> }.into_any(),
        Place::Empty => view! { <Nothing book /> }.into_any(),
        Place::Rows => view! { <Rows book /> }.into_any(),
    };
    view! {
        <p class="sr-only" role="status">{move || book.found.with(Option::is_some).then(|| words::counted(book.total.get()))}</p>
        {rows}
        <div class="history-more">{more}</div>
    }
}

#[component]
fn Nothing(book: Book) -> impl IntoView {
    let (tap, opens) = match book.desk {
        Some(_) => (
            "Tap a command to put it into the terminal again; nothing runs until you press Enter.",
            " Ctrl+Shift+H opens and closes this list.",
        ),
        None => ("Tap a command to copy it.", ""),
    };
    move || match book.search.with(|text| text.trim().is_empty()) {
        false => view! { <p class="history-nothing">"No command has this in it."</p> }.into_any(),
        true => view! {
            <EmptyState icon=Icon::History title="No command yet">
                <p>"What you type at the prompt appears here. "{tap}</p>
                <p>"Passwords are never kept, nor is a line that begins with a space."{opens}</p>
            </EmptyState>
        }
        .into_any(),
    }
}
