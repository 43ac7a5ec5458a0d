//! The fields that say which devices are meant, and what was chosen in them.

use super::{
    api::netbox_choices,
    chosen::{Chosen, LISTS},
    words,
};
use crate::ui::{Combobox, Icon, IconView, Offer, Select, TextField};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wire::inventory::{NetBoxChoice, NetBoxChoiceKind, NetBoxChoiceQuery};

/// Letters that follow one another faster are one question, in milliseconds.
const PAUSE: u32 = 250;

/// The fields, with what was chosen below.
#[component]
pub(super) fn Filters(chosen: Chosen) -> impl IntoView {
    let states = words::STATES.map(|(key, name)| (key.to_owned(), name.to_owned())).to_vec();
    let is_narrowed = move || chosen.filters() != wire::inventory::NetBoxFilters::default();
    view! {
        <div class="netbox-filters">
            <TextField label="Search" value=chosen.search optional=true placeholder="name, serial, asset tag" />
            {LISTS.map(|(kind, name)| view! { <Picker chosen kind name /> })}
            <Select label="Status" value=chosen.status options=states />
        </div>
        <div class="netbox-chips">
            {LISTS.map(|(kind, name)| view! { <Chips chosen kind name /> })}
            {move || is_narrowed().then(|| view! {
                <button type="button" class="netbox-clear" on:click=move |_| chosen.clear()>"Clear filters"</button>
            })}
        </div>
    }
}

#[component]
fn Chips(chosen: Chosen, kind: NetBoxChoiceKind, name: &'static str) -> impl IntoView {
    let list = chosen.list(kind);
    let chip = move |choice: NetBoxChoice| {
        let label = format!("Remove {} {}", name.to_lowercase(), choice.name);
        let slug = choice.slug;
        view! {
            <button type="button" class="chip" aria-label=label
                on:click=move |_| list.update(|list| list.retain(|it| it.slug != slug))>
                <span>{name}": "{choice.name}</span>
                <IconView icon=Icon::Close />
            </button>
        }
    };
    move || list.get().into_iter().map(chip).collect_view()
}

/// A field that finds sites, platforms, roles or tags by some letters.
#[component]
fn Picker(chosen: Chosen, kind: NetBoxChoiceKind, name: &'static str) -> impl IntoView {
    let (list, text, open) = (chosen.list(kind), RwSignal::new(String::new()), RwSignal::new(false));
    let (found, asked) = (RwSignal::new(Vec::<NetBoxChoice>::new()), StoredValue::new(0_u32));
    let later = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        let search = text.get();
        if !open.get() {
            return later.set_value(None);
        }
        let ask = move || {
            asked.update_value(|asked| *asked += 1);
            let mine = asked.get_value();
            spawn_local(async move {
                // Without an answer nothing is offered; the list below says why.
                let answer = netbox_choices(NetBoxChoiceQuery { of: kind, search }).await.unwrap_or_default();
                if asked.try_get_value() == Some(mine) {
                    found.set(answer);
                }
            });
        };
        later.set_value(Some(Timeout::new(PAUSE, ask)));
    });
    on_cleanup(move || drop(later.try_update_value(Option::take)));
    let offers = move || {
        let held = list.get();
        let free = found.get().into_iter().filter(|it| !held.iter().any(|known| known.slug == it.slug));
        free.map(|it| Offer { value: it.slug.clone(), text: it.name, detail: it.slug }).collect::<Vec<_>>()
    };
    let pick = move |offer: Offer| {
        list.update(|list| list.push(NetBoxChoice { slug: offer.value, name: offer.text }));
        text.set(String::new());
    };
    let placeholder = move || if list.with(Vec::is_empty) { "any".to_owned() } else { "and another".to_owned() };
    view! {
        <Combobox label=name text open optional=true placeholder=Signal::derive(placeholder)
            offers=Signal::derive(offers) on_pick=pick on_leave=move |()| text.set(String::new()) />
    }
}
