//! Several people at one session: invites, rights, the keyboard, admins who watch, and who is sent away.

use crate::common::{ADMIN, ClientSocket, Lab, PASSWORD, Person, TestServer, connect, fault, json};
use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use wire::terminal::{Notice, Person as Viewer, PersonKind};

/// Makes an invite; its id and its secret.
pub(crate) async fn invite(owner: &Person, session: &str, body: Value) -> (String, String) {
    let made = owner.post(&format!("/api/terminal/sessions/{session}/invites"), body).await;
    let made = json(made, StatusCode::CREATED).await;
    let secret = made["url"].as_str().unwrap().strip_prefix("/join#").expect("the secret is a fragment");
    (made["id"].as_str().unwrap().to_owned(), secret.to_owned())
}

/// A guest's socket, by an invite.
pub(crate) async fn join(server: &TestServer, secret: &str, name: &str) -> ClientSocket {
    let stranger = Person::new(server);
    let joined = stranger.post("/api/terminal/join", json!({"invite": secret, "name": name})).await;
    let joined = json(joined, StatusCode::OK).await;
    let mut socket = ClientSocket::open(server, joined["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    socket
}

/// Hears until a notice is what is looked for.
pub(crate) async fn until_noted<T>(socket: &mut ClientSocket, wanted: impl Fn(&Notice) -> Option<T>) -> T {
    loop {
        if let Some(found) = socket.view.notices.iter().rev().find_map(&wanted) {
            return found;
        }
        assert!(socket.hear().await, "the socket ended: {:?}", socket.view.closed);
    }
}

/// Hears until that many are there, and says who.
pub(crate) async fn until_people(socket: &mut ClientSocket, count: usize) -> Vec<Viewer> {
    until_noted(socket, |notice| match notice {
        Notice::People { people, .. } if people.len() == count => Some(people.clone()),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_guest_watches_gets_the_keyboard_and_loses_it() {
    let lab = Lab::start(&[]).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let (_, secret) = invite(&lab.admin, &session, json!({"label": "for bo"})).await;
    let mut guest = join(&lab.server, &secret, " bo ").await;
    let people = until_people(&mut owner, 2).await;
    assert_eq!((people[0].name.as_str(), people[0].kind), (ADMIN, PersonKind::Owner));
    assert_eq!((people[1].name.as_str(), people[1].kind, people[1].may_type), ("bo", PersonKind::Guest, false));
    guest.type_in("echo for''bidden\n").await;
    let refused = |notice: &Notice| matches!(notice, Notice::Rights { may_type: false }).then_some(());
    until_noted(&mut guest, refused).await;
    assert_eq!(guest.view.taken, 0, "what is refused is not acknowledged");
    let keyboard = format!("/api/terminal/sessions/{session}/keyboard");
    let bo = people[1].attachment_id;
    let handed = lab.admin.post(&keyboard, json!({"attachment_id": bo, "may_type": true})).await;
    assert_eq!(json(handed, StatusCode::OK).await["people"][1]["may_type"], true);
    until_noted(&mut guest, |notice| matches!(notice, Notice::Rights { may_type: true }).then_some(())).await;
    guest.type_in("echo al''lowed\n").await;
    owner.until("allowed").await;
    guest.until("allowed").await;
    assert!(!owner.view.text().contains("forbidden"), "{}", owner.view.text());
    json(lab.admin.post(&keyboard, json!({"attachment_id": bo, "may_type": false})).await, StatusCode::OK).await;
    guest.view.notices.clear();
    until_noted(&mut guest, refused).await;
    let nobody = lab.admin.post(&keyboard, json!({"attachment_id": 99, "may_type": true})).await;
    fault(nobody, StatusCode::NOT_FOUND, "not_found").await;
    // The next ticket lets in with the rights of the invite, and only into this session.
    let again = format!("/ws/terminal/{session}?token={}", guest.view.ticket.clone().expect("a ticket"));
    drop(guest);
    let mut guest = ClientSocket::open(&lab.server, &again).await;
    guest.attach(None).await;
    guest.type_in("x").await;
    until_noted(&mut guest, refused).await;
}

#[tokio::test]
async fn a_revoked_invite_ends_whom_it_let_in_and_lets_in_nobody_more() {
    let lab = Lab::start(&[]).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let (id, secret) = invite(&lab.admin, &session, json!({"rights": "type"})).await;
    let mut guest = join(&lab.server, &secret, "bo").await;
    guest.type_in("echo he''re\n").await;
    owner.until("here").await;
    let invites = format!("/api/terminal/sessions/{session}/invites");
    let listed = json(lab.admin.get(&invites).await, StatusCode::OK).await;
    assert_eq!((&listed["invites"][0]["id"], &listed["invites"][0]["used"]), (&json!(id), &json!(1)));
    assert!(!listed.to_string().contains(&secret), "the secret is shown once");
    while guest.view.ticket.is_none() {
        assert!(guest.hear().await);
    }
    let next = format!("/ws/terminal/{session}?token={}", guest.view.ticket.clone().unwrap());
    assert_eq!(lab.admin.delete(&format!("{invites}/{id}")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(guest.until_closed().await.closed, Some(4411));
    let mut late = ClientSocket::open(&lab.server, &next).await;
    assert_eq!(late.until_closed().await.closed, Some(4401), "its ticket is worth nothing");
    let stranger = Person::new(&lab.server);
    let again = stranger.post("/api/terminal/join", json!({"invite": secret, "name": "bo"})).await;
    fault(again, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    assert_eq!(until_people(&mut owner, 1).await.len(), 1);
    let gone = lab.admin.delete(&format!("{invites}/{id}")).await;
    fault(gone, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn invites_are_bounded_and_the_owners_alone() {
    let lab = Lab::start(&[]).await;
    let (session, _owner) = lab.terminal(json!({})).await;
    let invites = format!("/api/terminal/sessions/{session}/invites");
    for bad in
        [json!({"expires_in_seconds": 59}), json!({"expires_in_seconds": 86_401}), json!({"label": "x".repeat(101)})]
    {
        fault(lab.admin.post(&invites, bad).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let (_, secret) = invite(&lab.admin, &session, json!({})).await;
    let stranger = Person::new(&lab.server);
    for name in ["", "  ", "a\u{1b}[2J", &"x".repeat(61)] {
        let refused = stranger.post("/api/terminal/join", json!({"invite": secret, "name": name})).await;
        fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let wrong = stranger.post("/api/terminal/join", json!({"invite": "nothing", "name": "bo"})).await;
    fault(wrong, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let mut last = StatusCode::OK;
    for _ in 0..40 {
        last = stranger.post("/api/terminal/join", json!({"invite": "nothing", "name": "bo"})).await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "guessing is slow");
    json(lab.admin.delete(&format!("/api/terminal/sessions/{session}")).await, StatusCode::OK).await;
    let over = lab.admin.post(&invites, json!({})).await;
    fault(over, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn the_owner_removes_a_viewer_and_holds_the_size() {
    let lab = Lab::start(&[]).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let (_, secret) = invite(&lab.admin, &session, json!({})).await;
    let mut guest = join(&lab.server, &secret, "bo").await;
    let bo = until_people(&mut owner, 2).await[1].attachment_id;
    let gone = lab.admin.delete(&format!("/api/terminal/sessions/{session}/attachments/{bo}")).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(guest.until_closed().await.closed, Some(4410));
    let size = format!("/api/terminal/sessions/{session}/size");
    fault(lab.admin.post(&size, json!({"cols": 1, "rows": 1})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert_eq!(lab.admin.post(&size, json!({"cols": 91, "rows": 31})).await.status(), StatusCode::NO_CONTENT);
    owner.type_in("stty size\n").await;
    owner.until("31 91").await;
    assert_eq!(lab.admin.post(&size, Value::Null).await.status(), StatusCode::NO_CONTENT);
    owner.type_in("stty size\n").await;
    owner.until("30 100").await;
}

#[tokio::test]
async fn sign_out_closes_the_sockets_of_that_sign_in_and_the_session_goes_on() {
    let lab = Lab::start(&[]).await;
    let (session, mut here) = lab.terminal(json!({})).await;
    let elsewhere = Person::new(&lab.server);
    json(elsewhere.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let body = json!({"mode": "embedded"});
    let opened = json(elsewhere.post("/api/terminal/lab/terminal-sessions", body.clone()).await, StatusCode::OK).await;
    let second = json(elsewhere.post("/api/terminal/lab/terminal-sessions", body).await, StatusCode::OK).await;
    assert_eq!((&opened["session_id"], &opened["reused"]), (&json!(session), &json!(true)));
    let mut void = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    assert_eq!(void.until_closed().await.closed, Some(4401), "asking again voids what was not used");
    let mut there = ClientSocket::open(&lab.server, second["websocket_url"].as_str().unwrap()).await;
    there.attach(None).await;
    until_people(&mut here, 2).await;
    json(elsewhere.post("/api/auth/logout", json!({})).await, StatusCode::OK).await;
    assert_eq!(there.until_closed().await.closed, Some(4401));
    let next = format!("/ws/terminal/{session}?token={}", there.view.ticket.clone().expect("a ticket"));
    let mut late = ClientSocket::open(&lab.server, &next).await;
    assert_eq!(late.until_closed().await.closed, Some(4401), "its next ticket died with it");
    here.type_in("echo st''ill\n").await;
    here.until("still").await;
}

#[tokio::test]
async fn an_admin_watches_is_seen_and_noted_and_never_types() {
    let lab = Lab::start(&[]).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let watch = format!("/api/terminal/sessions/{session}/watch");
    let joined = json(lab.admin.post(&watch, json!({})).await, StatusCode::OK).await;
    assert_eq!(joined["rights"], "watch");
    let mut admin = ClientSocket::open(&lab.server, joined["websocket_url"].as_str().unwrap()).await;
    admin.attach(None).await;
    let people = until_people(&mut owner, 2).await;
    assert_eq!((people[1].kind, people[1].may_type), (PersonKind::Admin, false));
    let keyboard = json!({"attachment_id": people[1].attachment_id, "may_type": true});
    let refused = lab.admin.post(&format!("/api/terminal/sessions/{session}/keyboard"), keyboard).await;
    fault(refused, StatusCode::CONFLICT, "conflict").await;
    let audit = json(lab.admin.get("/api/audit?action=session&limit=10").await, StatusCode::OK).await;
    let actions: Vec<_> = audit["events"].as_array().unwrap().iter().map(|event| event["action"].clone()).collect();
    assert_eq!(actions, [json!("session.watch"), json!("session.open")]);
    assert_eq!(audit["events"][0]["object"], format!("session:{session}"));
    assert_eq!(audit["events"][0]["account_name"], ADMIN);
    let older = format!("/api/audit?action=session&before={}", audit["events"][0]["id"]);
    assert_eq!(json(lab.admin.get(&older).await, StatusCode::OK).await["events"].as_array().unwrap().len(), 1);
    let all = json(lab.admin.get("/api/terminal/sessions?user_id=all").await, StatusCode::OK).await;
    assert_eq!((&all["sessions"][0]["owner"], &all["total"]), (&json!(ADMIN), &json!(1)));
}

#[tokio::test]
async fn a_script_hears_notices_and_why_it_was_not_understood() {
    let lab = Lab::start(&[]).await;
    let opened = lab.open(json!({})).await;
    let mut socket = connect(lab.server.address(), opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap();
    socket.send(Message::Text(r#"{"type":"attach"}"#.into())).await.unwrap();
    let mut hear = async |wanted: &str| loop {
        let message = socket.next().await.expect("a message").expect("a message");
        if let Message::Text(text) = &message {
            let said: Value = serde_json::from_str(text).unwrap();
            if said["type"] == "notice" {
                socket.send(Message::Text("no JSON".into())).await.unwrap();
            }
            if said["type"] == wanted {
                return said;
            }
        }
        assert!(!message.is_close(), "closed before {wanted}");
    };
    let notice = hear("notice").await;
    assert_eq!((&notice["notice"], &notice["people"][0]["name"]), (&json!("people"), &json!(ADMIN)));
    assert_eq!(hear("error").await["code"], "bad_input");
}
