//! Files and folders are dropped onto the list.

use super::{Uploads, drop_js};
use crate::files::browser::Browser;
use leptos::{ev, prelude::*, task::spawn_local};

/// Where they may be dropped.
#[component]
pub(in crate::files) fn Drop(browser: Browser, uploads: Uploads, children: Children) -> impl IntoView {
    let over = RwSignal::new(false);
    let has_files = |event: &ev::DragEvent| {
        event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
    };
    let drag = move |event: ev::DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: ev::DragEvent| {
        over.set(false);
        if let Some(transfer) = event.data_transfer().filter(|_| has_files(&event)) {
            event.prevent_default();
            let files = drop_js::files(&transfer);
            spawn_local(async move { uploads.add(browser, files.await) });
        }
    };
    view! {
        <div class="files-drop" class:files-over=move || over.get()
            class:files-busy=browser.busy on:dragenter=drag on:dragover=drag
            on:dragleave=move |_| over.set(false) on:drop=drop>
            {children()}
            {move || over.get().then(|| view! { <p class="files-drop-word">"Drop to upload into this folder"</p> })}
        </div>
    }
}
