//! What was typed and not saved holds the page: against Back, a reload and a closed window.

use leptos::{ev, prelude::*};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Says whether something is unsaved, and then tells the person.
type Holder = Box<dyn Fn() -> bool>;

thread_local! {
    static HOLDER: RefCell<Option<(String, Holder)>> = const { RefCell::new(None) };
}

/// Listens for Back and Forward. To be called before the router listens: it is told of none that is held.
pub fn listen_before_router() {
    let _ = window_event_listener(ev::popstate, |event| {
        let held = HOLDER.with_borrow(|holder| {
            holder.as_ref().filter(|(_, is_unsaved)| is_unsaved()).map(|(address, _)| address.clone())
        });
        if let (Some(address), Ok(history)) = (held, window().history()) {
            event.stop_immediate_propagation();
            // The address went already; this puts it back.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
        }
    });
}

/// Holds the page as long as this is mounted and something is unsaved. Back and Forward are undone, and `held` is run; what
/// leaves the page as a whole the browser asks about.
pub fn hold_unsaved(is_unsaved: impl Fn() -> bool + Copy + 'static, held: impl Fn() + 'static) {
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if is_unsaved() {
            event.prevent_default();
        }
    });
    let holder: Holder = Box::new(move || {
        let unsaved = is_unsaved();
        if unsaved {
            held();
        }
        unsaved
    });
    HOLDER.set(Some((location().href().unwrap_or_default(), holder)));
    on_cleanup(move || {
        leaving.remove();
        HOLDER.set(None);
    });
}
