//! The course of one upload: how far is it, piece by piece, and the comparison at the end.

use super::{
    Uploads, digest,
    item::{Item, State},
    kept,
};
use crate::{
    client,
    error::AppError,
    files::{api, course::Course},
};
use gloo_net::http::Request;
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::Blob;
use wire::{
    FaultCode, Timestamp,
    files::{Entry, FinishRequest, OnConflict, UploadView},
};

/// Pieces grow and shrink between these, in bytes: about a second each.
const SMALLEST: u64 = 256 * 1024;
const FIRST: u64 = 1024 * 1024;
const LARGEST: u64 = 8 * 1024 * 1024;

/// A piece that takes longer (in milliseconds) hangs: the network is gone and nobody said so.
const PATIENCE: u32 = 90_000;

/// Why an attempt did not end well.
enum Stop {
    /// Somebody paused or cancelled it.
    Said,
    /// The name is taken.
    Taken,
    /// It is worth another try.
    Again(String),
    Failed(String),
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        use FaultCode as C;
        match error.code() {
            C::Unavailable | C::RemoteFailed | C::TimedOut | C::HostOffline | C::Conflict => {
                Self::Again(error.to_string())
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<JsValue> for Stop {
    fn from(_: JsValue) -> Self {
        Self::Failed("The file cannot be read any more. It may have been changed or moved; choose it again.".to_owned())
    }
}

/// Sends it until it is there, or somebody has to decide something.
pub(super) async fn run(uploads: Uploads, item: Item) {
    let mut course = Course::default();
    loop {
        let before = item.sent.get_untracked();
        let first = if course.tries() == 0 { FIRST } else { SMALLEST };
        let stop = match attempt(uploads, &item, first).await {
            Ok(state) => {
                digest::forget(item.id);
                kept::forget(&item.host, &item.path);
                item.state.set(state);
                uploads.done.update(|done| *done = done.wrapping_add(1));
                break;
            }
            Err(stop) => stop,
        };
        if !item.state.get_untracked().is_busy() {
            break;
        }
        match stop {
            Stop::Said => break,
            Stop::Taken => {
                item.state.set(State::Asking);
                break;
            }
            Stop::Failed(why) => {
                item.state.set(State::Failed(why));
                break;
            }
            Stop::Again(why) => {
                item.speed.set(0.0);
                if let Err(why) = course.failed(item.sent.get_untracked() > before, &why) {
                    item.state.set(State::Failed(why));
                    break;
                }
                item.state.set(State::Retrying(why));
                if !rest(&item, course.tries()).await {
                    break;
                }
            }
        }
    }
    uploads.kept_changed();
    uploads.pump();
}

/// Waits before the next try, or until the network is back; false when somebody said stop meanwhile.
async fn rest(item: &Item, tries: u32) -> bool {
    let until = Date::now() + f64::from(1_u32 << tries.min(4)) * 500.0;
    let was_online = window().navigator().on_line();
    loop {
        TimeoutFuture::new(200).await;
        if !item.state.get_untracked().is_busy() {
            return false;
        }
        let online = window().navigator().on_line();
        if online && (Date::now() >= until || !was_online) {
            return true;
        }
    }
}

async fn attempt(uploads: Uploads, item: &Item, first: u64) -> Result<State, Stop> {
    let gone = || Stop::Failed("Choose the file again.".to_owned());
    let file = item.file().ok_or_else(gone)?;
    let view: UploadView = client::get_json(&api::about(&item.host, "/upload", &item.path)).await?;
    let conflict = item.conflict.get_untracked().or_else(|| uploads.for_all.get_untracked());
    match (view.exists, conflict) {
        (Some(_), None) => return Err(Stop::Taken),
        (Some(_), Some(OnConflict::Skip)) => return Ok(State::Skipped),
        _ => {}
    }
    // What another file left under this name is of no use.
    let mut offset = if kept::knows(item) { view.offset.min(item.total) } else { 0 };
    item.sent.set(offset);
    kept::remember(item);
    digest::up_to(item, &file, offset).await?;
    still_wanted(item, State::Running)?;
    let (mut size, mut is_begun) = (first, offset > 0);
    while offset < item.total || !is_begun {
        let end = (offset + size).min(item.total);
        let piece = file.slice_with_f64_and_f64(offset as f64, end as f64)?;
        let begun = Date::now();
        offset = send(item, offset, piece).await?;
        if offset != end {
            return Err(Stop::Again("The host has another part of it than was sent.".to_owned()));
        }
        digest::up_to(item, &file, end).await?;
        is_begun = true;
        let seconds = ((Date::now() - begun) / 1000.0).max(0.001);
        item.sent.set(offset);
        item.speed.update(|speed| {
            let now = size as f64 / seconds;
            *speed = if *speed > 0.0 { 0.7 * *speed + 0.3 * now } else { now };
        });
        size = if seconds < 0.7 {
            size * 2
        } else if seconds > 3.0 {
            size / 2
        } else {
            size
        }
        .clamp(SMALLEST, LARGEST);
        still_wanted(item, State::Running)?;
        kept::remember(item);
    }
    still_wanted(item, State::Checking)?;
    finish(item, conflict.unwrap_or_default(), digest::of(item)).await?;
    Ok(State::Done)
}

/// Goes on into this state, unless somebody paused or cancelled it.
fn still_wanted(item: &Item, next: State) -> Result<(), Stop> {
    if !item.state.get_untracked().is_busy() {
        return Err(Stop::Said);
    }
    if item.state.get_untracked() != next {
        item.state.set(next);
    }
    Ok(())
}

/// Sends a piece; how much the host has then.
async fn send(item: &Item, offset: u64, piece: Blob) -> Result<u64, Stop> {
    let address = format!("{}&offset={offset}&total={}", api::about(&item.host, "/content", &item.path), item.total);
    let abort = item.abortable();
    let signal = abort.as_ref().map(web_sys::AbortController::signal);
    let _hangs = abort.map(|abort| Timeout::new(PATIENCE, move || abort.abort()));
    let request = Request::put(&address).abort_signal(signal.as_ref()).body(piece);
    let request = request.map_err(|_| Stop::Failed("The browser refused the request.".to_owned()))?;
    let view: UploadView = client::read(request.send().await).await?;
    Ok(view.offset)
}

async fn finish(item: &Item, conflict: OnConflict, sha256: Option<String>) -> Result<(), Stop> {
    let request = FinishRequest {
        path: item.path.clone(),
        total: item.total,
        sha256,
        modified: Some(Timestamp::from_millis(item.modified)),
        conflict,
    };
    let done: Result<Entry, AppError> = client::post_json(&api::address(&item.host, "/finish"), &request).await;
    match done {
        Ok(_) => Ok(()),
        // Somebody was quicker.
        Err(error) if error.code() == FaultCode::Exists => Err(Stop::Taken),
        Err(error) => {
            if error.code() == FaultCode::Conflict {
                // What the host has is not this file: it is sent from its beginning.
                kept::forget(&item.host, &item.path);
            }
            Err(error.into())
        }
    }
}
