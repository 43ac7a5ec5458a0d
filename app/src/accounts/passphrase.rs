//! The vault of who signs in by somebody else's word: choosing its passphrase once, and giving it at later sign-ins.

use super::{
    checks,
    door::{DoorCard, SignIn},
    passkey_ways::{BeginWithPasskey, OpenWithPasskey},
    proof::{Given, ProofField},
    recovery_code::RecoveryCode,
};
use crate::{
    client,
    error::AppError,
    ui::{
        Button, ButtonKind, Checkbox, Notice, SecretField, Submit, TextField, ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use serde::Deserialize;
use wire::{
    accounts::{PassphraseChoice, VaultOpener},
    vault::{Secret, VaultRecovery},
};

/// What the server answers; a new code comes only with a new vault.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Opened {
    pub(super) recovery_code: Option<Secret>,
}

/// The first sign-in: nothing else before the passphrase is chosen and its recovery code kept.
#[component]
pub(super) fn ChoosePassphrasePage(sign_in: SignIn) -> impl IntoView {
    let (code, by_passkey) = (RwSignal::new(None::<Secret>), RwSignal::new(false));
    move || {
        match code.get() {
        None => view! {
            <DoorCard title="Choose a vault passphrase">
                <p class="door-lead">
                    "Hello " <strong>{sign_in.username()}</strong>
                    ". Berth seals your stored passwords and keys with a passphrase of your own. It stays here: your provider never learns it."
                </p>
                <ChooseForm sign_in new_code=code anew=false />
                <BeginWithPasskey sign_in new_code=code by_passkey />
                <Button on_click=move |()| sign_in.sign_out()>"Sign out"</Button>
            </DoorCard>
        }
        .into_any(),
        Some(code) => view! {
            <DoorCard title="Keep your recovery code">
                <RecoveryCode code by_passkey=by_passkey.get_untracked() on_stored=move |()| sign_in.refresh() />
            </DoorCard>
        }
        .into_any(),
    }
    }
}

/// A later sign-in: the passphrase, or the password of who has one; or not now.
#[component]
pub(super) fn OpenVaultPage(sign_in: SignIn) -> impl IntoView {
    let has_secret = sign_in.vault_opener() != Some(VaultOpener::Passkey);
    view! {
        <DoorCard title="Open your vault">
            <p class="door-lead">
                "Signed in as " <strong>{move || sign_in.username()}</strong>
                ". Your stored passwords and keys are still locked."
            </p>
            {has_secret.then(|| view! { <OpenForm sign_in /> })}
            <OpenWithPasskey sign_in />
            <Button on_click=move |()| sign_in.leave_locked()>"Not now"</Button>
            <p class="door-hint">"Lost it? Choose “Not now”, and look under Vault on your account page."</p>
        </DoorCard>
    }
}

/// Answers of what opens a vault; a new recovery code is shown.
pub(super) fn opened(sign_in: SignIn, answer: Option<Opened>, new_code: RwSignal<Option<Secret>>) {
    match answer.unwrap_or_default().recovery_code {
        Some(code) => new_code.set(Some(code)),
        None => {
            toast(ToastKind::Success, "The vault is open");
            sign_in.refresh();
        }
    }
}

/// Gives what opens the vault.
#[component]
pub(super) fn OpenForm(sign_in: SignIn) -> impl IntoView {
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let given = Given::begin(tried);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if given.fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let request = VaultRecovery { password: Secret::new(given.text.get_untracked()), recovery_code: None };
        submit.run(
            async move { client::post_json::<_, Option<Opened>>("/api/account/vault", &request).await },
            move |answer| opened(sign_in, answer, RwSignal::new(None)),
        );
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <ProofField given autofocus=true />
            <div class="button-row">
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Open the vault"</Button>
            </div>
        </form>
    }
}

/// Two fields for a passphrase that is new.
#[derive(Clone, Copy)]
struct NewPassphrase {
    text: RwSignal<String>,
    again: RwSignal<String>,
    fault: Signal<Option<String>>,
    again_fault: Signal<Option<String>>,
}

impl NewPassphrase {
    fn begin(tried: RwSignal<bool>) -> Self {
        let (text, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let shown = move |fault: Option<String>| tried.get().then_some(fault).flatten();
        Self {
            text,
            again,
            fault: Signal::derive(move || shown(checks::new_passphrase(&text.get()))),
            again_fault: Signal::derive(move || shown(checks::same_passphrase(&text.get(), &again.get()))),
        }
    }

    fn is_wrong(self) -> bool {
        self.fault.get_untracked().or(self.again_fault.get_untracked()).is_some()
    }
}

#[component]
fn NewPassphraseFields(new: NewPassphrase) -> impl IntoView {
    view! {
        <SecretField
            label="New vault passphrase"
            value=new.text
            error=new.fault
            hint="At least 10 characters; a few unrelated words are good."
            autocomplete="new-password"
        />
        <SecretField label="Repeat passphrase" value=new.again error=new.again_fault autocomplete="new-password" />
    }
}

/// Chooses a passphrase for a vault that is empty, or is emptied by it.
#[component]
pub(super) fn ChooseForm(sign_in: SignIn, new_code: RwSignal<Option<Secret>>, anew: bool) -> impl IntoView {
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let new = NewPassphrase::begin(tried);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if new.is_wrong() {
            return focus_first_fault();
        }
        let choice = PassphraseChoice { passphrase: Secret::new(new.text.get_untracked()), anew };
        submit.run(async move { choose(&choice).await }, move |answer| opened(sign_in, answer, new_code));
    };
    let (kind, verb) =
        if anew { (ButtonKind::Danger, "Delete and start anew") } else { (ButtonKind::Primary, "Choose passphrase") };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <NewPassphraseFields new />
            <div class="button-row"><Button kind submit=true busy=submit.busy>{verb}</Button></div>
        </form>
    }
}

async fn choose(choice: &PassphraseChoice) -> Result<Option<Opened>, AppError> {
    client::post_json("/api/account/vault/passphrase", choice).await
}

/// For who has lost the passphrase: the recovery code, or an empty vault.
#[component]
pub(super) fn LostForm(sign_in: SignIn, new_code: RwSignal<Option<Secret>>) -> impl IntoView {
    let anew = RwSignal::new(false);
    view! {
        {move || if anew.get() {
            view! { <ChooseForm sign_in new_code anew=true /> }.into_any()
        } else {
            view! { <CodeForm sign_in /> }.into_any()
        }}
        <Checkbox label="I do not have the code: delete what is stored and start an empty vault" value=anew />
    }
}

#[component]
fn CodeForm(sign_in: SignIn) -> impl IntoView {
    let (code, tried, submit) = (RwSignal::new(String::new()), RwSignal::new(false), Submit::new());
    let new = NewPassphrase::begin(tried);
    let code_fault =
        Signal::derive(move || tried.get().then(|| checks::filled(&code.get(), "the recovery code")).flatten());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if code_fault.get_untracked().is_some() || new.is_wrong() {
            return focus_first_fault();
        }
        let recovery_code = Some(Secret::new(code.get_untracked().trim()));
        let request = VaultRecovery { password: Secret::new(new.text.get_untracked()), recovery_code };
        submit.run(
            async move { client::post_json::<_, Option<Opened>>("/api/account/vault", &request).await },
            move |answer| opened(sign_in, answer, RwSignal::new(None)),
        );
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <TextField label="Recovery code" value=code error=code_fault mono=true />
            <NewPassphraseFields new />
            <div class="button-row">
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Open the vault"</Button>
            </div>
        </form>
    }
}
