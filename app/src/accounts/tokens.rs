//! API tokens: make one, see it once, revoke it.

use super::{
    api::{create_token, delete_token, tokens},
    checks,
    door::SignIn,
    page::Section,
    scopes::{Scopes, TokenScopes},
};
use crate::{
    events::Refresh,
    ui::{
        Button, ButtonKind, ConfirmDialog, CopyButton, Dialog, DialogActions, Icon, IconButton, Notice, RelativeTime,
        Skeleton, Submit, TextField, ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{TokenCreated, TokenDraft, TokenView},
    events::Topic,
};

/// What the page knows of the tokens: nothing yet, the list, or why not.
type Listed = RwSignal<Option<Result<Vec<TokenView>, String>>>;

async fn read(listed: Listed) {
    let answer = tokens().await.map_err(|error| error.to_string());
    // An answer that changes nothing wakes nobody.
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The list and the button above it.
#[component]
pub(super) fn Tokens() -> impl IntoView {
    let (listed, making) = (Listed::new(None), RwSignal::new(false));
    let revoking = RwSignal::new(None::<TokenView>);
    let refresh = Refresh::new();
    refresh.keep(&[Topic::Tokens], move || read(listed));
    view! {
        <Section title="API tokens" about="For scripts: sent as “Authorization: Bearer …”. What a token may do is chosen when it is made, within what you may do.">
            {move || match listed.get() {
                None => view! { <Skeleton rows=2 label="Loading the tokens" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(tokens)) if tokens.is_empty() => view! { <p class="muted">"There is no token yet."</p> }.into_any(),
                Some(Ok(tokens)) => view! { <TokenList tokens revoking /> }.into_any(),
            }}
            <div class="button-row">
                <Button icon=Icon::Plus on_click=move |()| making.set(true)>"Create token"</Button>
            </div>
        </Section>
        {move || revoking.get().map(|token| view! { <Revoke token revoking refresh /> })}
        {move || making.get().then(|| view! { <NewToken making refresh /> })}
    }
}

#[component]
fn TokenList(tokens: Vec<TokenView>, revoking: RwSignal<Option<TokenView>>) -> impl IntoView {
    view! {
        <ul class="rows" aria-label="API tokens">
            {tokens.into_iter().map(|token| view! { <TokenRow token revoking /> }).collect_view()}
        </ul>
    }
}

#[component]
fn TokenRow(token: TokenView, revoking: RwSignal<Option<TokenView>>) -> impl IntoView {
    let (name, mine) = (token.name.clone(), token.clone());
    view! {
        <li class="row">
            <div class="row-main">
                <span class="row-title">{token.name}</span>
                <span class="row-meta">
                    "made " <RelativeTime millis=token.created_at.millis() />
                    {match token.last_used_at {
                        Some(at) => view! { ", used " <RelativeTime millis=at.millis() /> }.into_any(),
                        None => ", never used".into_any(),
                    }}
                    {token.expires_at.map(|at| format!(", ends on {}", String::from(at).split('T').next().unwrap_or_default()))}
                </span>
                <TokenScopes scopes=token.scopes opens_vault=token.opens_vault />
            </div>
            <IconButton
                icon=Icon::Trash
                label=format!("Revoke {name}")
                on_click=move |()| revoking.set(Some(mine.clone()))
            />
        </li>
    }
}

#[component]
fn Revoke(token: TokenView, revoking: RwSignal<Option<TokenView>>, refresh: Refresh) -> impl IntoView {
    let submit = Submit::new();
    let id = token.id.clone();
    let confirm = move |()| {
        let id = id.clone();
        submit.run(async move { delete_token(id).await }, move |()| {
            revoking.set(None);
            toast(ToastKind::Success, "The token is revoked");
            refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Revoke {}?", token.name)
            body="Scripts that use it are refused from now on. This cannot be undone."
            confirm="Revoke"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| revoking.set(None)
        />
    }
}

#[component]
fn NewToken(making: RwSignal<bool>, refresh: Refresh) -> impl IntoView {
    let made = RwSignal::new(None::<TokenCreated>);
    let close = move |()| making.set(false);
    move || match made.get() {
        None => {
            view! { <Dialog title="Create token" on_close=close><TokenForm made refresh close=Callback::new(close) /></Dialog> }
        }
        Some(created) => {
            view! { <Dialog title="Copy the token now" on_close=close><ShowOnce created close=Callback::new(close) /></Dialog> }
        }
    }
}

#[component]
fn TokenForm(made: RwSignal<Option<TokenCreated>>, refresh: Refresh, close: Callback<()>) -> impl IntoView {
    let (name, days) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let scopes = Scopes::new(expect_context::<SignIn>().role());
    let boxes = scopes.view();
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let name_fault = Signal::derive(move || tried.get().then(|| checks::label(&name.get())).flatten());
    let days_fault = Signal::derive(move || tried.get().then(|| checks::days(&days.get()).err()).flatten());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let (None, Ok(expires_in_days)) = (name_fault.get_untracked(), checks::days(&days.get_untracked())) else {
            return focus_first_fault();
        };
        let Some(chosen) = scopes.chosen() else {
            return submit.error.set(Some("Choose at least one thing that the token may do.".into()));
        };
        let draft = TokenDraft { name: name.get_untracked().trim().into(), expires_in_days, scopes: Some(chosen) };
        submit.run(async move { create_token(draft).await }, move |created| {
            refresh.now();
            made.set(Some(created));
        });
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <TextField label="Name" value=name error=name_fault placeholder="nightly backup" autofocus=true />
            <TextField
                label="Days until it ends"
                value=days
                error=days_fault
                hint="Empty: it never ends by itself."
                inputmode="numeric"
                optional=true
            />
            {boxes}
            <DialogActions>
                <Button on_click=close>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Create token"</Button>
            </DialogActions>
        </form>
    }
}

#[component]
fn ShowOnce(created: TokenCreated, close: Callback<()>) -> impl IntoView {
    let text = created.token.expose().to_owned();
    view! {
        <p>"It is shown this one time; Berth keeps only a hash of it."</p>
        <output class="secret-once" aria-label="API token">{text.clone()}</output>
        <DialogActions>
            <CopyButton text />
            <Button kind=ButtonKind::Primary on_click=close>"Done"</Button>
        </DialogActions>
    }
}
