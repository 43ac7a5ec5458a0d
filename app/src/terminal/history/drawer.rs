//! The drawer: beside the terminal where there is room, over it where there is none.

use super::{
    super::desk::{Ask, Desk},
    api,
    book::{Book, Found, MOST},
    rows::{Recent, Unique},
};
use crate::ui::{
    Button, ButtonKind, ConfirmDialog, EmptyState, Icon, IconButton, IconView, Notice, Skeleton, Submit, ToastKind,
    Tone, toast,
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Shown while the person looks at the history.
#[component]
pub(in super::super) fn HistoryDrawer(desk: Desk) -> impl IntoView {
    move || desk.history.get().then(|| view! { <Drawer desk /> })
}

#[component]
fn Drawer(desk: Desk) -> impl IntoView {
    let book = Book::open(desk);
    let forgetting = RwSignal::new(false);
    let list = NodeRef::<html::Div>::new();
    keep_reading(book);
    let close = move || {
        desk.history.set(false);
        desk.focus();
    };
    let key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            close();
        }
        "ArrowDown" => step(list, &event, true),
        "ArrowUp" => step(list, &event, false),
        _ => {}
    };
    let some = move || book.found.with(Option::is_some) && book.total.get() > 0;
    view! {
        <aside class="history" aria-label="Command history" on:keydown=key>
            <div class="history-head">
                <h2>"History"</h2>
                <IconButton icon=Icon::Close label="Close history" on_click=move |()| close() />
            </div>
            <Search book />
            {move || book.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <div class="history-list" node_ref=list><List book /></div>
            <div class="history-foot">
                {move || (!desk.marked.get()).then(|| view! {
                    <button type="button" class="history-offer" on:click=move |_| desk.ask.set(Some(Ask::Marks))>
                        "Exit codes and directories? Set up shell integration"
                    </button>
                })}
                {move || some().then(|| view! {
                    <Button kind=ButtonKind::Ghost icon=Icon::Trash on_click=move |()| forgetting.set(true)>
                        {move || format!("Delete {}", counted(book.total.get()))}
                    </Button>
                })}
            </div>
            {move || forgetting.get().then(|| view! { <ForgetQuestion book open=forgetting /> })}
        </aside>
    }
}

/// What to look for, and where.
#[component]
fn Search(book: Book) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        // On a phone the on-screen keyboard would take the room that the list needs.
        if let Some(field) = field.get().filter(|_| !has_coarse_pointer()) {
            let _ = field.focus();
        }
    });
    let choice = move |text: &'static str, chosen: bool, signal: RwSignal<bool>| {
        view! {
            <button type="button" class="history-choice" aria-pressed=move || (signal.get() == chosen).to_string()
                on:click=move |_| signal.set(chosen)>{text}</button>
        }
    };
    let on_host = move || book.desk.details.with(|details| details.as_ref().is_some_and(|it| it.host_id.is_some()));
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
            <div class="history-group" role="group" aria-label="List">
                {choice("Recent", false, book.unique)}
                {choice("Unique", true, book.unique)}
            </div>
            {move || on_host().then(|| view! {
                <div class="history-group" role="group" aria-label="Hosts">
                    {choice("This host", false, book.everywhere)}
                    {choice("All hosts", true, book.everywhere)}
                </div>
            })}
        </div>
    }
}

#[component]
fn List(book: Book) -> impl IntoView {
    let more = move || {
        let shown = u64::from(book.limit.get());
        (book.total.get() > shown && shown < u64::from(MOST)).then(|| {
            view! { <Button on_click=move |()| book.more()>"Show more"</Button> }
        })
    };
    let rows = move || match book.found.get() {
        None if book.error.with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton rows=4 label="Loading the history" /> }.into_any(),
        Some(Found::Recent(commands)) if commands.is_empty() => view! { <Nothing book /> }.into_any(),
        Some(Found::Unique(commands)) if commands.is_empty() => view! { <Nothing book /> }.into_any(),
        Some(Found::Recent(commands)) => view! { <Recent book commands /> }.into_any(),
        Some(Found::Unique(commands)) => view! { <Unique book commands /> }.into_any(),
    };
    view! {
        <p class="sr-only" role="status">{move || book.found.with(Option::is_some).then(|| counted(book.total.get()))}</p>
        {rows}
        <div class="history-more">{more}</div>
    }
}

#[component]
fn Nothing(book: Book) -> impl IntoView {
    if book.search.with(|text| !text.trim().is_empty()) {
        return view! { <p class="history-nothing">"No command has this in it."</p> }.into_any();
    }
    view! {
        <EmptyState icon=Icon::History title="No command yet">
            <p>"What you type at the prompt appears here. Tap a command to put it into the terminal again; nothing runs until you press Enter."</p>
            <p>"Passwords are never kept, nor is a line that begins with a space. Ctrl+Shift+H opens and closes this list."</p>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn ForgetQuestion(book: Book, open: RwSignal<bool>) -> impl IntoView {
    let submit = Submit::new();
    let query = book.matching();
    let which = match (&query.search, &query.host) {
        (Some(_), _) => "that match the search",
        (None, Some(_)) => "typed on this host",
        (None, None) => "typed on any host",
    };
    let body = format!("Every command {which} is deleted from the history, for good. Nothing changes on the hosts.");
    let forget = move |()| {
        submit.run(api::forget_matching(query.clone()), move |done| {
            open.set(false);
            toast(ToastKind::Success, done.message);
            book.read_after(0);
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {}?", counted(book.total.get_untracked()))
            body
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=forget
            on_cancel=move |()| open.set(false)
        />
    }
}

fn counted(total: u64) -> String {
    match total {
        1 => "1 command".into(),
        many => format!("{many} commands"),
    }
}

/// The arrows go from the search to the commands and among them.
fn step(list: NodeRef<html::Div>, event: &ev::KeyboardEvent, down: bool) {
    let Some(list) = list.get_untracked() else { return };
    let Ok(rows) = list.query_selector_all(".history-insert") else { return };
    let rows: Vec<HtmlElement> = (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into().ok()).collect();
    let focused = document().active_element();
    let at = rows.iter().position(|row| focused.as_ref() == Some(row.as_ref()));
    let next = match (at, down) {
        (None, true) => Some(0),
        (Some(at), true) => Some(at + 1),
        (Some(at), false) => at.checked_sub(1),
        (None, false) => None,
    };
    if let Some(row) = next.and_then(|next| rows.get(next)) {
        event.prevent_default();
        let _ = row.focus();
    }
}

fn has_coarse_pointer() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// Reads again when something was sent off in this terminal, or ended.
fn keep_reading(book: Book) {
    Effect::new(move |before: Option<()>| {
        book.desk.commands.track();
        if before.is_some() {
            book.read_after(SETTLE);
        }
    });
}

/// So long (in ms) the server may take to write a command down.
const SETTLE: u32 = 400;
