//! The list of recordings: by host, by whom, by what they showed.

use super::{
    api,
    row::{Delete, Row},
};
use crate::{
    accounts::SignIn,
    events::Refresh,
    ui::{Button, EmptyState, Icon, IconView, Notice, PageHeader, Select, Skeleton, Tone, use_query},
};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::collections::BTreeMap;
use wire::{
    events::Topic,
    recordings::{RecordingQuery, RecordingView},
};

/// So many in one answer, and the most that are read anew when something has changed.
const PAGE: u32 = 50;
const MOST: u32 = 200;

/// A search that answers pages with nothing on them is asked on by itself so many times.
const EMPTY_PAGES: usize = 10;

/// How long typing rests before it is searched for, in milliseconds.
const REST: u32 = 350;

/// The list and its state.
#[derive(Clone, Copy)]
pub(super) struct Recordings {
    all: RwSignal<Option<Vec<RecordingView>>>,
    next: RwSignal<Option<String>>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// What is searched for, when typing has come to rest.
    search: RwSignal<String>,
    host: RwSignal<String>,
    account: RwSignal<String>,
    /// Names that have been seen, for the filters: an id or a name, and what to call it.
    hosts: RwSignal<BTreeMap<String, String>>,
    accounts: RwSignal<BTreeMap<String, String>>,
    pub(super) deleting: RwSignal<Option<RecordingView>>,
    pub(super) refresh: Refresh,
}

impl Recordings {
    fn query(self, cursor: Option<String>, limit: u32) -> RecordingQuery {
        let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        RecordingQuery {
            host: filled(self.host.get_untracked()),
            account: filled(self.account.get_untracked()),
            search: filled(self.search.get_untracked()),
            cursor,
            limit: Some(limit),
        }
    }

    /// Reads from the top, as many as are shown.
    async fn read(self) {
        let Some(shown) = self.all.try_with_untracked(|all| all.as_ref().map_or(0, Vec::len)) else { return };
        let limit = u32::try_from(shown).unwrap_or(MOST).clamp(PAGE, MOST);
        self.take(Vec::new(), None, limit).await;
    }

    /// Reads the page behind those that are shown.
    fn more(self) {
        let Some(cursor) = self.next.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        let shown = self.all.get_untracked().unwrap_or_default();
        spawn_local(self.take(shown, Some(cursor), PAGE));
    }

    async fn take(self, mut all: Vec<RecordingView>, mut cursor: Option<String>, limit: u32) {
        self.busy.set(true);
        let asked = self.query(None, limit);
        let (before, mut failed) = (all.len(), None);
        for _ in 0..EMPTY_PAGES {
            match api::list(RecordingQuery { cursor: cursor.take(), ..asked.clone() }).await {
                Ok(page) => {
                    all.extend(page.recordings);
                    cursor = page.next_cursor;
                }
                Err(error) => failed = Some(error.to_string()),
            }
            if failed.is_some() || cursor.is_none() || all.len() > before {
                break;
            }
        }
        // The page has gone on, or asks for something else by now.
        if self.busy.try_set(false).is_some() || self.query(None, limit) != asked {
            return;
        }
        if failed.is_none() {
            self.remember(&all);
            self.next.set(cursor);
            if self.all.with_untracked(|known| known.as_ref() != Some(&all)) {
                self.all.set(Some(all));
            }
        }
        self.error.set(failed);
    }

    fn remember(self, all: &[RecordingView]) {
        let host = |view: &RecordingView| {
            let key = view.host_id.as_ref().map_or_else(|| view.host_name.clone(), ToString::to_string);
            (key, view.host_name.clone())
        };
        grow(self.hosts, all.iter().map(host));
        grow(self.accounts, all.iter().map(|view| (view.account_id.to_string(), view.account.clone())));
    }

    /// What is searched for.
    pub(super) fn searched(self) -> String {
        self.search.with_untracked(|text| text.trim().to_owned())
    }

    fn is_filtered(self) -> bool {
        [self.search, self.host, self.account].iter().any(|filter| filter.with(|text| !text.trim().is_empty()))
    }
}

fn grow(known: RwSignal<BTreeMap<String, String>>, seen: impl Iterator<Item = (String, String)>) {
    let new: Vec<_> = known.with_untracked(|known| seen.filter(|(key, _)| !known.contains_key(key)).collect());
    if !new.is_empty() {
        known.update(|known| known.extend(new));
    }
}

/// `/recordings`, with `?host=` and `?search=`.
#[component]
pub fn RecordingsPage() -> impl IntoView {
    let from = |name| RwSignal::new(use_query(name).get_untracked().unwrap_or_default());
    let recordings = Recordings {
        all: RwSignal::new(None),
        next: RwSignal::new(None),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        search: from("search"),
        host: from("host"),
        account: from("account"),
        hosts: RwSignal::new(BTreeMap::new()),
        accounts: RwSignal::new(BTreeMap::new()),
        deleting: RwSignal::new(None),
        refresh: Refresh::new(),
    };
    recordings.refresh.keep(&[Topic::Recordings], move || recordings.read());
    follow_filters(recordings);
    view! {
        <main id="main" class="page">
            <PageHeader title="Recordings" />
            <p class="page-lead">"What was shown in sessions, to be watched again and searched."</p>
            <Filters recordings />
            {move || recordings.error.get().map(|text| view! {
                <Notice tone=Tone::Bad>{text}</Notice>
                <Button icon=Icon::Refresh on_click=move |()| recordings.refresh.now()>"Try again"</Button>
            })}
            <Listing recordings />
        </main>
        {move || recordings.deleting.get().map(|recording| view! {
            <Delete recording on_done=move |()| { recordings.deleting.set(None); recordings.refresh.now(); }
                on_cancel=move |()| recordings.deleting.set(None) />
        })}
    }
}

/// Another question is read at once, and stands in the address, so that it survives a look at a recording.
fn follow_filters(recordings: Recordings) {
    let navigate = use_navigate();
    Effect::new(move |before: Option<()>| {
        let filters = [
            ("host", recordings.host.get()),
            ("account", recordings.account.get()),
            ("search", recordings.search.get()),
        ];
        if before.is_none() {
            return;
        }
        let filled = filters.iter().filter(|(_, value)| !value.trim().is_empty());
        let pairs: Vec<_> = filled
            .map(|(name, value)| format!("{name}={}", String::from(js_sys::encode_uri_component(value))))
            .collect();
        let address =
            if pairs.is_empty() { "/recordings".to_owned() } else { format!("/recordings?{}", pairs.join("&")) };
        navigate(&address, NavigateOptions { replace: true, scroll: false, ..Default::default() });
        recordings.all.set(None);
        recordings.refresh.now();
    });
}

#[component]
fn Filters(recordings: Recordings) -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    let typed = RwSignal::new(recordings.search.get_untracked());
    let resting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<()>| {
        let text = typed.get();
        if before.is_some() {
            resting.set_value(Some(Timeout::new(REST, move || recordings.search.set(text))));
        }
    });
    let choices = |all: &'static str, known: RwSignal<BTreeMap<String, String>>, chosen: RwSignal<String>| {
        Signal::derive(move || {
            let mut known: Vec<_> = known.get().into_iter().collect();
            let chosen = chosen.get();
            if !chosen.is_empty() && known.iter().all(|(key, _)| *key != chosen) {
                known.push((chosen.clone(), chosen));
            }
            known.sort_by_key(|(_, name)| name.to_lowercase());
            known.insert(0, (String::new(), all.to_owned()));
            known
        })
    };
    let hosts = choices("All hosts", recordings.hosts, recordings.host);
    let accounts = choices("Everybody", recordings.accounts, recordings.account);
    let clear = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            typed.set(String::new());
        }
    };
    view! {
        <div class="recording-filters" role="search">
            <div class="search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search what was shown" placeholder="Search what was shown"
                    autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="200" bind:value=typed on:keydown=clear />
            </div>
            <Select label="Host" value=recordings.host options=hosts />
            {move || sign_in.sees_all().then(|| view! { <Select label="Whose" value=recordings.account options=accounts /> })}
        </div>
    }
}

#[component]
fn Listing(recordings: Recordings) -> impl IntoView {
    let state = Memo::new(move |_| {
        (recordings.all.with(|all| all.as_ref().map(Vec::is_empty)), recordings.error.with(Option::is_some))
    });
    move || match state.get() {
        (None, true) => ().into_any(),
        (None, false) => {
            let label = if recordings.search.with_untracked(String::is_empty) {
                "Loading the recordings"
            } else {
                "Searching the recordings"
            };
            view! { <Skeleton label /> }.into_any()
        }
        (Some(true), _) if recordings.is_filtered() => view! {
            <EmptyState icon=Icon::Search title="Nothing found">
                <p>"No recording fits. A session that still goes on is searched when it has ended."</p>
                <MoreButton recordings text="Search older recordings" />
            </EmptyState>
        }
        .into_any(),
        (Some(true), _) => view! { <NoneYet /> }.into_any(),
        (Some(false), _) => view! {
            <ul class="rows framed recordings" aria-label="Recordings">
                <For each=move || recordings.all.get().unwrap_or_default() key=|view| (view.id.clone(), shape(view))
                    children=move |recording| view! { <Row recording recordings /> } />
            </ul>
            <MoreButton recordings text="Show more" />
        }
        .into_any(),
    }
}

/// What of a row changes while it is shown.
fn shape(view: &RecordingView) -> (bool, u64, u64, usize) {
    (view.running, view.duration_ms, view.bytes, view.matches.len())
}

#[component]
fn MoreButton(recordings: Recordings, text: &'static str) -> impl IntoView {
    move || {
        recordings.next.with(Option::is_some).then(|| {
            view! {
                <div class="recordings-more">
                    <Button busy=recordings.busy on_click=move |()| recordings.more()>{text}</Button>
                </div>
            }
        })
    }
}

#[component]
fn NoneYet() -> impl IntoView {
    view! {
        <EmptyState icon=Icon::Play title="No recording yet">
            <p>
                "Recording is a matter of policy. Switch it on for one host in its settings, for all hosts of a folder in
                the folder's, or for every session with "<code>"[recording] enabled = true"</code>" in the server's configuration.
                The next session is then recorded from its first byte on."
            </p>
            <a class="button" href="/">"To the hosts"</a>
        </EmptyState>
    }
}
