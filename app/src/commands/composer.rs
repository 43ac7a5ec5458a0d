//! The command, and the bar that runs it.

use super::{api, page::Draft, picker::SnippetPicker, snippets::EditSnippet, words};
use crate::ui::{Button, ButtonKind, Icon, IconView, Notice, Select, Submit, Tone};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use wire::commands::{CommandRequest, SnippetDraft};

/// The timeouts to choose from, in seconds.
const TIMEOUTS: [(&str, &str); 6] =
    [("5", "5 s"), ("10", "10 s"), ("30", "30 s"), ("60", "1 min"), ("300", "5 min"), ("600", "10 min")];

/// Where the command is written.
#[component]
pub(super) fn CommandBlock(draft: Draft) -> impl IntoView {
    let (picking, saving) = (RwSignal::new(false), RwSignal::new(None::<SnippetDraft>));
    let field = NodeRef::<html::Textarea>::new();
    let picked = move |text: String| {
        picking.set(false);
        draft.command.set(text);
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let save = move |()| {
        saving.set(Some(SnippetDraft { text: draft.command.get_untracked(), ..Default::default() }));
    };
    let empty = Signal::derive(move || draft.command.with(|text| text.trim().is_empty()));
    view! {
        <section class="commands-command" aria-labelledby="command-heading">
            <div class="section-head">
                <h2 id="command-heading"><label for="command">"Command"</label></h2>
                <div class="commands-acts">
                    <Button kind=ButtonKind::Ghost icon=Icon::List on_click=move |()| picking.set(true)>"Snippets"</Button>
                    <Button kind=ButtonKind::Ghost icon=Icon::Plus label="Save as a snippet" disabled=empty on_click=save>"Save"</Button>
                </div>
            </div>
            <textarea
                node_ref=field
                id="command"
                class="input mono commands-text"
                rows="3"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder="uptime"
                aria-describedby="command-hint"
                bind:value=draft.command
            ></textarea>
            <p id="command-hint" class="field-hint">"It goes to the login shell of each host as it stands here."<span class="commands-keys">" Ctrl Enter runs it."</span></p>
        </section>
        {move || picking.get().then(|| view! {
            <SnippetPicker verb="Use" on_pick=picked on_close=move |()| picking.set(false) />
        })}
        {move || saving.get().map(|snippet| view! {
            <EditSnippet snippet id=None on_close=move |()| saving.set(None) />
        })}
    }
}

/// On how many hosts, for how long, and go.
#[component]
pub(super) fn RunBar(draft: Draft) -> impl IntoView {
    let (submit, navigate) = (Submit::new(), StoredValue::new(use_navigate()));
    let count = Memo::new(move |_| draft.chosen.with(|chosen| chosen.len()));
    let go = move |()| {
        let hosts: Vec<_> = draft.chosen.with_untracked(|chosen| chosen.iter().map(ToString::to_string).collect());
        let command = draft.command.get_untracked();
        if hosts.is_empty() || command.trim().is_empty() {
            return submit.error.set(Some(match hosts.is_empty() {
                true => "Choose the hosts first.".into(),
                false => "Write a command first, or use a snippet.".into(),
            }));
        }
        let timeout = draft.timeout.get_untracked().parse().ok();
        let request = CommandRequest { command, hosts, timeout, ..Default::default() };
        submit.run(async move { api::start(request).await }, move |run| {
            navigate.with_value(|navigate| navigate(&format!("/commands/{}", run.id), Default::default()));
        });
    };
    // What was missing is said until something of it changes.
    Effect::new(move |_| {
        draft.chosen.track();
        draft.command.track();
        submit.error.set(None);
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        let dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !dialog {
            event.prevent_default();
            go(());
        }
    });
    on_cleanup(move || keys.remove());
    let timeouts = Signal::derive(move || {
        let mut all: Vec<_> = TIMEOUTS.iter().map(|&(key, text)| (key.to_owned(), text.to_owned())).collect();
        let chosen = draft.timeout.get();
        if all.iter().all(|(key, _)| *key != chosen) {
            all.push((chosen.clone(), format!("{chosen} s")));
        }
        all
    });
    let text = move || match count.get() {
        0 => "Run".to_owned(),
        count => format!("Run on {}", words::hosts(count)),
    };
    view! {
        <section class="commands-run" aria-label="Run">
            {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            <div class="commands-go">
                <Select label="Give each host" value=draft.timeout options=timeouts />
                <Button kind=ButtonKind::Primary busy=submit.busy on_click=go><IconView icon=Icon::Play />{text}</Button>
            </div>
        </section>
    }
}
