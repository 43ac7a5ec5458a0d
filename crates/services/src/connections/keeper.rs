//! Ends connections that nobody has used for long, and those of accounts that were switched off.

use super::{Shelf, entry::Entry, held};
use crate::accounts::switched_off;
use futures::future::join_all;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use storage::Storage;
use tokio_util::sync::CancellationToken;

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
            let accounts = held(shelf).standing.keys().map(|(account, _)| account.clone()).collect();
            let off = switched_off(storage, accounts).await;
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
    join_all(ended.iter().map(|entry| entry.close())).await;
}
