//! Keeps the terminal in the part of the window that the on-screen keyboard leaves free.
//!
//! Where the browser shrinks the page by itself (interactive-widget in index.html) there is nothing to do; others lay
//! the keyboard over the page and tell it only through `visualViewport`.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, VisualViewport};

/// Less than this part of the window counts as covered by a keyboard.
const COVERED: f64 = 0.85;

/// Lays `node` over the free part of the window while a keyboard covers the rest. `changed` is called after each move.
pub(super) fn follow_keyboard(node: NodeRef<html::Div>, changed: impl Fn() + 'static) {
    let Some(viewport) = window().visual_viewport() else { return };
    let seen = viewport.clone();
    let follow = Closure::<dyn Fn()>::new(move || {
        if let Some(element) = node.get_untracked() {
            lay(&element, &seen);
            changed();
        }
    });
    let listen = |name| viewport.add_event_listener_with_callback(name, follow.as_ref().unchecked_ref());
    if listen("resize").is_err() || listen("scroll").is_err() {
        return;
    }
    let kept = StoredValue::new_local(Some((viewport, follow)));
    on_cleanup(move || {
        let Some((viewport, follow)) = kept.try_update_value(Option::take).flatten() else { return };
        for name in ["resize", "scroll"] {
            // A listener that is gone already is what is wanted.
            let _ = viewport.remove_event_listener_with_callback(name, follow.as_ref().unchecked_ref());
        }
    });
}

fn lay(element: &HtmlElement, viewport: &VisualViewport) {
    let whole = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    let is_covered = viewport.scale() < 1.05 && viewport.height() < whole * COVERED;
    let style = element.style();
    // Styles that the browser refuses leave the terminal where it is.
    if is_covered {
        let _ = style.set_property("--viewport-height", &format!("{}px", viewport.height()));
        let _ = style.set_property("--viewport-top", &format!("{}px", viewport.offset_top()));
        let _ = element.set_attribute("data-keyboard", "open");
    } else {
        let _ = element.remove_attribute("data-keyboard");
    }
}
