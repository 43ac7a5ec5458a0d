//! Beside the picture: the commands that were typed, and the search for what was shown. On a phone it is a sheet over it.

use super::{api, page::Open, player::Player, row::Excerpt, words};
use crate::ui::{Icon, IconButton, IconView};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wire::recordings::{RecordingMarker, RecordingMoments};

/// How long typing rests before it is searched for, in milliseconds.
const REST: u32 = 350;

/// What was searched for, and what came of it.
type Found = RwSignal<Option<(String, Result<RecordingMoments, String>)>>;

/// Opens the sheet, where there is no room for it beside the picture.
#[component]
pub(super) fn SideButton(open: Open) -> impl IntoView {
    view! {
        <button type="button" class="icon-button controls-side" aria-expanded=move || open.side.get().to_string()
            aria-label="Commands and search" title="Commands and search" on:click=move |_| open.side.update(|open| *open = !*open)>
            <IconView icon=Icon::List />
        </button>
    }
}

/// The commands, or what was found.
#[component]
pub(super) fn Side(player: Player, open: Open) -> impl IntoView {
    let found = Found::new(None);
    let go = move |at: u64| {
        player.seek(at as f64);
        open.side.set(false);
    };
    view! {
        <aside class="side" aria-label="Commands and search">
            <div class="side-head">
                <Search player open found />
                <span class="side-close"><IconButton icon=Icon::Close label="Close the commands and the search"
                    on_click=move |()| open.side.set(false) /></span>
            </div>
            {move || match found.get() {
                None => view! { <Commands player go /> }.into_any(),
                Some((_, Err(why))) => view! { <p class="side-empty" role="alert">{why}</p> }.into_any(),
                Some((text, Ok(found))) => view! { <Moments text found go /> }.into_any(),
            }}
        </aside>
    }
}

#[component]
fn Search(player: Player, open: Open, found: Found) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let resting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<()>| {
        let text = typed.with(|text| text.trim().to_owned());
        match before {
            _ if text.is_empty() => {
                resting.set_value(None);
                found.set(None);
            }
            _ => resting.set_value(Some(Timeout::new(REST, move || spawn_local(search(player, typed, found, text))))),
        }
    });
    // A full field is emptied, an empty one is left.
    let leave = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            if typed.with_untracked(String::is_empty) {
                open.side.set(false);
                if let Some(field) = open.search.get_untracked() {
                    // It keeps the focus at worst.
                    let _ = field.blur();
                }
            }
            typed.set(String::new());
            event.prevent_default();
        }
    };
    view! {
        <div class="search" role="search">
            <IconView icon=Icon::Search />
            <input type="search" class="input" node_ref=open.search aria-label="Search in this recording"
                placeholder="Search what was shown" aria-keyshortcuts="/" autocomplete="off" autocapitalize="none"
                spellcheck="false" maxlength="200" bind:value=typed on:keydown=leave />
        </div>
    }
}

async fn search(player: Player, typed: RwSignal<String>, found: Found, text: String) {
    let Some(id) = player.id() else { return };
    let answer = api::search(id, &text).await.map_err(|error| error.to_string());
    // The page has gone on, or something else is typed by now.
    if typed.try_with_untracked(|typed| typed.trim() == text) == Some(true) {
        found.set(Some((text, answer)));
    }
}

#[component]
fn Moments(text: String, found: RecordingMoments, go: impl Fn(u64) + Copy + Send + 'static) -> impl IntoView {
    let RecordingMoments { moments, more } = found;
    let count = match (moments.len(), more) {
        (0, _) => "Nothing found".to_owned(),
        (1, false) => "1 line found".to_owned(),
        (many, false) => format!("{many} lines found"),
        (many, true) => format!("The first {many} lines"),
    };
    let rows = moments.into_iter().map(move |moment| {
        let at = moment.at_ms;
        view! {
            <li>
                <button type="button" class="side-entry" on:click=move |_| go(at)>
                    <span class="recording-moment">{words::moment(at as f64)}</span>
                    <Excerpt line=moment.excerpt searched=text.clone() />
                </button>
            </li>
        }
    });
    view! {
        <p class="side-title" role="status">{count}</p>
        <ol class="moment-list" tabindex="-1" aria-label="Where it was shown">{rows.collect_view()}</ol>
    }
}

#[component]
fn Commands(player: Player, go: impl Fn(u64) + Copy + Send + 'static) -> impl IntoView {
    let markers = Memo::new(move |_| player.detail.with(|detail| detail.markers.clone()));
    let here = Memo::new(move |_| {
        let at = player.position.get() + 1.0;
        markers.with(|markers| markers.partition_point(|marker| marker.at_ms as f64 <= at)).checked_sub(1)
    });
    view! {
        <h2 class="side-title">"Commands"</h2>
        {move || if markers.with(Vec::is_empty) {
            view! { <p class="side-empty">"No command was found in it. Commands are found where a shell shows its prompt."</p> }.into_any()
        } else {
            let rows = markers.get().into_iter().enumerate();
            view! { <ol class="moment-list" tabindex="-1" aria-label="Commands">{rows.map(|(number, marker)| entry(number, marker, here, go)).collect_view()}</ol> }.into_any()
        }}
    }
}

fn entry(
    number: usize,
    marker: RecordingMarker,
    here: Memo<Option<usize>>,
    go: impl Fn(u64) + Copy + 'static,
) -> impl IntoView {
    let is_here = move || (here.get() == Some(number)).then_some("true");
    view! {
        <li>
            <button type="button" class="side-entry" aria-current=is_here on:click=move |_| go(marker.at_ms)>
                <span class="recording-moment">{words::moment(marker.at_ms as f64)}</span>
                <span class="mono recording-excerpt">{marker.label}</span>
            </button>
        </li>
    }
}
