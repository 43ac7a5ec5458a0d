//! Asks for the one thing that is missing: a password, or the passphrase of a key. Sent once; stored only when the person
//! says so, and only after it has opened the host.

use super::{Opener, Wanted};
use crate::{
    accounts::SignIn,
    inventory::api::{host, update_host},
    ui::{
        Button, ButtonKind, Checkbox, Dialog, DialogActions, Icon, IconView, Notice, SecretField, TextField, ToastKind,
        Tone, focus_first_fault, toast,
    },
    vault::api::add_credential,
};
use leptos::{ev, prelude::*, task::spawn_local};
use wire::{
    NeededSecret, Patch,
    inventory::{HostPatch, HostView},
    vault::{CredentialDraft, Secret},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The secret that is missing.
    pub needs: NeededSecret,
    /// Why, in a sentence.
    pub why: String,
    /// Whether an answer was given before and turned down.
    pub refused: bool,
}

/// What a person types.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    username: RwSignal<String>,
    secret: RwSignal<String>,
    remember: RwSignal<bool>,
    missing_user: RwSignal<Option<String>>,
    missing_secret: RwSignal<Option<String>>,
    /// The host, once the server has told what it knows of it.
    known: RwSignal<Option<HostView>>,
}

impl Typed {
    pub(super) fn begin(wanted: &Wanted) -> Self {
        let known = RwSignal::new(None);
        let id = wanted.host.clone();
        spawn_local(async move {
            // Without an answer the dialog only knows less; the next open says what is wrong.
            if let Ok(host) = host(id).await {
                let _ = known.try_set(Some(host));
            }
        });
        Self {
            username: RwSignal::new(wanted.request.username.clone().unwrap_or_default()),
            secret: RwSignal::new(String::new()),
            remember: RwSignal::new(wanted.remember),
            missing_user: RwSignal::new(None),
            missing_secret: RwSignal::new(None),
            known,
        }
    }

    /// Whether it is to go into the vault.
    pub(super) fn remembers(self) -> bool {
        self.remember.get_untracked()
    }

    /// Whether nobody knows who signs in, so that it has to be asked.
    fn is_nameless(self) -> bool {
        let nobody = |host: &HostView| host.effective.username.is_none() && host.effective.credential_id.is_none();
        self.known.with(|known| known.as_ref().is_some_and(nobody))
    }

    /// A host that has a credential keeps it.
    fn has_no_credential(self) -> bool {
        self.known.with(|known| known.as_ref().is_some_and(|host| host.effective.credential_id.is_none()))
    }

    /// Puts the answers into the request, or says what is missing.
    fn put_into(self, wanted: &mut Wanted, needs: NeededSecret) -> bool {
        let (username, secret) = (self.username.get_untracked().trim().to_owned(), self.secret.get_untracked());
        let no_user = username.is_empty() && untrack(|| self.is_nameless());
        self.missing_user.set(no_user.then(|| "Enter the username.".into()));
        self.missing_secret.set(secret.is_empty().then(|| format!("Enter the {}.", noun(needs))));
        wanted.request.username = Some(username).filter(|name| !name.is_empty());
        let secret = Some(Secret::new(secret));
        match needs {
            NeededSecret::Password => (wanted.request.password, wanted.request.passphrase) = (secret, None),
            NeededSecret::Passphrase => (wanted.request.password, wanted.request.passphrase) = (None, secret),
        }
        wanted.remember = self.remember.get_untracked();
        !no_user && self.missing_secret.with_untracked(Option::is_none)
    }
}

const fn noun(needs: NeededSecret) -> &'static str {
    match needs {
        NeededSecret::Password => "password",
        NeededSecret::Passphrase => "passphrase",
    }
}

/// The dialog.
#[component]
pub(super) fn SecretDialog(opener: Opener, wanted: Wanted, question: Question) -> impl IntoView {
    let (typed, needs) = (Typed::begin(&wanted), question.needs);
    let title = format!("Sign in to {}", wanted.host_name);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let mut wanted = wanted.clone();
        if typed.put_into(&mut wanted, needs) {
            opener.try_open(wanted);
        } else {
            focus_first_fault();
        }
    };
    let why = match question.refused {
        true => view! { <Notice tone=Tone::Bad>{question.why}</Notice> }.into_any(),
        false => view! { <p class="muted">{question.why}</p> }.into_any(),
    };
    let secret = match needs {
        NeededSecret::Password => {
            view! { <SecretField label="Password" value=typed.secret error=typed.missing_secret autofocus=true /> }
        }
        NeededSecret::Passphrase => {
            view! { <SecretField label="Passphrase" value=typed.secret error=typed.missing_secret autofocus=true /> }
        }
    };
    view! {
        <Dialog title on_close=move |()| opener.give_up()>
            <form class="form" on:submit=send novalidate>
                {why}
                <Name typed />
                {secret}
                <SomebodyElse typed />
                <Remember typed needs />
                <DialogActions>
                    <Button on_click=move |()| opener.give_up()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>"Connect"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

/// The username, where nobody knows it.
#[component]
fn Name(typed: Typed) -> impl IntoView {
    let nameless = Memo::new(move |_| typed.is_nameless());
    move || {
        nameless.get().then(|| view! { <TextField label="Username" value=typed.username error=typed.missing_user /> })
    }
}

/// Another username than the usual one, behind a word.
#[component]
fn SomebodyElse(typed: Typed) -> impl IntoView {
    let named = Memo::new(move |_| !typed.is_nameless());
    let usual =
        Memo::new(move |_| typed.known.with(|known| known.as_ref().and_then(|host| host.effective.username.clone())));
    let opened = !typed.username.get_untracked().is_empty();
    move || {
        let placeholder = usual.get().unwrap_or_default();
        named.get().then(|| {
            view! {
                <details class="more" open=opened>
                    <summary><IconView icon=Icon::ChevronRight />"Sign in as somebody else"</summary>
                    <TextField label="Username" value=typed.username placeholder />
                </details>
            }
        })
    }
}

/// Offered where it can be kept: an open vault, and a host without a credential.
#[component]
pub(super) fn Remember(typed: Typed, needs: NeededSecret) -> impl IntoView {
    let sign_in = use_context::<SignIn>();
    let can = Memo::new(move |_| {
        needs == NeededSecret::Password
            && typed.has_no_credential()
            && sign_in.is_some_and(|sign_in| sign_in.vault_open())
    });
    move || {
        can.get().then(|| {
            view! {
                <Checkbox label="Remember in the vault" value=typed.remember
                    hint="Stored encrypted once it has worked; the host does not ask again." />
            }
        })
    }
}

/// Makes a credential of the password that has just opened the host, and gives it to the host.
pub(super) fn remember(wanted: &Wanted) {
    let (id, name, request) = (wanted.host.clone(), wanted.host_name.clone(), wanted.request.clone());
    spawn_local(async move {
        let kept = async {
            let known = host(id.clone()).await?;
            let username = request.username.or(known.username);
            let (name, password) = (name.clone(), request.password);
            let draft = CredentialDraft { name, username: username.clone(), password, ..CredentialDraft::default() };
            let credential = add_credential(draft).await?;
            let username = username.map_or(Patch::Keep, Patch::Set);
            let patch = HostPatch { credential_id: Patch::Set(credential.id), username, ..HostPatch::default() };
            update_host(id, patch).await
        };
        match kept.await {
            Ok(_) => toast(ToastKind::Success, format!("The password of {name} is in the vault")),
            Err(error) => toast(ToastKind::Error, format!("The password could not be remembered. {error}")),
        }
    });
}
