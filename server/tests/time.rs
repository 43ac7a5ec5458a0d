//! Time: warnings, extensions, limits of a host, and openings that are broken off while the host is still silent.

use crate::common::{Lab, PATIENCE, Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::wait;
use tokio::{net::TcpListener, task::JoinHandle};
use wire::terminal::{EndReason, Notice};

#[tokio::test]
async fn the_end_is_warned_of_put_off_and_comes() {
    let lab =
        Lab::start(&[("sessions.max_duration", "20s"), ("sessions.warn_before", "19s"), ("sessions.extend_by", "30m")])
            .await;
    let (session, mut terminal) = lab.terminal(json!({})).await;
    let warned =
        |notice: &Notice| matches!(notice, Notice::EndsSoon { reason: EndReason::Expired, may_extend: true, .. });
    while !terminal.view.notices.iter().any(warned) {
        assert!(terminal.hear().await, "{:?}", terminal.view.ended);
    }
    let before = lab.session(&session).await["expires_at"].clone();
    let extended = lab.admin.post(&format!("/api/terminal/sessions/{session}/extend"), json!({})).await;
    let extended = json(extended, StatusCode::OK).await;
    assert_eq!((&extended["session_id"], &extended["healthy"]), (&json!(session), &json!(true)));
    assert!(extended["remaining_seconds"].as_u64().unwrap() > 1_700, "{extended}");
    assert_ne!(lab.session(&session).await["expires_at"], before, "the list follows");
    while !terminal.view.notices.contains(&Notice::EndsLater {}) {
        assert!(terminal.hear().await, "{:?}", terminal.view.ended);
    }
}

#[tokio::test]
async fn where_policy_forbids_it_nothing_is_put_off() {
    let lab = Lab::start(&[("sessions.extend_by", "0")]).await;
    let (session, _terminal) = lab.terminal(json!({})).await;
    let refused = lab.admin.post(&format!("/api/terminal/sessions/{session}/extend"), json!({})).await;
    fault(refused, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn a_host_has_limits_of_its_own() {
    let lab = Lab::start(&[("sessions.max_duration", "0")]).await;
    let host = format!("/api/hosts/{}", lab.host);
    json(lab.admin.patch(&host, json!({"max_duration_seconds": 3, "max_sessions": 1})).await, StatusCode::OK).await;
    let (session, mut terminal) = lab.terminal(json!({})).await;
    let full = fault(lab.ask(json!({"reuse": false})).await, StatusCode::TOO_MANY_REQUESTS, "session_limit").await;
    assert!(full["message"].as_str().unwrap().contains("on lab"), "{full}");
    assert_eq!((&full["max_active"], &full["current_count"]), (&json!(1), &json!(1)));
    terminal.until("Session timeout - connection closed").await;
    terminal.until_closed().await;
    assert_eq!(lab.reason(&session).await, "expired");
}

/// A host that takes connections and never says a word: a handshake under way for as long as nobody ends it.
async fn silent_host(person: &Person) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let host = json!({"name": "silent", "address": "127.0.0.1", "port": port, "username": "x"});
    json(person.post("/api/hosts", host).await, StatusCode::CREATED).await;
    listener
}

/// Begins to open a session there.
fn open(person: &Person) -> JoinHandle<reqwest::Response> {
    let person = person.clone();
    tokio::spawn(async move { person.post("/api/terminal/silent/terminal-sessions", json!({"password": "x"})).await })
}

async fn listed(person: &Person, filter: &str) -> Vec<Value> {
    let list = json(person.get(&format!("/api/terminal/sessions?status_filter={filter}")).await, StatusCode::OK).await;
    list["sessions"].as_array().unwrap().clone()
}

pub(crate) async fn starting(person: &Person) -> String {
    wait::until("an opening", PATIENCE, || async { !listed(person, "starting").await.is_empty() }).await;
    listed(person, "starting").await[0]["session_id"].as_str().unwrap().to_owned()
}

async fn reason(person: &Person) -> Value {
    wait::until("the end", PATIENCE, || async { !listed(person, "ended").await.is_empty() }).await;
    listed(person, "ended").await[0]["ending"]["reason"].clone()
}

#[tokio::test]
async fn a_dial_that_is_closed_ends_at_once() {
    let (server, admin) = TestServer::with_admin(&[("hosts.dial_timeout", "10m")]).await;
    let host = silent_host(&admin).await;
    let opening = open(&admin);
    let (mut link, _) = host.accept().await.unwrap();
    let id = starting(&admin).await;
    json(admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
    fault(opening.await.unwrap(), StatusCode::CONFLICT, "conflict").await;
    assert_eq!(reason(&admin).await, "user");
    let status = json(admin.get("/api/terminal/status").await, StatusCode::OK).await;
    assert_eq!(status["active_sessions"], 0);
    // The server lets go of the connection too.
    tokio::time::timeout(PATIENCE, tokio::io::copy(&mut link, &mut tokio::io::sink())).await.unwrap().ok();
    drop(server);
}

#[tokio::test]
async fn a_dial_does_not_outlast_the_longest_duration() {
    let (_server, admin) =
        TestServer::with_admin(&[("hosts.dial_timeout", "10m"), ("sessions.max_duration", "1s")]).await;
    let _host = silent_host(&admin).await;
    fault(open(&admin).await.unwrap(), StatusCode::CONFLICT, "conflict").await;
    assert_eq!(reason(&admin).await, "expired");
}

#[tokio::test]
async fn a_stopping_server_waits_for_no_dial() {
    let (server, admin) = TestServer::with_admin(&[("hosts.dial_timeout", "10m")]).await;
    let host = silent_host(&admin).await;
    let opening = open(&admin);
    let _link = host.accept().await.unwrap();
    starting(&admin).await;
    let began = Instant::now();
    let data = server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    drop(opening.await);
    let again = TestServer::on(data, &[]).await;
    let person = Person::new(&again);
    json(person.sign_in(crate::common::ADMIN, crate::common::PASSWORD).await, StatusCode::OK).await;
    assert_eq!(reason(&person).await, "server_restart");
}

#[tokio::test]
async fn a_question_leaves_no_session_behind() {
    let lab = Lab::start(&[]).await;
    let host = json!({"name": "asks", "address": testkit::sshd::ADDRESS, "port": lab.sshd.port(), "username": "x"});
    json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    let asked = lab.admin.post("/api/terminal/asks/terminal-sessions", json!({})).await;
    assert!(asked.status().is_client_error(), "{}", asked.status());
    assert!(listed(&lab.admin, "all").await.is_empty(), "nothing began, so nothing is left");
}
