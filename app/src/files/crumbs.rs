//! The way from the root to the folder, each part a link; and the path itself, to be typed.

use super::browser::Browser;
use crate::ui::{Icon, IconButton};
use leptos::{ev, html, prelude::*};
use wire::files::RemotePath;

/// The way.
#[component]
pub(super) fn Crumbs(browser: Browser) -> impl IntoView {
    let typing = RwSignal::new(false);
    let is_nowhere = Memo::new(move |_| browser.is_blocked() && browser.place().is_none());
    view! {
        <div class="crumbs" hidden=is_nowhere>
            {move || if typing.get() {
                view! { <PathField browser typing /> }.into_any()
            } else {
                view! { <Parts browser /> }.into_any()
            }}
            <IconButton icon=Icon::Pencil label="Type a path" on_click=move |()| typing.update(|typing| *typing = !*typing) />
            <span class="crumbs-coming" role="status">
                {move || browser.so_far.get().map(|count| format!("Reading, {count} so far"))}
            </span>
        </div>
    }
}

#[component]
fn Parts(browser: Browser) -> impl IntoView {
    let parts = move || {
        let mut parts = Vec::new();
        let mut path = browser.place();
        while let Some(here) = path {
            let text = here.name().map_or_else(|| "/".to_owned(), |name| name.to_string());
            path = here.parent();
            parts.push((here, text));
        }
        parts.reverse();
        parts
    };
    view! {
        <nav class="crumb-parts" aria-label="Folder">
            <ol>
                {move || {
                    let parts = parts();
                    let last = parts.len();
                    parts.into_iter().enumerate().map(|(at, (path, text))| {
                        let (address, current) = (browser.address_of(&path), (at + 1 == last).then_some("page"));
                        let go = move |event: ev::MouseEvent| {
                            // A page of its own opens as any link does.
                            if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                                event.prevent_default();
                                browser.go(&path);
                            }
                        };
                        view! { <li><a href=address aria-current=current on:click=go><bdi>{text}</bdi></a></li> }
                    }).collect_view()
                }}
            </ol>
        </nav>
    }
}

#[component]
fn PathField(browser: Browser, typing: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(untrack(move || browser.path()).map(|path| path.to_text()).unwrap_or_default());
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(path) = value.get_untracked().trim().parse::<RemotePath>() {
            let here = untrack(move || browser.path());
            let path = here.map_or_else(|| path.clone(), |here| path.resolved_in(&here));
            typing.set(false);
            browser.go(&path);
        }
    };
    view! {
        <form class="crumb-form" on:submit=submit>
            <input node_ref=node class="input mono" aria-label="Path" autocomplete="off" autocapitalize="none" spellcheck="false"
                bind:value=value
                on:keydown=move |event| if event.key() == "Escape" { typing.set(false) } />
        </form>
    }
}
