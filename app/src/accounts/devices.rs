//! "Signed in on these devices": which, from where, when last; ending one or all others.

use super::page::Section;
use crate::{
    client,
    error::AppError,
    events::Refresh,
    ui::{
        Badge, Button, ConfirmDialog, Icon, IconButton, Notice, RelativeTime, Skeleton, Submit, ToastKind, Tone, toast,
    },
};
use leptos::prelude::*;
use wire::{accounts::DeviceView, events::Topic};

const ADDRESS: &str = "/api/account/devices";

/// What the page knows of them: nothing yet, the list, or why not.
type Listed = RwSignal<Option<Result<Vec<DeviceView>, String>>>;

/// What is being ended.
#[derive(Debug, Clone, PartialEq)]
enum Ending {
    One(DeviceView),
    Others,
}

async fn read(listed: Listed) {
    let answer = client::get_json(ADDRESS).await.map_err(|error: AppError| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The list and the button below it.
#[component]
pub(super) fn Devices() -> impl IntoView {
    let (listed, ending) = (Listed::new(None), RwSignal::new(None::<Ending>));
    let refresh = Refresh::new();
    refresh.keep(&[Topic::SignIns], move || read(listed));
    let has_others = move || listed.with(|known| matches!(known, Some(Ok(devices)) if devices.len() > 1));
    view! {
        <Section title="Devices" about="Where you are signed in. Sessions go on when a device is signed out.">
            {move || match listed.get() {
                None => view! { <Skeleton rows=2 label="Loading the devices" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(devices)) => view! { <DeviceList devices ending /> }.into_any(),
            }}
            {move || has_others().then(|| view! {
                <div class="button-row">
                    <Button icon=Icon::SignOut on_click=move |()| ending.set(Some(Ending::Others))>
                        "Sign out all others"
                    </Button>
                </div>
            })}
        </Section>
        {move || ending.get().map(|what| view! { <End what ending refresh /> })}
    }
}

#[component]
fn DeviceList(devices: Vec<DeviceView>, ending: RwSignal<Option<Ending>>) -> impl IntoView {
    view! {
        <ul class="rows" aria-label="Devices">
            {devices.into_iter().map(|device| view! { <DeviceRow device ending /> }).collect_view()}
        </ul>
    }
}

#[component]
fn DeviceRow(device: DeviceView, ending: RwSignal<Option<Ending>>) -> impl IntoView {
    let (mine, name) = (device.clone(), device.browser.clone());
    let act = if device.current {
        view! { <Badge tone=Tone::Good>"this device"</Badge> }.into_any()
    } else {
        view! {
            <IconButton
                icon=Icon::SignOut
                label=format!("Sign out {name}")
                on_click=move |()| ending.set(Some(Ending::One(mine.clone())))
            />
        }
        .into_any()
    };
    view! {
        <li class="row">
            <div class="row-main">
                <span class="row-title">{device.browser}</span>
                <span class="row-meta">
                    {device.address.map(|address| format!("{address}, "))}
                    "signed in " <RelativeTime millis=device.created_at.millis() />
                    ", used " <RelativeTime millis=device.last_used_at.millis() />
                </span>
            </div>
            {act}
        </li>
    }
}

#[component]
fn End(what: Ending, ending: RwSignal<Option<Ending>>, refresh: Refresh) -> impl IntoView {
    let submit = Submit::new();
    let (title, address, said) = match &what {
        Ending::One(device) => {
            (format!("Sign out {}?", device.browser), format!("{ADDRESS}/{}", device.id), "The device is signed out")
        }
        Ending::Others => {
            ("Sign out all other devices?".to_owned(), ADDRESS.to_owned(), "All other devices are signed out")
        }
    };
    let confirm = move |()| {
        let address = address.clone();
        submit.run(async move { client::delete::<serde_json::Value>(&address).await }, move |_| {
            ending.set(None);
            toast(ToastKind::Success, said);
            refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title
            body="Its pages show the sign-in form at once. What runs in its terminals goes on."
            confirm="Sign out"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| ending.set(None)
        />
    }
}
