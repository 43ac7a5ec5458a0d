//! What stands there while something is on its way.

use leptos::prelude::*;

/// A turning ring. With a label it is announced, without one it only decorates.
#[component]
pub fn Spinner(
    /// What is being waited for.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let role = label.as_ref().map(|_| "status");
    view! {
        <span class="spinner-box" role=role>
            <span class="spinner" aria-hidden="true"></span>
            {label.map(|label| view! { <span>{label}</span> })}
        </span>
    }
}

/// Grey bars in the place of rows that are being loaded.
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(default = 4)]
    rows: usize,
    /// What is being loaded, for a screen reader.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="sr-only">{label}</span>
            {(0..rows).map(|_| view! { <div class="skeleton-row" aria-hidden="true"></div> }).collect_view()}
        </div>
    }
}
