//! One clock for the whole page: a span such as "3 min ago" follows it without a timer of its own.

use super::span;
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use std::sync::LazyLock;

/// How often spans are written anew, in milliseconds.
const TICK: u32 = 5_000;

static NOW: LazyLock<ArcRwSignal<i64>> = LazyLock::new(|| {
    let now = ArcRwSignal::new(now_millis());
    let ticking = now.clone();
    Interval::new(TICK, move || ticking.set(now_millis())).forget();
    now
});

/// Milliseconds since 1970, by the browser's clock.
pub fn now_millis() -> i64 {
    js_sys::Date::now() as i64
}

/// The same as a signal that moves every few seconds.
pub fn now() -> ArcReadSignal<i64> {
    NOW.read_only()
}

/// How long ago a moment was, kept up to date; the exact moment is its tooltip.
#[component]
pub fn RelativeTime(
    /// The moment, in milliseconds since 1970.
    millis: i64,
) -> impl IntoView {
    let date = js_sys::Date::new(&(millis as f64).into());
    let exact = String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED));
    let iso = date.to_iso_string().as_string();
    let clock = now();
    let words = move || span::ago(u64::try_from((clock.get() - millis) / 1_000).unwrap_or(0));
    view! { <time datetime=iso title=exact>{words}</time> }
}
