//! Writing a snippet.

use super::api;
use crate::ui::{
    Badge, Button, ButtonKind, Dialog, DialogActions, FieldError, Notice, Submit, TextArea, TextField, ToastKind, Tone,
    toast,
};
use leptos::{ev::SubmitEvent, prelude::*};
use wire::{
    SnippetId,
    commands::{SnippetDraft, SnippetPatch, template},
};

/// The dialog: for a new snippet, or for the one with this id.
#[component]
pub(super) fn EditSnippet(
    snippet: SnippetDraft,
    id: Option<SnippetId>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let title = if id.is_some() { "Edit the snippet" } else { "New snippet" };
    let (name, text, description) =
        (RwSignal::new(snippet.name), RwSignal::new(snippet.text), RwSignal::new(snippet.description));
    let submit = Submit::new();
    let variables = Memo::new(move |_| text.with(|text| template::variables(text)));
    let unsafe_place: FieldError =
        Signal::derive(move || text.with(|text| template::check(text).err().map(|error| error.to_string())));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (name, text, description) = (name.get_untracked(), text.get_untracked(), description.get_untracked());
        let id = id.clone();
        let request = async move {
            match id {
                None => api::add_snippet(SnippetDraft { name, text, description }).await,
                Some(id) => {
                    let patch = SnippetPatch { name: Some(name), text: Some(text), description: Some(description) };
                    api::update_snippet(id, patch).await
                }
            }
        };
        submit.run(request, move |_| {
            toast(ToastKind::Success, "The snippet is kept");
            on_close.run(());
        });
    };
    view! {
        <Dialog title on_close wide=true>
            <form class="form" on:submit=save novalidate>
                {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <TextField label="Name" value=name placeholder="Disk use" autofocus=true />
                <TextArea label="Command" value=text rows=4 mono=true error=unsafe_place placeholder="df -h {{path=/}}"
                    hint="{{name}} is asked for and quoted, {{name=default}} begins with a value, {{!name}} goes in as it is." />
                {move || Some(variables.get()).filter(|all| !all.is_empty()).map(|all| view! {
                    <p class="commands-variables">
                        <span>"Asked for:"</span>
                        {all.into_iter().map(|variable| view! {
                            <Badge tone=if variable.raw { Tone::Warn } else { Tone::Accent }>{variable.name}</Badge>
                        }).collect_view()}
                    </p>
                })}
                <TextField label="What it does" value=description optional=true />
                <DialogActions>
                    <Button on_click=on_close>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=submit.busy>"Save"</Button>
                </DialogActions>
            </form>
        </Dialog>
    }
}
