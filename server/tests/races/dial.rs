//! Ends of a session that is still being opened: the host has taken the connection and says nothing yet.
//!
//! What cannot meet here: an exit of the shell and the idle limit need a shell that runs. A recording that is lost during a
//! dial shows at the first byte, so that it can only end what the host has answered.

use super::house::{House, OPEN, ask};
use crate::common::{PATIENCE, Person, ServerProcess, json};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;
use testkit::wait;
use tokio::time::{Instant, sleep_until};

/// What meets a dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Close,
    Beacon,
    Cleanup,
    HangUp,
    Duration,
    Stop,
    /// The host answers at last: no end, but the moment at which an opening becomes a session.
    Answer,
    /// The recording is lost; with an answer, that ends the session.
    Recording,
}

const ENDS: [End; 6] = [End::Close, End::Beacon, End::Cleanup, End::HangUp, End::Answer, End::Recording];

/// How long opening and session may last where that is one of the ends.
const LONGEST: Duration = Duration::from_secs(2);

impl End {
    async fn strike(self, house: &House, id: &str, person: &Person) {
        let path = format!("/api/terminal/sessions/{id}");
        match self {
            Self::Close => ask(person, Method::DELETE, &path).await,
            Self::Beacon => ask(person, Method::POST, &format!("{path}/close-beacon")).await,
            Self::Cleanup => ask(person, Method::POST, "/api/terminal/cleanup").await,
            Self::HangUp => house.proxy.cut(),
            Self::Answer => house.proxy.stall(false),
            Self::Recording => house.lose_recording(id),
            Self::Stop => house.server.signal("TERM"),
            Self::Duration => {}
        }
    }

    /// The reason that it leaves, if it ends anything by itself.
    fn reason(self) -> Option<&'static str> {
        match self {
            Self::Close | Self::Cleanup => Some("user"),
            Self::Beacon => Some("client_lost"),
            Self::HangUp => Some("error"),
            Self::Duration => Some("expired"),
            Self::Stop => Some("server_restart"),
            Self::Answer | Self::Recording => None,
        }
    }

    fn both_are(one: Self, other: Self, these: [Self; 2]) -> bool {
        [one, other] == these || [other, one] == these
    }
}

/// Two of them while the host is silent; the session's id.
async fn race(house: &House, one: End, other: End) -> String {
    let (person, closer) = (house.person(), house.person());
    let known: Vec<_> = house.sessions("all").await;
    house.proxy.stall(true);
    let end = Instant::now() + LONGEST;
    let opening = {
        let person = house.person();
        let opening = person.request(Method::POST, OPEN).json(&json!({"reuse": false})).send();
        // A server that stops may be gone before it has answered.
        tokio::spawn(async move { opening.await.is_ok_and(|answer| answer.status().is_success()) })
    };
    let dialling = || async { house.proxy.open() == 1 && house.sessions("starting").await.len() == 1 };
    wait::until("the dial", PATIENCE, dialling).await;
    let id = house.sessions("starting").await[0]["session_id"].as_str().unwrap().to_owned();
    assert!(known.iter().all(|row| row["session_id"] != id.as_str()));
    if one == End::Duration || other == End::Duration {
        sleep_until(end - Duration::from_millis(20)).await;
    }
    tokio::join!(one.strike(house, &id, &person), other.strike(house, &id, &closer));
    if one.reason().is_none() && other.reason().is_none() {
        house.proxy.stall(false);
    }
    let opened = opening.await.unwrap();
    let answered = one == End::Answer || other == End::Answer || one.reason().or(other.reason()).is_none();
    assert!(answered || !opened, "{one:?} and {other:?}");
    house.proxy.stall(false);
    id
}

async fn race_and_count(house: &House, one: End, other: End) {
    let before = house.closed().await;
    let id = race(house, one, other).await;
    if one == End::Answer && other == End::Answer {
        json(house.person().delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
    }
    let ending = house.ending(&id).await;
    let reason = ending["reason"].as_str().unwrap();
    let mut possible: Vec<_> = [one, other].into_iter().filter_map(End::reason).collect();
    let lost = [End::Answer, End::Recording].map(|with| End::both_are(one, other, [End::Recording, with]));
    if lost.contains(&true) {
        possible.push("error");
    }
    if one == End::Answer && other == End::Answer {
        possible.push("user");
    }
    assert!(possible.contains(&reason), "{one:?} and {other:?} ended as {ending}");
    house.is_left_empty().await;
    assert!(house.closed().await <= before + 1, "{one:?} and {other:?} are one end");
    assert_eq!(house.ending(&id).await, ending, "it stays as it was written");
}

#[tokio::test]
async fn every_pair_that_meets_a_dial_is_one_end() {
    let house = House::start(Duration::ZERO).await;
    for (at, one) in ENDS.into_iter().enumerate() {
        for other in ENDS.into_iter().skip(at) {
            race_and_count(&house, one, other).await;
        }
    }
}

#[tokio::test]
async fn every_end_of_a_dial_at_the_longest_duration_is_one_end() {
    let house = House::start(LONGEST).await;
    for other in ENDS.into_iter().chain([End::Duration]) {
        race_and_count(&house, End::Duration, other).await;
    }
}

#[tokio::test]
async fn every_end_of_a_dial_as_the_server_stops_is_one_end() {
    for other in ENDS {
        let house = House::start(Duration::ZERO).await;
        let id = race(&house, End::Stop, other).await;
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
        let reason = row["ending"]["reason"].as_str().unwrap();
        let possible = ["server_restart", other.reason().unwrap_or("error")];
        assert!(possible.contains(&reason), "{other:?}: {row}");
    }
}
