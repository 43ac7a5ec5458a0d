//! Setting up a second factor, in three steps: the password, the app's first code, and the recovery codes.

use super::{
    checks,
    factor_codes::FactorCodes,
    proof::{Given, ProofField},
    qr::Qr,
};
use crate::{
    client,
    ui::{Button, ButtonKind, CopyButton, Notice, Submit, TextField, Tone, focus_first_fault},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{SecondFactorConfirm, SecondFactorOn, SecondFactorSetUp, TotpDraft},
    vault::Secret,
};

/// How far somebody is.
#[derive(Clone)]
enum Step {
    Password,
    App(TotpDraft),
    Codes(Vec<Secret>),
}

/// The three steps.
#[component]
pub(super) fn FactorSetUp(
    /// All is done.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let step = RwSignal::new(Step::Password);
    move || match step.get() {
        Step::Password => view! { <AskPassword step /> }.into_any(),
        Step::App(draft) => view! { <ScanAndConfirm draft step /> }.into_any(),
        Step::Codes(codes) => view! { <FactorCodes codes on_stored=on_done /> }.into_any(),
    }
}

#[component]
fn AskPassword(step: RwSignal<Step>) -> impl IntoView {
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let given = Given::begin(tried);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if given.fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let request = SecondFactorSetUp { password: Secret::new(given.text.get_untracked()) };
        submit.run(
            async move { client::post_json::<_, TotpDraft>("/api/account/second-factor", &request).await },
            move |draft| step.set(Step::App(draft)),
        );
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <p>"You need an authenticator app on your phone, or a password manager that makes six-digit codes."</p>
            <ProofField given autofocus=true />
            <div class="button-row"><Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Next"</Button></div>
        </form>
    }
}

#[component]
fn ScanAndConfirm(draft: TotpDraft, step: RwSignal<Step>) -> impl IntoView {
    let (code, tried, submit) = (RwSignal::new(String::new()), RwSignal::new(false), Submit::new());
    let fault = Signal::derive(move || tried.get().then(|| checks::app_code(&code.get())).flatten());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let request = SecondFactorConfirm { code: Secret::new(code.get_untracked()) };
        submit.run(
            async move { client::post_json::<_, SecondFactorOn>("/api/account/second-factor/confirm", &request).await },
            move |on| step.set(Step::Codes(on.recovery_codes)),
        );
    };
    let secret = draft.secret.expose().to_owned();
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <p>"Scan this with the app, or type the key into it. Then type the code that the app shows."</p>
            <Qr text=draft.url.expose().to_owned() label="QR code for the authenticator app" />
            <output class="secret-once factor-key" aria-label="Key for the app">{checks::grouped(&secret)}</output>
            <div class="button-row"><CopyButton text=secret label="Copy key" /></div>
            <TextField
                label="Code"
                value=code
                error=fault
                hint="Six digits. Your other browsers are signed out when it is switched on."
                autocomplete="one-time-code"
                inputmode="numeric"
                mono=true
            />
            <div class="button-row"><Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Switch on"</Button></div>
        </form>
    }
}
