//! One host: where it stands, its figures, and the last minutes of them.

use super::{
    chart::Chart,
    curve::{At, top},
    feed::{Feed, Standing},
    gpus::Gpus,
    page::Chosen,
    words,
};
use crate::{
    inventory::Names,
    ui::{Badge, Button, Icon, IconButton, Notice, Spinner, Tone},
};
use leptos::prelude::*;
use wire::{
    HostId,
    monitor::{FilesystemFigures, MonitorFigures, MonitorPoint},
};

/// Rates below this, in bytes per second, do not fill a chart.
const LEAST_RATE: f64 = 10_240.0;

/// File systems that are shown at once; the others on request.
const SHOWN: usize = 3;

/// The card.
#[component]
pub(super) fn HostCard(names: Names, chosen: Chosen, id: HostId) -> impl IntoView {
    let key = StoredValue::new(id.clone());
    let name = Memo::new(move |_| key.with_value(|id| names.host(id)).map(|host| host.name));
    let label = move || key.with_value(|id| names.of(id));
    let feed = Feed::of(id, name);
    let remove = Callback::new(move |()| key.with_value(|id| chosen.set(id, false)));
    let about = move || feed.latest.with(|figures| figures.as_ref().map(words::host).unwrap_or_default());
    let known = Memo::new(move |_| feed.latest.with(Option::is_some));
    view! {
        <section class="monitor-card" aria-label=label>
            <header class="monitor-head">
                <div class="monitor-name">
                    <h2 title=label>{label}</h2>
                    <span class="row-meta">{about}</span>
                </div>
                <State feed />
                {move || {
                    let label = format!("Remove {} from the monitor", label());
                    view! { <IconButton icon=Icon::Close label on_click=remove /> }
                }}
            </header>
            <Trouble feed />
            {move || known.get().then(|| view! { <Tiles feed /> <Filesystems feed /> <Gpus feed /> })}
        </section>
    }
}

#[component]
fn State(feed: Feed) -> impl IntoView {
    move || match feed.standing.get() {
        Standing::Live => view! { <Badge tone=Tone::Good>"live"</Badge> }.into_any(),
        Standing::Connecting => view! { <Spinner label="Connecting" /> }.into_any(),
        Standing::Failed(..) => view! { <Badge tone=Tone::Bad>"not reached"</Badge> }.into_any(),
    }
}

#[component]
fn Trouble(feed: Feed) -> impl IntoView {
    move || match feed.standing.get() {
        Standing::Failed(text, again) => Some(view! {
            <Notice tone=Tone::Warn>
                {text}
                <p class="monitor-again">
                    <Button on_click=move |()| feed.retry()>"Try again"</Button>
                    {again.then_some(" It is tried again by itself as well.")}
                </p>
            </Notice>
        }),
        _ => None,
    }
}

/// A curve of one figure of the points.
pub(super) fn curve(
    feed: Feed,
    figure: impl Fn(&MonitorPoint) -> Option<f64> + Send + Sync + 'static,
) -> Signal<Vec<At>> {
    Signal::derive(move || {
        feed.points.with(|points| points.iter().map(|point| (point.at.millis(), figure(point))).collect())
    })
}

/// A text about the latest figures.
fn text(feed: Feed, words: fn(&MonitorFigures) -> String) -> Signal<String> {
    Memo::new(move |_| feed.latest.with(|figures| figures.as_ref().map(words).unwrap_or_default())).into()
}

#[component]
fn Tiles(feed: Feed) -> impl IntoView {
    let (received, sent) = (
        curve(feed, |point| point.received_per_second.map(|rate| rate as f64)),
        curve(feed, |point| point.sent_per_second.map(|rate| rate as f64)),
    );
    let (read, written) = (
        curve(feed, |point| point.read_per_second.map(|rate| rate as f64)),
        curve(feed, |point| point.written_per_second.map(|rate| rate as f64)),
    );
    let network =
        text(feed, |figures| pair("↓", figures.network.received_per_second, "↑", figures.network.sent_per_second));
    let disk = text(feed, |figures| pair("R", figures.disk.read_per_second, "W", figures.disk.written_per_second));
    view! {
        <div class="monitor-tiles">
            <Tile title="CPU" value=text(feed, |figures| words::percent(figures.cpu.usage_percent)) detail=text(feed, words::cpu)
                first=curve(feed, |point| point.cpu_percent.map(f64::from)) />
            <Tile title="Memory" value=text(feed, memory_share)
                detail=text(feed, |figures| figures.memory.as_ref().map(words::memory).unwrap_or_default())
                first=curve(feed, |point| point.memory_percent.map(f64::from)) />
            <Tile title="Network" value=network detail=text(feed, interfaces) first=received second=sent />
            <Tile title="Disk" value=disk detail=Signal::stored(String::new()) first=read second=written />
        </div>
    }
}

fn pair(one: &str, first: Option<u64>, other: &str, second: Option<u64>) -> String {
    format!("{one} {}  {other} {}", words::rate(first), words::rate(second))
}

fn memory_share(figures: &MonitorFigures) -> String {
    words::percent(figures.memory.and_then(|memory| memory.used_percent()))
}

/// The interfaces that carry something now.
fn interfaces(figures: &MonitorFigures) -> String {
    let busy =
        figures.network.interfaces.iter().filter(|one| {
            one.name != "lo" && one.received_per_second.unwrap_or(0) + one.sent_per_second.unwrap_or(0) > 0
        });
    busy.take(3).map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A figure with its chart. With a second curve both are rates on a scale of their own; else they are shares of 100 %.
#[component]
pub(super) fn Tile(
    #[prop(into)] title: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] detail: Signal<String>,
    first: Signal<Vec<At>>,
    #[prop(optional, into)] second: Option<Signal<Vec<At>>>,
) -> impl IntoView {
    let most = Signal::derive(move || match second {
        None => 100.0,
        Some(second) => first.with(|a| top(a, LEAST_RATE)).max(second.with(|b| top(b, LEAST_RATE))),
    });
    let peak = move || {
        let highest = |points: &Vec<At>| points.iter().filter_map(|(_, value)| *value).reduce(f64::max);
        let highest =
            first.with(highest).into_iter().chain(second.and_then(|second| second.with(highest))).reduce(f64::max);
        match (highest, second.is_some()) {
            (None, _) => words::NONE.to_owned(),
            (Some(share), false) => words::percent(Some(share as f32)),
            (Some(rate), true) => words::rate(Some(rate as u64)),
        }
    };
    let name = title.clone();
    let label = Signal::derive(move || format!("{name}, the last minutes: now {}, at most {}", value.get(), peak()));
    let scale = move || if second.is_some() { words::rate(Some(most.get() as u64)) } else { String::new() };
    let chart = match second {
        Some(second) => view! { <Chart label first second most /> }.into_any(),
        None => view! { <Chart label first most /> }.into_any(),
    };
    view! {
        <div class="monitor-tile" class:monitor-two=second.is_some()>
            <div class="monitor-tile-head">
                <h3>{title}</h3>
                <span class="monitor-value">{move || value.get()}</span>
            </div>
            <div class="monitor-plot">
                {chart}
                <span class="monitor-scale" aria-hidden="true">{scale}</span>
            </div>
            <p class="monitor-detail">{move || detail.get()}</p>
        </div>
    }
}

#[component]
fn Filesystems(feed: Feed) -> impl IntoView {
    let all = Memo::new(move |_| {
        feed.latest.with(|figures| figures.as_ref().map(|figures| figures.disk.filesystems.clone()).unwrap_or_default())
    });
    let whole = RwSignal::new(false);
    let rows = move || {
        let shown = if whole.get() { usize::MAX } else { SHOWN };
        all.with(|all| all.iter().take(shown).cloned().map(|one| view! { <Filesystem one /> }).collect_view())
    };
    let more = move || all.with(Vec::len).saturating_sub(SHOWN);
    move || {
        (!all.with(Vec::is_empty)).then(|| {
            view! {
                <div class="monitor-block">
                    <h3>"File systems"</h3>
                    <ul class="monitor-rows">{rows}</ul>
                    {move || (more() > 0).then(|| view! {
                        <Button kind=crate::ui::ButtonKind::Ghost on_click=move |()| whole.update(|whole| *whole = !*whole)>
                            {move || if whole.get() { "Show fewer".to_owned() } else { format!("Show {} more", more()) }}
                        </Button>
                    })}
                </div>
            }
        })
    }
}

#[component]
fn Filesystem(one: FilesystemFigures) -> impl IntoView {
    let used = words::of(one.used, one.total);
    view! {
        <li class="monitor-row" title=one.source>
            <span class="monitor-row-name mono">{one.mount}</span>
            <span class="monitor-row-value">{used}" · "{words::percent(Some(one.used_percent))}</span>
            <Bar share=one.used_percent />
        </li>
    }
}

/// How full something is; the words beside it say it too.
#[component]
pub(super) fn Bar(share: f32) -> impl IntoView {
    view! {
        <svg class="monitor-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="monitor-bar-back" width="100" height="4" />
            <rect data-full=words::fullness(share) width=share.to_string() height="4" />
        </svg>
    }
}
