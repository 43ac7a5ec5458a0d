//! One entry: a tap on its name opens it, a click beside it chooses it, its menu does the rest.

use super::{acts, browser::Browser, drag, words::with_blanks_seen};
use crate::ui::{Icon, IconView, SharedMenu, has_coarse_pointer, now, span};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use wire::files::{Entry, EntryKind};

/// In seconds.
const WEEK: u64 = 7 * 86_400;

/// The id of a row's element.
pub(super) fn row_id(row: usize) -> String {
    format!("file-{row}")
}

/// What the menu of an entry is called.
pub(super) fn actions_for(entry: &Entry) -> String {
    format!("Actions for {}", name(entry))
}

/// The row, so high in pixels. It goes on with another entry when another one is in sight.
#[component]
pub(super) fn Row(browser: Browser, menu: SharedMenu, row: Memo<usize>, height: f64) -> impl IntoView {
    // Nothing for the moment in which there are fewer rows than elements.
    let entry = Memo::new(move |_| browser.entry(row.get()));
    let of = move |tell: fn(&Entry) -> String| entry.with(|entry| entry.as_ref().map(tell).unwrap_or_default());
    let is_folder = Memo::new(move |_| entry.with(|entry| entry.as_ref().is_some_and(|entry| entry.is_directory)));
    let chosen = Memo::new(move |_| {
        let is_chosen = |entry: &Entry| browser.chosen.with(|chosen| chosen.contains(&entry.path));
        entry.with(|entry| entry.as_ref().is_some_and(is_chosen))
    });
    let click = move |event: ev::MouseEvent| {
        if inside(&event, "button, input").is_none() {
            // A finger has no Ctrl: each tap adds to the choice, or takes from it.
            let besides = event.ctrl_key() || event.meta_key() || has_coarse_pointer();
            browser.choose(row.get_untracked(), besides, event.shift_key());
        }
    };
    let open = move |event: ev::MouseEvent| {
        let row = row.get_untracked();
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            browser.choose(row, event.ctrl_key() || event.meta_key(), event.shift_key());
        } else if let Some(entry) = entry.get_untracked() {
            browser.at.set(row);
            browser.open(&entry);
        }
    };
    let open_menu = move |event: ev::MouseEvent| {
        if let Some((button, entry)) = inside(&event, "button").zip(entry.get_untracked()) {
            menu.below(button, actions_for(&entry), acts::entries(browser, &entry));
        }
    };
    let right_click = move |event: ev::MouseEvent| {
        if let Some(entry) = entry.get_untracked() {
            event.prevent_default();
            browser.at.set(row.get_untracked());
            let point = (f64::from(event.client_x()), f64::from(event.client_y()));
            menu.at(point, actions_for(&entry), acts::of_row(browser, &entry));
        }
    };
    let drag = move |event: ev::DragEvent| {
        entry.with_untracked(|entry| entry.iter().for_each(|entry| drag::begin(browser, &event, entry)));
    };
    view! {
        <div role="row" id=move || row_id(row.get()) class="file-row" class:file-folder=is_folder
            hidden=move || entry.with(Option::is_none)
            aria-rowindex=move || (row.get() + 2).to_string() aria-selected=move || chosen.get().to_string()
            class:file-at=move || browser.at.get() == row.get()
            style:transform=move || format!("translateY({}px)", row.get() as f64 * height)
            on:click=click on:contextmenu=right_click
            draggable=(!has_coarse_pointer()).to_string() on:dragstart=drag>
            <span role="gridcell" class="file-check">
                <input type="checkbox" tabindex="-1" aria-label=move || of(|entry| format!("Choose {}", name(entry)))
                    prop:checked=move || chosen.get() on:change=move |_| browser.choose(row.get_untracked(), true, false) />
            </span>
            <span role="gridcell" class="file-name">
                <Kind entry />
                <button type="button" class="file-open" tabindex="-1" title=move || of(name) on:click=open>
                    <bdi>{move || of(name)}</bdi>
                </button>
                <span class="file-target"><bdi>{move || of(target)}</bdi></span>
            </span>
            <span role="gridcell" class="file-size">{move || of(size)}</span>
            <span role="gridcell" class="file-time"><Changed entry /></span>
            <span role="gridcell" class="file-rights mono">{move || of(|entry| entry.permissions.clone())}</span>
            <span role="gridcell" class="file-owner">{move || of(owner)}</span>
            <span role="gridcell" class="file-menu">
                <button type="button" class="icon-button" tabindex="-1" aria-haspopup="menu"
                    aria-label=move || of(actions_for) on:click=open_menu
                    on:pointerdown=move |event| inside(&event, "button").into_iter().for_each(|button| menu.press(button))>
                    <IconView icon=Icon::More />
                </button>
            </span>
        </div>
    }
}

/// What of these the event happened in.
fn inside(event: &ev::MouseEvent, what: &str) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(what).ok()??.dyn_into().ok()
}

/// Its name, for eyes.
fn name(entry: &Entry) -> String {
    with_blanks_seen(&entry.name.to_string())
}

fn target(entry: &Entry) -> String {
    entry.link_target.as_ref().map(|target| format!(" → {target}")).unwrap_or_default()
}

fn size(entry: &Entry) -> String {
    if entry.is_directory { String::new() } else { entry.size_formatted.clone() }
}

/// To whom it belongs; the group too, where that says more.
fn owner(entry: &Entry) -> String {
    match (&entry.owner, &entry.group) {
        (Some(owner), Some(group)) if owner != group => format!("{owner}:{group}"),
        (owner, group) => owner.as_ref().or(group.as_ref()).cloned().unwrap_or_default(),
    }
}

#[component]
fn Kind(entry: Memo<Option<Entry>>) -> impl IntoView {
    let icon = Memo::new(move |_| {
        entry.with(|entry| match entry.as_ref().map(|entry| (entry.is_directory, entry.kind)) {
            Some((true, _)) => Icon::Folder,
            Some((_, EntryKind::Link)) => Icon::Link,
            _ => Icon::File,
        })
    });
    move || view! { <IconView icon=icon.get() /> }
}

/// How long ago it changed; the exact moment is worked out when a pointer asks for it.
#[component]
fn Changed(entry: Memo<Option<Entry>>) -> impl IntoView {
    let (at, clock) = (Memo::new(move |_| entry.with(|entry| entry.as_ref().and_then(|entry| entry.modified))), now());
    let words = move || {
        let at = at.get()?;
        let seconds = u64::try_from((clock.get() - at.millis()) / 1_000).unwrap_or(0);
        // How many days ago is of no help for what is old: a day of the calendar is.
        if seconds < WEEK { Some(span::ago(seconds)) } else { at.to_string().get(..10).map(str::to_owned) }
    };
    let tell = move |event: ev::PointerEvent| {
        if let Some((element, at)) = inside(&event, "time").zip(at.get_untracked()) {
            let date = js_sys::Date::new(&(at.millis() as f64).into());
            element.set_title(&String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED)));
        }
    };
    view! { <time datetime=move || at.get().map(|at| at.to_string()) on:pointerenter=tell>{words}</time> }
}
