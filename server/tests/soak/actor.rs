//! Somebody who works at random, with whatever there is, and never minds that it breaks.

use crate::common::{ClientSocket, HOST, PATIENCE, Person, Random, View, connect, json};
use futures::StreamExt;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};
use testkit::{
    proxy::{Direction, FaultProxy, Pieces},
    sshd::Sshd,
};
use tokio::time::{Instant, timeout};
use wire::frames::ClientFrame;

/// How many sessions somebody keeps.
const KEPT: usize = 3;

/// How long somebody listens to nothing.
const SOON: Duration = Duration::from_millis(300);

/// How often something was done.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<String, u64>);

impl Tally {
    fn count(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    pub(super) fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    pub(super) fn add(&mut self, other: Self) {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }
}

/// Somebody, behind a network of their own.
pub(super) struct Actor {
    random: Random,
    person: Person,
    bearer: String,
    proxy: FaultProxy,
    sshd: Arc<Sshd>,
    sessions: Vec<String>,
    pub(super) tally: Tally,
}

impl Actor {
    pub(super) async fn new(random: Random, server: SocketAddr, token: &str, sshd: &Arc<Sshd>) -> Self {
        Self {
            random,
            person: Person::at_with_token(server, token),
            bearer: format!("Bearer {token}"),
            proxy: FaultProxy::start(server).await,
            sshd: Arc::clone(sshd),
            sessions: Vec::new(),
            tally: Tally::default(),
        }
    }

    pub(super) async fn work(&mut self, until: Instant) {
        while Instant::now() < until {
            if self.sessions.is_empty() || (self.sessions.len() < KEPT && self.random.once_in(3)) {
                self.open().await;
                continue;
            }
            let session = self.random.pick(&self.sessions.iter().map(String::as_str).collect::<Vec<_>>()).to_owned();
            match self.random.below(16) {
                0..=6 => self.look_at(&session).await,
                7 => self.close(&session).await,
                8 => self.beacon(&session).await,
                9 => self.beat(&session).await,
                10 => self.give_up_opening().await,
                11 => self.knock_with_a_wrong_ticket(&session).await,
                12 => self.run_beside().await,
                13 if self.random.once_in(3) => self.kill_something(),
                13 => self.listen().await,
                14 => self.look_together(&session).await,
                _ => self.list().await,
            }
        }
    }

    async fn open(&mut self) {
        let body = match self.random.below(4) {
            0 => json!({}),
            1 => json!({"reuse": false, "mode": "popout"}),
            _ => json!({"reuse": false}),
        };
        let answer = self.person.post(&format!("/api/terminal/{HOST}/terminal-sessions"), body).await;
        let status = answer.status();
        let answer: Value = answer.json().await.expect("an answer");
        if status == StatusCode::OK {
            self.tally.count("opened");
            self.sessions.push(answer["session_id"].as_str().expect("an id").to_owned());
            return;
        }
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{answer}");
        let code = answer["code"].as_str().expect("a code").to_owned();
        self.tally.count(&format!("refused: {code}"));
        if code == "session_limit" {
            let oldest = answer["active_sessions"][0]["session_id"].as_str().map(str::to_owned);
            if let Some(oldest) = oldest {
                self.close(&oldest).await;
            }
        }
    }

    /// A page that is closed while the host is being dialled.
    async fn give_up_opening(&mut self) {
        let open = format!("/api/terminal/{HOST}/terminal-sessions");
        let opening = self.person.post(&open, json!({"reuse": false}));
        if timeout(Duration::from_millis(self.random.below(60)), opening).await.is_err() {
            self.tally.count("given up");
        }
    }

    async fn attached(&mut self, session: &str) -> Option<ClientSocket> {
        let owner = [("authorization", self.bearer.as_str())];
        let address = ([127, 0, 0, 1], self.proxy.port()).into();
        match connect(address, &format!("/ws/terminal/{session}"), &owner).await {
            Ok(socket) => {
                let mut terminal =
                    ClientSocket::over(socket, View { client: self.random.below(u64::MAX), ..View::default() });
                terminal.attach(None).await;
                self.tally.count("attached");
                Some(terminal)
            }
            Err(_) => {
                self.tally.count("gone before");
                self.sessions.retain(|held| held != session);
                None
            }
        }
    }

    async fn look_at(&mut self, session: &str) {
        self.proxy.pieces(self.random.once_in(3).then_some(Pieces { seed: 1, largest: 3000 }));
        let Some(mut terminal) = self.attached(session).await else { return };
        match self.random.below(8) {
            0 | 1 => self.type_and_read(&mut terminal).await,
            2 | 3 => self.flood(&mut terminal).await,
            4 => self.interrupt(&mut terminal).await,
            5 => self.resize(&mut terminal).await,
            6 => self.end_remotely(terminal, session).await,
            _ => self.misbehave(&mut terminal).await,
        }
    }

    async fn type_and_read(&mut self, terminal: &mut ClientSocket) {
        let (left, right) = (self.random.below(1000), self.random.below(1000));
        terminal.type_in(&format!("\x03\recho sum-$(({left}+{right}))\r")).await;
        let end = Instant::now() + Duration::from_secs(3);
        let sum = format!("sum-{}", left + right);
        // A flood that somebody else started may be in the way; then so be it.
        while !terminal.view.tail().contains(&sum) && Instant::now() < end {
            if !hears(terminal).await {
                return;
            }
        }
        self.tally.count("typed");
    }

    async fn flood(&mut self, terminal: &mut ClientSocket) {
        let command = self.random.pick(&["yes | head -c 3000000\r", "seq 1 300000\r", "yes\r"]);
        terminal.type_in(command).await;
        self.proxy.cut_after(self.random.below(1_500_000));
        let end = Instant::now() + Duration::from_millis(self.random.below(800));
        while Instant::now() < end {
            if !hears(terminal).await {
                self.tally.count("cut");
                break;
            }
            if self.random.once_in(50) {
                match self.random.below(4) {
                    0 => self.proxy.half_close(Direction::Up),
                    1 => self.proxy.half_close(Direction::Down),
                    2 => self.proxy.lose(Duration::from_millis(30)).await,
                    _ => self.proxy.cut(),
                }
            }
        }
        self.tally.count("flooded");
    }

    async fn interrupt(&mut self, terminal: &mut ClientSocket) {
        terminal.type_in("\x03\x03\r").await;
        hears(terminal).await;
        self.tally.count("interrupted");
    }

    async fn resize(&mut self, terminal: &mut ClientSocket) {
        for _ in 0..self.random.below(20) {
            let (cols, rows) = (self.random.below(300) as u16, self.random.below(100) as u16);
            terminal.say(ClientFrame::Resize { cols, rows }).await;
        }
        hears(terminal).await;
        self.tally.count("resized");
    }

    async fn end_remotely(&mut self, mut terminal: ClientSocket, session: &str) {
        terminal.type_in(self.random.pick(&["\x03\rexit 3\r", "\x03\rkill -9 $$\r", "\x03\rexec true\r"])).await;
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end && hears(&mut terminal).await {}
        if terminal.view.ended.is_some() {
            self.sessions.retain(|held| held != session);
            self.tally.count("exited");
        }
    }

    /// What no page says.
    async fn misbehave(&mut self, terminal: &mut ClientSocket) {
        let frame = match self.random.below(4) {
            0 => ClientFrame::Input { offset: 1 << 40, data: b"from the future" },
            1 => ClientFrame::Ack { offset: u64::MAX },
            2 => ClientFrame::Resize { cols: 0, rows: 0 },
            _ => ClientFrame::Ping { nonce: 1 },
        };
        terminal.say(frame).await;
        hears(terminal).await;
        self.tally.count("misbehaved");
    }

    async fn look_together(&mut self, session: &str) {
        let Some(mut one) = self.attached(session).await else { return };
        let Some(mut other) = self.attached(session).await else { return };
        one.type_in("echo together\r").await;
        other.type_in("echo together\r").await;
        for _ in 0..self.random.below(10) {
            if !hears(&mut one).await || !hears(&mut other).await {
                break;
            }
        }
        self.tally.count("looked together");
    }

    async fn close(&mut self, session: &str) {
        let path = format!("/api/terminal/sessions/{session}");
        // Twice at once: both are successes.
        let (one, other) = tokio::join!(self.person.delete(&path), self.person.delete(&path));
        assert_eq!((one.status(), other.status()), (StatusCode::OK, StatusCode::OK));
        self.sessions.retain(|held| held != session);
        self.tally.count("closed");
    }

    async fn beacon(&mut self, session: &str) {
        let path = format!("/api/terminal/sessions/{session}/close-beacon");
        assert_eq!(self.person.post(&path, json!({})).await.status(), StatusCode::NO_CONTENT);
        self.sessions.retain(|held| held != session);
        self.tally.count("beacons");
    }

    async fn beat(&mut self, session: &str) {
        let answer = self.person.post(&format!("/api/terminal/sessions/{session}/heartbeat"), json!({})).await;
        assert!(matches!(answer.status(), StatusCode::OK | StatusCode::NOT_FOUND), "{}", answer.status());
    }

    async fn knock_with_a_wrong_ticket(&mut self, session: &str) {
        let address = ([127, 0, 0, 1], self.proxy.port()).into();
        if let Ok(socket) = connect(address, &format!("/ws/terminal/{session}?token=wrong"), &[]).await {
            let mut terminal = ClientSocket::over(socket, View::default());
            assert_eq!(terminal.until_closed().await.closed, Some(4401));
        }
    }

    async fn run_beside(&mut self) {
        let answer =
            self.person.post("/api/terminal/bastion/run", json!({"command": "echo beside", "timeout": 5})).await;
        assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        self.tally.count("ran beside");
    }

    /// Hears of changes for a moment.
    async fn listen(&mut self) {
        let owner = [("authorization", self.bearer.as_str())];
        let address = ([127, 0, 0, 1], self.proxy.port()).into();
        if let Ok(mut socket) = connect(address, "/ws/events", &owner).await {
            let moment = Duration::from_millis(self.random.below(300));
            // Time is over, or the network.
            let _ = timeout(moment, async { while let Some(Ok(_)) = socket.next().await {} }).await;
            self.tally.count("listened");
        }
    }

    fn kill_something(&mut self) {
        if self.sshd.kill_one(self.random.below(u64::MAX)) {
            self.tally.count("killed");
        }
    }

    async fn list(&mut self) {
        let list = timeout(PATIENCE, self.person.get("/api/terminal/sessions?status_filter=all")).await;
        json(list.expect("an answer in time"), StatusCode::OK).await;
    }
}

/// Takes one message in, when one comes soon. False when the connection is over.
async fn hears(terminal: &mut ClientSocket) -> bool {
    timeout(SOON, terminal.hear()).await.unwrap_or(true)
}
