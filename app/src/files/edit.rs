//! A text being edited. What was typed is not lost: not by a failure, not by somebody else's change, not by a slip.

use super::{
    api,
    browser::Browser,
    line_ends::{LineEnds, as_typed},
};
use crate::ui::{Button, ButtonKind, DialogActions, Notice, RelativeTime, Submit, Tone, fresh_id, hold_unsaved};
use leptos::{ev, prelude::*};
use wire::files::{FileChanged, TextDraft, TextFile, size_formatted};

/// The editor.
#[component]
pub(super) fn Editor(
    browser: Browser,
    file: TextFile,
    editing: RwSignal<bool>,
    seen: Callback<TextFile>,
) -> impl IntoView {
    let (ends, begun) = (LineEnds::of(&file.text), StoredValue::new(as_typed(&file.text)));
    let (text, submit, id) = (RwSignal::new(begun.get_value()), Submit::new(), fresh_id());
    let (changed, sure) = (RwSignal::new(None::<FileChanged>), RwSignal::new(false));
    let known = StoredValue::new(file);
    let is_dirty = move || begun.with_value(|begun| text.with(|text| text != begun));
    hold_unsaved(move || untrack(is_dirty), move || sure.set(true));
    let save = move |over: bool| {
        let draft = known.with_value(|known| TextDraft {
            path: known.entry.path.clone(),
            text: text.with_untracked(|text| ends.put_into(text)),
            version: (!over).then(|| known.version.clone()),
        });
        let (host, mine) = (browser.host(), draft.text.clone());
        let done = move |saved: wire::files::TextSaved| {
            changed.set(None);
            browser.read();
            let file = TextFile { entry: saved.entry, text: mine, version: saved.version };
            editing.set(false);
            seen.run(file);
        };
        submit.run_or(async move { api::save_text(&host, &draft).await }, done, move |error| {
            changed.set(error.fault().changed.as_deref().cloned());
            Some(error.to_string())
        });
    };
    let take_theirs = move |()| {
        let (host, path) = (browser.host(), known.with_value(|known| known.entry.path.clone()));
        submit.run(async move { api::text(&host, &path).await }, move |file| {
            editing.set(false);
            browser.read();
            seen.run(file);
        });
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "s" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            save(false);
        }
    };
    let cancel = move |()| {
        if untrack(is_dirty) && !sure.get_untracked() {
            sure.set(true);
        } else {
            editing.set(false);
        }
    };
    view! {
        <label class="sr-only" for=id.clone()>"Text of the file"</label>
        <textarea id=id class="input mono look-edit" autocomplete="off" autocapitalize="none" spellcheck="false" autofocus=true
            bind:value=text on:keydown=keydown></textarea>
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        {ends.are_mixed.then(|| view! {
            <Notice tone=Tone::Warn>"The lines of this file end in different ways; saved, all end with "{ends.name()}"."</Notice>
        })}
        {move || changed.get().map(|changed| view! { <Changed changed /> })}
        {move || sure.get().then(|| view! { <Notice tone=Tone::Warn>"What you typed is not saved."</Notice> })}
        <DialogActions>
            <Button on_click=cancel>{move || if sure.get() { "Throw away" } else { "Cancel" }}</Button>
            {move || match changed.get() {
                None => view! { <Button kind=ButtonKind::Primary busy=submit.busy on_click=move |()| save(false)>"Save"</Button> }.into_any(),
                Some(changed) => view! {
                    {changed.found_size.is_some().then(|| view! { <Button busy=submit.busy on_click=take_theirs>"Throw mine away"</Button> })}
                    <Button kind=ButtonKind::Danger busy=submit.busy on_click=move |()| save(true)>"Save over it"</Button>
                }
                .into_any(),
            }}
        </DialogActions>
    }
}

/// Both times, so that a person knows what they would save over.
#[component]
fn Changed(changed: FileChanged) -> impl IntoView {
    let state = |size: Option<u64>, at: Option<wire::Timestamp>| match size {
        None => "gone".into_any(),
        Some(size) => view! {
            {size_formatted(size)}{at.map(|at| view! { ", changed "<RelativeTime millis=at.millis() /> })}
        }
        .into_any(),
    };
    view! {
        <dl class="look-changed">
            <dt>"As you read it"</dt><dd>{state(Some(changed.expected_size), changed.expected_modified)}</dd>
            <dt>"As it is now"</dt><dd>{state(changed.found_size, changed.found_modified)}</dd>
        </dl>
    }
}
