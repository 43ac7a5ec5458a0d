//! The player: keeps clock, pieces and terminal together.
//!
//! A frame of the browser lets the clock go on and draws what has happened meanwhile. Going somewhere else draws the
//! keyframe of the piece there and what follows it, without delay. A recording that runs is asked for more while its end
//! is looked at.

mod run;

use super::{
    api,
    clock::Clock,
    reel::{Place, Reel},
};
use crate::{
    terminal::ReplayScreen,
    ui::{ToastKind, copy_text, now_millis, toast},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use wire::{
    RecordingId,
    recordings::{RecordingDetail, RecordingMarker},
};

/// How often a running recording is asked for more, in milliseconds, and how far behind its end "live" may be.
const ASK: u32 = 1_000;
const BEHIND: f64 = 3_000.0;

/// How long a note about left-out time stays, in milliseconds.
const NOTE: u32 = 1_800;

/// Copy it into closures; it lives as long as the page.
#[derive(Clone, Copy)]
pub(super) struct Player {
    id: StoredValue<RecordingId>,
    inner: StoredValue<Inner, LocalStorage>,
    /// What is known of the recording.
    pub detail: RwSignal<RecordingDetail>,
    /// The moment that is shown, in milliseconds.
    pub position: RwSignal<f64>,
    /// How long it is, in milliseconds; of a running one so far.
    pub length: RwSignal<f64>,
    pub playing: RwSignal<bool>,
    pub speed: RwSignal<f64>,
    pub skips_idle: RwSignal<bool>,
    /// Whether the end of a running one is followed.
    pub live: RwSignal<bool>,
    /// Whether a piece is waited for.
    pub waiting: RwSignal<bool>,
    /// Whether anything was drawn.
    pub begun: RwSignal<bool>,
    /// How much idle time has just been left out, in milliseconds.
    pub left_out: RwSignal<Option<f64>>,
    /// The stretches that are at hand.
    pub at_hand: RwSignal<Vec<(f64, f64)>>,
    pub error: RwSignal<Option<String>>,
}

#[derive(Default)]
struct Inner {
    screen: Option<ReplayScreen>,
    reel: Reel,
    clock: Clock,
    /// Nothing is drawn before the first one.
    place: Option<Place>,
    /// The moment that somebody wants to see.
    target: Option<f64>,
    fetching: Option<u32>,
    /// Bytes that the terminal has not taken in yet.
    undrawn: usize,
    last_frame: Option<f64>,
    notes: u32,
}

impl Player {
    /// At a moment of a recording, resting.
    pub(super) fn new(detail: RecordingDetail, at: f64) -> Self {
        let mut inner = Inner::default();
        inner.reel.set_spans(detail.chunks.clone());
        let length = length(&detail);
        inner.target = Some(at.min(length));
        let this = Self {
            id: StoredValue::new(detail.recording.id.clone()),
            inner: StoredValue::new_local(inner),
            position: RwSignal::new(at.min(length)),
            length: RwSignal::new(length),
            detail: RwSignal::new(detail),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            skips_idle: RwSignal::new(true),
            live: RwSignal::new(false),
            waiting: RwSignal::new(true),
            begun: RwSignal::new(false),
            left_out: RwSignal::new(None),
            at_hand: RwSignal::new(Vec::new()),
            error: RwSignal::new(None),
        };
        Effect::new(move |_| {
            let (speed, skips_idle) = (this.speed.get(), this.skips_idle.get());
            this.with(|inner| (inner.clock.speed, inner.clock.skips_idle) = (speed, skips_idle));
        });
        this
    }

    /// Works on the inside; nothing when the page is gone.
    fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.inner.try_update_value(work)
    }

    /// The terminal, when it is there.
    pub(super) fn screen(self) -> Option<ReplayScreen> {
        self.with(|inner| inner.screen.clone()).flatten()
    }

    /// The terminal is there.
    pub(super) fn begin(self, screen: ReplayScreen) {
        self.with(|inner| inner.screen = Some(screen));
        self.go_on();
    }

    pub(super) fn play(self) {
        if self.position.get_untracked() >= self.length.get_untracked() && !self.runs() {
            self.seek(0.0);
        }
        self.with(|inner| inner.last_frame = None);
        if !self.playing.get_untracked() {
            self.playing.set(true);
            request_animation_frame(move || self.frame());
        }
    }

    pub(super) fn pause(self) {
        self.playing.set(false);
        self.live.set(false);
    }

    pub(super) fn toggle(self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// Goes to a moment.
    pub(super) fn seek(self, at: f64) {
        self.live.set(false);
        self.aim(at);
    }

    fn aim(self, at: f64) {
        let at = at.clamp(0.0, self.length.get_untracked());
        self.position.set(at);
        self.with(|inner| inner.target = Some(at));
        self.go_on();
    }

    pub(super) fn seek_by(self, ms: f64) {
        self.seek(self.position.get_untracked() + ms);
    }

    /// To the next event that can be seen, or to the one before.
    pub(super) fn step(self, forwards: bool) {
        self.pause();
        let at = self.position.get_untracked();
        let next = self.with(|inner| inner.reel.neighbour(inner.place?, at, forwards)).flatten();
        if let Some(next) = next {
            self.seek(next);
        }
    }

    /// To the next command, or to the one before; just played is not before.
    pub(super) fn step_marker(self, forwards: bool) {
        let at = self.position.get_untracked();
        let next = self.detail.with_untracked(|detail| marker_beside(&detail.markers, at, forwards));
        self.seek(next.unwrap_or(if forwards { self.length.get_untracked() } else { 0.0 }));
    }

    /// To the end of a running one, and on with it.
    pub(super) fn go_live(self) {
        self.aim(self.length.get_untracked());
        self.live.set(true);
        self.play();
    }

    /// Whether there will be more of it.
    pub(super) fn runs(self) -> bool {
        self.detail.with_untracked(|detail| detail.recording.running)
    }

    /// Which recording it plays.
    pub(super) fn id(self) -> Option<RecordingId> {
        self.id.try_get_value()
    }

    /// Puts what is selected on the clipboard, or all that is on the screen.
    pub(super) fn copy(self) {
        let Some(screen) = self.screen() else { return };
        let selected = screen.selection();
        let text = if selected.is_empty() { screen.text() } else { selected };
        if text.is_empty() {
            return toast(ToastKind::Info, "There is nothing on the screen");
        }
        copy_text(&text);
    }

    /// Tries again after a failure.
    pub(super) fn retry(self) {
        self.error.set(None);
        self.go_on();
    }

    fn note(self, left_out: f64) {
        let number = self.with(|inner| {
            inner.notes += 1;
            inner.notes
        });
        self.left_out.set(Some(left_out));
        spawn_local(async move {
            TimeoutFuture::new(NOTE).await;
            if self.with(|inner| inner.notes) == number && number.is_some() {
                self.left_out.set(None);
            }
        });
    }

    /// Asks for more of a running recording while its end is near. A server that
    /// answers slowly is asked less often.
    pub(super) fn follow(self) {
        spawn_local(async move {
            let mut pause = ASK;
            loop {
                TimeoutFuture::new(pause).await;
                let Some(running) = self.detail.try_with_untracked(|detail| detail.recording.running) else { return };
                if !running {
                    return;
                }
                let near = self.length.get_untracked() - self.position.get_untracked() < 2.0 * BEHIND;
                if document().hidden() || !(self.playing.get_untracked() && near) {
                    continue;
                }
                let Some(id) = self.id.try_get_value() else { return };
                let asked = now_millis();
                if let Ok(detail) = api::detail(id).await {
                    self.learn(detail);
                }
                pause = ASK.max(u32::try_from(now_millis() - asked).unwrap_or(ASK).saturating_mul(5));
            }
        });
    }

    /// What is known of the recording now.
    pub(super) fn learn(self, detail: RecordingDetail) {
        if self.length.is_disposed() {
            return;
        }
        let length = length(&detail);
        self.with(|inner| inner.reel.set_spans(detail.chunks.clone()));
        self.length.set(length);
        if self.detail.with_untracked(|known| *known != detail) {
            self.detail.set(detail);
        }
        if self.live.get_untracked() && length - self.position.get_untracked() > BEHIND {
            self.aim(length);
        }
        self.fetch();
    }
}

/// From its start to its last event, or to its end.
fn length(detail: &RecordingDetail) -> f64 {
    let last = detail.chunks.last().map_or(0, |chunk| chunk.end_ms);
    detail.recording.duration_ms.max(last) as f64
}

/// The command beside a moment.
fn marker_beside(markers: &[RecordingMarker], at: f64, forwards: bool) -> Option<f64> {
    let moments = || markers.iter().map(|marker| marker.at_ms as f64);
    if forwards { moments().find(|next| *next > at + 1.0) } else { moments().rfind(|before| *before < at - 1_000.0) }
}
