//! "Sign in as": what one signs in with on a host of another account.

use super::api::set_own_login;
use crate::{
    events::Refresh,
    inventory::acts::Acts,
    ui::{Button, ButtonKind, Dialog, DialogActions, Notice, Select, Submit, TextField, ToastKind, Tone, toast},
    vault::api::credentials,
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{events::Topic, grants::OwnLoginDraft, inventory::HostView, vault::CredentialView};

/// The dialog.
#[component]
pub(in crate::inventory) fn OwnLogin(host: HostView) -> impl IntoView {
    let (acts, submit) = (expect_context::<Acts>(), Submit::new());
    let owner = host.shared.as_ref().map(|shared| shared.owner.clone()).unwrap_or_default();
    let username = RwSignal::new(String::new());
    let credential = RwSignal::new(host.credential_id.as_ref().map(ToString::to_string).unwrap_or_default());
    let stored = RwSignal::new(Vec::<CredentialView>::new());
    Refresh::new().keep(&[Topic::Credentials], move || async move {
        if let Ok(list) = credentials().await {
            let _ = stored.try_set(list);
        }
    });
    let lent = host.shared.as_ref().is_some_and(|shared| shared.credential.is_some());
    let none = if lent { format!("The one that {owner} shares") } else { "Ask every time".to_owned() };
    let options = Signal::derive(move || {
        let list = stored.get().into_iter().map(|credential| (credential.id.to_string(), credential.name));
        std::iter::once((String::new(), none.clone())).chain(list).collect::<Vec<_>>()
    });
    let hint = lent.then(|| {
        format!(
            "You can use {owner}'s credential as {owner}'s user there; nobody sees it. Another username takes your own."
        )
    });
    let (id, name) = (host.id.clone(), host.name.clone());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let text = username.get_untracked().trim().to_owned();
        let login = OwnLoginDraft {
            username: Some(text).filter(|text| !text.is_empty()),
            credential_id: credential.get_untracked().parse().ok(),
        };
        let name = name.clone();
        submit.run(set_own_login(id.clone(), login), move |_| {
            acts.done();
            acts.inventory.refresh();
            toast(ToastKind::Success, format!("Kept for {name}"));
        });
    };
    let known = host.effective.username.clone().unwrap_or_default();
    view! {
        <Dialog title=format!("Sign in on {}", host.name) on_close=move |()| acts.done()>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <p>{format!("This host is {owner}'s. What you choose here is yours alone; {owner} does not see it.")}</p>
                {hint.map(|text| view! { <p>{text}</p> })}
                <TextField label="Username" value=username optional=true mono=true placeholder=known autofocus=true />
                <Select label="Credential" value=credential options />
                <DialogActions>
                    <Button on_click=move |()| acts.done()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
