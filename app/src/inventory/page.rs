//! The dashboard: hosts, and the sessions that are open.

use super::{
    acts::{Act, ActDialog, Acts},
    hosts::Hosts,
    list::HostList,
};
use crate::{
    accounts::SignIn,
    events::Live,
    terminal::SessionsPanel,
    ui::{Button, ButtonKind, EmptyState, Icon, IconView, Notice, Skeleton, Tone, set_title},
};
use leptos::{ev, html, prelude::*};

/// The first page of a signed-in person.
#[component]
pub fn DashboardPage() -> impl IntoView {
    set_title("Hosts");
    let (hosts, search, tally) = (Hosts::begin(), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (acts, sign_in) = (Acts::new(hosts), expect_context::<SignIn>());
    provide_context(hosts);
    provide_context(acts);
    view! {
        <main id="main" class="page dashboard">
            <h1 class="sr-only">"Dashboard"</h1>
            {move || (!sign_in.vault_open()).then(|| view! { <VaultLocked /> })}
            <SessionsPanel />
            <section class="hosts" aria-labelledby="hosts-heading">
                <div class="section-head">
                    <h2 id="hosts-heading">"Hosts"</h2>
                    <span class="tally" role="status">{tally}</span>
                    <Search search />
                    <Button kind=ButtonKind::Primary icon=Icon::Plus on_click=move |()| acts.start(Act::Edit(None))>
                        "Add host"
                    </Button>
                </div>
                <Listing hosts search tally />
            </section>
        </main>
        <ActDialog />
    }
}

#[component]
fn VaultLocked() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            "The vault is locked: stored passwords and keys cannot be used. "<a href="/account">"Open it on the account page"</a>"."
        </Notice>
    }
}

/// What stands in the place of the list, or the list.
#[component]
fn Listing(hosts: Hosts, search: RwSignal<String>, tally: RwSignal<String>) -> impl IntoView {
    // Only these three decide what is built; the list follows its hosts by itself.
    let live = expect_context::<Live>();
    let failed = move || hosts.error.with(Option::is_some) && (live.is_up() || hosts.is_empty());
    let state = Memo::new(move |_| (hosts.loaded.get(), hosts.is_empty(), failed()));
    move || {
        match state.get() {
        (false, ..) => view! { <Skeleton rows=6 label="Loading the hosts" /> }.into_any(),
        (true, true, true) => view! {
            <Notice tone=Tone::Bad>{move || hosts.error.get()}</Notice>
            <Button icon=Icon::Refresh on_click=move |()| hosts.refresh()>"Try again"</Button>
        }
        .into_any(),
        (true, true, false) => view! { <NoneYet /> }.into_any(),
        (true, false, stale) => view! {
            {stale.then(|| view! { <Notice tone=Tone::Warn>"This list may be old: "{move || hosts.error.get()}</Notice> })}
            <HostList hosts search tally />
        }
        .into_any(),
    }
    }
}

#[component]
fn NoneYet() -> impl IntoView {
    let acts = expect_context::<Acts>();
    view! {
        <EmptyState icon=Icon::Server title="Add your first host">
            <p>
                "A host is a machine that you reach by SSH. Give it a name and an address; then one tap opens a terminal on it,
                here or on your phone, and it is still there when you come back."
            </p>
            <Button icon=Icon::Plus on_click=move |()| acts.start(Act::Edit(None))>"Add a host"</Button>
        </EmptyState>
    }
}

/// The search field; `/` jumps into it, Escape empties it.
#[component]
fn Search(search: RwSignal<String>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let jump = window_event_listener(ev::keydown, move |event| {
        let typing = document()
            .active_element()
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT" | "DIALOG"));
        let dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
        if event.key() == "/" && !typing && !dialog && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }
    });
    on_cleanup(move || jump.remove());
    let clear = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            search.set(String::new());
        }
    };
    view! {
        <div class="search">
            <IconView icon=Icon::Search />
            <input
                node_ref=input
                type="search"
                class="input"
                aria-label="Search hosts"
                placeholder="Name, address, folder or #tag"
                autocomplete="off"
                spellcheck="false"
                bind:value=search
                on:keydown=clear
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}
