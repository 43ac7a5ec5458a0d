//! Copying into another folder, here or on another host; moving on this one.

use super::{api, browser::Browser, dialogs::Failure};
use crate::{
    error::AppError,
    inventory::api::hosts as read_hosts,
    ui::{Button, ButtonKind, Dialog, DialogActions, Select, Submit, TextField},
};
use leptos::{ev, prelude::*, task::spawn_local};
use wire::{
    files::{CopyRequest, Entry, OnConflict, RemotePath, RenameRequest},
    inventory::HostQuery,
};

/// So many hosts are offered.
const HOSTS: u32 = 1000;

/// The dialog.
#[component]
pub(super) fn CopyDialog(browser: Browser, entries: Vec<Entry>, moves: bool) -> impl IntoView {
    let here = untrack(move || browser.path()).map(|path| path.to_text()).unwrap_or_default();
    let (to, fault, submit) = (RwSignal::new(here), RwSignal::new(None::<String>), Submit::new());
    let (host, conflict) = (RwSignal::new(String::new()), RwSignal::new("fail".to_owned()));
    let hosts = RwSignal::new(vec![(String::new(), "This host".to_owned())]);
    if !moves {
        offer_hosts(browser, hosts);
    }
    let what = match entries.as_slice() {
        [one] => one.name.to_string(),
        more => format!("{} entries", more.len()),
    };
    let title = if moves { format!("Move {what}") } else { format!("Copy {what}") };
    let entries = StoredValue::new(entries);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Ok(to) = to.get_untracked().trim().parse::<RemotePath>() else {
            fault.set(Some("Name a folder.".to_owned()));
            return;
        };
        let entries = entries.get_value();
        let to_host = Some(host.get_untracked()).filter(|host| !host.is_empty());
        let conflict = match conflict.get_untracked().as_str() {
            "replace" => OnConflict::Replace,
            "keep_both" => OnConflict::KeepBoth,
            "skip" => OnConflict::Skip,
            _ => OnConflict::Fail,
        };
        let work = async move {
            if moves {
                rename(browser, entries, to, conflict).await
            } else {
                copy(browser, entries, to_host, to, conflict).await
            }
        };
        submit.run(work, move |()| {
            browser.act.set(None);
            browser.read();
        });
    };
    let words = if moves {
        vec![("fail", "Leave it, and say so"), ("replace", "Replace it")]
    } else {
        vec![
            ("fail", "Leave it, and say so"),
            ("skip", "Leave it"),
            ("replace", "Replace it"),
            ("keep_both", "Keep both"),
        ]
    };
    let words: Vec<_> = words.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
    view! {
        <Dialog title on_close=move |()| browser.act.set(None)>
            <form class="form" on:submit=send novalidate>
                {(!moves).then(|| view! { <Select label="Host" value=host options=Signal::derive(move || hosts.get()) /> })}
                <TextField label="Into the folder" value=to error=fault mono=true autofocus=true />
                <Select label="When a name is taken" value=conflict options=Signal::derive(move || words.clone()) />
                <Failure submit />
                <DialogActions>
                    <Button on_click=move |()| browser.act.set(None)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>{if moves { "Move" } else { "Copy" }}</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

fn offer_hosts(browser: Browser, hosts: RwSignal<Vec<(String, String)>>) {
    let mine = browser.host();
    spawn_local(async move {
        let query = HostQuery { limit: Some(HOSTS), ..HostQuery::default() };
        // Without an answer there is this host to copy on.
        if let Ok(page) = read_hosts(query).await {
            let others = page.hosts.into_iter().filter(|host| host.id != mine);
            let others: Vec<_> = others.map(|host| (host.id.to_string(), host.name)).collect();
            let _ = hosts.try_update(|hosts| hosts.extend(others));
        }
    });
}

async fn copy(
    browser: Browser,
    entries: Vec<Entry>,
    to_host: Option<String>,
    to: RemotePath,
    conflict: OnConflict,
) -> Result<(), AppError> {
    let paths = entries.into_iter().map(|entry| entry.path).collect();
    api::copy(&browser.host(), &CopyRequest { paths, to_host, to, conflict }).await.map(drop)
}

async fn rename(browser: Browser, entries: Vec<Entry>, to: RemotePath, conflict: OnConflict) -> Result<(), AppError> {
    for entry in entries {
        let replace = conflict == OnConflict::Replace;
        let request = RenameRequest { to: to.join(&entry.name), from: entry.path, replace };
        api::rename(&browser.host(), &request).await?;
    }
    Ok(())
}
