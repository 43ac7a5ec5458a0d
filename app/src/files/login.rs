//! The secret of a host that asks for it every time, and what else a host asks at sign-in.

use super::{api, browser::Browser};
use crate::{
    inventory::{Answering, QuestionFields},
    ui::{Button, ButtonKind, Notice, SecretField, Submit, Tone, focus_first_fault},
};
use leptos::{ev, prelude::*, task::spawn_local};
use wire::{NeededSecret, files::FilesLogin, vault::Secret};

/// Asks for it. It is sent once and stored nowhere.
#[component]
pub(super) fn Login(
    /// What is shown when the host let somebody in.
    browser: Browser,
    /// What is missing.
    needs: NeededSecret,
    /// Why, in a sentence.
    why: String,
) -> impl IntoView {
    let (secret, missing, submit) = (RwSignal::new(String::new()), RwSignal::new(None), Submit::new());
    let noun = match needs {
        NeededSecret::Password => "password",
        NeededSecret::Passphrase => "passphrase",
    };
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = secret.get_untracked();
        missing.set(typed.is_empty().then(|| format!("Enter the {noun}.")));
        if typed.is_empty() {
            return focus_first_fault();
        }
        let typed = Some(Secret::new(typed));
        let login = match needs {
            NeededSecret::Password => FilesLogin { password: typed, ..FilesLogin::default() },
            NeededSecret::Passphrase => FilesLogin { passphrase: typed, ..FilesLogin::default() },
        };
        let host = browser.host();
        submit.run(async move { api::open(&host, &login).await }, move |()| {
            browser.error.set(None);
            browser.read();
        });
    };
    let field = match needs {
        NeededSecret::Password => view! { <SecretField label="Password" value=secret error=missing autofocus=true /> },
        NeededSecret::Passphrase => {
            view! { <SecretField label="Passphrase" value=secret error=missing autofocus=true /> }
        }
    };
    view! {
        <form class="form files-login" on:submit=send novalidate>
            <p class="muted">{why}</p>
            {move || submit.error.get().map(|error| view! { <Notice tone=Tone::Bad>{error}</Notice> })}
            {field}
            <div class="button-row">
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Show the files"</Button>
            </div>
        </form>
    }
}

/// Signs in to a host that asks itself, one question after the other.
#[component]
pub(super) fn Questions(
    /// What is shown when the host let somebody in.
    browser: Browser,
) -> impl IntoView {
    let (asked, error, busy) = (RwSignal::new(None::<Answering>), RwSignal::new(None::<String>), RwSignal::new(false));
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let answers = asked.with_untracked(|asked| asked.as_ref().map(Answering::answers));
        let (host, login) = (browser.host(), FilesLogin { answers, ..FilesLogin::default() });
        busy.set(true);
        spawn_local(async move {
            let answer = api::open(&host, &login).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    browser.error.set(None);
                    browser.read();
                }
                Err(refused) => {
                    let question = refused.fault().question.as_deref().cloned();
                    error.set(question.is_none().then(|| refused.to_string()));
                    asked.set(question.map(Answering::new));
                }
            }
        });
    };
    view! {
        <form class="form files-login" on:submit=send novalidate>
            <p class="muted">"This host asks something each time somebody signs in. What you type goes to it and is not stored."</p>
            {move || error.get().map(|error| view! { <Notice tone=Tone::Bad>{error}</Notice> })}
            {move || asked.get().map(|answering| view! { <QuestionFields answering host=browser.host_name.get() /> })}
            <div class="button-row">
                <Button kind=ButtonKind::Primary submit=true busy>
                    {move || if asked.with(Option::is_some) { "Continue" } else { "Sign in" }}
                </Button>
            </div>
        </form>
    }
}
