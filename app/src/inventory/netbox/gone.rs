//! Hosts that came from NetBox and are there no more.

use super::api::netbox_gone;
use crate::{
    events::Refresh,
    inventory::{exchange::words::count, words::thousands},
    ui::{Badge, RelativeTime, Tone},
};
use leptos::prelude::*;
use wire::{
    events::Topic,
    inventory::{NetBoxGone, NetBoxGoneHost},
};

/// So many are shown.
const SHOWN: usize = 6;

/// The card; nothing while none is gone.
#[component]
pub(super) fn GoneCard() -> impl IntoView {
    let (gone, refresh) = (RwSignal::new(NetBoxGone::default()), Refresh::new());
    refresh.keep(&[Topic::Hosts, Topic::Netbox], move || async move {
        // Without an answer the list before stays.
        if let Ok(answer) = netbox_gone().await
            && gone.try_with_untracked(|known| *known != answer) == Some(true)
        {
            gone.set(answer);
        }
    });
    move || (gone.with(|gone| gone.total) > 0).then(|| view! { <Gone gone=gone.get() /> })
}

#[component]
fn Gone(gone: NetBoxGone) -> impl IntoView {
    let more = gone.total.saturating_sub(SHOWN as u64);
    let row = |host: NetBoxGoneHost| {
        let place =
            [host.folder, host.address].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        view! {
            <li class="row">
                <div class="row-main">
                    <span class="row-title">{host.name}</span>
                    <span class="row-meta">{place}" · "<RelativeTime millis=host.since.millis() /></span>
                </div>
            </li>
        }
    };
    view! {
        <section class="card netbox-card" aria-labelledby="netbox-gone">
            <div class="card-head">
                <h2 id="netbox-gone">"Gone from NetBox"</h2>
                <Badge tone=Tone::Warn>{thousands(gone.total)}</Badge>
            </div>
            <div class="card-body">
                <p class="netbox-plain">"They stay here, with the tag “gone from NetBox”, until you delete them."</p>
                <ul class="rows framed" aria-label="Hosts that are gone from NetBox">
                    {gone.hosts.into_iter().take(SHOWN).map(row).collect_view()}
                </ul>
                {(more > 0).then(|| view! { <p class="netbox-meant">"and "{count(more, "more", "more")}</p> })}
                <div class="button-row"><a class="button" href="/?tag=gone%20from%20NetBox">"Show them among the hosts"</a></div>
            </div>
        </section>
    }
}
