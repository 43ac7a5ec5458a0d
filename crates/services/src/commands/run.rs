//! One run: its hosts, where each stands, and what each wrote.

use super::{
    kept::{Budget, Kept, Short},
    request::Order,
};
use crate::{clock, runs};
use bytes::Bytes;
use std::{
    fmt::Write as _,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use transport::Stream;
use wire::{
    AccountId, CommandRunId, Fault, HostId, Timestamp,
    commands::{CommandRunState, HostRunState},
    inventory::HostView,
};

/// The audit log names so many hosts.
const AUDITED_HOSTS: usize = 20;

/// A run.
pub(super) struct Run {
    pub(super) id: CommandRunId,
    owner: AccountId,
    pub(super) command: String,
    pub(super) stdin: Bytes,
    pub(super) timeout: Duration,
    pub(super) time_limit: Duration,
    pub(super) concurrency: usize,
    pub(super) max_output: usize,
    pub(super) hosts: Vec<RunHost>,
    pub(super) started_at: Timestamp,
    /// Cancelled as a whole.
    pub(super) cancelled: CancellationToken,
    /// Of all memory for output, what this run holds.
    pub(super) budget: Budget,
    standing: Mutex<Standing>,
    /// Apart from what is locked: who looks at all runs locks none.
    ended: OnceLock<(Timestamp, Instant)>,
    over: watch::Sender<bool>,
}

/// A host of a run.
pub(super) struct RunHost {
    pub(super) view: HostView,
    pub(super) cancelled: CancellationToken,
}

/// What changes while it goes on.
pub(super) struct Standing {
    pub(super) state: CommandRunState,
    pub(super) hosts: Vec<HostStanding>,
}

/// Where one host stands.
pub(super) struct HostStanding {
    pub(super) state: HostRunState,
    pub(super) exit_code: Option<u32>,
    pub(super) signal: Option<String>,
    pub(super) fault: Option<Box<Fault>>,
    pub(super) kept: Option<Kept>,
    pub(super) started: Option<Instant>,
    pub(super) duration: Option<Duration>,
    pub(super) fingerprint: Option<[u8; 32]>,
}

/// How it ended on one host.
pub(super) enum HostEnd {
    Exited(u32),
    Signalled(String),
    Failed(Box<Fault>),
    TimedOut(String),
    Cancelled,
}

impl Run {
    pub(super) fn new(id: CommandRunId, owner: AccountId, order: Order, budget: &Budget) -> Self {
        let waiting = |_: &HostView| HostStanding {
            state: HostRunState::Waiting,
            exit_code: None,
            signal: None,
            fault: None,
            kept: None,
            started: None,
            duration: None,
            fingerprint: None,
        };
        let standing = Standing { state: CommandRunState::Running, hosts: order.hosts.iter().map(waiting).collect() };
        let cancelled = CancellationToken::new();
        let host = |view| RunHost { view, cancelled: cancelled.child_token() };
        let budget = budget.of_a_run(&owner);
        Self {
            id,
            owner,
            command: order.command,
            stdin: order.stdin,
            timeout: order.timeout,
            time_limit: order.time_limit,
            concurrency: order.concurrency,
            max_output: order.max_output,
            hosts: order.hosts.into_iter().map(host).collect(),
            started_at: clock::now(),
            cancelled,
            budget,
            standing: Mutex::new(standing),
            ended: OnceLock::new(),
            over: watch::Sender::new(false),
        }
    }

    /// Whose it is.
    pub(super) fn owner(&self) -> &AccountId {
        &self.owner
    }

    pub(super) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the audit log says of it: the command and its hosts. What it reads on its standard input is not said.
    pub(super) fn audited(&self) -> String {
        let names: Vec<&str> = self.hosts.iter().take(AUDITED_HOSTS).map(|host| host.view.name.as_str()).collect();
        let mut text = runs::audited(&self.command, &names.join(", "));
        if self.hosts.len() > names.len() {
            let _ = write!(text, " and {} more", self.hosts.len() - names.len());
        }
        text
    }

    /// Returns when it is over.
    pub(super) async fn over(&self) {
        // The sender lives as long as this.
        let _ = self.over.subscribe().wait_for(|over| *over).await;
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        *self.over.borrow()
    }

    /// Whether it ended so long ago.
    pub(super) fn ended_before(&self, ago: Duration) -> bool {
        self.ended.get().is_some_and(|(_, at)| at.elapsed() >= ago)
    }

    /// When it ended.
    pub(super) fn ended_at(&self) -> Option<Timestamp> {
        self.ended.get().map(|(at, _)| *at)
    }

    /// Cancels it on every host.
    pub(super) fn cancel(&self) {
        self.cancelled.cancel();
    }

    /// Cancels it on one; `false` when that is none of its hosts.
    pub(super) fn cancel_host(&self, id: &HostId) -> bool {
        let Some(index) = self.hosts.iter().position(|host| host.view.id == *id) else { return false };
        self.hosts[index].cancelled.cancel();
        // What has not begun is over at once; what runs is when it was killed.
        if self.standing().hosts[index].state == HostRunState::Waiting {
            self.ends(index, HostEnd::Cancelled);
        }
        true
    }

    /// A host goes on to connecting.
    pub(super) fn connects(&self, host: usize) {
        self.change(host, |standing| standing.state = HostRunState::Connecting);
    }

    /// A host's command has started.
    pub(super) fn starts(&self, host: usize) {
        let (most, budget) = (self.max_output, self.budget.clone());
        self.change(host, |standing| {
            standing.state = HostRunState::Running;
            standing.started = Some(Instant::now());
            standing.kept = Some(Kept::new(most, budget));
        });
    }

    /// A host wrote something; whether anything of it was kept. `more_room` frees memory of other runs.
    pub(super) fn wrote(&self, host: usize, stream: Stream, data: &[u8], more_room: impl FnMut(Short) -> bool) -> bool {
        let mut kept = false;
        self.change(host, |standing| {
            kept = standing.kept.as_mut().is_some_and(|all| all.take_in(stream, data, more_room));
        });
        kept
    }

    /// So many bytes of a host were dropped on the way here.
    pub(super) fn dropped(&self, host: usize, bytes: u64) {
        self.change(host, |standing| {
            if let Some(kept) = &mut standing.kept {
                kept.dropped += bytes;
            }
        });
    }

    /// A host is over. The first end counts.
    pub(super) fn ends(&self, host: usize, end: HostEnd) {
        self.change(host, |standing| {
            if standing.state.is_over() {
                return;
            }
            standing.duration = standing.started.map(|at| at.elapsed());
            let fault = |code, text: String| Some(Box::new(Fault::new(code, text)));
            let word = match end {
                HostEnd::Exited(code) => {
                    (standing.state, standing.exit_code) = (HostRunState::Done, Some(code));
                    format!("exit {code}")
                }
                HostEnd::Signalled(name) => {
                    let word = format!("signal {name}");
                    (standing.state, standing.signal) = (HostRunState::Done, Some(name));
                    word
                }
                HostEnd::Failed(what) => {
                    let word = format!("failed {:?}", what.code);
                    (standing.state, standing.fault) = (HostRunState::Failed, Some(what));
                    word
                }
                HostEnd::TimedOut(text) => {
                    (standing.state, standing.fault) = (HostRunState::TimedOut, fault(wire::FaultCode::TimedOut, text));
                    "timed out".to_owned()
                }
                HostEnd::Cancelled => {
                    standing.state = HostRunState::Cancelled;
                    "cancelled".to_owned()
                }
            };
            let none = || Kept::new(0, Budget::new(0)).fingerprint(&word);
            standing.fingerprint = Some(standing.kept.as_ref().map_or_else(none, |kept| kept.fingerprint(&word)));
        });
    }

    /// It is over as a whole.
    pub(super) fn ended(&self, state: CommandRunState) {
        self.standing().state = state;
        let _ = self.ended.set((clock::now(), Instant::now()));
        self.over.send_replace(true);
    }

    fn change(&self, host: usize, change: impl FnOnce(&mut HostStanding)) {
        if let Some(standing) = self.standing().hosts.get_mut(host) {
            change(standing);
        }
    }
}
