//! What a history shows: which commands are looked for, and those that were found.

use super::{super::desk::Desk, api};
use crate::events::Refresh;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wire::{
    HostId,
    events::Topic,
    terminal::{ForgetQuery, HistoryQuery, TypedCommand, UniqueCommand},
};

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
    /// The host that is looked at; none when there is none, or it is not known yet.
    pub(super) host: Memo<Option<HostId>>,
    /// The terminal that a tap puts a command into; without one the command is copied.
    pub(super) desk: Option<Desk>,
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
    refresh: Refresh,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Book {
    /// Reads at once, and again when something else is looked for or a command was typed anywhere.
    pub(super) fn open(host: Memo<Option<HostId>>, desk: Option<Desk>) -> Self {
        let book = Self {
            host,
            desk,
            search: RwSignal::new(String::new()),
            unique: RwSignal::new(false),
            everywhere: RwSignal::new(false),
            limit: RwSignal::new(PAGE),
            found: RwSignal::new(None),
            total: RwSignal::new(0),
            error: RwSignal::new(None),
            refresh: Refresh::new(),
            pause: StoredValue::new_local(None),
        };
        book.refresh.keep(&[Topic::History], move || book.read());
        Effect::new(move |before: Option<()>| {
            book.search.track();
            book.unique.track();
            book.everywhere.track();
            book.limit.track();
            host.track();
            if before.is_some() {
                book.read_after(LETTERS);
            }
        });
        book
    }

    /// The host whose commands are listed; none for all of them.
    pub(super) fn listed_host(self) -> Option<String> {
        let host = self.host.get_untracked().filter(|_| !self.everywhere.get_untracked());
        host.map(|host| host.to_string())
    }

    /// What would be forgotten with everything that is looked for.
    pub(super) fn matching(self) -> ForgetQuery {
        ForgetQuery { host: self.listed_host(), search: self.searched(), command: None }
    }

    fn searched(self) -> Option<String> {
        Some(self.search.get_untracked()).filter(|text| !text.trim().is_empty())
    }

    /// Shows more of what was found.
    pub(super) fn more(self) {
        self.limit.update(|limit| *limit = (*limit + PAGE).min(MOST));
    }

    /// Reads anew.
    pub(super) fn read_now(self) {
        self.refresh.now();
    }

    pub(super) fn read_after(self, millis: u32) {
        let _ = self.pause.try_set_value(Some(Timeout::new(millis, move || self.refresh.now())));
    }

    async fn read(self) {
        let query = HistoryQuery { limit: Some(self.limit.get_untracked()), offset: None, search: self.searched() };
        let (host, unique) = (self.listed_host(), self.unique.get_untracked());
        let answer = if unique {
            api::unique(host, query).await.map(|list| (Found::Unique(list.commands), list.total))
        } else {
            api::recent(host, query).await.map(|list| (Found::Recent(list.commands), list.total))
        };
        // Nobody looks any more, or the other list is wanted by now: that read follows this one.
        if self.unique.try_get_untracked() != Some(unique) {
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
