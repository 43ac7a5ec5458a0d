//! Ends that race, as clients and hosts see them: whoever wins, everybody hears of the same end, it is counted once, and
//! nothing is held afterwards.

use crate::common::{ClientSocket, Lab, PATIENCE, View, connect, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{
    sshd::{ADDRESS, USER},
    wait,
};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};

/// What ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Close,
    Beacon,
    Exit,
    Kill,
    Duration,
}

const ENDS: [End; 5] = [End::Close, End::Beacon, End::Exit, End::Kill, End::Duration];

/// How long a session may last where that is one of the ends.
const LONGEST: Duration = Duration::from_secs(4);

impl End {
    async fn strike(self, lab: &Lab, id: &str, typist: &mut ClientSocket) {
        let path = format!("/api/terminal/sessions/{id}");
        match self {
            Self::Close => drop(lab.admin.delete(&path).await),
            Self::Beacon => drop(lab.admin.post(&format!("{path}/close-beacon"), json!({})).await),
            Self::Exit => typist.type_in("exit 4\n").await,
            Self::Kill => lab.sshd.kill_sessions(),
            Self::Duration => {}
        }
    }

    /// The reasons that it may leave.
    fn reason(self) -> &'static str {
        match self {
            Self::Close => "user",
            Self::Beacon => "client_lost",
            Self::Exit => "remote_exit",
            Self::Kill => "error",
            Self::Duration => "expired",
        }
    }
}

async fn closed(lab: &Lab) -> u64 {
    let metrics = json(lab.admin.get("/api/terminal/metrics").await, StatusCode::OK).await;
    metrics["sessions_closed"].as_u64().expect("a count")
}

/// Two ends at once, with a flood running; both viewers listen.
async fn race(lab: &Lab, one: End, other: End) {
    let before = closed(lab).await;
    let token = lab.admin.make_token("race").await;
    // It counts from the moment a session is asked for.
    let end = Instant::now() + LONGEST;
    let (id, mut viewer) = lab.terminal(json!({"reuse": false})).await;
    viewer.type_in("echo up$((1+1))\n").await;
    viewer.until("up2").await;
    let (mut left, mut right) = (second(lab, &id, &token, 7).await, second(lab, &id, &token, 8).await);
    if one == End::Duration || other == End::Duration {
        sleep_until(end - Duration::from_millis(20)).await;
    }
    tokio::join!(one.strike(lab, &id, &mut left), other.strike(lab, &id, &mut right));
    let ended = viewer.until_closed().await.ended.clone().expect("an ending");
    let reason = lab.reason(&id).await;
    assert_eq!(ended.reason.as_str(), reason, "{one:?} and {other:?}: the page and the list say the same");
    // A killed connection may look like a killed shell, and an exit under a kill like a loss.
    let possible = [one.reason(), other.reason(), "error", "remote_exit"];
    let possible = if one == End::Kill || other == End::Kill { &possible[..] } else { &possible[..2] };
    assert!(possible.contains(&reason.as_str()), "{one:?} and {other:?} ended as {reason}");
    for viewer in [&mut left, &mut right] {
        viewer.until_closed().await;
        assert!(viewer.view.ended.is_none() || viewer.view.ended.as_ref() == Some(&ended));
    }
    assert_eq!(lab.sessions("live").await, Vec::<Value>::new());
    wait::until("the host's end of it", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
    assert_eq!(closed(lab).await, before + 1, "{one:?} and {other:?} are one end");
}

/// Somebody else who looks at the session.
async fn second(lab: &Lab, id: &str, token: &str, client: u64) -> ClientSocket {
    let bearer = format!("Bearer {token}");
    let owner = [("authorization", bearer.as_str())];
    let path = format!("/ws/terminal/{id}");
    let socket = connect(lab.server.address(), &path, &owner).await.unwrap();
    let mut terminal = ClientSocket::over(socket, View { client, ..View::default() });
    terminal.attach(None).await;
    terminal
}

#[tokio::test]
async fn every_pair_of_ends_is_one_end() {
    let longest = format!("{}ms", LONGEST.as_millis());
    let limits = [("sessions.max_duration", longest.as_str())];
    let (lasting, brief) = tokio::join!(Lab::start(&[]), Lab::start(&limits));
    for (at, one) in ENDS.into_iter().enumerate() {
        for other in ENDS.into_iter().skip(at) {
            let lab = if one == End::Duration || other == End::Duration { &brief } else { &lasting };
            race(lab, one, other).await;
        }
    }
}

#[tokio::test]
async fn closing_all_breaks_off_what_is_being_opened() {
    let lab = Lab::start(&[]).await;
    let mute = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let mute = json!({"name": "mute", "address": ADDRESS, "port": mute.local_addr().unwrap().port()});
    let host = json(lab.admin.post("/api/hosts", mute).await, StatusCode::CREATED).await;
    let path = format!("/api/terminal/{}/terminal-sessions", host["id"].as_str().unwrap());
    let opening = lab.admin.post(&path, json!({"username": USER, "password": "x"}));
    let closing = async {
        wait::until("the dial", PATIENCE, || async { lab.sessions("starting").await.len() == 1 }).await;
        json(lab.admin.post("/api/terminal/cleanup", json!({})).await, StatusCode::OK).await
    };
    let (opened, closed) = tokio::join!(opening, closing);
    assert!(!opened.status().is_success(), "{}", opened.status());
    assert_eq!(closed["sessions_closed"], 1, "{closed}");
    assert_eq!(lab.sessions("live").await, Vec::<Value>::new());
    assert_eq!(lab.sessions("all").await[0]["ending"]["reason"], "user");
}
