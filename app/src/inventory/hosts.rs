//! The hosts that the page has, kept as they are.

use super::{
    api::{folders, hosts},
    finder::{Group, arrange},
};
use crate::{error::AppError, events::Refresh};
use leptos::prelude::*;
use std::collections::HashMap;
use wire::{
    FolderId, HostId,
    events::Topic,
    inventory::{FolderView, HostPage, HostQuery, HostView},
};

/// Hosts in one answer, and the most answers that make a list.
const PAGE: u32 = 1_000;
const PAGES: usize = 20;

/// All hosts and folders of the account.
#[derive(Clone, Copy)]
pub(crate) struct Hosts {
    by_id: RwSignal<HashMap<HostId, HostView>>,
    folders: RwSignal<Vec<FolderView>>,
    /// Whether the first answer has come.
    pub loaded: RwSignal<bool>,
    /// What the last answer complained of.
    pub error: RwSignal<Option<String>>,
    refresh: Refresh,
}

impl Hosts {
    /// Asks now, and again when something has changed, here or elsewhere.
    pub(crate) fn begin() -> Self {
        let this = Self {
            by_id: RwSignal::new(HashMap::new()),
            folders: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(false),
            error: RwSignal::new(None),
            refresh: Refresh::new(),
        };
        this.refresh.keep(&[Topic::Hosts, Topic::Folders], move || this.read());
        this
    }

    /// Asks again; what is shown stays until the answer is there.
    pub(super) fn refresh(self) {
        self.refresh.now();
    }

    async fn read(self) {
        let answer = all().await;
        if self.loaded.try_get_untracked().is_none() {
            return;
        }
        match answer {
            Ok((list, folders)) => self.take(list, folders),
            Err(error) => self.error.set(Some(error.to_string())),
        }
        self.loaded.set(true);
    }

    fn take(self, list: Vec<HostView>, folders: Vec<FolderView>) {
        let list: HashMap<_, _> = list.into_iter().map(|host| (host.id.clone(), host)).collect();
        self.error.set(None);
        // An answer that changes nothing wakes nobody.
        if self.by_id.with_untracked(|known| *known != list) {
            self.by_id.set(list);
        }
        if self.folders.with_untracked(|known| *known != folders) {
            self.folders.set(folders);
        }
    }

    /// Puts a changed host in its place at once.
    pub(super) fn put(self, host: HostView) {
        self.by_id.update(|hosts| drop(hosts.insert(host.id.clone(), host)));
        self.refresh();
    }

    /// One host, as long as it is there.
    pub(crate) fn get(self, id: &HostId) -> Option<HostView> {
        self.by_id.with(|hosts| hosts.get(id).cloned())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(self) -> bool {
        self.by_id.with(HashMap::is_empty)
    }

    /// How many there are.
    pub(super) fn count(self) -> usize {
        self.by_id.with(HashMap::len)
    }

    /// The hosts under their headings, for a search text.
    pub(crate) fn arranged(self, search: &str) -> Vec<Group> {
        let hosts: Vec<_> = self.by_id.with(|hosts| hosts.values().cloned().collect());
        self.folders.with(|folders| arrange(&hosts, folders, search))
    }

    /// One folder, as long as it is there.
    pub(super) fn folder(self, id: &FolderId) -> Option<FolderView> {
        self.folders.with(|folders| folders.iter().find(|folder| folder.id == *id).cloned())
    }

    /// The hosts and the folders that lie in a folder.
    pub(super) fn inside(self, id: &FolderId) -> (Vec<HostId>, Vec<FolderId>) {
        let hosts = self.by_id.with_untracked(|hosts| {
            let inside = hosts.values().filter(|host| host.folder_id.as_ref() == Some(id));
            inside.map(|host| host.id.clone()).collect()
        });
        let folders = self.folders.with_untracked(|folders| {
            let below = folders.iter().filter(|folder| folder.parent_id.as_ref() == Some(id));
            below.map(|folder| folder.id.clone()).collect()
        });
        (hosts, folders)
    }

    /// Looks at all folders.
    pub(super) fn folders_now<T>(self, look: impl FnOnce(&[FolderView]) -> T) -> T {
        self.folders.with(|folders| look(folders))
    }

    /// The names of all folders.
    pub(super) fn folder_names(self) -> Vec<String> {
        self.folders.with(|folders| folders.iter().map(|folder| folder.name.clone()).collect())
    }

    /// Ids and names of all hosts but one, by name.
    pub(super) fn names_but(self, id: Option<&HostId>) -> Vec<(String, String)> {
        let mut names: Vec<_> = self.by_id.with(|hosts| {
            let others = hosts.values().filter(|host| Some(&host.id) != id);
            others.map(|host| (host.id.to_string(), host.name.clone())).collect()
        });
        names.sort_by_cached_key(|(_, name): &(String, String)| name.to_lowercase());
        names
    }
}

async fn all() -> Result<(Vec<HostView>, Vec<FolderView>), AppError> {
    let (mut list, mut cursor) = (Vec::new(), None);
    for _ in 0..PAGES {
        let page: HostPage = hosts(HostQuery { cursor, limit: Some(PAGE), ..Default::default() }).await?;
        list.extend(page.hosts);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok((list, folders().await?))
}
