//! What is said above the screen while the connection is lost.

use super::{channel::Phase, desk::Desk, words};
use crate::ui::Button;
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// The notices of a terminal.
#[component]
pub(super) fn Notices(desk: Desk) -> impl IntoView {
    let lost = Memo::new(move |_| desk.state() == "reconnecting");
    move || lost.get().then(|| view! { <Lost desk /> })
}

#[component]
fn Lost(desk: Desk) -> impl IntoView {
    let now = RwSignal::new(js_sys::Date::now());
    let tick = StoredValue::new_local(Some(Interval::new(500, move || now.set(js_sys::Date::now()))));
    on_cleanup(move || drop(tick.try_update_value(Option::take)));
    let words = move || match desk.phase.get() {
        Phase::Waiting { until } => {
            let left = ((until - now.get()) / 1_000.0).ceil().max(1.0) as u64;
            format!("The connection is lost. Trying again in {}.", words::countdown(left))
        }
        _ => "The connection is lost. Trying again now.".into(),
    };
    let retry = move |()| {
        if let Some(channel) = desk.channel() {
            channel.retry();
        }
        desk.focus();
    };
    // The countdown is for the eye; a screen reader hears once what has happened.
    view! {
        <div class="terminal-lost" role="status">
            <span class="sr-only">"The connection is lost. Trying again."</span>
            <span aria-hidden="true">{words}</span>
            <span class="terminal-lost-hint">"The session goes on; what you type is sent when the connection is back."</span>
            <Button on_click=retry>"Try now"</Button>
        </div>
    }
}
