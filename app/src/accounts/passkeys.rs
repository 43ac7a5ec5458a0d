//! The account's passkeys: which there are, adding one, calling one something else, removing one.

use super::{
    checks,
    door::SignIn,
    page::Section,
    passkey_ways::{ADDRESS, add, open_with_one},
    proof::{Given, ProofField},
};
use crate::{
    client,
    error::AppError,
    events::Refresh,
    ui::{
        Badge, Button, ButtonKind, Dialog, DialogActions, Icon, Menu, MenuItem, Notice, RelativeTime, Skeleton, Submit,
        TextField, ToastKind, Tone, focus_first_fault, toast,
    },
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    accounts::{AuthStatus, PasskeyPatch, PasskeyRemoval, PasskeyView, VaultOpener},
    events::Topic,
    vault::Secret,
};

/// What the page knows of them: nothing yet, the list, or why not.
type Listed = RwSignal<Option<Result<Vec<PasskeyView>, String>>>;

/// What is being done in a dialog.
#[derive(Debug, Clone, PartialEq)]
enum Doing {
    Adding,
    Renaming(PasskeyView),
    Removing(PasskeyView),
}

async fn read(listed: Listed) {
    let answer = client::get_json(ADDRESS).await.map_err(|error: AppError| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The list, and the way to add one. Nothing where passkeys are switched off and there is none.
#[component]
pub(super) fn Passkeys(sign_in: SignIn) -> impl IntoView {
    let (listed, doing) = (Listed::new(None), RwSignal::new(None::<Doing>));
    let refresh = Refresh::new();
    refresh.keep(&[Topic::SignIns], move || read(listed));
    let done = Callback::new(move |()| {
        doing.set(None);
        refresh.now();
    });
    let has_any = move || listed.with(|known| matches!(known, Some(Ok(list)) if !list.is_empty()));
    // What is typed in a dialog stays while the list changes behind it.
    let shown = Memo::new(move |_| has_any() || sign_in.passkey_origin().is_some());
    let about = "Sign in with a finger, a face or a PIN: no name, no password, no code.";
    move || {
        shown.get().then(|| {
            view! {
                <Section title="Passkeys" about>
                    {move || match listed.get() {
                        None => view! { <Skeleton rows=1 label="Loading the passkeys" /> }.into_any(),
                        Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                        Some(Ok(list)) if list.is_empty() => view! { <p class="muted">"There is none yet."</p> }.into_any(),
                        Some(Ok(list)) => view! { <List list sign_in doing refresh /> }.into_any(),
                    }}
                    <Ways sign_in doing />
                </Section>
                {move || doing.get().map(|what| match what {
                    Doing::Adding => view! { <Add sign_in done /> }.into_any(),
                    Doing::Renaming(passkey) => view! { <Rename passkey done /> }.into_any(),
                    Doing::Removing(passkey) => view! { <Remove passkey sign_in done /> }.into_any(),
                })}
            }
        })
    }
}

/// Adding one, or why that is not possible here.
#[component]
fn Ways(sign_in: SignIn, doing: RwSignal<Option<Doing>>) -> impl IntoView {
    if sign_in.has_passkeys() {
        return view! {
            <div class="button-row">
                <Button icon=Icon::Fingerprint on_click=move |()| doing.set(Some(Doing::Adding))>"Add a passkey"</Button>
            </div>
        }
        .into_any();
    }
    let text = sign_in.passkey_origin().map_or_else(
        || "Passkeys are switched off on this server; these sign nobody in now.".to_owned(),
        |origin| format!("To add one, open Berth at {origin} in a browser that has passkeys."),
    );
    view! { <p class="muted">{text}</p> }.into_any()
}

#[component]
fn List(list: Vec<PasskeyView>, sign_in: SignIn, doing: RwSignal<Option<Doing>>, refresh: Refresh) -> impl IntoView {
    let let_in = Submit::new();
    let let_open = move |()| {
        let_in.run(open_with_one(), move |_| {
            toast(ToastKind::Success, "The passkey opens the vault now");
            refresh.now();
        });
    };
    let row = move |passkey: PasskeyView| {
        let (label, mine) = (format!("Actions for {}", passkey.name), passkey.clone());
        let items = Callback::new(move |()| items(&mine, sign_in, doing, Callback::new(let_open)));
        view! {
            <li class="row">
                <div class="row-main">
                    <span class="row-title">
                        {passkey.name}
                        {passkey.opens_vault.then(|| view! { " " <Badge tone=Tone::Good>"opens the vault"</Badge> })}
                    </span>
                    <span class="row-meta">
                        "added " <RelativeTime millis=passkey.created_at.millis() />
                        {match passkey.last_used_at {
                            Some(at) => view! { ", used " <RelativeTime millis=at.millis() /> }.into_any(),
                            None => ", never used".into_any(),
                        }}
                    </span>
                </div>
                <Menu label items />
            </li>
        }
    };
    view! {
        {move || let_in.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        <ul class="rows" aria-label="Passkeys">{list.into_iter().map(row).collect_view()}</ul>
    }
}

fn items(
    passkey: &PasskeyView,
    sign_in: SignIn,
    doing: RwSignal<Option<Doing>>,
    let_open: Callback<()>,
) -> Vec<MenuItem> {
    let act = move |what: Doing| move || doing.set(Some(what.clone()));
    let mut items = vec![MenuItem::new("Rename", Icon::Pencil, act(Doing::Renaming(passkey.clone())))];
    if !passkey.opens_vault && sign_in.has_passkeys() && sign_in.vault_open() {
        items.push(MenuItem::new("Let it open the vault", Icon::Lock, move || let_open.run(())));
    }
    items.push(MenuItem::new("Remove", Icon::Trash, act(Doing::Removing(passkey.clone()))).danger());
    items
}

/// Whether the account has something to prove itself with; else the server looks at when it signed in.
fn can_prove(sign_in: SignIn) -> bool {
    !matches!(sign_in.vault_opener(), Some(VaultOpener::Passkey | VaultOpener::NewPassphrase))
}

#[component]
fn Add(sign_in: SignIn, done: Callback<()>) -> impl IntoView {
    let (name, tried, submit) = (RwSignal::new("Passkey".to_owned()), RwSignal::new(false), Submit::new());
    let (given, proves) = (Given::begin(tried), can_prove(sign_in));
    let fault = Signal::derive(move || tried.get().then(|| checks::passkey_name(&name.get())).flatten());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if fault.get_untracked().is_some() || (proves && given.fault.get_untracked().is_some()) {
            return focus_first_fault();
        }
        let (name, password) = (name.get_untracked().trim().to_owned(), Secret::new(given.text.get_untracked()));
        submit.run(add(name, password, sign_in.vault_open()), move |added| {
            let text = if added.passkey.opens_vault {
                "The passkey is added, and opens the vault, too"
            } else {
                "The passkey is added; it signs in, and does not open the vault"
            };
            toast(ToastKind::Success, text);
            done.run(());
        });
    };
    view! {
        <Dialog title="Add a passkey" on_close=done>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <p>"Your browser then asks where to keep it: on this device, on a phone, or on a security key."</p>
                <TextField label="Name" value=name error=fault hint="So that you know it again: “Work phone”." autofocus=true />
                {proves.then(|| view! { <ProofField given /> })}
                <DialogActions>
                    <Button on_click=move |()| done.run(())>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Go on"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

#[component]
fn Rename(passkey: PasskeyView, done: Callback<()>) -> impl IntoView {
    let (name, tried, submit) = (RwSignal::new(passkey.name), RwSignal::new(false), Submit::new());
    let fault = Signal::derive(move || tried.get().then(|| checks::passkey_name(&name.get())).flatten());
    let address = format!("{ADDRESS}/{}", passkey.id);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let (address, patch) = (address.clone(), PasskeyPatch { name: name.get_untracked().trim().to_owned() });
        let sent = async move { client::patch_json::<_, PasskeyView>(&address, &patch).await };
        submit.run(sent, move |_| done.run(()));
    };
    view! {
        <Dialog title="Rename the passkey" on_close=done>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Name" value=name error=fault autofocus=true />
                <DialogActions>
                    <Button on_click=move |()| done.run(())>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Rename"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}

#[component]
fn Remove(passkey: PasskeyView, sign_in: SignIn, done: Callback<()>) -> impl IntoView {
    let (tried, submit) = (RwSignal::new(false), Submit::new());
    let (given, proves) = (Given::begin(tried), can_prove(sign_in));
    let address = format!("{ADDRESS}/{}/remove", passkey.id);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if proves && given.fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let (address, removal) =
            (address.clone(), PasskeyRemoval { password: Secret::new(given.text.get_untracked()) });
        submit.run(async move { client::post_json::<_, AuthStatus>(&address, &removal).await }, move |_| {
            toast(ToastKind::Success, "The passkey is removed");
            done.run(());
            sign_in.refresh();
        });
    };
    view! {
        <Dialog title=format!("Remove {}?", passkey.name) on_close=done>
            <form class="form" on:submit=send novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <p>"It signs nobody in any more and opens no vault. All other devices are signed out. Delete it on your device, too."</p>
                {proves.then(|| view! { <ProofField given autofocus=true /> })}
                <DialogActions>
                    <Button on_click=move |()| done.run(())>"Cancel"</Button>
                    <Button kind=ButtonKind::Danger submit=true busy=submit.busy>"Remove"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
