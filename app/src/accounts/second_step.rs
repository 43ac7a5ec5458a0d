//! The second step of a sign-in: a code of the app, or a recovery code.

use super::{
    checks,
    door::{DoorCard, SignIn},
    proof::{Given, ProofField},
};
use crate::{
    client,
    ui::{Button, ButtonKind, Notice, Submit, TextField, Tone, focus_first_fault},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{AuthStatus, SecondStep, VaultOpener},
    vault::Secret,
};

/// Asks for the code.
#[component]
pub(super) fn SecondStepPage(sign_in: SignIn) -> impl IntoView {
    let lost = RwSignal::new(false);
    let other = move || if lost.get() { "Use a code of the app" } else { "Use a recovery code" };
    view! {
        <DoorCard title="Enter your code">
            <p class="door-lead">"Signing in as " <strong>{move || sign_in.username()}</strong> "."</p>
            {move || view! { <CodeForm sign_in lost=lost.get() /> }}
            <div class="button-row">
                <Button on_click=move |()| lost.update(|lost| *lost = !*lost)>{other}</Button>
                <Button on_click=move |()| sign_in.sign_out()>"Cancel"</Button>
            </div>
            <p class="door-hint">
                "Phone and recovery codes lost? Whoever runs this server can take the second factor away with "
                <code>"berth account reset-second-factor"</code> "."
            </p>
        </DoorCard>
    }
}

#[component]
fn CodeForm(sign_in: SignIn, lost: bool) -> impl IntoView {
    let (code, tried, submit) = (RwSignal::new(String::new()), RwSignal::new(false), Submit::new());
    // The secret of the app's codes lies in the vault, which a sign-in by somebody else's word does not open.
    let has_opener = matches!(sign_in.vault_opener(), Some(VaultOpener::Password | VaultOpener::Passphrase));
    let asks = !lost && has_opener;
    let given = Given::begin(tried);
    let check = move |text: &str| if lost { checks::filled(text, "a recovery code") } else { checks::app_code(text) };
    let fault = Signal::derive(move || tried.get().then(|| check(&code.get())).flatten());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if fault.get_untracked().is_some() || (asks && given.fault.get_untracked().is_some()) {
            return focus_first_fault();
        }
        let password = asks.then(|| Secret::new(given.text.get_untracked()));
        let step = SecondStep { code: Secret::new(code.get_untracked()), password };
        submit.run(
            async move { client::post_json::<_, AuthStatus>("/api/auth/second-factor", &step).await },
            move |_| sign_in.refresh(),
        );
    };
    let field = if lost {
        view! { <TextField label="Recovery code" value=code error=fault hint="Each works once." mono=true autofocus=true /> }
            .into_any()
    } else {
        view! {
            <TextField
                label="Code"
                value=code
                error=fault
                hint="The six digits that your authenticator app shows now."
                autocomplete="one-time-code"
                inputmode="numeric"
                mono=true
                autofocus=!asks
            />
        }
        .into_any()
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            {asks.then(|| view! { <ProofField given autofocus=true /> })}
            {field}
            <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Sign in"</Button>
        </form>
    }
}
