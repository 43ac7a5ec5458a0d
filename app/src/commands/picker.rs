//! Taking a snippet: which one, then what stands for its variables. What comes out is the finished command; nothing runs.

use super::snippets::{Listed, read};
use crate::{
    events::Refresh,
    ui::{Button, ButtonKind, Dialog, DialogActions, EmptyState, Icon, IconView, Notice, Skeleton, TextField, Tone},
};
use leptos::{ev::SubmitEvent, prelude::*};
use std::collections::BTreeMap;
use wire::{
    commands::{SnippetView, template},
    events::Topic,
};

/// The dialog.
#[component]
pub fn SnippetPicker(
    /// What the last button says.
    verb: &'static str,
    /// The snippet that was chosen already.
    #[prop(optional, into)]
    chosen: Option<SnippetView>,
    /// Takes the finished command.
    #[prop(into)]
    on_pick: Callback<String>,
    /// Takes the dialog away.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let (listed, current) = (Listed::new(None), RwSignal::new(chosen.clone()));
    Refresh::new().keep(&[Topic::Snippets], move || read(listed));
    let pick = Callback::new(move |snippet: SnippetView| match snippet.variables.is_empty() {
        true => on_pick.run(finished(&snippet, &BTreeMap::new()).unwrap_or(snippet.text)),
        false => current.set(Some(snippet)),
    });
    // One without blanks needs no question.
    if let Some(snippet) = chosen.filter(|snippet| snippet.variables.is_empty()) {
        request_animation_frame(move || pick.run(snippet));
        return ().into_any();
    }
    let title = move || current.with(|snippet| snippet.as_ref().map(|snippet| snippet.name.clone()));
    view! {
        <Dialog title=untrack(title).unwrap_or_else(|| "Snippets".into()) on_close wide=true>
            {move || match current.get() {
                None => view! { <Choose listed pick /> }.into_any(),
                Some(snippet) => view! { <Fill snippet verb on_pick on_close /> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Choose(listed: Listed, pick: Callback<SnippetView>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = move |all: Vec<SnippetView>| -> Vec<SnippetView> {
        let words: Vec<_> = search.with(|text| text.split_whitespace().map(str::to_lowercase).collect());
        let fits = |snippet: &SnippetView| {
            let text = format!("{}\n{}\n{}", snippet.name, snippet.text, snippet.description).to_lowercase();
            words.iter().all(|word: &String| text.contains(word))
        };
        all.into_iter().filter(fits).collect()
    };
    view! {
        <div class="search">
            <IconView icon=Icon::Search />
            <input type="search" class="input" aria-label="Search snippets" placeholder="Search snippets" autofocus
                autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=search />
        </div>
        {move || match listed.get() {
            None => view! { <Skeleton rows=3 label="Loading the snippets" /> }.into_any(),
            Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! {
                <EmptyState icon=Icon::List title="No snippet yet">
                    <p>"Keep commands that you use again on the "<a href="/commands">"Commands page"</a>"."</p>
                </EmptyState>
            }.into_any(),
            Some(Ok(all)) => {
                let found = found(all);
                let none = found.is_empty();
                view! {
                    <ul class="snippet-choices">
                        {found.into_iter().map(|snippet| {
                            let (name, text) = (snippet.name.clone(), snippet.text.clone());
                            view! {
                                <li><button type="button" class="snippet-choice" on:click=move |_| pick.run(snippet.clone())>
                                    <span class="row-title">{name}</span>
                                    <code>{text}</code>
                                </button></li>
                            }
                        }).collect_view()}
                    </ul>
                    {none.then(|| view! { <p class="commands-none">"No snippet has this in it."</p> })}
                }.into_any()
            }
        }}
    }
}

fn finished(snippet: &SnippetView, values: &BTreeMap<String, String>) -> Result<String, String> {
    template::fill(&snippet.text, values).map_err(|error| error.to_string())
}

#[component]
fn Fill(snippet: SnippetView, verb: &'static str, on_pick: Callback<String>, on_close: Callback<()>) -> impl IntoView {
    let fields: Vec<_> = snippet
        .variables
        .iter()
        .map(|variable| (variable.clone(), RwSignal::new(variable.default.clone().unwrap_or_default())))
        .collect();
    let (known, snippet) = (StoredValue::new(fields.clone()), StoredValue::new(snippet));
    // What is empty and begins with nothing is not said yet.
    let result = Memo::new(move |_| {
        let values = known.with_value(|fields| {
            let said = fields.iter().map(|(variable, value)| (variable, value.get()));
            let said = said.filter(|(variable, value)| variable.default.is_some() || !value.is_empty());
            said.map(|(variable, value)| (variable.name.clone(), value)).collect::<BTreeMap<_, _>>()
        });
        snippet.with_value(|snippet| finished(snippet, &values))
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(text) = result.get_untracked() {
            on_pick.run(text);
        }
    };
    view! {
        <form class="form" on:submit=send novalidate>
            {fields.into_iter().enumerate().map(|(index, (variable, value))| {
                let (autofocus, optional) = (index == 0, variable.default.is_some());
                if variable.raw {
                    let hint = "Goes in as it is, unquoted: it may be more than one word, or another command.";
                    view! { <TextField label=variable.name value mono=true autofocus optional hint /> }.into_any()
                } else {
                    view! { <TextField label=variable.name value mono=true autofocus optional /> }.into_any()
                }
            }).collect_view()}
            {move || match result.get() {
                Ok(text) => view! { <pre class="commands-preview" tabindex="0" aria-label="The finished command">{text}</pre> }.into_any(),
                Err(text) => view! { <Notice tone=Tone::Warn>{text}</Notice> }.into_any(),
            }}
            <DialogActions>
                <Button on_click=on_close>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true disabled=Signal::derive(move || result.with(Result::is_err))>{verb}</Button>
            </DialogActions>
        </form>
    }
}
