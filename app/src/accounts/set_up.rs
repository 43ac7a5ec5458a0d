//! The first visit to an empty server: the set-up code makes the first account, and the recovery code is shown once.

use super::{
    checks,
    door::{DoorCard, SignIn},
    recovery_code::RecoveryCode,
};
use crate::{
    client,
    ui::{Button, ButtonKind, Notice, SecretField, Submit, TextField, Tone, focus_first_fault},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{SetupDone, SetupRequest},
    vault::Secret,
};

/// The form, then the recovery code.
#[component]
pub(super) fn SetUpPage(sign_in: SignIn) -> impl IntoView {
    let done = RwSignal::new(None::<Secret>);
    move || match done.get() {
        None => view! { <SetUpForm done /> }.into_any(),
        Some(code) => view! {
            <DoorCard title="Keep your recovery code">
                <RecoveryCode code on_stored=move |()| sign_in.refresh() />
            </DoorCard>
        }
        .into_any(),
    }
}

#[derive(Clone, Copy)]
struct Typed {
    code: RwSignal<String>,
    name: RwSignal<String>,
    password: RwSignal<String>,
    again: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { code: empty(), name: empty(), password: empty(), again: empty() }
    }

    fn request(self) -> SetupRequest {
        SetupRequest {
            code: Secret::new(self.code.get_untracked().trim()),
            username: self.name.get_untracked().trim().into(),
            password: Secret::new(self.password.get_untracked()),
        }
    }
}

#[component]
fn SetUpForm(done: RwSignal<Option<Secret>>) -> impl IntoView {
    let (typed, tried, submit) = (Typed::new(), RwSignal::new(false), Submit::new());
    let shown = move |fault: Option<String>| tried.get().then_some(fault).flatten();
    let code_fault =
        Signal::derive(move || shown(checks::filled(&typed.code.get(), "the code from the server's console")));
    let name_fault = Signal::derive(move || shown(checks::username(typed.name.get().trim())));
    let password_fault = Signal::derive(move || shown(checks::new_password(&typed.password.get())));
    let again_fault = Signal::derive(move || {
        shown(typed.password.with(|first| typed.again.with(|again| checks::confirmation(first, again))))
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if [code_fault, name_fault, password_fault, again_fault].iter().any(|fault| fault.get_untracked().is_some()) {
            return focus_first_fault();
        }
        let request = typed.request();
        submit
            .run(async move { client::post_json::<_, SetupDone>("/api/auth/setup", &request).await }, move |answer| {
                done.set(Some(answer.recovery_code))
            });
    };
    view! {
        <DoorCard title="Welcome to Berth">
            <p class="door-lead">"This server has no account yet. Make the first one; it will be the admin."</p>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField
                    label="Set-up code"
                    value=typed.code
                    error=code_fault
                    hint="The server printed it on its console when it started."
                    mono=true
                    autofocus=true
                />
                <TextField label="Name" value=typed.name error=name_fault autocomplete="username" />
                <SecretField
                    label="Password"
                    value=typed.password
                    error=password_fault
                    hint="At least 10 characters. It also locks your stored secrets."
                    autocomplete="new-password"
                />
                <SecretField label="Repeat password" value=typed.again error=again_fault autocomplete="new-password" />
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Create account"</Button>
            </form>
        </DoorCard>
    }
}
