//! Fingers on the terminal: one that moves scrolls, one that taps brings the keyboard, two change the size of the letters.
//! xterm.js itself knows the mouse only.

use super::desk::Desk;
use leptos::prelude::GetUntracked;
use std::{cell::Cell, rc::Rc};
use web_sys::{HtmlElement, TouchEvent, WheelEvent, WheelEventInit};

/// A finger that has moved less than this (in pixels) taps.
const SLACK: f64 = 8.0;

/// Follows what the fingers do.
#[derive(Clone, Default)]
pub(super) struct Fingers(Rc<Cell<Gesture>>);

#[derive(Clone, Copy, Default)]
enum Gesture {
    #[default]
    None,
    Swipe(Finger),
    Pinch(Pinch),
}

#[derive(Clone, Copy)]
struct Finger {
    last: f64,
    /// Pixels that do not make a line yet.
    rest: f64,
    moved: bool,
}

/// Two fingers, as they came down.
#[derive(Clone, Copy)]
struct Pinch {
    distance: f64,
    font_size: f64,
}

impl Fingers {
    /// A finger comes down; a second one ends the swipe and begins a pinch.
    pub(super) fn start(&self, desk: Desk, event: &TouchEvent) {
        let swipe = |(_, y)| Gesture::Swipe(Finger { last: y, rest: 0.0, moved: false });
        let pinch = |distance| {
            Gesture::Pinch(Pinch { distance, font_size: f64::from(desk.settings.font_size.get_untracked()) })
        };
        let gesture = one_finger(event).map(swipe).or_else(|| two_fingers(event).map(pinch));
        self.0.set(gesture.unwrap_or_default());
    }

    /// They move.
    pub(super) fn follow(&self, desk: Desk, place: &HtmlElement, event: &TouchEvent) {
        match self.0.get() {
            Gesture::Swipe(finger) => self.swipe(finger, desk, place, event),
            Gesture::Pinch(pinch) => {
                if let Some(distance) = two_fingers(event) {
                    event.prevent_default();
                    desk.settings.zoom_to(pinch.font_size * distance / pinch.distance);
                }
            }
            Gesture::None => {}
        }
    }

    fn swipe(&self, mut finger: Finger, desk: Desk, place: &HtmlElement, event: &TouchEvent) {
        let Some((x, y)) = one_finger(event) else { return };
        finger.rest += finger.last - y;
        finger.last = y;
        if !finger.moved && finger.rest.abs() < SLACK {
            return self.0.set(Gesture::Swipe(finger));
        }
        finger.moved = true;
        event.prevent_default();
        let line = line_height(desk, place);
        let lines = (finger.rest / line).trunc();
        finger.rest -= lines * line;
        self.0.set(Gesture::Swipe(finger));
        scroll(desk, place, lines as i32, (x, y));
    }

    /// One leaves. A tap brings the keyboard up.
    pub(super) fn finish(&self, desk: Desk) {
        if let Gesture::Swipe(Finger { moved: false, .. }) = self.0.take() {
            desk.focus();
        }
    }
}

fn one_finger(event: &TouchEvent) -> Option<(f64, f64)> {
    let touches = event.touches();
    let touch = touches.get(0).filter(|_| touches.length() == 1)?;
    Some((f64::from(touch.client_x()), f64::from(touch.client_y())))
}

/// How far two fingers are apart; never nothing, because it divides.
fn two_fingers(event: &TouchEvent) -> Option<f64> {
    let touches = event.touches();
    let (a, b) = touches.get(0).zip(touches.get(1)).filter(|_| touches.length() == 2)?;
    let apart = f64::from(a.client_x() - b.client_x()).hypot(f64::from(a.client_y() - b.client_y()));
    Some(apart.max(1.0))
}

fn line_height(desk: Desk, place: &HtmlElement) -> f64 {
    let rows = desk.screen().map_or(24, |screen| screen.size().1);
    (f64::from(place.client_height()) / f64::from(rows.max(1))).max(1.0)
}

/// Through the scrollback; a program that has none gets the mouse wheel, or arrow keys in its place.
fn scroll(desk: Desk, place: &HtmlElement, lines: i32, (x, y): (f64, f64)) {
    let Some(screen) = desk.screen().filter(|_| lines != 0) else { return };
    if screen.follows_mouse() || screen.is_alternate() {
        turn_wheel(place, lines, (x, y));
    } else {
        screen.scroll_lines(lines);
    }
}

/// xterm.js turns a wheel event into what the program expects.
fn turn_wheel(place: &HtmlElement, lines: i32, (x, y): (f64, f64)) {
    let how = WheelEventInit::new();
    how.set_bubbles(true);
    how.set_cancelable(true);
    how.set_delta_mode(WheelEvent::DOM_DELTA_LINE);
    how.set_delta_y(f64::from(lines));
    how.set_client_x(x as i32);
    how.set_client_y(y as i32);
    let target = place.query_selector(".xterm-screen").ok().flatten();
    if let (Some(target), Ok(event)) = (target, WheelEvent::new_with_event_init_dict("wheel", &how)) {
        // What the event does is all that is wanted.
        let _ = target.dispatch_event(&event);
    }
}
