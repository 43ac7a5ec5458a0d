//! The soak: people who open, flood, leave, come back, close and kill at random, on the real binary and over a real sshd.
//!
//! After each round everybody goes away. Then what lives must be what the database says; and when all sessions are
//! closed, nothing may be held of them: no connection to the host, no descriptor, no task, no more memory than before.
//! `make soak` runs it for `SOAK_MINUTES` (30); without that it takes seconds. `SOAK_SEED` draws a failure again, as far as
//! the machine plays along.

mod actor;
mod large;
mod silence;

use crate::common::{
    Gauge, HOST, PATIENCE, Person, Process, Random, Reading, assert_no_growth, berth_tasks, json, take_in,
};
use actor::{Actor, Tally};
use reqwest::StatusCode;
use serde_json::json;
use std::{env, net::SocketAddr, sync::Arc, time::Duration};
use testkit::{sshd::Sshd, wait};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};
use wire::terminal::{SessionList, TerminalMetrics, TerminalStatus};

const ACTORS: u64 = 6;

/// The settings of the server: small enough that limits and rings are reached.
const SETTINGS: &[(&str, &str)] = &[
    ("BERTH_SESSIONS_SCROLLBACK", "256KiB"),
    ("BERTH_SESSIONS_MAX_PER_ACCOUNT", "12"),
    ("BERTH_HOSTS_PROBE_INTERVAL", "0"),
    // What is left over is counted.
    ("BERTH_HOSTS_LINK_IDLE", "0"),
];

/// How long a round of the short form and of the long form takes.
const SHORT: Duration = Duration::from_secs(3);
const LONG: Duration = Duration::from_secs(40);
const SHORT_ROUNDS: u32 = 3;

/// How much memory may vary between rounds: the allocator keeps some, and caches fill.
const MEMORY_SLACK: u64 = 24 * 1024 * 1024;

/// How many tasks may come and go at any moment: those of this test's own requests, and of periodic work.
const TASK_SLACK: usize = 3;

#[tokio::test]
async fn random_work_leaves_nothing_behind() {
    let seed = env::var("SOAK_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121);
    let minutes: Option<u64> = env::var("SOAK_MINUTES").ok().and_then(|text| text.parse().ok());
    println!("SOAK_SEED={seed}");
    let data = tempfile::tempdir().unwrap();
    let (mut process, address) = Process::serve(data.path(), SETTINGS);
    let (admin, sshd) = (Person::at(address), Arc::new(Sshd::start().await));
    admin.set_up(&process.set_up_code()).await;
    take_in(&admin, &sshd).await;
    let token = admin.make_token("soak").await;
    let soak = Soak { admin, sshd, address, token, gauge: Gauge::of(process.id(), data.path()) };

    let (begin, mut readings, mut tally) = (Instant::now(), Vec::new(), Tally::default());
    loop {
        let round = u32::try_from(readings.len()).unwrap();
        let done = match minutes {
            Some(minutes) => begin.elapsed() >= Duration::from_secs(minutes * 60),
            None => round == SHORT_ROUNDS,
        };
        if done {
            break;
        }
        soak.round(seed + u64::from(round), if minutes.is_some() { LONG } else { SHORT }, &mut tally).await;
        soak.what_lives_is_what_is_written().await;
        let reading = soak.nothing_is_held(readings.first()).await;
        println!("round {round} at {} s: {reading:?}", begin.elapsed().as_secs());
        readings.push(reading);
    }
    println!("{tally:?}");
    for done in ["opened", "flooded", "cut", "closed", "killed"] {
        assert!(tally.of(done) > 0, "nothing was {done}");
    }
    assert_no_growth(&readings, MEMORY_SLACK);

    // Some are left open over a stop, and the next start knows that they ended.
    let open = format!("/api/terminal/{HOST}/terminal-sessions");
    for _ in 0..3 {
        json(soak.admin.post(&open, json!({"reuse": false})).await, StatusCode::OK).await;
    }
    process.stop().await;
    let (_process, address) = Process::serve(data.path(), SETTINGS);
    let again = Soak { admin: Person::at_with_token(address, &soak.token), address, ..soak };
    let list = again.list("all").await;
    assert!(list.sessions.iter().all(|session| !session.status.is_live() && session.ending.is_some()));
}

struct Soak {
    admin: Person,
    sshd: Arc<Sshd>,
    address: SocketAddr,
    token: String,
    gauge: Gauge,
}

impl Soak {
    /// Everybody works for a while, and goes away.
    async fn round(&self, seed: u64, length: Duration, tally: &mut Tally) {
        let until = Instant::now() + length;
        let mut actors = JoinSet::new();
        for number in 0..ACTORS {
            let random = Random::new(seed.wrapping_mul(1000) + number);
            let mut actor = Actor::new(random, self.address, &self.token, &self.sshd).await;
            actors.spawn(async move {
                actor.work(until).await;
                actor.tally
            });
        }
        while let Some(done) = timeout(length + 2 * PATIENCE, actors.join_next()).await.expect("nobody hangs") {
            tally.add(done.expect("nobody failed"));
        }
    }

    async fn list(&self, filter: &str) -> SessionList {
        let list = self.admin.get(&format!("/api/terminal/sessions?status_filter={filter}")).await;
        serde_json::from_value(json(list, StatusCode::OK).await).expect("only words that the machine knows")
    }

    /// What the process holds, and how many rows hold a place.
    async fn held(&self) -> (u64, u64) {
        let status = json(self.admin.get("/api/terminal/status").await, StatusCode::OK).await;
        let metrics = json(self.admin.get("/api/terminal/metrics").await, StatusCode::OK).await;
        let status: TerminalStatus = serde_json::from_value(status).expect("a status");
        let metrics: TerminalMetrics = serde_json::from_value(metrics).expect("metrics");
        (status.active_sessions, metrics.active_sessions)
    }

    async fn what_lives_is_what_is_written(&self) {
        wait::until("the database to agree with what lives", PATIENCE, || async {
            let (held, written) = self.held().await;
            held == written && self.list("live").await.total == held
        })
        .await;
        wait::until("the last viewer's leave", PATIENCE, || async {
            self.list("live").await.sessions.iter().all(|session| session.attachments == 0)
        })
        .await;
        for session in self.list("all").await.sessions {
            match &session.ending {
                None => assert!(session.status.is_live(), "over without a reason: {session:?}"),
                Some(ending) => assert_eq!(session.status, ending.reason.status(), "{session:?}"),
            }
        }
    }

    /// Closes all sessions, and waits until nothing is held of any.
    async fn nothing_is_held(&self, first: Option<&Reading>) -> Reading {
        // An open that somebody gave up may still be on its way into the list.
        wait::until("all sessions to be closed", PATIENCE, || async {
            json(self.admin.post("/api/terminal/cleanup", json!({})).await, StatusCode::OK).await;
            self.list("live").await.total == 0 && self.held().await == (0, 0)
        })
        .await;
        let sshd = &self.sshd;
        wait::until("the end of all links", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
        let reading = self.gauge.settled(first).await;
        let most = first.map_or(usize::MAX, |first| first.tasks + TASK_SLACK);
        wait::until("the end of all tasks", PATIENCE, || async { self.tasks().await <= most }).await;
        Reading { tasks: self.tasks().await, ..reading }
    }

    async fn tasks(&self) -> usize {
        berth_tasks(&self.admin).await
    }
}
