//! The drawer: beside the terminal where there is room, over it where there is none.

use super::{
    super::desk::{Ask, Desk},
    book::Book,
    forget::{ForgetButton, ForgetQuestion},
    pane::{List, Search},
};
use crate::{
    events::{Line, Live},
    ui::{Icon, IconButton, Notice, Tone},
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
    // The session is told anew with every heartbeat; its host stays.
    let host = Memo::new(move |_| desk.details.with(|details| details.as_ref()?.host_id.clone()));
    let book = Book::open(host, Some(desk));
    let list = NodeRef::<html::Div>::new();
    keep_reading(book, desk);
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
    let forgetting = RwSignal::new(false);
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
                <ForgetButton book forgetting />
            </div>
        </aside>
        // Beside it, so that Escape answers the question and leaves the drawer.
        <ForgetQuestion book forgetting />
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

/// Where no line tells of changes (a window that a ticket opened), reads again when something was sent off here, or ended.
fn keep_reading(book: Book, desk: Desk) {
    let live = use_context::<Live>();
    Effect::new(move |before: Option<()>| {
        desk.commands.track();
        let is_told = live.is_some_and(|live| untrack(|| live.line()) == Line::Up);
        if before.is_some() && !is_told {
            book.read_after(SETTLE);
        }
    });
}

/// So long (in ms) the server may take to write a command down.
const SETTLE: u32 = 400;
