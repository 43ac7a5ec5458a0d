//! The live sessions, for the dashboard: what runs where, since when, and the way to it.

use super::{api, opener::Opener, window, words};
use crate::ui::{
    Badge, Button, ButtonKind, ConfirmDialog, EmptyState, Icon, IconButton, Notice, Skeleton, Submit, Tone, span,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use wire::{
    SessionId,
    terminal::{Mode, SessionList, SessionQuery, SessionView, Status},
};

/// How often the list is read while it is seen, in milliseconds.
const REFRESH: u32 = 4_000;

/// The list and its state.
#[derive(Clone, Copy)]
struct Sessions {
    list: RwSignal<Option<SessionList>>,
    error: RwSignal<Option<String>>,
    /// The question before something is closed: one session, or all of them.
    closing: RwSignal<Option<Closing>>,
}

#[derive(Debug, Clone)]
enum Closing {
    One(SessionView),
    All,
}

impl Sessions {
    async fn read(self) {
        match api::list(SessionQuery::default()).await {
            Ok(list) => {
                let _ = self.error.try_set(None);
                if self.list.try_with_untracked(|before| before.as_ref() != Some(&list)) == Some(true) {
                    self.list.set(Some(list));
                }
            }
            Err(error) => drop(self.error.try_set(Some(error.to_string()))),
        }
    }
}

/// The live sessions of the account.
#[component]
pub fn SessionsPanel() -> impl IntoView {
    let sessions = Sessions { list: RwSignal::new(None), error: RwSignal::new(None), closing: RwSignal::new(None) };
    keep_reading(sessions);
    let many = move || sessions.list.with(|list| list.as_ref().is_some_and(|list| list.sessions.len() > 1));
    let count =
        move || sessions.list.with(|list| list.as_ref().map(|list| format!("{} of {}", list.total, list.max_per_user)));
    view! {
        <section class="sessions" id="sessions" aria-labelledby="sessions-title">
            <div class="sessions-head">
                <h2 id="sessions-title">"Live sessions"</h2>
                {move || count().map(|count| view! { <span class="sessions-count">{count}</span> })}
                {move || many().then(|| view! {
                    <Button kind=ButtonKind::Ghost on_click=move |()| sessions.closing.set(Some(Closing::All))>"Close all"</Button>
                })}
            </div>
            {move || sessions.error.get().map(|text| view! { <Notice tone=Tone::Warn>{text}</Notice> })}
            <List sessions />
            <CloseQuestion sessions />
        </section>
    }
}

/// Reads the list again and again while it is seen, and at once when something was opened or closed here.
fn keep_reading(sessions: Sessions) {
    let opener = use_context::<Opener>();
    Effect::new(move |_| {
        if let Some(opener) = opener {
            opener.changes();
        }
        spawn_local(sessions.read());
    });
    let back = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() {
            spawn_local(sessions.read());
        }
    });
    on_cleanup(move || back.remove());
    spawn_local(async move {
        while !sessions.list.is_disposed() {
            TimeoutFuture::new(REFRESH).await;
            if !document().hidden() && !sessions.list.is_disposed() {
                sessions.read().await;
            }
        }
    });
}

#[component]
fn List(sessions: Sessions) -> impl IntoView {
    move || {
        match sessions.list.get() {
        None if sessions.error.with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton rows=2 label="Loading the sessions" /> }.into_any(),
        Some(list) if list.sessions.is_empty() => view! {
            <EmptyState icon=Icon::Terminal title="No session is open">
                <p>"Open a terminal on one of your hosts. It goes on when you leave the page, and you find it here."</p>
            </EmptyState>
        }
        .into_any(),
        Some(list) => view! {
            <ul class="session-list">
                <For each=move || list.sessions.clone() key=key children=move |session| view! { <Row sessions session /> } />
            </ul>
        }
        .into_any(),
    }
    }
}

/// A row is drawn anew when something in it has changed.
fn key(session: &SessionView) -> (SessionId, Status, u64, u64, u32) {
    let shown = |seconds: u64| seconds / 5;
    (
        session.session_id.clone(),
        session.status,
        shown(session.age_seconds),
        shown(session.last_seen_seconds),
        session.attachments,
    )
}

#[component]
fn Row(sessions: Sessions, session: SessionView) -> impl IntoView {
    let tone = match session.status {
        Status::Active => Tone::Good,
        Status::Starting => Tone::Accent,
        _ => Tone::Neutral,
    };
    let left = session.remaining_seconds.map(|left| format!("{} left", span::left(left)));
    let viewers = match session.attachments {
        0 => None,
        1 => Some("1 viewer".to_owned()),
        many => Some(format!("{many} viewers")),
    };
    let details = [
        Some(format!("opened {}", span::ago(session.age_seconds))),
        Some(format!("seen {}", span::ago(session.last_seen_seconds))),
        left,
        viewers,
    ];
    let (id, host, closing) = (session.session_id.clone(), session.host_name.clone(), session.clone());
    let address = format!("/terminal/{}", session.session_id);
    view! {
        <li class="session-row">
            <div class="session-what">
                <a class="session-host" href=address.clone()>{session.host_name}</a>
                <Badge tone>{words::status(session.status)}</Badge>
                {(session.mode == Mode::Popout).then(|| view! { <Badge>{words::mode(session.mode)}</Badge> })}
            </div>
            <div class="session-acts">
                <a class="button" href=address aria-label=format!("Attach to the session on {host}")>"Attach"</a>
                <IconButton icon=Icon::Window label=format!("Open the session on {host} in a window")
                    on_click=move |()| window::open_session(id.clone()) />
                <IconButton icon=Icon::Close label=format!("Close the session on {host}")
                    on_click=move |()| sessions.closing.set(Some(Closing::One(closing.clone()))) />
            </div>
            <p class="session-details">{details.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</p>
        </li>
    }
}

#[component]
fn CloseQuestion(sessions: Sessions) -> impl IntoView {
    let submit = Submit::new();
    let done = move || {
        sessions.closing.set(None);
        if let Some(opener) = use_context::<Opener>() {
            opener.changed();
        }
        spawn_local(sessions.read());
    };
    let close = move |closing: Closing| {
        move |()| match closing.clone() {
            Closing::One(session) => submit.run(api::close(session.session_id), move |_| done()),
            Closing::All => submit.run(api::cleanup(), move |_| done()),
        }
    };
    move || {
        sessions.closing.get().map(|closing| {
            let (title, confirm) = match &closing {
                Closing::One(session) => (format!("Close the session on {}?", session.host_name), "Close session"),
                Closing::All => ("Close all sessions?".to_owned(), "Close all"),
            };
            view! {
                <ConfirmDialog
                    title
                    body="The remote shell and what runs in it are ended."
                    confirm
                    busy=submit.busy
                    error=submit.error
                    on_confirm=close(closing)
                    on_cancel=move |()| sessions.closing.set(None)
                />
            }
        })
    }
}
