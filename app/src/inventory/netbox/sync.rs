//! Imports that are done without anybody: switching them on and off, how they are done, and what became of the last one.

use super::{
    api::{set_netbox_sync, sync_netbox_now},
    chosen::Chosen,
    page::Store,
    words,
};
use crate::{
    inventory::exchange::words::count,
    ui::{Badge, Button, ButtonKind, Icon, Notice, RelativeTime, Select, Submit, ToastKind, Tone, now, span, toast},
};
use leptos::prelude::*;
use wire::inventory::{LONGEST_SYNC, NetBoxFilters, NetBoxJobState, NetBoxSyncDraft, NetBoxSyncRun, NetBoxSyncView};

/// The card.
#[component]
pub(super) fn SyncCard(store: Store, chosen: Chosen, sync: NetBoxSyncView) -> impl IntoView {
    let submit = Submit::new();
    let every = RwSignal::new(sync.every_seconds.max(sync.shortest_seconds).to_string());
    let mut spans: Vec<u64> =
        words::SPANS.into_iter().filter(|span| (sync.shortest_seconds..=LONGEST_SYNC).contains(span)).collect();
    spans.extend([sync.every_seconds.max(sync.shortest_seconds)]);
    spans.sort_unstable();
    spans.dedup();
    let spans: Vec<_> = spans.into_iter().map(|span| (span.to_string(), words::every(span))).collect();
    let set = move |enabled: bool, filters: Option<NetBoxFilters>, told: &'static str| {
        let every_seconds = every.with_untracked(|every| every.parse().ok());
        let draft = NetBoxSyncDraft { enabled, every_seconds, filters };
        submit.run(set_netbox_sync(draft), move |status| {
            store.take(status);
            toast(ToastKind::Success, told);
        });
    };
    let on = sync.enabled;
    // Chosen anew while it is on, it holds at once.
    Effect::new(move |before: Option<String>| {
        let now = every.get();
        if on && before.is_some_and(|before| before != now) {
            set(true, None, "Saved");
        }
        now
    });
    let held = sync.filters.clone();
    let differs = move || on && chosen.filters() != held;
    let body = match sync.enabled {
        true => view! { <On store submit sync=sync.clone() off=move |()| set(false, None, "The scheduled sync is off, and its copy of the token is deleted") /> }.into_any(),
        false => view! {
            <p class="netbox-plain">
                "Berth then imports by itself, also while you are signed out. For that, switching it on seals a copy of the API token to this server’s own key, which lies in a file beside the database: the database alone does not open it, but whoever has this server’s whole disk does. Switching it off deletes the copy at once."
            </p>
            <div class="button-row">
                <Button kind=ButtonKind::Primary icon=Icon::Refresh busy=submit.busy
                    on_click=move |()| set(true, Some(chosen.filters()), "The scheduled sync is on")>"Switch on"</Button>
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="card netbox-card" aria-labelledby="netbox-sync">
            <div class="card-head">
                <h2 id="netbox-sync">"Scheduled sync"</h2>
                {if on { view! { <Badge tone=Tone::Good>"on"</Badge> } } else { view! { <Badge tone=Tone::Neutral>"off"</Badge> } }}
            </div>
            <div class="card-body">
                <Select label="How often" value=every options=spans />
                <p class="netbox-meant">
                    {if on { "Devices: ".to_owned() + &words::filters(&sync.filters) } else { "It asks for the devices that the filters leave when you switch it on.".to_owned() }}
                </p>
                {move || differs().then(|| view! {
                    <Button icon=Icon::Filter busy=submit.busy on_click=move |()| set(true, Some(chosen.filters()), "The scheduled sync asks for these devices now")>
                        "Use the present filters"
                    </Button>
                })}
                {body}
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                {(!on).then(|| sync.last.clone().map(|last| view! { <dl class="facts"><Last last /></dl> }))}
            </div>
        </section>
    }
}

/// How it stands while it is on.
#[component]
fn On(store: Store, submit: Submit, sync: NetBoxSyncView, #[prop(into)] off: Callback<()>) -> impl IntoView {
    let running = Submit::new();
    let run = move |()| running.run(sync_netbox_now(), move |job| store.take_job(job));
    let goes_on = move || store.job.with(|job| job.as_ref().is_some_and(|job| job.state.goes_on()));
    let failed = (sync.failures > 1).then(|| count(u64::from(sync.failures), "failure", "failures in a row"));
    view! {
        <dl class="facts">
            {sync.last.clone().map(|last| view! { <Last last /> })}
            {sync.next_at.map(|at| view! { <dt>"Next"</dt><dd><Next millis=at.millis() /></dd> })}
            {failed.map(|text| view! { <dt>"Put off"</dt><dd>{text}", so it waits longer"</dd> })}
            {sync.sealed.clone().map(|sealed| view! {
                <dt>"Sealed for it"</dt>
                <dd>{sealed}{sync.sealed_at.map(|at| view! { ", "<RelativeTime millis=at.millis() /> })}</dd>
            })}
        </dl>
        <div class="button-row">
            <Button icon=Icon::Play busy=running.busy disabled=Signal::derive(goes_on) on_click=run>"Run now"</Button>
            <Button kind=ButtonKind::Ghost icon=Icon::Power busy=submit.busy on_click=off>"Switch off"</Button>
        </div>
        {move || running.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
    }
}

#[component]
fn Last(last: NetBoxSyncRun) -> impl IntoView {
    let (tone, word) = match last.state {
        NetBoxJobState::Done => (Tone::Good, "done"),
        NetBoxJobState::Cancelled => (Tone::Neutral, "cancelled"),
        _ => (Tone::Bad, "failed"),
    };
    let parts = [(last.added, "new"), (last.updated, "changed"), (last.vanished, "gone"), (last.skipped, "left out")];
    let parts: Vec<_> =
        parts.into_iter().filter(|(many, _)| *many > 0).map(|(many, word)| format!("{many} {word}")).collect();
    let told = match last.state {
        NetBoxJobState::Done if parts.is_empty() => "nothing to do".to_owned(),
        _ => parts.join(", "),
    };
    let error = last.error.map(|text| crate::error::AppError::new(wire::FaultCode::RemoteFailed, text).to_string());
    view! {
        <dt>"Last"</dt>
        <dd>
            <Badge tone>{word}</Badge>" "<RelativeTime millis=last.ended_at.millis() />
            {(!told.is_empty()).then(|| view! { <span class="netbox-told">{told}</span> })}
            {error.map(|error| view! { <span class="field-error">{error}</span> })}
        </dd>
    }
}

/// How long until a moment, kept up to date.
#[component]
fn Next(millis: i64) -> impl IntoView {
    let clock = now();
    move || match u64::try_from((millis - clock.get()) / 1_000).unwrap_or(0) {
        0 => "in a moment".to_owned(),
        seconds => format!("in {}", span::left(seconds)),
    }
}
