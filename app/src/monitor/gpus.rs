//! Graphics processors and what computes on them, where the host has any.

use super::{
    card::{Bar, Tile, curve},
    feed::Feed,
    words,
};
use crate::ui::{Notice, Tone};
use leptos::prelude::*;
use wire::monitor::{Gpu, GpuProcess};

/// The section; nothing where there is none.
#[component]
pub(super) fn Gpus(feed: Feed) -> impl IntoView {
    let count =
        Memo::new(move |_| feed.latest.with(|figures| figures.as_ref().map_or(0, |figures| figures.gpus.len())));
    let note =
        Memo::new(move |_| feed.latest.with(|figures| figures.as_ref().and_then(|figures| figures.gpu_note.clone())));
    move || {
        (count.get() > 0 || note.with(Option::is_some)).then(|| {
            view! {
                <div class="monitor-block">
                    <h3>"Graphics processors"</h3>
                    {move || note.get().map(|text| view! { <Notice tone=Tone::Warn>{text}</Notice> })}
                    <div class="monitor-tiles">{move || (0..count.get()).map(|at| view! { <Card feed at /> }).collect_view()}</div>
                    <Processes feed />
                </div>
            }
        })
    }
}

#[component]
fn Card(feed: Feed, at: usize) -> impl IntoView {
    let gpu = Memo::new(move |_| {
        feed.latest.with(|figures| figures.as_ref().and_then(|figures| figures.gpus.get(at).cloned()))
    });
    let of = move |words: fn(&Gpu) -> String| {
        Signal::derive(move || gpu.with(|gpu| gpu.as_ref().map(words).unwrap_or_default()))
    };
    let title =
        gpu.with_untracked(|gpu| gpu.as_ref().map(|gpu| format!("{} {}", gpu.index, gpu.name)).unwrap_or_default());
    let memory = move || {
        gpu.with(|gpu| gpu.as_ref().and_then(|gpu| Some((gpu.memory_used?, gpu.memory_total?, gpu.memory_percent()?))))
    };
    view! {
        <div class="monitor-gpu">
            <Tile title value=of(words::gpu_load) detail=of(words::gpu)
                first=curve(feed, move |point| point.gpus.get(at).and_then(|gpu| gpu.utilization_percent).map(f64::from)) />
            {move || memory().map(|(used, total, share)| view! {
                <div class="monitor-row">
                    <span class="monitor-row-name">"Memory"</span>
                    <span class="monitor-row-value">{words::of(used, total)}</span>
                    <Bar share />
                </div>
            })}
        </div>
    }
}

#[component]
fn Processes(feed: Feed) -> impl IntoView {
    let all = Memo::new(move |_| {
        feed.latest.with(|figures| figures.as_ref().map(|figures| figures.gpu_processes.clone()).unwrap_or_default())
    });
    move || {
        (!all.with(Vec::is_empty)).then(|| {
            view! {
                <div class="monitor-table" tabindex="0" role="group" aria-label="Processes on graphics processors">
                    <table>
                        <thead><tr><th scope="col">"Process"</th><th scope="col">"PID"</th><th scope="col">"On"</th><th scope="col">"Memory"</th></tr></thead>
                        <tbody>{all.get().into_iter().map(|one| view! { <Process one /> }).collect_view()}</tbody>
                    </table>
                </div>
            }
        })
    }
}

#[component]
fn Process(one: GpuProcess) -> impl IntoView {
    let name = words::program(&one.name).to_owned();
    let on = one.gpu.map_or_else(|| words::NONE.to_owned(), |gpu| gpu.to_string());
    let memory = one.memory_used.map_or_else(|| words::NONE.to_owned(), wire::files::size_formatted);
    view! { <tr><td title=one.name class="mono">{name}</td><td>{one.pid}</td><td>{on}</td><td>{memory}</td></tr> }
}
