//! `/commands/:run`: a run as it goes on, and what came of it.

use super::{api, groups::Grouped, host_row::ByHost, runs::CountBar, words};
use crate::{
    events::Refresh,
    ui::{
        Badge, Button, ButtonKind, Icon, IconButton, IconView, Notice, RelativeTime, Spinner, Submit, Tone, set_title,
    },
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use wire::{
    CommandRunId,
    commands::{CommandRun, CommandRunState},
    events::Topic,
};

/// How often the times of what runs move on, in milliseconds.
const TICK: u32 = 1_000;

/// What the page knows of the run.
#[derive(Clone, Copy)]
pub(super) struct Watched {
    pub id: StoredValue<CommandRunId>,
    pub run: RwSignal<Option<CommandRun>>,
    error: RwSignal<Option<String>>,
    /// Moves whenever the run was read anew.
    pub moved: RwSignal<u32>,
    pub refresh: Refresh,
    /// Whether hosts that agree stand together; the person's choice, if they made one.
    grouped: RwSignal<Option<bool>>,
}

impl Watched {
    async fn read(self) {
        let Some(id) = self.id.try_get_value() else { return };
        let answer = api::run(id).await;
        if self.error.is_disposed() {
            return;
        }
        match answer {
            Ok(run) => {
                self.error.set(None);
                if self.run.with_untracked(|known| known.as_ref() != Some(&run)) {
                    self.run.set(Some(run));
                }
                self.moved.update(|count| *count = count.wrapping_add(1));
            }
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }

    fn is_running(self) -> bool {
        self.run.with(|run| run.as_ref().is_some_and(|run| run.state == CommandRunState::Running))
    }

    /// One host is best looked at by itself.
    fn is_grouped(self) -> bool {
        let several = self.run.with(|run| run.as_ref().is_some_and(|run| run.hosts.len() > 1));
        self.grouped.get().unwrap_or(several)
    }
}

/// The page.
#[component]
pub fn RunPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("run")).unwrap_or_default());
    view! {
        <main id="main" class="page commands-page">
            {move || match id.get().parse::<CommandRunId>() {
                Ok(id) => view! { <Shown id /> }.into_any(),
                Err(_) => view! { <Gone text="This is not the address of a run.".to_owned() /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Gone(text: String) -> impl IntoView {
    set_title("Run");
    view! {
        <h1>"This run cannot be shown"</h1>
        <Notice tone=Tone::Warn>{text}" Results are kept for some minutes after a run's end."</Notice>
        <a class="button" href="/commands">"To the commands"</a>
    }
}

#[component]
fn Shown(id: CommandRunId) -> impl IntoView {
    let watched = Watched {
        id: StoredValue::new(id),
        run: RwSignal::new(None),
        error: RwSignal::new(None),
        moved: RwSignal::new(0),
        refresh: Refresh::new(),
        grouped: RwSignal::new(None),
    };
    watched.refresh.keep(&[Topic::Commands], move || watched.read());
    let running = Memo::new(move |_| watched.is_running());
    // Times of what runs go on by themselves.
    let ticking = StoredValue::new_local(None::<Interval>);
    Effect::new(move |_| {
        ticking.set_value(running.get().then(|| Interval::new(TICK, move || watched.refresh.now())));
    });
    let known = Memo::new(move |_| watched.run.with(Option::is_some));
    // A failed read leaves what stands here as it is: what is being asked of the run, such as to forget it, is not cut off.
    move || match known.get() {
        false => view! { <Missing watched /> }.into_any(),
        true => view! {
            <Head watched running />
            {move || watched.error.get().map(|text| view! {
                <Notice tone=Tone::Warn>"What is shown may be old: "{text}</Notice>
            })}
            <Results watched />
        }
        .into_any(),
    }
}

#[component]
fn Missing(watched: Watched) -> impl IntoView {
    move || match watched.error.get() {
        None => view! { <Spinner label="Loading the run" /> }.into_any(),
        Some(text) => view! { <Gone text /> }.into_any(),
    }
}

#[component]
fn Head(watched: Watched, running: Memo<bool>) -> impl IntoView {
    let run = Memo::new(move |_| {
        watched
            .run
            .with(|run| run.as_ref().map(|run| CommandRun { hosts: Vec::new(), groups: Vec::new(), ..run.clone() }))
    });
    let command = run.with_untracked(|run| run.as_ref().map(|run| run.command.clone())).unwrap_or_default();
    set_title(&command);
    let state = move || {
        run.get().map(|run| {
            let word = words::run_state(run.state, &run.counts);
            let tone = match run.state {
                CommandRunState::Running => Tone::Accent,
                CommandRunState::Done if run.counts.succeeded == run.counts.total => Tone::Good,
                _ => Tone::Warn,
            };
            view! { <Badge tone>{word}</Badge> }
        })
    };
    view! {
        <a class="commands-back" href="/commands"><IconView icon=Icon::Back />"Commands"</a>
        <header class="commands-head">
            <h1 class="commands-title mono">{command}</h1>
            <Acts watched run running />
        </header>
        <div class="commands-standing">
            <span role="status">{state}</span>
            {move || run.get().map(|run| view! {
                <CountBar counts=run.counts state=run.state />
                <ul class="commands-tally" aria-label="Hosts by state">
                    {words::tally(&run.counts).into_iter().map(|(count, word, name)| view! {
                        <li data-part=name>{count}" "{word}</li>
                    }).collect_view()}
                </ul>
                <span class="commands-when">
                    {words::hosts(run.counts.total as usize)}", "
                    {(run.counts.total > 1).then(|| format!("{} at once, ", run.concurrency))}{run.timeout}" s each · "
                    <RelativeTime millis=run.started_at.millis() />
                </span>
            })}
        </div>
    }
}

#[component]
fn Acts(watched: Watched, run: Memo<Option<CommandRun>>, running: Memo<bool>) -> impl IntoView {
    // Apart, for news of the end may come before the answer to the cancelling does.
    let (cancelling, forgetting) = (Submit::new(), Submit::new());
    let navigate = StoredValue::new(use_navigate());
    let id = watched.id.get_value();
    let (again, failed) = (format!("/commands?again={id}"), format!("/commands?again={id}&failed=1"));
    let cancel = move |()| {
        let id = watched.id.get_value();
        cancelling.run(async move { api::cancel(id).await }, move |()| watched.refresh.now());
    };
    let forget = move |()| {
        let id = watched.id.get_value();
        forgetting.run(async move { api::cancel(id).await }, move |()| {
            navigate.with_value(|navigate| navigate("/commands", Default::default()));
        });
    };
    let unwell = move || run.with(|run| run.as_ref().map_or(0, |run| run.counts.total - run.counts.succeeded));
    view! {
        <div class="page-actions">
            {move || cancelling.error.get().or(forgetting.error.get()).map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            {move || if running.get() {
                view! { <Button kind=ButtonKind::Danger busy=cancelling.busy on_click=cancel>"Cancel"</Button> }.into_any()
            } else {
                let (again, failed) = (again.clone(), failed.clone());
                let all = run.with(|run| run.as_ref().map_or(0, |run| run.counts.total));
                view! {
                    {(unwell() > 0 && unwell() < all).then(|| view! {
                        <a class="button" href=failed>{format!("Again on the {} not ok", unwell())}</a>
                    })}
                    <a class="button" href=again><IconView icon=Icon::Refresh />"Run again"</a>
                    <IconButton icon=Icon::Trash label="Forget this run" on_click=forget />
                }.into_any()
            }}
        </div>
    }
}

#[component]
fn Results(watched: Watched) -> impl IntoView {
    let several = Memo::new(move |_| watched.run.with(|run| run.as_ref().is_some_and(|run| run.hosts.len() > 1)));
    let grouped = Memo::new(move |_| watched.is_grouped());
    let choice = move |text: &'static str, wanted: bool| {
        view! {
            <button type="button" class="segment" aria-pressed=move || (grouped.get() == wanted).to_string()
                on:click=move |_| watched.grouped.set(Some(wanted))>{text}</button>
        }
    };
    view! {
        {move || several.get().then(|| view! {
            <div class="segments commands-views" role="group" aria-label="Results">
                {choice("Those that agree", true)}
                {choice("By host", false)}
            </div>
        })}
        {move || if grouped.get() {
            view! { <Grouped watched /> }.into_any()
        } else {
            view! { <ByHost watched /> }.into_any()
        }}
    }
}
