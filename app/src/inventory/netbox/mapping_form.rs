//! How devices become hosts: the form.

use super::{api::configure_netbox, page::Store, words};
use crate::ui::{
    Button, ButtonKind, Checkbox, DialogActions, Icon, IconButton, Notice, Select, Submit, TextField, ToastKind, Tone,
    fresh_id, toast,
};
use leptos::{ev, prelude::*};
use wire::inventory::{NetBoxAddress, NetBoxDraft, NetBoxMapping};

/// A name and what it becomes, as two fields hold it; the number tells one pair from another.
#[derive(Clone, Copy)]
struct Pair {
    number: usize,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

/// A growing list of them.
#[derive(Clone, Copy)]
struct Pairs {
    all: RwSignal<Vec<Pair>>,
    next: StoredValue<usize>,
}

impl Pairs {
    fn of(known: impl Iterator<Item = (String, String)>) -> Self {
        let pairs = Self { all: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
        known.for_each(|(from, to)| pairs.add(&from, &to));
        pairs
    }

    fn add(self, from: &str, to: &str) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let pair = Pair { number, from: RwSignal::new(from.to_owned()), to: RwSignal::new(to.to_owned()) };
        self.all.update(|all| all.push(pair));
    }

    fn remove(self, number: usize) {
        self.all.update(|all| all.retain(|pair| pair.number != number));
    }

    /// Those with a name.
    fn named(self) -> Vec<(String, String)> {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().to_owned());
        let all = self.all.with_untracked(Clone::clone);
        all.into_iter().map(|pair| (text(pair.from), text(pair.to))).filter(|(from, _)| !from.is_empty()).collect()
    }
}

/// The form.
#[component]
pub(super) fn MappingForm(store: Store, mapping: NetBoxMapping, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let submit = Submit::new();
    let off = words::ADDRESSES.into_iter().filter(|kind| !mapping.addresses.contains(kind)).map(|kind| (kind, false));
    let order: Vec<_> = mapping.addresses.iter().map(|kind| (*kind, true)).chain(off).collect();
    let order = RwSignal::new(order);
    let (folder, regions) = (RwSignal::new(mapping.folder.clone()), RwSignal::new(mapping.regions));
    let (machines, tags) = (RwSignal::new(mapping.virtual_machines), RwSignal::new(mapping.status_tags));
    let service = RwSignal::new(mapping.service.clone());
    let custom = mapping.custom_fields.iter();
    let custom = Pairs::of(custom.map(|(name, target)| (name.clone(), words::target_key(*target).to_owned())));
    let types = Pairs::of(mapping.device_types.clone().into_iter());
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let addresses =
            order.with_untracked(|order| order.iter().filter(|(_, on)| *on).map(|(kind, _)| *kind).collect());
        let mapping = NetBoxMapping {
            addresses,
            folder: folder.get_untracked(),
            regions: regions.get_untracked(),
            virtual_machines: machines.get_untracked(),
            status_tags: tags.get_untracked(),
            service: service.get_untracked(),
            custom_fields: custom
                .named()
                .into_iter()
                .filter_map(|(name, key)| Some((name, words::target(&key)?)))
                .collect(),
            device_types: types.named().into_iter().collect(),
        };
        let draft = NetBoxDraft { mapping: Some(mapping), ..NetBoxDraft::default() };
        submit.run(configure_netbox(draft), move |status| {
            store.take(status);
            toast(ToastKind::Success, "Saved; the next import goes by it");
            on_done.run(());
        });
    };
    view! {
        <form class="form netbox-mapping" on:submit=save>
            <fieldset>
                <legend>"Address"</legend>
                <p class="field-hint">"The first kind that a device has is dialled."</p>
                <Order order />
            </fieldset>
            <fieldset>
                <legend>"Folders"</legend>
                <TextField label="Put the sites' folders into" value=folder optional=true placeholder="at the top"
                    hint="A folder's path, as Network / Sites. It is made when it is missing." />
                <Checkbox label="A folder for each region around its sites" value=regions />
            </fieldset>
            <fieldset>
                <legend>"What comes along"</legend>
                <Checkbox label="Virtual machines too" value=machines />
                <Checkbox label="A status other than active becomes a tag" value=tags />
                <TextField label="The service that tells the port" value=service optional=true
                    hint="The name of the services in NetBox whose port is taken; empty for none." />
            </fieldset>
            <fieldset>
                <legend>"Device types"</legend>
                <p class="field-hint">"The platform's name is the device type, but for platforms that stand here by name or slug."</p>
                <TypeRows types />
                <Button icon=Icon::Plus on_click=move |()| types.add("", "")>"Add a platform"</Button>
            </fieldset>
            <fieldset>
                <legend>"Custom fields"</legend>
                <CustomRows custom />
                <Button icon=Icon::Plus on_click=move |()| custom.add("", "notes")>"Add a custom field"</Button>
            </fieldset>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <DialogActions>
                <Button on_click=on_done>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
            </DialogActions>
        </form>
    }
}

/// The kinds of addresses, each on or off, the first one asked first.
#[component]
fn Order(order: RwSignal<Vec<(NetBoxAddress, bool)>>) -> impl IntoView {
    let row = move |(at, (kind, on)): (usize, (NetBoxAddress, bool))| {
        let (id, name) = (fresh_id(), words::address(kind));
        let last = order.with_untracked(Vec::len).saturating_sub(1);
        view! {
            <li class="row">
                <div class="check">
                    <input type="checkbox" id=id.clone() checked=on
                        on:change=move |event| order.update(|order| order[at].1 = event_target_checked(&event)) />
                    <div><label for=id>{name}</label></div>
                </div>
                <span class="netbox-turn">
                    <IconButton icon=Icon::ChevronUp label=format!("{name} earlier") disabled={at == 0}
                        on_click=move |()| order.update(|order| order.swap(at - 1, at)) />
                    <IconButton icon=Icon::ChevronDown label=format!("{name} later") disabled={at == last}
                        on_click=move |()| order.update(|order| order.swap(at, at + 1)) />
                </span>
            </li>
        }
    };
    view! {
        <ol class="rows framed netbox-order" aria-label="Order of addresses">
            {move || order.get().into_iter().enumerate().map(row).collect_view()}
        </ol>
    }
}

#[component]
fn TypeRows(types: Pairs) -> impl IntoView {
    view! {
        <For each=move || types.all.get() key=|pair| pair.number children=move |pair| view! {
            <div class="netbox-pair">
                <TextField label="Platform" value=pair.from placeholder="cisco-ios" />
                <TextField label="Device type" value=pair.to placeholder="cisco_ios" />
                <IconButton icon=Icon::Trash label="Remove this platform" on_click=move |()| types.remove(pair.number) />
            </div>
        } />
    }
}

#[component]
fn CustomRows(custom: Pairs) -> impl IntoView {
    let targets = words::TARGETS.map(|(_, key, name)| (key.to_owned(), name.to_owned())).to_vec();
    let targets = StoredValue::new(targets);
    view! {
        <For each=move || custom.all.get() key=|pair| pair.number children=move |pair| view! {
            <div class="netbox-pair">
                <TextField label="Custom field" value=pair.from placeholder="ssh_port" mono=true />
                <Select label="Becomes" value=pair.to options=targets.get_value() />
                <IconButton icon=Icon::Trash label="Remove this custom field" on_click=move |()| custom.remove(pair.number) />
            </div>
        } />
    }
}
