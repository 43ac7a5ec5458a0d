//! What a command wrote on a host, read on from where it is known, as it comes.

use super::{api, run::Watched, words};
use crate::ui::{Icon, IconButton, Notice, Tone, copy_text};
use leptos::{html, prelude::*};
use wire::{HostId, commands::CommandOutputQuery};

/// So much of each stream is drawn; the rest is there to be copied.
const DRAWN: usize = 256 * 1024;

/// What is known so far.
#[derive(Clone, Copy)]
struct Known {
    stdout: RwSignal<String>,
    stderr: RwSignal<String>,
    next: StoredValue<(u64, u64)>,
    /// Whether nothing more comes.
    over: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    reading: StoredValue<bool>,
}

impl Known {
    /// Reads on until all is known that there is now.
    async fn read(self, watched: Watched, id: HostId) {
        loop {
            let Some((stdout_from, stderr_from)) = self.next.try_get_value() else { return };
            let query = CommandOutputQuery { stdout_from, stderr_from, limit: None };
            let Some(run) = watched.id.try_get_value() else { return };
            let answer = api::output(run, id.clone(), query).await;
            if self.over.is_disposed() {
                return;
            }
            let piece = match answer {
                Ok(piece) => piece,
                Err(error) => return self.error.set(Some(error.to_string())),
            };
            let nothing = (piece.stdout_next, piece.stderr_next) == (stdout_from, stderr_from);
            self.next.set_value((piece.stdout_next, piece.stderr_next));
            for (known, new) in [(self.stdout, piece.stdout), (self.stderr, piece.stderr)] {
                if !new.is_empty() {
                    known.update(|known| known.push_str(&words::shown(&new)));
                }
            }
            if nothing {
                return self.over.set(piece.host.state.is_over());
            }
        }
    }
}

/// Both streams.
#[component]
pub(super) fn Output(watched: Watched, id: HostId) -> impl IntoView {
    let known = Known {
        stdout: RwSignal::new(String::new()),
        stderr: RwSignal::new(String::new()),
        next: StoredValue::new((0, 0)),
        over: RwSignal::new(false),
        error: RwSignal::new(None),
        reading: StoredValue::new(false),
    };
    let id = StoredValue::new(id);
    Effect::new(move |_| {
        watched.moved.track();
        if known.reading.get_value() || known.over.get_untracked() {
            return;
        }
        known.reading.set_value(true);
        leptos::task::spawn_local(async move {
            known.read(watched, id.get_value()).await;
            let _ = known.reading.try_set_value(false);
        });
    });
    // What is over is read from its beginning; what goes on is followed.
    let follow = watched.run.with_untracked(|run| {
        let mut hosts = run.iter().flat_map(|run| &run.hosts);
        id.with_value(|id| hosts.find(|host| host.host_id == *id).is_some_and(|host| !host.state.is_over()))
    });
    let nothing =
        move || known.over.get() && known.stdout.with(String::is_empty) && known.stderr.with(String::is_empty);
    view! {
        <div class="command-output">
            {move || known.error.get().map(|text| view! { <Notice tone=Tone::Warn>{text}</Notice> })}
            {move || nothing().then(|| view! { <p class="command-silent">"It wrote nothing."</p> })}
            <Stream text=known.stdout follow label="Output" class="command-text" />
            <Stream text=known.stderr follow label="Standard error" class="command-text command-stderr" />
        </div>
    }
}

#[component]
fn Stream(text: RwSignal<String>, follow: bool, label: &'static str, class: &'static str) -> impl IntoView {
    let pane = NodeRef::<html::Pre>::new();
    // Who looks at the end stays at the end.
    Effect::new(move |_| {
        text.track();
        let Some(pane) = pane.get().filter(|_| follow) else { return };
        let at_end = pane.scroll_height() - pane.scroll_top() - pane.client_height() < 120;
        if at_end {
            request_animation_frame(move || pane.set_scroll_top(pane.scroll_height()));
        }
    });
    let drawn = move || {
        text.with(|text| match text.char_indices().nth(DRAWN) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.clone(),
        })
    };
    let filled = Memo::new(move |_| text.with(|text| !text.is_empty()));
    move || {
        filled.get().then(|| {
            view! {
                <div class="command-stream">
                    <div class="command-stream-head">
                        <span>{label}</span>
                        <IconButton icon=Icon::Copy label=format!("Copy {}", label.to_lowercase()) on_click=move |()| copy_text(&text.get_untracked()) />
                    </div>
                    <pre class=class node_ref=pane tabindex="0" role="group" aria-label=label>{drawn}</pre>
                </div>
            }
        })
    }
}
