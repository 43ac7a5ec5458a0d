//! One host in the list: a tap anywhere opens a terminal, the menu at its end does everything else.

use super::{
    acts::{Act, Acts},
    hosts::Hosts,
};
use crate::{
    terminal::Opener,
    ui::{Badge, Icon, IconView, Menu, MenuItem, RelativeTime, Tone},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::{
    HostId,
    inventory::{BootstrapState, HostView, Protocol, Reachability},
    terminal::Mode,
};

/// The row, as long as its host is there.
#[component]
pub(super) fn HostRow(id: HostId, search: RwSignal<String>) -> impl IntoView {
    let hosts = expect_context::<Hosts>();
    let host = Memo::new(move |_| hosts.get(&id));
    view! { <li class="row host">{move || host.get().map(|host| view! { <Cells host search /> })}</li> }
}

#[component]
fn Cells(host: HostView, search: RwSignal<String>) -> impl IntoView {
    let (name, target, tags) = (host.name.clone(), target(&host), host.tags.clone());
    let (jump, last_used) = (host.jump_host_id.clone(), host.last_used_at);
    let go = if host.protocol == Protocol::Ssh { Icon::Terminal } else { Icon::Folder };
    let actions = host.clone();
    view! {
        <Dot status=host.status />
        <div class="row-main">
            <OpenButton host=host.clone() name />
            <span class="row-meta mono">{target}</span>
        </div>
        <div class="host-marks">
            {jump.map(|jump| view! { <Via jump /> })}
            <AccessMark host />
            {tags.into_iter().map(|tag| view! { <Tag tag search /> }).collect_view()}
        </div>
        <span class="host-used">{last_used.map(|at| view! { <RelativeTime millis=at.millis() /> })}</span>
        <span class="host-go"><IconView icon=go /></span>
        <RowMenu host=actions />
    }
}

/// `user@address:port`, without what goes without saying.
fn target(host: &HostView) -> String {
    let user = host.username.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let port = if host.port == host.protocol.default_port() { String::new() } else { format!(":{}", host.port) };
    match host.address.contains(':') {
        true if !port.is_empty() => format!("{user}[{}]{port}", host.address),
        _ => format!("{user}{}{port}", host.address),
    }
}

#[component]
fn Dot(status: Reachability) -> impl IntoView {
    let (tone, text) = match status {
        Reachability::Online => ("good", "online"),
        Reachability::Offline => ("bad", "offline"),
        Reachability::Unknown => ("none", "not probed yet"),
    };
    view! { <span class="dot" data-tone=tone role="img" aria-label=text title=text></span> }
}

/// Its area is the whole row (see `style/inventory.css`), so that a thumb finds it.
#[component]
fn OpenButton(host: HostView, name: String) -> impl IntoView {
    if host.protocol != Protocol::Ssh {
        // It has files and no terminal.
        let (navigate, address) = (use_navigate(), format!("/files/{}", host.id));
        let open = move |_| navigate(&address, Default::default());
        return view! {
            <button type="button" class="row-open" aria-label=format!("Open files on {name}") on:click=open>{name.clone()}</button>
        }
        .into_any();
    }
    let opener = expect_context::<Opener>();
    let open = move |_| opener.open(host.id.clone(), host.name.clone(), Mode::Embedded);
    view! {
        <button type="button" class="row-open" aria-label=format!("Open terminal on {name}") on:click=open>{name.clone()}</button>
    }
    .into_any()
}

#[component]
fn Via(jump: HostId) -> impl IntoView {
    let hosts = expect_context::<Hosts>();
    move || hosts.get(&jump).map(|jump| view! { <Badge>"via "{jump.name}</Badge> })
}

/// Says what stands in the way of the first terminal.
#[component]
fn AccessMark(host: HostView) -> impl IntoView {
    match host.bootstrap {
        _ if host.protocol != Protocol::Ssh => {
            let name = if host.protocol == Protocol::Ftp { "FTP" } else { "FTPS" };
            view! { <Badge>{name}</Badge> }.into_any()
        }
        BootstrapState::Failed => {
            let why = host.bootstrap_message.unwrap_or_default();
            view! { <span title=why><Badge tone=Tone::Bad>"access failed"</Badge></span> }.into_any()
        }
        BootstrapState::Never if host.credential_id.is_none() => {
            view! { <span class="host-os">"asks at connect"</span> }.into_any()
        }
        _ => host.os.map(|os| view! { <span class="host-os">{os}</span> }).into_any(),
    }
}

/// A tap on a tag searches for it.
#[component]
fn Tag(tag: String, search: RwSignal<String>) -> impl IntoView {
    let text = format!("#{tag}");
    let label = format!("Search for the tag {tag}");
    view! {
        <button type="button" class="tag" aria-label=label on:click=move |_| search.set(text.clone())>{tag}</button>
    }
}

#[component]
fn RowMenu(host: HostView) -> impl IntoView {
    let (acts, opener) = (expect_context::<Acts>(), expect_context::<Opener>());
    let label = format!("Actions for {}", host.name);
    let navigate = StoredValue::new(use_navigate());
    let items = move |()| {
        let on = |act: fn(Acts, &HostView)| {
            let host = host.clone();
            move || act(acts, &host)
        };
        let popout = {
            let host = host.clone();
            move || opener.open(host.id.clone(), host.name.clone(), Mode::Popout)
        };
        let files = {
            let address = format!("/files/{}", host.id);
            move || navigate.with_value(|navigate| navigate(&address, Default::default()))
        };
        let monitor = {
            let address = format!("/monitor?hosts={}", host.id);
            move || navigate.with_value(|navigate| navigate(&address, Default::default()))
        };
        let recordings = {
            let address = format!("/recordings?host={}", host.id);
            move || navigate.with_value(|navigate| navigate(&address, Default::default()))
        };
        let (shell, scan) = match host.protocol {
            Protocol::Ssh => (true, Some("Scan host key")),
            Protocol::Ftp => (false, None),
            Protocol::Ftps | Protocol::FtpsImplicit => (false, Some("Scan certificate")),
        };
        let mut items = Vec::new();
        if shell {
            items.push(MenuItem::new("Open in a new window", Icon::Window, popout));
        }
        items.push(MenuItem::new("Files", Icon::Folder, files));
        if shell {
            items.push(MenuItem::new("Monitor", Icon::Pulse, monitor));
            items.push(MenuItem::new("Recordings", Icon::Play, recordings));
            let history = on(|acts, host| acts.start(Act::History(Box::new(host.clone()))));
            items.push(MenuItem::new("Command history", Icon::History, history));
        }
        let edit = on(|acts, host| acts.start(Act::Edit(Some(Box::new(host.clone())))));
        items.push(MenuItem::new("Edit", Icon::Pencil, edit));
        items.push(MenuItem::new("Duplicate", Icon::Duplicate, on(|acts, host| acts.duplicate(host.id.clone()))));
        if shell {
            let access = on(|acts, host| acts.start(Act::Access(Box::new(host.clone()))));
            items.push(MenuItem::new("Set up access", Icon::Shield, access));
        }
        if let Some(scan) = scan {
            items.push(MenuItem::new(scan, Icon::Fingerprint, on(|acts, host| acts.scan(host))));
        }
        let delete = on(|acts, host| acts.start(Act::Delete(Box::new(host.clone()))));
        items.push(MenuItem::new("Delete", Icon::Trash, delete).danger());
        items
    };
    view! { <Menu label items /> }
}
