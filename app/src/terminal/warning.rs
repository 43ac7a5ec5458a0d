//! The bar that says when and why a session will end, and puts the end off where that is allowed.

use super::{api, desk::Desk, words};
use crate::ui::{Button, ButtonKind, Icon, IconView, Submit, ToastKind, span, toast};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use wire::terminal::EndReason;

/// What the server warned of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Warning {
    /// A limit ends the session.
    Ends {
        /// Which one.
        reason: EndReason,
        /// When, in milliseconds on the page's clock.
        at: f64,
        /// Whether this page can put it off.
        may_extend: bool,
    },
    /// The server is being stopped.
    Stops,
}

impl Warning {
    /// That a limit ends the session in so many seconds.
    pub(super) fn ends(reason: EndReason, seconds: u64, may_extend: bool) -> Self {
        Self::Ends { reason, at: js_sys::Date::now() + seconds as f64 * 1_000.0, may_extend }
    }
}

/// The bar, while there is something to warn of.
#[component]
pub(super) fn WarningBar(desk: Desk) -> impl IntoView {
    let warning = Memo::new(move |_| desk.warning.get().filter(|_| desk.state() == "live"));
    move || {
        warning.get().map(|warning| match warning {
            Warning::Ends { reason, at, may_extend } => view! { <Ends desk reason at may_extend /> }.into_any(),
            Warning::Stops => view! {
                <div class="terminal-warning" role="status">
                    <IconView icon=Icon::Info />
                    <p>"Berth is being stopped, and this session ends with it. The page comes back by itself."</p>
                </div>
            }
            .into_any(),
        })
    }
}

#[component]
fn Ends(desk: Desk, reason: EndReason, at: f64, may_extend: bool) -> impl IntoView {
    let left = move || ((at - js_sys::Date::now()) / 1_000.0).ceil().max(0.0) as u64;
    let shown = RwSignal::new(left());
    let tick = StoredValue::new_local(Some(Interval::new(500, move || shown.set(left()))));
    on_cleanup(move || drop(tick.try_update_value(Option::take)));
    let submit = Submit::new();
    // The warning is void by the time that the answer comes, and this bar with it.
    let extend = move |()| {
        let asked = api::extend(desk.id());
        submit.run(
            async move {
                let answer = asked.await;
                if let Ok(now) = &answer {
                    say_extended(desk, reason, now.remaining_seconds);
                }
                answer
            },
            |_| {},
        );
    };
    let verb = if reason == EndReason::Idle { "Stay" } else { "Extend" };
    // The countdown is for the eye; a screen reader hears once what will happen.
    view! {
        <div class="terminal-warning" data-tone="warn">
            <IconView icon=Icon::Alert />
            <p role="status" class="sr-only">{words::ends_soon(reason, left())}</p>
            <p aria-hidden="true">{move || words::ends_soon(reason, shown.get())}</p>
            {move || submit.error.get().map(|text| view! { <p class="terminal-warning-fault" role="alert">{text}</p> })}
            {may_extend.then(|| view! {
                <Button kind=ButtonKind::Primary busy=submit.busy on_click=extend>{verb}</Button>
            })}
        </div>
    }
}

/// Rounds to the minute, in seconds.
const HALF_A_MINUTE: u64 = 30;

fn say_extended(desk: Desk, reason: EndReason, left: Option<u64>) {
    let _ = desk.remaining.try_set(left);
    toast(
        ToastKind::Success,
        match left.filter(|_| reason == EndReason::Expired) {
            // A second has passed already; nobody was promised 59 minutes.
            Some(left) => format!("The session goes on for {} now.", span::left(left + HALF_A_MINUTE)),
            // How long an unseen one lives is asked anew whenever nobody looks.
            None => "The session goes on.".into(),
        },
    );
    desk.focus();
}
