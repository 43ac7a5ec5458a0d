//! Every place is taken: one tap frees one, and the open goes on by itself.

use super::{Opener, Wanted};
use crate::{
    terminal::{api, words},
    ui::{Badge, Button, ButtonKind, Dialog, DialogActions, Notice, Submit, Tone, span},
};
use leptos::prelude::*;
use wire::{
    SessionId,
    terminal::{ActiveSession, LimitReached},
};

/// The sessions that hold the places, and what can be done.
#[component]
pub(super) fn LimitDialog(opener: Opener, wanted: Wanted, limit: LimitReached) -> impl IntoView {
    let submit = Submit::new();
    let retry = StoredValue::new(wanted.clone());
    let free = move |session: SessionId| {
        submit.run(api::close(session), move |_| {
            opener.changed();
            opener.try_open(retry.get_value());
        });
    };
    let reuse = move |()| {
        let mut wanted = retry.get_value();
        wanted.request.reuse = Some(true);
        opener.try_open(wanted);
    };
    let oldest = limit
        .active_sessions
        .iter()
        .max_by_key(|session| session.age_seconds)
        .map(|session| session.session_id.clone());
    let close_oldest = move |id: SessionId| move |()| free(id.clone());
    let rows =
        limit.active_sessions.into_iter().map(move |session| view! { <Row session submit free=Callback::new(free) /> });
    view! {
        <Dialog title="Session limit reached" on_close=move |()| opener.give_up() wide=true>
            <p>{format!("{} of {} sessions are open. Close one, and {} opens in its place.", limit.current_count, limit.max_active, wanted.host_name)}</p>
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <ul class="limit-list" aria-label="Open sessions">{rows.collect_view()}</ul>
            <DialogActions>
                <Button on_click=move |()| opener.give_up()>"Cancel"</Button>
                {limit.can_reuse.then(|| view! { <Button on_click=reuse>"Reuse existing"</Button> })}
                {oldest.map(|id| view! {
                    <Button kind=ButtonKind::Primary busy=submit.busy on_click=close_oldest(id)>"Close oldest"</Button>
                })}
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn Row(session: ActiveSession, submit: Submit, free: Callback<SessionId>) -> impl IntoView {
    let id = session.session_id;
    let label = format!("Close this one: the session on {}", session.host_name);
    view! {
        <li class="limit-row">
            <span class="limit-host">{session.host_name}</span>
            <Badge>{words::mode(session.mode)}</Badge>
            <span class="limit-times">
                {format!("opened {}, seen {}", span::ago(session.age_seconds), span::ago(session.last_seen_seconds))}
            </span>
            <Button label busy=submit.busy on_click=move |()| free.run(id.clone())>"Close this one"</Button>
        </li>
    }
}
