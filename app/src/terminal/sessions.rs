//! The live sessions, for the dashboard: what runs where, since when, who looks, and the way to it.
//!
//! The list is read when something has changed; the clocks in it go on by themselves, from the server's numbers and the time
//! since they came. A session that has ended says so for a moment and then makes room, so that nothing jumps away from under
//! a finger.

use super::{api, opener::Opener, window, words};
use crate::{
    accounts::SignIn,
    events::{Live, Refresh},
    ui::{
        Badge, Button, ButtonKind, ConfirmDialog, EmptyState, Icon, IconButton, Notice, Skeleton, Submit, Tone, now,
        now_millis, span,
    },
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use wire::{
    SessionId,
    events::Topic,
    terminal::{Mode, RecordingState, SessionList, SessionQuery, SessionView, Status},
};

/// How long a session that has ended is still shown, in milliseconds: the length of `session-leaves` in style/sessions.css.
const LEAVING: u32 = 2_400;

/// What the red dot says.
const RECORDED: &str = "This session is recorded";

/// The list and its state.
#[derive(Clone, Copy)]
struct Sessions {
    list: RwSignal<Option<SessionList>>,
    /// When it came, by the browser's clock.
    read_at: RwSignal<i64>,
    /// Those that have just ended.
    leaving: RwSignal<Vec<SessionView>>,
    error: RwSignal<Option<String>>,
    /// The question before something is closed: one session, or all of them.
    closing: RwSignal<Option<Closing>>,
    /// Whether everybody's are listed, which an admin can ask for, or those of others that one may watch.
    everybody: RwSignal<bool>,
    /// Whose those are, as the server is asked.
    others: Signal<&'static str>,
    refresh: Refresh,
}

/// In the place of an account: the sessions of others that one may watch.
const WATCHABLE: &str = "watchable";

#[derive(Debug, Clone)]
enum Closing {
    One(SessionView),
    All,
}

impl Sessions {
    async fn read(self) {
        let user_id = self.everybody.get_untracked().then(|| self.others.get_untracked().to_owned());
        let answer = api::list(SessionQuery { user_id, ..SessionQuery::default() }).await;
        if self.list.is_disposed() {
            return;
        }
        match answer {
            Ok(list) => {
                self.error.set(None);
                self.see_off(&list);
                self.read_at.set(now_millis());
                self.list.set(Some(list));
            }
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }

    /// Keeps those that are in the list no more for the time of a goodbye.
    fn see_off(self, list: &SessionList) {
        let stays = |gone: &SessionView| list.sessions.iter().any(|session| session.session_id == gone.session_id);
        let known =
            self.list.with_untracked(|list| list.as_ref().map(|list| list.sessions.clone())).unwrap_or_default();
        let gone: Vec<_> = known.into_iter().filter(|session| !stays(session)).collect();
        if gone.is_empty() {
            return;
        }
        let ids: Vec<_> = gone.iter().map(|session| session.session_id.clone()).collect();
        self.leaving.update(|leaving| leaving.extend(gone));
        spawn_local(async move {
            TimeoutFuture::new(LEAVING).await;
            let _ = self.leaving.try_update(|leaving| leaving.retain(|session| !ids.contains(&session.session_id)));
        });
    }

    /// What is shown, the newest first.
    fn shown(self) -> Vec<SessionId> {
        let live = self.list.with(|list| list.as_ref().map(|list| list.sessions.clone())).unwrap_or_default();
        let mut all: Vec<_> = live.into_iter().chain(self.leaving.get()).collect();
        all.sort_by_key(|session| std::cmp::Reverse(session.created_at.millis()));
        all.into_iter().map(|session| session.session_id).collect()
    }

    /// One session as it is now, and whether it lives.
    fn get(self, id: &SessionId) -> Option<(SessionView, bool)> {
        let find = |sessions: &[SessionView]| sessions.iter().find(|session| session.session_id == *id).cloned();
        let live = self.list.with(|list| list.as_ref().and_then(|list| find(&list.sessions)));
        live.map(|session| (session, true))
            .or_else(|| self.leaving.with(|all| find(all)).map(|session| (session, false)))
    }
}

/// The live sessions of the account.
#[component]
pub fn SessionsPanel() -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    let sessions = Sessions {
        list: RwSignal::new(None),
        read_at: RwSignal::new(now_millis()),
        leaving: RwSignal::new(Vec::new()),
        error: RwSignal::new(None),
        closing: RwSignal::new(None),
        everybody: RwSignal::new(false),
        others: Signal::derive(move || if sign_in.is_admin() { "all" } else { WATCHABLE }),
        refresh: Refresh::new(),
    };
    sessions.refresh.keep(&[Topic::Sessions], move || sessions.read());
    read_after_opening(sessions.refresh);
    let live = expect_context::<Live>();
    // On a phone an empty list stands below the hosts. It stays where it was when the page was opened: what comes and goes
    // elsewhere does not move the hosts from under a finger.
    let last = Memo::new(move |before: Option<&Option<bool>>| {
        before
            .copied()
            .flatten()
            .or_else(|| sessions.list.with(|list| list.as_ref().map(|list| list.sessions.is_empty())))
    });
    let many = move || {
        sessions.list.with(|list| list.as_ref().is_some_and(|list| list.sessions.len() > 1))
            && !sessions.everybody.get()
    };
    let count = move || {
        let words = |list: &SessionList| match sessions.everybody.get() {
            true => format!("{} of {}", list.total, if sign_in.is_admin() { "everybody" } else { "others" }),
            false => format!("{} of {}", list.total, list.max_per_user),
        };
        sessions.list.with(|list| list.as_ref().map(words))
    };
    let error = move || sessions.error.get().filter(|_| live.is_up() || sessions.list.with(Option::is_none));
    view! {
        <section class="sessions" id="sessions" aria-labelledby="sessions-title"
            data-last=move || (last.get() == Some(true)).then_some("")>
            <div class="sessions-head">
                <h2 id="sessions-title">"Live sessions"</h2>
                {move || count().map(|count| view! { <span class="sessions-count">{count}</span> })}
                <WhoseSessions sessions />
                {move || many().then(|| view! {
                    <Button kind=ButtonKind::Ghost on_click=move |()| sessions.closing.set(Some(Closing::All))>"Close all"</Button>
                })}
            </div>
            {move || error().map(|text| view! { <Notice tone=Tone::Warn>{text}</Notice> })}
            <List sessions />
            <CloseQuestion sessions />
        </section>
    }
}

/// An admin chooses whose sessions are listed; so does anybody who may watch some.
#[component]
fn WhoseSessions(sessions: Sessions) -> impl IntoView {
    let (sign_in, may_watch) = (expect_context::<SignIn>(), RwSignal::new(false));
    let ask = move || async move {
        if !untrack(|| sign_in.is_admin()) {
            let query = SessionQuery { user_id: Some(WATCHABLE.to_owned()), ..SessionQuery::default() };
            let any = api::list(query).await.is_ok_and(|list| list.total > 0);
            let _ = may_watch.try_set(any);
        }
    };
    Refresh::new().keep(&[Topic::Hosts], ask);
    let turn = move |()| {
        sessions.everybody.update(|everybody| *everybody = !*everybody);
        sessions.leaving.set(Vec::new());
        sessions.list.set(None);
        sessions.refresh.now();
    };
    let words = move || match (sessions.everybody.get(), sign_in.is_admin()) {
        (true, _) => "Only mine",
        (false, true) => "Everybody's",
        (false, false) => "Others I may watch",
    };
    move || {
        (sign_in.is_admin() || may_watch.get() || sessions.everybody.get())
            .then(|| view! { <Button kind=ButtonKind::Ghost on_click=turn>{words}</Button> })
    }
}

/// What was opened here is shown at once, line or no line.
fn read_after_opening(refresh: Refresh) {
    let Some(opener) = use_context::<Opener>() else { return };
    Effect::new(move |before: Option<u32>| {
        let changes = opener.changes();
        if before.is_some_and(|before| before != changes) {
            refresh.now();
        }
        changes
    });
}

/// What stands in the place of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Loading,
    Failed,
    Empty,
    Rows,
}

#[component]
fn List(sessions: Sessions) -> impl IntoView {
    let place = Memo::new(move |_| {
        let leaving = sessions.leaving.with(|leaving| !leaving.is_empty());
        match sessions.list.with(|list| list.as_ref().map(|list| list.sessions.is_empty())) {
            None if sessions.error.with(Option::is_some) => Place::Failed,
            None => Place::Loading,
            Some(true) if !leaving => Place::Empty,
            Some(_) => Place::Rows,
        }
    });
    move || {
        match place.get() {
        Place::Failed => ().into_any(),
        Place::Loading => view! { <Skeleton rows=2 label="Loading the sessions" /> }.into_any(),
        Place::Empty => view! {
            <EmptyState icon=Icon::Terminal title="No session is open">
                <p>"Open a terminal on one of your hosts. It goes on when you leave the page, and you find it here."</p>
            </EmptyState>
        }
        .into_any(),
        Place::Rows => view! {
            <ul class="session-list">
                <For each=move || sessions.shown() key=SessionId::clone children=move |id| view! { <Row sessions id /> } />
            </ul>
        }
        .into_any(),
    }
    }
}

#[component]
fn Row(sessions: Sessions, id: SessionId) -> impl IntoView {
    let key = id.clone();
    let view = Memo::new(move |_| sessions.get(&key));
    // What never changes while it lives.
    let (host, mode) = view.with_untracked(|view| {
        view.as_ref().map(|(session, _)| (session.host_name.clone(), session.mode)).unwrap_or_default()
    });
    let lives = Memo::new(move |_| view.with(|view| view.as_ref().is_some_and(|(_, lives)| *lives)));
    let status = Memo::new(move |_| view.with(|view| view.as_ref().map(|(session, _)| session.status)));
    let badge = move || match (lives.get(), status.get()) {
        (true, Some(status)) => view! { <Badge tone=tone(status)>{words::status(status)}</Badge> }.into_any(),
        _ => view! { <Badge>"ended"</Badge> }.into_any(),
    };
    let clock = now();
    let details = move || {
        let since = u64::try_from((clock.get().max(now_millis()) - sessions.read_at.get()) / 1_000).unwrap_or(0);
        view.with(|view| view.as_ref().map(|(session, _)| details(session, since)))
    };
    let address = format!("/terminal/{id}");
    let owner = theirs(view);
    let close = move |()| {
        if let Some((session, true)) = view.get_untracked() {
            sessions.closing.set(Some(Closing::One(session)));
        }
    };
    view! {
        <li class="session-row" data-leaving=move || (!lives.get()).then_some("") inert=move || !lives.get()>
            <div class="session-what">
                {match &owner {
                    None => view! { <a class="session-host" href=address.clone()>{host.clone()}</a> }.into_any(),
                    Some(_) => view! { <span class="session-host">{host.clone()}</span> }.into_any(),
                }}
                {owner.clone().map(|owner| view! { <Badge tone=Tone::Accent>{owner}</Badge> })}
                {badge}
                <Recorded view />
                {(mode == Mode::Popout).then(|| view! { <Badge>{words::mode(mode)}</Badge> })}
            </div>
            <div class="session-acts">
                {match owner {
                    None => view! { <OwnActs id address host=host.clone() /> }.into_any(),
                    Some(owner) => view! { <WatchButton id host=host.clone() owner /> }.into_any(),
                }}
                <IconButton icon=Icon::Close label=format!("Close the session on {host}") on_click=close />
            </div>
            <p class="session-details">{details}</p>
        </li>
    }
}

/// Whether it is recorded: a dot, and loud words when it ought to be and is not.
#[component]
fn Recorded(view: Memo<Option<(SessionView, bool)>>) -> impl IntoView {
    let state =
        Memo::new(move |_| view.with(|view| view.as_ref().map(|(session, _)| session.recording).unwrap_or_default()));
    let dot = || view! { <span class="terminal-mark" data-mark="recorded" role="img" aria-label=RECORDED title=RECORDED></span> };
    move || match state.get() {
        RecordingState::On => Some(dot().into_any()),
        RecordingState::Failed => Some(view! { <Badge tone=Tone::Bad>"not recorded any more"</Badge> }.into_any()),
        RecordingState::Off => None,
    }
}

/// Whose session it is, when it is not one's own.
fn theirs(view: Memo<Option<(SessionView, bool)>>) -> Option<String> {
    let owner = view.with_untracked(|view| view.as_ref().and_then(|(session, _)| session.owner.clone()))?;
    let mine = untrack(move || expect_context::<SignIn>().username());
    (owner != mine).then_some(owner)
}

#[component]
fn OwnActs(id: SessionId, address: String, host: String) -> impl IntoView {
    view! {
        <a class="button" href=address aria-label=format!("Attach to the session on {host}")>"Attach"</a>
        <IconButton icon=Icon::Window label=format!("Open the session on {host} in a window")
            on_click=move |()| window::open_session(id.clone()) />
    }
}

#[component]
fn WatchButton(id: SessionId, host: String, owner: String) -> impl IntoView {
    let label = format!("Watch the session of {owner} on {host}; they see it");
    let watch = move |()| window::watch(id.clone(), host.clone());
    view! { <Button icon=Icon::Eye label on_click=watch>"Watch"</Button> }
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Active => Tone::Good,
        Status::Starting => Tone::Accent,
        _ => Tone::Neutral,
    }
}

/// Age, last seen, what is left and who looks, so many seconds after the server said it.
fn details(session: &SessionView, since: u64) -> String {
    // Whoever looks sees it now. One or the other, so that the row is as high before as after.
    let seen = match session.attachments {
        0 => format!("seen {}", span::ago(session.last_seen_seconds + since)),
        1 => "1 viewer".to_owned(),
        many => format!("{many} viewers"),
    };
    let left = session.remaining_seconds.map(|left| format!("{} left", span::left(left.saturating_sub(since))));
    let parts = [Some(format!("opened {}", span::ago(session.age_seconds + since))), Some(seen), left];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[component]
fn CloseQuestion(sessions: Sessions) -> impl IntoView {
    let submit = Submit::new();
    let done = move || {
        sessions.closing.set(None);
        if let Some(opener) = use_context::<Opener>() {
            opener.changed();
        }
        sessions.refresh.now();
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
