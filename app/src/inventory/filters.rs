//! What narrows the list: values that fields must have, as chips; filters that are kept under a name.

use super::{
    api::{add_filter, delete_filter, update_filter, values},
    fields,
    look::Look,
    store::Inventory,
    words::thousands,
};
use crate::{
    accounts::checks,
    error::AppError,
    ui::{
        Button, ButtonKind, Dialog, DialogActions, Icon, IconView, Menu, MenuItem, Notice, Select, Skeleton, Submit,
        TextField, ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use wire::inventory::{FieldFilter, FilterDraft, HostField, HostValue, HostValuesRequest, SavedFilter};

/// Fields whose values are worth choosing of; a name or a moment is not.
const OFFERED: [HostField; 18] = [
    HostField::Tag,
    HostField::Status,
    HostField::Access,
    HostField::Protocol,
    HostField::Username,
    HostField::Credential,
    HostField::JumpHost,
    HostField::Folder,
    HostField::Site,
    HostField::Role,
    HostField::Vendor,
    HostField::Model,
    HostField::DeviceType,
    HostField::Platform,
    HostField::SoftwareVersion,
    HostField::Os,
    HostField::Port,
    HostField::Recording,
];

/// `Vendor: Juniper`; a filter for nothing says so.
fn said(one: &FieldFilter) -> String {
    match one.value.as_str() {
        "" => fields::without(one.field),
        value => format!("{}: {value}", fields::title(one.field)),
    }
}

/// The values that are asked for, each to be taken away.
#[component]
pub(super) fn Chips(inventory: Inventory) -> impl IntoView {
    view! {
        <For each=move || inventory.look.with(|look| look.filter.fields.clone())
            key=|one| (fields::word(one.field), one.value.clone())
            children=move |one| {
                let text = said(&one);
                let remove = move |_| inventory.look.update(|look| look.toggle(one.field, &one.value));
                view! {
                    <button type="button" class="chip" aria-label=format!("Remove the filter {text}") on:click=remove>
                        <span>{text.clone()}</span>
                        <IconView icon=Icon::Close />
                    </button>
                }
            } />
    }
}

/// Chooses values of a field; what is ticked shows at once.
#[component]
pub(super) fn FilterDialog(inventory: Inventory, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let first = inventory.look.with_untracked(|look| look.filter.fields.last().map(|one| one.field));
    let field = RwSignal::new(fields::word(first.unwrap_or(HostField::Tag)).to_owned());
    let (listed, search) = (RwSignal::new(None::<Result<Vec<HostValue>, AppError>>), RwSignal::new(String::new()));
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let Some(field) = fields::by_word(&field.get()) else { return };
        // The values of a field are counted without what is asked of it: others of it are alternatives.
        let mut filter = inventory.look.with_untracked(|look| look.filter.clone());
        filter.fields.retain(|one| one.field != field);
        let mine = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(mine);
        listed.set(None);
        spawn_local(async move {
            let answer = values(HostValuesRequest { filter, field }).await;
            if turn.try_get_value() == Some(mine) {
                listed.set(Some(answer));
            }
        });
    });
    let options = OFFERED.map(|field| (fields::word(field).to_owned(), fields::title(field).to_owned())).to_vec();
    let total = move || thousands(inventory.head.with(|head| head.total));
    view! {
        <Dialog title="Filter" on_close>
            <Select label="Field" value=field options=Signal::stored(options) />
            {move || match listed.get() {
                None => view! { <Skeleton rows=4 label="Loading the values" /> }.into_any(),
                Some(Err(error)) => view! { <Notice tone=Tone::Bad>{error.to_string()}</Notice> }.into_any(),
                Some(Ok(list)) => {
                    let field = fields::by_word(&field.get_untracked()).unwrap_or_default();
                    view! { <Values inventory field list search /> }.into_any()
                }
            }}
            <DialogActions>
                <Button kind=ButtonKind::Primary on_click=on_close>{move || format!("Show {}", total())}</Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn Values(inventory: Inventory, field: HostField, list: Vec<HostValue>, search: RwSignal<String>) -> impl IntoView {
    let long = list.len() > 12;
    search.set(String::new());
    let list = StoredValue::new(list);
    let found = move || {
        let words = search.with(|text| text.trim().to_lowercase());
        list.with_value(|list| {
            let fits = list.iter().filter(|one| one.value.to_lowercase().contains(&words));
            fits.cloned().collect::<Vec<_>>()
        })
    };
    view! {
        {long.then(|| view! {
            <div class="search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search values" placeholder="Search values" autocomplete="off"
                    autocapitalize="none" spellcheck="false" bind:value=search />
            </div>
        })}
        <ul class="filter-values" aria-label="Values">
            {move || found().into_iter().map(|one| {
                let value = one.value.clone();
                let text = if value.is_empty() { fields::without(field) } else { value.clone() };
                let mine = value.clone();
                let on = move || inventory.look.with(|look| {
                    look.filter.fields.iter().any(|known| known.field == field && known.value.eq_ignore_ascii_case(&mine))
                });
                view! {
                    <li><label class="host-choice">
                        <input type="checkbox" prop:checked=on
                            on:change=move |_| inventory.look.update(|look| look.toggle(field, &value)) />
                        <span class="filter-value">{text}</span>
                        <span class="count">{thousands(one.hosts)}</span>
                    </label></li>
                }
            }).collect_view()}
        </ul>
    }
}

/// Keeps what is looked at under a name.
#[component]
pub(super) fn SaveFilter(
    inventory: Inventory,
    /// The one that gets another name.
    known: Option<SavedFilter>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let name = RwSignal::new(known.as_ref().map(|known| known.name.clone()).unwrap_or_default());
    let (fault, submit) = (RwSignal::new(None), Submit::new());
    let title = if known.is_some() { "Rename the filter" } else { "Save this filter" };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        fault.set(checks::label(&name.get_untracked()));
        if fault.with_untracked(Option::is_some) {
            return focus_first_fault();
        }
        let (name, known) = (name.get_untracked().trim().to_owned(), known.clone());
        submit.run(save(inventory.look.get_untracked(), name, known), move |_| {
            on_close.run(());
            inventory.refresh();
        });
    };
    view! {
        <Dialog title on_close>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Name" value=name error=fault placeholder="Core switches" autofocus=true />
                <DialogActions>
                    <Button on_click=on_close>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

async fn save(look: Look, name: String, known: Option<SavedFilter>) -> Result<SavedFilter, AppError> {
    match known {
        Some(SavedFilter { id, filter, arrangement, .. }) => {
            update_filter(id, FilterDraft { name, filter, arrangement }).await
        }
        None => {
            let arrangement = look.arrangement();
            add_filter(FilterDraft { name, filter: look.filter, arrangement }).await
        }
    }
}

/// What can be done with a saved filter.
#[component]
pub(super) fn SavedMenu(inventory: Inventory, filter: SavedFilter) -> impl IntoView {
    let renaming = RwSignal::new(false);
    let label = format!("Actions for the filter {}", filter.name);
    let known = filter.clone();
    let run = move |work: std::pin::Pin<Box<dyn Future<Output = Result<String, AppError>>>>| {
        spawn_local(async move {
            match work.await {
                Ok(text) => toast(ToastKind::Success, text),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
            inventory.refresh();
        });
    };
    let items = move |()| {
        let (renew, gone) = (filter.clone(), filter.clone());
        vec![
            MenuItem::new("Rename", Icon::Pencil, move || renaming.set(true)),
            MenuItem::new("Update to what is shown", Icon::Refresh, move || {
                let (id, name, look) = (renew.id.clone(), renew.name.clone(), inventory.look.get_untracked());
                run(Box::pin(async move {
                    let arrangement = look.arrangement();
                    let saved = update_filter(id, FilterDraft { name, filter: look.filter, arrangement }).await?;
                    Ok(format!("{} shows this from now on", saved.name))
                }));
            }),
            MenuItem::new("Delete", Icon::Trash, move || {
                let (id, name) = (gone.id.clone(), gone.name.clone());
                run(Box::pin(async move {
                    delete_filter(id).await?;
                    Ok(format!("The filter {name} is deleted"))
                }));
            })
            .danger(),
        ]
    };
    view! {
        <Menu label items />
        {move || renaming.get().then(|| view! {
            <SaveFilter inventory known=Some(known.clone()) on_close=move |()| renaming.set(false) />
        })}
    }
}
