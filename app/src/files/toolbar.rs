//! What stands above the list: search, what can be made, and what can be done with what is chosen.

use super::{
    acts::{self, Act},
    browser::Browser,
    order::Column,
    upload::{Uploads, picker::Pickers},
};
use crate::{
    terminal::Opener,
    ui::{Button, Icon, IconButton, IconView, Menu, MenuItem},
};
use leptos::{ev, prelude::*};
use std::collections::BTreeSet;

/// The bar.
#[component]
pub(super) fn Toolbar(browser: Browser, uploads: Uploads) -> impl IntoView {
    let chosen = Memo::new(move |_| browser.chosen.with(BTreeSet::len));
    let is_blocked = Memo::new(move |_| browser.is_blocked());
    move || {
        if is_blocked.get() {
            ().into_any()
        } else if chosen.get() > 0 {
            view! { <Chosen browser chosen /> }.into_any()
        } else {
            view! { <Usual browser uploads /> }.into_any()
        }
    }
}

#[component]
fn Usual(browser: Browser, uploads: Uploads) -> impl IntoView {
    let opener = expect_context::<Opener>();
    let clear = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            browser.search.set(String::new());
        }
    };
    let pickers = Pickers::new(browser, uploads);
    let more = move |()| {
        let able = browser.folder.with_untracked(|folder| folder.as_ref().is_some_and(|folder| folder.abilities.links));
        let mut items = vec![
            MenuItem::new("New folder", Icon::Folder, move || browser.act.set(Some(Act::New(true)))),
            MenuItem::new("New file", Icon::File, move || browser.act.set(Some(Act::New(false)))),
        ];
        if able {
            items.push(MenuItem::new("New link", Icon::Link, move || browser.act.set(Some(Act::NewLink))));
        }
        items.push(MenuItem::new("Upload a folder", Icon::Upload, move || pickers.folder()));
        items.push(MenuItem::new("Read the folder anew", Icon::Refresh, move || browser.read()));
        items.push(MenuItem::new("Choose all", Icon::Check, move || browser.choose_all()));
        if browser.has_shell.get_untracked() {
            let word = if browser.on_line().is_some() { "Go here in the terminal" } else { "Terminal here" };
            let here = move || acts::terminal_here(browser, opener);
            items.push(MenuItem::new(word, Icon::Terminal, here));
        }
        items
    };
    view! {
        <div class="files-bar">
            <div class="search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search in this folder" placeholder="Search"
                    autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=browser.search on:keydown=clear />
            </div>
            <span class="files-sort"><Menu label="Sort" items=move |()| sorts(browser)><IconView icon=Icon::List /></Menu></span>
            <span class="files-refresh">
                <IconButton icon=Icon::Refresh label="Read the folder anew" on_click=move |()| browser.read() />
            </span>
            <Button icon=Icon::Upload on_click=move |()| pickers.files()>"Upload"</Button>
            <Menu label="More" items=more />
            {pickers.view()}
        </div>
    }
}

/// What the headings do, where there is no room for them.
fn sorts(browser: Browser) -> Vec<MenuItem> {
    let now = browser.order.get_untracked();
    let columns =
        [("name", Column::Name), ("size", Column::Size), ("change", Column::Modified), ("rights", Column::Rights)];
    let item = |(word, column): (&str, Column)| {
        let icon = match now.column == column {
            true if now.descending => Icon::ChevronDown,
            true => Icon::ChevronUp,
            false => Icon::List,
        };
        MenuItem::new(format!("By {word}"), icon, move || browser.order.update(|order| *order = order.tapped(column)))
    };
    columns.map(item).into()
}

#[component]
fn Chosen(browser: Browser, chosen: Memo<usize>) -> impl IntoView {
    let on_one = move |act: fn(Box<wire::files::Entry>) -> Act| {
        if let [one] = browser.chosen_entries().as_slice() {
            browser.act.set(Some(act(Box::new(one.clone()))));
        }
    };
    let more = move |()| {
        let mut items = vec![
            MenuItem::new("Copy to…", Icon::Copy, move || {
                browser.act.set(Some(Act::Copy(browser.chosen_entries(), false)))
            }),
            MenuItem::new("Move to…", Icon::ChevronRight, move || {
                browser.act.set(Some(Act::Copy(browser.chosen_entries(), true)));
            }),
        ];
        if chosen.get_untracked() == 1 {
            items.push(MenuItem::new("Rename", Icon::Pencil, move || on_one(Act::Rename)));
            items.push(MenuItem::new("Rights", Icon::Lock, move || on_one(Act::Rights)));
        }
        items
    };
    view! {
        <div class="files-bar files-chosen">
            <span class="files-count" role="status">{move || format!("{} chosen", chosen.get())}</span>
            <Button icon=Icon::Download on_click=move |()| acts::download(browser, &browser.chosen_entries())><span class="files-act">"Download"</span></Button>
            <Button icon=Icon::Trash on_click=move |()| acts::delete_chosen(browser)><span class="files-act">"Delete"</span></Button>
            <Menu label="More" items=more />
            <IconButton icon=Icon::Close label="Choose nothing" on_click=move |()| browser.chosen.update(BTreeSet::clear) />
        </div>
    }
}
