//! `/accounts`: the accounts of this server, for admins.

use super::{
    door::SignIn,
    keeping_forms::{ChangeRole, NewAccount},
    keeping_questions::{ResetFactor, SwitchOff, switch_on},
};
use crate::{
    client,
    error::AppError,
    events::Refresh,
    ui::{
        Badge, Button, ButtonKind, EmptyState, Icon, IconView, Menu, MenuItem, Notice, PageHeader, RelativeTime,
        Skeleton, Tone,
    },
};
use leptos::prelude::*;
use wire::{
    accounts::{AccountStanding, Role},
    events::Topic,
};

pub(super) const ADDRESS: &str = "/api/accounts";

/// What the page knows of them: nothing yet, the list, or why not.
type Listed = RwSignal<Option<Result<Vec<AccountStanding>, String>>>;

/// What is being done, and to whom.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doing {
    Adding,
    ChangingRole(AccountStanding),
    SwitchingOff(AccountStanding),
    ResettingFactor(AccountStanding),
}

/// What the rows and the dialogs share.
#[derive(Clone, Copy)]
pub(super) struct Keeping {
    pub(super) doing: RwSignal<Option<Doing>>,
    pub(super) refresh: Refresh,
}

impl Keeping {
    /// It is done, or not wanted any more.
    pub(super) fn close(self) {
        self.doing.set(None);
    }
}

async fn read(listed: Listed) {
    let answer = client::get_json(ADDRESS).await.map_err(|error: AppError| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The page.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    move || {
        if sign_in.is_admin() {
            view! { <Shown /> }.into_any()
        } else {
            view! {
                <main id="main" class="page narrow">
                    <PageHeader title="Accounts" />
                    <EmptyState icon=Icon::User title="This page is for admins">
                        <p>"Your own account is under Account. Ask an admin for another role."</p>
                    </EmptyState>
                </main>
            }
            .into_any()
        }
    }
}

#[component]
fn Shown() -> impl IntoView {
    let listed = Listed::new(None);
    let keeping = Keeping { doing: RwSignal::new(None), refresh: Refresh::new() };
    keeping.refresh.keep(&[Topic::Sessions, Topic::SignIns], move || read(listed));
    view! {
        <main id="main" class="page narrow">
            <PageHeader title="Accounts">
                <Button kind=ButtonKind::Primary icon=Icon::Plus on_click=move |()| keeping.doing.set(Some(Doing::Adding))>
                    "Add account"
                </Button>
            </PageHeader>
            <p class="page-lead">"Who may sign in, and as what. Whoever is switched off loses everything that is open, at once."</p>
            {move || match listed.get() {
                None => view! { <Skeleton label="Loading the accounts" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(accounts)) => view! { <Accounts accounts keeping /> }.into_any(),
            }}
        </main>
        {move || keeping.doing.get().map(|doing| match doing {
            Doing::Adding => view! { <NewAccount keeping /> }.into_any(),
            Doing::ChangingRole(account) => view! { <ChangeRole account keeping /> }.into_any(),
            Doing::SwitchingOff(account) => view! { <SwitchOff account keeping /> }.into_any(),
            Doing::ResettingFactor(account) => view! { <ResetFactor account keeping /> }.into_any(),
        })}
    }
}

#[component]
fn Accounts(accounts: Vec<AccountStanding>, keeping: Keeping) -> impl IntoView {
    view! {
        <ul class="rows framed" aria-label="Accounts">
            {accounts.into_iter().map(|account| view! { <AccountRow account keeping /> }).collect_view()}
        </ul>
    }
}

#[component]
fn AccountRow(account: AccountStanding, keeping: Keeping) -> impl IntoView {
    let (name, disabled) = (account.account.name.clone(), account.account.disabled);
    let me = expect_context::<SignIn>();
    let is_me = untrack(|| me.username()) == name;
    let label = format!("What to do with {name}");
    let (role, seen, live) = (account.account.role, account.last_seen_at, account.live_sessions);
    let factor = match (account.second_factor, account.passkeys) {
        (true, 0) => ", second factor",
        (true, _) => ", second factor, passkeys",
        (false, 0) => ", no second factor",
        (false, _) => ", passkeys",
    };
    let items = move |()| items(&account, is_me, keeping);
    view! {
        <li class="row account-row" class:account-off=disabled>
            <span class="row-icon"><IconView icon=Icon::User /></span>
            <div class="row-main">
                <span class="account-who">
                    <span class="row-title">{name}</span>
                    <Badge tone=tone(role)>{role.as_str()}</Badge>
                    {is_me.then(|| view! { <Badge tone=Tone::Good>"you"</Badge> })}
                    {disabled.then(|| view! { <Badge tone=Tone::Bad>"switched off"</Badge> })}
                </span>
                <span class="row-meta">
                    {match seen {
                        Some(at) => view! { "seen " <RelativeTime millis=at.millis() /> }.into_any(),
                        None => "never seen".into_any(),
                    }}
                    {factor}
                    {match live {
                        0 => String::new(),
                        1 => ", 1 live session".to_owned(),
                        count => format!(", {count} live sessions"),
                    }}
                </span>
            </div>
            <Menu label items />
        </li>
    }
}

const fn tone(role: Role) -> Tone {
    match role {
        Role::Admin => Tone::Accent,
        Role::Member | Role::Viewer => Tone::Neutral,
    }
}

fn items(account: &AccountStanding, is_me: bool, keeping: Keeping) -> Vec<MenuItem> {
    let act = move |doing: Doing| move || keeping.doing.set(Some(doing.clone()));
    let mut items = vec![MenuItem::new("Change role", Icon::Pencil, act(Doing::ChangingRole(account.clone())))];
    if (account.second_factor || account.passkeys > 0) && !is_me {
        let reset = act(Doing::ResettingFactor(account.clone()));
        items.push(MenuItem::new("Reset second factor", Icon::Shield, reset));
    }
    if account.account.disabled {
        let id = account.account.id.clone();
        items.push(MenuItem::new("Switch on", Icon::Power, move || switch_on(&id, keeping)));
    } else {
        let off = act(Doing::SwitchingOff(account.clone()));
        items.push(MenuItem::new("Switch off", Icon::Power, off).danger());
    }
    items
}
