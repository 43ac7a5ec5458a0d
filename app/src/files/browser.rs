//! What the page knows of a folder, and what of it is chosen.

use super::{
    acts::Act,
    api,
    arriving::Arriving,
    order::{Column, Index, Order},
};
use crate::{error::AppError, inventory::api::host as read_host};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};
use wire::{
    FaultCode, HostId,
    files::{Entry, FolderView, RemotePath},
    inventory::Protocol,
};

/// Goes to an address.
type Go = Arc<dyn Fn(&str) + Send + Sync>;

/// So many entries are shown of a folder of which more are on their way; and then once more.
const FIRST: [usize; 2] = [500, 10_000];

/// A folder that was read.
pub(super) struct Listed {
    view: FolderView,
    index: Index,
}

impl From<FolderView> for Listed {
    fn from(view: FolderView) -> Self {
        Self { index: Index::new(&view.entries), view }
    }
}

impl std::ops::Deref for Listed {
    type Target = FolderView;

    fn deref(&self) -> &FolderView {
        &self.view
    }
}

/// Where the list is.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// On a page, whose address tells the folder.
    Page,
    /// Beside a terminal, which takes lines.
    Beside(Callback<Vec<u8>>),
}

/// The state of the page; copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Browser {
    host: StoredValue<HostId>,
    way: StoredValue<Way>,
    pub(super) host_name: RwSignal<String>,
    /// Whether the host has shells.
    pub(super) has_shell: RwSignal<bool>,
    pub(super) folder: RwSignal<Option<Arc<Listed>>>,
    pub(super) error: RwSignal<Option<AppError>>,
    /// How many entries have come of a large folder that is being read.
    pub(super) so_far: RwSignal<Option<usize>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) search: RwSignal<String>,
    pub(super) order: RwSignal<Order>,
    pub(super) chosen: RwSignal<BTreeSet<RemotePath>>,
    /// The row that the keyboard is at, and where a range began.
    pub(super) at: RwSignal<usize>,
    anchor: RwSignal<usize>,
    pub(super) act: RwSignal<Option<Act>>,
    /// The places of the entries that are shown.
    pub(super) shown: Memo<Arc<Vec<u32>>>,
    go: StoredValue<Go>,
    wanted: StoredValue<Option<RemotePath>>,
    /// What was wanted when the folder was read that is shown.
    read_for: StoredValue<Option<RemotePath>>,
    turn: StoredValue<u32>,
}

impl Browser {
    /// For this host; nothing is read yet.
    pub(super) fn new(host: HostId, way: Way) -> Self {
        let folder = RwSignal::new(None::<Arc<Listed>>);
        let (search, order) =
            (RwSignal::new(String::new()), RwSignal::new(Order { column: Column::Name, descending: false }));
        let sorted = Memo::new(move |_| {
            let order = order.get();
            let sorted = |folder: &Arc<Listed>| folder.index.sorted(&folder.entries, order);
            Arc::new(folder.with(|folder| folder.as_ref().map(sorted).unwrap_or_default()))
        });
        let shown = Memo::new(move |_| {
            let sorted = sorted.get();
            search.with(|search| match search.trim() {
                "" => sorted,
                search => folder.with(|folder| {
                    folder.as_ref().map(|folder| Arc::new(folder.index.holding(&sorted, search))).unwrap_or_default()
                }),
            })
        });
        let navigate = use_navigate();
        let go: Go = Arc::new(move |address| navigate(address, Default::default()));
        let browser = Self {
            host: StoredValue::new(host.clone()),
            way: StoredValue::new(way),
            host_name: RwSignal::new(String::new()),
            has_shell: RwSignal::new(false),
            folder,
            error: RwSignal::new(None),
            so_far: RwSignal::new(None),
            busy: RwSignal::new(false),
            search,
            order,
            chosen: RwSignal::new(BTreeSet::new()),
            at: RwSignal::new(0),
            anchor: RwSignal::new(0),
            act: RwSignal::new(None),
            shown,
            go: StoredValue::new(go),
            wanted: StoredValue::new(None),
            read_for: StoredValue::new(None),
            turn: StoredValue::new(0),
        };
        spawn_local(async move {
            let asked_for = host.to_string();
            match read_host(host).await {
                Ok(host) => {
                    let _ = browser.has_shell.try_set(host.protocol == Protocol::Ssh);
                    let _ = browser.host_name.try_set(host.name);
                }
                // What is wrong is said by the folder; the heading says what was asked for.
                Err(_) => _ = browser.host_name.try_set(asked_for),
            }
        });
        browser
    }

    /// The host's id.
    pub(super) fn host(self) -> HostId {
        self.host.get_value()
    }

    /// The folder that is shown.
    pub(super) fn path(self) -> Option<RemotePath> {
        self.folder.with(|folder| folder.as_ref().map(|folder| folder.path.clone()))
    }

    /// The folder that is shown, or the one that could not be read.
    pub(super) fn place(self) -> Option<RemotePath> {
        self.error.track();
        self.path().or_else(|| self.wanted.get_value())
    }

    /// Whether nothing can be done here but answer or try again.
    pub(super) fn is_blocked(self) -> bool {
        self.error.with(Option::is_some) && self.folder.with(Option::is_none)
    }

    /// The page of a folder.
    pub(super) fn address_of(self, path: &RemotePath) -> String {
        format!("/files/{}?path={}", self.host(), api::encoded(path))
    }

    /// The page of the folder that is shown.
    pub(super) fn address(self) -> String {
        self.path().map_or_else(|| format!("/files/{}", self.host()), |path| self.address_of(&path))
    }

    /// What takes lines, beside a terminal.
    pub(super) fn on_line(self) -> Option<Callback<Vec<u8>>> {
        match self.way.get_value() {
            Way::Page => None,
            Way::Beside(on_line) => Some(on_line),
        }
    }

    /// Goes to a folder; on a page the address tells which.
    pub(super) fn go(self, path: &RemotePath) {
        if self.on_line().is_some() {
            self.show(Some(path.clone()));
        } else {
            self.leave(&self.address_of(path));
        }
    }

    /// Where the host starts.
    pub(super) fn go_home(self) {
        if self.on_line().is_some() {
            self.show(None);
        } else {
            self.leave(&format!("/files/{}", self.host()));
        }
    }

    /// Leaves for another page.
    pub(super) fn leave(self, address: &str) {
        self.go.with_value(|go| go(address));
    }

    /// Reads a folder; where the host starts without one.
    pub(super) fn show(self, path: Option<RemotePath>) {
        self.chosen.update(BTreeSet::clear);
        self.search.set(String::new());
        self.at.set(0);
        self.anchor.set(0);
        self.wanted.set_value(path);
        self.read();
    }

    /// Reads the folder anew.
    pub(super) fn read(self) {
        let Some((host, path)) = self.host.try_get_value().zip(self.wanted.try_get_value()) else { return };
        let Some(turn) = self.turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        }) else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let mut first = FIRST.iter().peekable();
            let so_far = |begun: &Arriving, entries: &[Entry]| {
                if self.turn.try_get_value() == Some(turn) && entries.len() >= FIRST[0] {
                    self.so_far.set(Some(entries.len()));
                    if first.next_if(|first| entries.len() >= **first).is_some() {
                        self.show_first(begun, entries);
                    }
                }
            };
            let answer = api::folder(&host, path.as_ref(), so_far).await;
            // Somebody went on meanwhile.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.busy.set(false);
            self.so_far.set(None);
            match answer {
                Ok(folder) => {
                    self.error.set(None);
                    if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
                        let there: HashSet<_> = folder.entries.iter().map(|entry| &entry.path).collect();
                        self.chosen.update(|chosen| chosen.retain(|path| there.contains(path)));
                    }
                    self.read_for.set_value(path);
                    self.folder.set(Some(Arc::new(folder.into())));
                }
                Err(error) => {
                    // What was seen is better than nothing, unless a question has to be answered first.
                    let asks = matches!(error.code(), FaultCode::SecretNeeded | FaultCode::QuestionAsked)
                        || error.fault().host_key.is_some();
                    if asks || self.read_for.get_value() != path {
                        self.folder.set(None);
                    }
                    self.error.set(Some(error));
                }
            }
        });
    }

    /// Shows what has come of a folder, unless all of it stands there from before.
    fn show_first(self, begun: &Arriving, entries: &[Entry]) {
        let Some(folder) = begun.begun() else { return };
        let is_known = self.folder.with_untracked(|known| {
            known.as_ref().is_some_and(|known| known.path == folder.path && known.entries.len() >= entries.len())
        });
        if !is_known {
            self.error.set(None);
            self.read_for.set_value(None);
            self.folder.set(Some(Arc::new(FolderView { entries: entries.to_vec(), ..folder }.into())));
        }
    }

    /// Looks at the entry in this row.
    fn with_entry<T>(self, row: usize, look: impl FnOnce(&Entry) -> T) -> Option<T> {
        let place = self.shown.with(|shown| shown.get(row).copied())?;
        self.folder.with(|folder| folder.as_ref()?.entries.get(place as usize).map(look))
    }

    /// The entry in this row.
    pub(super) fn entry(self, row: usize) -> Option<Entry> {
        self.with_entry(row, Entry::clone)
    }

    /// How many rows there are.
    pub(super) fn rows(self) -> usize {
        self.shown.with(|shown| shown.len())
    }

    /// What is chosen, as it was listed.
    pub(super) fn chosen_entries(self) -> Vec<Entry> {
        self.chosen.with_untracked(|chosen| {
            self.folder.with_untracked(|folder| {
                let entries = folder.iter().flat_map(|folder| &folder.entries);
                entries.filter(|entry| chosen.contains(&entry.path)).cloned().collect()
            })
        })
    }

    /// Chooses a row: alone, besides the others, or all from where the last choice was.
    pub(super) fn choose(self, row: usize, besides: bool, range: bool) {
        let path = |row: usize| untrack(move || self.with_entry(row, |entry| entry.path.clone()));
        self.chosen.update(|chosen| {
            if range {
                let from = self.anchor.get_untracked();
                if !besides {
                    chosen.clear();
                }
                chosen.extend((from.min(row)..=from.max(row)).filter_map(path));
            } else if let Some(path) = path(row) {
                if !besides {
                    chosen.clear();
                    chosen.insert(path);
                } else if !chosen.remove(&path) {
                    chosen.insert(path);
                }
            }
        });
        if !range {
            self.anchor.set(row);
        }
        self.at.set(row);
    }

    /// The keyboard goes to a row; a range begins there.
    pub(super) fn go_to_row(self, row: usize) {
        self.anchor.set(row);
        self.at.set(row);
    }

    /// Chooses all that is shown, or nothing when all is chosen.
    pub(super) fn choose_all(self) {
        let all: BTreeSet<_> = untrack(move || {
            let path = |row: usize| self.with_entry(row, |entry| entry.path.clone());
            (0..self.rows()).filter_map(path).collect()
        });
        self.chosen.update(|chosen| *chosen = if *chosen == all { BTreeSet::new() } else { all });
    }

    /// Opens what is in a row: goes into a folder, shows a file.
    pub(super) fn open(self, entry: &Entry) {
        if entry.is_directory {
            self.go(&entry.path);
        } else {
            self.act.set(Some(Act::Look(Box::new(entry.clone()))));
        }
    }

    /// The folder around this one.
    pub(super) fn up(self) {
        let parent = self.folder.with_untracked(|folder| folder.as_ref().and_then(|folder| folder.parent.clone()));
        if let Some(parent) = parent {
            self.go(&parent);
        }
    }
}
