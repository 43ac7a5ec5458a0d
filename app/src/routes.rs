//! Every address of the page.

use crate::{
    accounts::AccountPage,
    frame::{NotFound, Shell},
    inventory::DashboardPage,
    links::LinksPage,
    recordings::{PlayerPage, RecordingsPage},
    terminal::{ConnectPage, JoinPage, PopoutPage, TerminalPage},
    vault::CredentialsPage,
};
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Routes},
    path,
};

/// The routes. What is inside the shell needs a sign-in; a ticket or an invite opens the others.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <ParentRoute path=path!("") view=Shell>
                <Route path=path!("") view=DashboardPage />
                <Route path=path!("credentials") view=CredentialsPage />
                <Route path=path!("recordings") view=RecordingsPage />
                <Route path=path!("recordings/:recording") view=PlayerPage />
                <Route path=path!("links") view=LinksPage />
                <Route path=path!("account") view=AccountPage />
                <Route path=path!("terminal/:session") view=TerminalPage />
            </ParentRoute>
            <Route path=path!("connect/:session") view=ConnectPage />
            <Route path=path!("popout/:session") view=PopoutPage />
            <Route path=path!("join") view=JoinPage />
        </Routes>
    }
}
