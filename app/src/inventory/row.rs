//! One host in the list: a tap anywhere opens a terminal, the menu at its end does everything else.

use super::{
    acts::{Act, Acts},
    drag::Drag,
    names::Names,
    selection::Selection,
    store::Inventory,
};
use crate::{
    terminal::Opener,
    ui::{Badge, Icon, IconView, MenuItem, RelativeTime, SharedMenu, Tone, has_coarse_pointer},
};
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use wire::{
    grants::SharedCredential,
    inventory::{BootstrapState, HostField, HostView, Protocol, Reachability},
    terminal::Mode,
};

/// A finger that rests so long on a row chooses it, in milliseconds.
const LONG: u32 = 500;

/// What the menu of a host is called.
fn actions_for(host: &HostView) -> String {
    format!("Actions for {}", host.name)
}

/// The cells of a row. They stay while another host comes into the row.
#[component]
pub(super) fn HostCells(
    inventory: Inventory,
    selection: Selection,
    menu: SharedMenu,
    row: Memo<Option<u64>>,
    host: Memo<Option<HostView>>,
    chosen: Memo<bool>,
) -> impl IntoView {
    let (acts, opener, drag) = (expect_context::<Acts>(), expect_context::<Opener>(), expect_context::<Drag>());
    let of = move |tell: fn(&HostView) -> String| host.with(|host| host.as_ref().map(tell).unwrap_or_default());
    let toggle = move |range: bool| {
        if let (Some(host), Some(row)) = (host.get_untracked(), row.get_untracked()) {
            selection.toggle(&host.id, row, range);
        }
    };
    // The tap at the end of a long press is not one.
    let (resting, rested) = (StoredValue::new_local(None::<Timeout>), StoredValue::new(false));
    let open = move |event: ev::MouseEvent| {
        if rested.get_value() || drag.has_just_ended() {
            return rested.set_value(false);
        }
        let besides = event.ctrl_key() || event.meta_key();
        if besides || event.shift_key() || (has_coarse_pointer() && untrack(|| selection.is_on())) {
            return toggle(event.shift_key());
        }
        let Some(host) = host.get_untracked() else { return };
        match host.protocol {
            Protocol::Ssh => opener.open(host.id, host.name, Mode::Embedded),
            // It has files and no terminal.
            _ => acts.go(&format!("/files/{}", host.id)),
        }
    };
    let press = move |event: ev::PointerEvent| {
        rested.set_value(false);
        let on_control = inside(&event, "input, .tag, .host-menu, .host-star").is_some();
        match event.pointer_type().as_str() {
            "touch" if !on_control => resting.set_value(Some(Timeout::new(LONG, move || {
                rested.set_value(true);
                toggle(false);
            }))),
            "mouse" if event.button() == 0 && !on_control => {
                host.with_untracked(|host| host.iter().for_each(|host| drag.press_host(&event, host)));
            }
            _ => {}
        }
    };
    let lift = move |_: ev::PointerEvent| drop(resting.try_update_value(Option::take));
    let right_click = move |event: ev::MouseEvent| {
        event.prevent_default();
        if let Some(host) = host.get_untracked().filter(|_| !has_coarse_pointer()) {
            let point = (f64::from(event.client_x()), f64::from(event.client_y()));
            menu.at(point, actions_for(&host), row_menu(acts, opener, &host));
        }
    };
    let open_menu = move |event: ev::MouseEvent| {
        if let Some((button, host)) = inside(&event, "button").zip(host.get_untracked()) {
            menu.below(button, actions_for(&host), row_menu(acts, opener, &host));
        }
    };
    let star = move |_| {
        if let Some(host) = host.get_untracked() {
            acts.mark(host.id, !host.favourite);
        }
    };
    let is_marked = Memo::new(move |_| host.with(|host| host.as_ref().is_some_and(|host| host.favourite)));
    view! {
        <div class="host-cells" class:host-waits=move || host.with(Option::is_none)
            on:pointerdown=press on:pointerup=lift on:pointercancel=lift on:pointermove=move |event: ev::PointerEvent| {
                if event.movement_x().abs() + event.movement_y().abs() > 6 {
                    lift(event);
                }
            }
            on:contextmenu=right_click>
            <span role="gridcell" class="host-check">
                <input type="checkbox" tabindex="-1" prop:checked=chosen
                    aria-label=move || of(|host| format!("Choose {}", host.name))
                    on:click=move |event: ev::MouseEvent| toggle(event.shift_key()) />
            </span>
            <span role="gridcell" class="host-dot"><Dot host /></span>
            <span role="gridcell" class="row-main">
                <button type="button" tabindex="-1" class="row-open" on:click=open title=move || of(|host| host.name.clone())
                    aria-label=move || of(|host| match host.protocol {
                        Protocol::Ssh => format!("Open terminal on {}", host.name),
                        _ => format!("Open files on {}", host.name),
                    })>
                    {move || of(|host| host.name.clone())}
                </button>
                <span class="row-meta mono">{move || of(target)}</span>
            </span>
            <span role="gridcell" class="host-marks"><Marks inventory host /></span>
            <span role="gridcell" class="host-used">
                {move || host.with(|host| host.as_ref().and_then(|host| host.last_used_at))
                    .map(|at| view! { <RelativeTime millis=at.millis() /> })}
            </span>
            <span role="gridcell" class="host-star">
                <button type="button" tabindex="-1" class="icon-button" aria-pressed=move || is_marked.get().to_string()
                    aria-label=move || of(|host| format!("Favourite {}", host.name)) on:click=star>
                    <IconView icon=Icon::Star />
                </button>
            </span>
            <span role="gridcell" class="host-menu">
                <button type="button" tabindex="-1" class="icon-button" aria-haspopup="menu" aria-label=move || of(actions_for)
                    on:click=open_menu
                    on:pointerdown=move |event| inside(&event, "button").into_iter().for_each(|button| menu.press(button))>
                    <IconView icon=Icon::More />
                </button>
            </span>
        </div>
    }
}

/// What of these the event happened in.
fn inside(event: &ev::MouseEvent, what: &str) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(what).ok()??.dyn_into().ok()
}

/// `user@address:port`, without what goes without saying.
fn target(host: &HostView) -> String {
    let user = host.effective.username.as_ref().or(host.username.as_ref());
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let port = if host.port == host.protocol.default_port() { String::new() } else { format!(":{}", host.port) };
    match host.address.contains(':') {
        true if !port.is_empty() => format!("{user}[{}]{port}", host.address),
        _ => format!("{user}{}{port}", host.address),
    }
}

#[component]
fn Dot(host: Memo<Option<HostView>>) -> impl IntoView {
    let status = Memo::new(move |_| host.with(|host| host.as_ref().map(|host| host.status)).unwrap_or_default());
    let said = move || match status.get() {
        Reachability::Online => ("good", "online"),
        Reachability::Offline => ("bad", "offline"),
        Reachability::Unknown => ("none", "not probed yet"),
    };
    view! { <span class="dot" data-tone=move || said().0 role="img" aria-label=move || said().1 title=move || said().1></span> }
}

/// What is worth knowing at a glance: what stands in the way of the first terminal, the way there, where it lies, its tags.
#[component]
fn Marks(inventory: Inventory, host: Memo<Option<HostView>>) -> impl IntoView {
    let names = expect_context::<Names>();
    let by_folder = Memo::new(move |_| inventory.head.with(|head| head.look.group() == Some(HostField::Folder)));
    move || {
        host.get().map(|host| {
            let folder = host.folder.clone().filter(|_| !by_folder.get());
            let through = host.effective.jump_host_id.clone().map(|jump| {
                let from = host.effective.from.jump_host_id.as_ref().map(|from| format!("as the folder {} says", from.folder));
                view! { <span title=from><Badge>"via "{move || names.of(&jump)}</Badge></span> }
            });
            let inherited = inherited(&host).map(|text| view! {
                <span class="host-inherits" role="img" aria-label=text.clone() title=text><IconView icon=Icon::Inherit /></span>
            });
            let tags = host.tags.clone();
            let owner = host.shared.as_ref().map(|shared| format!("{}'s", shared.owner));
            view! {
                {owner.map(|owner| view! { <Badge>{owner}</Badge> })}
                {folder.map(|folder| view! { <span class="host-folder" title=folder.clone()>{folder.clone()}</span> })}
                {inherited}
                {through}
                <AccessMark host />
                {tags.into_iter().map(|tag| view! { <Tag tag inventory /> }).collect_view()}
            }
        })
    }
}

/// What comes from folders, in words.
fn inherited(host: &HostView) -> Option<String> {
    let from = &host.effective.from;
    let named = [("username", &from.username), ("credential", &from.credential_id), ("jump host", &from.jump_host_id)];
    let named: Vec<_> = named.into_iter().filter_map(|(what, from)| Some((what, from.as_ref()?))).collect();
    let (_, origin) = named.first()?;
    let what: Vec<_> = named.iter().map(|(what, _)| *what).collect();
    Some(format!("{} as the folder {} says", what.join(", "), origin.folder))
}

/// What a host is signed in to with that somebody else shares, unless what is one's own goes first.
fn lent(host: &HostView) -> Option<AnyView> {
    let shared = host.shared.as_ref().filter(|_| host.effective.credential_id.is_none())?;
    let owner = &shared.owner;
    Some(match shared.credential? {
        SharedCredential::Ready => {
            let text = format!("Credential shared by {owner}");
            view! { <span class="host-os">{text}</span> }.into_any()
        }
        SharedCredential::Waiting => {
            let why = format!("The credential was not handed to you yet: it will be when {owner} next signs in");
            let text = format!("waits for {owner}");
            view! { <span title=why><Badge tone=Tone::Warn>{text}</Badge></span> }.into_any()
        }
    })
}

/// Says what stands in the way of the first terminal.
#[component]
fn AccessMark(host: HostView) -> impl IntoView {
    if let Some(lent) = lent(&host) {
        return lent;
    }
    match host.bootstrap {
        _ if host.protocol != Protocol::Ssh => {
            let name = if host.protocol == Protocol::Ftp { "FTP" } else { "FTPS" };
            view! { <Badge>{name}</Badge> }.into_any()
        }
        BootstrapState::Failed => {
            let why = host.bootstrap_message.unwrap_or_default();
            view! { <span title=why><Badge tone=Tone::Bad>"access failed"</Badge></span> }.into_any()
        }
        BootstrapState::Never if host.effective.credential_id.is_none() => {
            view! { <span class="host-os">"asks at connect"</span> }.into_any()
        }
        _ => host.os.map(|os| view! { <span class="host-os">{os}</span> }).into_any(),
    }
}

#[component]
fn Tag(tag: String, inventory: Inventory) -> impl IntoView {
    let (text, name) = (tag.clone(), format!("Search for the tag {tag}"));
    let click = move |_| {
        inventory.look.update(|look| {
            if !look.filter.fields.iter().any(|one| one.field == HostField::Tag && one.value == tag) {
                look.toggle(HostField::Tag, &tag);
            }
        });
    };
    view! { <button type="button" tabindex="-1" class="tag" aria-label=name on:click=click>{text}</button> }
}

/// Everything that can be done with a host.
fn row_menu(acts: Acts, opener: Opener, host: &HostView) -> Vec<MenuItem> {
    let on = |act: fn(Acts, &HostView)| {
        let host = host.clone();
        move || act(acts, &host)
    };
    let go = |address: String| move || acts.go(&address);
    let popout = {
        let host = host.clone();
        move || opener.open(host.id.clone(), host.name.clone(), Mode::Popout)
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
    items.push(MenuItem::new("Files", Icon::Folder, go(format!("/files/{}", host.id))));
    if shell {
        items.push(MenuItem::new("Monitor", Icon::Pulse, go(format!("/monitor?hosts={}", host.id))));
        items.push(MenuItem::new("Recordings", Icon::Play, go(format!("/recordings?host={}", host.id))));
        let history = on(|acts, host| acts.start(Act::History(Box::new(host.clone()))));
        items.push(MenuItem::new("Command history", Icon::History, history));
    }
    if host.shared.is_some() {
        let login = on(|acts, host| acts.start(Act::OwnLogin(Box::new(host.clone()))));
        items.push(MenuItem::new("Sign in as", Icon::Key, login));
        items.extend(scan.map(|scan| MenuItem::new(scan, Icon::Fingerprint, on(|acts, host| acts.scan(host)))));
        return items;
    }
    let edit = on(|acts, host| acts.start(Act::Edit(Some(Box::new(host.clone())))));
    items.push(MenuItem::new("Edit", Icon::Pencil, edit));
    items.push(MenuItem::new("Move to a folder", Icon::Folder, on(|acts, host| acts.move_host(host))));
    if acts.may_share() {
        items.push(MenuItem::new("Share", Icon::User, on(|acts, host| acts.share_host(host))));
    }
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
}
