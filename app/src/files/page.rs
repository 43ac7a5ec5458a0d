//! `/files/:host`, with `?path=` in a folder.

use super::{
    acts::Acts,
    browser::{Browser, Way},
    crumbs::Crumbs,
    list::List,
    login::{Login, Questions},
    toolbar::Toolbar,
    transfers::Transfers,
    upload::{Uploads, drop::Drop, panel::UploadPanel},
};
use crate::{
    inventory::HostKeyDialog,
    ui::{Button, EmptyState, Icon, IconView, Notice, Skeleton, Tone, has_coarse_pointer, set_title, use_query},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wire::{FaultCode, HostId, files::RemotePath};

/// The page.
#[component]
pub fn FilesPage() -> impl IntoView {
    let params = use_params_map();
    let host = Memo::new(move |_| params.with(|params| params.get("host")).unwrap_or_default());
    view! {
        <main id="main" class="files-page">
            {move || match host.get().parse::<HostId>() {
                Ok(host) => view! { <Folder host /> }.into_any(),
                Err(_) => view! { <Notice tone=Tone::Bad>"This is not the address of a host."</Notice> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Folder(host: HostId) -> impl IntoView {
    let (browser, uploads) = (Browser::new(host, Way::Page), expect_context::<Uploads>());
    let wanted = use_query("path");
    Effect::new(move |_| {
        let path = wanted.get().and_then(|path| path.parse::<RemotePath>().ok());
        // A dialog is about what was shown before.
        browser.act.set(None);
        browser.show(path);
    });
    Effect::new(move |_| set_title(&format!("Files on {}", browser.host_name.get())));
    view! {
        <h1 class="files-title"><span class="files-word">"Files on "</span><bdi>{move || browser.host_name.get()}</bdi></h1>
        <Inside browser uploads />
    }
}

/// All but the heading.
#[component]
pub(super) fn Inside(browser: Browser, uploads: Uploads) -> impl IntoView {
    uploads.when_done(browser);
    let truncated = move || browser.folder.with(|folder| folder.as_ref().is_some_and(|folder| folder.cut));
    view! {
        <Crumbs browser />
        <Toolbar browser uploads />
        {move || truncated().then(|| view! {
            <Notice tone=Tone::Warn>"This folder has more entries than are listed; search them in a terminal."</Notice>
        })}
        <Drop browser uploads>
            <Listing browser />
        </Drop>
        <div class="files-foot">
            <UploadPanel uploads />
            <Transfers browser />
        </div>
        <Acts browser />
    }
}

#[component]
fn Listing(browser: Browser) -> impl IntoView {
    let state = Memo::new(move |_| {
        (
            browser.folder.with(|folder| folder.as_ref().map(|folder| folder.entries.is_empty())),
            browser.error.with(Option::is_some),
        )
    });
    let is_missed = Memo::new(move |_| browser.rows() == 0);
    move || {
        match state.get() {
        (None, true) => view! { <Failed browser /> }.into_any(),
        (None, _) => view! { <Skeleton label="Reading the folder" /> }.into_any(),
        (Some(true), stale) => view! {
            {stale.then(|| view! { <Stale browser /> })}
            <EmptyState icon=Icon::Folder title="This folder is empty">
                <p>{if has_coarse_pointer() { "Choose “Upload”." } else { "Drop files here, or choose “Upload”." }}</p>
            </EmptyState>
        }
        .into_any(),
        (Some(false), stale) => view! {
            {stale.then(|| view! { <Stale browser /> })}
            {move || is_missed.get().then(|| view! { <p class="files-none" role="status">"Nothing in this folder has such a name."</p> })}
            <List browser />
        }
        .into_any(),
    }
    }
}

/// What is shown could not be read anew.
#[component]
fn Stale(browser: Browser) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            {move || browser.error.get().map(|error| error.to_string())}
            " What you see may be old."
            <p class="files-again"><Button icon=Icon::Refresh busy=browser.busy on_click=move |()| browser.read()>"Try again"</Button></p>
        </Notice>
    }
}

/// What went wrong, and what can be done about it.
#[component]
fn Failed(browser: Browser) -> impl IntoView {
    move || {
        browser.error.get().map(|error| {
            let scan = error.fault().host_key.clone();
            if let (FaultCode::SecretNeeded, Some(needs)) = (error.code(), error.fault().needs) {
                return view! { <Login browser needs why=error.to_string() /> }.into_any();
            }
            if error.code() == FaultCode::QuestionAsked {
                return view! { <Questions browser /> }.into_any();
            }
            let host = browser.host();
            let lacks_access = matches!(error.code(), FaultCode::SecretNeeded | FaultCode::NotBootstrapped);
            view! {
                <Notice tone=Tone::Bad>{error.to_string()}</Notice>
                <div class="button-row">
                    <Button icon=Icon::Refresh busy=browser.busy on_click=move |()| browser.read()>"Try again"</Button>
                    <Button on_click=move |()| browser.go_home()>"To the home folder"</Button>
                    {lacks_access.then(|| view! {
                        <a class="button" href="/credentials"><IconView icon=Icon::Key />"To the credentials"</a>
                    })}
                </div>
                {scan.map(|scan| view! {
                    <HostKeyDialog host_id=scan.host_id.clone().unwrap_or(host) scan=*scan
                        on_trusted=move |()| { browser.error.set(None); browser.read(); }
                        on_cancel=move |()| browser.leave("/") />
                })}
            }
            .into_any()
        })
    }
}
