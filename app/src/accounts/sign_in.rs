//! The sign-in form.

use super::{
    checks,
    door::{DoorCard, SignIn},
    passkey_ways::SignInWithPasskey,
};
use crate::{
    client,
    ui::{Button, ButtonKind, Notice, SecretField, Submit, TextField, Tone, focus_first_fault},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{AuthStatus, SignInRequest},
    vault::Secret,
};

/// Asks for name and password.
#[component]
pub(super) fn SignInPage(sign_in: SignIn) -> impl IntoView {
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let has_passkeys = Memo::new(move |_| sign_in.has_passkeys());
    let fault = move |text: RwSignal<String>, what: &'static str| {
        Signal::derive(move || tried.get().then(|| checks::filled(&text.get(), what)).flatten())
    };
    let (name_fault, password_fault) = (fault(name, "your name"), fault(password, "your password"));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if name_fault.get_untracked().or(password_fault.get_untracked()).is_some() {
            return focus_first_fault();
        }
        let request = SignInRequest {
            username: name.get_untracked().trim().into(),
            password: Secret::new(password.get_untracked()),
            code: None,
        };
        submit.run(async move { client::post_json::<_, AuthStatus>("/api/auth/login", &request).await }, move |_| {
            sign_in.refresh()
        });
    };
    view! {
        <DoorCard title="Sign in">
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Name" value=name error=name_fault autocomplete="username" autofocus=true />
                <SecretField label="Password" value=password error=password_fault autocomplete="current-password" />
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Sign in"</Button>
            </form>
            {move || (sign_in.provider().is_some() || has_passkeys.get()).then(|| view! {
                <p class="door-or"><span>"or"</span></p>
            })}
            {move || has_passkeys.get().then(|| view! { <SignInWithPasskey sign_in /> })}
            {move || sign_in.provider().map(|name| view! { <ByProvider name /> })}
            <p class="door-hint">
                "Password lost? Whoever runs this server can set a new one with "
                <code>"berth account reset-password"</code> "."
            </p>
        </DoorCard>
    }
}

/// The way by a provider of identities. It leaves the page, and comes back to this address.
#[component]
fn ByProvider(name: String) -> impl IntoView {
    let location = window().location();
    let here = [location.pathname(), location.search()].map(Result::unwrap_or_default).concat();
    let back = String::from(js_sys::encode_uri_component(&here));
    view! {
        <a class="button" rel="external" href=format!("/api/auth/oidc/start?back={back}")>{format!("Sign in with {name}")}</a>
    }
}
