//! Uploads: a queue of the whole page, so that it goes on while somebody looks at something else.
//!
//! A file goes up piece by piece, as slices of what lies on disk: the browser never holds more than a piece. Each piece is
//! acknowledged by the host; after a lost network it goes on from what the host has. What was begun is remembered beyond a
//! reload, for which the person has to choose the same file again: a page cannot keep one.

mod digest;
pub(super) mod drop;
mod drop_js;
mod item;
mod kept;
mod mark;
mod more;
pub(super) mod panel;
pub(super) mod picker;
mod run;

pub(crate) use mark::UploadsMark;

use super::{api, browser::Browser};
use crate::ui::{ToastKind, toast};
use gloo_timers::future::TimeoutFuture;
use item::{Item, State};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, collections::HashMap};
use wire::{
    FaultCode, HostId,
    files::{OnConflict, RemoteName, RemotePath},
};

/// So many go up at once.
const AT_ONCE: usize = 3;

/// So many may be in the queue.
const MOST: usize = 10_000;

thread_local! {
    /// The files themselves: they belong to the browser and cannot be in a signal.
    static FILES: RefCell<HashMap<u32, web_sys::File>> = RefCell::default();
}

/// The queue; in the app's context.
#[derive(Clone, Copy)]
pub(crate) struct Uploads {
    items: RwSignal<Vec<Item>>,
    next: StoredValue<u32>,
    /// What becomes of names that are taken, once somebody said so for all.
    for_all: RwSignal<Option<OnConflict>>,
    /// Counts those that are done.
    done: RwSignal<u32>,
    /// Changes with what is remembered of earlier pages.
    kept: RwSignal<u32>,
}

impl Uploads {
    /// An empty queue. The browser asks before its page is left while something goes up.
    pub(crate) fn new() -> Self {
        let uploads = Self {
            items: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            for_all: RwSignal::new(None),
            done: RwSignal::new(0),
            kept: RwSignal::new(0),
        };
        let leaving = window_event_listener_untyped("beforeunload", move |event| {
            if untrack(move || uploads.under_way()) > 0 {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        uploads
    }

    /// How many are not at their end, and need nobody to go on.
    fn under_way(self) -> usize {
        self.items.with(|items| items.iter().filter(|item| item.state.with(State::goes_on)).count())
    }

    /// Takes files for the folder that is shown, each with its path in it. Folders on the way are made.
    pub(super) fn add(self, browser: Browser, files: Vec<(web_sys::File, String)>) {
        let Some(folder) = untrack(move || browser.path()) else {
            toast(ToastKind::Error, "There is no folder to upload into.");
            return;
        };
        let (host, host_name) = (browser.host(), browser.host_name.get_untracked());
        if files.len() + self.items.with_untracked(Vec::len) > MOST {
            toast(ToastKind::Error, format!("At most {MOST} files at once; upload them in parts, or as an archive."));
            return;
        }
        spawn_local(async move {
            let (mut made, mut refused) = (Vec::new(), 0);
            for (file, relative) in files {
                let Some((path, folders)) = place(&folder, &relative) else {
                    refused += 1;
                    continue;
                };
                for folder in folders {
                    if !made.contains(&folder) {
                        make(&host, &folder).await;
                        made.push(folder);
                    }
                }
                self.take(host.clone(), host_name.clone(), path, file);
            }
            if refused > 0 {
                toast(ToastKind::Error, format!("{refused} files have names that no host takes."));
            }
            self.pump();
        });
    }

    fn take(self, host: HostId, host_name: String, path: RemotePath, file: web_sys::File) {
        let id = self.next.try_update_value(|next| {
            *next += 1;
            *next
        });
        let Some(id) = id else { return };
        let (total, modified) = (file.size() as u64, file.last_modified() as i64);
        FILES.with_borrow_mut(|files| files.insert(id, file));
        self.items.update(|items| items.push(Item::new(id, host, host_name, path, total, modified)));
    }

    /// Begins as many as there is room for.
    fn pump(self) {
        let items = self.items.get_untracked();
        let busy = items.iter().filter(|item| item.state.get_untracked().is_busy()).count();
        let waiting = items.iter().filter(|item| item.state.get_untracked() == State::Waiting);
        for item in waiting.take(AT_ONCE.saturating_sub(busy)) {
            item.state.set(State::Checking);
            spawn_local(run::run(self, item.clone()));
        }
        if busy == 0 && items.iter().all(|item| item.state.get_untracked().is_over()) {
            self.for_all.set(None);
        }
    }

    /// Somebody says what becomes of a name that is taken.
    fn answer(self, item: &Item, conflict: OnConflict, for_all: bool) {
        item.conflict.set(Some(conflict));
        item.state.set(State::Waiting);
        if for_all {
            self.for_all.set(Some(conflict));
            for other in self.items.get_untracked().iter().filter(|other| other.state.get_untracked() == State::Asking)
            {
                other.conflict.set(Some(conflict));
                other.state.set(State::Waiting);
            }
        }
        self.pump();
    }

    fn pause(self, item: &Item) {
        item.state.set(State::Paused);
        item.abort();
        self.pump();
    }

    fn resume(self, item: &Item) {
        item.state.set(State::Waiting);
        self.pump();
    }

    /// Takes it out of the queue, and what the host has of it away.
    fn remove(self, item: &Item) {
        let was_begun = !item.state.get_untracked().is_over() && item.sent.get_untracked() > 0;
        item.state.set(State::Cancelled);
        item.abort();
        if was_begun {
            self.clean_up(item.host.clone(), item.path.clone());
        }
        FILES.with_borrow_mut(|files| files.remove(&item.id));
        digest::forget(item.id);
        self.items.update(|items| items.retain(|other| other.id != item.id));
        kept::forget(&item.host, &item.path);
        self.kept_changed();
        self.pump();
    }

    /// Has the host delete what it has of an upload.
    fn clean_up(self, host: HostId, path: RemotePath) {
        spawn_local(async move {
            match api::delete_part(&host, &path).await {
                Ok(()) => self.done.update(|done| *done = done.wrapping_add(1)),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    }

    /// Takes out all that is over.
    fn clear(self) {
        let over = |item: &Item| item.state.get_untracked().is_over();
        FILES.with_borrow_mut(|files| {
            for item in self.items.get_untracked().iter().filter(|item| over(item)) {
                files.remove(&item.id);
            }
        });
        self.items.update(|items| items.retain(|item| !over(item)));
    }

    fn kept_changed(self) {
        self.kept.update(|kept| *kept = kept.wrapping_add(1));
    }

    /// Reads the folder anew when something has come into it, and not for each file by itself.
    pub(super) fn when_done(self, browser: Browser) {
        let pending = StoredValue::new(false);
        Effect::new(move |before: Option<()>| {
            self.done.track();
            if before.is_some() && pending.try_get_value() == Some(false) {
                pending.set_value(true);
                spawn_local(async move {
                    TimeoutFuture::new(400).await;
                    if pending.try_get_value().is_some() {
                        pending.set_value(false);
                        browser.read();
                    }
                });
            }
        });
    }
}

/// Where a file goes, and the folders on the way to it.
fn place(folder: &RemotePath, relative: &str) -> Option<(RemotePath, Vec<RemotePath>)> {
    let (mut path, mut folders) = (folder.clone(), Vec::new());
    let parts: Vec<_> = relative.split('/').filter(|part| !part.is_empty()).collect();
    for (at, part) in parts.iter().enumerate() {
        path = path.join(&part.parse::<RemoteName>().ok()?);
        if at + 1 < parts.len() {
            folders.push(path.clone());
        }
    }
    (!parts.is_empty()).then_some((path, folders))
}

async fn make(host: &HostId, folder: &RemotePath) {
    if let Err(error) = api::make_folder(host, folder).await
        && error.code() != FaultCode::Exists
    {
        // The files that belong into it say the same again, each with its own words.
        toast(ToastKind::Error, error.to_string());
    }
}
