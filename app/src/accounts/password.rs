//! Changing the password. The vault is wrapped anew, and every other sign-in of the account ends.

use super::{checks, door::SignIn, page::Section, passphrase::ChooseForm, proof::Proof};
use crate::{
    client,
    ui::{Button, Notice, SecretField, Submit, ToastKind, Tone, focus_first_fault, toast},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{PasswordChange, VaultOpener},
    vault::Secret,
};

/// What opens the vault, changed; or chosen, where a passkey alone opens it.
#[component]
pub(super) fn ChangePassword(sign_in: SignIn) -> impl IntoView {
    // A status that is read anew must not empty the fields.
    let has_passkey_alone = Memo::new(move |_| sign_in.vault_opener() == Some(VaultOpener::Passkey));
    let is_open = Memo::new(move |_| sign_in.vault_open());
    move || {
        if !has_passkey_alone.get() {
            return view! { <ChangeForm sign_in /> }.into_any();
        }
        let about = "A passkey opens your vault. A passphrase opens it where the passkey is not at hand, and proves that it is you.";
        is_open
            .get()
            .then(|| {
                view! {
                    <Section title="Vault passphrase" about>
                        <ChooseForm sign_in new_code=RwSignal::new(None) anew=false />
                    </Section>
                }
            })
            .into_any()
    }
}

/// The form.
#[component]
fn ChangeForm(sign_in: SignIn) -> impl IntoView {
    let is_phrase = Proof::of(sign_in.vault_opener()) == Proof::Passphrase;
    let empty = || RwSignal::new(String::new());
    let (current, new, again, tried, submit) = (empty(), empty(), empty(), RwSignal::new(false), Submit::new());
    let shown = move |fault: Option<String>| tried.get().then_some(fault).flatten();
    let current_fault = Signal::derive(move || shown(checks::filled(&current.get(), "the one of now")));
    let new_fault = Signal::derive(move || shown(checks::new_password(&new.get())));
    let again_fault = Signal::derive(move || shown(checks::confirmation(&new.get(), &again.get())));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if [current_fault, new_fault, again_fault].iter().any(|fault| fault.get_untracked().is_some()) {
            return focus_first_fault();
        }
        let change =
            PasswordChange { current: Secret::new(current.get_untracked()), new: Secret::new(new.get_untracked()) };
        submit.run(
            async move { client::post_json::<_, serde_json::Value>("/api/account/password", &change).await },
            move |_| {
                tried.set(false);
                [current, new, again].iter().for_each(|field| field.set(String::new()));
                toast(
                    ToastKind::Success,
                    if is_phrase { "The vault passphrase is changed" } else { "The password is changed" },
                );
                sign_in.refresh();
            },
        );
    };
    let pick = move |password: &'static str, passphrase: &'static str| if is_phrase { passphrase } else { password };
    let about = pick(
        "Also locks your stored secrets. Other browsers are signed out when it changes.",
        "Opens your stored secrets; you sign in without it. Other browsers are signed out when it changes.",
    );
    view! {
        <Section title=pick("Password", "Vault passphrase") about>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <SecretField label=pick("Current password", "Current passphrase") value=current error=current_fault autocomplete="current-password" />
                <SecretField
                    label=pick("New password", "New passphrase")
                    value=new
                    error=new_fault
                    hint="At least 10 characters."
                    autocomplete="new-password"
                />
                <SecretField label=pick("Repeat new password", "Repeat new passphrase") value=again error=again_fault autocomplete="new-password" />
                <div class="button-row"><Button submit=true busy=submit.busy>{pick("Change password", "Change passphrase")}</Button></div>
            </form>
        </Section>
    }
}
