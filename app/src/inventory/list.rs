//! The list of hosts under their folders. A row is rebuilt only when its own host changes.

use super::{finder::Group, folder::FolderMenu, hosts::Hosts, row::HostRow};
use crate::ui::{Button, Icon, IconView};
use leptos::prelude::*;
use std::collections::HashSet;
use wire::{FolderId, HostId};

/// Rows that are drawn at once; more come on demand.
const FIRST: usize = 300;

/// Headings and rows.
#[component]
pub(super) fn HostList(hosts: Hosts, search: RwSignal<String>, tally: RwSignal<String>) -> impl IntoView {
    let (limit, folded) = (RwSignal::new(FIRST), RwSignal::new(HashSet::<String>::new()));
    let groups = Memo::new(move |_| search.with(|text| hosts.arranged(text)));
    let shown = Memo::new(move |_| groups.with(|groups| cut(groups, limit.get())));
    let found = Memo::new(move |_| groups.with(|groups| groups.iter().map(|group| group.hosts.len()).sum::<usize>()));
    Effect::new(move |_| {
        tally.set(match (found.get(), search.with(|text| text.trim().is_empty())) {
            (0, _) => String::new(),
            (1, true) => "1 host".into(),
            (all, true) => format!("{all} hosts"),
            (found, false) => format!("{found} of {} hosts", hosts.count()),
        })
    });
    on_cleanup(move || drop(tally.try_set(String::new())));
    view! {
        <For each=move || shown.get() key=|group| group.folder.clone() children=move |group| view! {
            <GroupView group shown folded search />
        } />
        {move || (found.get() == 0).then(|| view! { <NothingFound search /> })}
        {move || (found.get() > limit.get()).then(|| view! {
            <Button on_click=move |()| limit.update(|limit| *limit += 2 * FIRST)>"Show more hosts"</Button>
        })}
    }
}

/// The first so many hosts, under their headings.
fn cut(groups: &[Group], limit: usize) -> Vec<Group> {
    let mut left = limit;
    let cut = groups.iter().map(|group| {
        let hosts: Vec<_> = group.hosts.iter().take(left).cloned().collect();
        left -= hosts.len();
        Group { hosts, ..group.clone() }
    });
    // What was cut away altogether is not shown; a folder that is empty by itself is.
    cut.zip(groups).filter(|(cut, whole)| !cut.hosts.is_empty() || whole.hosts.is_empty()).map(|(cut, _)| cut).collect()
}

#[component]
fn GroupView(
    group: Group,
    shown: Memo<Vec<Group>>,
    folded: RwSignal<HashSet<String>>,
    search: RwSignal<String>,
) -> impl IntoView {
    let (folder, folder_id) = (group.folder.clone(), group.folder_id.clone());
    let mine = StoredValue::new(group.folder);
    let ids = Memo::new(move |_| {
        let now = |groups: &Vec<Group>| {
            mine.with_value(|mine| groups.iter().find(|group| group.folder == *mine).map(|group| group.hosts.clone()))
        };
        shown.with(now).unwrap_or_default()
    });
    let open = Memo::new(move |_| {
        mine.with_value(|mine| mine.as_ref().is_none_or(|name| !folded.with(|folded| folded.contains(name))))
    });
    let label = folder.clone().unwrap_or_else(|| "Hosts without a folder".into());
    view! {
        <section class="group" aria-label=label>
            {folder.map(|name| view! { <GroupHead name folder_id ids open folded /> })}
            {move || (open.get() && ids.with(Vec::is_empty)).then(|| view! {
                <p class="group-empty">"No host lies in this folder."</p>
            })}
            {move || (open.get() && !ids.with(Vec::is_empty)).then(|| view! {
                <ul class="rows framed">
                    <For each=move || ids.get() key=HostId::clone children=move |id| view! { <HostRow id search /> } />
                </ul>
            })}
        </section>
    }
}

#[component]
fn GroupHead(
    name: String,
    folder_id: Option<FolderId>,
    ids: Memo<Vec<HostId>>,
    open: Memo<bool>,
    folded: RwSignal<HashSet<String>>,
) -> impl IntoView {
    let key = name.clone();
    let toggle = move |_| {
        folded.update(|folded| {
            if !folded.remove(&key) {
                folded.insert(key.clone());
            }
        });
    };
    view! {
        <div class="group-head">
        <h3>
            <button type="button" class="group-toggle" aria-expanded=move || open.get().to_string() on:click=toggle>
                <IconView icon=Icon::ChevronRight />
                <IconView icon=Icon::Folder />
                <span>{name}</span>
                <span class="count">{move || ids.with(Vec::len)}</span>
            </button>
        </h3>
        {folder_id.map(|id| view! { <FolderMenu id /> })}
        </div>
    }
}

#[component]
fn NothingFound(search: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="nothing">
            <p>"No host answers to “"{move || search.get()}"”. Try fewer letters, or #tag."</p>
            <Button on_click=move |()| search.set(String::new())>"Clear the search"</Button>
        </div>
    }
}
