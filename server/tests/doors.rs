//! Who is let in how often, and who is sent away when what let them in is no more.

use crate::common::{ADMIN, ClientSocket, Lab, PASSWORD, Person, at_console, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::SystemTime;
use storage::{InviteRecord, Storage};
use wire::{
    Timestamp,
    terminal::{Notice, Rights},
};

/// How many tickets an account may ask for in a minute.
const TICKETS: usize = 120;

/// A socket by an invite's secret; what the page is told it may do.
async fn join(lab: &Lab, secret: &str) -> (ClientSocket, Value) {
    let stranger = Person::new(&lab.server);
    let joined = stranger.post("/api/terminal/join", json!({"invite": secret, "name": "bo"})).await;
    let joined = json(joined, StatusCode::OK).await;
    let mut socket = ClientSocket::open(&lab.server, joined["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    (socket, joined["rights"].clone())
}

/// A socket of somebody who signed in elsewhere, to the same session.
async fn elsewhere(lab: &Lab, person: &Person) -> ClientSocket {
    let opened = person.post("/api/terminal/lab/terminal-sessions", json!({})).await;
    let opened = json(opened, StatusCode::OK).await;
    assert_eq!(opened["reused"], true, "{opened}");
    let mut socket = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    socket
}

/// Waits for the ticket of a next connection; where it opens that.
async fn next_door(socket: &mut ClientSocket, session: &str) -> String {
    while socket.view.ticket.is_none() {
        assert!(socket.hear().await);
    }
    format!("/ws/terminal/{session}?token={}", socket.view.ticket.clone().unwrap())
}

async fn closed_with(lab: &Lab, path: &str) -> Option<u16> {
    ClientSocket::open(&lab.server, path).await.until_closed().await.closed
}

#[tokio::test]
async fn an_invite_that_expires_sends_its_guest_away() {
    let lab = Lab::start(&[]).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    // An invite lasts a minute at least; this one is written straight into the table.
    let url = format!("sqlite://{}?mode=rw", lab.server.data().join("berth.db").display());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let (storage, now) = (Storage::open(&url).await.unwrap(), i64::try_from(now).unwrap());
    let invite = InviteRecord {
        id: "0198a000-0000-7000-8000-000000000001".parse().unwrap(),
        session: session.parse().unwrap(),
        rights: Rights::Type,
        label: String::new(),
        created_at: Timestamp::from_millis(now),
        expires_at: Timestamp::from_millis(now + 4_000),
    };
    storage.terminal().add_invite(&Sha256::digest(b"short-lived"), &invite).await.unwrap();
    let (mut guest, rights) = join(&lab, "short-lived").await;
    assert_eq!(rights, "type");
    guest.type_in("echo he''re\n").await;
    owner.until("here").await;
    let next = next_door(&mut guest, &session).await;
    assert_eq!(guest.until_closed().await.closed, Some(4411));
    assert_eq!(closed_with(&lab, &next).await, Some(4401), "its ticket is worth nothing");
    let stranger = Person::new(&lab.server);
    let again = stranger.post("/api/terminal/join", json!({"invite": "short-lived", "name": "bo"})).await;
    fault(again, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    owner.type_in("echo go''ing-on\n").await;
    owner.until("going-on").await;
}

#[tokio::test]
async fn a_new_password_closes_the_sockets_of_every_sign_in_and_the_session_goes_on() {
    let lab = Lab::start(&[]).await;
    let (session, mut here) = lab.terminal(json!({})).await;
    let other = Person::new(&lab.server);
    json(other.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let mut there = elsewhere(&lab, &other).await;
    let doors = [next_door(&mut here, &session).await, next_door(&mut there, &session).await];
    let change = json!({"current": PASSWORD, "new": "a brand new password"});
    json(lab.admin.post("/api/account/password", change).await, StatusCode::OK).await;
    for socket in [&mut here, &mut there] {
        assert_eq!(socket.until_closed().await.closed, Some(4401));
    }
    for door in &doors {
        assert_eq!(closed_with(&lab, door).await, Some(4401), "its next ticket died with it");
    }
    assert_eq!(other.get("/api/hosts").await.status(), StatusCode::UNAUTHORIZED);
    let mut back = elsewhere(&lab, &lab.admin).await;
    back.type_in("echo st''ill\n").await;
    back.until("still").await;
}

#[tokio::test]
async fn a_recovered_vault_closes_the_sockets_of_every_other_sign_in() {
    let lab = Lab::start(&[]).await;
    let new = "a brand new password";
    let (session, _) = lab.terminal(json!({})).await;
    at_console(lab.server.data(), &["account", "reset-password", ADMIN, "--password-stdin"], new).await;
    let (here, there) = (Person::new(&lab.server), Person::new(&lab.server));
    for person in [&here, &there] {
        json(person.sign_in(ADMIN, new).await, StatusCode::OK).await;
    }
    let mut socket = elsewhere(&lab, &there).await;
    let door = next_door(&mut socket, &session).await;
    let recovered = here.post("/api/account/vault", json!({"password": new})).await;
    assert!(json(recovered, StatusCode::OK).await["recovery_code"].is_string());
    assert_eq!(socket.until_closed().await.closed, Some(4401));
    assert_eq!(closed_with(&lab, &door).await, Some(4401), "its next ticket died with it");
    // A vault that is open already changes nothing, and sends nobody away.
    let mut socket = elsewhere(&lab, &here).await;
    json(here.post("/api/account/vault", json!({"password": new})).await, StatusCode::OK).await;
    socket.type_in("echo st''ill\n").await;
    socket.until("still").await;
}

#[tokio::test]
async fn tickets_are_asked_for_so_often_and_no_more() {
    let lab = Lab::start(&[]).await;
    let (session, _) = lab.terminal(json!({})).await;
    let ask = || lab.admin.post("/api/fn/terminal/ticket", json!({"session": session}));
    for number in 0..TICKETS {
        assert_eq!(ask().await.status(), StatusCode::OK, "ticket {number}");
    }
    let refused = ask().await;
    let text = refused.text().await.unwrap();
    assert!(text.contains("too_many_tries"), "{text}");
    let status = ask().await.status();
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_guest_does_not_get_the_keyboard_back_by_opening_the_link_again() {
    let lab = Lab::start(&[]).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let made = lab.admin.post(&format!("/api/terminal/sessions/{session}/invites"), json!({"rights": "type"})).await;
    let url = json(made, StatusCode::CREATED).await["url"].as_str().unwrap().to_owned();
    let secret = url.strip_prefix("/join#").unwrap();
    let (mut guest, rights) = join(&lab, secret).await;
    assert_eq!(rights, "type");
    guest.type_in("echo he''re\n").await;
    owner.until("here").await;
    let keyboard = format!("/api/terminal/sessions/{session}/keyboard");
    let bo = loop {
        let you = |notice: &Notice| if let Notice::People { you, .. } = notice { Some(*you) } else { None };
        if let Some(bo) = guest.view.notices.iter().find_map(you) {
            break bo;
        }
        assert!(guest.hear().await);
    };
    json(lab.admin.post(&keyboard, json!({"attachment_id": bo, "may_type": false})).await, StatusCode::OK).await;
    // The ticket that was given out before it was taken, and the link itself: another page, another number.
    let next = next_door(&mut guest, &session).await;
    drop(guest);
    let mut by_ticket = ClientSocket::open(&lab.server, &next).await;
    by_ticket.attach(None).await;
    let (by_link, rights) = join(&lab, secret).await;
    assert_eq!(rights, "watch", "the page is told before it tries");
    for mut socket in [by_ticket, by_link] {
        socket.type_in("echo for''bidden\n").await;
        while !socket.view.notices.contains(&Notice::Rights { may_type: false }) {
            assert!(socket.hear().await);
        }
        assert_eq!(socket.view.taken, 0);
    }
    owner.type_in("echo o''ver\n").await;
    owner.until("over").await;
    assert!(!owner.view.text().contains("forbidden"), "{}", owner.view.text());
}
