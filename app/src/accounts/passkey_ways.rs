//! The ways by a passkey: signing in, opening the vault, beginning one.

use super::{
    authenticator::{self, Answered},
    door::SignIn,
    passphrase::{Opened, opened},
};
use crate::{
    client,
    error::AppError,
    ui::{Button, ButtonKind, Icon, Notice, Submit, Tone},
};
use leptos::prelude::*;
use serde_json::Value;
use wire::{
    accounts::{AuthStatus, PasskeyAdded, PasskeyCeremony, PasskeyDraft, PasskeyView, VaultOpener},
    vault::Secret,
};

/// Where the account's passkeys are.
pub(super) const ADDRESS: &str = "/api/account/passkeys";

/// What the server or the browser complained of.
fn told(error: &AppError) -> String {
    error.to_string()
}

/// Signs in; no name is asked for.
async fn sign_in_with_one() -> Result<AuthStatus, String> {
    let asked: PasskeyCeremony = client::post_json("/api/auth/passkey", &()).await.map_err(|error| told(&error))?;
    let answer = authenticator::sign(asked).await?.answer;
    client::post_json("/api/auth/passkey/finish", &answer).await.map_err(|error| told(&error))
}

/// Opens the vault with one, or lets one open it from now on.
pub(super) async fn open_with_one() -> Result<Option<Opened>, String> {
    let asked: PasskeyCeremony =
        client::post_json("/api/account/vault/passkey", &Value::Null).await.map_err(|error| told(&error))?;
    let answer = authenticator::sign(asked).await?.answer;
    client::post_json("/api/account/vault/passkey/open", &answer).await.map_err(|error| told(&error))
}

/// Adds one, and lets it open the vault where it can: some give their key only when they sign.
pub(super) async fn add(name: String, password: Secret, vault_is_open: bool) -> Result<PasskeyAdded, String> {
    let draft = PasskeyDraft { name, password };
    let asked: PasskeyCeremony = client::post_json(ADDRESS, &draft).await.map_err(|error| told(&error))?;
    let Answered { answer, has_key } = authenticator::make(asked).await?;
    let confirm = format!("{ADDRESS}/confirm");
    let mut added: PasskeyAdded = client::post_json(&confirm, &answer).await.map_err(|error| told(&error))?;
    if !added.passkey.opens_vault && has_key && vault_is_open {
        // It is added, whatever comes of this; the list says whether it opens the vault.
        let opened = open_with_one().await.ok().flatten();
        added.passkey.opens_vault = opened.is_some();
    }
    Ok(added)
}

/// The button of the sign-in page.
#[component]
pub(super) fn SignInWithPasskey(sign_in: SignIn) -> impl IntoView {
    let submit = Submit::new();
    let go = move |()| submit.run(sign_in_with_one(), move |_| sign_in.refresh());
    view! {
        <Button icon=Icon::Fingerprint busy=submit.busy on_click=go>"Sign in with a passkey"</Button>
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
    }
}

/// A button that opens the vault; none where the account has no passkey that does, or this page no passkeys.
#[component]
pub(super) fn OpenWithPasskey(sign_in: SignIn) -> impl IntoView {
    let (submit, can) = (Submit::new(), RwSignal::new(false));
    if sign_in.has_passkeys() {
        leptos::task::spawn_local(async move {
            let listed: Result<Vec<PasskeyView>, AppError> = client::get_json(ADDRESS).await;
            can.try_set(listed.is_ok_and(|listed| listed.iter().any(|passkey| passkey.opens_vault)));
        });
    }
    // Where nothing else opens it, it is the one thing to do.
    let is_alone = sign_in.vault_opener() == Some(VaultOpener::Passkey);
    let kind = if is_alone { ButtonKind::Primary } else { ButtonKind::Secondary };
    let go = move |()| submit.run(open_with_one(), move |answer| opened(sign_in, answer, RwSignal::new(None)));
    move || {
        can.get().then(|| {
            view! {
                <Button kind icon=Icon::Fingerprint busy=submit.busy on_click=go>"Open with a passkey"</Button>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            }
        })
    }
}

/// Begins the vault of an account without a password, in the place of a passphrase.
#[component]
pub(super) fn BeginWithPasskey(
    sign_in: SignIn,
    new_code: RwSignal<Option<Secret>>,
    by_passkey: RwSignal<bool>,
) -> impl IntoView {
    let submit = Submit::new();
    let begin = async || match add("Passkey".into(), Secret::default(), false).await {
        Ok(PasskeyAdded { recovery_code: Some(code), .. }) => Ok(Some(code)),
        // It was added without a key for the vault; it may give one when it signs.
        Ok(_) => open_with_one().await.map(|opened| opened.and_then(|opened| opened.recovery_code)),
        Err(text) => Err(text),
    };
    let go = move |()| {
        submit.run(begin(), move |code| match code {
            Some(code) => {
                by_passkey.set(true);
                new_code.set(Some(code));
            }
            None => sign_in.refresh(),
        });
    };
    sign_in.has_passkeys().then(|| {
        view! {
            <p class="door-or"><span>"or"</span></p>
            <Button icon=Icon::Fingerprint busy=submit.busy on_click=go>"Use a passkey instead"</Button>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        }
    })
}
