//! How devices become hosts, in short.

use super::{mapping_form::MappingForm, page::Store, words};
use crate::ui::{Button, Dialog, Icon};
use leptos::prelude::*;
use wire::inventory::NetBoxMapping;

/// The card.
#[component]
pub(super) fn MappingCard(store: Store, mapping: NetBoxMapping) -> impl IntoView {
    let changing = RwSignal::new(false);
    let top = match mapping.folder.as_str() {
        "" => "at the top".to_owned(),
        folder => format!("in {folder}"),
    };
    let folders = if mapping.regions { "region, then site" } else { "one a site" };
    let port = match mapping.service.as_str() {
        "" => "22".to_owned(),
        service => format!("of the service “{service}”, else 22"),
    };
    let fields = |map: &std::collections::BTreeMap<String, String>| {
        let pairs = map.iter().map(|(from, to)| format!("{from} → {to}"));
        pairs.collect::<Vec<_>>().join(", ")
    };
    let custom =
        mapping.custom_fields.iter().map(|(name, target)| (name.clone(), words::target_key(*target).replace('_', " ")));
    let (custom, types) = (fields(&custom.collect()), fields(&mapping.device_types));
    let known = StoredValue::new(mapping.clone());
    view! {
        <section class="card netbox-card" aria-labelledby="netbox-mapping">
            <div class="card-head"><h2 id="netbox-mapping">"How devices become hosts"</h2></div>
            <div class="card-body">
                <dl class="facts">
                    <dt>"Address"</dt><dd>{words::order(&mapping.addresses)}</dd>
                    <dt>"Port"</dt><dd>{port}</dd>
                    <dt>"Folders"</dt><dd>{folders}", "{top}</dd>
                    <dt>"Device type"</dt><dd>{if types.is_empty() { "the platform's name".to_owned() } else { types }}</dd>
                    {(!custom.is_empty()).then(|| view! { <dt>"Custom fields"</dt><dd>{custom}</dd> })}
                    <dt>"Virtual machines"</dt><dd>{if mapping.virtual_machines { "too" } else { "left out" }}</dd>
                </dl>
                <div class="button-row">
                    <Button icon=Icon::Pencil label="Change how devices become hosts" on_click=move |()| changing.set(true)>"Change"</Button>
                </div>
            </div>
        </section>
        {move || changing.get().then(|| view! {
            <Dialog title="How devices become hosts" wide=true on_close=move |()| changing.set(false)>
                <MappingForm store mapping=known.get_value() on_done=move |()| changing.set(false) />
            </Dialog>
        })}
    }
}
