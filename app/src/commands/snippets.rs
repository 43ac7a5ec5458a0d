//! The snippets below the composer.

pub(super) use super::editor::EditSnippet;

use super::{api, page::Draft, picker::SnippetPicker};
use crate::{
    events::Refresh,
    ui::{
        Button, ButtonKind, ConfirmDialog, EmptyState, Icon, Menu, MenuItem, Notice, Skeleton, Submit, ToastKind, Tone,
        toast, use_query,
    },
};
use leptos::prelude::*;
use wire::{
    commands::{SnippetDraft, SnippetQuery, SnippetView},
    events::Topic,
};

/// What the page knows of the snippets: nothing yet, the list, or why not.
pub(super) type Listed = RwSignal<Option<Result<Vec<SnippetView>, String>>>;

/// Reads all of them.
pub(super) async fn read(listed: Listed) {
    let answer = api::snippets(SnippetQuery::default()).await;
    let answer = answer.map(|list| list.snippets).map_err(|error| error.to_string());
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The list, and adding to it.
#[component]
pub(super) fn Snippets(draft: Draft) -> impl IntoView {
    let (listed, editing) = (Listed::new(None), RwSignal::new(None::<Option<SnippetView>>));
    let (using, deleting) = (RwSignal::new(None::<SnippetView>), RwSignal::new(None::<SnippetView>));
    Refresh::new().keep(&[Topic::Snippets], move || read(listed));
    // `?snippet=` takes one up as soon as it is known: once, though the list is read anew.
    let (wanted, taken) = (use_query("snippet"), StoredValue::new(None::<String>));
    Effect::new(move |_| {
        let Some(id) = wanted.get().filter(|id| taken.with_value(|taken| taken.as_ref() != Some(id))) else { return };
        let found = listed.with(|listed| match listed {
            Some(Ok(all)) => all.iter().find(|snippet| snippet.id.as_str() == id).cloned(),
            _ => None,
        });
        if found.is_some() {
            taken.set_value(Some(id));
            using.set(found);
        }
    });
    let used = move |text: String| {
        using.set(None);
        draft.command.set(text);
        toast(ToastKind::Info, "The command is filled in. Nothing runs until you press Run.");
    };
    view! {
        <section class="commands-snippets" aria-labelledby="snippets-heading">
            <div class="section-head">
                <h2 id="snippets-heading">"Snippets"</h2>
                <div class="commands-acts">
                    <Button kind=ButtonKind::Ghost icon=Icon::Plus on_click=move |()| editing.set(Some(None))>"New snippet"</Button>
                </div>
            </div>
            {move || match listed.get() {
                None => view! { <Skeleton rows=2 label="Loading the snippets" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! {
                    <EmptyState icon=Icon::List title="No snippet yet">
                        <p>
                            "Keep a command that you use again, with blanks such as "<code>"{{path}}"</code>" or "<code>"{{lines=50}}"</code>
                            ": they are asked for and put in safely quoted, here and in a terminal."
                        </p>
                    </EmptyState>
                }.into_any(),
                Some(Ok(all)) => view! {
                    <ul class="rows framed" aria-label="Snippets">
                        {all.into_iter().map(|snippet| view! { <Row snippet using editing deleting /> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </section>
        {move || editing.get().map(|snippet| {
            let id = snippet.as_ref().map(|snippet| snippet.id.clone());
            let snippet = snippet.map_or_else(SnippetDraft::default, |known| SnippetDraft {
                name: known.name, text: known.text, description: known.description,
            });
            view! { <EditSnippet snippet id on_close=move |()| editing.set(None) /> }
        })}
        {move || using.get().map(|snippet| view! {
            <SnippetPicker verb="Use" chosen=snippet on_pick=used on_close=move |()| using.set(None) />
        })}
        {move || deleting.get().map(|snippet| view! { <Delete snippet deleting /> })}
    }
}

#[component]
fn Row(
    snippet: SnippetView,
    using: RwSignal<Option<SnippetView>>,
    editing: RwSignal<Option<Option<SnippetView>>>,
    deleting: RwSignal<Option<SnippetView>>,
) -> impl IntoView {
    let known = StoredValue::new(snippet.clone());
    let items = move |()| {
        vec![
            MenuItem::new("Edit", Icon::Pencil, move || editing.set(Some(Some(known.get_value())))),
            MenuItem::new("Delete", Icon::Trash, move || deleting.set(Some(known.get_value()))).danger(),
        ]
    };
    view! {
        <li class="row">
            <div class="row-main">
                <span class="row-title">{snippet.name.clone()}</span>
                <span class="row-meta mono commands-snippet-text">{snippet.text}</span>
                {(!snippet.description.is_empty()).then(|| view! { <span class="row-meta">{snippet.description}</span> })}
            </div>
            <Button label=format!("Use {}", snippet.name) on_click=move |()| using.set(Some(known.get_value()))>"Use"</Button>
            <Menu label=format!("Actions for {}", snippet.name) items />
        </li>
    }
}

#[component]
fn Delete(snippet: SnippetView, deleting: RwSignal<Option<SnippetView>>) -> impl IntoView {
    let submit = Submit::new();
    let id = snippet.id.clone();
    let confirm = move |()| {
        let id = id.clone();
        submit.run(async move { api::delete_snippet(id).await }, move |()| deleting.set(None));
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {}?", snippet.name)
            body="It cannot be brought back."
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| deleting.set(None)
        />
    }
}
