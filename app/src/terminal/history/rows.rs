//! The commands, each a button that puts it into the terminal.

use super::{api, book::Book, words};
use crate::ui::{Badge, Icon, IconButton, RelativeTime, ToastKind, Tone, copy_text, toast};
use leptos::{prelude::*, task::spawn_local};
use wire::terminal::{ForgetQuery, TypedCommand, UniqueCommand};

/// The newest first.
#[component]
pub(super) fn Recent(book: Book, commands: Vec<TypedCommand>) -> impl IntoView {
    let everywhere = book.everywhere.get_untracked();
    let row = move |typed: TypedCommand| {
        let id = typed.id;
        let forget = Callback::new(move |()| {
            spawn_local(
                async move { forgotten(book, api::forget(id).await.map(drop).map_err(|error| error.to_string())) },
            );
        });
        let details = view! {
            {typed.exit_code.map(|code| view! { <ExitCode code /> })}
            <RelativeTime millis=typed.timestamp.millis() />
            {typed.duration_ms.map(|millis| view! { <span>{words::duration(millis)}</span> })}
            {everywhere.then(|| view! { <span>{typed.host_name}</span> })}
            {typed.directory.map(|directory| view! { <span class="history-directory" title=directory.clone()>{directory.clone()}</span> })}
        };
        view! { <Row book command=typed.command forget>{details}</Row> }
    };
    view! { <ul>{commands.into_iter().map(row).collect_view()}</ul> }
}

/// Each once, the last used first.
#[component]
pub(super) fn Unique(book: Book, commands: Vec<UniqueCommand>) -> impl IntoView {
    let row = move |unique: UniqueCommand| {
        let command = unique.command.clone();
        let forget = Callback::new(move |()| {
            let query = ForgetQuery { host: book.host(), command: Some(command.clone()), search: None };
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
    };
    view! { <ul>{commands.into_iter().map(row).collect_view()}</ul> }
}

fn forgotten(book: Book, answer: Result<(), String>) {
    match answer {
        Ok(()) => book.read_after(0),
        Err(why) => toast(ToastKind::Error, why),
    }
}

#[component]
fn Row(book: Book, command: String, forget: Callback<()>, children: Children) -> impl IntoView {
    let (inserted, copied) = (command.clone(), command.clone());
    let insert = move |_| {
        let desk = book.desk;
        if covers_the_terminal() {
            desk.history.set(false);
        }
        desk.paste(&inserted);
        desk.focus();
    };
    // A screen reader hears the command first, then what a press does.
    view! {
        <li class="history-row">
            <button type="button" class="history-insert" title="Put it into the terminal" on:click=insert>
                <code>{command}</code>
                <span class="history-details">{children()}</span>
            </button>
            <div class="history-acts">
                <IconButton icon=Icon::Copy label="Copy command" on_click=move |()| copy_text(&copied) />
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
