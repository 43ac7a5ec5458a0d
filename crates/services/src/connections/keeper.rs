//! Ends connections that nobody has used for long, and those of accounts that were switched off.

use super::{Shelf, entry::Entry, held};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use storage::Storage;
use tokio_util::sync::CancellationToken;
use wire::AccountId;

const LOOK: Duration = Duration::from_secs(1);

/// Every so many looks, accounts are asked after.
const SELDOM: u64 = 5;

/// Starts the keeper; it ends with `stop`. It holds nothing of the room but the shelf.
pub(super) fn start(shelf: Arc<Mutex<Shelf>>, storage: Storage, idle: Duration, stop: CancellationToken) {
    tokio::spawn(async move { stop.run_until_cancelled(rounds(&shelf, &storage, idle)).await });
}

async fn rounds(shelf: &Mutex<Shelf>, storage: &Storage, idle: Duration) {
    for look in 1_u64.. {
        tokio::time::sleep(LOOK).await;
        end(shelf, |entry| entry.is_over(idle)).await;
        if look.is_multiple_of(SELDOM) {
            let off = switched_off(shelf, storage).await;
            end(shelf, |entry| off.contains(&entry.account)).await;
        }
    }
}

async fn end(shelf: &Mutex<Shelf>, is_over: impl Fn(&Entry) -> bool) {
    let mut ended = Vec::new();
    held(shelf).standing.retain(|_, entry| {
        let over = is_over(entry);
        if over {
            ended.push(entry.clone());
        }
        !over
    });
    for entry in ended {
        entry.close().await;
    }
}

async fn switched_off(shelf: &Mutex<Shelf>, storage: &Storage) -> BTreeSet<AccountId> {
    let accounts: BTreeSet<AccountId> = held(shelf).standing.keys().map(|(account, _)| account.clone()).collect();
    let mut off = BTreeSet::new();
    for account in accounts {
        match storage.accounts().by_id(&account).await {
            Ok(Some(record)) if !record.disabled => {}
            Ok(_) => drop(off.insert(account)),
            Err(error) => tracing::warn!(%error, "whether connections may stay could not be asked"),
        }
    }
    off
}
