//! A finger on the terminal: a swipe scrolls, a tap brings the keyboard. xterm.js itself knows the mouse only.

use super::desk::Desk;
use std::{cell::Cell, rc::Rc};
use web_sys::{HtmlElement, TouchEvent, WheelEvent, WheelEventInit};

/// A finger that has moved less than this (in pixels) taps.
const SLACK: f64 = 8.0;

/// Follows one finger.
#[derive(Clone, Default)]
pub(super) struct Swipe(Rc<Cell<Option<Finger>>>);

#[derive(Clone, Copy)]
struct Finger {
    last: f64,
    /// Pixels that do not make a line yet.
    rest: f64,
    moved: bool,
}

impl Swipe {
    /// A finger comes down; a second one ends the swipe.
    pub(super) fn start(&self, event: &TouchEvent) {
        let finger = one_finger(event).map(|(_, y)| Finger { last: y, rest: 0.0, moved: false });
        self.0.set(finger);
    }

    /// It moves.
    pub(super) fn follow(&self, desk: Desk, place: &HtmlElement, event: &TouchEvent) {
        let (Some(mut finger), Some((x, y))) = (self.0.get(), one_finger(event)) else { return };
        finger.rest += finger.last - y;
        finger.last = y;
        if !finger.moved && finger.rest.abs() < SLACK {
            return self.0.set(Some(finger));
        }
        finger.moved = true;
        event.prevent_default();
        let line = line_height(desk, place);
        let lines = (finger.rest / line).trunc();
        finger.rest -= lines * line;
        self.0.set(Some(finger));
        scroll(desk, place, lines as i32, (x, y));
    }

    /// It leaves. A tap brings the keyboard up.
    pub(super) fn finish(&self, desk: Desk) {
        if self.0.take().is_some_and(|finger| !finger.moved) {
            desk.focus();
            desk.present();
        }
    }
}

fn one_finger(event: &TouchEvent) -> Option<(f64, f64)> {
    let touches = event.touches();
    let touch = touches.get(0).filter(|_| touches.length() == 1)?;
    Some((f64::from(touch.client_x()), f64::from(touch.client_y())))
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
