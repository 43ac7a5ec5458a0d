//! Who comes by an invite while signed in: they stand on the invite and on their account, and the end of either is theirs.

use crate::{
    common::{ClientSocket, Lab, PASSWORD, Person, TestServer, fault, json},
    grants::account_id,
    viewers::{invite, join, until_noted, until_people},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use wire::terminal::{Notice, PersonKind};

/// Uses an invite while signed in; the answer.
async fn ticket(person: &Person, secret: &str) -> Value {
    json(person.post("/api/terminal/join", json!({"invite": secret, "signed_in": true})).await, StatusCode::OK).await
}

/// Comes by a ticket.
async fn comes(server: &TestServer, ticket: &Value) -> ClientSocket {
    let mut socket = ClientSocket::open(server, ticket["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    socket
}

/// What a ticket that is worth nothing is closed with.
async fn worth_nothing(server: &TestServer, url: &str) {
    let mut late = ClientSocket::open(server, url).await;
    late.attach(None).await;
    assert_eq!(late.until_closed().await.closed, Some(4401), "{url}");
}

/// The way in by the ticket that a socket was given for its next connection.
async fn next(session: &str, socket: &mut ClientSocket) -> String {
    while socket.view.ticket.is_none() {
        assert!(socket.hear().await);
    }
    format!("/ws/terminal/{session}?token={}", socket.view.ticket.clone().unwrap())
}

async fn change(lab: &Lab, account: &Value, patch: Value) {
    let path = format!("/api/accounts/{}", account.as_str().unwrap());
    json(lab.admin.patch(&path, patch).await, StatusCode::OK).await;
}

async fn until_rights(socket: &mut ClientSocket, wanted: bool) {
    let told = |notice: &Notice| matches!(notice, Notice::Rights { may_type } if *may_type == wanted).then_some(());
    until_noted(socket, told).await;
    socket.view.notices.clear();
}

/// Types what is not to arrive, and waits until it was refused.
async fn types_in_vain(socket: &mut ClientSocket) {
    socket.type_in("echo for''bidden\n").await;
    until_rights(socket, false).await;
}

#[tokio::test]
async fn who_is_switched_off_is_sent_away_with_every_ticket() {
    let lab = Lab::start(&[]).await;
    let (server, cy) = (&lab.server, lab.server.member("cy").await);
    let account = account_id(&lab.admin, "cy").await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let (_, secret) = invite(&lab.admin, &session, json!({"rights": "type"})).await;
    let mut guest = comes(server, &ticket(&cy, &secret).await).await;
    let unused = ticket(&cy, &secret).await["websocket_url"].as_str().unwrap().to_owned();
    guest.type_in("echo he''re\n").await;
    owner.until("here").await;
    let again = next(&session, &mut guest).await;
    // Admitted, but not there yet.
    let early = ticket(&cy, &secret).await;
    let mut early = ClientSocket::open(server, early["websocket_url"].as_str().unwrap()).await;

    change(&lab, &account, json!({"disabled": true})).await;
    assert_eq!(guest.until_closed().await.closed, Some(4401));
    early.attach(None).await;
    assert_eq!(early.until_closed().await.closed, Some(4401));
    for url in [&unused, &again] {
        worth_nothing(server, url).await;
    }
    // A page that was signed in is no guest without a word.
    let nobody = Person::new(server);
    let request = json!({"invite": secret, "name": "cy", "signed_in": true});
    fault(nobody.post("/api/terminal/join", request).await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    // The link is a key: whoever has it comes as a guest.
    let mut nameless = join(server, &secret, "nobody").await;
    nameless.type_in("echo by''link\n").await;
    owner.until("bylink").await;
}

#[tokio::test]
async fn who_may_only_watch_does_no_more_by_any_invite() {
    let lab = Lab::start(&[]).await;
    let (server, cy) = (&lab.server, lab.server.member("cy").await);
    let account = account_id(&lab.admin, "cy").await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let (_, secret) = invite(&lab.admin, &session, json!({"rights": "type"})).await;
    let mut guest = comes(server, &ticket(&cy, &secret).await).await;
    guest.type_in("echo he''re\n").await;
    owner.until("here").await;

    change(&lab, &account, json!({"role": "viewer"})).await;
    until_rights(&mut guest, false).await;
    types_in_vain(&mut guest).await;
    let people = until_people(&mut owner, 2).await;
    assert_eq!((people[1].name.as_str(), people[1].kind), ("cy", PersonKind::Guest));
    let keyboard = json!({"attachment_id": people[1].attachment_id, "may_type": true});
    let keyboard = lab.admin.post(&format!("/api/terminal/sessions/{session}/keyboard"), keyboard).await;
    let told = fault(keyboard, StatusCode::CONFLICT, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains("may only watch"), "{told}");
    // Neither by the next ticket, nor by a new one.
    let mut back = ClientSocket::open(server, &next(&session, &mut guest).await).await;
    back.attach(None).await;
    types_in_vain(&mut back).await;
    let anew = ticket(&cy, &secret).await;
    assert_eq!(anew["rights"], "watch");
    types_in_vain(&mut comes(server, &anew).await).await;

    change(&lab, &account, json!({"role": "member"})).await;
    until_rights(&mut back, true).await;
    back.type_in("echo al''lowed\n").await;
    owner.until("allowed").await;
    assert!(!owner.view.text().contains("forbidden"), "{}", owner.view.text());
}

#[tokio::test]
async fn the_end_of_the_sign_in_of_the_token_or_of_the_invite_is_the_guests() {
    let lab = Lab::start(&[]).await;
    let (server, cy) = (&lab.server, lab.server.member("cy").await);
    let (session, mut owner) = lab.terminal(json!({})).await;
    let (_, secret) = invite(&lab.admin, &session, json!({"rights": "type"})).await;
    let token = json(cy.post("/api/tokens", json!({"name": "script"})).await, StatusCode::CREATED).await;
    let script = Person::with_token(server, token["token"].as_str().unwrap());
    let mut by_token = comes(server, &ticket(&script, &secret).await).await;
    let elsewhere = Person::new(server);
    json(elsewhere.sign_in("cy", PASSWORD).await, StatusCode::OK).await;
    let mut by_other = comes(server, &ticket(&elsewhere, &secret).await).await;
    let mut by_sign_in = comes(server, &ticket(&cy, &secret).await).await;
    until_people(&mut owner, 4).await;

    json(elsewhere.post("/api/auth/logout", json!({})).await, StatusCode::OK).await;
    assert_eq!(by_other.until_closed().await.closed, Some(4401));
    worth_nothing(server, &next(&session, &mut by_other).await).await;
    let path = format!("/api/tokens/{}", token["id"].as_str().unwrap());
    assert_eq!(cy.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(by_token.until_closed().await.closed, Some(4401));
    by_sign_in.type_in("echo st''ill\n").await;
    owner.until("still").await;

    let (id, other) = invite(&lab.admin, &session, json!({"rights": "type"})).await;
    let mut by_invite = comes(server, &ticket(&cy, &other).await).await;
    by_invite.until("still").await;
    let revoked = lab.admin.delete(&format!("/api/terminal/sessions/{session}/invites/{id}")).await;
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    assert_eq!(by_invite.until_closed().await.closed, Some(4411));
    by_sign_in.type_in("echo af''ter\n").await;
    owner.until("after").await;
}

#[tokio::test]
async fn a_token_that_may_not_connect_joins_nothing() {
    let lab = Lab::start(&[]).await;
    let (server, cy) = (&lab.server, lab.server.member("cy").await);
    let (session, _owner) = lab.terminal(json!({})).await;
    let (_, secret) = invite(&lab.admin, &session, json!({"rights": "type"})).await;
    let request = json!({"invite": secret, "signed_in": true});
    let reads = Person::with_token(server, &cy.make_token_for(&["read", "files"]).await);
    let told = fault(reads.post("/api/terminal/join", request.clone()).await, StatusCode::FORBIDDEN, "forbidden").await;
    assert!(told["detail"].as_str().unwrap().contains("`connect`"), "{told}");
    let connects = Person::with_token(server, &cy.make_token_for(&["connect"]).await);
    json(connects.post("/api/terminal/join", request).await, StatusCode::OK).await;
}
