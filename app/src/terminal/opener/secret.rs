//! Asks for what the vault does not hold: a username, a password, a passphrase. Sent once, stored nowhere.

use super::{Opener, Wanted};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, SecretField, TextField};
use leptos::{ev, prelude::*};
use wire::vault::Secret;

/// The dialog.
#[component]
pub(super) fn SecretDialog(opener: Opener, wanted: Wanted, why: String) -> impl IntoView {
    let username = RwSignal::new(wanted.request.username.clone().unwrap_or_default());
    let (password, passphrase) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let title = format!("Sign in to {}", wanted.host_name);
    let filled = |text: RwSignal<String>| Some(text.get_untracked()).filter(|text| !text.is_empty());
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let mut wanted = wanted.clone();
        wanted.request.username = filled(username).map(|name| name.trim().to_owned());
        wanted.request.password = filled(password).map(Secret::new);
        wanted.request.passphrase = filled(passphrase).map(Secret::new);
        opener.try_open(wanted);
    };
    view! {
        <Dialog title on_close=move |()| opener.give_up()>
            <form class="form" on:submit=send novalidate>
                <p>{why}</p>
                <TextField label="Username" value=username optional=true hint="The host's own username when left empty." />
                <SecretField label="Password" value=password optional=true autofocus=true />
                <SecretField label="Passphrase" value=passphrase optional=true hint="Opens an encrypted private key." />
                <DialogActions>
                    <Button on_click=move |()| opener.give_up()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>"Connect"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
