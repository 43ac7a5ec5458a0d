//! The shelves of a few accounts are kept. What changed is read anew when it is asked for, and no more than that.
//!
//! What this cannot do: hear of a change that another process made. So a shelf that has grown old is read anew behind the
//! back of whoever asks, and the next one sees it.

use super::{Around, Shelf};
use crate::{
    ServiceError,
    events::Moved,
    inventory::{Inventory, tree::Tree},
};
use futures::future::try_join;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use wire::{AccountId, FolderId, HostId};

/// So many accounts' shelves are kept; the one that was used longest ago gives way.
const KEPT: usize = 8;

/// So many hosts are kept over all of them.
const HOSTS: usize = 100_000;

/// After so long it is read anew, for what another process changed.
const OLD: Duration = Duration::from_secs(30);

/// The shelves that are kept.
#[derive(Default)]
pub(in crate::inventory) struct Shelves(Mutex<Vec<Kept>>);

struct Kept {
    account: AccountId,
    read: Instant,
    used: Instant,
    shelf: Arc<Shelf>,
}

impl Shelves {
    fn held(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shelf that is kept, and whether it has grown old and whoever asks is to read it anew.
    fn get(&self, account: &AccountId) -> Option<(Arc<Shelf>, bool)> {
        let mut held = self.held();
        let kept = held.iter_mut().find(|kept| &kept.account == account)?;
        let now = Instant::now();
        let is_old = now.duration_since(kept.read) >= OLD;
        if is_old {
            kept.read = now;
        }
        kept.used = now;
        Some((kept.shelf.clone(), is_old))
    }

    /// Keeps a shelf, unless a newer one is kept by now.
    fn keep(&self, account: &AccountId, read: Option<Instant>, shelf: &Arc<Shelf>) {
        let now = Instant::now();
        let mut kept = self.held();
        let known = kept.iter().position(|kept| &kept.account == account);
        if known.is_some_and(|at| kept[at].shelf.revision > shelf.revision) {
            return;
        }
        let before = known.map(|at| kept.swap_remove(at).read);
        let read = read.or(before).unwrap_or(now);
        kept.push(Kept { account: account.clone(), read, used: now, shelf: shelf.clone() });
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
    pub(in crate::inventory) async fn shelf(&self, account: &AccountId) -> Result<Arc<Shelf>, ServiceError> {
        let Some((shelf, is_old)) = self.0.shelves.get(account) else {
            return self.read_shelf(account).await;
        };
        if is_old {
            self.read_again(account);
        }
        // Asked before reading, and first: what changes meanwhile is read by the next one.
        let revision = self.0.events.revision(account);
        let stale = match self.0.events.moved_since(account, shelf.revision) {
            Moved::Nothing => return Ok(shelf),
            Moved::Everything => return self.read_shelf(account).await,
            Moved::Hosts(stale) => stale,
        };
        let ids: Vec<_> = stale.iter().cloned().collect();
        let anew = async { Ok(self.0.storage.inventory().lines_of(account, &ids).await?) };
        let (around, anew) = try_join(self.around(account, revision), anew).await?;
        let shelf = Arc::new(shelf.renewed(around, &stale, anew));
        self.0.shelves.keep(account, None, &shelf);
        Ok(shelf)
    }

    /// Tells that hosts of the account were moved, as the shelf was planned with, and keeps what it is now: nothing of it has
    /// to be read anew, unless something else changed meanwhile.
    pub(in crate::inventory) fn shelf_moved(
        &self,
        account: &AccountId,
        shelf: &Shelf,
        moves: &[(Option<FolderId>, Vec<HostId>)],
    ) {
        let ids = moves.iter().flat_map(|(_, ids)| ids).cloned();
        let revision = self.0.events.hosts_changed(account, ids);
        if revision == shelf.revision + 1 {
            self.0.shelves.keep(account, None, &Arc::new(shelf.moved(moves, revision)));
        }
    }

    async fn read_shelf(&self, account: &AccountId) -> Result<Arc<Shelf>, ServiceError> {
        let (read, revision) = (Instant::now(), self.0.events.revision(account));
        let around = self.around(account, revision);
        let lines = async { Ok(self.0.storage.inventory().lines(account).await?) };
        let (around, lines) = try_join(around, lines).await?;
        let shelf = Arc::new(Shelf::new(around, lines));
        self.0.shelves.keep(account, Some(read), &shelf);
        Ok(shelf)
    }

    fn read_again(&self, account: &AccountId) {
        let (inventory, account) = (self.clone(), account.clone());
        tokio::spawn(async move {
            if let Err(error) = inventory.read_shelf(&account).await {
                tracing::warn!(%error, "hosts could not be read anew; the next list tries again");
            }
        });
    }

    async fn around(&self, account: &AccountId, revision: u64) -> Result<Around, ServiceError> {
        let (rows, vault) = (self.0.storage.inventory(), self.0.storage.vault());
        let (folders, credentials) = (rows.uncounted_folders(account).await?, vault.names(account).await?);
        let favourites = rows.favourites(account).await?;
        let names = credentials.iter().map(|name| (name.id.clone(), name.name.clone())).collect();
        Ok(Around { tree: Tree::new(folders, credentials), credentials: names, favourites, revision })
    }
}
