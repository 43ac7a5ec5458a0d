//! The devices that filters leave, each as it would be imported.

use super::{api::netbox_devices, chosen::Chosen, words};
use crate::{
    inventory::exchange::words::count,
    ui::{Badge, Icon, IconButton, IconView, Notice, Skeleton, Tone},
};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wire::inventory::{NetBoxDeviceList, NetBoxDeviceQuery, NetBoxDeviceView, NetBoxFilters};

/// So many are shown at once.
const SHOWN: u32 = 25;

/// Letters that follow one another faster are one question, in milliseconds.
const PAUSE: u32 = 300;

/// What is looked at.
#[derive(Clone, Copy)]
pub(super) struct Looked {
    /// Virtual machines instead of devices.
    pub(super) machines: RwSignal<bool>,
    offset: RwSignal<u32>,
    list: RwSignal<Option<Result<NetBoxDeviceList, String>>>,
    busy: RwSignal<bool>,
}

impl Looked {
    /// Asks for the devices that the filters leave, again with each change of them.
    pub(super) fn keep(chosen: Chosen) -> Self {
        let looked = Self {
            machines: RwSignal::new(false),
            offset: RwSignal::new(0),
            list: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        let (asked, later) = (StoredValue::new(0_u32), StoredValue::new_local(None::<Timeout>));
        let filters = Memo::new(move |_| chosen.filters());
        Effect::new(move |before: Option<(NetBoxFilters, bool)>| {
            let now = (filters.get(), looked.machines.get());
            let is_new = before.as_ref().is_some_and(|before| *before != now);
            // Another list begins at its beginning, which is one question and not two.
            if is_new && looked.offset.get_untracked() != 0 {
                looked.offset.set(0);
            }
            let offset = looked.offset.get();
            looked.busy.set(true);
            let (filters, virtual_machines) = now.clone();
            let ask = move || {
                asked.update_value(|asked| *asked += 1);
                let mine = asked.get_value();
                spawn_local(async move {
                    let answer = netbox_devices(query(filters, virtual_machines, offset)).await;
                    if asked.try_get_value() == Some(mine) {
                        looked.list.set(Some(answer.map_err(|error| error.to_string())));
                        looked.busy.set(false);
                    }
                });
            };
            later.set_value(Some(Timeout::new(if before.is_none() { 0 } else { PAUSE }, ask)));
            now
        });
        on_cleanup(move || drop(later.try_update_value(Option::take)));
        looked
    }

    /// How many there are, once that is known.
    pub(super) fn total(self) -> Option<u64> {
        self.list.with(|list| list.as_ref()?.as_ref().ok().map(|list| list.total))
    }
}

fn query(filters: NetBoxFilters, virtual_machines: bool, offset: u32) -> NetBoxDeviceQuery {
    let NetBoxFilters { search, site, platform, role, status, tag } = filters;
    NetBoxDeviceQuery { search, site, platform, role, status, tag, virtual_machines, limit: Some(SHOWN), offset }
}

/// The list.
#[component]
pub(super) fn Devices(looked: Looked) -> impl IntoView {
    view! {
        <div class="netbox-list" aria-busy=move || looked.busy.get().then_some("true")>
            {move || match looked.list.get() {
                None => view! { <Skeleton rows=6 label="Asking NetBox" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(list)) if list.devices.is_empty() => view! {
                    <p class="netbox-none">"Nothing in NetBox answers to these filters."</p>
                }.into_any(),
                Some(Ok(list)) => view! {
                    <ul class="rows framed" aria-label=if looked.machines.get_untracked() { "Virtual machines" } else { "Devices" }>
                        {list.devices.iter().cloned().map(|device| view! { <Device device /> }).collect_view()}
                    </ul>
                    <Pager looked list />
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Device(device: NetBoxDeviceView) -> impl IntoView {
    let about = [device.device.site, device.device.role, device.device.device_type, device.device.model];
    let about = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let (name, has_name) = (device.name.clone(), !device.name.trim().is_empty());
    let is_left_out = device.left_out.is_some();
    let tone = if device.status == "active" { Tone::Good } else { Tone::Neutral };
    view! {
        <li class="row netbox-device" class:left-out=is_left_out>
            <span class="row-icon"><IconView icon=Icon::Server /></span>
            <div class="row-main">
                <span class="row-title">{if has_name { name } else { format!("device {}", device.id) }}</span>
                <span class="row-meta">{about}</span>
                {device.left_out.map(|why| view! { <span class="netbox-why"><IconView icon=Icon::Alert />"Left out: "{why}</span> })}
            </div>
            <span class="netbox-address mono">{device.address}</span>
            {(!device.status.is_empty()).then(|| view! { <Badge tone>{device.status}</Badge> })}
        </li>
    }
}

#[component]
fn Pager(looked: Looked, list: NetBoxDeviceList) -> impl IntoView {
    let offset = looked.offset.get_untracked();
    let shown = list.devices.len() as u64;
    let left_out = list.devices.iter().filter(|device| device.left_out.is_some()).count() as u64;
    let is_last = u64::from(offset) + shown >= list.total;
    view! {
        <div class="netbox-pager">
            <span role="status">{words::window(u64::from(offset), shown, list.total)}</span>
            {(left_out > 0).then(|| view! { <Badge tone=Tone::Warn>{count(left_out, "here is left out", "here are left out")}</Badge> })}
            <span class="netbox-turn">
                <IconButton icon=Icon::ChevronUp label="The ones before" disabled={offset == 0}
                    on_click=move |()| looked.offset.update(|offset| *offset = offset.saturating_sub(SHOWN)) />
                <IconButton icon=Icon::ChevronDown label="The next ones" disabled=is_last
                    on_click=move |()| looked.offset.update(|offset| *offset = offset.saturating_add(SHOWN)) />
            </span>
        </div>
    }
}
