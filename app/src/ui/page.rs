//! The page as a whole: its title, its heading, and ids for the parts that point at each other.

use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// An element id that nothing else on the page has.
pub fn fresh_id() -> String {
    format!("u{}", NEXT_ID.fetch_add(1, Ordering::Relaxed))
}

/// Names the page in the browser's tab.
pub fn set_title(text: &str) {
    document().set_title(&if text.is_empty() { "Berth".to_owned() } else { format!("{text} · Berth") });
}

/// Whether the page is used with a finger.
pub fn has_coarse_pointer() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// Puts the cursor into the first field that has a fault, once the faults are drawn.
pub fn focus_first_fault() {
    request_animation_frame(|| {
        let find = |selector| document().query_selector(selector).ok().flatten();
        let field = find("dialog[open] [aria-invalid=true]").or_else(|| find("main [aria-invalid=true]"));
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}

/// The heading of a page, with its actions on the right.
#[component]
pub fn PageHeader(
    /// What the page is; also the tab's title.
    #[prop(into)]
    title: String,
    /// The page's actions.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    set_title(&title);
    view! {
        <header class="page-header">
            <h1>{title}</h1>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}
