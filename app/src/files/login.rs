//! The secret of a host that asks for it every time.

use super::{api, browser::Browser};
use crate::ui::{Button, ButtonKind, Notice, SecretField, Submit, Tone, focus_first_fault};
use leptos::{ev, prelude::*};
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
