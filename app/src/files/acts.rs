//! What can be done with entries: from a row's menu, from the bar above the list, by keys.

use super::{
    api,
    browser::Browser,
    copy::CopyDialog,
    delete::DeleteDialog,
    dialogs::{LinkDialog, New, Rename},
    look::Look,
    rights::RightsDialog,
    shell,
};
use crate::terminal::Opener;
use crate::ui::{Icon, MenuItem, ToastKind, copy_text, toast};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;
use wire::files::Entry;

/// More than so many downloads at once are no help to anybody.
const DOWNLOADS: usize = 20;

/// The dialog that is open.
#[derive(Clone)]
pub(super) enum Act {
    /// A folder, or a file.
    New(bool),
    NewLink,
    Rename(Box<Entry>),
    Rights(Box<Entry>),
    Delete(Vec<Entry>),
    /// Into another folder; with `true` they do not stay where they are.
    Copy(Vec<Entry>, bool),
    Look(Box<Entry>),
}

/// The dialog that is open.
#[component]
pub(super) fn Acts(browser: Browser) -> impl IntoView {
    move || match browser.act.get() {
        None => ().into_any(),
        Some(Act::New(is_folder)) => view! { <New browser is_folder /> }.into_any(),
        Some(Act::NewLink) => view! { <LinkDialog browser /> }.into_any(),
        Some(Act::Rename(entry)) => view! { <Rename browser entry=*entry /> }.into_any(),
        Some(Act::Rights(entry)) => view! { <RightsDialog browser entry=*entry /> }.into_any(),
        Some(Act::Delete(entries)) => view! { <DeleteDialog browser entries /> }.into_any(),
        Some(Act::Copy(entries, moves)) => view! { <CopyDialog browser entries moves /> }.into_any(),
        Some(Act::Look(entry)) => view! { <Look browser entry=*entry /> }.into_any(),
    }
}

/// What a row's menu has.
pub(super) fn entries(browser: Browser, entry: &Entry) -> Vec<MenuItem> {
    let open = |act: fn(Box<Entry>) -> Act| {
        let entry = entry.clone();
        move || browser.act.set(Some(act(Box::new(entry.clone()))))
    };
    let abilities = browser.folder.with_untracked(|folder| folder.as_ref().map(|folder| folder.abilities));
    let abilities = abilities.unwrap_or_default();
    let (down, path, gone) = (entry.clone(), entry.path.to_text(), entry.clone());
    let mut items = Vec::new();
    if !entry.is_directory {
        items.push(MenuItem::new("Open", Icon::Eye, open(Act::Look)));
    }
    let word = if entry.is_directory { "Download as tar" } else { "Download" };
    items.push(MenuItem::new(word, Icon::Download, move || download(browser, std::slice::from_ref(&down))));
    items.push(MenuItem::new("Rename", Icon::Pencil, open(Act::Rename)));
    items.push(MenuItem::new("Copy to…", Icon::Copy, open(|entry| Act::Copy(vec![*entry], false))));
    items.push(MenuItem::new("Move to…", Icon::ChevronRight, open(|entry| Act::Copy(vec![*entry], true))));
    if abilities.chmod {
        items.push(MenuItem::new("Rights", Icon::Lock, open(Act::Rights)));
    }
    items.push(MenuItem::new("Copy its path", Icon::Clipboard, move || copy_text(&path)));
    items.push(
        MenuItem::new("Delete", Icon::Trash, move || browser.act.set(Some(Act::Delete(vec![gone.clone()])))).danger(),
    );
    items
}

/// What the menu of a row has at a right click: of all that is chosen, when the row is one of it.
pub(super) fn of_row(browser: Browser, entry: &Entry) -> Vec<MenuItem> {
    let chosen = browser.chosen_entries();
    if chosen.len() < 2 || !chosen.iter().any(|one| one.path == entry.path) {
        return entries(browser, entry);
    }
    let act = |act: fn(Vec<Entry>) -> Act| move || browser.act.set(Some(act(browser.chosen_entries())));
    let many = |word: &str| format!("{word} {} entries", chosen.len());
    vec![
        MenuItem::new(many("Download"), Icon::Download, move || download(browser, &browser.chosen_entries())),
        MenuItem::new(many("Copy"), Icon::Copy, act(|entries| Act::Copy(entries, false))),
        MenuItem::new(many("Move"), Icon::ChevronRight, act(|entries| Act::Copy(entries, true))),
        MenuItem::new(many("Delete"), Icon::Trash, act(Act::Delete)).danger(),
    ]
}

/// Saves these: the browser writes them to disk as they come.
pub(super) fn download(browser: Browser, entries: &[Entry]) {
    if entries.len() > DOWNLOADS {
        toast(ToastKind::Info, format!("At most {DOWNLOADS} at once; download their folder as a tar instead."));
        return;
    }
    for entry in entries {
        let made = document().create_element("a");
        if let Ok(link) = made.map(JsCast::unchecked_into::<HtmlAnchorElement>) {
            link.set_href(&api::download(&browser.host(), entry));
            link.set_download("");
            link.click();
        }
    }
}

/// A terminal in the folder: another session, or, beside a terminal, a line for that one.
pub(super) fn terminal_here(browser: Browser, opener: Opener) {
    let Some(line) = untrack(move || browser.path()).and_then(|path| shell::cd(&path)) else {
        toast(ToastKind::Error, "This folder's name cannot be typed into a terminal.");
        return;
    };
    match browser.on_line() {
        Some(on_line) => on_line.run(line),
        None => opener.open_with(browser.host(), browser.host_name.get_untracked(), [line.as_slice(), b"\r"].concat()),
    }
}

/// Asks before what is chosen is deleted.
pub(super) fn delete_chosen(browser: Browser) {
    let chosen = browser.chosen_entries();
    if !chosen.is_empty() {
        browser.act.set(Some(Act::Delete(chosen)));
    }
}

/// Renames what is chosen, when it is one.
pub(super) fn rename_chosen(browser: Browser) {
    if let [one] = browser.chosen_entries().as_slice() {
        browser.act.set(Some(Act::Rename(Box::new(one.clone()))));
    }
}
