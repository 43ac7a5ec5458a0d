//! Which hosts: one by one, by folder, by search, tag or saved filter, or all that match.

use super::{page::Draft, words};
use crate::{
    inventory::{DRAWN, OfferedSearch},
    ui::{Button, ButtonKind, Icon, IconView, ToastKind, toast},
};
use leptos::{prelude::*, task::spawn_local};
use std::ops::Range;
use wire::{
    HostId,
    inventory::{HostView, Reachability},
};

/// The list to choose from.
#[component]
pub(super) fn HostChooser(draft: Draft) -> impl IntoView {
    let offered = draft.offered;
    let total = Memo::new(move |_| offered.total() as usize);
    // Of more than are drawn nobody knows here whether all are chosen.
    let all = Memo::new(move |_| {
        let rows = offered.rows();
        let drawn = !rows.is_empty() && rows.len() == total.get();
        drawn && draft.chosen.with(|chosen| rows.iter().all(|host| chosen.contains(&host.id)))
    });
    let choose_all = move |()| {
        let chosen = !all.get_untracked();
        choose_rows(draft, 0..total.get_untracked() as u64, chosen);
    };
    let text = move || match (all.get(), offered.search.with(|text| text.trim().is_empty())) {
        (true, _) => "Choose none of these".to_owned(),
        (false, true) => format!("Choose all {}", total.get()),
        (false, false) if total.get() > DRAWN => format!("Choose the {} that match", total.get()),
        (false, false) => format!("Choose the {} shown", total.get()),
    };
    view! {
        <section class="commands-hosts" aria-labelledby="hosts-heading">
            <div class="section-head">
                <h2 id="hosts-heading">"Hosts"</h2>
                <span class="tally" role="status">{move || match draft.chosen.with(|chosen| chosen.len()) {
                    0 => "none chosen".to_owned(),
                    count => format!("{} chosen", words::hosts(count)),
                }}</span>
            </div>
            <OfferedSearch offered />
            <div class="commands-choose">
                <Button kind=ButtonKind::Ghost disabled=Signal::derive(move || total.get() == 0) on_click=choose_all>{text}</Button>
                <Button kind=ButtonKind::Ghost disabled=Signal::derive(move || draft.chosen.with(|chosen| chosen.is_empty()))
                    on_click=move |()| draft.chosen.update(|chosen| chosen.clear())>"Clear"</Button>
            </div>
            <div class="commands-list" tabindex="-1">
                <For each=move || offered.groups().into_iter().map(|(group, row, hosts)| {
                        let rows = group.as_ref().map_or(row..row + hosts.len() as u64, |group| row..row + group.hosts);
                        (group.map(|group| group.label), rows, hosts)
                    })
                    key=|(label, rows, hosts)| (label.clone(), rows.clone(), hosts.iter().map(|host| (host.id.clone(), host.name.clone(), host.status as u8)).collect::<Vec<_>>())
                    children=move |group| view! { <Folder draft group /> } />
                {move || (total.get() == 0).then(|| view! { <p class="commands-none">"No host answers to this search."</p> })}
                {move || (total.get() > DRAWN).then(|| view! {
                    <p class="commands-none">{format!("{} more: search to see them.", total.get() - DRAWN)}</p>
                })}
            </div>
        </section>
    }
}

/// Chooses rows of what is offered, drawn or not.
fn choose_rows(draft: Draft, rows: Range<u64>, chosen: bool) {
    spawn_local(async move {
        match draft.offered.ids(rows).await {
            Ok(ids) => choose(draft, ids, chosen),
            Err(error) => toast(ToastKind::Error, error.to_string()),
        }
    });
}

fn choose(draft: Draft, hosts: Vec<HostId>, chosen: bool) {
    let _ = draft.chosen.try_update(|all| {
        for id in hosts {
            if chosen {
                all.insert(id);
            } else {
                all.remove(&id);
            }
        }
    });
}

/// A heading, its rows, and those of them that are drawn.
type Drawn = (Option<String>, Range<u64>, Vec<HostView>);

#[component]
fn Folder(draft: Draft, group: Drawn) -> impl IntoView {
    let (folder, rows, hosts) = group;
    let (inside, rows) = (StoredValue::new(hosts.clone()), StoredValue::new(rows));
    let all = Memo::new(move |_| {
        inside.with_value(|hosts| draft.chosen.with(|chosen| hosts.iter().all(|host| chosen.contains(&host.id))))
    });
    view! {
        <fieldset class="commands-folder">
            {match folder {
                Some(name) => view! {
                    <legend>
                        <label class="host-choice commands-folder-name">
                            <input type="checkbox" prop:checked=all
                                on:change=move |event| choose_rows(draft, rows.get_value(), event_target_checked(&event)) />
                            <IconView icon=Icon::Folder />
                            <span>{name}</span>
                        </label>
                    </legend>
                }.into_any(),
                None => view! { <legend class="sr-only">"Hosts"</legend> }.into_any(),
            }}
            {hosts.into_iter().map(|host| view! { <Choice draft host /> }).collect_view()}
        </fieldset>
    }
}

#[component]
fn Choice(draft: Draft, host: HostView) -> impl IntoView {
    let key = StoredValue::new(host.id);
    let chosen = Memo::new(move |_| key.with_value(|id| draft.chosen.with(|chosen| chosen.contains(id))));
    let place = match host.effective.username.or(host.username) {
        Some(username) => format!("{username}@{}", host.address),
        None => host.address,
    };
    view! {
        <label class="host-choice">
            <input type="checkbox" prop:checked=chosen
                on:change=move |event| choose(draft, vec![key.get_value()], event_target_checked(&event)) />
            <span class="host-choice-name">{host.name}</span>
            <span class="host-choice-place">{place}</span>
            {(host.status == Reachability::Offline).then(|| view! { <span class="commands-offline">"offline"</span> })}
        </label>
    }
}
