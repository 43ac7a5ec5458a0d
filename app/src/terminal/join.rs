//! `/join#<secret>`: the way into somebody's session by an invite. It needs no account and shows nothing of the session
//! before one has joined.

use super::{
    entry::{self, Entry, Visit},
    widget::{Place, TerminalView},
};
use crate::{
    accounts::{DoorCard, SignIn},
    error::AppError,
    ui::{Button, ButtonKind, Notice, Spinner, Submit, TextField, Tone, focus_first_fault},
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    FaultCode,
    terminal::{JoinRequest, JoinedSession, Rights},
    vault::Secret,
};

/// Where a tab keeps its invite, so that a page that is read anew is the same guest again.
const KEPT: &str = "berth.invite";

/// Where it keeps the name that the guest said.
const KEPT_NAME: &str = "berth.invite.name";

/// Where the visitor is.
#[derive(Debug, Clone)]
enum Stage {
    /// There is no invite in the address.
    Nothing,
    /// Says who they are.
    Asks(Secret),
    /// The invite opens nothing.
    Dead(String),
    /// In.
    Joined(Box<(JoinRequest, JoinedSession)>),
}

/// The page.
#[component]
pub fn JoinPage() -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    let stage = RwSignal::new(take_invite().map_or(Stage::Nothing, Stage::Asks));
    let known = Memo::new(move |_| sign_in.is_known());
    move || match stage.get() {
        Stage::Joined(joined) => view! { <Joined joined=*joined /> }.into_any(),
        Stage::Nothing => view! {
            <DoorCard title="This invite is not complete">
                <p class="door-lead">"Open the whole link that you were sent, or ask for another one."</p>
            </DoorCard>
        }
        .into_any(),
        Stage::Dead(why) => view! {
            <DoorCard title="This invite opens nothing">
                <Notice tone=Tone::Warn>{why}</Notice>
            </DoorCard>
        }
        .into_any(),
        Stage::Asks(_) if !known.get() => view! { <main class="door"><Spinner label="Loading" /></main> }.into_any(),
        Stage::Asks(invite) => view! { <Ask invite stage sign_in /> }.into_any(),
    }
}

#[component]
fn Ask(invite: Secret, stage: RwSignal<Stage>, sign_in: SignIn) -> impl IntoView {
    let account = untrack(move || sign_in.username());
    let signed_in = !account.is_empty();
    let known = if account.is_empty() { kept_name() } else { account.clone() };
    let (name, tried, submit) = (RwSignal::new(known), RwSignal::new(false), Submit::new());
    let fault = Signal::derive(move || (tried.get() && name.get().trim().is_empty()).then(|| "Say a name.".to_owned()));
    let join = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if fault.get_untracked().is_some() {
            return focus_first_fault();
        }
        let name = name.get_untracked().trim().to_owned();
        let request = JoinRequest { invite: invite.clone(), name, signed_in };
        keep_name(&request.name);
        let asked = request.clone();
        submit.run_or(
            async move { entry::join(&asked).await },
            move |joined| stage.set(Stage::Joined(Box::new((request, joined)))),
            move |error: AppError| {
                if error.code() != FaultCode::Unauthenticated {
                    return Some(error.to_string());
                }
                forget_invite();
                stage.set(Stage::Dead(error.to_string()));
                None
            },
        );
    };
    view! {
        <DoorCard title="You are invited">
            <p class="door-lead">"Somebody shares a terminal session with you. The others see your name while you are there."</p>
            <form class="form" on:submit=join novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                {if account.is_empty() {
                    view! { <TextField label="Your name" value=name error=fault autocomplete="nickname" autofocus=true /> }.into_any()
                } else {
                    view! { <p>"You join as " <strong>{account}</strong> "."</p> }.into_any()
                }}
                <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Join"</Button>
            </form>
        </DoorCard>
    }
}

#[component]
fn Joined(joined: (JoinRequest, JoinedSession)) -> impl IntoView {
    let (request, joined) = joined;
    let may_type = joined.rights == Rights::Type;
    let visit = Visit { host: joined.host_name, may_type, entry: Entry::Invite(request) };
    let ticket = Some(joined.token.expose().to_owned());
    view! {
        <main id="main" class="terminal-page window">
            <TerminalView session=joined.session_id ticket fresh=None place=Place::Visit visit />
        </main>
    }
}

fn tab() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Takes the invite out of the address at once, so that it is neither seen nor kept in the history nor sent along.
fn take_invite() -> Option<Secret> {
    let location = window().location();
    let secret = location.hash().ok()?.trim_start_matches('#').to_owned();
    if secret.is_empty() {
        return tab()?.get_item(KEPT).ok()?.map(Secret::new);
    }
    if let (Ok(history), Ok(path)) = (window().history(), location.pathname()) {
        let state = history.state().unwrap_or_default();
        // A browser that refuses shows the address that it was given.
        let _ = history.replace_state_with_url(&state, "", Some(&path));
    }
    if let Some(tab) = tab() {
        // A tab that keeps nothing asks for the link again when it is read anew.
        let _ = tab.set_item(KEPT, &secret);
    }
    Some(Secret::new(secret))
}

fn kept_name() -> String {
    tab().and_then(|tab| tab.get_item(KEPT_NAME).ok()?).unwrap_or_default()
}

fn keep_name(name: &str) {
    if let Some(tab) = tab() {
        // A tab that keeps nothing asks for the name again.
        let _ = tab.set_item(KEPT_NAME, name);
    }
}

fn forget_invite() {
    if let Some(tab) = tab() {
        let _ = tab.remove_item(KEPT);
    }
}
