//! `/monitor`: what hosts are doing, side by side. `?hosts=` names them by id, so that a reload and a bookmark show the same.

use super::{card::HostCard, chooser::Chooser};
use crate::{
    inventory::{Names, Offered},
    ui::{Button, ButtonKind, EmptyState, Icon, Notice, PageHeader, Skeleton, Tone},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use wire::{HostId, inventory::Protocol};

/// So many at once: each costs a socket here and a channel there.
pub(super) const MOST: usize = 12;

/// Which hosts are shown; the address says it.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    ids: Memo<Vec<HostId>>,
    go: Callback<String>,
}

impl Chosen {
    fn by_address() -> Self {
        let (query, navigate) = (use_query_map(), StoredValue::new_local(use_navigate()));
        let ids = Memo::new(move |_| {
            let text = query.with(|query| query.get("hosts").unwrap_or_default());
            let mut ids: Vec<HostId> = Vec::new();
            for id in text.split(',').filter_map(|id| id.trim().parse().ok()) {
                if !ids.contains(&id) && ids.len() < MOST {
                    ids.push(id);
                }
            }
            ids
        });
        let go = Callback::new(move |address: String| {
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate.with_value(|navigate| navigate(&address, options));
        });
        Self { ids, go }
    }

    /// The ids, in the order in which they were chosen.
    pub(super) fn ids(self) -> Vec<HostId> {
        self.ids.get()
    }

    /// Whether no more can be chosen.
    pub(super) fn is_full(self) -> bool {
        self.ids.with(|ids| ids.len() >= MOST)
    }

    pub(super) fn has(self, id: &HostId) -> bool {
        self.ids.with(|ids| ids.contains(id))
    }

    /// Takes a host in, or leaves it out.
    pub(super) fn set(self, id: &HostId, shown: bool) {
        let mut ids = self.ids.get_untracked();
        ids.retain(|known| known != id);
        if shown {
            ids.push(id.clone());
        }
        let ids: Vec<_> = ids.iter().map(HostId::as_str).collect();
        self.go.run(if ids.is_empty() { "/monitor".into() } else { format!("/monitor?hosts={}", ids.join(",")) });
    }
}

/// The page.
#[component]
pub fn MonitorPage() -> impl IntoView {
    let (offered, chosen, choosing) = (Offered::begin(), Chosen::by_address(), RwSignal::new(false));
    let names = Names::new();
    let loaded = Memo::new(move |_| (offered.loaded.get(), offered.is_empty(), offered.error.get()));
    let none = Memo::new(move |_| chosen.ids().is_empty());
    view! {
        <main id="main" class="page monitor-page">
            <PageHeader title="Monitor">
                <Button icon=Icon::Server on_click=move |()| choosing.set(true)>"Choose hosts"</Button>
            </PageHeader>
            <p class="page-lead">"What your hosts are doing, live. Nothing is installed on them, and nothing is read while this page is not seen."</p>
            {move || match loaded.get() {
                (false, ..) => view! { <Skeleton rows=4 label="Loading the hosts" /> }.into_any(),
                (true, true, Some(error)) => view! { <Notice tone=Tone::Bad>{error}</Notice> }.into_any(),
                (true, true, None) => view! {
                    <EmptyState icon=Icon::Server title="First add a host">
                        <p>"Here you see what the hosts of your list are doing. Add the first one on the dashboard."</p>
                        <a class="button primary" href="/">"To the hosts"</a>
                    </EmptyState>
                }.into_any(),
                (true, false, _) if none.get() => view! {
                    <EmptyState icon=Icon::Pulse title="No host is chosen">
                        <p>"Processors, memory, network, disks and graphics processors of one host or several side by side, with the last five minutes."</p>
                        <Button kind=ButtonKind::Primary on_click=move |()| choosing.set(true)>"Choose hosts"</Button>
                    </EmptyState>
                }.into_any(),
                (true, false, _) => view! {
                    <div class="monitor-cards">
                        <For each=move || chosen.ids() key=Clone::clone
                            children=move |id| view! { <HostCard names chosen id /> } />
                    </div>
                }.into_any(),
            }}
        </main>
        {move || choosing.get().then(|| view! { <Chooser offered chosen on_close=move |()| choosing.set(false) /> })}
    }
}

/// Whether a host can be watched at all.
pub(super) fn can_be_read(protocol: Protocol) -> bool {
    protocol == Protocol::Ssh
}
