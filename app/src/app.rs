//! The whole page: theme, who is signed in, routes, messages.

use crate::{
    accounts::SignIn,
    routes::Pages,
    ui::{Theme, Toasts},
};
use leptos::prelude::*;
use leptos_router::components::Router;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    Theme::stored().wear();
    provide_context(SignIn::begin());
    view! {
        <Router>
            <Pages />
        </Router>
        <Toasts />
    }
}
