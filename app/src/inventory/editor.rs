//! The form for a new host and for a change to one.

use super::{
    api::{add_host, update_host},
    choosers::{FolderField, HostField, Inherits, as_folder},
    form::{HostFaults, HostForm, PROTOCOLS},
    names::Names,
    policy_fields::{PolicyFields, TypedPolicy},
    store::Inventory,
};
use crate::{
    events::Refresh,
    ui::{
        Button, ButtonKind, Checkbox, Dialog, DialogActions, FieldError, Icon, IconView, Notice, Select, Submit,
        TextArea, TextField, ToastKind, Tone, focus_first_fault, toast,
    },
    vault::{AddCredential, api::credentials},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    CredentialId, HostId,
    events::Topic,
    inventory::{DeviceMetadata, Effective, HostScope, HostView},
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
    direct: RwSignal<bool>,
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
            direct: RwSignal::new(form.direct),
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
            direct: self.direct.get(),
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
    inventory: Inventory,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let form = host.as_deref().map_or_else(|| blank(inventory), HostForm::from);
    let (typed, tried, submit, adding) = (Typed::new(form), RwSignal::new(false), Submit::new(), RwSignal::new(false));
    let stored = RwSignal::new(Vec::<CredentialView>::new());
    Refresh::new().keep(&[Topic::Credentials], move || load(stored));
    let id = host.map(|host| host.id);
    let title = if id.is_some() { "Edit host" } else { "Add host" };
    let faults = Memo::new(move |_| *typed.form().draft().err().filter(|_| tried.get()).unwrap_or_default());
    // What the folders say, as soon as one is named.
    let around = Signal::derive(move || {
        let folder = typed.folder.get();
        stored.with(|stored| {
            inventory.tree.with(|tree| tree.effective(tree.by_text(&folder).map(|folder| &folder.id), stored))
        })
    });
    let send = {
        let id = id.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            save(id.clone(), untrack(|| typed.form()), submit, inventory, on_close);
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
                <SignInFields typed stored adding around />
                <Placing typed faults inventory id around />
                <PolicyFields typed=typed.policy faults=Signal::derive(move || faults.with(|faults| faults.policy.clone())) around of_host=true />
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

/// A new host begins in the folder that is looked at.
fn blank(inventory: Inventory) -> HostForm {
    let folder = inventory.look.with_untracked(|look| match &look.filter.scope {
        HostScope::Folder { id } => {
            inventory.tree.with_untracked(|tree| tree.get(id).map(|folder| folder.path.clone()))
        }
        _ => None,
    });
    HostForm { folder: folder.unwrap_or_default(), ..HostForm::blank() }
}

async fn load(stored: RwSignal<Vec<CredentialView>>) {
    match credentials().await {
        Ok(list) => drop(stored.try_set(list)),
        Err(error) => toast(ToastKind::Error, error.to_string()),
    }
}

/// Adds or changes, once the form is complete.
fn save(id: Option<HostId>, form: HostForm, submit: Submit, inventory: Inventory, on_close: Callback<()>) {
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
        inventory.put(host);
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
fn SignInFields(
    typed: Typed,
    stored: RwSignal<Vec<CredentialView>>,
    adding: RwSignal<bool>,
    around: Signal<Effective>,
) -> impl IntoView {
    let options = Signal::derive(move || {
        let above = around.with(|it| Some((it.from.credential_id.as_ref()?.folder.clone(), it.credential_id.clone()?)));
        let above = above.map(|(folder, id)| as_folder(&folder, &credential_name(stored, &id)));
        let none = (String::new(), above.unwrap_or_else(|| "Ask every time".to_owned()));
        let list = stored.get().into_iter().map(|credential| (credential.id.to_string(), credential.name));
        std::iter::once(none).chain(list).collect::<Vec<_>>()
    });
    let username = Signal::derive(move || {
        let own = !typed.username.with(|text| text.trim().is_empty()) || !typed.credential.with(String::is_empty);
        around.with(|it| Some((it.username.clone()?, it.from.username.as_ref()?.folder.clone()))).filter(|_| !own)
    });
    view! {
        <TextField
            label="Username"
            value=typed.username
            hint="Left empty, the credential's username is used."
            placeholder=Signal::derive(move || username.get().map_or_else(|| "root".to_owned(), |(name, _)| name))
            optional=true
            mono=true
        />
        <Inherits what=username />
        <div class="form-split picker">
            <Select label="Credential" value=typed.credential options />
            <Button icon=Icon::Plus on_click=move |()| adding.set(true)>"New credential"</Button>
        </div>
    }
}

pub(super) fn credential_name(stored: RwSignal<Vec<CredentialView>>, id: &CredentialId) -> String {
    let name = stored.with(|stored| stored.iter().find(|one| one.id == *id).map(|one| one.name.clone()));
    name.unwrap_or_else(|| "a credential".into())
}

#[component]
fn Placing(
    typed: Typed,
    faults: Memo<HostFaults>,
    inventory: Inventory,
    id: Option<HostId>,
    around: Signal<Effective>,
) -> impl IntoView {
    view! {
        <div class="form-split even">
            <FolderField label="Folder" text=typed.folder tree=inventory.tree hint="A new name makes a new folder." />
            <TextField
                label="Tags"
                value=typed.tags
                error=fault(faults, |faults| &faults.tags)
                hint="Words with commas between them."
                placeholder="prod, web"
                optional=true
            />
        </div>
        <Way jump_host=typed.jump_host direct=typed.direct around but=id of_host=true />
    }
}

/// How a host is reached: through another one, or straight whatever the folders say.
#[component]
pub(super) fn Way(
    jump_host: RwSignal<String>,
    direct: RwSignal<bool>,
    around: Signal<Effective>,
    but: Option<HostId>,
    #[prop(optional)] of_host: bool,
) -> impl IntoView {
    let names = expect_context::<Names>();
    let mine = but.clone();
    let above = Memo::new(move |_| {
        let jump = around.with(|it| Some((it.jump_host_id.clone()?, it.from.jump_host_id.as_ref()?.folder.clone())));
        jump.filter(|(id, _)| Some(id) != mine.as_ref())
    });
    let none = Signal::derive(move || match above.get() {
        Some((id, folder)) => as_folder(&folder, &names.of(&id)),
        None => "None: connect directly".to_owned(),
    });
    let can_be_straight = Memo::new(move |_| above.with(Option::is_some) || direct.get());
    let (but, hint) = (
        StoredValue::new(but),
        match of_host {
            true => "Berth reaches this host through that one.",
            false => "Berth reaches the hosts inside through that one.",
        },
    );
    view! {
        {move || (!direct.get()).then(|| view! { <HostField label="Jump host" value=jump_host none but=but.get_value() hint /> })}
        {move || can_be_straight.get().then(|| view! {
            <Checkbox label="Reached straight" value=direct hint="Without a jump host, whatever the folders around say." />
        })}
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
