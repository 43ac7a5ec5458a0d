//! The address of the dashboard says what is looked at, and the other way round.

use super::look::Look;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// So long after the last change of the same part the address follows, in milliseconds: no browser takes one a key.
const FOLLOWS_AFTER: u32 = 300;

/// What the address says now.
pub(super) fn asked() -> Look {
    Look::parse(&use_location().search.get_untracked())
}

/// Keeps both the same. Another part of the inventory is another page for Back; words and values are not.
pub(super) fn follow(look: RwSignal<Look>) {
    let (location, navigate) = (use_location(), StoredValue::new_local(use_navigate()));
    let (search, pathname) = (location.search, location.pathname);
    // What this wrote itself is no news.
    let written = StoredValue::new(search.get_untracked());
    Effect::new(move |_| {
        let now = search.get();
        if pathname.get_untracked() != "/" || written.with_value(|written| *written == now) {
            return;
        }
        written.set_value(now.clone());
        let asked = Look::parse(&now);
        if look.with_untracked(|look| look.query() != asked.query()) {
            look.set(asked);
        }
    });
    let later = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        let query = look.with(Look::query);
        let before = Look::parse(&search.get_untracked());
        if query == before.query() || pathname.get_untracked() != "/" {
            return later.set_value(None);
        }
        let elsewhere = look.with_untracked(|look| look.filter.scope != before.filter.scope);
        let write = move || {
            written.set_value(query.clone());
            let address = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
            let options = NavigateOptions { replace: !elsewhere, scroll: false, ..Default::default() };
            navigate.with_value(|navigate| navigate(&address, options));
        };
        match elsewhere {
            true => {
                later.set_value(None);
                write();
            }
            false => later.set_value(Some(Timeout::new(FOLLOWS_AFTER, write))),
        }
    });
    on_cleanup(move || drop(later.try_update_value(Option::take)));
}
