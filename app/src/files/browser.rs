//! What the page knows of a folder, and what of it is chosen.

use super::{
    acts::Act,
    api,
    order::{Column, Order, arranged},
};
use crate::{error::AppError, inventory::api::host as read_host};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};
use wire::{
    HostId,
    files::{Entry, FolderView, RemotePath},
    inventory::Protocol,
};

/// Goes to an address.
type Go = Arc<dyn Fn(&str) + Send + Sync>;

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
    pub(super) folder: RwSignal<Option<Arc<FolderView>>>,
    pub(super) error: RwSignal<Option<AppError>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) search: RwSignal<String>,
    pub(super) order: RwSignal<Order>,
    pub(super) chosen: RwSignal<BTreeSet<RemotePath>>,
    /// The row that the keyboard is at, and where a range began.
    pub(super) at: RwSignal<usize>,
    anchor: RwSignal<usize>,
    pub(super) act: RwSignal<Option<Act>>,
    /// The places of the entries that are shown.
    pub(super) shown: Memo<Vec<usize>>,
    go: StoredValue<Go>,
    wanted: StoredValue<Option<RemotePath>>,
    turn: StoredValue<u32>,
}

impl Browser {
    /// For this host; nothing is read yet.
    pub(super) fn new(host: HostId, way: Way) -> Self {
        let folder = RwSignal::new(None::<Arc<FolderView>>);
        let (search, order) =
            (RwSignal::new(String::new()), RwSignal::new(Order { column: Column::Name, descending: false }));
        let shown = Memo::new(move |_| {
            let (search, order) = (search.get(), order.get());
            folder.with(|folder| {
                folder.as_ref().map(|folder| arranged(&folder.entries, &search, order)).unwrap_or_default()
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
            turn: StoredValue::new(0),
        };
        spawn_local(async move {
            // Without it the page only lacks a name; what is wrong is said by the folder.
            if let Ok(host) = read_host(host).await {
                let _ = browser.has_shell.try_set(host.protocol == Protocol::Ssh);
                let _ = browser.host_name.try_set(host.name);
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
            let answer = api::folder(&host, path.as_ref()).await;
            // Somebody went on meanwhile.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(folder) => {
                    self.error.set(None);
                    if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
                        let there: HashSet<_> = folder.entries.iter().map(|entry| &entry.path).collect();
                        self.chosen.update(|chosen| chosen.retain(|path| there.contains(path)));
                    }
                    self.folder.set(Some(Arc::new(folder)));
                }
                Err(error) => {
                    self.folder.set(None);
                    self.error.set(Some(error));
                }
            }
        });
    }

    /// The entry in this row.
    pub(super) fn entry(self, row: usize) -> Option<Entry> {
        let place = self.shown.with(|shown| shown.get(row).copied())?;
        self.folder.with(|folder| folder.as_ref()?.entries.get(place).cloned())
    }

    /// How many rows there are.
    pub(super) fn rows(self) -> usize {
        self.shown.with(Vec::len)
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
        let path = |row: usize| untrack(move || self.entry(row).map(|entry| entry.path));
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
        let all: BTreeSet<_> =
            untrack(move || (0..self.rows()).filter_map(|row| self.entry(row).map(|entry| entry.path)).collect());
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
