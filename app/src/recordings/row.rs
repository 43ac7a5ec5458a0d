//! One recording in the list: what it is, where the searched text was shown, what can be done with it.

use super::{api, list::Recordings, words};
use crate::{
    accounts::SignIn,
    ui::{
        Badge, ConfirmDialog, Icon, IconView, Menu, MenuItem, RelativeTime, Submit, ToastKind, Tone, copy_text, toast,
    },
};
use leptos::prelude::*;
use wire::{
    files::size_formatted,
    recordings::{RecordingMatch, RecordingView},
};

/// The address of a recording's player, at a moment in milliseconds.
pub(super) fn address(recording: &RecordingView, at_ms: u64) -> String {
    let at = if at_ms == 0 { String::new() } else { format!("?t={}", at_ms as f64 / 1e3) };
    format!("/recordings/{}{at}", recording.id)
}

/// The badges of a recording, in the list and above the player.
#[component]
pub(super) fn Badges(recording: RecordingView) -> impl IntoView {
    let flaw = words::flaw(&recording);
    view! {
        {recording.running.then(|| view! { <span class="recording-live"><Badge tone=Tone::Bad>"recording"</Badge></span> })}
        {flaw.map(|(word, why)| view! { <span title=why><Badge tone=Tone::Warn>{word}</Badge></span> })}
        {recording.sealed.then(|| view! { <span title="Sealed on the server's disk"><Badge>"sealed"</Badge></span> })}
        {recording.required.then(|| view! { <span title="A policy required it"><Badge>"required"</Badge></span> })}
    }
}

/// A row.
#[component]
pub(super) fn Row(recording: RecordingView, recordings: Recordings) -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    let path = address(&recording, 0);
    let who = {
        let account = recording.account.clone();
        move || (sign_in.username() != account).then(|| view! { <span>{account.clone()}</span>" · " })
    };
    let size = (!recording.missing).then(|| format!(" · {}", size_formatted(recording.bytes)));
    let length = if recording.running { "goes on".into() } else { words::length(recording.duration_ms) };
    let commands = match recording.commands {
        0 => None,
        1 => Some(" · 1 command".to_owned()),
        many => Some(format!(" · {many} commands")),
    };
    let searched = recordings.searched();
    let moments: Vec<_> = recording.matches.iter().map(|found| moment(&recording, found, &searched)).collect();
    let (label, started) =
        (format!("Actions for the recording of {}", recording.host_name), recording.started_at.millis());
    let mine = StoredValue::new(recording.clone());
    let items = move |()| mine.with_value(|recording| entries(recording, recordings));
    view! {
        <li class="row recording-row">
            <span class="row-icon"><IconView icon=Icon::Play /></span>
            <div class="row-main">
                <span class="recording-what">
                    <a class="row-title recording-link" href=path>{recording.host_name.clone()}</a>
                    <Badges recording=recording.clone() />
                </span>
                <span class="row-meta">
                    {who}<span class="mono">{recording.username.clone()}</span>" · "<RelativeTime millis=started />
                    " · "{length}{size}{commands}
                </span>
                {(!moments.is_empty()).then(|| view! { <ul class="recording-moments" aria-label="Where it was shown">{moments}</ul> })}
            </div>
            <Menu label items />
        </li>
    }
}

/// A tap opens the player where the text has just been shown.
fn moment(recording: &RecordingView, found: &RecordingMatch, searched: &str) -> impl IntoView + use<> {
    view! {
        <li>
            <a href=address(recording, found.at_ms)>
                <span class="recording-moment">{words::moment(found.at_ms as f64)}</span>
                <Excerpt line=found.excerpt.clone() searched=searched.to_owned() />
            </a>
        </li>
    }
}

/// A line in which what was searched for stands out.
#[component]
pub(super) fn Excerpt(line: String, searched: String) -> impl IntoView {
    let (before, hit, behind) = words::around(&line, &searched);
    let (before, hit, behind) = (before.to_owned(), hit.to_owned(), behind.to_owned());
    view! {
        <span class="mono recording-excerpt">
            {before}{(!hit.is_empty()).then(|| view! { <mark>{hit}</mark> })}{behind}
        </span>
    }
}

fn entries(recording: &RecordingView, recordings: Recordings) -> Vec<MenuItem> {
    let (id, path, mine) = (recording.id.clone(), address(recording, 0), recording.clone());
    let download =
        (!recording.missing).then(|| MenuItem::new("Download", Icon::Download, move || download(&id.to_string())));
    let link = MenuItem::new("Copy link", Icon::Link, move || copy_text(&absolute(&path)));
    let delete = MenuItem::new("Delete", Icon::Trash, move || recordings.deleting.set(Some(mine.clone()))).danger();
    download.into_iter().chain([link]).chain(recording.may_delete.then_some(delete)).collect()
}

/// Has the browser fetch the file: plain asciicast.
pub(super) fn download(id: &str) {
    // The server's answer says "attachment": the page stays.
    let _ = window().location().set_href(&format!("/api/recordings/{id}/cast"));
}

/// An address of this page with the server's name, to be sent to somebody.
pub(super) fn absolute(path: &str) -> String {
    format!("{}{path}", window().location().origin().unwrap_or_default())
}

/// The question before a recording is deleted.
#[component]
pub(super) fn Delete(
    recording: RecordingView,
    #[prop(into)] on_done: Callback<()>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let submit = Submit::new();
    let id = recording.id.clone();
    let confirm = move |()| {
        submit.run(api::delete(id.clone()), move |()| {
            toast(ToastKind::Success, "The recording is deleted");
            on_done.run(());
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Delete the recording of {}?", recording.host_name)
            body="What was shown in this session is gone then, on the server too. It cannot be brought back."
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel
        />
    }
}
