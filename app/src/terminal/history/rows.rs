//! The commands, each a button that puts it into the terminal.

use super::{
    api,
    book::{Book, Found},
    words,
};
use crate::ui::{Badge, Icon, IconButton, RelativeTime, ToastKind, Tone, copy_text, toast};
use leptos::{prelude::*, task::spawn_local};
use wire::terminal::{ForgetQuery, TypedCommand, UniqueCommand};

/// A command in either list.
#[derive(Clone)]
enum Listed {
    Typed(TypedCommand),
    Unique(UniqueCommand),
}

impl Listed {
    fn all(found: Option<&Found>) -> Vec<Self> {
        match found {
            Some(Found::Recent(commands)) => commands.iter().cloned().map(Self::Typed).collect(),
            Some(Found::Unique(commands)) => commands.iter().cloned().map(Self::Unique).collect(),
            None => Vec::new(),
        }
    }

    /// What is shown of it: a row is built anew only when that has changed, so that a finger or the keyboard keeps its place.
    fn key(&self) -> String {
        match self {
            Self::Typed(typed) => format!("{} {:?} {:?}", typed.id, typed.exit_code, typed.duration_ms),
            Self::Unique(unique) => format!("{} {}", unique.count, unique.command),
        }
    }
}

/// The last used first.
#[component]
pub(super) fn Rows(book: Book) -> impl IntoView {
    let commands = move || book.found.with(|found| Listed::all(found.as_ref()));
    let row = move |listed| match listed {
        Listed::Typed(typed) => view! { <Typed book typed /> }.into_any(),
        Listed::Unique(unique) => view! { <Unique book unique /> }.into_any(),
    };
    view! { <ul><For each=commands key=Listed::key children=row /></ul> }
}

#[component]
fn Typed(book: Book, typed: TypedCommand) -> impl IntoView {
    let id = typed.id;
    let forget = Callback::new(move |()| {
        spawn_local(async move { forgotten(book, api::forget(id).await.map(drop).map_err(|error| error.to_string())) });
    });
    let host = typed.host_name;
    view! {
        <Row book command=typed.command forget>
            {typed.exit_code.map(|code| view! { <ExitCode code /> })}
            <RelativeTime millis=typed.timestamp.millis() />
            {typed.duration_ms.map(|millis| view! { <span>{words::duration(millis)}</span> })}
            {move || book.everywhere.get().then(|| view! { <span>{host.clone()}</span> })}
            {typed.directory.map(|directory| view! { <span class="history-directory" title=directory.clone()>{directory.clone()}</span> })}
        </Row>
    }
}

#[component]
fn Unique(book: Book, unique: UniqueCommand) -> impl IntoView {
    let command = unique.command.clone();
    let forget = Callback::new(move |()| {
        let query = ForgetQuery { host: book.listed_host(), command: Some(command.clone()), search: None };
        spawn_local(async move {
            forgotten(book, api::forget_matching(query).await.map(drop).map_err(|error| error.to_string()));
        });
    });
    view! {
        <Row book command=unique.command forget>
            <span>{words::uses(unique.count)}</span>
            <RelativeTime millis=unique.last_used.millis() />
        </Row>
    }
}

fn forgotten(book: Book, answer: Result<(), String>) {
    match answer {
        Ok(()) => book.read_now(),
        Err(why) => toast(ToastKind::Error, why),
    }
}

#[component]
fn Row(book: Book, command: String, forget: Callback<()>, children: Children) -> impl IntoView {
    let (taken, copied) = (command.clone(), command.clone());
    let title = if book.desk.is_some() { "Put it into the terminal" } else { "Copy it" };
    let take = move |_| match book.desk {
        Some(desk) => {
            if covers_the_terminal() {
                desk.history.set(false);
            }
            desk.paste(&taken);
            desk.focus();
        }
        None => copy_text(&taken),
    };
    // A screen reader hears the command first, then what a press does.
    view! {
        <li class="history-row">
            <button type="button" class="history-insert" title=title on:click=take>
                <code>{command}</code>
                <span class="history-details">{children()}</span>
            </button>
            <div class="history-acts">
                {book.desk.is_some().then(|| view! {
                    <IconButton icon=Icon::Copy label="Copy command" on_click=move |()| copy_text(&copied) />
                })}
                <IconButton icon=Icon::Trash label="Delete command" on_click=forget />
            </div>
        </li>
    }
}

#[component]
fn ExitCode(code: i32) -> impl IntoView {
    let tone = if code == 0 { Tone::Good } else { Tone::Bad };
    view! { <Badge tone>{if code == 0 { "ok".to_owned() } else { format!("exit {code}") }}</Badge> }
}

/// As style/history.css has it.
fn covers_the_terminal() -> bool {
    window().match_media("(max-width: 760px)").ok().flatten().is_some_and(|query| query.matches())
}
