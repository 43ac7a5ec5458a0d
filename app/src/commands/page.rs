//! `/commands`: what to run and where; below it what ran, and the snippets. `?again=` begins with an earlier run's command
//! and hosts, `&failed=1` with those hosts alone that did not end well; `?host=` with one host; `?snippet=` with a snippet.

use super::{
    api,
    composer::{CommandBlock, RunBar},
    hosts::HostChooser,
    runs::Runs,
    snippets::Snippets,
};
use crate::{
    accounts::SignIn,
    inventory::{Offered, api::host},
    ui::{EmptyState, Icon, Notice, PageHeader, Skeleton, Tone},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use std::collections::BTreeSet;
use wire::{CommandRunId, FaultCode, HostId};

/// What is being put together.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub offered: Offered,
    pub chosen: RwSignal<BTreeSet<HostId>>,
    pub command: RwSignal<String>,
    /// Seconds, as typed.
    pub timeout: RwSignal<String>,
}

/// Of so many hosts of an earlier run it is asked whether they are still there; of more the server says it.
const LOOKED_UP: usize = 50;

impl Draft {
    async fn take_over(self, id: CommandRunId, failed: bool) {
        let Ok(before) = api::run(id).await else { return };
        if self.command.try_set(before.command).is_some() {
            return;
        }
        self.timeout.set(before.timeout.to_string());
        let wanted = before.hosts.iter().filter(|host| !failed || !host.is_good());
        let mut wanted: BTreeSet<_> = wanted.map(|host| host.host_id.clone()).collect();
        if wanted.len() <= LOOKED_UP {
            for id in wanted.clone() {
                if host(id.clone()).await.is_err_and(|error| error.code() == FaultCode::NotFound) {
                    wanted.remove(&id);
                }
            }
        }
        let _ = self.chosen.try_set(wanted);
    }
}

/// The page.
#[component]
pub fn CommandsPage() -> impl IntoView {
    let draft = Draft {
        offered: Offered::begin(),
        chosen: RwSignal::new(BTreeSet::new()),
        command: RwSignal::new(String::new()),
        timeout: RwSignal::new("30".into()),
    };
    let address = use_query_map().get_untracked();
    if let Some(id) = address.get("again").and_then(|id| id.parse().ok()) {
        let failed = address.get("failed").is_some();
        spawn_local(draft.take_over(id, failed));
    }
    if let Some(id) = address.get("host").and_then(|id| id.parse().ok()) {
        draft.chosen.set(BTreeSet::from([id]));
    }
    let sign_in = expect_context::<SignIn>();
    view! {
        <main id="main" class="page commands-page">
            <PageHeader title="Commands" />
            <p class="page-lead">"Run one command on many hosts at once, and see which of them agree."</p>
            {move || (!sign_in.vault_open()).then(|| view! {
                <Notice tone=Tone::Warn>
                    "The vault is locked: hosts with a stored credential will fail. "<a href="/account">"Open it on the account page"</a>"."
                </Notice>
            })}
            <Begin draft />
        </main>
    }
}

/// What can be run needs a host.
#[component]
fn Begin(draft: Draft) -> impl IntoView {
    let state = Memo::new(move |_| (draft.offered.loaded.get(), draft.offered.is_empty(), draft.offered.error.get()));
    move || {
        match state.get() {
        (false, ..) => view! { <Skeleton rows=6 label="Loading the hosts" /> }.into_any(),
        (true, true, Some(error)) => view! { <Notice tone=Tone::Bad>{error}</Notice> }.into_any(),
        (true, true, None) => view! {
            <EmptyState icon=Icon::Server title="First add a host">
                <p>"A command runs on hosts of your list, with the credential that each has. Add the first one on the dashboard."</p>
                <a class="button primary" href="/">"To the hosts"</a>
            </EmptyState>
        }
        .into_any(),
        (true, false, _) => view! {
            <div class="commands-grid">
                <CommandBlock draft />
                <HostChooser draft />
                <RunBar draft />
                <div class="commands-below"><Runs /><Snippets draft /></div>
            </div>
        }
        .into_any(),
    }
    }
}
