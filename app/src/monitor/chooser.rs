//! Which hosts are shown: a dialog with a search.

use super::page::{Chosen, MOST, can_be_read};
use crate::{
    inventory::{DRAWN, Offered, OfferedSearch},
    ui::{Button, ButtonKind, Dialog, DialogActions},
};
use leptos::prelude::*;
use wire::inventory::HostView;

/// The dialog. What is ticked shows at once.
#[component]
pub(super) fn Chooser(offered: Offered, chosen: Chosen, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let found = Memo::new(move |_| {
        let rows = offered.rows().into_iter();
        rows.filter(|host| can_be_read(host.protocol)).map(|host| (host.id.clone(), host)).collect::<Vec<_>>()
    });
    view! {
        <Dialog title="Choose hosts" on_close wide=true>
            <OfferedSearch offered autofocus=true />
            <p class="monitor-most" role="status">{move || match chosen.ids().len() {
                count if chosen.is_full() => format!("{count} hosts chosen, which is all that fits"),
                1 => "1 host chosen".to_owned(),
                count => format!("{count} hosts chosen, {MOST} at most"),
            }}</p>
            <ul class="monitor-choices">
                <For each=move || found.get() key=|(id, host)| (id.clone(), host.name.clone()) children=move |(_, host)| view! { <Choice chosen host /> } />
            </ul>
            {move || match (found.with(Vec::len), offered.total() as usize) {
                (0, _) => Some("No host that is reached by SSH answers to this search.".to_owned()),
                (_, count) if count > DRAWN => Some(format!("{} more: search to see them.", count - DRAWN)),
                _ => None,
            }.map(|text| view! { <p class="monitor-most">{text}</p> })}
            <DialogActions>
                <Button kind=ButtonKind::Primary on_click=on_close>"Done"</Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn Choice(chosen: Chosen, host: HostView) -> impl IntoView {
    let key = StoredValue::new(host.id);
    let shown = Memo::new(move |_| key.with_value(|id| chosen.has(id)));
    let change = move |event| key.with_value(|id| chosen.set(id, event_target_checked(&event)));
    view! {
        <li>
            <label class="host-choice">
                <input type="checkbox" prop:checked=shown disabled=move || chosen.is_full() && !shown.get() on:change=change />
                <span class="host-choice-name">{host.name}</span>
                <span class="host-choice-place">{host.folder.unwrap_or(host.address)}</span>
            </label>
        </li>
    }
}
