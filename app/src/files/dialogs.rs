//! Small dialogs: a name for something new, another name for something old.

use super::{api, browser::Browser};
use crate::ui::{Button, ButtonKind, Checkbox, Dialog, DialogActions, Notice, Submit, TextField, Tone};
use leptos::{ev, prelude::*};
use wire::{
    FaultCode,
    files::{Entry, LinkRequest, RemoteName, RemotePath, RenameRequest},
};

/// The path of a name in the folder that is shown.
fn inside(browser: Browser, name: &str, fault: RwSignal<Option<String>>) -> Option<RemotePath> {
    let path = match (name.parse::<RemoteName>(), untrack(move || browser.path())) {
        (Ok(name), Some(folder)) => Ok(folder.join(&name)),
        (Ok(_), None) => Err("The folder is still being read; try again in a moment.".to_owned()),
        (Err(why), _) => Err(format!("{why}.")),
    };
    path.map_err(|why| fault.set(Some(why))).ok()
}

fn close(browser: Browser) {
    browser.act.set(None);
}

/// A new folder, or a new file with nothing in it.
#[component]
pub(super) fn New(browser: Browser, is_folder: bool) -> impl IntoView {
    let (name, fault, submit) = (RwSignal::new(String::new()), RwSignal::new(None), Submit::new());
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(path) = inside(browser, &name.get_untracked(), fault) else { return };
        let host = browser.host();
        let make = async move {
            if is_folder { api::make_folder(&host, &path).await } else { api::make_file(&host, &path).await }
        };
        submit.run(make, move |_| {
            close(browser);
            browser.read();
        });
    };
    let (title, word) = if is_folder { ("New folder", "Make folder") } else { ("New file", "Make file") };
    view! {
        <Dialog title on_close=move |()| close(browser)>
            <form class="form" on:submit=send novalidate>
                <TextField label="Name" value=name error=fault autofocus=true />
                <Failure submit />
                <DialogActions>
                    <Button on_click=move |()| close(browser)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>{word}</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// A new link.
#[component]
pub(super) fn LinkDialog(browser: Browser) -> impl IntoView {
    let (name, fault, submit) = (RwSignal::new(String::new()), RwSignal::new(None), Submit::new());
    let (target, target_fault) = (RwSignal::new(String::new()), RwSignal::new(None));
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(path) = inside(browser, &name.get_untracked(), fault) else { return };
        let Ok(target) = target.get_untracked().parse::<RemotePath>() else {
            target_fault.set(Some("Say where it leads.".to_owned()));
            return;
        };
        let host = browser.host();
        submit.run(async move { api::make_link(&host, &LinkRequest { path, target }).await }, move |_| {
            close(browser);
            browser.read();
        });
    };
    view! {
        <Dialog title="New link" on_close=move |()| close(browser)>
            <form class="form" on:submit=send novalidate>
                <TextField label="Name" value=name error=fault autofocus=true />
                <TextField label="Leads to" value=target error=target_fault mono=true
                    hint="A path from the root, or from this folder. It need not be there." />
                <Failure submit />
                <DialogActions>
                    <Button on_click=move |()| close(browser)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Make link"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// Another name.
#[component]
pub(super) fn Rename(browser: Browser, entry: Entry) -> impl IntoView {
    let (name, fault, submit) = (RwSignal::new(entry.name.to_text()), RwSignal::new(None), Submit::new());
    let (taken, replace) = (RwSignal::new(false), RwSignal::new(false));
    let title = format!("Rename {}", entry.name);
    // What was answered was answered for the name before.
    Effect::watch(
        move || name.track(),
        move |(), _, _| {
            taken.set(false);
            replace.set(false);
            submit.error.set(None);
        },
        false,
    );
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(to) = inside(browser, &name.get_untracked(), fault) else { return };
        let request = RenameRequest { from: entry.path.clone(), to, replace: replace.get_untracked() };
        let host = browser.host();
        let done = move |_| {
            close(browser);
            browser.read();
        };
        submit.run_or(async move { api::rename(&host, &request).await }, done, move |error| {
            taken.set(error.code() == FaultCode::Exists);
            Some(error.to_string())
        });
    };
    view! {
        <Dialog title on_close=move |()| close(browser)>
            <form class="form" on:submit=send novalidate>
                <TextField label="Name" value=name error=fault autofocus=true />
                <Failure submit />
                {move || taken.get().then(|| view! { <Checkbox label="Replace the file that has this name" value=replace /> })}
                <DialogActions>
                    <Button on_click=move |()| close(browser)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Rename"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// What went wrong.
#[component]
pub(super) fn Failure(submit: Submit) -> impl IntoView {
    move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })
}
