//! Reachability: whether a host's port accepts a connection.
//!
//! A background task goes round all hosts, a few at a time and never all at the same moment. A host behind a jump host
//! cannot be probed without signing in somewhere, so it stays `unknown`.

use super::{Inventory, target::endpoint};
use crate::{Caller, ServiceError, access, clock, events::Events};
use futures::{StreamExt, stream};
use std::{
    collections::BTreeMap,
    sync::PoisonError,
    time::{Duration, Instant},
};
use storage::Storage;
use tokio_util::sync::CancellationToken;
use transport::Endpoint;
use wire::{
    AccountId, HostId,
    events::Topic,
    inventory::{HostView, Reachability},
};

pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const AT_ONCE: usize = 32;
const PAGE: u64 = 500;

impl Inventory {
    /// Probes a host now.
    ///
    /// # Errors
    /// When there is no such host, the caller may only watch, or asks for very many probes one by one.
    pub async fn probe(&self, caller: &Caller, id: &HostId) -> Result<HostView, ServiceError> {
        access::may_connect(caller)?;
        let permit = access::look(caller, self.reached(caller, id).await?)?;
        let host = permit.host();
        self.0
            .probed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(caller.account().clone(), Instant::now())
            .map_err(ServiceError::TooManyTries)?;
        if host.effective.jump_host_id.is_none() {
            look(&self.0.storage, &self.0.events, owner(caller, host), &host.id, &endpoint(host)).await?;
        }
        self.seen_by(caller, id).await
    }

    /// Whether to try a host that is marked offline: it gets one more probe, and the mark is put right.
    pub(crate) async fn check_reachable(&self, caller: &Caller, host: &HostView) -> bool {
        if host.status != Reachability::Offline || host.effective.jump_host_id.is_some() {
            return true;
        }
        let looked = look(&self.0.storage, &self.0.events, owner(caller, host), &host.id, &endpoint(host)).await;
        looked.unwrap_or_else(|error| {
            tracing::warn!(%error, host = %host.id, "a probe could not be recorded");
            true
        })
    }
}

/// Whose host it is: their pages are told.
fn owner<'a>(caller: &'a Caller, host: &'a HostView) -> &'a AccountId {
    host.shared.as_ref().map_or(caller.account(), |shared| &shared.owner_id)
}

/// Probes once and records it. Pages are told only when the host is found otherwise than before, so that a round over
/// many hosts tells nothing new of those that stay as they are.
async fn look(
    storage: &Storage,
    events: &Events,
    account: &AccountId,
    id: &HostId,
    endpoint: &Endpoint,
) -> Result<bool, ServiceError> {
    let answers = transport::probe(endpoint, CONNECT_TIMEOUT).await;
    let found = if answers { Reachability::Online } else { Reachability::Offline };
    if storage.inventory().set_reachability(id, found, clock::now()).await? {
        events.changed(account, Topic::Hosts, Some(id.as_str()));
    }
    Ok(answers)
}

/// Starts the background task; it ends with `stop`. It holds nothing of the room, so it keeps nobody alive.
pub(super) fn start(storage: Storage, events: Events, interval: Duration, stop: CancellationToken) {
    if interval.is_zero() {
        return;
    }
    tokio::spawn(async move { stop.run_until_cancelled(rounds(&storage, &events, interval)).await });
}

async fn rounds(storage: &Storage, events: &Events, interval: Duration) {
    loop {
        if let Err(error) = round(storage, events).await {
            tracing::warn!(%error, "hosts could not be probed; the next round tries again");
        }
        // Between 0.9 and 1.1 of the interval, so that several servers do not beat in time.
        tokio::time::sleep(interval.mul_f64(0.9 + 0.2 * chance())).await;
    }
}

async fn round(storage: &Storage, events: &Events) -> Result<(), ServiceError> {
    let mut after = None;
    loop {
        let page = storage.inventory().all_endpoints(PAGE, after.as_ref()).await?;
        let Some((_, last, ..)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        let looks = page.into_iter().map(|(account, id, address, port)| async move {
            // Not all at the same moment.
            tokio::time::sleep(Duration::from_millis(100).mul_f64(chance())).await;
            (account, id, transport::probe(&Endpoint { address, port }, CONNECT_TIMEOUT).await)
        });
        let found = stream::iter(looks).buffer_unordered(AT_ONCE).ready_chunks(AT_ONCE);
        found.for_each(|found| note(storage, events, found)).await;
    }
}

/// Records what was found on many hosts. Pages are told only of accounts in which any host is found otherwise than before.
async fn note(storage: &Storage, events: &Events, found: Vec<(AccountId, HostId, bool)>) {
    let mut alike: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (account, id, answers) in found {
        alike.entry((account, answers)).or_default().push(id);
    }
    for ((account, answers), ids) in alike {
        let found = if answers { Reachability::Online } else { Reachability::Offline };
        match storage.inventory().set_all_reachable(&ids, found, clock::now()).await {
            Ok(true) => {
                events.changed(&account, Topic::Hosts, ids.first().filter(|_| ids.len() == 1).map(HostId::as_str))
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "what probes found could not be recorded"),
        }
    }
}

/// A number from 0 to 1. Without a random source there is no jitter, which harms nothing.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}
