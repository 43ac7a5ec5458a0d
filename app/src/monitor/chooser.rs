//! Which hosts are shown: a dialog with all of them, and a search.

use super::page::{Chosen, MOST, can_be_read};
use crate::{
    inventory::Hosts,
    ui::{Button, ButtonKind, Dialog, DialogActions, Icon, IconView},
};
use leptos::prelude::*;
use wire::{HostId, inventory::HostView};

/// Rows that are drawn; a search finds the others.
const DRAWN: usize = 100;

/// The dialog. What is ticked shows at once.
#[component]
pub(super) fn Chooser(hosts: Hosts, chosen: Chosen, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let groups = search.with(|text| hosts.arranged(text));
        let ids = groups.into_iter().flat_map(|group| group.hosts);
        ids.filter_map(|id| hosts.get(&id)).filter(|host| can_be_read(host.protocol)).collect::<Vec<HostView>>()
    });
    view! {
        <Dialog title="Choose hosts" on_close wide=true>
            <div class="search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search hosts" placeholder="Name, address, folder or #tag" autofocus
                    autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=search />
            </div>
            <p class="monitor-most" role="status">{move || match chosen.ids().len() {
                count if chosen.is_full() => format!("{count} hosts chosen, which is all that fits"),
                1 => "1 host chosen".to_owned(),
                count => format!("{count} hosts chosen, {MOST} at most"),
            }}</p>
            <ul class="monitor-choices">
                <For each=move || found.with(|found| found.iter().take(DRAWN).map(|host| host.id.clone()).collect::<Vec<_>>())
                    key=Clone::clone children=move |id| view! { <Choice hosts chosen id /> } />
            </ul>
            {move || match found.with(Vec::len) {
                0 => Some("No host that is reached by SSH answers to this search.".to_owned()),
                count if count > DRAWN => Some(format!("{} more: search to see them.", count - DRAWN)),
                _ => None,
            }.map(|text| view! { <p class="monitor-most">{text}</p> })}
            <DialogActions>
                <Button kind=ButtonKind::Primary on_click=on_close>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn Choice(hosts: Hosts, chosen: Chosen, id: HostId) -> impl IntoView {
    let key = StoredValue::new(id);
    let host = Memo::new(move |_| key.with_value(|id| hosts.get(id)));
    let shown = Memo::new(move |_| key.with_value(|id| chosen.has(id)));
    let change = move |event| key.with_value(|id| chosen.set(id, event_target_checked(&event)));
    move || {
        host.get().map(|host| {
            view! {
                <li>
                    <label class="host-choice">
                        <input type="checkbox" prop:checked=shown disabled=move || chosen.is_full() && !shown.get() on:change=change />
                        <span class="host-choice-name">{host.name}</span>
                        <span class="host-choice-place">{host.folder.unwrap_or(host.address)}</span>
                    </label>
                </li>
            }
        })
    }
}
