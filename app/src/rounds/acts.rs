//! What can be done next with the hosts of a round.

use super::{api, keys::TrustBar, page::Watched, sign_in::SignInForAll, words};
use crate::{
    inventory::words::hosts,
    ui::{Button, Icon, Notice, Submit, Tone},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::{
    RoundId,
    inventory::{RoundNext, RoundOutcome, RoundState, RoundWork, RoundWorkKind},
};

/// Goes to another round.
#[derive(Clone, Copy)]
pub(super) struct Go(Callback<RoundId>);

impl Go {
    fn new() -> Self {
        let navigate = use_navigate();
        Self(Callback::new(move |id: RoundId| navigate(&format!("/rounds/{id}"), Default::default())))
    }

    pub(super) fn to(self, id: RoundId) {
        self.0.run(id);
    }
}

/// Trust keys, go on to the sign-in, or try again what did not work.
#[component]
pub(super) fn Next(watched: Watched, work: RoundWorkKind) -> impl IntoView {
    let go = Go::new();
    let state = watched.of(|round| round.state);
    let ready = watched.of(move |round| words::count(round, &words::taken_up(work)));
    let rescan = watched.of(|round| words::count(round, &words::SCAN_AGAIN));
    // What nobody trusts yet wants a decision first; what changed can wait until the others are done.
    let new = watched.of(|round| round.count(RoundOutcome::KeyUnknown) > 0);
    let asks = RwSignal::new(false);
    let ended = move || state.get().is_some_and(|state| state != RoundState::Running);
    let stopped = Memo::new(move |_| state.get() == Some(RoundState::Stopped));
    view! {
        {move || (ended() && new.get() == Some(true)).then(|| view! { <TrustBar watched /> })}
        {move || {
            let ready = ready.get().filter(|ready| *ready > 0 && ended())?;
            Some(match work {
                RoundWorkKind::Scan => view! { <SignInForAll watched go work hosts=ready stopped=false /> }.into_any(),
                RoundWorkKind::Bootstrap if asks.get() || stopped.get() => view! {
                    <SignInForAll watched go work hosts=ready stopped=stopped.get() />
                }.into_any(),
                RoundWorkKind::Bootstrap => view! {
                    <div class="round-acts">
                        <Button icon=Icon::Refresh on_click=move |()| asks.set(true)>
                            {format!("Try again on {}", hosts(u64::from(ready)))}
                        </Button>
                    </div>
                }.into_any(),
                RoundWorkKind::Probe => view! {
                    <Again watched go outcomes=words::taken_up(work) work=RoundWork::Probe text=format!("Check {} again", hosts(u64::from(ready))) />
                }.into_any(),
                RoundWorkKind::Roll => view! {
                    <Again watched go outcomes=words::taken_up(work) work=RoundWork::Roll text=format!("Try again on {}", hosts(u64::from(ready))) />
                }.into_any(),
            })
        }}
        {move || {
            let count = rescan.get().filter(|count| *count > 0 && ended() && work == RoundWorkKind::Scan)?;
            let text = format!("Read the keys of {} again", hosts(u64::from(count)));
            Some(view! { <Again watched go outcomes=words::SCAN_AGAIN.to_vec() work=RoundWork::Scan text /> })
        }}
        {move || (ended() && new.get() == Some(false)).then(|| view! { <TrustBar watched /> })}
    }
}

/// The same once more on some of the hosts.
#[component]
fn Again(watched: Watched, go: Go, outcomes: Vec<RoundOutcome>, work: RoundWork, text: String) -> impl IntoView {
    let submit = Submit::new();
    let again = move |()| {
        let (id, next) = (watched.id.get_value(), RoundNext { outcomes: outcomes.clone(), work: work.clone() });
        submit.run(async move { api::next(id, next).await }, move |round| go.to(round.id));
    };
    view! {
        <div class="round-acts">
            <Button icon=Icon::Refresh busy=submit.busy on_click=again>{text}</Button>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        </div>
    }
}
