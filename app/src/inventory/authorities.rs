//! Keys that vouch for hosts, and keys that are never accepted: a list, lines that are pasted, and taking one away.

use super::api::{add_authorities, authorities, delete_authority};
use crate::{
    events::Refresh,
    ui::{
        Badge, Button, ButtonKind, ConfirmDialog, Dialog, DialogActions, Icon, IconView, Menu, MenuItem, Notice,
        RelativeTime, Submit, TextArea, ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    events::Topic,
    inventory::{HostAuthorityDraft, HostAuthorityView},
};

type Listed = RwSignal<Option<Result<Vec<HostAuthorityView>, String>>>;

async fn read(listed: Listed) {
    let answer = authorities().await.map_err(|error| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The part of the page about them.
#[component]
pub fn HostAuthorities() -> impl IntoView {
    let (listed, adding) = (Listed::new(None), RwSignal::new(false));
    let deleting = RwSignal::new(None::<HostAuthorityView>);
    let refresh = Refresh::new();
    refresh.keep(&[Topic::HostKeys], move || read(listed));
    view! {
        <section class="authorities" aria-labelledby="authorities">
            <div class="section-head">
                <h2 id="authorities">"Host authorities"</h2>
                <Button icon=Icon::Plus on_click=move |()| adding.set(true)>"Add lines"</Button>
            </div>
            <p class="muted">
                "A host whose certificate one of these keys has signed is trusted without a question. Revoked keys are refused everywhere."
            </p>
            {move || match listed.get() {
                None => ().into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! { <p class="muted">"None yet."</p> }.into_any(),
                Some(Ok(all)) => view! {
                    <ul class="rows framed" aria-label="Host authorities">
                        {all.into_iter().map(|one| view! { <Row one deleting /> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </section>
        {move || adding.get().then(|| view! { <Add adding refresh /> })}
        {move || deleting.get().map(|one| view! { <Delete one deleting refresh /> })}
    }
}

#[component]
fn Row(one: HostAuthorityView, deleting: RwSignal<Option<HostAuthorityView>>) -> impl IntoView {
    let (kind, tone) = if one.revoked { ("revoked", Tone::Bad) } else { ("authority", Tone::Neutral) };
    let label = format!("Actions for {}", one.names);
    let mine = one.clone();
    let items = move |()| {
        let mine = mine.clone();
        vec![MenuItem::new("Take away", Icon::Trash, move || deleting.set(Some(mine.clone()))).danger()]
    };
    let comment = (!one.comment.is_empty()).then(|| view! { <bdi>{one.comment.clone()}</bdi>" · " });
    view! {
        <li class="row">
            <span class="row-icon"><IconView icon=Icon::Key /></span>
            <div class="row-main">
                <span class="row-title whole mono">{one.names.clone()}</span>
                <span class="row-meta">
                    {comment}
                    <span class="mono fingerprint">{one.fingerprint.clone()}</span>
                    " · added "<RelativeTime millis=one.added_at.millis() />
                </span>
            </div>
            <Badge tone>{kind}</Badge>
            <Menu label items />
        </li>
    }
}

#[component]
fn Add(adding: RwSignal<bool>, refresh: Refresh) -> impl IntoView {
    let (lines, error, submit) = (RwSignal::new(String::new()), RwSignal::new(None), Submit::new());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = lines.get_untracked();
        error.set(typed.trim().is_empty().then(|| "Paste at least one line.".to_owned()));
        if typed.trim().is_empty() {
            return focus_first_fault();
        }
        let draft = HostAuthorityDraft { lines: typed };
        submit.run(async move { add_authorities(draft).await }, move |_| {
            adding.set(false);
            toast(ToastKind::Success, "The lines count from now on");
            refresh.now();
        });
    };
    view! {
        <Dialog title="Add host authorities" on_close=move |()| adding.set(false)>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextArea
                    label="Lines of known_hosts"
                    value=lines
                    error
                    placeholder="@cert-authority *.example ssh-ed25519 AAAA…"
                    hint="Those that begin with @cert-authority or @revoked. A port other than 22 is written [*.example]:2222."
                    rows=5
                    mono=true
                />
                <DialogActions>
                    <Button on_click=move |()| adding.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Add"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

#[component]
fn Delete(one: HostAuthorityView, deleting: RwSignal<Option<HostAuthorityView>>, refresh: Refresh) -> impl IntoView {
    let submit = Submit::new();
    let body = match one.revoked {
        true => "The key is not refused any more: a host that shows it is asked about like any other.",
        false => "Hosts that it vouched for are asked about at the next connection, unless their own key is trusted.",
    };
    let confirm = move |()| {
        let id = one.id.clone();
        submit.run(async move { delete_authority(id).await }, move |()| {
            deleting.set(None);
            refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Take {} away?", one.names)
            body
            confirm="Take away"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| deleting.set(None)
        />
    }
}
