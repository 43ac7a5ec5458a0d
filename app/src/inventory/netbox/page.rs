//! The page of NetBox.

use super::{
    access::AccessCard,
    api::netbox_status,
    chosen::Chosen,
    connect::ConnectForm,
    devices::{Devices, Looked},
    filters::Filters,
    gone::GoneCard,
    job::{Go, JobPanel},
    mapping::MappingCard,
    sync::SyncCard,
};
use crate::{
    events::Refresh,
    ui::{Notice, PageHeader, Skeleton, Tone},
};
use leptos::prelude::*;
use wire::{
    events::Topic,
    inventory::{NetBoxJob, NetBoxStatusView},
};

/// What the page knows. Copy it into closures; it lives as long as the page.
#[derive(Clone, Copy)]
pub(super) struct Store {
    status: RwSignal<Option<Result<NetBoxStatusView, String>>>,
    /// The import that goes on, or the last one.
    pub(super) job: Memo<Option<NetBoxJob>>,
    /// Asks anew.
    pub(super) refresh: Refresh,
}

impl Store {
    fn new() -> Self {
        let status = RwSignal::new(None::<Result<NetBoxStatusView, String>>);
        let job = Memo::new(move |_| status.with(|status| status.as_ref()?.as_ref().ok()?.job.clone()));
        Self { status, job, refresh: Refresh::new() }
    }

    /// Takes an answer that says it all.
    pub(super) fn take(self, status: NetBoxStatusView) {
        // The page may be gone by now.
        let _ = self.status.try_set(Some(Ok(status)));
    }

    /// Takes an import that has just begun.
    pub(super) fn take_job(self, job: NetBoxJob) {
        let _ = self.status.try_update(|status| {
            if let Some(Ok(status)) = status {
                status.job = Some(job);
            }
        });
        self.refresh.now();
    }

    fn told<T: PartialEq + Send + Sync + 'static>(self, of: fn(&NetBoxStatusView) -> T) -> Memo<Option<T>> {
        Memo::new(move |_| self.status.with(|status| status.as_ref()?.as_ref().ok().map(of)))
    }

    async fn read(self) {
        let answer = netbox_status().await.map_err(|error| error.to_string());
        // One slip of a page that is there already is no news.
        let is_known = self.status.try_with_untracked(|known| matches!(known, Some(Ok(_)))).unwrap_or(true);
        if answer.is_ok() || !is_known {
            let _ = self.status.try_set(Some(answer));
        }
    }
}

/// What the page is, as a whole.
#[derive(Clone, PartialEq, Eq)]
enum Stage {
    Coming,
    Broken(String),
    Unknown,
    Known,
}

/// The page.
#[component]
pub fn NetBoxPage() -> impl IntoView {
    let store = Store::new();
    store.refresh.keep(&[Topic::Netbox], move || store.read());
    let stage = Memo::new(move |_| {
        store.status.with(|status| match status {
            None => Stage::Coming,
            Some(Err(text)) => Stage::Broken(text.clone()),
            Some(Ok(status)) if status.configured => Stage::Known,
            Some(Ok(_)) => Stage::Unknown,
        })
    });
    view! {
        <main id="main" class="page netbox">
            <PageHeader title="NetBox"><a class="button" href="/import">"Import and export"</a></PageHeader>
            {move || match stage.get() {
                Stage::Coming => view! { <Skeleton label="Loading" /> }.into_any(),
                Stage::Broken(text) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Stage::Unknown => view! { <Unknown store /> }.into_any(),
                Stage::Known => view! { <Known store /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Unknown(store: Store) -> impl IntoView {
    view! {
        <p class="page-lead">
            "Devices and virtual machines of your NetBox become hosts: sites become folders, platforms device types. Importing again changes what is there and deletes nothing. NetBox itself is only read."
        </p>
        <section class="card netbox-connect" aria-labelledby="netbox-connect">
            <div class="card-head"><h2 id="netbox-connect">"Connect NetBox"</h2></div>
            <div class="card-body"><ConnectForm store known=None on_done=move |()| () /></div>
        </section>
    }
}

#[component]
fn Known(store: Store) -> impl IntoView {
    let chosen = Chosen::new();
    // Whoever comes back to an import of theirs finds the filters that it was begun with.
    if let Some(job) = store.job.get_untracked().filter(|job| !job.scheduled) {
        chosen.show(&job.filters);
    }
    let looked = Looked::keep(chosen);
    // Drawn anew when it goes on to something else, not with each page that comes.
    let panel =
        Memo::new(move |_| store.job.with(|job| job.as_ref().map(|job| (job.id.clone(), job.state, job.ended_at))));
    let access = store.told(|status| NetBoxStatusView { job: None, sync: Default::default(), ..status.clone() });
    let (mapping, sync) = (store.told(|status| status.mapping.clone()), store.told(|status| status.sync.clone()));
    let has_machines = move || mapping.with(|mapping| mapping.as_ref().is_some_and(|mapping| mapping.virtual_machines));
    let segment = move |machines: bool, text: &'static str| {
        view! {
            <button type="button" class="segment" aria-pressed=move || (looked.machines.get() == machines).to_string()
                on:click=move |_| looked.machines.set(machines)>{text}</button>
        }
    };
    view! {
        <div class="netbox-columns">
            <div class="netbox-main">
                {move || {
                    // A memo that nobody reads is never told of anything.
                    let _ = panel.get();
                    store.job.get_untracked().map(|job| view! { <JobPanel store job /> })
                }}
                <section class="netbox-devices" aria-labelledby="netbox-devices">
                    <div class="section-head">
                        <h2 id="netbox-devices">"What is in NetBox"</h2>
                        {move || has_machines().then(|| view! {
                            <div class="segments" role="group" aria-label="What is listed">
                                {segment(false, "Devices")}{segment(true, "Virtual machines")}
                            </div>
                        })}
                    </div>
                    <Filters chosen />
                    <Devices looked />
                    <Go store chosen looked />
                </section>
            </div>
            <div class="netbox-side">
                {move || sync.get().map(|sync| view! { <SyncCard store chosen sync /> })}
                <GoneCard />
                {move || mapping.get().map(|mapping| view! { <MappingCard store mapping /> })}
                {move || access.get().map(|status| view! { <AccessCard store status /> })}
            </div>
        </div>
    }
}
