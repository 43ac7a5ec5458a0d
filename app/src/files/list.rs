//! The entries of a folder: only the rows that are seen are drawn, so that 100,000 are as smooth as ten.

use super::{
    acts,
    browser::Browser,
    order::Column,
    row::{Row, actions_for, row_id},
};
use crate::ui::{Icon, IconView, SharedMenu, has_coarse_pointer, rolling};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// The list. Its rows roll: see [`rolling`].
#[component]
pub(super) fn List(browser: Browser) -> impl IntoView {
    let height = if has_coarse_pointer() { 52.0 } else { 34.0 };
    let (top, seen) = (RwSignal::new(0.0), RwSignal::new(800.0));
    let (node, menu) = (NodeRef::<html::Div>::new(), SharedMenu::new());
    let measure = move || {
        if let Some(node) = node.get_untracked() {
            seen.maybe_update(|seen| {
                let now = f64::from(node.client_height()).max(200.0);
                std::mem::replace(seen, now) != now
            });
        }
    };
    let scrolled = move |_| {
        if let Some(node) = node.get_untracked() {
            menu.close();
            top.set(f64::from(node.scroll_top()));
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
            top.set(f64::from(node.scroll_top()));
        }
    });
    let rows = Memo::new(move |_| browser.rows());
    let elements = Memo::new(move |_| rolling::elements(seen.get(), height, rows.get()));
    let first = Memo::new(move |_| rolling::first(top.get(), height, rows.get(), elements.get()));
    let keydown = move |event: ev::KeyboardEvent| {
        if event.target() == event.current_target()
            && keys(browser, menu, &event, (seen.get_untracked() / height) as usize)
        {
            event.prevent_default();
            bring_into_sight(node, browser.at.get_untracked(), height);
        }
    };
    view! {
        <div class="files-scroll" node_ref=node role="grid" tabindex="0" aria-label="Files" aria-multiselectable="true"
            aria-rowcount=move || (rows.get() + 1).to_string()
            aria-busy=move || browser.busy.get().to_string()
            aria-activedescendant=move || (rows.get() > 0).then(|| row_id(browser.at.get()))
            on:scroll=scrolled on:keydown=keydown>
            <div role="rowgroup" class="files-head">
                <div role="row" class="file-row" aria-rowindex="1">
                    <span role="columnheader" class="file-check"><span class="sr-only">"Chosen"</span></span>
                    <Heading browser column=Column::Name text="Name" class="file-name" />
                    <Heading browser column=Column::Size text="Size" class="file-size" />
                    <Heading browser column=Column::Modified text="Changed" class="file-time" />
                    <Heading browser column=Column::Rights text="Rights" class="file-rights" />
                    <Heading browser column=Column::Owner text="Owner" class="file-owner" />
                    <span role="columnheader" class="file-menu"><span class="sr-only">"Actions"</span></span>
                </div>
            </div>
            <div role="rowgroup" class="files-space" style:height=move || format!("{}px", rows.get() as f64 * height)>
                <For each=move || 0..elements.get() key=|element| *element
                    children=move |element| view! { <Row browser menu row=Memo::new(move |_| rolling::row_of(element, first.get(), elements.get())) height /> } />
            </div>
        </div>
        {menu.view()}
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
fn keys(browser: Browser, menu: SharedMenu, event: &ev::KeyboardEvent, page: usize) -> bool {
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
        "ContextMenu" => {
            open_menu(browser, menu, at);
            return true;
        }
        "F10" if event.shift_key() => {
            open_menu(browser, menu, at);
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
            acts::delete_chosen(browser);
            return true;
        }
        "F2" => {
            acts::rename_chosen(browser);
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

/// Opens the menu of a row below its button, as long as that is drawn.
fn open_menu(browser: Browser, menu: SharedMenu, row: usize) {
    let found = document().query_selector(&format!("#{} .file-menu button", row_id(row)));
    let button = found.ok().flatten().and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some((button, entry)) = button.zip(untrack(move || browser.entry(row))) {
        menu.below(button, actions_for(&entry), acts::entries(browser, &entry));
    }
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
