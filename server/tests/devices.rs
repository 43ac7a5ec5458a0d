//! "Signed in on these devices": what is listed, and that ending one ends everything that it opened.

use crate::common::{
    ADMIN, ClientSocket, Cookies, HOST, Lab, PASSWORD, PATIENCE, Person, TestServer, connect, fault, json,
};
use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use storage::Storage;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use wire::terminal::EndReason;

const DEVICES: &str = "/api/account/devices";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn devices(person: &Person) -> Vec<Value> {
    json(person.get(DEVICES).await, StatusCode::OK).await.as_array().unwrap().clone()
}

/// Her second device; with its cookies, for a socket.
async fn elsewhere(server: &TestServer) -> (Person, String) {
    let person = Person::new(server);
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let answer = person.request(Method::POST, "/api/auth/login").header("user-agent", FIREFOX).json(&body).send();
    let cookies = Cookies::of(&answer.await.unwrap());
    (person, format!("berth_session={}", cookies.value("berth_session")))
}

/// The code with which a socket for events ends.
async fn end_of_events(server: &TestServer, cookie: &str, work: impl Future<Output = ()>) -> Option<u16> {
    let mut socket = connect(server.address(), "/ws/events", &[("cookie", cookie)]).await.unwrap();
    socket.next().await.unwrap().unwrap();
    work.await;
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("a message in time") {
            Some(Ok(Message::Close(farewell))) => return farewell.map(|farewell| farewell.code.into()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return None,
        }
    }
}

#[tokio::test]
async fn each_sign_in_is_listed_and_ended_by_its_account_only() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let (other, cookie) = elsewhere(&server).await;
    let member = server.member("grace").await;
    let listed = devices(&admin).await;
    assert_eq!(listed.len(), 2, "{listed:?}");
    let current = listed.iter().find(|device| device["current"] == true).unwrap();
    let away = listed.iter().find(|device| device["current"] == false).unwrap();
    assert_eq!((&away["browser"], &away["address"]), (&json!("Firefox on Windows"), &json!("127.0.0.1")));
    assert!(away["last_used_at"].is_string() && away["created_at"].is_string(), "{away}");
    assert_ne!(current["id"], away["id"]);
    let path = format!("{DEVICES}/{}", away["id"].as_str().unwrap());
    fault(member.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    let code = end_of_events(&server, &cookie, async {
        assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    });
    assert_eq!(code.await, Some(4401));
    fault(other.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    fault(admin.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(devices(&admin).await.len(), 1);
    let log = json(admin.get("/api/audit").await, StatusCode::OK).await.to_string();
    assert!(log.contains("account.device_end"), "{log}");
}

#[tokio::test]
async fn all_others_end_in_one_go() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let ((one, _), (two, _)) = (elsewhere(&server).await, elsewhere(&server).await);
    assert_eq!(json(admin.delete(DEVICES).await, StatusCode::OK).await, json!({"ended": 2}));
    for person in [&one, &two] {
        fault(person.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
    let left = devices(&admin).await;
    assert_eq!((left.len(), &left[0]["current"]), (1, &json!(true)));
}

#[tokio::test]
async fn half_a_sign_in_is_no_device() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let _ = admin.set_up_second_factor(PASSWORD).await;
    let half = Person::new(&server);
    json(half.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let listed = devices(&admin).await;
    assert_eq!((listed.len(), &listed[0]["current"]), (1, &json!(true)), "{listed:?}");
}

#[tokio::test]
async fn ending_a_device_closes_its_terminal_and_the_session_goes_on() {
    let lab = Lab::start(&[]).await;
    let (session, mut mine) = lab.terminal(json!({})).await;
    let (other, _) = elsewhere(&lab.server).await;
    let opened = other.post(&format!("/api/terminal/{HOST}/terminal-sessions"), json!({})).await;
    let opened = json(opened, StatusCode::OK).await;
    let mut theirs = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    theirs.attach(None).await;
    theirs.until("$").await;
    let listed = devices(&lab.admin).await;
    let away = listed.iter().find(|device| device["current"] == false).unwrap();
    let ended = lab.admin.delete(&format!("{DEVICES}/{}", away["id"].as_str().unwrap())).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(theirs.until_closed().await.closed, Some(4401));
    mine.type_in("echo still-$((40 + 2))\n").await;
    mine.until("still-42").await;
    assert_eq!(lab.session(&session).await["status"], "active");
}

#[tokio::test]
async fn another_sign_in_of_the_same_browser_ends_what_the_one_before_opened() {
    let lab = Lab::start(&[]).await;
    let (session, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    let url = format!("/ws/terminal/{session}?token={}", terminal.view.ticket.clone().unwrap());
    json(lab.admin.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!(terminal.until_closed().await.closed, Some(4401));
    let mut late = ClientSocket::open(&lab.server, &url).await;
    late.attach(None).await;
    assert_eq!(late.until_closed().await.closed, Some(4401), "its next ticket is worth nothing");
    let listed = devices(&lab.admin).await;
    assert_eq!((listed.len(), &listed[0]["current"]), (1, &json!(true)), "{listed:?}");
    assert!(lab.session(&session).await["ended_at"].is_null(), "the session goes on");
}

/// Takes a sign-in out of the database, as when it has run out: nobody is told.
async fn delete(lab: &Lab, id: &str) {
    let status = json(lab.admin.get("/api/auth/status").await, StatusCode::OK).await;
    let account = status["user_id"].as_str().unwrap().parse().unwrap();
    let url = format!("sqlite://{}?mode=rw", lab.server.data().join("berth.db").display());
    assert!(Storage::open(&url).await.unwrap().sign_ins().delete_device(&account, id).await.unwrap());
}

#[tokio::test]
async fn a_sign_in_that_is_gone_though_nobody_ended_it_has_no_terminal() {
    let lab = Lab::start(&[]).await;
    let (session, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    let path = format!("/ws/terminal/{session}?token={}", terminal.view.ticket.clone().unwrap());
    let id = devices(&lab.admin).await[0]["id"].as_str().unwrap().to_owned();
    delete(&lab, &id).await;
    assert_eq!(terminal.until_closed().await.closed, Some(4401));
    let mut late = ClientSocket::open(&lab.server, &path).await;
    late.attach(None).await;
    assert_eq!(late.until_closed().await.closed, Some(4401), "its next ticket is worth nothing");
}

#[tokio::test]
async fn a_ticket_of_a_sign_in_that_is_gone_opens_nothing() {
    let lab = Lab::start(&[]).await;
    let opened = lab.open(json!({})).await;
    let id = devices(&lab.admin).await[0]["id"].as_str().unwrap().to_owned();
    delete(&lab, &id).await;
    let mut late = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    late.attach(None).await;
    let view = late.until_closed().await;
    assert_eq!((view.closed, view.snapshots, view.shown.len()), (Some(4401), 0, 0));
}

#[tokio::test]
async fn a_vault_that_two_tabs_open_at_once_is_open_in_one_sign_in() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let open = || admin.post("/api/account/vault", json!({"password": PASSWORD}));
    for answer in futures::future::join_all([open(), open()]).await {
        json(answer, StatusCode::OK).await;
    }
    assert_eq!(devices(&admin).await.len(), 1);
    let other = Person::new(&server);
    json(other.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!(json(other.delete(DEVICES).await, StatusCode::OK).await, json!({"ended": 1}));
    fault(admin.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn who_listens_with_a_locked_vault_comes_again_when_it_was_opened() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    // Without the vault's cookie.
    let (person, cookie) = elsewhere(&server).await;
    let code = end_of_events(&server, &cookie, async {
        json(person.post("/api/account/vault", json!({"password": PASSWORD})).await, StatusCode::OK).await;
    });
    assert_eq!(code.await, Some(4401));
    connect(server.address(), "/ws/events", &[("cookie", &cookie)]).await.expect("the sign-in is there");
}

#[tokio::test]
async fn opening_the_vault_ends_no_terminal() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    let before = devices(&lab.admin).await;
    json(lab.admin.post("/api/account/vault", json!({"password": PASSWORD})).await, StatusCode::OK).await;
    terminal.type_in("echo st''ill\n").await;
    terminal.until("still").await;
    let after = devices(&lab.admin).await;
    assert_eq!((after.len(), &after[0]["id"]), (1, &before[0]["id"]), "it is the same sign-in: {after:?}");
}

#[tokio::test]
async fn switching_an_account_off_on_the_command_line_ends_its_session_and_its_sockets() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    let (_, cookie) = elsewhere(&lab.server).await;
    let code = end_of_events(&lab.server, &cookie, async { lab.server.account(&["disable", ADMIN]).await });
    assert_eq!(code.await, Some(4401));
    let view = terminal.until_closed().await;
    assert_eq!(view.ended.as_ref().map(|ending| ending.reason), Some(EndReason::Admin));
    fault(lab.admin.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn a_reset_on_the_command_line_closes_the_sockets_and_the_session_goes_on() {
    let lab = Lab::start(&[]).await;
    let (session, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    lab.server.account(&["reset-password", ADMIN, "--password-stdin"]).await;
    assert_eq!(terminal.until_closed().await.closed, Some(4401));
    let person = Person::new(&lab.server);
    json(person.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let listed = json(person.get("/api/terminal/sessions").await, StatusCode::OK).await;
    assert_eq!(listed["sessions"][0]["session_id"], session.as_str(), "{listed}");
}

#[tokio::test]
async fn switching_off_an_account_ends_what_it_watches_by_a_token_too() {
    let lab = Lab::start(&[]).await;
    let (session, mut mine) = lab.terminal(json!({})).await;
    lab.server.account(&["add", "grace", "--role", "admin", "--password-stdin"]).await;
    let grace = Person::new(&lab.server);
    json(grace.sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    let script = Person::with_token(&lab.server, &grace.make_token_for(&["connect", "admin"]).await);
    let watched = script.post(&format!("/api/terminal/sessions/{session}/watch"), json!({})).await;
    let watched = json(watched, StatusCode::OK).await;
    let mut theirs = ClientSocket::open(&lab.server, watched["websocket_url"].as_str().unwrap()).await;
    theirs.attach(None).await;
    theirs.until("$").await;
    lab.server.account(&["disable", "grace"]).await;
    assert_eq!(theirs.until_closed().await.closed, Some(4401));
    mine.type_in("echo still-$((40 + 2))\n").await;
    mine.until("still-42").await;
}
