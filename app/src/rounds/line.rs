//! What goes on over many hosts, in a line at the top of the dashboard: the way back to it.

use super::{api, words};
use crate::{
    events::Refresh,
    ui::{Icon, IconButton, IconView, ToastKind, now_millis, toast},
};
use leptos::{prelude::*, task::spawn_local};
use wire::{
    events::Topic,
    inventory::{RoundState, RoundView, RoundWorkKind},
};

/// How long what came of the newest round is shown after its end, in milliseconds.
const SHOWN: i64 = 10 * 60 * 1_000;

/// The lines; nothing while nothing goes on.
#[component]
pub fn RoundLines() -> impl IntoView {
    let rounds = RwSignal::new(Vec::<RoundView>::new());
    let refresh = Refresh::new();
    refresh.keep(&[Topic::Rounds], move || async move {
        // Without an answer the lines stay as they are.
        let Ok(list) = api::rounds().await else { return };
        let shown: Vec<_> = list.rounds.into_iter().enumerate().filter(|(at, round)| is_shown(*at, round)).collect();
        let shown: Vec<_> = shown.into_iter().map(|(_, round)| round).collect();
        if rounds.try_with_untracked(|known| *known != shown) == Some(true) {
            rounds.set(shown);
        }
    });
    let forget = Callback::new(move |round: RoundView| {
        spawn_local(async move {
            if let Err(error) = api::cancel(round.id).await {
                toast(ToastKind::Error, error.to_string());
            }
            refresh.now();
        });
    });
    move || {
        let rounds = rounds.get();
        (!rounds.is_empty()).then(|| {
            view! {
                <ul class="round-lines" aria-label="Work on many hosts">
                    {rounds.into_iter().map(|round| view! { <Line round forget /> }).collect_view()}
                </ul>
            }
        })
    }
}

/// Those that go on; and of the others the newest, for a while.
fn is_shown(at: usize, round: &RoundView) -> bool {
    match round.ended_at {
        None => true,
        Some(ended) => at == 0 && now_millis() - ended.millis() < SHOWN,
    }
}

#[component]
fn Line(round: RoundView, forget: Callback<RoundView>) -> impl IntoView {
    let (address, running) = (format!("/rounds/{}", round.id), round.state == RoundState::Running);
    let icon = if round.work == RoundWorkKind::Probe { Icon::Pulse } else { Icon::Key };
    let share = format!("{:.1}%", 100.0 * f64::from(round.over) / f64::from(round.total.max(1)));
    let text = words::line(&round);
    let kept = StoredValue::new(round);
    view! {
        <li class="round-line" data-running=running.then_some("")>
            <a href=address>
                <IconView icon />
                <span role="status">{text}</span>
                <span class="round-look">"Look"</span>
            </a>
            {(!running).then(|| view! {
                <IconButton icon=Icon::Close label="Forget this" on_click=move |()| forget.run(kept.get_value()) />
            })}
            {running.then(|| view! { <span class="round-line-bar" style:width=share></span> })}
        </li>
    }
}
