//! A file that is no text, or too much of one: a piece of it at a time, as bytes or as text.

use super::{
    api,
    browser::Browser,
    extent::{last_piece, whole_length},
};
use crate::{
    error::AppError,
    ui::{Button, ButtonKind, Icon, IconButton, Notice, Skeleton, Tone},
};
use gloo_net::http::Request;
use leptos::{prelude::*, task::spawn_local};
use wire::{
    FaultCode,
    files::{Entry, size_formatted},
};

/// So many bytes are shown at once, as bytes and as text.
const BYTES: u64 = 4096;
const TEXT: u64 = 64 * 1024;

/// What was read.
struct Piece {
    bytes: Vec<u8>,
    /// How long the whole file is by now.
    whole: Option<u64>,
}

/// The pieces.
#[component]
pub(super) fn Pieces(browser: Browser, entry: Entry, as_text: bool) -> impl IntoView {
    let (from, as_text) = (RwSignal::new(0_u64), RwSignal::new(as_text));
    let piece = RwSignal::new(None::<Result<Vec<u8>, AppError>>);
    // A log grows while it is looked at, and begins anew: each answer says how long the file is by then.
    let (size, entry) = (RwSignal::new(entry.size), StoredValue::new(entry));
    let (was, wants_end) = (RwSignal::new(None::<u64>), StoredValue::new(false));
    let step = move || if as_text.get() { TEXT } else { BYTES };
    Effect::new(move |_| {
        let (at, length) = (from.get(), step());
        let address = entry.with_value(|entry| api::about(&browser.host(), "/content", &entry.path));
        spawn_local(async move {
            let read = read(&address, at, length).await;
            // Somebody went on meanwhile.
            if from.try_get_untracked() != Some(at) {
                return;
            }
            let before = size.get_untracked();
            let whole = read.as_ref().ok().and_then(|piece| piece.whole).unwrap_or(before);
            if whole < before {
                was.set(Some(before));
            }
            size.set(whole);
            let goes_to_end = wants_end.try_update_value(std::mem::take) == Some(true);
            if (at > 0 && at >= whole) || (goes_to_end && at + length < whole) {
                from.set(last_piece(whole, length));
            } else {
                piece.set(Some(read.map(|piece| piece.bytes)));
            }
        });
    });
    let go = move |to: u64| {
        was.set(None);
        from.set(to);
    };
    // What they are stands beside them on a phone, too.
    let is_narrow = window().match_media("(max-width: 560px)").ok().flatten().is_some_and(|media| media.matches());
    let a_line = if is_narrow { 8 } else { 16 };
    let where_it_is = move || {
        let size = size.get();
        let end = (from.get() + step()).min(size);
        format!("{} to {} of {}", size_formatted(from.get()), size_formatted(end), size_formatted(size))
    };
    let shown = move || match piece.get() {
        None => view! { <Skeleton label="Reading the file" /> }.into_any(),
        Some(Err(error)) => view! { <Notice tone=Tone::Bad>{error.to_string()}</Notice> }.into_any(),
        Some(Ok(bytes)) if bytes.is_empty() => view! { <p class="muted">"The file is empty."</p> }.into_any(),
        Some(Ok(bytes)) => {
            let text = match as_text.get() {
                true => String::from_utf8_lossy(&bytes).into_owned(),
                false => dump(from.get_untracked(), &bytes, a_line),
            };
            view! { <pre class="look-text" tabindex="0" aria-label="A piece of the file">{text}</pre> }.into_any()
        }
    };
    let at_end = move || from.get() + step() >= size.get();
    let shorter = move || {
        was.get().map(|was| {
            let text = format!("The file became shorter meanwhile: it had {}.", size_formatted(was));
            view! { <Notice tone=Tone::Warn>{text}</Notice> }
        })
    };
    let to_end = move |()| {
        wants_end.set_value(true);
        go(last_piece(size.get_untracked(), untrack(step)));
    };
    view! {
        <div class="look-pieces">
            <div class="segments" role="group" aria-label="Shown as">
                {[(true, "Text"), (false, "Bytes")].map(|(way, word)| view! {
                    <button type="button" class="segment" aria-pressed=move || (as_text.get() == way).to_string()
                        on:click=move |_| as_text.set(way)>{word}</button>
                }).collect_view()}
            </div>
            <span class="muted" role="status">{where_it_is}</span>
            <span class="look-steps">
            <IconButton icon=Icon::ChevronUp label="Earlier" disabled=Signal::derive(move || from.get() == 0)
                on_click=move |()| go(from.get_untracked().saturating_sub(untrack(step))) />
            <IconButton icon=Icon::ChevronDown label="Later" disabled=Signal::derive(at_end)
                on_click=move |()| go(from.get_untracked() + untrack(step)) />
            <Button kind=ButtonKind::Ghost on_click=to_end>"To the end"</Button>
            </span>
        </div>
        {shorter}
        {shown}
    }
}

async fn read(address: &str, from: u64, length: u64) -> Result<Piece, AppError> {
    let failed = |_| AppError::new(FaultCode::Unavailable, "The server cannot be reached.");
    let range = format!("bytes={from}-{}", from + length - 1);
    let answer = Request::get(address).header("Range", &range).send().await.map_err(failed)?;
    let whole = answer.headers().get("Content-Range").and_then(|range| whole_length(&range));
    match answer.status() {
        206 => Ok(Piece { bytes: answer.binary().await.map_err(failed)?, whole }),
        // There is nothing from there on: the file is empty, or became shorter.
        416 => Ok(Piece { bytes: Vec::new(), whole }),
        _ if answer.ok() => Ok(Piece { bytes: Vec::new(), whole }),
        // One that cannot be read says why.
        _ => crate::client::read(Ok(answer)).await.map(|()| Piece { bytes: Vec::new(), whole }),
    }
}

/// So many bytes a line: where they are, what they are, and what of them can be read.
fn dump(from: u64, bytes: &[u8], a_line: usize) -> String {
    let wide = 3 * a_line;
    let lines = bytes.chunks(a_line).zip((from..).step_by(a_line)).map(|(chunk, at)| {
        let hex: String = chunk.iter().map(|byte| format!("{byte:02x} ")).collect();
        let text: String = chunk
            .iter()
            .map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' })
            .collect();
        format!("{at:08x}  {hex:<wide$} {text}\n")
    });
    lines.collect()
}
