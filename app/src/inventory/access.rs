//! "Set up access": check the host's key, sign in once, optionally install a key, and see what the host is.

use super::{
    api::{bootstrap, scan_host_key},
    host_key::HostKeyQuestion,
};
use crate::{
    error::AppError,
    ui::{
        Button, ButtonKind, Checkbox, Dialog, DialogActions, Notice, SecretField, Select, Spinner, Submit, TextField,
        Tone, focus_first_fault,
    },
    vault::api::credentials,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use wire::{
    HostId,
    inventory::{BootstrapReport, BootstrapRequest, BootstrapState, HostKeyScan, HostKeyState, HostView},
    vault::Secret,
};

/// Where the person is.
#[derive(Clone)]
enum Step {
    Asking,
    Unreachable(String),
    Key(Box<HostKeyScan>),
    SignIn,
    Result(BootstrapReport),
}

impl Step {
    const fn number(&self) -> usize {
        match self {
            Self::Asking | Self::Unreachable(_) | Self::Key(_) => 0,
            Self::SignIn => 1,
            Self::Result(_) => 2,
        }
    }
}

/// The dialog.
#[component]
pub(super) fn SetUpAccess(
    host: HostView,
    /// The host is another one than it was.
    #[prop(into)]
    on_changed: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let step = RwSignal::new(Step::Asking);
    ask_for_key(host.id.clone(), step);
    let title = format!("Set up access to {}", host.name);
    view! {
        <Dialog title on_close wide=true>
            <Progress step />
            {move || match step.get() {
                Step::Asking => view! { <Spinner label="Asking the host for its key" /> }.into_any(),
                Step::Unreachable(text) => view! { <Unreachable text host=host.clone() step on_close /> }.into_any(),
                Step::Key(scan) => view! {
                    <HostKeyQuestion
                        host_id=host.id.clone()
                        scan=*scan
                        on_trusted=move |()| step.set(Step::SignIn)
                        on_cancel=on_close
                    />
                }
                .into_any(),
                Step::SignIn => view! { <SignInOnce host=host.clone() on_changed step on_close /> }.into_any(),
                Step::Result(report) => view! { <Report report step on_close /> }.into_any(),
            }}
        </Dialog>
    }
}

fn ask_for_key(id: HostId, step: RwSignal<Step>) {
    step.set(Step::Asking);
    spawn_local(async move {
        let next = match scan_host_key(id).await {
            Ok(scan) if scan.known == HostKeyState::Trusted => Step::SignIn,
            Ok(scan) => Step::Key(Box::new(scan)),
            Err(error) => Step::Unreachable(error.to_string()),
        };
        step.try_set(next);
    });
}

#[component]
fn Progress(step: RwSignal<Step>) -> impl IntoView {
    let here = move || step.with(Step::number);
    view! {
        <ol class="steps">
            {["Check the key", "Sign in once", "Result"].into_iter().enumerate().map(|(number, text)| view! {
                <li
                    class:done=move || number < here()
                    aria-current=move || (number == here()).then_some("step")
                >
                    {text}
                </li>
            }).collect_view()}
        </ol>
    }
}

#[component]
fn Unreachable(text: String, host: HostView, step: RwSignal<Step>, on_close: Callback<()>) -> impl IntoView {
    view! {
        <Notice tone=Tone::Bad>{text}</Notice>
        <DialogActions>
            <Button on_click=on_close>"Close"</Button>
            <Button kind=ButtonKind::Primary on_click=move |()| ask_for_key(host.id.clone(), step)>"Try again"</Button>
        </DialogActions>
    }
}

#[derive(Clone, Copy)]
struct Typed {
    username: RwSignal<String>,
    credential: RwSignal<String>,
    password: RwSignal<String>,
    install: RwSignal<bool>,
}

impl Typed {
    fn new(host: &HostView) -> Self {
        let credential = host.credential_id.as_ref().map(ToString::to_string).unwrap_or_default();
        Self {
            username: RwSignal::new(host.username.clone().unwrap_or_default()),
            install: RwSignal::new(credential.is_empty()),
            credential: RwSignal::new(credential),
            password: RwSignal::new(String::new()),
        }
    }

    fn request(self) -> BootstrapRequest {
        let credential_id = self.credential.get_untracked().parse().ok();
        let password = self.password.get_untracked();
        BootstrapRequest {
            username: self.username.get_untracked().trim().into(),
            password: (credential_id.is_none() && !password.is_empty()).then(|| Secret::new(password)),
            credential_id,
            install_key: self.install.get_untracked(),
        }
    }
}

#[component]
fn SignInOnce(host: HostView, on_changed: Callback<()>, step: RwSignal<Step>, on_close: Callback<()>) -> impl IntoView {
    let (typed, tried, submit) = (Typed::new(&host), RwSignal::new(false), Submit::new());
    let named = host.effective.credential_id.is_some();
    let username_fault = Signal::derive(move || {
        let missing = tried.get() && !named && typed.username.with(|name| name.trim().is_empty());
        missing.then(|| "Enter the username on the host.".to_owned())
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if username_fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let (id, request) = (host.id.clone(), typed.request());
        let work = async move { bootstrap(id, request).await };
        let done = move |report| {
            step.set(Step::Result(report));
            on_changed.run(());
        };
        submit.run_or(work, done, move |error| back_to_key(error, step));
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <TextField label="Username" value=typed.username error=username_fault mono=true autofocus=true />
            <CredentialChoice value=typed.credential />
            {move || typed.credential.with(String::is_empty).then(|| view! {
                <SecretField label="Password" value=typed.password hint="Used once, not stored." />
            })}
            <Checkbox
                label="Install a key that Berth makes"
                hint="Adds an Ed25519 key to ~/.ssh/authorized_keys and uses it from then on, so that no password is needed."
                value=typed.install
            />
            <DialogActions>
                <Button on_click=on_close>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Sign in and set up"</Button>
            </DialogActions>
        </form>
    }
}

/// A key that changed or was forgotten since the first step leads back there; anything else is shown.
fn back_to_key(error: AppError, step: RwSignal<Step>) -> Option<String> {
    let text = error.to_string();
    match error.into_fault().host_key {
        Some(scan) => {
            step.set(Step::Key(scan));
            None
        }
        None => Some(text),
    }
}

/// "A password, used once", or one of the stored credentials.
#[component]
fn CredentialChoice(value: RwSignal<String>) -> impl IntoView {
    let options = RwSignal::new(vec![(String::new(), "A password, used once".to_owned())]);
    spawn_local(async move {
        // Without the list a password still does.
        let stored = credentials().await.unwrap_or_default();
        options.try_update(|options| {
            options.extend(stored.into_iter().map(|credential| (credential.id.to_string(), credential.name)));
        });
    });
    view! { <Select label="Sign in with" value options /> }
}

#[component]
fn Report(report: BootstrapReport, step: RwSignal<Step>, on_close: Callback<()>) -> impl IntoView {
    let worked = report.status == BootstrapState::Success;
    view! {
        <Notice tone=if worked { Tone::Good } else { Tone::Bad }>{report.message}</Notice>
        {worked.then(|| view! {
            <dl class="facts">
                <dt>"Operating system"</dt>
                <dd>{report.os.unwrap_or_else(|| "not told".into())}</dd>
                <dt>"Host name"</dt>
                <dd class="mono">{report.hostname.unwrap_or_else(|| "not told".into())}</dd>
            </dl>
        })}
        <DialogActions>
            {(!worked).then(|| view! { <Button on_click=move |()| step.set(Step::SignIn)>"Try again"</Button> })}
            <Button kind=ButtonKind::Primary on_click=on_close>"Done"</Button>
        </DialogActions>
    }
}
