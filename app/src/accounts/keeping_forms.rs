//! A new account, and another role for one.

use super::{
    checks,
    door::SignIn,
    keeping::{ADDRESS, Keeping},
};
use crate::{
    client,
    ui::{
        Button, ButtonKind, CopyButton, Dialog, DialogActions, Notice, SecretField, Select, Submit, TextField,
        ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{AccountAdded, AccountDraft, AccountPatch, AccountStanding, Role},
    vault::Secret,
};

/// Each role with what it means.
const ROLES: [(Role, &str); 3] = [
    (Role::Member, "member: own and shared hosts"),
    (Role::Admin, "admin: everything, for everybody"),
    (Role::Viewer, "viewer: watches, opens nothing"),
];

fn options() -> Vec<(String, String)> {
    ROLES.iter().map(|(role, text)| (role.as_str().to_owned(), (*text).to_owned())).collect()
}

fn role_of(text: &str) -> Role {
    ROLES.iter().find(|(role, _)| role.as_str() == text).map_or(Role::Member, |(role, _)| *role)
}

/// The form, then the recovery code.
#[component]
pub(super) fn NewAccount(keeping: Keeping) -> impl IntoView {
    let made = RwSignal::new(None::<AccountAdded>);
    let close = move |()| keeping.close();
    move || match made.get() {
        None => view! { <Dialog title="Add account" on_close=close><AddForm made keeping /></Dialog> },
        Some(added) => view! {
            <Dialog title="Hand these over" on_close=close><HandOver added keeping /></Dialog>
        },
    }
}

#[component]
fn AddForm(made: RwSignal<Option<AccountAdded>>, keeping: Keeping) -> impl IntoView {
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (role, tried, submit) = (RwSignal::new(Role::Member.as_str().to_owned()), RwSignal::new(false), Submit::new());
    let shown = move |fault: Option<String>| tried.get().then_some(fault).flatten();
    let name_fault = Signal::derive(move || shown(checks::username(name.get().trim())));
    let password_fault = Signal::derive(move || shown(checks::new_password(&password.get())));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if [name_fault, password_fault].iter().any(|fault| fault.get_untracked().is_some()) {
            return focus_first_fault();
        }
        let draft = AccountDraft {
            name: name.get_untracked().trim().into(),
            role: role_of(&role.get_untracked()),
            password: Secret::new(password.get_untracked()),
        };
        submit.run(async move { client::post_json::<_, AccountAdded>(ADDRESS, &draft).await }, move |added| {
            keeping.refresh.now();
            made.set(Some(added));
        });
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <TextField label="Name" value=name error=name_fault autocomplete="off" autofocus=true />
            <Select label="Role" value=role options=options() />
            <SecretField
                label="Password"
                value=password
                error=password_fault
                hint="At least 10 characters. Its owner should change it after the first sign-in."
                autocomplete="new-password"
            />
            <DialogActions>
                <Button on_click=move |()| keeping.close()>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Add account"</Button>
            </DialogActions>
        </form>
    }
}

/// What its owner needs, shown one time.
#[component]
fn HandOver(added: AccountAdded, keeping: Keeping) -> impl IntoView {
    let text = added.recovery_code.expose().to_owned();
    view! {
        <p>
            <strong>{added.standing.account.name}</strong>
            " can sign in with the password that you gave. This recovery code opens its stored secrets when the password is lost; \
            it is for its owner, and shown this one time."
        </p>
        <output class="secret-once" aria-label="Recovery code">{text.clone()}</output>
        <DialogActions>
            <CopyButton text />
            <Button kind=ButtonKind::Primary on_click=move |()| keeping.close()>"Done"</Button>
        </DialogActions>
    }
}

/// Another role.
#[component]
pub(super) fn ChangeRole(account: AccountStanding, keeping: Keeping) -> impl IntoView {
    let (role, submit) = (RwSignal::new(account.account.role.as_str().to_owned()), Submit::new());
    let me = expect_context::<SignIn>();
    let (name, path) = (account.account.name.clone(), format!("{ADDRESS}/{}", account.account.id));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let patch = AccountPatch { role: Some(role_of(&role.get_untracked())), disabled: None };
        let (name, path) = (name.clone(), path.clone());
        let done = async move { client::patch_json::<_, AccountStanding>(&path, &patch).await };
        submit.run(done, move |account: AccountStanding| {
            keeping.close();
            toast(ToastKind::Success, format!("{name} is {} now", with_article(account.account.role)));
            keeping.refresh.now();
            // It may be one's own.
            me.refresh();
        });
    };
    view! {
        <Dialog title=format!("The role of {}", account.account.name) on_close=move |()| keeping.close()>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <Select
                    label="Role"
                    value=role
                    options=options()
                    hint="What the new role may not do ends at once; a viewer’s sessions are closed."
                />
                <DialogActions>
                    <Button on_click=move |()| keeping.close()>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Change role"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

const fn with_article(role: Role) -> &'static str {
    match role {
        Role::Admin => "an admin",
        Role::Member => "a member",
        Role::Viewer => "a viewer",
    }
}
