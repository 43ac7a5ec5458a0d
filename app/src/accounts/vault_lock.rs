//! A locked vault: what opens it is asked for. Where that was lost, because the password was reset or the passphrase forgotten, it opens with
//! the recovery code or begins anew, empty.

use super::{
    checks,
    door::SignIn,
    page::Section,
    passkey_ways::OpenWithPasskey,
    passphrase::{ChooseForm, LostForm, OpenForm, Opened, opened},
    recovery_code::RecoveryCode,
};
use crate::{
    client,
    ui::{Button, ButtonKind, Checkbox, Dialog, Notice, SecretField, Submit, TextField, Tone, focus_first_fault},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::VaultOpener,
    vault::{Secret, VaultRecovery},
};

/// Opens the vault or starts an empty one.
#[component]
pub(super) fn VaultLock(sign_in: SignIn) -> impl IntoView {
    let new_code = RwSignal::new(None::<Secret>);
    view! {
        <Section title="Vault" about="Your stored passwords and keys.">
            {move || match sign_in.vault_opener() {
                Some(VaultOpener::NewPassphrase) => view! {
                    <Notice tone=Tone::Warn>"Choose a vault passphrase: Berth seals your stored passwords and keys with it."</Notice>
                    <ChooseForm sign_in new_code anew=false />
                }
                .into_any(),
                Some(VaultOpener::Passkey) => view! {
                    <Notice tone=Tone::Warn>"The vault is locked. Your passkey opens it; where that is lost, your recovery code."</Notice>
                    <OpenWithPasskey sign_in />
                    <LostForm sign_in new_code />
                }
                .into_any(),
                Some(VaultOpener::Passphrase) => view! { <ByPassphrase sign_in new_code /> }.into_any(),
                Some(VaultOpener::Password) => view! {
                    <Notice tone=Tone::Warn>"The vault is locked: you signed in without your password."</Notice>
                    <OpenForm sign_in />
                    <OpenWithPasskey sign_in />
                }
                .into_any(),
                Some(VaultOpener::RecoveryCode) | None => view! {
                    <Notice tone=Tone::Warn>
                        "The vault is locked, because your password was set by somebody else. Open it with the recovery code that you got
                        when the account was made, or start an empty one."
                    </Notice>
                    <VaultForm sign_in new_code />
                    <OpenWithPasskey sign_in />
                }
                .into_any(),
            }}
        </Section>
        {move || new_code.get().map(|code| view! {
            <Dialog title="Keep your new recovery code" on_close=move |()| ()>
                <RecoveryCode code on_stored=move |()| {
                    new_code.set(None);
                    sign_in.refresh();
                } />
            </Dialog>
        })}
    }
}

/// The passphrase, or what helps when it is lost.
#[component]
fn ByPassphrase(sign_in: SignIn, new_code: RwSignal<Option<Secret>>) -> impl IntoView {
    let lost = RwSignal::new(false);
    let other = move || if lost.get() { "Give the passphrase" } else { "Passphrase lost?" };
    view! {
        <Notice tone=Tone::Warn>"The vault is locked. Your vault passphrase opens it."</Notice>
        {move || if lost.get() {
            view! { <LostForm sign_in new_code /> }.into_any()
        } else {
            view! { <OpenForm sign_in /><OpenWithPasskey sign_in /> }.into_any()
        }}
        <div class="button-row"><Button on_click=move |()| lost.update(|lost| *lost = !*lost)>{other}</Button></div>
    }
}

#[component]
fn VaultForm(sign_in: SignIn, new_code: RwSignal<Option<Secret>>) -> impl IntoView {
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (anew, tried, submit) = (RwSignal::new(false), RwSignal::new(false), Submit::new());
    let shown = move |fault: Option<String>| tried.get().then_some(fault).flatten();
    let password_fault = Signal::derive(move || shown(checks::filled(&password.get(), "your password")));
    let code_fault =
        Signal::derive(move || if anew.get() { None } else { shown(checks::filled(&code.get(), "the recovery code")) });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if password_fault.get_untracked().or(code_fault.get_untracked()).is_some() {
            return focus_first_fault();
        }
        let recovery_code = (!anew.get_untracked()).then(|| Secret::new(code.get_untracked().trim()));
        let request = VaultRecovery { password: Secret::new(password.get_untracked()), recovery_code };
        submit.run(
            async move { client::post_json::<_, Option<Opened>>("/api/account/vault", &request).await },
            move |answer| opened(sign_in, answer, new_code),
        );
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            {move || (!anew.get()).then(|| view! { <TextField label="Recovery code" value=code error=code_fault mono=true /> })}
            <SecretField label="Your password" value=password error=password_fault autocomplete="current-password" />
            <Checkbox
                label="I do not have the code: delete what is stored and start an empty vault"
                value=anew
            />
            <div class="button-row">
                {move || {
                    let (kind, text) = if anew.get() {
                        (ButtonKind::Danger, "Delete and start anew")
                    } else {
                        (ButtonKind::Primary, "Open the vault")
                    };
                    view! { <Button kind submit=true busy=submit.busy>{text}</Button> }
                }}
            </div>
        </form>
    }
}
