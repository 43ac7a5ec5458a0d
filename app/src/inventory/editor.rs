//! The form for a new host and for a change to one.

use super::{
    api::{add_host, update_host},
    form::{HostFaults, HostForm, PROTOCOLS},
    hosts::Hosts,
    policy_fields::{PolicyFields, TypedPolicy},
};
use crate::{
    events::Refresh,
    ui::{
        Button, ButtonKind, Dialog, DialogActions, FieldError, Icon, IconView, Notice, Select, Submit, TextArea,
        TextField, ToastKind, Tone, focus_first_fault, toast,
    },
    vault::{AddCredential, api::credentials},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    HostId,
    events::Topic,
    inventory::{DeviceMetadata, HostView},
    vault::CredentialView,
};

/// One signal a field, so that typing in one wakes only that one.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    address: RwSignal<String>,
    protocol: RwSignal<String>,
    port: RwSignal<String>,
    username: RwSignal<String>,
    credential: RwSignal<String>,
    folder: RwSignal<String>,
    tags: RwSignal<String>,
    jump_host: RwSignal<String>,
    device: [RwSignal<String>; 9],
    policy: TypedPolicy,
}

impl Typed {
    fn new(form: HostForm) -> Self {
        let device = form.device;
        let fields = [
            device.device_type,
            device.vendor,
            device.model,
            device.serial_number,
            device.software_version,
            device.platform,
            device.site,
            device.role,
            device.notes,
        ];
        Self {
            name: RwSignal::new(form.name),
            address: RwSignal::new(form.address),
            protocol: RwSignal::new(form.protocol),
            port: RwSignal::new(form.port),
            username: RwSignal::new(form.username),
            credential: RwSignal::new(form.credential),
            folder: RwSignal::new(form.folder),
            tags: RwSignal::new(form.tags),
            jump_host: RwSignal::new(form.jump_host),
            device: fields.map(RwSignal::new),
            policy: TypedPolicy::new(form.policy),
        }
    }

    fn form(self) -> HostForm {
        HostForm {
            name: self.name.get(),
            address: self.address.get(),
            protocol: self.protocol.get(),
            port: self.port.get(),
            username: self.username.get(),
            credential: self.credential.get(),
            folder: self.folder.get(),
            tags: self.tags.get(),
            jump_host: self.jump_host.get(),
            device: self.device_metadata(),
            policy: self.policy.form(),
        }
    }

    fn device_metadata(self) -> DeviceMetadata {
        let [device_type, vendor, model, serial_number, software_version, platform, site, role, notes] =
            self.device.map(|field| field.get().trim().to_owned());
        DeviceMetadata { device_type, model, vendor, serial_number, software_version, platform, site, role, notes }
    }
}

/// The dialog.
#[component]
pub(super) fn HostEditor(
    host: Option<Box<HostView>>,
    hosts: Hosts,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let form = host.as_deref().map_or_else(HostForm::blank, HostForm::from);
    let (typed, tried, submit, adding) = (Typed::new(form), RwSignal::new(false), Submit::new(), RwSignal::new(false));
    let stored = RwSignal::new(Vec::<CredentialView>::new());
    Refresh::new().keep(&[Topic::Credentials], move || load(stored));
    let id = host.map(|host| host.id);
    let title = if id.is_some() { "Edit host" } else { "Add host" };
    let faults = Memo::new(move |_| *typed.form().draft().err().filter(|_| tried.get()).unwrap_or_default());
    let send = {
        let id = id.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            save(id.clone(), untrack(|| typed.form()), submit, hosts, on_close);
        }
    };
    let added = move |credential: CredentialView| {
        let id = credential.id.to_string();
        // It may be known by now, from the line that tells of changes.
        stored.update(|stored| {
            if stored.iter().all(|known| known.id != credential.id) {
                stored.push(credential);
            }
        });
        typed.credential.set(id);
        adding.set(false);
    };
    view! {
        <Dialog title on_close wide=true>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <Where typed faults />
                <SignInFields typed stored adding />
                <Placing typed faults hosts id />
                <PolicyFields typed=typed.policy faults hosts folder=typed.folder />
                <Device typed />
                <DialogActions>
                    <Button on_click=on_close>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
        {move || adding.get().then(|| view! { <AddCredential on_added=added on_close=move |()| adding.set(false) /> })}
    }
}

async fn load(stored: RwSignal<Vec<CredentialView>>) {
    match credentials().await {
        Ok(list) => drop(stored.try_set(list)),
        Err(error) => toast(ToastKind::Error, error.to_string()),
    }
}

/// Adds or changes, once the form is complete.
fn save(id: Option<HostId>, form: HostForm, submit: Submit, hosts: Hosts, on_close: Callback<()>) {
    let (Ok(draft), Ok(patch)) = (form.draft(), form.patch()) else { return focus_first_fault() };
    let verb = if id.is_some() { "saved" } else { "added" };
    let request = async move {
        match id {
            Some(id) => update_host(id, patch).await,
            None => add_host(draft).await,
        }
    };
    submit.run(request, move |host: HostView| {
        toast(ToastKind::Success, format!("{} is {verb}", host.name));
        hosts.put(host);
        on_close.run(());
    });
}

fn fault(faults: Memo<HostFaults>, of: fn(&HostFaults) -> &Option<String>) -> FieldError {
    Signal::derive(move || faults.with(|faults| of(faults).clone()))
}

#[component]
fn Where(typed: Typed, faults: Memo<HostFaults>) -> impl IntoView {
    let protocols = PROTOCOLS.map(|(_, word, name)| (word.to_owned(), name.to_owned())).to_vec();
    view! {
        <TextField
            label="Name"
            value=typed.name
            error=fault(faults, |faults| &faults.name)
            placeholder="web01"
            autofocus=true
        />
        <div class="form-split">
            <TextField
                label="Address"
                value=typed.address
                error=fault(faults, |faults| &faults.address)
                placeholder="web01.example.net or 192.0.2.7"
                inputmode="url"
                mono=true
            />
            <TextField
                label="Port"
                value=typed.port
                error=fault(faults, |faults| &faults.port)
                placeholder="22"
                inputmode="numeric"
                mono=true
            />
        </div>
        <Select
            label="Protocol"
            value=typed.protocol
            options=Signal::stored(protocols)
            hint="A port left empty is the protocol's own: 22, 21, or 990."
        />
    }
}

#[component]
fn SignInFields(typed: Typed, stored: RwSignal<Vec<CredentialView>>, adding: RwSignal<bool>) -> impl IntoView {
    let options = Signal::derive(move || {
        let ask = (String::new(), "Ask every time".to_owned());
        let list = stored.get().into_iter().map(|credential| (credential.id.to_string(), credential.name));
        std::iter::once(ask).chain(list).collect::<Vec<_>>()
    });
    view! {
        <TextField
            label="Username"
            value=typed.username
            hint="Left empty, the credential's username is used."
            placeholder="root"
            optional=true
            mono=true
        />
        <div class="form-split picker">
            <Select label="Credential" value=typed.credential options />
            <Button icon=Icon::Plus on_click=move |()| adding.set(true)>"New credential"</Button>
        </div>
    }
}

#[component]
fn Placing(typed: Typed, faults: Memo<HostFaults>, hosts: Hosts, id: Option<HostId>) -> impl IntoView {
    let jumps = Signal::derive(move || {
        let direct = (String::new(), "None: connect directly".to_owned());
        std::iter::once(direct).chain(hosts.names_but(id.as_ref())).collect::<Vec<_>>()
    });
    view! {
        <div class="form-split even">
            <TextField
                label="Folder"
                value=typed.folder
                suggestions=Signal::derive(move || hosts.folder_names())
                hint="A new name makes a new folder."
                optional=true
            />
            <TextField
                label="Tags"
                value=typed.tags
                error=fault(faults, |faults| &faults.tags)
                hint="Words with commas between them."
                placeholder="prod, web"
                optional=true
            />
        </div>
        <Select label="Jump host" value=typed.jump_host options=jumps hint="Berth reaches this host through that one." />
    }
}

#[component]
fn Device(typed: Typed) -> impl IntoView {
    let [device_type, vendor, model, serial_number, software_version, platform, site, role, notes] = typed.device;
    let lines = [
        ("Device type", device_type),
        ("Vendor", vendor),
        ("Model", model),
        ("Serial number", serial_number),
        ("Software version", software_version),
        ("Platform", platform),
        ("Site", site),
        ("Role", role),
    ];
    view! {
        <details class="more">
            <summary><IconView icon=Icon::ChevronRight />"Device details"</summary>
            <div class="form-grid">
                {lines.into_iter().map(|(label, value)| view! { <TextField label value optional=true /> }).collect_view()}
            </div>
            <TextArea label="Notes" value=notes rows=3 optional=true />
        </details>
    }
}
