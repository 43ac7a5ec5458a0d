//! Ends links that nobody has used for long, and tells pages what became of all of them.
//!
//! It looks once a second, in memory; the database is asked a few times a minute, and only while links stand unused.
//! Channels and links that come and go are told at the next look; bytes alone more seldom, so that a page that shows
//! them reads anew now and then and not all the time.

use super::{Links, group::Group, known::Known};
use crate::{accounts::switched_off, events::Events};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use storage::Storage;
use tokio_util::sync::CancellationToken;
use transport::Link;
use wire::events::Topic;

const LOOK: Duration = Duration::from_secs(1);

/// Every so many looks, accounts are asked after, and bytes are told.
const SELDOM: u64 = 5;

/// So many bytes more are worth telling; keepalives are not.
const MUCH: u64 = 4 * 1024;

/// Starts the keeper; it ends with `stop`. It holds nothing of the room.
pub(in super::super) fn start(links: Arc<Links>, storage: Storage, events: Events, stop: CancellationToken) {
    tokio::spawn(async move { stop.run_until_cancelled(rounds(&links, &storage, &events)).await });
}

async fn rounds(links: &Links, storage: &Storage, events: &Events) {
    for look in 1_u64.. {
        tokio::time::sleep(LOOK).await;
        links.end_unused();
        if look.is_multiple_of(SELDOM) {
            links.end_of_disabled(storage).await;
        }
        links.tell(events, look.is_multiple_of(SELDOM));
    }
}

impl Links {
    /// Lets go of links that ended, and of those that nobody has used for long.
    fn end_unused(&self) {
        let mut ended = Vec::new();
        let mut shelf = self.shelf();
        shelf.kept.retain(|_, link| {
            let is_used = link.is_held_elsewhere();
            if !is_used && let Some(group) = group_of(link) {
                let standing = group.standing();
                if standing.iter().all(|link| link.all_channels() == 0) {
                    group.drop_spare();
                }
            }
            let stays = link.is_open() && (is_used || link.unmoved() < self.idle);
            if !stays {
                ended.push(link.clone());
            }
            stays
        });
        drop(shelf);
        drop(ended);
    }

    /// Lets go of what accounts hold that were switched off or deleted since: that is done by another process, too.
    async fn end_of_disabled(&self, storage: &Storage) {
        let accounts = self.known().values().map(|known| known.account().clone()).collect();
        for account in switched_off(storage, accounts).await {
            self.let_go(&account, None);
        }
    }

    /// Forgets links that ended, and tells the pages of their accounts what has changed.
    fn tell(&self, events: &Events, bytes_too: bool) {
        let mut changed = BTreeSet::new();
        self.known().retain(|_, known| {
            let now = known.now();
            if is_news(known, bytes_too) {
                changed.insert(known.account().clone());
                known.told = now;
            }
            now.is_some()
        });
        for account in changed {
            events.changed(&account, Topic::Links, None);
        }
    }
}

fn is_news(known: &Known, bytes_too: bool) -> bool {
    match (known.told, known.now()) {
        (Some(told), Some(now)) => {
            told.channels != now.channels || bytes_too && now.bytes.saturating_sub(told.bytes) >= MUCH
        }
        _ => true,
    }
}

fn group_of(link: &Link) -> Option<Arc<Group>> {
    link.company()?.downcast().ok()
}
