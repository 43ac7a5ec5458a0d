//! Beside the picture: the commands that were typed. On a phone it is a sheet over it.

use super::{page::Open, player::Player, words};
use crate::ui::{Icon, IconButton, IconView};
use leptos::prelude::*;
use wire::recordings::RecordingMarker;

/// Opens the sheet, where there is no room for it beside the picture.
#[component]
pub(super) fn SideButton(player: Player, open: Open) -> impl IntoView {
    let count = move || player.detail.with(|detail| detail.markers.len());
    view! {
        <button type="button" class="icon-button controls-side" aria-expanded=move || open.side.get().to_string()
            aria-label=move || format!("Commands, {}", count()) title="Commands" on:click=move |_| open.side.update(|open| *open = !*open)>
            <IconView icon=Icon::List />
        </button>
    }
}

/// The commands.
#[component]
pub(super) fn Side(player: Player, open: Open) -> impl IntoView {
    let markers = Memo::new(move |_| player.detail.with(|detail| detail.markers.clone()));
    let here = Memo::new(move |_| {
        let at = player.position.get() + 1.0;
        markers.with(|markers| markers.partition_point(|marker| marker.at_ms as f64 <= at)).checked_sub(1)
    });
    let go = move |at: u64| {
        player.seek(at as f64);
        open.side.set(false);
    };
    view! {
        <aside class="side" aria-label="Commands">
            <div class="side-head">
                <h2>"Commands"</h2>
                <span class="side-close"><IconButton icon=Icon::Close label="Close the commands" on_click=move |()| open.side.set(false) /></span>
            </div>
            {move || if markers.with(Vec::is_empty) {
                view! { <p class="side-empty">"No command was found in it. Commands are found where a shell shows its prompt."</p> }.into_any()
            } else {
                let rows = markers.get().into_iter().enumerate();
                view! { <ol class="side-list" tabindex="-1">{rows.map(|(number, marker)| entry(number, marker, here, go)).collect_view()}</ol> }.into_any()
            }}
        </aside>
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
                <span class="mono side-command">{marker.label}</span>
            </button>
        </li>
    }
}
