//! Every address of the page.

use crate::{
    frame::{NotFound, Shell},
    parts::{Part, Place},
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
                <Route path=path!("") view=|| view! { <Part place=Place::Dashboard /> } />
                <Route path=path!("commands") view=|| view! { <Part place=Place::Commands /> } />
                <Route path=path!("commands/:run") view=|| view! { <Part place=Place::Run /> } />
                <Route path=path!("rounds/:round") view=|| view! { <Part place=Place::Round /> } />
                <Route path=path!("monitor") view=|| view! { <Part place=Place::Monitor /> } />
                <Route path=path!("credentials") view=|| view! { <Part place=Place::Credentials /> } />
                <Route path=path!("recordings") view=|| view! { <Part place=Place::Recordings /> } />
                <Route path=path!("recordings/:recording") view=|| view! { <Part place=Place::Player /> } />
                <Route path=path!("files/:host") view=|| view! { <Part place=Place::Files /> } />
                <Route path=path!("import") view=|| view! { <Part place=Place::Exchange /> } />
                <Route path=path!("netbox") view=|| view! { <Part place=Place::NetBox /> } />
                <Route path=path!("links") view=|| view! { <Part place=Place::Links /> } />
                <Route path=path!("audit") view=|| view! { <Part place=Place::Audit /> } />
                <Route path=path!("accounts") view=|| view! { <Part place=Place::Accounts /> } />
                <Route path=path!("account") view=|| view! { <Part place=Place::Account /> } />
                <Route path=path!("terminal/:session") view=|| view! { <Part place=Place::Terminal /> } />
            </ParentRoute>
            <Route path=path!("connect/:session") view=|| view! { <Part place=Place::Connect /> } />
            <Route path=path!("popout/:session") view=|| view! { <Part place=Place::Popout /> } />
            <Route path=path!("join") view=|| view! { <Part place=Place::Join /> } />
        </Routes>
    }
}
