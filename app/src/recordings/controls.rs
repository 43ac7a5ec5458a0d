//! Below the picture: play, time, speed, idle time, full screen.

use super::{
    clock::{IDLE, SPEEDS},
    player::Player,
    seek_bar::SeekBar,
    words,
};
use crate::ui::{Icon, IconButton, IconView};
use leptos::{html, prelude::*};

/// The controls. `children` stand at the end of them.
#[component]
pub(super) fn Controls(player: Player, frame: NodeRef<html::Div>, children: Children) -> impl IntoView {
    let time = move || format!("{} / {}", words::moment(player.position.get()), words::moment(player.length.get()));
    let (at, of) =
        (Memo::new(move |_| time()), Memo::new(move |_| player.detail.with(|detail| detail.recording.running)));
    view! {
        <div class="controls" role="group" aria-label="Player">
            <SeekBar player />
            <div class="controls-row">
                <PlayButton player />
                <span class="controls-markers">
                    <IconButton icon=Icon::Backward label="To the command before ([)" on_click=move |()| player.step_marker(false) />
                    <IconButton icon=Icon::Forward label="To the next command (])" on_click=move |()| player.step_marker(true) />
                </span>
                <span class="controls-time">{move || at.get()}</span>
                {move || of.get().then(|| view! { <LiveButton player /> })}
                <span class="controls-space"></span>
                <Speed player />
                <SkipIdle player />
                {children()}
                <span class="controls-full">
                    <IconButton icon=Icon::Fullscreen label="Full screen (f)" on_click=move |()| full_screen(frame) />
                </span>
            </div>
        </div>
    }
}

#[component]
fn PlayButton(player: Player) -> impl IntoView {
    let label = move || if player.playing.get() { "Pause" } else { "Play" };
    view! {
        <button type="button" class="icon-button controls-play" aria-label=label title=move || format!("{} (space)", label())
            aria-keyshortcuts="Space" on:click=move |_| player.toggle()>
            {move || view! { <IconView icon=if player.playing.get() { Icon::Pause } else { Icon::Play } /> }}
        </button>
    }
}

/// To the end of what goes on, and along with it.
#[component]
fn LiveButton(player: Player) -> impl IntoView {
    view! {
        <button type="button" class="button controls-live" aria-pressed=move || player.live.get().to_string()
            on:click=move |_| player.go_live()>
            {move || if player.live.get() { "Live" } else { "Watch live" }}
        </button>
    }
}

#[component]
fn Speed(player: Player) -> impl IntoView {
    let chosen = move |event: leptos::ev::Event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            player.speed.set(speed);
        }
    };
    let choices = SPEEDS.map(|speed| {
        view! { <option value=speed.to_string() selected=move || player.speed.get() == speed>{format!("{speed}×")}</option> }
    });
    view! {
        <div class="select controls-speed">
            <select class="input" aria-label="Speed" title="Speed (< and >)" prop:value=move || player.speed.get().to_string() on:change=chosen>
                {choices}
            </select>
            <IconView icon=Icon::ChevronDown />
        </div>
    }
}

#[component]
fn SkipIdle(player: Player) -> impl IntoView {
    let title = format!("Stretches of more than {:.0} s without output are shortened (s)", IDLE / 1e3);
    view! {
        <button type="button" class="button ghost controls-idle" title=title aria-pressed=move || player.skips_idle.get().to_string()
            on:click=move |_| player.skips_idle.update(|on| *on = !*on)>
            "Skip idle"
        </button>
    }
}

/// Fills the screen with the player, or gives it back.
pub(super) fn full_screen(frame: NodeRef<html::Div>) {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Some(frame) = frame.get_untracked() {
        // Where the browser refuses, the player stays as it is.
        let _ = frame.request_fullscreen();
    }
}
