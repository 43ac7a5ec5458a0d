//! The entries of a folder: only the rows that are seen are drawn, so that 100,000 are as smooth as ten.

use super::{
    browser::Browser,
    order::Column,
    row::{Row, row_id},
};
use crate::ui::{Icon, IconView, has_coarse_pointer};
use leptos::{ev, html, prelude::*};

/// Rows that are drawn above and below those that are seen.
const SPARE: usize = 12;

/// So many are drawn at most, however large the window is.
const DRAWN: usize = 400;

/// The list.
#[component]
pub(super) fn List(browser: Browser) -> impl IntoView {
    let height = if has_coarse_pointer() { 52.0 } else { 34.0 };
    let (top, seen) = (RwSignal::new(0.0), RwSignal::new(800.0));
    let node = NodeRef::<html::Div>::new();
    let measure = move || {
        if let Some(node) = node.get_untracked() {
            top.set(f64::from(node.scroll_top()));
            seen.set(f64::from(node.client_height()).max(200.0));
        }
    };
    let resized = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        // Another folder begins at its top.
        browser.folder.track();
        if let Some(node) = node.get() {
            if untrack(move || browser.at.get()) == 0 {
                node.set_scroll_top(0);
            }
            measure();
        }
    });
    let range = Memo::new(move |_| {
        let first = (top.get() / height) as usize;
        let last = ((top.get() + seen.get()) / height) as usize + 1;
        let first = first.saturating_sub(SPARE);
        (first, (last + SPARE).min(first + DRAWN).min(browser.rows()))
    });
    let rows = move || {
        let (first, last) = range.get();
        (first..last).filter_map(|row| browser.entry(row).map(|entry| (row, entry))).collect::<Vec<_>>()
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.target() == event.current_target() && keys(browser, &event, (seen.get_untracked() / height) as usize) {
            event.prevent_default();
            bring_into_sight(node, browser.at.get_untracked(), height);
        }
    };
    view! {
        <div class="files-scroll" node_ref=node role="grid" tabindex="0" aria-label="Files" aria-multiselectable="true"
            aria-rowcount=move || (browser.rows() + 1).to_string()
            aria-activedescendant=move || (browser.rows() > 0).then(|| row_id(browser.at.get()))
            on:scroll=move |_| measure() on:keydown=keydown>
            <div role="rowgroup" class="files-head">
                <div role="row" class="file-row" aria-rowindex="1">
                    <span role="columnheader" class="file-check"><span class="sr-only">"Chosen"</span></span>
                    <Heading browser column=Column::Name text="Name" class="file-name" />
                    <Heading browser column=Column::Size text="Size" class="file-size" />
                    <Heading browser column=Column::Modified text="Changed" class="file-time" />
                    <Heading browser column=Column::Rights text="Rights" class="file-rights" />
                    <span role="columnheader" class="file-menu"><span class="sr-only">"Actions"</span></span>
                </div>
            </div>
            <div role="rowgroup" class="files-space" style:height=move || format!("{}px", browser.rows() as f64 * height)>
                <For each=rows key=|(row, entry)| (*row, entry.path.clone(), entry.size, entry.modified, entry.mode)
                    children=move |(row, entry)| view! { <Row browser row entry top=row as f64 * height /> } />
            </div>
        </div>
    }
}

#[component]
fn Heading(browser: Browser, column: Column, text: &'static str, class: &'static str) -> impl IntoView {
    let sorted = move || {
        let order = browser.order.get();
        (order.column == column).then_some(if order.descending { "descending" } else { "ascending" })
    };
    view! {
        <span role="columnheader" class=class aria-sort=sorted>
            <button type="button" class="file-heading" on:click=move |_| browser.order.update(|order| *order = order.tapped(column))>
                {text}
                {move || sorted().map(|way| view! {
                    <IconView icon=if way == "ascending" { Icon::ChevronUp } else { Icon::ChevronDown } />
                })}
            </button>
        </span>
    }
}

/// What a key does in the list; whether it does anything.
fn keys(browser: Browser, event: &ev::KeyboardEvent, page: usize) -> bool {
    let (at, last) = (browser.at.get_untracked(), untrack(move || browser.rows()).saturating_sub(1));
    let with_control = event.ctrl_key() || event.meta_key();
    let next = match event.key().as_str() {
        "ArrowDown" => (at + 1).min(last),
        "ArrowUp" => at.saturating_sub(1),
        "PageDown" => (at + page).min(last),
        "PageUp" => at.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        " " => {
            browser.choose(at, true, event.shift_key());
            return true;
        }
        "Enter" => {
            if let Some(entry) = untrack(move || browser.entry(at)) {
                browser.open(&entry);
            }
            return true;
        }
        "a" if with_control => {
            browser.choose_all();
            return true;
        }
        "Backspace" => {
            browser.up();
            return true;
        }
        "Escape" => {
            browser.chosen.update(std::collections::BTreeSet::clear);
            return true;
        }
        "Delete" => {
            super::acts::delete_chosen(browser);
            return true;
        }
        "F2" => {
            super::acts::rename_chosen(browser);
            return true;
        }
        _ => return false,
    };
    if event.shift_key() {
        browser.choose(next, with_control, true);
    } else {
        browser.go_to_row(next);
    }
    true
}

fn bring_into_sight(node: NodeRef<html::Div>, row: usize, height: f64) {
    let Some(node) = node.get_untracked() else { return };
    // The heading stands above the rows and covers the first line of what is seen.
    let (top, seen) = (row as f64 * height, f64::from(node.client_height()) - height);
    let now = f64::from(node.scroll_top());
    if top < now {
        node.set_scroll_top(top as i32);
    } else if top + height > now + seen {
        node.set_scroll_top((top + height - seen) as i32);
    }
}
