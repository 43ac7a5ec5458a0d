//! The whole page: theme, who is signed in, routes, messages.

use crate::{
    accounts::SignIn,
    events::Live,
    files::Uploads,
    palette::Palette,
    parts::{Part, Place},
    pwa::PwaBars,
    routes::Pages,
    terminal::provide_opener,
    ui::{Theme, Toasts, listen_before_router},
};
use leptos::prelude::*;
use leptos_router::components::Router;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    Theme::stored().wear();
    listen_before_router();
    provide_context(SignIn::begin());
    provide_context(Live::new());
    provide_context(Uploads::new());
    provide_context(Palette::new());
    let opener = provide_opener();
    // From the first opening on, whatever page is shown.
    let opens = Memo::new(move |before| before == Some(&true) || opener.is_busy());
    view! {
        <Router>
            <Pages />
            {move || opens.get().then(|| view! { <Part place=Place::OpenerDialogs /> })}
        </Router>
        <Toasts />
        <PwaBars />
    }
}
