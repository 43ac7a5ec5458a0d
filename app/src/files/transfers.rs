//! What goes on by itself: deleting and copying on the server.

use super::{api, browser::Browser, words};
use crate::{
    events::Refresh,
    ui::{Icon, IconButton, ToastKind, toast},
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeSet;
use wire::{
    TransferId,
    events::Topic,
    files::{TransferState, TransferView},
};

/// The account's transfers, as they go on.
#[component]
pub(super) fn Transfers(browser: Browser) -> impl IntoView {
    let (all, over) = (RwSignal::new(Vec::<TransferView>::new()), StoredValue::new(None::<BTreeSet<TransferId>>));
    // What had ended well before this page was opened was seen then.
    let seen = StoredValue::new(None::<BTreeSet<TransferId>>);
    let refresh = Refresh::new();
    refresh.keep(&[Topic::Transfers], move || async move {
        // What could not be read is read with the next change.
        let Ok(list) = api::transfers().await else { return };
        let ended: BTreeSet<_> =
            list.transfers.iter().filter(|one| one.state.is_over()).map(|one| one.id.clone()).collect();
        let ended_well = || {
            let well = list.transfers.iter().filter(|one| one.state == TransferState::Done && one.failed == 0);
            well.map(|one| one.id.clone()).collect()
        };
        let _ = seen.try_update_value(|seen| _ = seen.get_or_insert_with(ended_well));
        // What ended while it was looked at may have changed the folder.
        let news =
            over.try_update_value(|known| known.replace(ended.clone()).is_some_and(|known| !ended.is_subset(&known)));
        if news == Some(true) {
            browser.read();
        }
        if all.try_with_untracked(|known| *known != list.transfers) == Some(true) {
            all.set(list.transfers);
        }
    });
    move || {
        let (mut shown, host) = (all.get(), browser.host());
        shown.retain(|one| one.host_id == host || one.to_host_name == Some(browser.host_name.get()));
        seen.with_value(|seen| shown.retain(|one| !seen.iter().any(|seen| seen.contains(&one.id))));
        (!shown.is_empty()).then(|| {
            view! {
                <ul class="transfers" aria-label="Work on the server">
                    {shown.into_iter().map(|transfer| view! { <Line transfer refresh /> }).collect_view()}
                </ul>
            }
        })
    }
}

#[component]
fn Line(transfer: TransferView, refresh: Refresh) -> impl IntoView {
    let (over, id, title) = (transfer.state.is_over(), transfer.id.clone(), words::title(&transfer));
    let label = if over { format!("Forget: {title}") } else { format!("Stop: {title}") };
    let stop = move |()| {
        let id = id.clone();
        spawn_local(async move {
            if let Err(error) = api::cancel_transfer(&id).await {
                toast(ToastKind::Error, error.to_string());
            }
            refresh.now();
        });
    };
    let bad = transfer.state == TransferState::Failed;
    let failure = transfer.failures.first().cloned();
    view! {
        <li class="transfer" class:transfer-bad=bad>
            <div class="transfer-main">
                <span class="transfer-title"><bdi>{title.clone()}</bdi></span>
                <span class="transfer-meta">{words::progress(&transfer)}</span>
                {failure.map(|text| view! { <span class="transfer-meta transfer-why"><bdi>{text}</bdi></span> })}
                {(!over).then(|| view! { <progress max="1" value=words::share(&transfer).to_string() aria-label=title></progress> })}
            </div>
            <IconButton icon=Icon::Close label on_click=stop />
        </li>
    }
}
