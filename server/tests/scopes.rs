//! What API tokens may be used for. Who gets where with which scope is in `matrix`; here is what a table does not show.

use crate::common::{ClientSocket, Lab, Person, TestServer, connect, fault, json};
use reqwest::StatusCode;
use serde_json::json;

const SESSIONS: &str = "/api/terminal/sessions";

async fn script(server: &TestServer, person: &Person, scopes: &[&str]) -> Person {
    Person::with_token(server, &person.make_token_for(scopes).await)
}

#[tokio::test]
async fn a_token_has_the_scopes_that_it_was_made_with() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let made = json(admin.post("/api/tokens", json!({"name": "usual"})).await, StatusCode::CREATED).await;
    assert_eq!(made["scopes"], json!(["read", "connect", "files"]), "all but `admin`");
    let member = server.member("bo").await;
    for (scopes, role) in [(json!([]), &admin), (json!(["admin"]), &member), (json!(["write"]), &admin)] {
        let refused = role.post("/api/tokens", json!({"name": "x", "scopes": scopes})).await;
        fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let read = script(&server, &admin, &["read"]).await;
    json(read.get("/api/hosts").await, StatusCode::OK).await;
    assert_eq!(read.get("/metrics").await.status(), StatusCode::OK, "a scraper needs no more");
    let refused = fault(read.post("/api/folders", json!({"name": "x"})).await, StatusCode::FORBIDDEN, "scope_missing");
    let refused = refused.await["detail"].as_str().unwrap().to_owned();
    assert!(refused.contains("`connect` and `files`"), "{refused}");
    let listed = json(admin.get("/api/tokens").await, StatusCode::OK).await;
    assert_eq!(listed[0]["scopes"], json!(["read"]), "{listed}");
}

#[tokio::test]
async fn a_token_that_reads_never_types() {
    let lab = Lab::start(&[]).await;
    let (session, mut mine) = lab.terminal(json!({})).await;
    let token = lab.admin.make_token_for(&["read", "files"]).await;
    let read = Person::with_token(&lab.server, &token);
    let path = format!("/ws/terminal/{session}");
    let bearer = format!("Bearer {token}");
    let opened = connect(lab.server.address(), &path, &[("authorization", bearer.as_str())]).await;
    assert_eq!(opened.err(), Some(403));
    for (path, body) in [
        ("/api/fn/terminal/ticket".to_owned(), json!({"session": session})),
        (format!("{SESSIONS}/{session}/invites"), json!({"expires_in_seconds": 600})),
        (format!("{SESSIONS}/{session}/watch"), json!({})),
        (format!("{SESSIONS}/{session}/close-beacon"), json!({})),
        ("/api/terminal/lab/terminal-sessions".to_owned(), json!({})),
    ] {
        fault(read.post(&path, body).await, StatusCode::FORBIDDEN, "scope_missing").await;
    }
    mine.type_in("echo still-$((40 + 2))\n").await;
    mine.until("still-42").await;
}

#[tokio::test]
async fn an_admins_token_has_the_role_only_with_the_scope() {
    let lab = Lab::start(&[]).await;
    let (session, _mine) = lab.terminal(json!({})).await;
    lab.server.account(&["add", "grace", "--role", "admin", "--password-stdin"]).await;
    let grace = Person::new(&lab.server);
    grace.sign_in("grace", crate::common::PASSWORD).await;
    let (usual, whole) = (
        script(&lab.server, &grace, &["read", "connect", "files"]).await,
        script(&lab.server, &grace, &["read", "connect", "admin"]).await,
    );
    let everybodys = format!("{SESSIONS}?user_id=all");
    fault(usual.get(&everybodys).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(usual.delete(&format!("{SESSIONS}/{session}")).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(usual.get("/api/accounts").await, StatusCode::FORBIDDEN, "scope_missing").await;
    json(whole.get(&everybodys).await, StatusCode::OK).await;
    json(whole.delete(&format!("{SESSIONS}/{session}")).await, StatusCode::OK).await;
    assert_eq!(lab.reason(&session).await, "admin");
    // The scope is worth nothing without the role.
    let id = json(grace.get("/api/auth/status").await, StatusCode::OK).await["user_id"].clone();
    let demoted = lab.admin.patch(&format!("/api/accounts/{}", id.as_str().unwrap()), json!({"role": "member"})).await;
    json(demoted, StatusCode::OK).await;
    fault(whole.get("/api/accounts").await, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn a_revoked_token_loses_the_terminal_that_it_looks_at_and_its_tickets() {
    let lab = Lab::start(&[]).await;
    let (session, mut mine) = lab.terminal(json!({})).await;
    let made = lab.admin.post("/api/tokens", json!({"name": "stolen", "scopes": ["connect"]})).await;
    let made = json(made, StatusCode::CREATED).await;
    let thief = Person::with_token(&lab.server, made["token"].as_str().unwrap());
    let ticket = || async {
        let ticket =
            json(thief.post("/api/fn/terminal/ticket", json!({"session": session})).await, StatusCode::OK).await;
        format!("/ws/terminal/{session}?token={}", ticket.as_str().unwrap())
    };
    let mut theirs = ClientSocket::open(&lab.server, &ticket().await).await;
    theirs.attach(None).await;
    theirs.until("$").await;
    let unused = ticket().await;
    // A new password ends sign-ins; what came by a token goes on.
    let change = json!({"current": crate::common::PASSWORD, "new": "a brand new password"});
    json(lab.admin.post("/api/account/password", change).await, StatusCode::OK).await;
    theirs.type_in("echo theirs-$((40 + 2))\n").await;
    theirs.until("theirs-42").await;
    let path = format!("/api/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(theirs.until_closed().await.closed, Some(4401));
    assert_eq!(ClientSocket::open(&lab.server, &unused).await.until_closed().await.closed, Some(4401));
    assert_eq!(mine.until_closed().await.closed, Some(4401), "by the new password");
    assert!(lab.session(&session).await["ending"].is_null(), "the session goes on");
}
