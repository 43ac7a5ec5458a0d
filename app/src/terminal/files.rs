//! The host's files beside its terminal, where there is room; else on a page of their own.

use super::desk::Desk;
use crate::{
    files::Beside,
    parts::{Part, Place},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// So wide (in pixels) a page must be for both.
const ROOM: f64 = 900.0;

/// What the button does.
pub(super) fn toggle(desk: Desk) -> impl Fn(()) + Send + Sync + Clone + 'static {
    let navigate = StoredValue::new(use_navigate());
    move |()| {
        let host = desk.details.with_untracked(|details| details.as_ref()?.host_id.clone());
        let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(0.0);
        match host {
            Some(host) if width < ROOM => {
                navigate.with_value(|navigate| navigate(&format!("/files/{host}"), Default::default()));
            }
            Some(_) => desk.files.update(|open| *open = !*open),
            None => {}
        }
    }
}

/// Shown while the person looks at the files.
#[component]
pub(super) fn FilesDrawer(desk: Desk) -> impl IntoView {
    // The session is told anew with every heartbeat; its host stays.
    let host = Memo::new(move |_| desk.details.with(|details| details.as_ref()?.host_id.clone()));
    move || {
        let host = host.get().filter(|_| desk.files.get())?;
        let on_close = Callback::new(move |()| {
            desk.files.set(false);
            desk.focus();
        });
        let on_line = Callback::new(move |line: Vec<u8>| {
            desk.send(&line);
            desk.focus();
        });
        provide_context(Beside { host, on_close, on_line });
        Some(view! { <Part place=Place::FilesBeside inside=true /> })
    }
}
