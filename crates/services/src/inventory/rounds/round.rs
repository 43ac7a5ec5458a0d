//! One round: its hosts, and where each stands.

use super::end::{End, Shown};
use crate::clock;
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use transport::Endpoint;
use wire::{
    AccountId, CredentialId, FaultCode, HostId, RoundId, Timestamp,
    inventory::{HostKeyState, Protocol, RoundOutcome, RoundState, RoundWorkKind},
};

/// A host as it was when the round began.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: HostId,
    pub(super) name: String,
    pub(super) endpoint: Endpoint,
    pub(super) protocol: Protocol,
    /// The name of what it is reached through.
    pub(super) jump: Option<String>,
    /// What it is signed in to with.
    pub(super) credential: Option<CredentialId>,
}

/// A round.
pub(super) struct Round {
    pub(super) id: RoundId,
    owner: AccountId,
    pub(super) kind: RoundWorkKind,
    pub(super) items: Vec<Item>,
    pub(super) started_at: Timestamp,
    pub(super) cancelled: CancellationToken,
    standing: Mutex<Standing>,
}

/// What changes while it goes on.
pub(super) struct Standing {
    pub(super) state: RoundState,
    pub(super) stopped: Option<String>,
    pub(super) notes: Vec<String>,
    pub(super) hosts: Vec<Host>,
    pub(super) counts: [u32; RoundOutcome::ALL.len()],
    pub(super) ended: Option<(Timestamp, Instant)>,
}

/// Where one host stands.
#[derive(Clone)]
pub(super) struct Host {
    pub(super) outcome: RoundOutcome,
    pub(super) message: Option<String>,
    pub(super) code: Option<FaultCode>,
    pub(super) key: Option<Box<Shown>>,
}

impl Round {
    pub(super) fn new(id: RoundId, owner: AccountId, kind: RoundWorkKind, items: Vec<Item>) -> Self {
        let waiting = Host { outcome: RoundOutcome::Waiting, message: None, code: None, key: None };
        let hosts = vec![waiting; items.len()];
        let mut counts = [0; RoundOutcome::ALL.len()];
        counts[RoundOutcome::Waiting as usize] = number(items.len());
        let standing =
            Standing { state: RoundState::Running, stopped: None, notes: Vec::new(), hosts, counts, ended: None };
        let (started_at, cancelled) = (clock::now(), CancellationToken::new());
        Self { id, owner, kind, items, started_at, cancelled, standing: Mutex::new(standing) }
    }

    /// Whether both would change keys on the same hosts: each would take the other's new key for one that nobody knows. Two that
    /// roll keys cross whatever their hosts are, because hosts share keys.
    pub(super) fn would_cross(&self, other: &Self) -> bool {
        use RoundWorkKind::{Bootstrap, Roll};
        match (self.kind, other.kind) {
            (Roll, Roll) => true,
            (Roll | Bootstrap, Roll | Bootstrap) => {
                let mine: HashSet<&HostId> = self.items.iter().map(|item| &item.id).collect();
                other.items.iter().any(|item| mine.contains(&item.id))
            }
            _ => false,
        }
    }

    /// Whose it is.
    pub(super) fn owner(&self) -> &AccountId {
        &self.owner
    }

    pub(super) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.standing().ended.is_some()
    }

    /// Whether it ended so long ago.
    pub(super) fn ended_before(&self, ago: std::time::Duration) -> bool {
        self.standing().ended.is_some_and(|(_, at)| at.elapsed() >= ago)
    }

    /// A host's turn has come.
    pub(super) fn begins(&self, at: usize) {
        self.standing().set(at, End::bare(RoundOutcome::Running));
    }

    /// A host's turn is over.
    pub(super) fn ends(&self, at: usize, end: End) {
        self.standing().set(at, end);
    }

    /// Says something of all hosts together.
    pub(super) fn note(&self, text: String) {
        self.standing().notes.push(text);
    }

    /// The round is over: whoever had no turn will have none.
    pub(super) fn ended(&self, state: RoundState, stopped: Option<String>) {
        let mut standing = self.standing();
        for at in 0..standing.hosts.len() {
            match standing.hosts[at].outcome {
                RoundOutcome::Waiting => standing.set(at, End::bare(RoundOutcome::Untried)),
                RoundOutcome::Running => {
                    standing.set(
                        at,
                        End::said(RoundOutcome::Failed, "Its turn broke off; look at the host, and try again."),
                    );
                }
                _ => {}
            }
        }
        (standing.state, standing.stopped) = (state, stopped);
        standing.ended = Some((clock::now(), Instant::now()));
    }

    /// The hosts that ended so; all of them when nothing is said.
    pub(super) fn hosts_that_ended(&self, outcomes: &[RoundOutcome]) -> Vec<HostId> {
        let standing = self.standing();
        let pairs = self.items.iter().zip(&standing.hosts);
        let these = pairs.filter(|(_, host)| outcomes.is_empty() || outcomes.contains(&host.outcome));
        these.map(|(item, _)| item.id.clone()).collect()
    }

    /// The keys that are trusted now: their hosts know them.
    pub(super) fn trusts(&self, places: &HashSet<usize>) {
        let mut standing = self.standing();
        for &at in places {
            let host = &mut standing.hosts[at];
            if let Some(key) = &mut host.key {
                (key.known, key.trusted_fingerprint) = (HostKeyState::Trusted, None);
            }
            if matches!(host.outcome, RoundOutcome::KeyUnknown | RoundOutcome::KeyChanged) {
                let key = host.key.clone();
                standing.set(at, End { key, ..End::bare(RoundOutcome::KeyTrusted) });
            }
        }
    }
}

impl Standing {
    fn set(&mut self, at: usize, end: End) {
        let Some(host) = self.hosts.get_mut(at) else { return };
        self.counts[host.outcome as usize] -= 1;
        self.counts[end.outcome as usize] += 1;
        let End { outcome, message, code, key } = end;
        *host = Host { outcome, message, code, key };
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
