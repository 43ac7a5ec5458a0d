//! What the drawer shows: which commands are looked for, and those that were found.

use super::{super::desk::Desk, api};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wire::terminal::{ForgetQuery, HistoryQuery, TypedCommand, UniqueCommand};

/// So long (in ms) a search waits for the next letter.
const LETTERS: u32 = 150;

/// So many are fetched at first, and more at each wish for more.
const PAGE: u32 = 100;

/// No more are fetched; a search finds the rest.
pub(super) const MOST: u32 = 1_000;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Recent(Vec<TypedCommand>),
    Unique(Vec<UniqueCommand>),
}

/// The search and its answer.
#[derive(Clone, Copy)]
pub(super) struct Book {
    pub(super) desk: Desk,
    pub(super) search: RwSignal<String>,
    /// Each command once.
    pub(super) unique: RwSignal<bool>,
    /// On every host, not only on this one.
    pub(super) everywhere: RwSignal<bool>,
    pub(super) limit: RwSignal<u32>,
    pub(super) found: RwSignal<Option<Found>>,
    /// How many match in all.
    pub(super) total: RwSignal<u64>,
    pub(super) error: RwSignal<Option<String>>,
    /// Counts questions, so that an answer that was overtaken is dropped.
    asked: StoredValue<u32>,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Book {
    /// Reads at once, and again when something else is looked for.
    pub(super) fn open(desk: Desk) -> Self {
        let book = Self {
            desk,
            search: RwSignal::new(String::new()),
            unique: RwSignal::new(false),
            everywhere: RwSignal::new(false),
            limit: RwSignal::new(PAGE),
            found: RwSignal::new(None),
            total: RwSignal::new(0),
            error: RwSignal::new(None),
            asked: StoredValue::new(0),
            pause: StoredValue::new_local(None),
        };
        Effect::new(move |before: Option<()>| {
            book.search.track();
            book.unique.track();
            book.everywhere.track();
            book.limit.track();
            desk.details.track();
            book.read_after(if before.is_some() { LETTERS } else { 0 });
        });
        book
    }

    /// The host that is looked at; none for all of them.
    pub(super) fn host(self) -> Option<String> {
        let host = || self.desk.details.get_untracked()?.host_id.map(|host| host.to_string());
        if self.everywhere.get_untracked() { None } else { host() }
    }

    /// What would be forgotten with everything that is looked for.
    pub(super) fn matching(self) -> ForgetQuery {
        ForgetQuery { host: self.host(), search: self.searched(), command: None }
    }

    fn searched(self) -> Option<String> {
        Some(self.search.get_untracked()).filter(|text| !text.trim().is_empty())
    }

    /// Shows more of what was found.
    pub(super) fn more(self) {
        self.limit.update(|limit| *limit = (*limit + PAGE).min(MOST));
    }

    pub(super) fn read_after(self, millis: u32) {
        let _ = self.pause.try_set_value(Some(Timeout::new(millis, move || spawn_local(self.read()))));
    }

    async fn read(self) {
        let Some(asked) = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        }) else {
            return;
        };
        let query = HistoryQuery { limit: Some(self.limit.get_untracked()), offset: None, search: self.searched() };
        let answer = if self.unique.get_untracked() {
            api::unique(self.host(), query).await.map(|list| (Found::Unique(list.commands), list.total))
        } else {
            api::recent(self.host(), query).await.map(|list| (Found::Recent(list.commands), list.total))
        };
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        match answer {
            Ok((found, total)) => {
                self.error.set(None);
                self.total.set(total);
                if self.found.with_untracked(|before| before.as_ref() != Some(&found)) {
                    self.found.set(Some(found));
                }
            }
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }
}
