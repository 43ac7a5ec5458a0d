//! Ends of a session that runs, in the middle of its output.

use super::house::{House, OPEN, ask, path_of};
use crate::common::{ClientSocket, PATIENCE, Person, ServerProcess, View, connect, json};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::wait;
use tokio::time::{Instant, sleep_until};

/// What ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Close,
    Beacon,
    Exit,
    Kill,
    Recording,
    Duration,
    Stop,
}

/// Those that leave the server as it is.
const ENDS: [End; 5] = [End::Close, End::Beacon, End::Exit, End::Kill, End::Recording];

/// How long a session may last where that is one of the ends.
const LONGEST: Duration = Duration::from_secs(4);

impl End {
    async fn strike(self, house: &House, id: &str, person: &Person, typist: &mut ClientSocket) {
        let path = format!("/api/terminal/sessions/{id}");
        match self {
            Self::Close => ask(person, Method::DELETE, &path).await,
            Self::Beacon => ask(person, Method::POST, &format!("{path}/close-beacon")).await,
            Self::Exit => typist.type_in("exit 4\n").await,
            Self::Kill => house.sshd.kill_sessions(),
            // The flood that runs finds out.
            Self::Recording => house.lose_recording(id),
            Self::Stop => house.server.signal("TERM"),
            Self::Duration => {}
        }
    }

    /// The reason that it leaves.
    fn reason(self) -> &'static str {
        match self {
            Self::Close => "user",
            Self::Beacon => "client_lost",
            Self::Exit => "remote_exit",
            Self::Kill | Self::Recording => "error",
            Self::Duration => "expired",
            Self::Stop => "server_restart",
        }
    }
}

/// Somebody who looks at the session.
async fn look(house: &House, path: &str, client: u64) -> ClientSocket {
    let bearer = format!("Bearer {}", house.token);
    let path = path.replace("/api/terminal/sessions", "/ws/terminal");
    let socket = connect(house.server.address, &path, &[("authorization", bearer.as_str())]).await.unwrap();
    let mut terminal = ClientSocket::over(socket, View { client, ..View::default() });
    terminal.attach(None).await;
    terminal
}

/// Two ends at once, with a flood running; three viewers listen. The session, and what they were told.
async fn race(house: &House, one: End, other: End) -> (String, Value) {
    let (person, typist) = (house.person(), house.person());
    // It counts from the moment a session is asked for.
    let end = Instant::now() + LONGEST;
    let opened = json(person.post(OPEN, json!({"reuse": false})).await, StatusCode::OK).await;
    let (id, path) = (opened["session_id"].as_str().unwrap().to_owned(), path_of(&opened));
    let mut viewer = look(house, &path, 6).await;
    viewer.type_in("echo up$((1+1)); while echo on; do sleep 0.02; done &\n").await;
    viewer.until("up2").await;
    let (mut left, mut right) = (look(house, &path, 7).await, look(house, &path, 8).await);
    if one == End::Duration || other == End::Duration {
        sleep_until(end - Duration::from_millis(20)).await;
    }
    tokio::join!(one.strike(house, &id, &person, &mut left), other.strike(house, &id, &typist, &mut right));
    let told = viewer.until_closed().await.ended.clone().expect("an ending");
    for viewer in [&mut left, &mut right] {
        viewer.until_closed().await;
        assert!(viewer.view.ended.is_none() || viewer.view.ended.as_ref() == Some(&told));
    }
    (id, serde_json::to_value(told).unwrap())
}

/// Whether a session may have ended like this.
fn check(one: End, other: End, ending: &Value, told: &Value) {
    assert_eq!(ending, told, "{one:?} and {other:?}: the page and the list say the same");
    let reason = ending["reason"].as_str().unwrap();
    // A killed connection may look like a killed shell.
    let possible = [one.reason(), other.reason(), "remote_exit"];
    let possible = if one == End::Kill || other == End::Kill { &possible[..] } else { &possible[..2] };
    assert!(possible.contains(&reason), "{one:?} and {other:?} ended as {ending}");
}

async fn race_and_count(house: &House, one: End, other: End) {
    let before = house.closed().await;
    let (id, told) = race(house, one, other).await;
    check(one, other, &house.ending(&id).await, &told);
    house.is_left_empty().await;
    assert_eq!(house.closed().await, before + 1, "{one:?} and {other:?} are one end");
    assert_eq!(house.ending(&id).await, told, "it stays as it was written");
}

#[tokio::test]
async fn every_pair_of_ends_is_one_end() {
    let house = House::start(Duration::ZERO).await;
    for (at, one) in ENDS.into_iter().enumerate() {
        for other in ENDS.into_iter().skip(at) {
            race_and_count(&house, one, other).await;
        }
    }
}

#[tokio::test]
async fn every_end_at_the_longest_duration_is_one_end() {
    let house = House::start(LONGEST).await;
    for other in ENDS.into_iter().chain([End::Duration]) {
        race_and_count(&house, End::Duration, other).await;
    }
}

/// What the server holds ends with its process; the host and the table are looked at.
#[tokio::test]
async fn every_end_as_the_server_stops_is_one_end() {
    for other in ENDS.into_iter().chain([End::Duration]) {
        let longest = if other == End::Duration { LONGEST } else { Duration::ZERO };
        let house = House::start(longest).await;
        let (id, told) = race(&house, End::Stop, other).await;
        let House { server, sshd, proxy, token, data, .. } = house;
        let (ended, took) = server.ended().await;
        assert!(ended.success() && took < Duration::from_secs(10), "{other:?}: {ended} after {took:?}");
        wait::until("the host's end of it", PATIENCE, || async {
            (sshd.connection_processes(), proxy.open()) == (0, 0)
        })
        .await;
        let server = ServerProcess::start(data.path());
        let person = Person::at_with_token(server.address, &token);
        let list = json(person.get("/api/terminal/sessions?status_filter=all").await, StatusCode::OK).await;
        let row = list["sessions"].as_array().unwrap().iter().find(|row| row["session_id"] == id.as_str()).unwrap();
        check(End::Stop, other, &row["ending"], &told);
    }
}
