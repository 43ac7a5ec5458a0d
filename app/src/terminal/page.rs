//! The terminal's pages: inside the dashboard, and in a window of its own by a ticket in the address.

use super::{
    entry::{Entry, Visit},
    opener::{Fresh, take_fresh},
    widget::{Place, TerminalView},
    window::WATCH,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wire::SessionId;

/// `/terminal/:session`.
#[component]
pub fn TerminalPage() -> impl IntoView {
    view! { <main id="main" class="terminal-page"><Session place=Place::Dashboard /></main> }
}

/// `/connect/:session?token=…`: the address that REST gives out.
#[component]
pub fn ConnectPage() -> impl IntoView {
    view! { <main id="main" class="terminal-page window"><Session place=Place::Window /></main> }
}

/// `/popout/:session?token=…`: a window with no dashboard around it.
#[component]
pub fn PopoutPage() -> impl IntoView {
    view! { <main id="main" class="terminal-page window"><Session place=Place::Window /></main> }
}

#[component]
fn Session(place: Place) -> impl IntoView {
    let params = use_params_map();
    let session = Memo::new(move |_| params.with(|params| params.get("session")).unwrap_or_default());
    move || match session.get().parse::<SessionId>() {
        Ok(session) => {
            let (ticket, fragment) = take_ticket();
            let fresh = take_fresh(&session).or_else(|| (fragment == "#new").then_some(Fresh { first: None }));
            match watched(&fragment) {
                Some(visit) => view! { <TerminalView session ticket fresh place=Place::Visit visit /> }.into_any(),
                None => view! { <TerminalView session ticket fresh place /> }.into_any(),
            }
        }
        Err(_) => view! {
            <div class="terminal-broken" role="alert">
                <p>"This is not the address of a session."</p>
                <a class="button" href="/">"Back to dashboard"</a>
            </div>
        }
        .into_any(),
    }
}

/// An admin's page, and the name of the host, as [`super::window::watch`] has written them.
fn watched(fragment: &str) -> Option<Visit> {
    let host = js_sys::decode_uri_component(fragment.strip_prefix(WATCH)?).ok()?;
    Some(Visit { host: host.into(), may_type: false, entry: Entry::Watch })
}

/// Takes the ticket out of the address, so that it is not seen, kept in the history, or sent along with a link. The
/// fragment says whether the session was just made for this page, or is watched.
fn take_ticket() -> (Option<String>, String) {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    let ticket = web_sys::UrlSearchParams::new_with_str(&query).ok().and_then(|query| query.get("token"));
    let fragment = location.hash().unwrap_or_default();
    if ticket.is_some()
        && let (Ok(history), Ok(path)) = (window().history(), location.pathname())
    {
        // A browser that refuses shows an address whose ticket is about to be used up.
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(&path));
    }
    (ticket.filter(|ticket| !ticket.is_empty()), fragment)
}
