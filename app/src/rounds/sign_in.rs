//! What many hosts are signed in to with, and which key they get.

use super::{acts::Go, api, page::Watched, words};
use crate::{
    inventory::words::hosts as in_words,
    ui::{Button, ButtonKind, Checkbox, Notice, SecretField, Select, Submit, TextField, Tone, focus_first_fault},
    vault::api::credentials,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use wire::{
    inventory::{KeyChoice, RoundNext, RoundSignIn, RoundWork, RoundWorkKind},
    vault::{CredentialKind, CredentialView, Secret},
};

/// Each host's own credential.
const OWN: &str = "own";

#[derive(Clone, Copy)]
struct Typed {
    with: RwSignal<String>,
    username: RwSignal<String>,
    password: RwSignal<String>,
    key: RwSignal<String>,
    stored: RwSignal<String>,
    insist: RwSignal<bool>,
}

impl Typed {
    fn new() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            with: text(""),
            username: text(""),
            password: text(""),
            key: text("one"),
            stored: text(""),
            insist: RwSignal::new(false),
        }
    }

    fn by_password(self) -> bool {
        self.with.with(String::is_empty)
    }

    fn work(self) -> RoundWork {
        let (with, username) = (self.with.get_untracked(), self.username.get_untracked().trim().to_owned());
        let by_password = with.is_empty();
        let sign_in = RoundSignIn {
            username: Some(username).filter(|username| !username.is_empty()),
            password: by_password.then(|| Secret::new(self.password.get_untracked())),
            credential_id: with.parse().ok().filter(|_| with != OWN && !by_password),
            insist: self.insist.get_untracked(),
        };
        let stored = self.stored.get_untracked().parse().ok();
        let key = match (self.key.get_untracked().as_str(), stored) {
            ("one", _) => KeyChoice::OneForAll { name: None },
            ("each", _) => KeyChoice::EachItsOwn,
            ("stored", Some(credential_id)) => KeyChoice::Stored { credential_id },
            _ => KeyChoice::None,
        };
        RoundWork::Bootstrap { sign_in, key }
    }
}

/// The form.
#[component]
pub(super) fn SignInForAll(
    watched: Watched,
    go: Go,
    work: RoundWorkKind,
    /// How many hosts it is for.
    hosts: u32,
    /// Whether the last password was turned down too often.
    stopped: bool,
) -> impl IntoView {
    let (typed, tried, submit) = (Typed::new(), RwSignal::new(false), Submit::new());
    let known = RwSignal::new(Vec::<CredentialView>::new());
    spawn_local(async move {
        // Without the list a password still does.
        drop(known.try_set(credentials().await.unwrap_or_default()));
    });
    let missing = |value: RwSignal<String>| value.with(|text| text.trim().is_empty());
    let username_fault = Signal::derive(move || {
        (tried.get() && typed.by_password() && missing(typed.username))
            .then(|| "Enter the username on the hosts.".to_owned())
    });
    let password_fault = Signal::derive(move || {
        (tried.get() && typed.by_password() && typed.password.with(String::is_empty))
            .then(|| "Enter the password.".to_owned())
    });
    let stored_fault = Signal::derive(move || {
        (tried.get() && typed.key.with(|key| key == "stored") && missing(typed.stored))
            .then(|| "Choose a key.".to_owned())
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if [username_fault, password_fault, stored_fault].iter().any(|fault| fault.get_untracked().is_some()) {
            return focus_first_fault();
        }
        let next = RoundNext { outcomes: words::taken_up(work), work: typed.work() };
        let id = watched.id.get_value();
        submit.run(async move { api::next(id, next).await }, move |round| go.to(round.id));
    };
    let ways = move || {
        let mut ways = vec![
            (String::new(), "A password, used once".to_owned()),
            (OWN.into(), "Each host's own credential".into()),
        ];
        ways.extend(known.get().into_iter().map(|credential| (credential.id.to_string(), credential.name)));
        ways
    };
    let stored = move || {
        let mut keys = vec![(String::new(), "Choose a key".to_owned())];
        let known = known
            .get()
            .into_iter()
            .filter(|credential| credential.kind != CredentialKind::Password && credential.public_key.is_some());
        keys.extend(known.map(|credential| (credential.id.to_string(), credential.name)));
        keys
    };
    let keys: Vec<_> = [
        ("one", "Install one new key on all of them"),
        ("each", "Install a new key on each of them"),
        ("stored", "Install a key of the vault"),
        ("none", "Install no key"),
    ]
    .map(|(key, text)| (key.to_owned(), text.to_owned()))
    .into();
    view! {
        <form class="form round-next" aria-label="Sign in" on:submit=send novalidate>
            <h2>{format!("Sign in to {}", in_words(u64::from(hosts)))}</h2>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <div class="round-fields">
                <Select label="Sign in with" value=typed.with options=Signal::derive(ways) />
                {move || if typed.by_password() {
                    view! {
                        <TextField label="Username" value=typed.username error=username_fault mono=true />
                        <SecretField label="Password" value=typed.password error=password_fault
                            hint="Used for this once, not stored. Tried on a few hosts first, and no further when three in a row turn it down." />
                    }.into_any()
                } else {
                    view! {
                        <TextField label="Username" value=typed.username mono=true optional=true hint="Empty: the credential's, else each host's own." />
                    }.into_any()
                }}
                <Select label="Key" value=typed.key options=keys
                    hint="A key that Berth makes is an Ed25519 key. It is added to ~/.ssh/authorized_keys, tried, and used from then on." />
                {move || typed.key.with(|key| key == "stored").then(|| view! {
                    <Select label="Which key" value=typed.stored options=Signal::derive(stored) error=stored_fault />
                })}
            </div>
            {stopped.then(|| view! {
                <Checkbox label="Go on however many hosts turn it down" value=typed.insist
                    hint="Too many wrong passwords may lock the account on the hosts, or everywhere at once." />
            })}
            <div class="round-acts">
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>
                    {format!("Set up access to {}", in_words(u64::from(hosts)))}
                </Button>
            </div>
        </form>
    }
}
