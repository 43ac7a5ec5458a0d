//! The terminal that shows the recording, as large as fits.

use super::{player::Player, words};
use crate::{
    terminal::ReplayScreen,
    ui::{Icon, IconView, Spinner},
};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// A longer press is a selection, not a tap; in pixels of movement.
const TAP: i32 = 4;

/// The stage.
#[component]
pub(super) fn Stage(player: Player) -> impl IntoView {
    let (home, broken) = (NodeRef::<html::Div>::new(), RwSignal::new(false));
    open_once(player, home, broken);
    ReplayScreen::follow_colours(move || player.screen());
    let note = move || {
        player.left_out.get().map(|ms| {
            view! { <p class="stage-note">{format!("Skipped {} without output", words::length(ms as u64))}</p> }
        })
    };
    let host = player.detail.with_untracked(|detail| detail.recording.host_name.clone());
    let down = StoredValue::new((0, 0));
    // A tap on the picture plays and pauses, as on every player; a drag selects.
    let tap = move |event: leptos::ev::MouseEvent| {
        let (x, y) = down.get_value();
        let still = (event.client_x() - x).abs() <= TAP && (event.client_y() - y).abs() <= TAP;
        let selects = player.screen().is_some_and(|screen| !screen.selection().is_empty());
        if still && !selects && event.detail() == 1 {
            player.toggle();
        }
    };
    let state = move || {
        if player.waiting.get() {
            "waiting"
        } else if player.playing.get() {
            "playing"
        } else {
            "resting"
        }
    };
    view! {
        <div class="stage" role="region" aria-label=format!("Recording of {host}") data-state=state
            on:mousedown=move |event| down.set_value((event.client_x(), event.client_y()))>
            <div class="stage-screen" node_ref=home on:click=tap></div>
            <div class="stage-over">
                {move || if broken.get() {
                    view! { <p role="alert">"The terminal could not be loaded. Check the connection to the server and reload the page."</p> }.into_any()
                } else if !player.begun.get() {
                    view! { <Spinner label="Loading" /> }.into_any()
                } else if player.waiting.get() {
                    view! { <Spinner label="Loading" /> }.into_any()
                } else if !player.playing.get() && player.position.get() <= 0.0 {
                    view! { <button type="button" class="stage-play" aria-label="Play from the beginning" on:click=move |_| player.play()>
                        <IconView icon=Icon::Play />
                    </button> }.into_any()
                } else {
                    ().into_any()
                }}
                <div role="status">{note}</div>
            </div>
        </div>
    }
}

fn open_once(player: Player, home: NodeRef<html::Div>, broken: RwSignal<bool>) {
    let opened = StoredValue::new(false);
    Effect::new(move |_| {
        let Some(element) = home.get().filter(|_| !opened.get_value()) else { return };
        opened.set_value(true);
        follow_size(player, &element);
        let opening = ReplayScreen::open(element.clone().into());
        spawn_local(async move {
            match opening.await {
                Ok(screen) if element.is_connected() => player.begin(screen),
                // The page has moved on meanwhile.
                Ok(_) => {}
                Err(_) => broken.set(true),
            }
        });
    });
}

fn follow_size(player: Player, element: &HtmlElement) {
    let changed = Closure::<dyn Fn()>::new(move || {
        if let Some(screen) = player.screen() {
            screen.fit();
        }
    });
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = StoredValue::new_local(Some((observer, changed)));
    on_cleanup(move || {
        if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
}
