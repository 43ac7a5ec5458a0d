//! Choosing files: the browser's dialog, dropping them, or pasting text.

use super::files::Files;
use crate::ui::{Button, Icon, IconButton, IconView, TextArea};
use leptos::{ev, html, prelude::*};
use wire::files::size_formatted;

/// The field for files and what was chosen.
#[component]
pub(super) fn Choose(files: Files) -> impl IntoView {
    let (input, over) = (NodeRef::<html::Input>::new(), RwSignal::new(false));
    let open = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let take = move |_| {
        if let Some(input) = input.get_untracked() {
            files.add(input.files());
            input.set_value("");
        }
    };
    let drag = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        files.add(event.data_transfer().and_then(|transfer| transfer.files()));
    };
    view! {
        <div class="exchange-drop" class:over=over on:dragenter=drag on:dragover=drag
            on:dragleave=move |_| over.set(false) on:drop=drop>
            <IconView icon=Icon::Upload />
            <p>"Drop files here: "<code>"~/.ssh/config"</code>", "<code>"known_hosts"</code>
                ", an Ansible inventory, YAML, CSV. Several at once belong together."</p>
            <Button icon=Icon::Folder on_click=open>"Choose files"</Button>
            <input node_ref=input type="file" multiple class="sr-only" tabindex="-1" aria-label="Files to import" on:change=take />
        </div>
        <details class="exchange-paste">
            <summary>"Or paste text"</summary>
            <TextArea label="Text to import" value=files.pasted />
        </details>
        {move || (!files.shown.with(Vec::is_empty)).then(|| view! { <Chosen files /> })}
    }
}

#[component]
fn Chosen(files: Files) -> impl IntoView {
    let row = move |(name, size): (String, f64)| {
        let (label, gone) = (format!("Take out {name}"), name.clone());
        view! {
            <li class="row">
                <span class="row-main"><span class="row-title">{name}</span>
                    <span class="row-meta">{size_formatted(size as u64)}</span></span>
                <IconButton icon=Icon::Close label on_click=move |()| files.remove(&gone) />
            </li>
        }
    };
    view! {
        <ul class="rows framed" aria-label="Files">
            {move || files.shown.get().into_iter().map(row).collect_view()}
        </ul>
    }
}
