//! What the dashboard knows of the inventory: the folders, and of the hosts those that are looked at.
//!
//! Hosts are asked for in windows around what is seen. While something new is on its way, what is there stays.

use super::{
    api::{filters, folders, list},
    lines::{Line, Lines, WINDOW},
    look::Look,
    tree::Tree,
};
use crate::{error::AppError, events::Refresh};
use leptos::{prelude::*, task::spawn_local};
use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
};
use wire::{
    HostId,
    events::Topic,
    inventory::{HostFilter, HostGroup, HostListPage, HostListRequest, HostScope, HostView, SavedFilter},
};

/// Windows that are kept; the farthest from what is seen go first.
const KEPT: usize = 24;
/// Windows that are on their way at once: whoever scrolls far waits for none that was only passed.
const AT_ONCE: usize = 3;

/// What is known of the whole list.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Head {
    /// How many rows there are.
    pub total: u64,
    /// The headings.
    pub groups: Arc<Vec<HostGroup>>,
    /// Whether nothing matched as it was typed.
    pub near: bool,
    /// What it is an answer to.
    pub look: Look,
}

/// How many hosts there are beside what is looked at.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub all: u64,
    pub favourites: u64,
}

/// Which hosts are seen. Copy it into closures; it lives as long as the dashboard.
#[derive(Clone, Copy)]
pub(super) struct Inventory {
    /// The folders.
    pub tree: RwSignal<Tree>,
    /// The saved filters.
    pub filters: RwSignal<Vec<SavedFilter>>,
    /// What is looked at.
    pub look: RwSignal<Look>,
    /// What is known of the list.
    pub head: RwSignal<Head>,
    /// How many hosts there are.
    pub counts: RwSignal<Counts>,
    /// The headings whose rows are not shown.
    pub folded: RwSignal<HashSet<String>>,
    /// What stands on which line.
    pub lines: Memo<Lines>,
    /// The lines that are drawn.
    pub wanted: RwSignal<Range<usize>>,
    /// Whether the first answer has come.
    pub loaded: RwSignal<bool>,
    /// What the last answer complained of.
    pub error: RwSignal<Option<String>>,
    windows: RwSignal<BTreeMap<u64, Arc<Vec<HostView>>>>,
    asked: StoredValue<HashSet<u64>>,
    /// Counts what was asked anew, and what of it is drawn: an old answer never replaces a newer one.
    turn: StoredValue<u64>,
    drawn: StoredValue<u64>,
    refresh: Refresh,
}

impl Inventory {
    /// Asks for what an address says, and again when something has changed, here or elsewhere.
    pub(super) fn begin(look: Look) -> Self {
        let head = RwSignal::new(Head { look: look.clone(), ..Head::default() });
        let folded = RwSignal::new(HashSet::new());
        let lines = Memo::new(move |_| {
            head.with(|head| match head.groups.as_slice() {
                [] => Lines::flat(head.total),
                [only] if only.label.is_empty() => Lines::flat(head.total),
                groups => folded.with(|folded| Lines::grouped(groups, folded)),
            })
        });
        let this = Self {
            tree: RwSignal::new(Tree::default()),
            filters: RwSignal::new(Vec::new()),
            look: RwSignal::new(look),
            head,
            counts: RwSignal::new(Counts::default()),
            folded,
            lines,
            wanted: RwSignal::new(0..30),
            loaded: RwSignal::new(false),
            error: RwSignal::new(None),
            windows: RwSignal::new(BTreeMap::new()),
            asked: StoredValue::new(HashSet::new()),
            turn: StoredValue::new(0),
            drawn: StoredValue::new(0),
            refresh: Refresh::new(),
        };
        this.refresh.keep(&[Topic::Hosts, Topic::Folders], move || this.read());
        Effect::new(move |before: Option<Look>| {
            let look = this.look.get();
            if before.is_some_and(|before| before != look) {
                this.folded.update(HashSet::clear);
                spawn_local(async move { this.ask_list(false).await });
            }
            look
        });
        Effect::new(move |_| this.fill());
        this
    }

    /// Asks for nothing until [`Inventory::refresh`].
    pub(super) fn wait(self) {
        self.refresh.wait();
    }

    /// Asks again; what is shown stays until the answer is there.
    pub(super) fn refresh(self) {
        self.refresh.now();
    }

    async fn read(self) {
        let tree = folders().await;
        if self.loaded.try_get_untracked().is_none() {
            return;
        }
        if let Ok(list) = tree {
            let tree = Tree::new(list);
            if self.tree.with_untracked(|known| *known != tree) {
                self.tree.set(tree);
            }
        }
        self.ask_list(true).await;
        self.ask_counts().await;
    }

    /// Asks for the list anew: what is seen of it when it is the same, else its beginning.
    async fn ask_list(self, same: bool) {
        let Some(look) = self.look.try_get_untracked() else { return };
        let turn = self.turn.with_value(|turn| turn + 1);
        self.turn.set_value(turn);
        let seen =
            if same { self.lines.with_untracked(|lines| lines.windows(self.wanted.get_untracked())) } else { vec![] };
        let mut answers = Vec::new();
        for window in if seen.is_empty() { vec![0] } else { seen } {
            answers.push((window, list(request(&look, window)).await));
        }
        // The page may be gone by now, or something newer drawn.
        if self.drawn.try_get_value().is_none_or(|drawn| drawn > turn) {
            return;
        }
        let mut windows = BTreeMap::new();
        let mut head = None;
        for (window, answer) in answers {
            match answer {
                Ok(page) => {
                    let HostListPage { total, groups, rows, near, .. } = page;
                    head = Some(Head { total, groups: Arc::new(groups), near, look: look.clone() });
                    windows.insert(window, Arc::new(rows));
                }
                Err(error) => {
                    self.error.set(Some(error.to_string()));
                    return self.loaded.set(true);
                }
            }
        }
        self.drawn.set_value(turn);
        self.asked.update_value(HashSet::clear);
        self.error.set(None);
        batch(move || {
            // An answer that changes nothing wakes nobody.
            if self.windows.with_untracked(|known| *known != windows) {
                self.windows.set(windows);
            }
            if let Some(head) = head.filter(|head| self.head.with_untracked(|known| known != head)) {
                self.head.set(head);
            }
            self.loaded.set(true);
        });
    }

    async fn ask_counts(self) {
        let whole = self.head.try_with_untracked(|head| head.look.is_whole().then_some(head.total)).flatten();
        let all = match whole {
            Some(all) => all,
            None => count(HostScope::All).await.unwrap_or_default(),
        };
        let favourites = count(HostScope::Favourites).await.unwrap_or_default();
        let saved = filters().await.unwrap_or_default();
        let counts = Counts { all, favourites };
        if self.counts.try_with_untracked(|known| *known != counts) == Some(true) {
            self.counts.set(counts);
        }
        if self.filters.try_with_untracked(|known| *known != saved) == Some(true) {
            self.filters.set(saved);
        }
    }

    /// Asks for the windows that are wanted and not there.
    fn fill(self) {
        let missing = self.windows.with(|windows| {
            let wanted = self.lines.with(|lines| lines.windows(self.wanted.get()));
            wanted.into_iter().filter(|window| !windows.contains_key(window)).collect::<Vec<_>>()
        });
        // What is drawn is of another look: its own answer is on its way.
        if missing.is_empty() || self.head.with_untracked(|head| self.look.with_untracked(|look| head.look != *look)) {
            return;
        }
        for window in missing {
            let free = self.asked.with_value(|asked| asked.len() < AT_ONCE && !asked.contains(&window));
            if free {
                self.asked.update_value(|asked| {
                    asked.insert(window);
                });
                spawn_local(self.ask_window(window, self.drawn.get_value()));
            }
        }
    }

    async fn ask_window(self, window: u64, drawn: u64) {
        let Some(look) = self.look.try_get_untracked() else { return };
        let answer = list(request(&look, window)).await;
        match self.drawn.try_get_value() {
            Some(now) if now == drawn => {}
            // What was drawn meanwhile has windows of its own, and may lack this one.
            Some(_) => return untrack(|| self.fill()),
            None => return,
        }
        self.asked.update_value(|asked| {
            asked.remove(&window);
        });
        match answer {
            Ok(page) => self.windows.update(|windows| {
                windows.insert(window, Arc::new(page.rows));
                while windows.len() > KEPT {
                    let far = windows.keys().copied().max_by_key(|kept| kept.abs_diff(window));
                    far.map(|far| windows.remove(&far));
                }
            }),
            Err(error) => self.error.set(Some(error.to_string())),
        }
    }

    /// The row, as long as it is there.
    pub(super) fn row(self, row: u64) -> Option<HostView> {
        self.windows.with(|windows| windows.get(&(row / WINDOW))?.get((row % WINDOW) as usize).cloned())
    }

    /// The host on a line.
    pub(super) fn host_on(self, line: usize) -> Option<HostView> {
        match self.lines.with(|lines| lines.at(line))? {
            Line::Row(row) => self.row(row),
            Line::Heading(_) => None,
        }
    }

    /// Puts a changed host in its place at once.
    pub(super) fn put(self, host: HostView) {
        self.change(&host.id.clone(), move |known| *known = host.clone());
        self.refresh();
    }

    /// Changes a host where it is shown.
    pub(super) fn change(self, id: &HostId, change: impl Fn(&mut HostView)) {
        self.windows.update(|windows| {
            for rows in windows.values_mut() {
                if let Some(known) = rows.iter().position(|host| host.id == *id) {
                    Arc::make_mut(rows).get_mut(known).into_iter().for_each(&change);
                }
            }
        });
    }

    /// The ids of these rows, those that are not there asked for.
    pub(super) async fn ids(self, rows: Range<u64>) -> Result<Vec<HostId>, AppError> {
        let look = self.look.get_untracked();
        let mut ids = Vec::new();
        for window in rows.start / WINDOW..rows.end.div_ceil(WINDOW) {
            let known = self.windows.with_untracked(|windows| windows.get(&window).cloned());
            let list = match known {
                Some(list) => list,
                None => Arc::new(list(request(&look, window)).await?.rows),
            };
            let place = |at: usize| window * WINDOW + at as u64;
            ids.extend(
                list.iter().enumerate().filter(|(at, _)| rows.contains(&place(*at))).map(|(_, host)| host.id.clone()),
            );
        }
        Ok(ids)
    }
}

fn request(look: &Look, window: u64) -> HostListRequest {
    HostListRequest {
        filter: look.filter.clone(),
        arrangement: look.arrangement(),
        offset: window * WINDOW,
        limit: Some(WINDOW as u32),
    }
}

async fn count(scope: HostScope) -> Result<u64, AppError> {
    let filter = HostFilter { scope, ..HostFilter::default() };
    Ok(list(HostListRequest { filter, limit: Some(1), ..HostListRequest::default() }).await?.total)
}
