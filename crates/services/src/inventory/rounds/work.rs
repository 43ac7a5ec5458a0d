//! A round at work: so many hosts at once, each in a task of its own, until all had their turn, somebody cancels it, or a
//! password is turned down too often.

use super::{
    LOOKS, Rounds,
    bootstrap::Setup,
    end::End,
    patience::IN_A_ROW,
    probe::{self, Found},
    rolling::Rolling,
    round::{Item, Round},
    signing::Trials,
    word,
};
use crate::{Caller, ServiceError};
use futures::future::join;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wire::{
    events::Topic,
    inventory::{RoundOutcome, RoundState, RoundWork},
};

/// How often what happened meanwhile is written and told.
const TICK: Duration = Duration::from_millis(500);

/// What is done on each host, with all that it takes.
pub(super) enum Plan {
    Probe,
    Scan,
    Bootstrap(Box<Setup>),
    Roll(Box<Rolling>),
}

/// A round's plan, and what its hosts share.
pub(super) struct Work {
    pub(super) plan: Plan,
    pub(super) found: Found,
    pub(super) trials: Trials,
    /// Whether hosts changed that pages were not told of.
    pub(super) touched: AtomicBool,
}

impl Rounds {
    /// Everything that a kind of work takes; what is missing is said before anything begins.
    pub(super) async fn plan(&self, caller: &Caller, items: &[Item], work: RoundWork) -> Result<Plan, ServiceError> {
        Ok(match work {
            RoundWork::Probe => Plan::Probe,
            RoundWork::Scan => Plan::Scan,
            RoundWork::Bootstrap { sign_in, key } => {
                Plan::Bootstrap(Box::new(self.prepared(caller, items, sign_in, key).await?))
            }
            RoundWork::Roll => Plan::Roll(Box::new(self.rolling(caller, items).await?)),
        })
    }

    /// Takes back what a plan made for a round that does not begin.
    pub(super) async fn give_up(&self, caller: &Caller, plan: Plan) {
        match plan {
            Plan::Probe | Plan::Scan => {}
            Plan::Bootstrap(setup) => self.forget_made(caller, &setup).await,
            Plan::Roll(rolling) => self.forget_new(caller, &rolling).await,
        }
    }

    /// Writes what was found, and tells pages of hosts that are not as they were.
    async fn tell(&self, caller: &Caller, work: &Work) {
        self.write_found(caller, &work.found).await;
        if work.touched.swap(false, Relaxed) {
            let events = &self.0.inventory.0.events;
            events.changed(caller.account(), Topic::Hosts, None);
            events.changed(caller.account(), Topic::Credentials, None);
        }
    }
}

/// Works on every host, and says when that is over.
pub(super) async fn supervise(rounds: Rounds, caller: Caller, round: Arc<Round>, plan: Plan, waves: Vec<usize>) {
    let trials = Trials::new(match &plan {
        Plan::Probe | Plan::Scan => false,
        Plan::Bootstrap(setup) => setup.watches(),
        Plan::Roll(rolling) => rolling.watches(),
    });
    let work = Arc::new(Work { plan, found: Found::default(), trials, touched: AtomicBool::new(false) });
    let done = CancellationToken::new();
    let ticks = async {
        while done.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
            rounds.tell(&caller, &work).await;
        }
    };
    let hosts = async {
        let all = all_hosts(&rounds, &caller, &round, &work, &waves).await;
        done.cancel();
        all
    };
    let (all, ()) = join(hosts, ticks).await;
    rounds.tell(&caller, &work).await;
    match &work.plan {
        Plan::Probe | Plan::Scan => {}
        Plan::Bootstrap(setup) => rounds.settle_made(&caller, &round, setup).await,
        Plan::Roll(rolling) => rounds.settle(&caller, &round, rolling).await,
    }
    rounds.tell(&caller, &work).await;
    let (state, why) = match (all, round.cancelled.is_cancelled()) {
        (true, _) => (RoundState::Done, None),
        (false, true) => (RoundState::Cancelled, None),
        (false, false) => (RoundState::Stopped, Some(stopped())),
    };
    round.ended(state, why);
    rounds.0.changed(&round);
    rounds.0.audit.note(&caller, "inventory.round", format!("{} {}", word(round.kind), round.id), &told(&round)).await;
}

fn stopped() -> String {
    format!(
        "{IN_A_ROW} hosts in a row turned the password down. Before an account is locked out everywhere, look whether it is \
         the right one."
    )
}

/// How it ended, for the audit log.
fn told(round: &Round) -> String {
    let view = round.view();
    let word = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    };
    let counts = view
        .counts
        .iter()
        .map(|count| format!("{} {}", count.hosts, word(serde_json::to_value(count.outcome)).replace('_', " ")));
    let counts: Vec<_> = counts.collect();
    format!("{}: {}", word(serde_json::to_value(view.state)), counts.join(", "))
}

/// Whether every host had its turn.
async fn all_hosts(rounds: &Rounds, caller: &Caller, round: &Arc<Round>, work: &Arc<Work>, waves: &[usize]) -> bool {
    let (mut tasks, mut at) = (JoinSet::new(), 0);
    for &end in waves {
        while at < end {
            if round.cancelled.is_cancelled() || work.trials.are_over() {
                break;
            }
            if tasks.len() < LOOKS {
                tasks.spawn(on_host(rounds.clone(), caller.clone(), round.clone(), work.clone(), at));
                at += 1;
                continue;
            }
            tokio::select! {
                _ = tasks.join_next() => {}
                () = round.cancelled.cancelled() => {}
            }
        }
        // The next wave may be reached through this one; and none is left half-way.
        while tasks.join_next().await.is_some() {}
    }
    round.hosts_that_ended(&[RoundOutcome::Waiting, RoundOutcome::Untried]).is_empty()
}

async fn on_host(rounds: Rounds, caller: Caller, round: Arc<Round>, work: Arc<Work>, at: usize) {
    let Some(Some(turn)) = round.cancelled.run_until_cancelled(rounds.0.looks.turn(round.owner())).await else {
        return;
    };
    round.begins(at);
    rounds.0.changed(&round);
    let (item, untried) = (&round.items[at], || End::bare(RoundOutcome::Untried));
    let end = match &work.plan {
        Plan::Probe => round.cancelled.run_until_cancelled(probe::on_host(item, &work.found)).await,
        Plan::Scan => round.cancelled.run_until_cancelled(rounds.scan(&caller, item, &work.found)).await,
        Plan::Bootstrap(setup) => rounds.set_up(&caller, &round, item, &work, setup, turn).await,
        Plan::Roll(rolling) => rounds.roll(&caller, &round, item, &work, rolling, turn).await,
    };
    round.ends(at, end.unwrap_or_else(untried));
    rounds.0.changed(&round);
}
