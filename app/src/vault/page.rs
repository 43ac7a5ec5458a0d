//! The list of credentials.

use super::{
    add::AddCredential,
    api::{credentials, delete_credential},
    renew::RenewCertificate,
};
use crate::{
    accounts::SignIn,
    events::Refresh,
    inventory::HostAuthorities,
    ui::{
        Badge, Button, ButtonKind, ConfirmDialog, EmptyState, Icon, IconView, Menu, MenuItem, Notice, PageHeader,
        RelativeTime, Skeleton, Submit, ToastKind, Tone, copy_text, toast,
    },
};
use leptos::prelude::*;
use wire::{
    Timestamp,
    events::Topic,
    vault::{CertificateView, CredentialKind, CredentialView},
};

/// What the page knows of the credentials: nothing yet, the list, or why not.
type Listed = RwSignal<Option<Result<Vec<CredentialView>, String>>>;

async fn read(listed: Listed) {
    let answer = credentials().await.map_err(|error| error.to_string());
    // An answer that changes nothing wakes nobody.
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The page.
#[component]
pub fn CredentialsPage() -> impl IntoView {
    let (listed, adding, sign_in) = (Listed::new(None), RwSignal::new(false), expect_context::<SignIn>());
    let (deleting, renewing) = (RwSignal::new(None::<CredentialView>), RwSignal::new(None::<CredentialView>));
    let refresh = Refresh::new();
    refresh.keep(&[Topic::Credentials, Topic::Hosts], move || read(listed));
    let added = move |_| {
        adding.set(false);
        refresh.now();
    };
    view! {
        <main id="main" class="page narrow">
            <PageHeader title="Credentials">
                <Button kind=ButtonKind::Primary icon=Icon::Plus on_click=move |()| adding.set(true)>"Add credential"</Button>
            </PageHeader>
            <p class="page-lead">
                "Passwords and private keys, sealed with your password. They go in and are used; nobody can read them back, you included."
            </p>
            {move || (!sign_in.vault_open()).then(|| view! {
                <Notice tone=Tone::Warn>"The vault is locked. "<a href="/account">"Open it on the account page"</a>"."</Notice>
            })}
            {move || match listed.get() {
                None => view! { <Skeleton label="Loading the credentials" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! { <NoneYet /> }.into_any(),
                Some(Ok(all)) => view! { <CredentialList all deleting renewing /> }.into_any(),
            }}
            <HostAuthorities />
        </main>
        {move || deleting.get().map(|credential| view! { <Delete credential deleting refresh /> })}
        {move || renewing.get().map(|credential| view! { <RenewCertificate credential renewing refresh /> })}
        {move || adding.get().then(|| view! { <AddCredential on_added=added on_close=move |()| adding.set(false) /> })}
    }
}

#[component]
fn NoneYet() -> impl IntoView {
    view! {
        <EmptyState icon=Icon::Key title="No credential yet">
            <p>
                "Store a password or a private key once and pick it for any number of hosts. Without one, Berth asks each time
                a terminal is opened; “Set up access” on a host can make a key for you."
            </p>
        </EmptyState>
    }
}

#[component]
fn CredentialList(
    all: Vec<CredentialView>,
    deleting: RwSignal<Option<CredentialView>>,
    renewing: RwSignal<Option<CredentialView>>,
) -> impl IntoView {
    view! {
        <ul class="rows framed" aria-label="Credentials">
            {all.into_iter().map(|credential| view! { <CredentialRow credential deleting renewing /> }).collect_view()}
        </ul>
    }
}

#[component]
fn CredentialRow(
    credential: CredentialView,
    deleting: RwSignal<Option<CredentialView>>,
    renewing: RwSignal<Option<CredentialView>>,
) -> impl IntoView {
    let (icon, kind) = match credential.kind {
        CredentialKind::Password => (Icon::Lock, "password"),
        CredentialKind::PrivateKey => (Icon::Key, "private key"),
        CredentialKind::Both => (Icon::Key, "key and password"),
    };
    let used_by = match credential.used_by {
        0 => "not used yet".into(),
        1 => "used by 1 host".into(),
        many => format!("used by {many} hosts"),
    };
    let (name, username, created) =
        (credential.name.clone(), credential.username.clone(), credential.created_at.millis());
    let certificate = credential.certificate.clone();
    let label = format!("Actions for {name}");
    let items = move |()| {
        let (public_key, mine) = (credential.public_key.clone(), credential.clone());
        let own = credential.clone();
        let renew = public_key
            .is_some()
            .then(|| MenuItem::new("Certificate", Icon::Check, move || renewing.set(Some(own.clone()))));
        let copy = public_key.map(|key| MenuItem::new("Copy public key", Icon::Copy, move || copy_text(&key)));
        let delete = MenuItem::new("Delete", Icon::Trash, move || deleting.set(Some(mine.clone()))).danger();
        copy.into_iter().chain(renew).chain([delete]).collect()
    };
    view! {
        <li class="row">
            <span class="row-icon"><IconView icon /></span>
            <div class="row-main">
                <span class="row-title">{name}</span>
                <span class="row-meta">
                    {username.map(|username| view! { <span class="mono">{username}</span>" · " })}
                    {used_by}" · added "<RelativeTime millis=created />
                    {certificate.map(|certificate| view! { " · "<Certified certificate /> })}
                </span>
            </div>
            <Badge>{kind}</Badge>
            <Menu label items />
        </li>
    }
}

/// The day of a moment, by the clock of the world.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// Until when a certificate holds.
#[component]
fn Certified(certificate: CertificateView) -> impl IntoView {
    let named = format!("{}, signed by {}", certificate.key_id, certificate.authority);
    let until = certificate.valid_until;
    let is_over = until.is_some_and(|until| until.millis() <= crate::ui::now_millis());
    view! {
        <span title=named class:bad=is_over>
            {match (until, is_over) {
                (None, _) => "certificate without an end".into_any(),
                (Some(until), true) => view! { "certificate ended "<RelativeTime millis=until.millis() /> }.into_any(),
                (Some(until), false) => format!("certificate until {}", day(until)).into_any(),
            }}
        </span>
    }
}

#[component]
fn Delete(credential: CredentialView, deleting: RwSignal<Option<CredentialView>>, refresh: Refresh) -> impl IntoView {
    let submit = Submit::new();
    let body = match credential.used_by {
        0 => "No host uses it. It cannot be brought back.".to_owned(),
        1 => "1 host uses it and will ask at connect from then on. It cannot be brought back.".into(),
        many => format!("{many} hosts use it and will ask at connect from then on. It cannot be brought back."),
    };
    let confirm = move |()| {
        let id = credential.id.clone();
        submit.run(async move { delete_credential(id).await }, move |()| {
            deleting.set(None);
            toast(ToastKind::Success, "The credential is deleted");
            refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {}?", credential.name)
            body
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| deleting.set(None)
        />
    }
}
