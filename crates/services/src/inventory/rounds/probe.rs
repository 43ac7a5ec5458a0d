//! A host's turn in a round of probes, and what all of them found, written many at a time.

use super::{Rounds, end::End, round::Item};
use crate::{Caller, clock};
use std::sync::{Mutex, PoisonError};
use wire::{
    HostId,
    events::Topic,
    inventory::{Reachability, RoundOutcome},
};

use super::super::probe::CONNECT_TIMEOUT;

/// What probes found that is not written yet.
#[derive(Default)]
pub(super) struct Found(Mutex<Vec<(HostId, Reachability)>>);

impl Found {
    /// Notes one.
    pub(super) fn add(&self, id: HostId, found: Reachability) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((id, found));
    }

    fn take(&self) -> Vec<(HostId, Reachability)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Probes a host.
pub(super) async fn on_host(item: &Item, found: &Found) -> End {
    if let Some(jump) = &item.jump {
        let message = format!("It is reached through {jump}, so its port cannot be tried from here.");
        return End::said(RoundOutcome::Unprobed, message);
    }
    if answers(item, found).await { End::bare(RoundOutcome::Online) } else { End::bare(RoundOutcome::Offline) }
}

/// Whether its port accepts a connection, which is noted.
pub(super) async fn answers(item: &Item, found: &Found) -> bool {
    let answers = transport::probe(&item.endpoint, CONNECT_TIMEOUT).await;
    found.add(item.id.clone(), if answers { Reachability::Online } else { Reachability::Offline });
    answers
}

impl Rounds {
    /// Writes what was found; whether anything of it is news.
    pub(super) async fn write_found(&self, caller: &Caller, found: &Found) {
        let all = found.take();
        for status in [Reachability::Online, Reachability::Offline] {
            let ids: Vec<_> = all.iter().filter(|(_, found)| *found == status).map(|(id, _)| id.clone()).collect();
            if ids.is_empty() {
                continue;
            }
            let inventory = &self.0.inventory;
            match inventory.0.storage.inventory().set_all_reachable(&ids, status, clock::now()).await {
                Ok(true) => inventory.0.events.changed(caller.account(), Topic::Hosts, None),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "what a round of probes found could not be recorded"),
            }
        }
    }
}
