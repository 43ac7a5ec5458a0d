//! The page of open links.

use super::{
    api::{close_link, links},
    words,
};
use crate::{
    events::Refresh,
    ui::{
        Badge, ConfirmDialog, EmptyState, Icon, IconButton, IconView, Notice, PageHeader, RelativeTime, Skeleton,
        Submit, ToastKind, Tone, toast,
    },
};
use leptos::prelude::*;
use wire::{
    events::Topic,
    files::size_formatted,
    links::{LinkList, LinkView},
};

/// What the page knows of the links: nothing yet, the list, or why not.
type Listed = RwSignal<Option<Result<LinkList, String>>>;

async fn read(listed: Listed) {
    let answer = links().await.map_err(|error| error.to_string());
    // An answer that changes nothing wakes nobody.
    if listed.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
        listed.set(Some(answer));
    }
}

/// The page.
#[component]
pub fn LinksPage() -> impl IntoView {
    let (listed, closing) = (Listed::new(None), RwSignal::new(None::<LinkView>));
    let refresh = Refresh::new();
    refresh.keep(&[Topic::Links], move || read(listed));
    view! {
        <main id="main" class="page narrow">
            <PageHeader title="Open links" />
            <p class="page-lead">
                "Connections from Berth to your hosts. What you do on a host shares one, so that only the first use waits for it. "
                {move || listed.with(|listed| {
                    listed.as_ref().and_then(|list| list.as_ref().ok()).map(|list| words::stays(list.idle_seconds))
                })}
            </p>
            {move || match listed.get() {
                None => view! { <Skeleton label="Loading the links" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(list)) if list.links.is_empty() => view! { <NoneOpen /> }.into_any(),
                Some(Ok(list)) => view! { <Links list closing /> }.into_any(),
            }}
        </main>
        {move || closing.get().map(|link| view! { <Close link closing refresh /> })}
    }
}

#[component]
fn NoneOpen() -> impl IntoView {
    view! {
        <EmptyState icon=Icon::Link title="No link is open">
            <p>"A link opens with the first terminal, command or file on a host, and serves all that follow."</p>
        </EmptyState>
    }
}

#[component]
fn Links(list: LinkList, closing: RwSignal<Option<LinkView>>) -> impl IntoView {
    view! {
        <ul class="rows framed" aria-label="Open links">
            {list.links.into_iter().map(|link| view! { <LinkRow link closing /> }).collect_view()}
        </ul>
    }
}

#[component]
fn LinkRow(link: LinkView, closing: RwSignal<Option<LinkView>>) -> impl IntoView {
    let (runs, purpose) = (words::runs(&link), words::purpose(&link));
    let via = (!link.via.is_empty()).then(|| format!(" via {}", link.via.join(", ")));
    let (sent, received) = (size_formatted(link.bytes_sent), size_formatted(link.bytes_received));
    let moved = format!("{sent} sent, {received} received");
    let (tip, unused) = (moved.clone(), link.is_idle());
    let label = format!("Close the link to {}", link.host_name);
    let mine = link.clone();
    view! {
        <li class="row link-row" class:link-unused=unused>
            <span class="row-icon"><IconView icon=Icon::Link /></span>
            <div class="row-main">
                <span class="link-what">
                    <span class="row-title">{link.host_name}</span>
                    {purpose.map(|(word, why)| view! { <span title=why><Badge tone=Tone::Accent>{word}</Badge></span> })}
                </span>
                <span class="row-meta"><span class="mono">{link.username}"@"{link.endpoint}</span>{via}</span>
                <span class="row-meta">{runs}" · opened "<RelativeTime millis=link.opened_at.millis() /></span>
            </div>
            <span class="link-bytes" title=tip>
                <span class="sr-only">{moved}</span>
                <span aria-hidden="true">"↑ "{sent}</span>
                <span aria-hidden="true">"↓ "{received}</span>
            </span>
            <IconButton icon=Icon::Close label on_click=move |()| closing.set(Some(mine.clone())) />
        </li>
    }
}

#[component]
fn Close(link: LinkView, closing: RwSignal<Option<LinkView>>, refresh: Refresh) -> impl IntoView {
    let submit = Submit::new();
    let body = words::ends_with(&link);
    let title = format!("Close the link to {}?", link.host_name);
    let confirm = move |()| {
        let id = link.id.clone();
        submit.run(async move { close_link(id).await }, move |()| {
            closing.set(None);
            toast(ToastKind::Success, "The link is closed");
            refresh.now();
        });
    };
    view! {
        <ConfirmDialog
            title
            body
            confirm="Close link"
            busy=submit.busy
            error=submit.error
            on_confirm=confirm
            on_cancel=move |()| closing.set(None)
        />
    }
}
