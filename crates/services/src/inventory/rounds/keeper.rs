//! Forgets rounds that ended long ago, and cancels those of accounts that were switched off.

use super::{KEPT, Room};
use crate::accounts::switched_off;
use std::{
    sync::{Arc, Weak},
    time::Duration,
};

const LOOK: Duration = Duration::from_secs(5);

/// Starts the keeper; it ends with the room, or when that stops.
pub(super) fn start(room: &Arc<Room>) {
    let (room, stopping) = (Arc::downgrade(room), room.stopping.clone());
    tokio::spawn(async move { stopping.run_until_cancelled(looks(&room)).await });
}

async fn looks(room: &Weak<Room>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(room) = room.upgrade() else { return };
        let all: Vec<_> = room.rounds().values().cloned().collect();
        for old in all.iter().filter(|round| round.ended_before(KEPT)) {
            room.rounds().remove(&old.id);
            room.changed(old);
        }
        let going_on: Vec<_> = all.iter().filter(|round| !round.is_over()).collect();
        let accounts = going_on.iter().map(|round| round.owner().clone()).collect();
        let off = switched_off(&room.inventory.0.storage, accounts).await;
        going_on.iter().filter(|round| off.contains(round.owner())).for_each(|round| round.cancelled.cancel());
    }
}
