//! Accounts, as an admin keeps them: what is listed, made and changed, and that what an account may not do any more ends at
//! once.

use crate::common::{ADMIN, ClientSocket, Lab, PASSWORD, PATIENCE, Person, TestServer, connect, fault, json, take_in};
use futures::StreamExt;
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{
    sshd::{ADDRESS, PASSWORD as HOST_PASSWORD, USER},
    wait,
};
use wire::terminal::EndReason;

const ACCOUNTS: &str = "/api/accounts";

async fn listed(admin: &Person, name: &str) -> Value {
    let all = json(admin.get(ACCOUNTS).await, StatusCode::OK).await;
    let found = all.as_array().unwrap().iter().find(|account| account["name"] == name).cloned();
    found.unwrap_or_else(|| panic!("{name} in {all}"))
}

async fn path(admin: &Person, name: &str) -> String {
    format!("{ACCOUNTS}/{}", listed(admin, name).await["id"].as_str().unwrap())
}

/// A member with a live terminal on a host of her own.
async fn at_work(lab: &Lab) -> (Person, ClientSocket) {
    let grace = lab.server.member("grace").await;
    take_in(&grace, &lab.sshd).await;
    let opened = grace.post("/api/terminal/lab/terminal-sessions", json!({})).await;
    let opened = json(opened, StatusCode::OK).await;
    let mut socket = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    socket.until("$").await;
    (grace, socket)
}

#[tokio::test]
async fn an_account_is_made_listed_and_signs_in() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let draft = json!({"name": "grace", "role": "member", "password": PASSWORD});
    let made = json(admin.post(ACCOUNTS, draft.clone()).await, StatusCode::CREATED).await;
    assert!(made["recovery_code"].as_str().is_some_and(|code| code.len() > 10), "{made}");
    assert_eq!((&made["last_seen_at"], &made["second_factor"]), (&json!(null), &json!(false)));
    fault(admin.post(ACCOUNTS, draft).await, StatusCode::CONFLICT, "conflict").await;
    let bad = json!({"name": "hopper", "role": "member", "password": "short"});
    fault(admin.post(ACCOUNTS, bad).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let grace = Person::new(&server);
    let status = json(grace.sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&status["role"], &status["vault_open"]), (&json!("member"), &json!(true)));
    json(grace.get("/api/hosts").await, StatusCode::OK).await;
    assert!(listed(&admin, "grace").await["last_seen_at"].is_string());
    fault(grace.get(ACCOUNTS).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(grace.patch(&path(&admin, ADMIN).await, json!({"role": "viewer"})).await, StatusCode::FORBIDDEN, "forbidden")
        .await;
    let nobody = admin.patch(&format!("{ACCOUNTS}/nobody"), json!({"disabled": true})).await;
    fault(nobody, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let own = path(&admin, ADMIN).await;
    for patch in [json!({"role": "member"}), json!({"disabled": true}), json!({"role": "viewer", "disabled": true})] {
        let told = fault(admin.patch(&own, patch).await, StatusCode::CONFLICT, "conflict").await;
        assert!(told["detail"].as_str().unwrap().contains("last admin"), "{told}");
    }
    json(admin.get(ACCOUNTS).await, StatusCode::OK).await;
    // One that is switched off does not count.
    server.account(&["add", "grace", "--role", "admin", "--password-stdin"]).await;
    let graces = path(&admin, "grace").await;
    json(admin.patch(&graces, json!({"disabled": true})).await, StatusCode::OK).await;
    fault(admin.patch(&own, json!({"role": "member"})).await, StatusCode::CONFLICT, "conflict").await;
    json(admin.patch(&graces, json!({"disabled": false})).await, StatusCode::OK).await;
    json(admin.patch(&own, json!({"role": "member"})).await, StatusCode::OK).await;
    fault(admin.get(ACCOUNTS).await, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn whoever_is_switched_off_loses_everything_at_once() {
    let lab = Lab::start(&[]).await;
    let (grace, mut terminal) = at_work(&lab).await;
    let token = grace.make_token("script").await;
    let script = Person::with_token(&lab.server, &token);
    let bearer = format!("Bearer {token}");
    let mut events = connect(lab.server.address(), "/ws/events", &[("authorization", bearer.as_str())]).await.unwrap();
    assert_eq!(listed(&lab.admin, "grace").await["live_sessions"], 1);
    let graces = path(&lab.admin, "grace").await;
    let off = json(lab.admin.patch(&graces, json!({"disabled": true})).await, StatusCode::OK).await;
    assert_eq!(
        (&off["disabled"], &off["live_sessions"]),
        (&json!(true), &json!(0)),
        "it has ended when it is answered"
    );
    let ending = terminal.until_closed().await.ended.as_ref().map(|ending| ending.reason);
    assert_eq!(ending, Some(EndReason::Admin));
    for person in [&grace, &script] {
        fault(person.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
    fault(Person::new(&lab.server).sign_in("grace", PASSWORD).await, StatusCode::FORBIDDEN, "forbidden").await;
    let over = tokio::time::timeout(PATIENCE, async { while let Some(Ok(_)) = events.next().await {} }).await;
    over.expect("who listens is sent away");
    // Switched on, it signs in again; its token is its own again.
    json(lab.admin.patch(&graces, json!({"disabled": false})).await, StatusCode::OK).await;
    json(Person::new(&lab.server).sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    json(script.get("/api/hosts").await, StatusCode::OK).await;
    fault(grace.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn who_becomes_a_viewer_keeps_nothing_open() {
    let lab = Lab::start(&[("hosts.link_idle", "1m")]).await;
    let (grace, mut terminal) = at_work(&lab).await;
    let body = json!({"host": ADDRESS, "username": USER, "password": HOST_PASSWORD, "port": lab.sshd.port()});
    json(grace.post("/connections/ssh", body).await, StatusCode::OK).await;
    let graces = path(&lab.admin, "grace").await;
    json(lab.admin.patch(&graces, json!({"role": "viewer"})).await, StatusCode::OK).await;
    let ending = terminal.until_closed().await.ended.as_ref().map(|ending| ending.reason);
    assert_eq!(ending, Some(EndReason::Admin));
    // The sign-in goes on, with what a viewer may do.
    assert_eq!(json(grace.get("/api/auth/status").await, StatusCode::OK).await["role"], "viewer");
    json(grace.get("/api/audit").await, StatusCode::OK).await;
    let none = || async {
        let links = json(grace.get("/api/links").await, StatusCode::OK).await;
        let connections = json(grace.get("/connections").await, StatusCode::OK).await;
        [&links["links"], &connections["sessions"]].iter().all(|list| list.as_array().is_some_and(Vec::is_empty))
    };
    wait::until("the end of her links and connections", PATIENCE, none).await;
    let again = grace.post("/api/terminal/lab/terminal-sessions", json!({})).await;
    fault(again, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn who_is_an_admin_no_more_watches_no_more() {
    let lab = Lab::start(&[]).await;
    let (session, mut mine) = lab.terminal(json!({})).await;
    lab.server.account(&["add", "grace", "--role", "admin", "--password-stdin"]).await;
    let grace = Person::new(&lab.server);
    json(grace.sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    let watch = format!("/api/terminal/sessions/{session}/watch");
    let watched = json(grace.post(&watch, json!({})).await, StatusCode::OK).await;
    let unused = json(grace.post(&watch, json!({})).await, StatusCode::OK).await;
    let mut theirs = ClientSocket::open(&lab.server, watched["websocket_url"].as_str().unwrap()).await;
    theirs.attach(None).await;
    theirs.until("$").await;
    let graces = path(&lab.admin, "grace").await;
    json(lab.admin.patch(&graces, json!({"role": "member"})).await, StatusCode::OK).await;
    assert!(theirs.until_closed().await.closed.is_some());
    let late =
        ClientSocket::open(&lab.server, unused["websocket_url"].as_str().unwrap()).await.until_closed().await.closed;
    assert!(late.is_some_and(|code| code >= 4400), "a ticket of before lets nobody in: {late:?}");
    mine.type_in("echo still-$((40 + 2))\n").await;
    mine.until("still-42").await;
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_away_by_an_admin_but_not_ones_own() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let grace = server.member("grace").await;
    let graces = format!("{}/reset-second-factor", path(&admin, "grace").await);
    fault(admin.post(&graces, json!({})).await, StatusCode::CONFLICT, "conflict").await;
    grace.set_up_second_factor(PASSWORD).await;
    assert_eq!(listed(&admin, "grace").await["second_factor"], true);
    let reset = json(admin.post(&graces, json!({})).await, StatusCode::OK).await;
    assert_eq!(reset["second_factor"], false);
    fault(grace.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let status = json(Person::new(&server).sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    assert_eq!(status["status"], "signed_in");
    let own = format!("{}/reset-second-factor", path(&admin, ADMIN).await);
    fault(admin.post(&own, json!({})).await, StatusCode::FORBIDDEN, "forbidden").await;
}
