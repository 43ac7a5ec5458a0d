//! Opening a session on a host: one call, and the questions that stand between it and a terminal.
//!
//! Each refusal that a person can answer (no place left, a password is needed, a host key is not trusted) becomes a
//! dialog; answered, the same open is tried again by itself. Nothing waits on the server for a person.

mod limit;
mod question;
mod secret;

use super::{
    api,
    window::{self, Popup},
};
use crate::{
    error::AppError,
    inventory::HostKeyDialog,
    ui::{Button, ButtonKind, Dialog, DialogActions, Spinner, ToastKind, toast},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use limit::LimitDialog;
use question::QuestionDialog;
use secret::{Question, SecretDialog};
use std::cell::RefCell;
use wire::{
    FaultCode, HostId, NeededSecret, SessionId,
    inventory::{HostKeyScan, HostQuestion},
    terminal::{LimitReached, Mode, OpenRequest, OpenedSession},
};

thread_local! {
    /// Sessions that this page has made and not shown yet, with what is typed into them first.
    static FRESH: RefCell<Vec<(SessionId, Option<Vec<u8>>)>> = const { RefCell::new(Vec::new()) };
}

/// A session that this page has just made.
pub(super) struct Fresh {
    /// What is typed into it as soon as it shows something.
    pub first: Option<Vec<u8>>,
}

/// Whether the page has just made this session; asked once.
pub(super) fn take_fresh(session: &SessionId) -> Option<Fresh> {
    FRESH.with_borrow_mut(|fresh| {
        let at = fresh.iter().position(|(one, _)| one == session)?;
        Some(Fresh { first: fresh.swap_remove(at).1 })
    })
}

/// What is to be opened.
#[derive(Debug, Clone)]
struct Wanted {
    host: HostId,
    host_name: String,
    request: OpenRequest,
    /// Whether what was typed shall go into the vault once it has opened the host.
    remember: bool,
    /// What is typed into it first, if it is a new session.
    first: Option<Vec<u8>>,
}

impl Wanted {
    fn new(host: HostId, host_name: String, request: OpenRequest) -> Self {
        Self { host, host_name, request, remember: false, first: None }
    }

    /// Whether a secret was typed for it.
    fn is_typed(&self) -> bool {
        self.request.password.is_some() || self.request.passphrase.is_some()
    }
}

/// Where the open stands.
#[derive(Debug, Clone)]
enum Stage {
    /// Nothing is being opened.
    Idle,
    /// The host is being dialled.
    Dialling(Wanted),
    /// Every place is taken.
    Limit(Wanted, LimitReached),
    /// A password or passphrase is needed.
    Secret(Wanted, Question),
    /// The host asks something itself.
    Asked(Wanted, HostQuestion),
    /// The host's key is not trusted.
    HostKey(Wanted, HostKeyScan),
    /// It failed.
    Failed(Wanted, AppError),
}

/// Opens sessions, from anywhere on the page.
#[derive(Debug, Clone, Copy)]
pub struct Opener {
    stage: RwSignal<Stage>,
    go: RwSignal<Option<String>>,
    /// Counts the opens, so that the answer to one that was given up changes nothing.
    turn: StoredValue<u32>,
    /// Changes whenever a session was opened or closed here, for lists of sessions.
    changes: RwSignal<u32>,
}

/// Puts an [`Opener`] into the context; once, in the app.
pub fn provide_opener() -> Opener {
    let opener = Opener {
        stage: RwSignal::new(Stage::Idle),
        go: RwSignal::new(None),
        turn: StoredValue::new(0),
        changes: RwSignal::new(0),
    };
    provide_context(opener);
    opener
}

impl Opener {
    /// Opens a session on a host. To be called in the moment of a tap: a window opens then or never.
    pub fn open(self, host: HostId, host_name: String, mode: Mode) {
        self.try_open(Wanted::new(host, host_name, OpenRequest { mode, ..OpenRequest::default() }));
    }

    /// The same, as another session beside one that is open.
    pub fn open_another(self, host: HostId, host_name: String, mode: Mode) {
        let request = OpenRequest { mode, reuse: Some(false), ..OpenRequest::default() };
        self.try_open(Wanted::new(host, host_name, request));
    }

    /// The same, and types something into it.
    pub(crate) fn open_with(self, host: HostId, host_name: String, first: Vec<u8>) {
        let request = OpenRequest { mode: Mode::Embedded, reuse: Some(false), ..OpenRequest::default() };
        self.try_open(Wanted { first: Some(first), ..Wanted::new(host, host_name, request) });
    }

    /// Opens a session in the place of one that ended: with the work that it left on the host, where there is any.
    pub(super) fn open_again(self, host: HostId, host_name: String, mode: Mode, ended: SessionId) {
        let request = OpenRequest { mode, resume: Some(ended), ..OpenRequest::default() };
        self.try_open(Wanted::new(host, host_name, request));
    }

    /// Whether something is being opened, or a question about it stands.
    pub(crate) fn is_busy(self) -> bool {
        self.stage.with(|stage| !matches!(stage, Stage::Idle))
    }

    /// Changes whenever a session was opened or closed here.
    pub(super) fn changes(self) -> u32 {
        self.changes.get()
    }

    /// A session was opened or closed.
    pub(super) fn changed(self) {
        self.changes.update(|count| *count = count.wrapping_add(1));
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    fn try_open(self, wanted: Wanted) {
        let popup = (wanted.request.mode == Mode::Popout).then(Popup::open);
        if let Some(None) = popup {
            toast(ToastKind::Info, "The browser blocked the window, so the session opens here.");
        }
        let (turn, popup) = (self.next_turn(), popup.flatten());
        self.stage.set(Stage::Dialling(wanted.clone()));
        spawn_local(async move {
            let answer = api::open(wanted.host.to_string(), wanted.request.clone()).await;
            let is_current = self.turn.get_value() == turn;
            match answer {
                Ok(opened) => {
                    self.changed();
                    if wanted.remember && !opened.reused {
                        secret::remember(&wanted);
                    }
                    if is_current {
                        self.stage.set(Stage::Idle);
                        self.show(opened, popup, wanted.first);
                    } else if let Some(popup) = popup {
                        popup.close();
                    }
                }
                Err(error) => {
                    if let Some(popup) = popup {
                        popup.close();
                    }
                    if is_current {
                        self.stage.set(next_stage(wanted, error));
                    }
                }
            }
        });
    }

    fn show(self, opened: OpenedSession, popup: Option<Popup>, first: Option<Vec<u8>>) {
        let session = opened.session_id;
        match popup {
            Some(popup) => popup.show(&window::address(&session, opened.token.expose(), !opened.reused)),
            None => {
                if !opened.reused {
                    FRESH.with_borrow_mut(|fresh| fresh.push((session.clone(), first)));
                }
                self.go.set(Some(format!("/terminal/{session}")));
            }
        }
    }

    fn give_up(self) {
        self.next_turn();
        self.stage.set(Stage::Idle);
    }
}

fn next_stage(mut wanted: Wanted, error: AppError) -> Stage {
    let fault = error.fault();
    // An answer is good once.
    let answered = wanted.request.answers.take().is_some();
    if let Some(question) = &fault.question {
        return Stage::Asked(wanted, (**question).clone());
    }
    match (fault.code, &fault.limit, &fault.host_key) {
        (FaultCode::SessionLimit, Some(limit), _) => Stage::Limit(wanted, (**limit).clone()),
        (FaultCode::SecretNeeded, ..) => {
            let needs = fault.needs.unwrap_or(NeededSecret::Password);
            Stage::Secret(wanted, Question { needs, why: error.to_string(), refused: false })
        }
        // What was typed is wrong: it is asked for once more.
        (FaultCode::HostSignInFailed | FaultCode::BadInput, ..) if wanted.is_typed() && !answered => {
            let by_key = wanted.request.password.is_none();
            let needs = if by_key { NeededSecret::Passphrase } else { NeededSecret::Password };
            Stage::Secret(wanted, Question { needs, why: error.to_string(), refused: true })
        }
        (FaultCode::HostKeyUnknown | FaultCode::HostKeyChanged, _, Some(scan)) => {
            Stage::HostKey(wanted, (**scan).clone())
        }
        _ => Stage::Failed(wanted, error),
    }
}

/// The dialogs of the open flow; once, inside the router.
#[component]
pub fn OpenerDialogs() -> impl IntoView {
    let (opener, navigate) = (expect_context::<Opener>(), use_navigate());
    Effect::new(move |_| {
        if let Some(address) = opener.go.get() {
            opener.go.set(None);
            navigate(&address, Default::default());
        }
    });
    move || match opener.stage.get() {
        Stage::Idle => ().into_any(),
        Stage::Dialling(wanted) => view! { <Dialling opener wanted /> }.into_any(),
        Stage::Limit(wanted, limit) => view! { <LimitDialog opener wanted limit /> }.into_any(),
        Stage::Secret(wanted, question) => view! { <SecretDialog opener wanted question /> }.into_any(),
        Stage::Asked(wanted, question) => view! { <QuestionDialog opener wanted question /> }.into_any(),
        Stage::HostKey(wanted, scan) => view! { <HostKeyQuestion opener wanted scan /> }.into_any(),
        Stage::Failed(wanted, error) => view! { <Failed opener wanted error /> }.into_any(),
    }
}

#[component]
fn Dialling(opener: Opener, wanted: Wanted) -> impl IntoView {
    let words = format!("Connecting to {}", wanted.host_name);
    view! {
        <div class="opening">
            <Spinner label=words />
            <Button on_click=move |()| opener.give_up()>"Cancel"</Button>
        </div>
    }
}

#[component]
fn HostKeyQuestion(opener: Opener, wanted: Wanted, scan: HostKeyScan) -> impl IntoView {
    // The key may be that of a host on the way there.
    let host_id = scan.host_id.clone().unwrap_or_else(|| wanted.host.clone());
    let trusted = move |()| opener.try_open(wanted.clone());
    view! { <HostKeyDialog host_id scan on_trusted=trusted on_cancel=move |()| opener.give_up() /> }
}

#[component]
fn Failed(opener: Opener, wanted: Wanted, error: AppError) -> impl IntoView {
    let title = match error.code() {
        FaultCode::HostOffline => format!("{} does not answer", wanted.host_name),
        FaultCode::NotBootstrapped => format!("{} is not set up yet", wanted.host_name),
        FaultCode::HostSignInFailed => format!("{} refused the sign-in", wanted.host_name),
        FaultCode::TimedOut => format!("{} did not answer in time", wanted.host_name),
        FaultCode::VaultLocked => "The vault is locked".to_owned(),
        _ => format!("{} could not be opened", wanted.host_name),
    };
    let can_ask = matches!(error.code(), FaultCode::NotBootstrapped | FaultCode::HostSignInFailed);
    let (ask, again) = (wanted.clone(), wanted);
    let ask = move |()| {
        let why = "Nothing of what you type here is stored unless you say so.".to_owned();
        opener.stage.set(Stage::Secret(ask.clone(), Question { needs: NeededSecret::Password, why, refused: false }));
    };
    view! {
        <Dialog title on_close=move |()| opener.give_up()>
            <p>{error.to_string()}</p>
            <DialogActions>
                <Button on_click=move |()| opener.give_up()>"Close"</Button>
                {can_ask.then(|| view! { <Button on_click=ask>"Sign in another way"</Button> })}
                <Button kind=ButtonKind::Primary on_click=move |()| opener.try_open(again.clone())>"Try again"</Button>
            </DialogActions>
        </Dialog>
    }
}
