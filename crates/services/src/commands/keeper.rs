//! Forgets runs that ended long ago, and cancels those of accounts that were switched off.

use super::Room;
use crate::accounts::switched_off;
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use wire::events::Topic;

const LOOK: Duration = Duration::from_secs(5);

/// Starts the keeper; it ends with the room, or when that stops.
pub(super) fn start(room: &Arc<Room>) {
    let (room, stopping) = (Arc::downgrade(room), room.stopping.clone());
    tokio::spawn(async move { stopping.run_until_cancelled(rounds(&room)).await });
}

async fn rounds(room: &Weak<Room>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(room) = room.upgrade() else { return };
        let forgotten = room.book().sweep(room.settings.keep);
        for run in forgotten {
            room.events.changed(run.owner(), Topic::Commands, Some(run.id.as_str()));
        }
        let going_on = room.book().going_on();
        let accounts = going_on.iter().map(|run| run.owner().clone()).collect();
        let off = switched_off(&room.storage, accounts).await;
        going_on.iter().filter(|run| off.contains(run.owner())).for_each(|run| run.cancel());
    }
}
