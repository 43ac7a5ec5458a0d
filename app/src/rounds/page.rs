//! `/rounds/:round`: a round as it goes on, what came of it, and what can be done next.

use super::{acts::Next, api, keys::Ticks, section::Section, words};
use crate::{
    events::Refresh,
    inventory::words::{hosts, thousands},
    ui::{
        Badge, Button, ButtonKind, Icon, IconButton, IconView, Notice, RelativeTime, Spinner, Submit, Tone, set_title,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use wire::{
    FaultCode, RoundId,
    events::Topic,
    inventory::{RoundQuery, RoundState, RoundView, RoundWorkKind},
};

const FORGOTTEN: &str = "The server was started anew and does not go on with this. What was done until then stays done; choose the hosts \
                         again to look at them, or to do the rest.";

/// What the page knows of the round.
#[derive(Clone, Copy)]
pub(super) struct Watched {
    pub id: StoredValue<RoundId>,
    pub round: RwSignal<Option<RoundView>>,
    error: RwSignal<Option<String>>,
    pub refresh: Refresh,
    /// Only hosts in which this stands.
    pub search: RwSignal<String>,
    pub ticks: Ticks,
}

impl Watched {
    async fn read(self) {
        let Some(id) = self.id.try_get_value() else { return };
        let answer = api::page(id, RoundQuery { limit: Some(0), ..RoundQuery::default() }).await;
        if self.error.is_disposed() {
            return;
        }
        match answer {
            Ok(page) => {
                self.error.set(None);
                if self.round.with_untracked(|known| known.as_ref() != Some(&page.round)) {
                    self.round.set(Some(page.round));
                }
            }
            Err(error) => {
                if error.code() == FaultCode::NotFound {
                    self.forgotten();
                }
                self.error.set(Some(error.to_string()));
            }
        }
    }

    /// The server was started anew and knows nothing of the round any more: it does not go on.
    fn forgotten(self) {
        self.round.update(|round| {
            if let Some(round) = round.as_mut().filter(|round| round.state == RoundState::Running) {
                round.state = RoundState::Stopped;
                round.stopped = Some(FORGOTTEN.to_owned());
            }
        });
    }

    /// How it stands; reads that change nothing wake nobody.
    pub(super) fn of<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&RoundView) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.round.with(|round| round.as_ref().map(&read)))
    }
}

/// The page.
#[component]
pub fn RoundPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("round")).unwrap_or_default());
    view! {
        <main id="main" class="page round-page">
            {move || match id.get().parse::<RoundId>() {
                Ok(id) => view! { <Shown id /> }.into_any(),
                Err(_) => view! { <Gone text="This is not the address of a round.".to_owned() /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Gone(text: String) -> impl IntoView {
    set_title("Round");
    view! {
        <h1>"This cannot be shown"</h1>
        <Notice tone=Tone::Warn>{text}" What came of it is kept for half an hour after its end, and with each host."</Notice>
        <a class="button" href="/">"To the hosts"</a>
    }
}

#[component]
fn Shown(id: RoundId) -> impl IntoView {
    let watched = Watched {
        id: StoredValue::new(id),
        round: RwSignal::new(None),
        error: RwSignal::new(None),
        refresh: Refresh::new(),
        search: RwSignal::new(String::new()),
        ticks: Ticks::new(),
    };
    watched.refresh.keep(&[Topic::Rounds], move || watched.read());
    let work = watched.of(|round| round.work);
    move || match work.get() {
        None => view! { <Missing watched /> }.into_any(),
        Some(work) => view! {
            <Head watched work />
            {move || watched.error.get().map(|text| view! {
                <Notice tone=Tone::Warn>"What is shown may be old: "{text}</Notice>
            })}
            <Told watched />
            <Next watched work />
            <Results watched />
        }
        .into_any(),
    }
}

#[component]
fn Missing(watched: Watched) -> impl IntoView {
    move || match watched.error.get() {
        None => view! { <Spinner label="Loading" /> }.into_any(),
        Some(text) => view! { <Gone text /> }.into_any(),
    }
}

#[component]
fn Head(watched: Watched, work: RoundWorkKind) -> impl IntoView {
    let title = words::title(work);
    set_title(title);
    let state = watched.of(|round| round.state);
    let badge = move || {
        state.get().map(|state| {
            let tone = match state {
                RoundState::Running => Tone::Accent,
                RoundState::Done => Tone::Good,
                RoundState::Cancelled | RoundState::Stopped => Tone::Warn,
            };
            let word = match (work, state) {
                // The first step of setting up access: more is to be done.
                (RoundWorkKind::Scan, RoundState::Done) => "Keys read",
                _ => words::state(state),
            };
            view! { <Badge tone>{word}</Badge> }
        })
    };
    let total = watched.of(|round| (round.total, round.started_at.millis()));
    view! {
        <a class="commands-back" href="/"><IconView icon=Icon::Back />"Hosts"</a>
        <header class="round-head">
            <h1>{title}</h1>
            <span role="status">{badge}</span>
            {move || total.get().map(|(total, millis)| view! {
                <span class="round-when">{hosts(u64::from(total))}" · "<RelativeTime millis /></span>
            })}
            <Stop watched state />
        </header>
        {matches!(work, RoundWorkKind::Scan | RoundWorkKind::Bootstrap).then(|| view! { <Steps watched work /> })}
        {move || watched.round.get().map(|round| view! { <Tally round /> })}
    }
}

/// Check the keys, sign in, look at the results.
#[component]
fn Steps(watched: Watched, work: RoundWorkKind) -> impl IntoView {
    let ready =
        watched.of(|round| words::count(round, &words::taken_up(RoundWorkKind::Scan)) > 0 && round.ended_at.is_some());
    let open =
        watched.of(|round| round.ended_at.is_none() || round.count(wire::inventory::RoundOutcome::KeyUnknown) > 0);
    let here = move || match work {
        RoundWorkKind::Scan if open.get() == Some(false) && ready.get() == Some(true) => 1,
        RoundWorkKind::Scan => 0,
        _ => 2,
    };
    view! {
        <ol class="steps">
            {["Check the keys", "Sign in", "Result"].into_iter().enumerate().map(|(number, text)| view! {
                <li class:done=move || number < here() aria-current=move || (number == here()).then_some("step")>{text}</li>
            }).collect_view()}
        </ol>
    }
}

#[component]
fn Tally(round: RoundView) -> impl IntoView {
    let parts = words::tally(&round);
    let text: Vec<_> = parts.iter().map(|(count, word, _)| format!("{count} {word}")).collect();
    let running = (round.state == RoundState::Running).then_some("true");
    view! {
        <div class="round-standing">
            <div class="count-bar" role="img" aria-label=text.join(", ") data-running=running>
                {parts.iter().map(|(count, _, name)| view! {
                    <span data-part=*name style:flex-grow=count.to_string()></span>
                }).collect_view()}
            </div>
            <ul class="commands-tally" aria-label="Hosts by state">
                {parts.into_iter().map(|(count, word, name)| view! {
                    <li data-part=name>{thousands(u64::from(count))}" "{word}</li>
                }).collect_view()}
            </ul>
        </div>
    }
}

#[component]
fn Stop(watched: Watched, state: Memo<Option<RoundState>>) -> impl IntoView {
    let (cancelling, forgetting) = (Submit::new(), Submit::new());
    let navigate = StoredValue::new(use_navigate());
    let cancel = move |()| {
        let id = watched.id.get_value();
        cancelling.run(async move { api::cancel(id).await }, move |()| watched.refresh.now());
    };
    let forget = move |()| {
        let id = watched.id.get_value();
        forgetting.run(async move { api::cancel(id).await }, move |()| {
            navigate.with_value(|navigate| navigate("/", Default::default()));
        });
    };
    view! {
        <div class="page-actions">
            {move || cancelling.error.get().or(forgetting.error.get()).map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            {move || match state.get() {
                Some(RoundState::Running) => view! {
                    <Button kind=ButtonKind::Danger busy=cancelling.busy on_click=cancel>"Cancel"</Button>
                }.into_any(),
                _ => view! { <IconButton icon=Icon::Trash label="Forget this" on_click=forget /> }.into_any(),
            }}
        </div>
    }
}

/// What is said of all hosts together.
#[component]
fn Told(watched: Watched) -> impl IntoView {
    let told = watched.of(|round| (round.stopped.clone(), round.notes.clone(), round.shared_keys));
    move || {
        told.get().map(|(stopped, notes, shared)| {
            view! {
                {stopped.map(|text| view! { <Notice tone=Tone::Warn>{text}</Notice> })}
                {notes.into_iter().map(|text| view! { <Notice tone=Tone::Neutral>{text}</Notice> }).collect_view()}
                {(shared > 0).then(|| view! {
                    <Notice tone=Tone::Warn>
                        {format!("{} show a key that another one shows too. ", hosts(u64::from(shared)))}
                        "Either they are one machine under several addresses, or machines that were cloned with their keys: "
                        "whoever has one of those can pass for the others."
                    </Notice>
                })}
            }
        })
    }
}

#[component]
fn Results(watched: Watched) -> impl IntoView {
    let counts = watched.of(|round| words::GROUPS.map(|group| words::count(round, group.outcomes)));
    let many = watched.of(|round| round.total > 10);
    let (shown, only) = (
        Memo::new(move |_| counts.get().unwrap_or_default().map(|count| count > 0)),
        Memo::new(move |_| counts.get().unwrap_or_default().iter().filter(|count| **count > 0).count() == 1),
    );
    view! {
        {move || (many.get() == Some(true)).then(|| view! {
            <div class="search round-search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Find hosts" placeholder="Name, address or fingerprint"
                    autocomplete="off" spellcheck="false" bind:value=watched.search />
            </div>
        })}
        {move || {
            let only = only.get();
            words::GROUPS.into_iter().zip(shown.get()).filter(|(_, shown)| *shown).map(|(group, _)| {
                view! { <Section watched group open=group.open || only /> }
            }).collect_view()
        }}
    }
}
