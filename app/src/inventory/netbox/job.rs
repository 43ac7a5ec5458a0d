//! Looking at what an import would do, doing it, following it, and what came of it.

use super::{
    api::{cancel_netbox, import_netbox},
    chosen::Chosen,
    devices::Looked,
    page::Store,
    words,
};
use crate::{
    inventory::{
        api::undo,
        exchange::{Report, words::count},
    },
    ui::{Badge, Button, ButtonKind, Icon, Notice, RelativeTime, Submit, ToastKind, Tone, toast},
};
use leptos::prelude::*;
use wire::{
    UndoId,
    inventory::{NetBoxFilters, NetBoxImportRequest, NetBoxJob, NetBoxJobState, NetBoxReport},
};

/// Begins an import, or a look at what one would do.
fn begin(store: Store, submit: Submit, filters: NetBoxFilters, dry_run: bool) {
    submit.run(import_netbox(NetBoxImportRequest { filters, dry_run }), move |job| store.take_job(job));
}

/// The two buttons below the list of devices.
#[component]
pub(super) fn Go(store: Store, chosen: Chosen, looked: Looked) -> impl IntoView {
    let submit = Submit::new();
    let goes_on = move || store.job.with(|job| job.as_ref().is_some_and(|job| job.state.goes_on()));
    let what = move || match chosen.filters() == NetBoxFilters::default() {
        true => "Everything in NetBox is meant.".to_owned(),
        false => format!("Meant are: {}.", words::filters(&chosen.filters())),
    };
    let none = move || looked.total() == Some(0) && !looked.machines.get();
    view! {
        <div class="netbox-go">
            <Button kind=ButtonKind::Primary icon=Icon::Eye busy=submit.busy disabled=Signal::derive(move || goes_on() || none())
                on_click=move |()| begin(store, submit, chosen.filters(), true)>"Preview import"</Button>
            <span class="netbox-meant">{what}</span>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        </div>
    }
}

/// The import that goes on, or the last one.
#[component]
pub(super) fn JobPanel(store: Store, job: NetBoxJob) -> impl IntoView {
    let body = match job.state {
        NetBoxJobState::Fetching | NetBoxJobState::Writing => view! { <Running store /> }.into_any(),
        NetBoxJobState::Cancelled => view! {
            <Notice>"Cancelled. Nothing was changed."</Notice>
            <Dismiss store job=job.clone() />
        }
        .into_any(),
        NetBoxJobState::Failed => view! { <Failed store job=job.clone() /> }.into_any(),
        NetBoxJobState::Done => view! { <Done store job=job.clone() /> }.into_any(),
    };
    let title = match (job.dry_run, job.state.goes_on(), job.scheduled) {
        (true, true, _) => "Looking what would change",
        (true, false, _) => "What an import would change",
        (false, true, false) => "Importing",
        (false, true, true) => "Scheduled import",
        (false, false, false) => "The last import",
        (false, false, true) => "The last import, scheduled",
    };
    let ended = job.ended_at.filter(|_| !job.dry_run);
    view! {
        <section class="card netbox-job" aria-labelledby="netbox-job">
            <div class="card-head">
                <h2 id="netbox-job">{title}</h2>
                {ended.map(|at| view! { <span class="netbox-when"><RelativeTime millis=at.millis() /></span> })}
            </div>
            <div class="card-body">
                <p class="netbox-meant">{words::filters(&job.filters)}</p>
                {body}
            </div>
        </section>
    }
}

/// Follows the job by itself, so that the panel around it is not drawn anew with each page that comes.
#[component]
fn Running(store: Store) -> impl IntoView {
    let submit = Submit::new();
    let told = Memo::new(move |_| store.job.with(|job| job.as_ref().map(words::progress)).unwrap_or_default());
    let is_writing = move || store.job.with(|job| job.as_ref().is_some_and(|job| job.state == NetBoxJobState::Writing));
    let cancel = move |()| {
        if let Some(id) = store.job.with_untracked(|job| job.as_ref().map(|job| job.id.clone())) {
            submit.run(cancel_netbox(id), move |()| store.refresh.now());
        }
    };
    view! {
        <div class="netbox-running">
            <p role="status">{move || told.get().0}</p>
            <progress max="1" value=move || told.get().1.map(|share| share.to_string()) aria-label="Progress of the import"></progress>
            <div class="button-row">
                <Button busy=submit.busy disabled=Signal::derive(is_writing) on_click=cancel>"Cancel"</Button>
            </div>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        </div>
    }
}

#[component]
fn Failed(store: Store, job: NetBoxJob) -> impl IntoView {
    let submit = Submit::new();
    let (filters, dry_run) = (job.filters.clone(), job.dry_run);
    let error =
        job.error.clone().map(|text| crate::error::AppError::new(wire::FaultCode::RemoteFailed, text).to_string());
    view! {
        <Notice tone=Tone::Bad>{error}<p>"Nothing was changed."</p></Notice>
        <div class="button-row">
            <Button icon=Icon::Refresh busy=submit.busy on_click=move |()| begin(store, submit, filters.clone(), dry_run)>"Try again"</Button>
            <Dismiss store job />
        </div>
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
    }
}

#[component]
fn Done(store: Store, job: NetBoxJob) -> impl IntoView {
    let Some(report) = job.report.clone() else { return ().into_any() };
    let acts = if job.dry_run {
        view! { <Confirm store job report=report.clone() /> }.into_any()
    } else {
        view! { <Imported store job report=report.clone() /> }.into_any()
    };
    view! {
        {acts}
        <Vanished report=report.clone() />
        <Report report=report.import />
    }
    .into_any()
}

/// What is written when it is wished.
#[component]
fn Confirm(store: Store, job: NetBoxJob, report: NetBoxReport) -> impl IntoView {
    let submit = Submit::new();
    let put = report.import.added + report.import.updated;
    let filters = job.filters.clone();
    let act = match put {
        0 => view! { <Notice tone=Tone::Good>"There is nothing to do: your hosts say the same as NetBox."</Notice> }.into_any(),
        put => view! {
            <Button kind=ButtonKind::Primary icon=Icon::Download busy=submit.busy
                on_click=move |()| begin(store, submit, filters.clone(), false)>{format!("Import {}", count(put, "host", "hosts"))}</Button>
        }
        .into_any(),
    };
    view! {
        <div class="button-row">{act}<Dismiss store job /></div>
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
    }
}

#[component]
fn Imported(store: Store, job: NetBoxJob, report: NetBoxReport) -> impl IntoView {
    let (submit, taken_back) = (Submit::new(), RwSignal::new(false));
    let way_back = report.import.undo.clone().map(|id: UndoId| {
        let take_back = move |()| {
            let id = id.clone();
            submit.run(async move { undo(id).await }, move |report| {
                taken_back.set(true);
                store.refresh.now();
                let text = count(report.restored, "entry is as it was", "entries are as they were");
                toast(ToastKind::Success, format!("Taken back: {text}"));
            });
        };
        view! { <Button icon=Icon::History busy=submit.busy disabled=taken_back on_click=take_back>"Undo the import"</Button> }
    });
    view! {
        <div class="button-row">
            <a class="button primary" href="/">"To the hosts"</a>
            {way_back}
            <Dismiss store job />
        </div>
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
    }
}

#[component]
fn Vanished(report: NetBoxReport) -> impl IntoView {
    let lines = [
        (
            report.vanished,
            Tone::Warn,
            count(report.vanished, "host is in NetBox no more", "hosts are in NetBox no more"),
        ),
        (report.returned, Tone::Good, count(report.returned, "host is there again", "hosts are there again")),
    ];
    let lines = lines.into_iter().filter(|(many, ..)| *many > 0);
    let lines: Vec<_> = lines.map(|(_, tone, text)| view! { <Badge tone>{text}</Badge> }).collect();
    (!lines.is_empty()).then(|| view! { <p class="netbox-badges">{lines}</p> })
}

#[component]
fn Dismiss(store: Store, job: NetBoxJob) -> impl IntoView {
    let submit = Submit::new();
    let text = if job.dry_run && job.state == NetBoxJobState::Done { "Discard" } else { "Close" };
    let dismiss = move |()| {
        let id = job.id.clone();
        // Whatever is gone already is closed as well.
        submit.run_or(
            cancel_netbox(id),
            move |()| store.refresh.now(),
            move |_| {
                store.refresh.now();
                None
            },
        );
    };
    view! { <Button kind=ButtonKind::Ghost busy=submit.busy on_click=dismiss>{text}</Button> }
}
