//! The way from a session that has ended to what was recorded of it.

use super::api;
use leptos::{prelude::*, task::spawn_local};
use wire::{RecordingId, SessionId};

/// A link to the session's recording, once it is known that there is one. A recording has its session's id.
#[component]
pub(crate) fn RecordingOf(session: SessionId) -> impl IntoView {
    let there = RwSignal::new(None::<RecordingId>);
    if let Ok(id) = RecordingId::try_from(session.to_string()) {
        spawn_local(async move {
            // None, or none that this account may watch: then there is no link.
            if api::detail(id.clone()).await.is_ok_and(|detail| !detail.recording.missing) {
                let _ = there.try_set(Some(id));
            }
        });
    }
    move || there.get().map(|id| view! { <a class="button" href=format!("/recordings/{id}")>"Watch the recording"</a> })
}
