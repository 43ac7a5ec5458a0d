//! A small chart of the last minutes, drawn as an SVG, with its content in words for who does not see it.

use super::curve::{At, HEIGHT, WIDTH, paths};
use leptos::prelude::*;

/// One curve or two, one above the other in meaning: what comes in, what goes out.
#[component]
pub(super) fn Chart(
    /// What it shows, in words.
    #[prop(into)]
    label: Signal<String>,
    /// The curve with an area below it.
    #[prop(into)]
    first: Signal<Vec<At>>,
    /// A second curve, a line alone.
    #[prop(optional, into)]
    second: Option<Signal<Vec<At>>>,
    /// The top of the scale.
    #[prop(into)]
    most: Signal<f64>,
) -> impl IntoView {
    let drawn = Memo::new(move |_| first.with(|points| paths(points, most.get())));
    let other = second.map(|second| Memo::new(move |_| second.with(|points| paths(points, most.get()).0)));
    let (middle, bottom) = (HEIGHT / 2.0, HEIGHT - 0.5);
    view! {
        <svg class="monitor-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img"
            aria-label=move || label.get() focusable="false">
            <path class="monitor-grid" d=format!("M0 0.5H{WIDTH}M0 {middle}H{WIDTH}M0 {bottom}H{WIDTH}") />
            <path class="monitor-area" d=move || drawn.with(|drawn| drawn.1.clone()) />
            <path class="monitor-line" d=move || drawn.with(|drawn| drawn.0.clone()) />
            {other.map(|other| view! { <path class="monitor-line second" d=move || other.get() /> })}
        </svg>
    }
}
