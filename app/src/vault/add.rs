//! Adding a credential: a password, or a private key by paste or from a file.

use super::{
    api::{add_credential, generate_key},
    form::{CredentialFaults, CredentialForm},
};
use crate::ui::{
    Button, ButtonKind, Dialog, DialogActions, FieldError, Icon, IconView, Notice, SecretField, Submit, TextArea,
    TextField, ToastKind, Tone, copy_text, focus_first_fault, toast, toast_with,
};
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use wire::vault::{CredentialView, KeyDraft, Secret};

/// No private key is longer, in bytes.
const LARGEST_KEY: f64 = 64.0 * 1024.0;

#[derive(Clone, Copy)]
struct Typed {
    with_key: RwSignal<bool>,
    /// Whether Berth makes the key.
    make: RwSignal<bool>,
    name: RwSignal<String>,
    username: RwSignal<String>,
    password: RwSignal<String>,
    private_key: RwSignal<String>,
    passphrase: RwSignal<String>,
    certificate: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            with_key: RwSignal::new(false),
            make: RwSignal::new(false),
            name: empty(),
            username: empty(),
            password: empty(),
            private_key: empty(),
            passphrase: empty(),
            certificate: empty(),
        }
    }

    fn form(self) -> CredentialForm {
        CredentialForm {
            name: self.name.get(),
            username: self.username.get(),
            password: Secret::new(self.password.get()),
            private_key: Secret::new(self.private_key.get()),
            passphrase: Secret::new(self.passphrase.get()),
            certificate: self.certificate.get(),
        }
    }
}

/// The dialog.
#[component]
pub fn AddCredential(
    /// Gets the new credential.
    #[prop(into)]
    on_added: Callback<CredentialView>,
    /// Takes the dialog away.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (typed, tried, submit) = (Typed::new(), RwSignal::new(false), Submit::new());
    let faults = Memo::new(move |_| match typed.form().draft(typed.with_key.get()) {
        Err(faults) if tried.get() && typed.make.get() => CredentialFaults { name: faults.name, ..Default::default() },
        Err(faults) if tried.get() => faults,
        _ => CredentialFaults::default(),
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if typed.make.get_untracked() {
            return make_key(typed, submit, on_added);
        }
        let Ok(draft) = untrack(|| typed.form().draft(typed.with_key.get())) else { return focus_first_fault() };
        submit.run(async move { add_credential(draft).await }, move |credential| {
            toast(ToastKind::Success, "The credential is in the vault");
            on_added.run(credential);
        });
    };
    view! {
        <Dialog title="Add credential" on_close>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <KindChoice typed />
                <TextField
                    label="Name"
                    value=typed.name
                    error=Signal::derive(move || faults.with(|faults| faults.name.clone()))
                    placeholder="deploy key"
                    autofocus=true
                />
                <TextField
                    label="Username"
                    value=typed.username
                    hint="Used for hosts that name none."
                    optional=true
                    mono=true
                />
                {move || if typed.make.get() {
                    view! {
                        <p class="field-hint">"Berth makes an Ed25519 key. Its public half can be copied from the list of credentials, to be put on hosts by hand."</p>
                    }.into_any()
                } else if typed.with_key.get() {
                    view! { <KeyFields typed faults /> }.into_any()
                } else {
                    let error = Signal::derive(move || faults.with(|faults| faults.password.clone()));
                    view! { <SecretField label="Password" value=typed.password error /> }.into_any()
                }}
                <DialogActions>
                    <Button on_click=on_close>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// Asks for a new key under the typed name.
fn make_key(typed: Typed, submit: Submit, on_added: Callback<CredentialView>) {
    let (name, username) = (typed.name.get_untracked(), typed.username.get_untracked());
    if name.trim().is_empty() {
        return focus_first_fault();
    }
    let username = Some(username.trim().to_owned()).filter(|name| !name.is_empty());
    let draft = KeyDraft { name: name.trim().into(), username };
    submit.run(async move { generate_key(draft).await }, move |credential| {
        let public_key = credential.public_key.clone().unwrap_or_default();
        toast_with(ToastKind::Success, "The new key is in the vault", "Copy public key", move || {
            copy_text(&public_key)
        });
        on_added.run(credential);
    });
}

#[component]
fn KindChoice(typed: Typed) -> impl IntoView {
    let Typed { with_key, make, .. } = typed;
    let choice = move |(key, new): (bool, bool), icon: Icon, text: &'static str| {
        let chosen = move || (with_key.get(), make.get()) == (key, new);
        let choose = move |_| {
            with_key.set(key);
            make.set(new);
        };
        view! {
            <label class="choice">
                <input type="radio" name="kind" checked=chosen on:change=choose />
                <IconView icon />
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <div class="choices" role="radiogroup" aria-label="Kind">
            {choice((false, false), Icon::Lock, "Password")}
            {choice((true, false), Icon::Key, "Private key")}
            {choice((true, true), Icon::Plus, "New key")}
        </div>
    }
}

#[component]
fn KeyFields(typed: Typed, faults: Memo<CredentialFaults>) -> impl IntoView {
    let unread = RwSignal::new(None::<String>);
    let error: FieldError =
        Signal::derive(move || unread.get().or_else(|| faults.with(|faults| faults.private_key.clone())));
    view! {
        <TextArea
            label="Private key"
            value=typed.private_key
            error
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            hint="In OpenSSH or PEM form, such as ~/.ssh/id_ed25519."
            rows=6
            mono=true
        />
        <KeyFile into=typed.private_key unread />
        <SecretField
            label="Passphrase"
            value=typed.passphrase
            hint="Leave it empty to be asked each time."
            optional=true
        />
        <TextArea
            label="Certificate"
            value=typed.certificate
            error=Signal::derive(move || faults.with(|faults| faults.certificate.clone()))
            hint="The file that ends in -cert.pub, when your key is signed by an authority."
            rows=2
            optional=true
            mono=true
        />
    }
}

/// A button that reads the key from a file. The file goes into the form, not to the server.
#[component]
fn KeyFile(into: RwSignal<String>, unread: RwSignal<Option<String>>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let choose = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        let Some(file) = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0)) else {
            return;
        };
        if file.size() > LARGEST_KEY {
            return unread.set(Some("This file is too large for a private key.".into()));
        }
        let reading = file.text();
        spawn_local(async move {
            match JsFuture::from(reading).await.ok().and_then(|text| text.as_string()) {
                Some(text) => {
                    unread.set(None);
                    into.set(text);
                }
                None => unread.set(Some("The browser could not read this file. Paste the key instead.".into())),
            }
        });
    };
    view! {
        <div class="button-row">
            <Button icon=Icon::Upload on_click=choose>"Choose a file"</Button>
            <input node_ref=input type="file" class="sr-only" tabindex="-1" aria-label="Private key file" on:change=chosen />
        </div>
    }
}
