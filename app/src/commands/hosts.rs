//! Which hosts: one by one, by folder, by search or tag, or all that are shown.

use super::{page::Draft, words};
use crate::{
    inventory::finder::Group,
    ui::{Button, ButtonKind, Icon, IconView},
};
use leptos::prelude::*;
use wire::{HostId, inventory::Reachability};

/// Rows that are drawn; a search finds the others, and choosing all takes them too.
const DRAWN: usize = 200;

/// The list to choose from.
#[component]
pub(super) fn HostChooser(draft: Draft) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let groups = Memo::new(move |_| search.with(|text| draft.hosts.arranged(text)));
    let found = Memo::new(move |_| groups.with(|groups| ids(groups)));
    let all = Memo::new(move |_| {
        found.with(|found| draft.chosen.with(|chosen| !found.is_empty() && found.iter().all(|id| chosen.contains(id))))
    });
    let choose_all = move |()| {
        let chosen = !all.get_untracked();
        choose(draft, found.get_untracked(), chosen);
    };
    let text = move || match (all.get(), search.with(|text| text.trim().is_empty())) {
        (true, _) => "Choose none of these".to_owned(),
        (false, true) => format!("Choose all {}", found.with(Vec::len)),
        (false, false) => format!("Choose the {} shown", found.with(Vec::len)),
    };
    view! {
        <section class="commands-hosts" aria-labelledby="hosts-heading">
            <div class="section-head">
                <h2 id="hosts-heading">"Hosts"</h2>
                <span class="tally" role="status">{move || match draft.chosen_now().len() {
                    0 => "none chosen".to_owned(),
                    count => format!("{} chosen", words::hosts(count)),
                }}</span>
            </div>
            <div class="search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search hosts" placeholder="Name, address, folder or #tag"
                    autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=search />
            </div>
            <div class="commands-choose">
                <Button kind=ButtonKind::Ghost disabled=Signal::derive(move || found.with(Vec::is_empty)) on_click=choose_all>{text}</Button>
                <Button kind=ButtonKind::Ghost disabled=Signal::derive(move || draft.chosen.with(|chosen| chosen.is_empty()))
                    on_click=move |()| draft.chosen.update(|chosen| chosen.clear())>"Clear"</Button>
            </div>
            <div class="commands-list" tabindex="-1">
                <For each=move || groups.with(|groups| drawn(groups)) key=Clone::clone
                    children=move |group| view! { <Folder draft group /> } />
                {move || found.with(Vec::is_empty).then(|| view! { <p class="commands-none">"No host answers to this search."</p> })}
                {move || (found.with(Vec::len) > DRAWN).then(|| view! {
                    <p class="commands-none">{format!("{} more: search to see them.", found.with(Vec::len) - DRAWN)}</p>
                })}
            </div>
        </section>
    }
}

fn ids(groups: &[Group]) -> Vec<HostId> {
    groups.iter().flat_map(|group| group.hosts.iter().cloned()).collect()
}

fn choose(draft: Draft, hosts: Vec<HostId>, chosen: bool) {
    draft.chosen.update(|all| {
        for id in hosts {
            if chosen {
                all.insert(id);
            } else {
                all.remove(&id);
            }
        }
    });
}

/// Folder and hosts of a heading, as far as they are drawn.
type Drawn = (Option<String>, Vec<HostId>);

fn drawn(groups: &[Group]) -> Vec<Drawn> {
    let mut left = DRAWN;
    let cut = groups.iter().map(|group| {
        let hosts: Vec<_> = group.hosts.iter().take(left).cloned().collect();
        left -= hosts.len();
        (group.folder.clone(), hosts)
    });
    cut.filter(|(_, hosts)| !hosts.is_empty()).collect()
}

#[component]
fn Folder(draft: Draft, group: Drawn) -> impl IntoView {
    let (folder, hosts) = group;
    let inside = StoredValue::new(hosts.clone());
    let all = Memo::new(move |_| {
        inside.with_value(|hosts| draft.chosen.with(|chosen| hosts.iter().all(|id| chosen.contains(id))))
    });
    view! {
        <fieldset class="commands-folder">
            {match folder {
                Some(name) => view! {
                    <legend>
                        <label class="host-choice commands-folder-name">
                            <input type="checkbox" prop:checked=all
                                on:change=move |event| choose(draft, inside.get_value(), event_target_checked(&event)) />
                            <IconView icon=Icon::Folder />
                            <span>{name}</span>
                        </label>
                    </legend>
                }.into_any(),
                None => view! { <legend class="sr-only">"Hosts"</legend> }.into_any(),
            }}
            {hosts.into_iter().map(|id| view! { <Choice draft id /> }).collect_view()}
        </fieldset>
    }
}

#[component]
fn Choice(draft: Draft, id: HostId) -> impl IntoView {
    let key = StoredValue::new(id);
    let host = Memo::new(move |_| key.with_value(|id| draft.hosts.get(id)));
    let chosen = Memo::new(move |_| key.with_value(|id| draft.chosen.with(|chosen| chosen.contains(id))));
    move || {
        host.get().map(|host| {
            let state = match host.status {
                Reachability::Online => "online",
                Reachability::Offline => "offline",
                Reachability::Unknown => "unknown",
            };
            let place = match host.username {
                Some(username) => format!("{username}@{}", host.address),
                None => host.address,
            };
            view! {
                <label class="host-choice">
                    <input type="checkbox" prop:checked=chosen
                        on:change=move |event| choose(draft, vec![key.get_value()], event_target_checked(&event)) />
                    <span class="host-choice-name">{host.name}</span>
                    <span class="host-choice-place">{place}</span>
                    {(state == "offline").then(|| view! { <span class="commands-offline">"offline"</span> })}
                </label>
            }
        })
    }
}
