//! One host of a run: how it stands, what it wrote as it comes, what to do when it cannot, and cancelling it.

use super::{
    api,
    groups::{Opened, tone},
    output::Output,
    run::Watched,
    words,
};
use crate::{
    inventory::HostKeyDialog,
    ui::{Badge, Button, Icon, IconButton, IconView, ToastKind, toast},
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::HashSet;
use wire::{
    FaultCode, HostId,
    commands::{HostRun, HostRunState},
    files::size_formatted,
};

/// Every host in the order of the run.
#[component]
pub(super) fn ByHost(watched: Watched) -> impl IntoView {
    let ids = Memo::new(move |_| {
        watched
            .run
            .with(|run| run.iter().flat_map(|run| &run.hosts).map(|host| host.host_id.clone()).collect::<Vec<_>>())
    });
    // A single one is open from the start.
    let opened = Opened::new(match ids.with_untracked(|ids| (ids.len(), ids.first().cloned())) {
        (1, Some(only)) => HashSet::from([only]),
        _ => HashSet::new(),
    });
    provide_context(opened);
    view! {
        <ul class="rows framed" aria-label="Hosts">
            <For each=move || ids.get() key=HostId::clone children=move |id| view! { <HostRow watched id /> } />
        </ul>
    }
}

/// One of them; a press opens what it wrote.
#[component]
pub(super) fn HostRow(watched: Watched, id: HostId) -> impl IntoView {
    let opened = use_context::<Opened>().unwrap_or_else(|| Opened::new(HashSet::new()));
    let key = StoredValue::new(id);
    let host = Memo::new(move |_| {
        key.with_value(|id| {
            watched.run.with(|run| run.as_ref()?.hosts.iter().find(|host| host.host_id == *id).cloned())
        })
    });
    let open = Memo::new(move |_| key.with_value(|id| opened.with(|opened| opened.contains(id))));
    let toggle = move |_| {
        opened.update(|opened| {
            let id = key.get_value();
            if !opened.remove(&id) {
                opened.insert(id);
            }
        });
    };
    let cancel = move |()| {
        let (run, host) = (watched.id.get_value(), key.get_value());
        spawn_local(async move {
            match api::cancel_host(run, host).await {
                Ok(()) => watched.refresh.now(),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    };
    let name = host.with_untracked(|host| host.as_ref().map(|host| host.host_name.clone())).unwrap_or_default();
    let cancel_label = format!("Cancel on {name}");
    view! {
        <li class="command-host">
            <div class="command-host-line">
                <button type="button" class="command-host-open" aria-expanded=move || open.get().to_string() on:click=toggle>
                    <IconView icon=Icon::ChevronRight />
                    <span class="command-host-name">{name}</span>
                    {move || host.get().map(|host| view! {
                        <span class="command-host-facts">
                            {host.truncated.then_some("cut off · ")}
                            {(host.stdout_bytes + host.stderr_bytes > 0).then(|| size_formatted(host.stdout_bytes + host.stderr_bytes))}
                        </span>
                        <span class="command-host-time">{host.duration_ms.map(words::duration)}</span>
                        <Badge tone=tone(&host)>{words::state(&host)}</Badge>
                    })}
                </button>
                {move || host.with(|host| host.as_ref().is_some_and(|host| !host.state.is_over())).then(|| view! {
                    <IconButton icon=Icon::Close label=cancel_label.clone() on_click=cancel />
                })}
            </div>
            {move || host.get().filter(|host| host.message.is_some()).map(|host| view! {
                <p class="command-message">{host.message.clone()}</p>
                <Remedy watched host />
            })}
            {move || open.get().then(|| view! { <Output watched id=key.get_value() /> })}
        </li>
    }
}

/// What can be done about a failure, where the page can do it.
#[component]
pub(super) fn Remedy(watched: Watched, host: HostRun) -> impl IntoView {
    let asking = RwSignal::new(false);
    if host.state != HostRunState::Failed {
        return ().into_any();
    }
    match (host.code, host.host_key.clone()) {
        (Some(FaultCode::HostKeyUnknown | FaultCode::HostKeyChanged), Some(scan)) => {
            let id = host.host_id.clone();
            let trusted = move |()| {
                asking.set(false);
                toast(ToastKind::Success, "The key is trusted. Run the command again.");
                watched.refresh.now();
            };
            view! {
                <div class="command-remedy"><Button icon=Icon::Fingerprint on_click=move |()| asking.set(true)>"Check the key"</Button></div>
                {move || asking.get().then(|| view! {
                    <HostKeyDialog host_id=id.clone() scan=(*scan).clone() on_trusted=trusted on_cancel=move |()| asking.set(false) />
                })}
            }
            .into_any()
        }
        (Some(FaultCode::SecretNeeded | FaultCode::NotBootstrapped), _) => view! {
            <div class="command-remedy"><a class="button" href="/credentials"><IconView icon=Icon::Key />"To the credentials"</a></div>
        }
        .into_any(),
        _ => ().into_any(),
    }
}
