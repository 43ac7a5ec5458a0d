//! Lets go of ways that nobody uses, forgets transfers that ended long ago, and ends what accounts do with files that were
//! switched off.

use super::Room;
use crate::accounts::switched_off;
use std::{
    sync::{Arc, Weak},
    time::Duration,
};

const LOOK: Duration = Duration::from_secs(5);

/// Every so many looks, what is old is looked for.
const SELDOM: u64 = 6;

/// Starts the keeper; it ends with the room, or when that stops.
pub(super) fn start(room: &Arc<Room>) {
    let (room, stopping) = (Arc::downgrade(room), room.stopping.clone());
    tokio::spawn(async move { stopping.run_until_cancelled(rounds(&room)).await });
}

async fn rounds(room: &Weak<Room>) {
    for look in 1_u64.. {
        tokio::time::sleep(LOOK).await;
        let Some(room) = room.upgrade() else { return };
        if look.is_multiple_of(SELDOM) {
            room.handles.sweep();
            room.sweep_book();
        }
        room.end_of_switched_off().await;
    }
}

impl Room {
    async fn end_of_switched_off(&self) {
        let going_on = self.book().going_on();
        let mut accounts = self.flows.accounts();
        accounts.extend(self.handles.accounts());
        accounts.extend(going_on.iter().map(|transfer| transfer.owner.clone()));
        let off = switched_off(&self.storage, accounts).await;
        for account in &off {
            self.flows.end(account);
            self.handles.let_go(account);
        }
        going_on.iter().filter(|one| off.contains(&one.owner)).for_each(|one| one.cancelled.cancel());
    }
}
