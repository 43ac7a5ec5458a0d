//! What ran lately.

use super::{api, words};
use crate::{
    events::Refresh,
    ui::{EmptyState, Icon, Notice, RelativeTime, Skeleton, Tone},
};
use leptos::prelude::*;
use wire::{
    commands::{CommandRun, CommandRunState, HostRunCounts},
    events::Topic,
};

type Listed = RwSignal<Option<Result<Vec<CommandRun>, String>>>;

async fn read(listed: Listed) {
    let answer = api::runs().await.map(|list| list.runs).map_err(|error| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The list.
#[component]
pub(super) fn Runs() -> impl IntoView {
    let listed = Listed::new(None);
    Refresh::new().keep(&[Topic::Commands], move || read(listed));
    view! {
        <section class="commands-runs" aria-labelledby="runs-heading">
            <div class="section-head"><h2 id="runs-heading">"Recent runs"</h2></div>
            {move || match listed.get() {
                None => view! { <Skeleton rows=2 label="Loading the runs" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(runs)) if runs.is_empty() => view! {
                    <EmptyState icon=Icon::Play title="Nothing ran lately">
                        <p>"A run goes on when you leave this page. Its results wait here for some minutes after its end."</p>
                    </EmptyState>
                }.into_any(),
                Some(Ok(runs)) => view! {
                    <ul class="rows framed" aria-label="Recent runs">
                        {runs.into_iter().map(|run| view! { <Row run /> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Row(run: CommandRun) -> impl IntoView {
    let address = format!("/commands/{}", run.id);
    view! {
        <li class="row commands-past">
            <div class="row-main">
                <a class="row-title mono commands-past-link" href=address>{run.command}</a>
                <span class="row-meta">
                    {words::hosts(run.counts.total as usize)}" · "<RelativeTime millis=run.started_at.millis() />" · "
                    {words::run_state(run.state, &run.counts)}
                </span>
            </div>
            <CountBar counts=run.counts state=run.state />
        </li>
    }
}

/// How many hosts are where, as a bar.
#[component]
pub(super) fn CountBar(counts: HostRunCounts, state: CommandRunState) -> impl IntoView {
    let parts = words::tally(&counts);
    let text: Vec<_> = parts.iter().map(|(count, word, _)| format!("{count} {word}")).collect();
    view! {
        <div class="count-bar" role="img" aria-label=text.join(", ") data-running=(state == CommandRunState::Running).then_some("true")>
            {parts.into_iter().map(|(count, _, name)| view! {
                <span data-part=name style:flex-grow=count.to_string()></span>
            }).collect_view()}
        </div>
    }
}
