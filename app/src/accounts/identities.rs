//! As whom others know the account: identities of the provider and of the directory, linking one, taking one away.

use super::{
    page::Section,
    proof::{Given, ProofField},
};
use crate::{
    accounts::SignIn,
    client,
    error::AppError,
    events::Refresh,
    ui::{
        Button, ButtonKind, ConfirmDialog, Dialog, DialogActions, Icon, Notice, RelativeTime, Skeleton, Submit,
        ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{IdentityLink, IdentityLinking, IdentityView},
    events::Topic,
    vault::Secret,
};

const ADDRESS: &str = "/api/account/identities";

type Listed = RwSignal<Option<Result<Vec<IdentityView>, String>>>;

async fn read(listed: Listed) {
    let answer = client::get_json(ADDRESS).await.map_err(|error: AppError| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The list, and the way to link one more. Nothing where there is neither a provider nor an identity.
#[component]
pub(super) fn Identities(sign_in: SignIn) -> impl IntoView {
    let (listed, linking, ending) = (Listed::new(None), RwSignal::new(false), RwSignal::new(None::<IdentityView>));
    let refresh = Refresh::new();
    refresh.keep(&[Topic::SignIns], move || read(listed));
    let has_any = move || listed.with(|known| matches!(known, Some(Ok(list)) if !list.is_empty()));
    move || {
        (has_any() || sign_in.provider().is_some()).then(|| {
            view! {
                <Section title="Linked identities" about="Who else vouches for you here.">
                    {move || match listed.get() {
                        None => view! { <Skeleton rows=1 label="Loading the identities" /> }.into_any(),
                        Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                        Some(Ok(list)) if list.is_empty() => view! { <p class="muted">"None is linked."</p> }.into_any(),
                        Some(Ok(list)) => view! { <List list ending /> }.into_any(),
                    }}
                    {move || sign_in.provider().map(|name| view! {
                        <div class="button-row">
                            <Button icon=Icon::Link on_click=move |()| linking.set(true)>{format!("Link {name}")}</Button>
                        </div>
                    })}
                </Section>
                {move || linking.get().then(|| view! { <LinkDialog sign_in linking /> })}
                {move || ending.get().map(|identity| view! { <Unlink identity ending refresh /> })}
            }
        })
    }
}

#[component]
fn List(list: Vec<IdentityView>, ending: RwSignal<Option<IdentityView>>) -> impl IntoView {
    let row = move |identity: IdentityView| {
        let mine = identity.clone();
        let act = identity.removable.then(|| {
            view! { <Button on_click=move |()| ending.set(Some(mine.clone()))>"Unlink"</Button> }
        });
        view! {
            <li class="row">
                <div class="row-main">
                    <span class="row-title">{identity.known_as}</span>
                    <span class="row-meta">
                        {identity.issuer} ", linked " <RelativeTime millis=identity.linked_at.millis() />
                        {identity.last_used_at.map(|at| view! { ", used " <RelativeTime millis=at.millis() /> })}
                    </span>
                </div>
                {act}
            </li>
        }
    };
    view! { <ul class="rows" aria-label="Linked identities">{list.into_iter().map(row).collect_view()}</ul> }
}

#[component]
fn LinkDialog(sign_in: SignIn, linking: RwSignal<bool>) -> impl IntoView {
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let given = Given::begin(tried);
    let name = sign_in.provider().unwrap_or_default();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if given.fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let request = IdentityLink { password: Secret::new(given.text.get_untracked()) };
        submit.run(
            async move { client::post_json::<_, IdentityLinking>(ADDRESS, &request).await },
            // A browser that refuses the address stays here, and the person sees it.
            move |begun| drop(window().location().set_href(&begun.url)),
        );
    };
    view! {
        <Dialog title=format!("Link {name}") on_close=move |()| linking.set(false)>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <p>"You go on there, sign in, and come back to this page. From then on you may sign in here that way, too."</p>
                <ProofField given autofocus=true />
                <DialogActions>
                    <Button on_click=move |()| linking.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Go on"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

#[component]
fn Unlink(identity: IdentityView, ending: RwSignal<Option<IdentityView>>, refresh: Refresh) -> impl IntoView {
    let (submit, address) = (Submit::new(), format!("{ADDRESS}/{}", identity.id));
    let confirm = move |()| {
        let address = address.clone();
        submit.run(async move { client::delete::<serde_json::Value>(&address).await }, move |_| {
            ending.set(None);
            toast(ToastKind::Success, "The identity is unlinked");
            refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Unlink {}?", identity.known_as)
            body="It signs nobody in here any more. Sign-ins that are open go on."
            confirm="Unlink"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| ending.set(None)
        />
    }
}
