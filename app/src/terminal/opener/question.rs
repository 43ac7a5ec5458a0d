//! Asks what the host asks at sign-in. The answers are sent once and stored nowhere; a password among them may go into the
//! vault, when the person says so.

use super::{
    Opener, Wanted,
    secret::{Remember, Typed},
};
use crate::{
    inventory::{Answering, QuestionFields},
    ui::{Button, ButtonKind, Dialog, DialogActions},
};
use leptos::{ev, prelude::*};
use wire::{NeededSecret, inventory::HostQuestion};

/// The dialog.
#[component]
pub(super) fn QuestionDialog(opener: Opener, wanted: Wanted, question: HostQuestion) -> impl IntoView {
    let (title, host) = (format!("Sign in to {}", wanted.host_name), wanted.host_name.clone());
    let (answering, typed) = (Answering::new(question), Typed::begin(&wanted));
    let can_remember = answering.password().is_some();
    let stored = if can_remember { "not stored unless you say so" } else { "not stored" };
    let send = {
        let answering = answering.clone();
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            let mut wanted = wanted.clone();
            wanted.request.answers = Some(answering.answers());
            if let Some(password) = answering.password() {
                (wanted.request.password, wanted.remember) = (Some(password), typed.remembers());
            }
            opener.try_open(wanted);
        }
    };
    view! {
        <Dialog title on_close=move |()| opener.give_up()>
            <form class="form" on:submit=send novalidate>
                <p class="muted">{format!("{host} asks this before it lets you in. What you type goes to it and is {stored}.")}</p>
                <QuestionFields answering host />
                {can_remember.then(|| view! { <Remember typed needs=NeededSecret::Password /> })}
                <DialogActions>
                    <Button on_click=move |()| opener.give_up()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>"Continue"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
