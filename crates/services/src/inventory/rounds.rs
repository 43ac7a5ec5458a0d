//! Rounds: probes, scans of host keys, first access and new keys on thousands of hosts (SPEC §3 and §4).
//!
//! A round is a supervised thing with an id: the page that began it may go away and come back. It lives in memory, some
//! time beyond its end. So many hosts are worked on at once in the whole server, and accounts take turns ([`gate`]).
//! Nobody is asked anything while it goes on: a host that needs an answer says so in its row.
//!
//! What this cannot do: outlive the process, or show another account's rounds, not even to an admin. A host whose turn has
//! come is worked on to the end, even when the round is cancelled, so that none is left half-way.

mod bootstrap;
mod end;
mod gate;
mod keeper;
mod order;
mod patience;
mod probe;
mod roll;
mod roll_end;
mod rolling;
mod round;
mod scan;
mod signing;
mod trust;
mod view;
mod work;

use super::{Inventory, turns::Turns};
use crate::{Caller, ServiceError, access, audit::Audit, rate::Rate, vault::random};
use gate::Gate;
use round::{Item, Round};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use transport::Endpoint;
use wire::{
    AccountId, HostId, RoundId,
    events::Topic,
    inventory::{
        HostSelection, MOST_SELECTED, RoundList, RoundNext, RoundPage, RoundQuery, RoundRequest, RoundView, RoundWork,
    },
};

/// So many hosts are looked at at once: their port, their key.
const LOOKS: usize = 64;

/// So many are signed in to at once.
const SIGN_INS: usize = 16;

/// So many rounds of an account go on at once, so many are begun in a minute, and so many ended ones are kept.
const RUNNING: usize = 3;
const A_MINUTE: u32 = 20;
const ENDED: usize = 10;

/// How long a round is kept after its end.
const KEPT: Duration = Duration::from_secs(30 * 60);

/// How long a graceful stop waits for the hosts that are worked on.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

const CROSSED: &str = "another round of yours is changing keys on these hosts; wait for it to end";

const STOPPING: &str = "the server is stopping; try again in a moment";

/// The room. Cheap to clone.
#[derive(Clone)]
pub struct Rounds(Arc<Room>);

struct Room {
    inventory: Inventory,
    audit: Audit,
    looks: Gate,
    sign_ins: Gate,
    rounds: Mutex<BTreeMap<RoundId, Arc<Round>>>,
    begun: Mutex<Rate<AccountId>>,
    /// Rounds of an account begin one after the other.
    beginning: Turns,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Room {
    fn rounds(&self) -> MutexGuard<'_, BTreeMap<RoundId, Arc<Round>>> {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An account's, the newest first. Ids sort by time.
    fn of(&self, account: &AccountId) -> Vec<Arc<Round>> {
        self.rounds().values().rev().filter(|round| round.owner() == account).cloned().collect()
    }

    /// Tells the owner's pages that a round is not as it was. They hear it a few times a second at most.
    fn changed(&self, round: &Round) {
        self.inventory.0.events.changed(round.owner(), Topic::Rounds, Some(round.id.as_str()));
    }
}

impl Rounds {
    /// Opens the room.
    pub fn new(inventory: Inventory, audit: Audit) -> Self {
        let room = Arc::new(Room {
            inventory,
            audit,
            looks: Gate::new(LOOKS),
            sign_ins: Gate::new(SIGN_INS),
            rounds: Mutex::default(),
            begun: Mutex::new(Rate::new(A_MINUTE)),
            beginning: Turns::default(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        keeper::start(&room);
        Self(room)
    }

    /// Begins no further host, and waits until those that are worked on are over.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.rounds().values().for_each(|round| round.cancelled.cancel());
        self.0.tasks.close();
        if timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some hosts of a round were not over in time; what was done on them so far stays");
        }
    }

    /// Begins a round over a selection.
    ///
    /// # Errors
    /// When the selection or the work is not acceptable, the vault is locked and the work needs it, the caller may only
    /// watch, or too many rounds of theirs go on. What goes wrong on a host is in that host's row.
    pub async fn start(&self, caller: &Caller, request: RoundRequest) -> Result<RoundView, ServiceError> {
        access::may_connect(caller)?;
        self.begin(caller, request.selection, request.work).await
    }

    /// Begins a round over hosts of an earlier one.
    ///
    /// # Errors
    /// As [`Rounds::start`], and `NotFound` when that one is forgotten.
    pub async fn next(&self, caller: &Caller, id: &RoundId, next: RoundNext) -> Result<RoundView, ServiceError> {
        access::may_connect(caller)?;
        let ids = self.find(caller, id)?.hosts_that_ended(&next.outcomes);
        self.begin(caller, HostSelection::Hosts { ids }, next.work).await
    }

    async fn begin(
        &self,
        caller: &Caller,
        selection: HostSelection,
        work: RoundWork,
    ) -> Result<RoundView, ServiceError> {
        let kind = work.kind();
        // What a plan makes is not to be taken for what another round left behind.
        let _turn = self.0.beginning.take(caller.account()).await;
        self.refuse_too_many(caller)?;
        let others = self.0.inventory.others(caller, &selection).await?.len() as u64;
        let (items, waves) = self.items(caller, selection, others).await?;
        let round = Arc::new(Round::new(random::id()?, caller.account().clone(), kind, items));
        self.refuse_crossing(&round)?;
        let plan = self.plan(caller, &round.items, work).await?;
        if others > 0 {
            round.note(format!(
                "Left out: {}, which others share with you. Work on many is for your own.",
                super::bulk::hosts(others)
            ));
        }
        let added = self.add(&round);
        if let Err(error) = added {
            self.give_up(caller, plan).await;
            return Err(error);
        }
        let what = format!("{} on {}", word(kind), super::bulk::hosts(round.items.len() as u64));
        self.0.audit.note(caller, "inventory.round", what, &format!("started as {}", round.id)).await;
        self.0.changed(&round);
        self.0.tasks.spawn(work::supervise(self.clone(), caller.clone(), round.clone(), plan, waves));
        Ok(round.view())
    }

    /// The caller's rounds, the newest first.
    pub fn list(&self, caller: &Caller) -> RoundList {
        RoundList { rounds: self.0.of(caller.account()).iter().map(|round| round.view()).collect() }
    }

    /// One of them, with some of its hosts.
    ///
    /// # Errors
    /// When there is none of the caller's with this id, any more, or the query names no outcome.
    pub fn page(&self, caller: &Caller, id: &RoundId, query: &RoundQuery) -> Result<RoundPage, ServiceError> {
        self.find(caller, id)?.page(query)
    }

    /// Cancels a round that goes on, and forgets one that has ended.
    ///
    /// # Errors
    /// `NotFound` when there is no such round.
    pub fn cancel(&self, caller: &Caller, id: &RoundId) -> Result<(), ServiceError> {
        let round = self.find(caller, id)?;
        if round.is_over() {
            self.0.rounds().remove(id);
        } else {
            round.cancelled.cancel();
        }
        self.0.changed(&round);
        Ok(())
    }

    fn find(&self, caller: &Caller, id: &RoundId) -> Result<Arc<Round>, ServiceError> {
        let round = self.0.rounds().get(id).filter(|round| round.owner() == caller.account()).cloned();
        round.ok_or_else(|| ServiceError::missing("round", id))
    }

    fn refuse_too_many(&self, caller: &Caller) -> Result<(), ServiceError> {
        let mut begun = self.0.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.take(caller.account().clone(), Instant::now()).map_err(ServiceError::TooManyTries)?;
        drop(begun);
        if self.0.of(caller.account()).iter().filter(|round| !round.is_over()).count() >= RUNNING {
            return Err(busy());
        }
        Ok(())
    }

    fn refuse_crossing(&self, round: &Round) -> Result<(), ServiceError> {
        let mut running = self.0.of(round.owner()).into_iter().filter(|other| !other.is_over());
        if running.any(|other| round.would_cross(&other)) {
            return Err(ServiceError::Conflict(CROSSED.to_owned()));
        }
        Ok(())
    }

    fn add(&self, round: &Arc<Round>) -> Result<(), ServiceError> {
        let mut rounds = self.0.rounds();
        if self.0.stopping.is_cancelled() {
            return Err(ServiceError::Unavailable(STOPPING));
        }
        let mine = rounds.values().rev().filter(|other| other.owner() == round.owner());
        let (ended, running): (Vec<_>, Vec<_>) = mine.cloned().partition(|round| round.is_over());
        if running.len() >= RUNNING {
            return Err(busy());
        }
        for old in ended.iter().skip(ENDED - 1) {
            rounds.remove(&old.id);
        }
        rounds.insert(round.id.clone(), round.clone());
        Ok(())
    }

    /// The selected hosts in the order in which they have their turn, and where in it each wave ends.
    async fn items(
        &self,
        caller: &Caller,
        selection: HostSelection,
        others: u64,
    ) -> Result<(Vec<Item>, Vec<usize>), ServiceError> {
        let inventory = &self.0.inventory;
        let shelf = inventory.shelf(caller.account()).await?;
        let selected = inventory.selected(caller, &shelf, selection).await?;
        if selected.is_empty() && others > 0 {
            return Err(ServiceError::bad(
                "these hosts are shared with you by others; work on many is for hosts of your own",
            ));
        }
        if selected.is_empty() {
            return Err(ServiceError::bad("no host is chosen; it may have been deleted"));
        }
        if selected.len() > MOST_SELECTED {
            return Err(ServiceError::bad(format!("more than {MOST_SELECTED} hosts; choose fewer")));
        }
        let jump = |at: usize| shelf.position(shelf.jump(&shelf.lines[at])?);
        let (mut items, mut ends) = (Vec::with_capacity(selected.len()), Vec::new());
        for wave in order::waves(&selected, jump) {
            items.extend(wave.into_iter().map(|at| {
                let line = &shelf.lines[at];
                let host = &line.host;
                let jump = shelf.jump(line).map(|id| shelf.host_name(id).unwrap_or_default().to_owned());
                Item {
                    id: host.id.clone(),
                    name: host.name.clone(),
                    endpoint: Endpoint { address: host.address.clone(), port: host.port },
                    protocol: host.protocol,
                    jump,
                    credential: shelf.effective(line).credential_id,
                }
            }));
            ends.push(items.len());
        }
        Ok((items, ends))
    }
}

fn busy() -> ServiceError {
    ServiceError::Conflict(format!("{RUNNING} rounds of yours go on already; wait for one to end or cancel one"))
}

/// A kind of work as the audit log calls it.
fn word(kind: wire::inventory::RoundWorkKind) -> &'static str {
    use wire::inventory::RoundWorkKind::{Bootstrap, Probe, Roll, Scan};
    match kind {
        Probe => "probe",
        Scan => "scan",
        Bootstrap => "bootstrap",
        Roll => "roll",
    }
}

/// Hosts by id, for looking up.
fn set(ids: Vec<HostId>) -> HashSet<HostId> {
    ids.into_iter().collect()
}
