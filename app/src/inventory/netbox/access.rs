//! Where NetBox is: what is kept of it, and changing or forgetting it.

use super::{api::forget_netbox, connect::ConnectForm, page::Store};
use crate::ui::{
    Badge, Button, ButtonKind, ConfirmDialog, Dialog, Icon, Notice, RelativeTime, Submit, ToastKind, Tone, toast,
};
use leptos::prelude::*;
use wire::inventory::NetBoxStatusView;

/// The card.
#[component]
pub(super) fn AccessCard(store: Store, status: NetBoxStatusView) -> impl IntoView {
    let (changing, forgetting) = (RwSignal::new(false), RwSignal::new(false));
    let known = StoredValue::new(status.clone());
    let trust = match (&status.fingerprint, status.authority, status.in_the_clear) {
        (_, _, true) => "none: http in the clear".to_owned(),
        (Some(_), ..) => "one pinned certificate".to_owned(),
        (None, true, _) => "a private authority".to_owned(),
        _ => "the machine's authorities".to_owned(),
    };
    view! {
        <section class="card netbox-card" aria-labelledby="netbox-access">
            <div class="card-head">
                <h2 id="netbox-access">"Connection"</h2>
                {status.version.clone().map(|version| view! { <Badge tone=Tone::Good>"NetBox "{version}</Badge> })}
            </div>
            <div class="card-body">
                <dl class="facts">
                    <dt>"Address"</dt><dd class="mono">{status.url.clone()}</dd>
                    <dt>"Token"</dt><dd>"sealed in your vault"</dd>
                    <dt>"Trust"</dt><dd>{trust}</dd>
                    {status.checked_at.map(|at| view! { <dt>"Tested"</dt><dd><RelativeTime millis=at.millis() /></dd> })}
                </dl>
                {status.in_the_clear.then(|| view! {
                    <Notice tone=Tone::Warn>"The token travels in the clear. Use an https address."</Notice>
                })}
                <div class="button-row">
                    <Button icon=Icon::Pencil on_click=move |()| changing.set(true)>"Change"</Button>
                    <Button kind=ButtonKind::Ghost on_click=move |()| forgetting.set(true)>"Forget"</Button>
                </div>
            </div>
        </section>
        {move || changing.get().then(|| view! {
            <Dialog title="NetBox" on_close=move |()| changing.set(false)>
                <ConnectForm store known=Some(known.get_value()) on_done=move |()| changing.set(false) />
            </Dialog>
        })}
        {move || forgetting.get().then(|| view! { <Forget store forgetting /> })}
    }
}

#[component]
fn Forget(store: Store, forgetting: RwSignal<bool>) -> impl IntoView {
    let submit = Submit::new();
    let confirm = move |()| {
        submit.run(forget_netbox(), move |()| {
            forgetting.set(false);
            toast(ToastKind::Success, "NetBox is forgotten");
            store.refresh.now();
        });
    };
    view! {
        <ConfirmDialog title="Forget NetBox?"
            body="Its address and its token are deleted, also the copy that is sealed for the scheduled sync. Hosts that came from it stay."
            confirm="Forget" busy=submit.busy error=submit.error on_confirm=confirm on_cancel=move |()| forgetting.set(false) />
    }
}
