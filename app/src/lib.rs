//! What people see: Leptos components and the server functions that they call.
use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! { <p>"Berth"</p> }
}
