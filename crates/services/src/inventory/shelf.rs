//! An account's hosts in memory, as lists sort, group, filter and rank them: read once, and again when something moved.
//!
//! It holds what every list needs and no more; the rows that are shown are read from the database. A few accounts' shelves
//! are kept. What it cannot do: hear of a change that another process made; that shows when the shelf has grown old.

use super::{Inventory, natural, tree::Tree};
use crate::ServiceError;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use storage::{HostLine, folded};
use tokio::time::Instant;
use wire::{AccountId, CredentialId, HostId, inventory::Effective};

/// So many accounts' shelves are kept; the one that was used longest ago gives way.
const KEPT: usize = 8;

/// So many hosts are kept over all of them.
const HOSTS: usize = 100_000;

/// After so long it is read anew, for what another process changed.
const OLD: Duration = Duration::from_secs(10);

/// All hosts of an account.
pub(super) struct Shelf {
    /// The folders.
    pub(super) tree: Tree,
    /// The folders' paths as the search compares them, one for each of the tree.
    pub(super) paths: Vec<String>,
    /// The hosts, by name.
    pub(super) lines: Vec<Line>,
    at: HashMap<HostId, usize>,
    credentials: HashMap<CredentialId, String>,
}

/// A host on the shelf.
pub(super) struct Line {
    /// What is known of it.
    pub(super) host: HostLine,
    /// Its folder's place in the tree.
    pub(super) node: Option<usize>,
    /// Its name as the search compares it.
    pub(super) name: String,
    /// Its tags as the search compares them.
    pub(super) tags: Vec<String>,
    /// Whether it is marked.
    pub(super) favourite: bool,
}

impl Shelf {
    /// Puts the hosts in order.
    pub(super) fn new(
        tree: Tree,
        hosts: Vec<HostLine>,
        credentials: HashMap<CredentialId, String>,
        is_favourite: impl Fn(&HostId) -> bool,
    ) -> Self {
        let mut lines: Vec<_> = hosts
            .into_iter()
            .map(|host| {
                let line = Line {
                    node: host.folder_id.as_ref().and_then(|id| tree.position(id)),
                    name: folded(&host.name),
                    tags: host.tags.iter().map(|tag| folded(tag)).collect(),
                    favourite: is_favourite(&host.id),
                    host,
                };
                (natural::key(&line.host.name), line)
            })
            .collect();
        lines.sort_by(|(key, one), (other_key, other)| {
            key.cmp(other_key)
                .then_with(|| one.host.name.cmp(&other.host.name))
                .then_with(|| one.host.id.cmp(&other.host.id))
        });
        let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
        let at = lines.iter().enumerate().map(|(at, line)| (line.host.id.clone(), at)).collect();
        let paths = tree.nodes().iter().map(|node| folded(&node.folder.path)).collect();
        Self { tree, paths, lines, at, credentials }
    }

    /// Where a host stands.
    pub(super) fn position(&self, id: &HostId) -> Option<usize> {
        self.at.get(id).copied()
    }

    /// A host's name.
    pub(super) fn host_name(&self, id: &HostId) -> Option<&str> {
        self.position(id).map(|at| self.lines[at].host.name.as_str())
    }

    /// A credential's name.
    pub(super) fn credential_name(&self, id: &CredentialId) -> Option<&str> {
        self.credentials.get(id).map(String::as_str)
    }

    /// What is really used on a host; its limits are left out.
    pub(super) fn effective(&self, line: &Line) -> Effective {
        self.tree.effective_line(&line.host, line.node)
    }

    /// What a host is reached through.
    pub(super) fn jump<'a>(&'a self, line: &'a Line) -> Option<&'a HostId> {
        self.tree.jump_of(&line.host, line.node)
    }
}

/// The shelves that are kept.
#[derive(Default)]
pub(super) struct Shelves(Mutex<Vec<Kept>>);

struct Kept {
    account: AccountId,
    revision: u64,
    read: Instant,
    used: Instant,
    shelf: Arc<Shelf>,
}

impl Shelves {
    fn get(&self, account: &AccountId, revision: u64) -> Option<Arc<Shelf>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter_mut().find(|kept| &kept.account == account)?;
        if known.revision != revision || known.read.elapsed() >= OLD {
            return None;
        }
        known.used = Instant::now();
        Some(known.shelf.clone())
    }

    fn keep(&self, account: &AccountId, revision: u64, shelf: &Arc<Shelf>) {
        let now = Instant::now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| &kept.account != account);
        kept.push(Kept { account: account.clone(), revision, read: now, used: now, shelf: shelf.clone() });
        kept.sort_by_key(|kept| std::cmp::Reverse(kept.used));
        let mut hosts = 0;
        kept.retain(|kept| {
            hosts += kept.shelf.lines.len();
            hosts <= HOSTS
        });
        kept.truncate(KEPT);
    }
}

impl Inventory {
    /// The account's hosts as they are now.
    pub(super) async fn shelf(&self, account: &AccountId) -> Result<Arc<Shelf>, ServiceError> {
        // Asked before reading: what changes meanwhile makes the next one read anew.
        let revision = self.0.events.revision(account);
        if let Some(shelf) = self.0.shelves.get(account, revision) {
            return Ok(shelf);
        }
        let (rows, vault) = (self.0.storage.inventory(), self.0.storage.vault());
        let (folders, credentials) = (rows.folders(account).await?, vault.names(account).await?);
        let (hosts, favourites) = (rows.lines(account).await?, rows.favourites(account).await?);
        let names = credentials.iter().map(|name| (name.id.clone(), name.name.clone())).collect();
        let tree = Tree::new(folders, credentials);
        let shelf = Arc::new(Shelf::new(tree, hosts, names, |id| favourites.contains(id.as_str())));
        self.0.shelves.keep(account, revision, &shelf);
        Ok(shelf)
    }
}
