//! The bar: where the player stands, what is at hand, where commands were typed. A slider for keyboards and screen
//! readers, a strip of ticks for eyes.

use super::{player::Player, words};
use leptos::{html, prelude::*};
use wire::recordings::RecordingMarker;

/// More ticks than this cannot be told apart.
const TICKS: usize = 240;

/// A marker within so many pixels of the pointer is named.
const NEAR: f64 = 7.0;

/// What the pointer is over: how far along the bar, and what is there.
#[derive(Debug, Clone, PartialEq)]
struct Hover {
    part: f64,
    moment: String,
    command: Option<String>,
}

/// The bar.
#[component]
pub(super) fn SeekBar(player: Player) -> impl IntoView {
    let (track, hover) = (NodeRef::<html::Div>::new(), RwSignal::new(None::<Hover>));
    let percent = move |ms: f64| format!("{:.3}%", 100.0 * part(ms, player.length.get()));
    let ticks = Memo::new(move |_| player.detail.with(|detail| ticks(&detail.markers, player.length.get())));
    let look = move |event: leptos::ev::PointerEvent| {
        let Some(track) = track.get_untracked() else { return };
        let edge = track.get_bounding_client_rect();
        let along = (f64::from(event.client_x()) - edge.left()) / edge.width().max(1.0);
        let reach = player.length.get_untracked() * NEAR / edge.width().max(1.0);
        let part = along.clamp(0.0, 1.0);
        let at = part * player.length.get_untracked();
        let command = player.detail.with_untracked(|detail| nearest(&detail.markers, at, reach));
        hover.set(Some(Hover { part, moment: words::moment(at), command }));
    };
    let input = move |event: leptos::ev::Event| {
        if let Ok(at) = event_target_value(&event).parse::<f64>() {
            player.seek(at);
        }
    };
    view! {
        <div class="seek" on:pointermove=look on:pointerleave=move |_| hover.set(None)>
            <div class="seek-track" node_ref=track aria-hidden="true">
                {move || player.at_hand.get().into_iter().map(|(from, to)| view! {
                    <span class="seek-at-hand" style:left=percent(from)
                        style:width=format!("{:.3}%", 100.0 * (part(to, player.length.get()) - part(from, player.length.get())))></span>
                }).collect_view()}
                <span class="seek-played" style:width=move || percent(player.position.get())></span>
                {move || ticks.get().into_iter().map(|at| view! {
                    <span class="seek-tick" style:left=format!("{:.3}%", 100.0 * at)></span>
                }).collect_view()}
                <span class="seek-thumb" style:left=move || percent(player.position.get())></span>
            </div>
            <input
                type="range"
                class="seek-input"
                min="0"
                max=move || player.length.get().max(1.0)
                step="any"
                aria-label="Position"
                aria-valuetext=move || format!("{} of {}", words::spoken(player.position.get()), words::spoken(player.length.get()))
                prop:value=move || player.position.get()
                on:input=input
            />
            {move || hover.get().map(|hover| view! {
                <div class="seek-hover" style:left=format!("{:.2}%", 100.0 * hover.part) aria-hidden="true"
                    data-edge=edge(hover.part)>
                    <span>{hover.moment}</span>
                    {hover.command.map(|command| view! { <span class="mono seek-command">{command}</span> })}
                </div>
            })}
        </div>
    }
}

/// Near an end of the bar a text leans inwards.
fn edge(part: f64) -> &'static str {
    match part {
        0.0..0.25 => "start",
        0.75.. => "end",
        _ => "none",
    }
}

/// How far along, from 0 to 1.
fn part(ms: f64, length: f64) -> f64 {
    if length > 0.0 { (ms / length).clamp(0.0, 1.0) } else { 0.0 }
}

/// Where to draw ticks; those that would fall on one another are one.
fn ticks(markers: &[RecordingMarker], length: f64) -> Vec<f64> {
    let mut slots: Vec<_> =
        markers.iter().map(|marker| (part(marker.at_ms as f64, length) * TICKS as f64) as usize).collect();
    slots.dedup();
    slots.truncate(TICKS + 1);
    slots.into_iter().map(|slot| slot as f64 / TICKS as f64).collect()
}

fn nearest(markers: &[RecordingMarker], at: f64, reach: f64) -> Option<String> {
    let away = |marker: &RecordingMarker| (marker.at_ms as f64 - at).abs();
    let near = markers.iter().filter(|marker| away(marker) <= reach);
    near.min_by(|one, other| away(one).total_cmp(&away(other))).map(|marker| marker.label.clone())
}
