//! Tells when the page changes its colours: by the person's choice (`data-theme` on the root) or by the system's.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{MutationObserver, MutationObserverInit};

/// Calls `changed` after each change, as long as the component lives.
pub(super) fn follow(changed: impl Fn() + Clone + 'static) {
    let choice = Closure::<dyn Fn()>::new(changed.clone());
    let system = Closure::<dyn Fn()>::new(changed);
    let observer = MutationObserver::new(choice.as_ref().unchecked_ref());
    let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    let (Ok(observer), Some(root)) = (observer, document().document_element()) else { return };
    let what = MutationObserverInit::new();
    what.set_attributes(true);
    what.set_attribute_filter(&js_sys::Array::of1(&"data-theme".into()));
    // The root element can be observed in every browser; where not, the colours follow at the next opening.
    let _ = observer.observe_with_options(&root, &what);
    if let Some(query) = &query {
        query.set_onchange(Some(system.as_ref().unchecked_ref()));
    }
    let kept = StoredValue::new_local(Some((observer, query, choice, system)));
    on_cleanup(move || {
        let Some((observer, query, ..)) = kept.try_update_value(Option::take).flatten() else { return };
        observer.disconnect();
        if let Some(query) = query {
            query.set_onchange(None);
        }
    });
}
