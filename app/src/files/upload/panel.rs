//! The uploads: how far each is, and what can be done about it.

use super::{
    Uploads,
    item::{Item, State},
    more::{Conflict, Earlier},
};
use crate::{
    files::words,
    ui::{Button, Icon, IconButton},
};
use leptos::prelude::*;

/// So many are shown; the rest is a number.
const SHOWN: usize = 50;

/// So many that are over are shown; more are one line.
const OVER: usize = 3;

/// The panel; nothing when there is nothing to show.
#[component]
pub(in crate::files) fn UploadPanel(uploads: Uploads) -> impl IntoView {
    let is_any = Memo::new(move |_| uploads.items.with(|items| !items.is_empty()));
    view! {
        {move || is_any.get().then(|| view! { <Queue uploads /> })}
        <Earlier uploads />
        <Conflict uploads />
    }
}

#[component]
fn Queue(uploads: Uploads) -> impl IntoView {
    let counts = move || {
        uploads.items.with(|items| (items.iter().filter(|item| item.state.get().is_over()).count(), items.len()))
    };
    let shown = move || {
        uploads.items.with(|items| {
            // What still has to happen is of more interest than what has.
            let (over, live): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|item| item.state.get().is_over());
            let over = if over.len() > OVER { Vec::new() } else { over };
            live.into_iter().chain(over).take(SHOWN).collect::<Vec<_>>()
        })
    };
    let folded = move || {
        uploads.items.with(|items| {
            let count = |state: &State| items.iter().filter(|item| item.state.with(|its| its == state)).count();
            (counts().0 > OVER).then(|| words::folded(count(&State::Done), count(&State::Skipped)))
        })
    };
    let more = move || {
        let (over, all) = counts();
        (if over > OVER { all - over } else { all }).saturating_sub(SHOWN)
    };
    view! {
        <section class="uploads" aria-label="Uploads">
            <header class="uploads-head">
                <h2>{move || { let (over, all) = counts(); format!("Uploads: {over} of {all}") }}</h2>
                {move || (counts().0 > 0).then(|| view! { <Button on_click=move |()| uploads.clear()>"Clear what is done"</Button> })}
            </header>
            <ul class="transfers" aria-label="Uploads">
                <For each=shown key=|item| item.id children=move |item| view! { <Line uploads item /> } />
                {move || folded().map(|text| view! { <li class="transfer transfer-folded">{text}</li> })}
            </ul>
            {move || (more() > 0).then(|| view! { <p class="muted">{format!("and {} more", more())}</p> })}
        </section>
    }
}

#[component]
fn Line(uploads: Uploads, item: Item) -> impl IntoView {
    let name = item.name();
    let words = {
        let item = item.clone();
        move || item.words()
    };
    let (sent, total) = (item.sent.clone(), item.total.max(1));
    let share = move || (sent.get() as f64 / total as f64).clamp(0.0, 1.0).to_string();
    let state = item.state.clone();
    let tone = Memo::new(move |_| match state.get() {
        State::Failed(_) => "bad",
        State::Done | State::Skipped => "done",
        _ => "live",
    });
    let state = item.state.clone();
    let can = Memo::new(move |_| match state.get() {
        State::Waiting | State::Checking | State::Running | State::Retrying(_) => "pause",
        State::Paused | State::Failed(_) => "resume",
        _ => "",
    });
    let (item, label) = (StoredValue::new(item), name.clone());
    let button = move || {
        match can.get() {
        "pause" => view! {
            <IconButton icon=Icon::Pause label=format!("Pause {label}") on_click=move |()| item.with_value(|item| uploads.pause(item)) />
        }
        .into_any(),
        "resume" => view! {
            <IconButton icon=Icon::Play label=format!("Go on with {label}") on_click=move |()| item.with_value(|item| uploads.resume(item)) />
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    view! {
        <li class="transfer" data-tone=move || tone.get()>
            <div class="transfer-main">
                <span class="transfer-title"><bdi>{name.clone()}</bdi></span>
                <span class="transfer-meta"><bdi>{words}</bdi></span>
                {move || (tone.get() == "live").then(|| view! { <progress max="1" value=share.clone() aria-label=name.clone()></progress> })}
            </div>
            {button}
            <IconButton icon=Icon::Close label=move_label(item) on_click=move |()| item.with_value(|item| uploads.remove(item)) />
        </li>
    }
}

fn move_label(item: StoredValue<Item>) -> String {
    item.with_value(|item| format!("Remove {} from the uploads", item.name()))
}
