//! One entry: a tap on its name opens it, a click beside it chooses it, its menu does the rest.

use super::{acts, browser::Browser, drag};
use crate::ui::{Icon, IconView, Menu, RelativeTime, has_coarse_pointer};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use wire::files::{Entry, EntryKind};

/// The id of a row's element.
pub(super) fn row_id(row: usize) -> String {
    format!("file-{row}")
}

/// The row, so far from the top of the list, in pixels.
#[component]
pub(super) fn Row(browser: Browser, row: usize, entry: Entry, top: f64) -> impl IntoView {
    let path = entry.path.clone();
    let chosen = Memo::new(move |_| browser.chosen.with(|chosen| chosen.contains(&path)));
    let (name, menu, opened, dragged) = (entry.name.to_string(), entry.clone(), entry.clone(), entry.clone());
    let click = move |event: ev::MouseEvent| {
        let on_control = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("button, input, [role=menu]").ok().flatten());
        if on_control.is_none() {
            // A finger has no Ctrl: each tap adds to the choice, or takes from it.
            let besides = event.ctrl_key() || event.meta_key() || has_coarse_pointer();
            browser.choose(row, besides, event.shift_key());
        }
    };
    let open = move |event: ev::MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            browser.choose(row, event.ctrl_key() || event.meta_key(), event.shift_key());
        } else {
            browser.at.set(row);
            browser.open(&opened);
        }
    };
    let icon = match (entry.is_directory, entry.kind) {
        (true, _) => Icon::Folder,
        (_, EntryKind::Link) => Icon::Link,
        _ => Icon::File,
    };
    let target = entry.link_target.as_ref().map(|target| format!(" → {target}"));
    let size = if entry.is_directory { String::new() } else { entry.size_formatted.clone() };
    let label = format!("Choose {name}");
    view! {
        <div role="row" id=row_id(row) class="file-row" class:file-folder=entry.is_directory
            aria-rowindex=(row + 2).to_string() aria-selected=move || chosen.get().to_string()
            class:file-at=move || browser.at.get() == row
            style:transform=format!("translateY({top}px)") on:click=click
            draggable=(!has_coarse_pointer()).to_string() on:dragstart=move |event| drag::begin(browser, &event, &dragged)>
            <span role="gridcell" class="file-check">
                <input type="checkbox" tabindex="-1" aria-label=label prop:checked=move || chosen.get()
                    on:change=move |_| browser.choose(row, true, false) />
            </span>
            <span role="gridcell" class="file-name">
                <IconView icon />
                <button type="button" class="file-open" tabindex="-1" title=name.clone() on:click=open><bdi>{name.clone()}</bdi></button>
                {target.map(|target| view! { <span class="file-target"><bdi>{target}</bdi></span> })}
            </span>
            <span role="gridcell" class="file-size">{size}</span>
            <span role="gridcell" class="file-time">
                {entry.modified.map(|at| view! { <RelativeTime millis=at.millis() /> })}
            </span>
            <span role="gridcell" class="file-rights mono">{entry.permissions.clone()}</span>
            <span role="gridcell" class="file-menu">
                <Menu label=format!("Actions for {name}") items=move |()| acts::entries(browser, &menu) />
            </span>
        </div>
    }
}
