//! The whole page: theme, who is signed in, routes, messages.

use crate::{
    accounts::SignIn,
    events::Live,
    pwa::PwaBars,
    routes::Pages,
    terminal::{OpenerDialogs, provide_opener},
    ui::{Theme, Toasts},
};
use leptos::prelude::*;
use leptos_router::components::Router;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    Theme::stored().wear();
    provide_context(SignIn::begin());
    provide_context(Live::new());
    provide_opener();
    view! {
        <Router>
            <Pages />
            <OpenerDialogs />
        </Router>
        <Toasts />
        <PwaBars />
    }
}
