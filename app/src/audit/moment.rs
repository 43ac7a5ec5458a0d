//! Moments as people read and type them: in their own zone, which is told.

use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wire::Timestamp;

fn date(moment: Timestamp) -> Date {
    Date::new(&(moment.millis() as f64).into())
}

/// A moment to the second, with its zone as the tooltip.
#[component]
pub(super) fn Moment(at: Timestamp) -> impl IntoView {
    let shown = local(at).replace('T', " ");
    view! { <time datetime=String::from(at) title=whole(at)>{shown}</time> }
}

/// The moment with day and zone in words.
pub(super) fn whole(at: Timestamp) -> String {
    let options = Object::new();
    for (name, value) in [("dateStyle", "full"), ("timeStyle", "long")] {
        // A plain object takes every key.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    String::from(date(at).to_locale_string("default", &JsValue::from(options)))
}

/// As `2026-11-21T10:32:05` by the clock on the wall here, which is what a field for a moment takes.
pub(super) fn local(at: Timestamp) -> String {
    let date = date(at);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

/// What somebody typed by the clock on the wall here.
pub(super) fn typed(text: &str) -> Option<Timestamp> {
    let millis = Date::new(&text.into()).get_time();
    (!text.is_empty() && millis.is_finite()).then(|| Timestamp::from_millis(millis as i64))
}
