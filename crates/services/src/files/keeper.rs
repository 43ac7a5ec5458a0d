//! Lets go of ways that nobody uses, forgets transfers that ended long ago, and ends what goes on with files when what it goes
//! by has ended: the account, its sign-in or token, a right, a trusted key.

use super::{Room, flows::Live};
use crate::{
    ServiceError, access,
    accounts::{lets_in_still, switched_off},
    inventory::Footing,
};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use wire::HostId;

/// So often is looked, also when nothing is heard: another process may have changed something.
const LOOK: Duration = Duration::from_secs(5);

/// Changes to an inventory come in crowds; they are looked at together.
const PAUSE: Duration = Duration::from_millis(500);

/// Every so many looks, what is old is looked for.
const SELDOM: u64 = 6;

/// Starts the keeper; it ends with the room, or when that stops.
pub(super) fn start(room: &Arc<Room>) {
    let changes = room.inventory.changes();
    let (room, stopping) = (Arc::downgrade(room), room.stopping.clone());
    tokio::spawn(async move { stopping.run_until_cancelled(rounds(&room, changes)).await });
}

async fn rounds(room: &Weak<Room>, mut changes: watch::Receiver<()>) {
    for look in 1_u64.. {
        match timeout(LOOK, changes.changed()).await {
            Ok(Ok(())) => sleep(PAUSE).await,
            Ok(Err(_)) => return,
            Err(_) => {}
        }
        changes.mark_unchanged();
        let Some(room) = room.upgrade() else { return };
        if look.is_multiple_of(SELDOM) {
            room.handles.sweep();
            room.sweep_book();
        }
        room.end_of_switched_off().await;
        for live in room.flows.live() {
            room.look_at(&live).await;
        }
    }
}

impl Room {
    async fn end_of_switched_off(&self) {
        let mut accounts = self.handles.accounts();
        accounts.extend(self.flows.live().iter().map(|live| live.caller.account().clone()));
        let off = switched_off(&self.storage, accounts).await;
        off.iter().for_each(|account| self.handles.let_go(account));
        for live in self.flows.live().iter().filter(|live| off.contains(live.caller.account())) {
            live.end("the account was switched off, or may only watch now".to_owned());
        }
    }

    /// Ends a flow that may not go on. A database that cannot be asked ends nothing.
    pub(super) async fn look_at(&self, live: &Live) {
        match self.why_over(live).await {
            Ok(None) => {}
            Ok(Some(why)) => live.end(why),
            Err(error) => {
                tracing::warn!(%error, "whether files may still be used could not be asked; what goes on goes on");
            }
        }
    }

    async fn why_over(&self, live: &Live) -> Result<Option<String>, ServiceError> {
        if live.is_attended && !lets_in_still(&self.storage, &live.caller).await? {
            return Ok(Some("it was begun by a sign-in or a token that has ended".to_owned()));
        }
        for (host, before) in live.footings() {
            match self.stands(live, &host, &before).await {
                Ok(true) => {}
                Ok(false) => {
                    return Ok(Some(
                        "what is shared of its host, or which keys are trusted there, was changed".to_owned(),
                    ));
                }
                Err(error @ (ServiceError::Storage(_) | ServiceError::Internal(_))) => return Err(error),
                Err(refused) => return Ok(Some(refused.to_string())),
            }
        }
        Ok(None)
    }

    async fn stands(&self, live: &Live, host: &HostId, before: &Footing) -> Result<bool, ServiceError> {
        let host = self.inventory.find(&live.caller, host.as_str()).await?;
        let permit = access::files(&live.caller, host)?;
        Ok(self.inventory.footing(&live.caller, permit.host()).await?.keeps(before))
    }
}
