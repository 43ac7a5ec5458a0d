//! A terminal that nobody sees gives its WebGL context back: a browser has about sixteen for all of its tabs, and takes
//! one from a terminal in sight when they run out.

use super::{desk::Desk, settings::Renderer};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// A glance at another tab changes nothing; after so many milliseconds it was more than that.
const GLANCE: u32 = 5_000;

/// Follows the page's visibility as long as the component lives.
pub(super) fn when_hidden(desk: Desk) {
    let (timer, rests) = (StoredValue::new_local(None::<Timeout>), StoredValue::new(false));
    let draw_with = move |renderer| {
        if let Some(screen) = desk.screen() {
            screen.draw_with(renderer);
        }
    };
    let rest = move || {
        rests.set_value(true);
        draw_with(Renderer::Dom);
    };
    let changed = move || {
        if document().hidden() {
            return timer.set_value(Some(Timeout::new(GLANCE, rest)));
        }
        timer.set_value(None);
        if rests.get_value() {
            rests.set_value(false);
            draw_with(desk.settings.renderer.get_untracked());
        }
    };
    let listener = window_event_listener_untyped("visibilitychange", move |_| changed());
    on_cleanup(move || {
        listener.remove();
        let _ = timer.try_set_value(None);
    });
}
