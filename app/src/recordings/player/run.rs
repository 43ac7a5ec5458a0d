//! What the player does by itself: frame by frame, piece by piece.

use super::{ASK, Player, api};
use crate::{recordings::reel::Step, terminal::ReplayScreen};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// The terminal is given more only when less than this waits to be drawn, in bytes.
const AHEAD: usize = 512 * 1024;

/// A frame counts for no more than this, in milliseconds: a page that was not seen does not run on.
const LONGEST_FRAME: f64 = 250.0;

/// Less left-out time than this is not worth a word, in milliseconds.
const NOTED: f64 = 1_000.0;

impl Player {
    /// A frame of the browser.
    pub(super) fn frame(self) {
        if self.playing.try_get_untracked() != Some(true) {
            return;
        }
        let now = js_sys::Date::now();
        let length = self.length.get_untracked();
        let went = self.with(|inner| {
            let elapsed = inner.last_frame.replace(now).map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_FRAME));
            if inner.target.is_some() || inner.undrawn > AHEAD {
                return None;
            }
            let (place, screen) = (inner.place?, inner.screen.clone()?);
            let limit = inner.reel.known_until(place).unwrap_or(length).min(length);
            let left_out = inner.clock.advance(elapsed, inner.reel.ahead(place), limit);
            let at = inner.clock.position();
            let mut place = place;
            let steps = inner.reel.take(&mut place, at);
            inner.place = Some(place);
            Some((at, left_out, steps, screen, at >= limit && limit < length))
        });
        if let Some((at, left_out, steps, screen, stands)) = went.flatten() {
            self.draw(&screen, steps);
            self.position.set(at);
            self.waiting.set(stands);
            if left_out >= NOTED {
                self.note(left_out);
            }
            if at >= length && !self.runs() {
                self.playing.set(false);
            }
        }
        self.fetch();
        request_animation_frame(move || self.frame());
    }

    /// Goes where somebody wants to be, as soon as the piece is at hand and the terminal has time.
    pub(super) fn go_on(self) {
        let there = self.with(|inner| {
            let (target, screen) = (inner.target?, inner.screen.clone()?);
            let number = inner.reel.piece_at(target)?;
            if inner.undrawn > 0 || !inner.reel.has(number) {
                return None;
            }
            inner.target = None;
            // From here on within the same piece there is no need to begin anew.
            let near = inner.place.filter(|place| place.piece == number && inner.clock.position() <= target);
            let mut steps = Vec::new();
            let mut place = match near {
                Some(place) => place,
                None => {
                    let start = inner.reel.start(number)?;
                    screen.start(start.cols, start.rows);
                    steps.push(Step::Write(start.keyframe.to_owned()));
                    start.place
                }
            };
            steps.extend(inner.reel.take(&mut place, target));
            inner.place = Some(place);
            inner.clock.go_to(target);
            Some((steps, screen))
        });
        if let Some((steps, screen)) = there.flatten() {
            self.draw(&screen, steps);
            self.begun.set(true);
            self.waiting.set(false);
        }
        self.fetch();
    }

    fn draw(self, screen: &ReplayScreen, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Resize(cols, rows) => screen.resize(cols, rows),
                Step::Write(text) => {
                    let bytes = text.len();
                    self.with(|inner| inner.undrawn += bytes);
                    screen.write(&text, move || self.drawn(bytes));
                }
            }
        }
    }

    fn drawn(self, bytes: usize) {
        let aims = self.with(|inner| {
            inner.undrawn = inner.undrawn.saturating_sub(bytes);
            if inner.undrawn == 0
                && let Some(screen) = &inner.screen
            {
                screen.fit_when_resized();
            }
            inner.undrawn == 0 && inner.target.is_some()
        });
        if aims == Some(true) {
            self.go_on();
        }
    }

    /// Fetches the piece that is missing most, one at a time, and lets go of those that are far.
    pub(super) fn fetch(self) {
        let wanted = self.with(|inner| {
            let at = inner.target.unwrap_or_else(|| inner.clock.position());
            let wanted = inner.reel.wanted(at).filter(|_| inner.fetching.is_none())?;
            inner.fetching = Some(wanted);
            Some(wanted)
        });
        let Some(number) = wanted.flatten() else { return };
        if self.with(|inner| inner.target.is_some()) == Some(true) {
            self.waiting.set(true);
        }
        let Some(id) = self.id.try_get_value() else { return };
        spawn_local(async move {
            let mut answer = api::chunk(id.clone(), number).await;
            if answer.is_err() {
                // A network that hiccups is not the end of the film.
                TimeoutFuture::new(ASK).await;
                answer = api::chunk(id, number).await;
            }
            let at = self.with(|inner| {
                inner.fetching = None;
                inner.target.unwrap_or_else(|| inner.clock.position())
            });
            let Some(at) = at else { return };
            match answer {
                Ok(chunk) => {
                    self.error.set(None);
                    let at_hand = self.with(|inner| {
                        inner.reel.put(chunk);
                        inner.reel.keep_around(at);
                        inner.reel.at_hand()
                    });
                    self.at_hand.set(at_hand.unwrap_or_default());
                    self.go_on();
                }
                Err(error) => {
                    self.playing.set(false);
                    self.waiting.set(false);
                    self.error.set(Some(error.to_string()));
                }
            }
        });
    }
}
