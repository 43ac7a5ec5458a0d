//! Above the list: what narrows it, its order, its headings, and what can be done with the whole of it.

use super::{
    acts::{Act, Acts},
    fields,
    filters::{Chips, FilterDialog, SaveFilter},
    look::Grouping,
    selection::Selection,
    sidebar::{ScopeButton, is_needed},
    store::Inventory,
};
use crate::ui::{Button, ButtonKind, Icon, IconButton, IconView, Menu, MenuItem};
use leptos::prelude::*;
use wire::inventory::HostField;

/// From so many hosts on the list can be filtered and sorted; fewer are seen at a glance.
const WORTH_SORTING: u64 = 8;

/// The bar; nothing for a handful of hosts.
#[component]
pub(super) fn Toolbar(inventory: Inventory) -> impl IntoView {
    let (filtering, saving) = (RwSignal::new(false), RwSignal::new(false));
    let side = Memo::new(move |_| is_needed(inventory));
    let needed = Memo::new(move |_| {
        side.get()
            || inventory.counts.with(|counts| counts.all >= WORTH_SORTING)
            || inventory.look.with(|look| look.is_narrowed() || look.sort.is_some())
    });
    let can_save = Memo::new(move |_| {
        inventory.look.with(|look| {
            let is_new = inventory.filters.with(|saved| {
                saved.iter().all(|one| one.filter != look.filter || one.arrangement != look.arrangement())
            });
            is_new && (look.is_narrowed() || look.sort.is_some() || look.grouping != Grouping::ByItself)
        })
    });
    view! {
        {move || needed.get().then(|| view! {
            <div class="list-bar">
                {move || side.get().then(|| view! { <ScopeButton inventory /> })}
                <Button kind=ButtonKind::Ghost icon=Icon::Filter on_click=move |()| filtering.set(true)>"Filter"</Button>
                <Chips inventory />
                {move || can_save.get().then(|| view! {
                    <Button kind=ButtonKind::Ghost on_click=move |()| saving.set(true)>"Save filter"</Button>
                })}
                <div class="list-order">
                    <Sorting inventory />
                    <Headings inventory />
                </div>
            </div>
        })}
        {move || filtering.get().then(|| view! { <FilterDialog inventory on_close=move |()| filtering.set(false) /> })}
        {move || saving.get().then(|| view! { <SaveFilter inventory known=None on_close=move |()| saving.set(false) /> })}
    }
}

/// What can be done with the whole list.
#[component]
pub(super) fn ListMenu(selection: Selection) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let items = move |()| {
        vec![
            MenuItem::new("New folder", Icon::Folder, move || acts.start(Act::NewFolder(None))),
            MenuItem::new("Select hosts", Icon::Check, move || selection.choosing.set(true)),
            MenuItem::new("Undo", Icon::History, move || acts.start(Act::Undos)),
            MenuItem::new("Import and export", Icon::Upload, move || acts.go("/import")),
        ]
    };
    view! { <Menu label="More about hosts" items /> }
}

#[component]
fn Sorting(inventory: Inventory) -> impl IntoView {
    let chosen = move || inventory.look.with(|look| look.sort.map_or("", fields::word));
    let descending = Memo::new(move |_| inventory.look.with(|look| look.descending));
    let by_itself =
        move || if inventory.look.with(|look| look.filter.search.trim().is_empty()) { "Name" } else { "Best match" };
    let change = move |event| {
        let word = event_target_value(&event);
        inventory.look.update(|look| {
            look.sort = fields::by_word(&word);
            // What is newest is what is wanted.
            look.descending = matches!(look.sort, Some(HostField::LastUsedAt | HostField::CreatedAt));
        });
    };
    view! {
        <label class="pick">
            <span>"Sort"</span>
            <span class="select">
                <select class="input" aria-label="Sort by" prop:value=chosen on:change=change>
                    <option value="" selected=move || chosen().is_empty()>{by_itself}</option>
                    {HostField::ALL.into_iter().filter(|field| *field != HostField::Tag).map(|field| view! {
                        <option value=fields::word(field) selected=move || chosen() == fields::word(field)>
                            {fields::title(field)}{(field == HostField::Name).then_some(", A to Z")}
                        </option>
                    }).collect_view()}
                </select>
                <IconView icon=Icon::ChevronDown />
            </span>
        </label>
        {move || (!chosen().is_empty()).then(|| {
            let (icon, label) = match descending.get() {
                true => (Icon::ChevronDown, "The last comes first"),
                false => (Icon::ChevronUp, "The first comes first"),
            };
            view! { <IconButton icon label on_click=move |()| inventory.look.update(|look| look.descending = !look.descending) /> }
        })}
    }
}

#[component]
fn Headings(inventory: Inventory) -> impl IntoView {
    let chosen = move || inventory.look.with(|look| look.group().map_or("none", fields::word));
    let change = move |event| {
        let word = event_target_value(&event);
        inventory.look.update(|look| {
            look.grouping = Grouping::ByItself;
            let wanted = fields::by_word(&word);
            if look.group() != wanted {
                look.grouping = wanted.map_or(Grouping::Off, Grouping::By);
            }
        });
    };
    view! {
        <label class="pick">
            <span>"Group"</span>
            <span class="select">
                <select class="input" aria-label="Group by" prop:value=chosen on:change=change>
                    <option value="none" selected=move || chosen() == "none">"Nothing"</option>
                    {HostField::ALL.into_iter().filter(|field| !matches!(field, HostField::Name | HostField::Address | HostField::SerialNumber)).map(|field| view! {
                        <option value=fields::word(field) selected=move || chosen() == fields::word(field)>{fields::title(field)}</option>
                    }).collect_view()}
                </select>
                <IconView icon=Icon::ChevronDown />
            </span>
        </label>
    }
}
