//! What stands below the screen when there is nothing more to come, and the ways on.

use super::{
    channel::{Phase, Refusal},
    desk::Desk,
    entry::Entry,
    heartbeat,
    opener::Opener,
    widget::Place,
    words,
};
use crate::{
    recordings::RecordingOf,
    ui::{Button, ButtonKind, Icon},
};
use leptos::{prelude::*, task::spawn_local};
use wire::terminal::{Mode, SessionView};

/// Shown when the session has ended or this page may not attach.
#[component]
pub(super) fn EndPanel(desk: Desk, place: Place) -> impl IntoView {
    // The server knows by now how it ended, and the host to open again.
    Effect::new(move |_| {
        if desk.is_own() && matches!(desk.phase.get(), Phase::Ended(_) | Phase::Refused(_)) {
            spawn_local(heartbeat::learn(desk));
        }
    });
    move || {
        let details = desk.details.get();
        let phase = as_visitor(desk, desk.phase.get());
        let (title, text) = words_for(&phase, details.as_ref())?;
        let kept = keeps_work(&phase, details.as_ref()).then_some(words::WORK_IS_KEPT);
        let signed_out = phase == Phase::Refused(Refusal::SignedOut);
        Some(view! {
            <section class="terminal-end" role="status" aria-label=title>
                <div class="terminal-end-text"><h2>{title}</h2><p>{text}{kept}</p></div>
                <div class="terminal-end-actions">
                    <Ways desk place signed_out />
                </div>
            </section>
        })
    }
}

fn words_for(phase: &Phase, details: Option<&SessionView>) -> Option<(&'static str, String)> {
    let known = details.and_then(|details| details.ending.as_ref()).map(words::ending);
    Some(match phase {
        Phase::Ended(ending) => ("Session ended", words::ending(ending)),
        Phase::Refused(Refusal::Gone) => {
            ("Session ended", known.unwrap_or_else(|| "There is no such session any more.".into()))
        }
        Phase::Refused(Refusal::SignedOut) => (
            "This link is used up",
            "A link opens a session once, and for a few minutes. Sign in, or open the session from the dashboard."
                .into(),
        ),
        Phase::Refused(Refusal::Removed) => {
            ("You were removed", "The session's owner has ended your view of it. The session goes on.".into())
        }
        Phase::Refused(Refusal::Revoked) => {
            let text = "The link that led here was revoked or has expired, or you are not signed in any more. \
                        Open it again, or ask for another one.";
            ("The invite is over", text.into())
        }
        Phase::Refused(Refusal::Forbidden) => ("Not your session", "This session belongs to another account.".into()),
        _ => return None,
    })
}

/// A visitor whose invite gives no ticket any more has come to its end; a sign-in would not help.
fn as_visitor(desk: Desk, phase: Phase) -> Phase {
    let visits = desk.entry.with_value(|entry| matches!(entry, Entry::Invite(_)));
    if visits && phase == Phase::Refused(Refusal::SignedOut) { Phase::Refused(Refusal::Revoked) } else { phase }
}

/// Whether "Open again" leads back into what ran in the session.
fn keeps_work(phase: &Phase, details: Option<&SessionView>) -> bool {
    let Some(details) = details.filter(|details| details.tmux) else { return false };
    let told = if let Phase::Ended(ending) = phase { Some(ending) } else { details.ending.as_ref() };
    told.is_some_and(words::keeps_work)
}

#[component]
fn Ways(desk: Desk, place: Place, signed_out: bool) -> impl IntoView {
    let again = move |details: SessionView| {
        let (opener, id) = (use_context::<Opener>()?, details.host_id?);
        let mode = if place == Place::Window { Mode::Popout } else { details.mode };
        let (name, ended) = (details.host_name, details.session_id);
        let open = move |()| opener.open_again(id.clone(), name.clone(), mode, ended.clone());
        Some(view! { <Button kind=ButtonKind::Primary icon=Icon::Refresh on_click=open>"Open again"</Button> })
    };
    let retry = move |()| {
        if let Some(channel) = desk.channel() {
            channel.retry();
        }
    };
    // Built once, and not with every word that comes about the session.
    let known =
        Memo::new(move |_| desk.details.with(|details| details.as_ref().map(|details| details.session_id.clone())));
    view! {
        {signed_out.then(|| view! { <Button on_click=retry>"Try again"</Button> })}
        {move || desk.details.get().and_then(again)}
        {move || known.get().filter(|_| !signed_out).map(|session| view! { <RecordingOf session /> })}
        {(place != Place::Visit).then(|| view! {
            <a class="button" href="/">{if signed_out { "Sign in" } else { "Back to dashboard" }}</a>
        })}
    }
}
