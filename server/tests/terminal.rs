//! Terminal sessions over REST: open, reuse, limit, list, heartbeat, close, beacon, cleanup, pages (SPEC §5 and §12).

use crate::common::{HOST, Lab, PATIENCE, Person, fault, json};
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::wait;

fn has(document: &Value, keys: &[&str]) {
    for key in keys {
        assert!(document.get(key).is_some(), "{key} in {document}");
    }
}

#[tokio::test]
async fn a_session_is_opened_used_and_left() {
    let lab = Lab::start(&[]).await;
    let opened = lab.open(json!({"mode": "embedded"})).await;
    has(
        &opened,
        &["session_id", "url", "websocket_url", "expires_at", "ttl_seconds", "mode", "host", "reused", "token"],
    );
    has(&opened["host"], &["id", "name", "ip", "status", "bootstrap_ok"]);
    assert_eq!((&opened["reused"], &opened["host"]["name"]), (&json!(false), &json!(HOST)));
    let id = opened["session_id"].as_str().unwrap();
    let listed = lab.sessions("live").await;
    assert_eq!(listed.len(), 1);
    has(
        &listed[0],
        &["session_id", "status", "host_id", "host_name", "mode", "created_at", "expires_at", "last_seen_at"],
    );
    has(&listed[0], &["remaining_seconds", "age_seconds", "last_seen_seconds"]);
    let beat =
        json(lab.admin.post(&format!("/api/terminal/sessions/{id}/heartbeat"), json!({})).await, StatusCode::OK).await;
    has(&beat, &["session_id", "status", "last_seen_at", "remaining_seconds"]);
    assert_eq!(beat["healthy"], true);
    let status = json(Person::new(&lab.server).get("/api/terminal/status").await, StatusCode::OK).await;
    has(&status, &["available", "max_sessions_per_user", "session_ttl_minutes", "session_idle_timeout_seconds"]);
    assert_eq!((&status["active_sessions"], &status["heartbeat_interval_seconds"]), (&json!(1), &json!(15)));
    for _ in 0..2 {
        let closed = json(lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
        assert_eq!(closed["session_id"], id);
    }
    json(lab.admin.delete("/api/terminal/sessions/never-was").await, StatusCode::OK).await;
    assert_eq!((lab.reason(id).await.as_str(), lab.sessions("live").await.len()), ("user", 0));
    let gone = lab.admin.post(&format!("/api/terminal/sessions/{id}/heartbeat"), json!({})).await;
    fault(gone, StatusCode::NOT_FOUND, "not_found").await;
    let metrics = json(lab.admin.get("/api/terminal/metrics").await, StatusCode::OK).await;
    has(&metrics, &["sessions_created", "sessions_reused", "session_limit_hits", "active_sessions"]);
    assert_eq!((&metrics["sessions_closed"], &metrics["sessions_closed_by_reason"]["user"]), (&json!(1), &json!(1)));
    wait::until("the remote shell's end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_live_session_is_handed_out_again_with_a_new_ticket() {
    let lab = Lab::start(&[]).await;
    let first = lab.open(json!({})).await;
    let second = lab.open(json!({"mode": "embedded"})).await;
    assert_eq!((&second["reused"], &second["session_id"]), (&json!(true), &first["session_id"]));
    assert_ne!(second["token"], first["token"]);
    let popout = lab.open(json!({"mode": "popout"})).await;
    assert_eq!((&popout["reused"], &popout["mode"]), (&json!(false), &json!("popout")));
    assert!(popout["url"].as_str().unwrap().starts_with("/popout/"));
    let another = lab.open(json!({"reuse": false})).await;
    assert_eq!(another["reused"], false);
    assert_eq!(lab.sessions("live").await.len(), 3);
}

#[tokio::test]
async fn of_twenty_opens_for_two_places_two_win() {
    let lab = Lab::start(&[("sessions.max_per_account", "2")]).await;
    let answers = join_all((0..20).map(|_| lab.ask(json!({"reuse": false})))).await;
    let (mut won, mut refused) = (Vec::new(), 0);
    for answer in answers {
        if answer.status() == StatusCode::OK {
            won.push(json(answer, StatusCode::OK).await["session_id"].as_str().unwrap().to_owned());
            continue;
        }
        assert!(answer.headers().contains_key("retry-after"));
        let limit = fault(answer, StatusCode::TOO_MANY_REQUESTS, "session_limit").await;
        has(&limit, &["message", "max_active", "current_count", "active_sessions", "suggested_actions", "can_reuse"]);
        assert!(limit.as_object().unwrap().contains_key("reusable_session_id"), "{limit}");
        assert_eq!((&limit["max_active"], &limit["current_count"]), (&json!(2), &json!(2)));
        let taken = limit["active_sessions"].as_array().unwrap();
        assert_eq!(taken.len(), 2);
        has(&taken[0], &["session_id", "host_id", "host_name", "mode", "age_seconds", "last_seen_seconds"]);
        let actions = limit["suggested_actions"].to_string();
        assert!(actions.contains("close_oldest") && actions.contains("close_session:"), "{actions}");
        refused += 1;
    }
    assert_eq!((won.len(), refused), (2, 18));
    assert_eq!(lab.sessions("live").await.len(), 2);
    json(lab.admin.delete(&format!("/api/terminal/sessions/{}", won[0])).await, StatusCode::OK).await;
    assert_eq!(lab.ask(json!({"reuse": false})).await.status(), StatusCode::OK, "a freed place can be taken");
}

#[tokio::test]
async fn the_server_has_a_limit_of_its_own() {
    let lab = Lab::start(&[("sessions.max_total", "1")]).await;
    lab.open(json!({})).await;
    fault(lab.ask(json!({"reuse": false})).await, StatusCode::TOO_MANY_REQUESTS, "session_limit").await;
}

#[tokio::test]
async fn nobody_touches_another_accounts_session_but_an_admin() {
    let lab = Lab::start(&[]).await;
    let member = lab.server.member("bob").await;
    let opened = lab.open(json!({})).await;
    let session = format!("/api/terminal/sessions/{}", opened["session_id"].as_str().unwrap());
    fault(member.delete(&session).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(member.post(&format!("{session}/heartbeat"), json!({})).await, StatusCode::FORBIDDEN, "forbidden").await;
    assert_eq!(member.post(&format!("{session}/close-beacon"), json!({})).await.status(), StatusCode::NO_CONTENT);
    fault(member.get("/api/terminal/sessions?user_id=ada").await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(member.post("/api/terminal/cleanup?all=true", json!({})).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(
        member.post(&format!("/api/terminal/{HOST}/terminal-sessions"), json!({})).await,
        StatusCode::NOT_FOUND,
        "not_found",
    )
    .await;
    assert_eq!(
        member.get(&format!("/connect/{}", opened["session_id"].as_str().unwrap())).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(lab.sessions("live").await.len(), 1, "it lives");
    let run = json!({"command": "id", "session_id": opened["session_id"]});
    fault(member.post("/api/terminal/bastion/run", run).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_page_that_goes_away_ends_its_session_by_beacon() {
    let lab = Lab::start(&[]).await;
    let stranger = Person::new(&lab.server);
    for by_ticket in [true, false] {
        let opened = lab.open(json!({"reuse": false})).await;
        let id = opened["session_id"].as_str().unwrap();
        let beacon = format!("/api/terminal/sessions/{id}/close-beacon");
        for path in [format!("{beacon}?token=wrong"), beacon.clone(), "/api/terminal/sessions/../close-beacon".into()] {
            assert!(stranger.post(&path, json!({})).await.status().as_u16() < 500);
        }
        assert_eq!(lab.session(id).await["ending"], Value::Null, "a stranger's beacon does nothing");
        let sent = match by_ticket {
            true => stranger.post(&format!("{beacon}?token={}", opened["token"].as_str().unwrap()), json!({})).await,
            false => lab.admin.post(&beacon, json!({})).await,
        };
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
        assert_eq!(lab.reason(id).await, "client_lost");
    }
}

#[tokio::test]
async fn cleaning_up_ends_the_accounts_sessions() {
    let lab = Lab::start(&[]).await;
    for _ in 0..3 {
        lab.open(json!({"reuse": false})).await;
    }
    let done = json(lab.admin.post("/api/terminal/cleanup", json!({})).await, StatusCode::OK).await;
    has(&done, &["message", "processes_terminated", "sessions_closed", "expired_marked"]);
    assert_eq!((&done["sessions_closed"], lab.sessions("live").await.len()), (&json!(3), 0));
    let audit = json(lab.admin.get("/api/audit?action=session").await, StatusCode::OK).await;
    let noted =
        |action: &str| audit["events"].as_array().unwrap().iter().filter(|event| event["action"] == action).count();
    assert_eq!((noted("session.open"), noted("session.close")), (3, 3), "{audit}");
    wait::until("the remote shells' end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_command_runs_beside_the_session_on_its_host() {
    let lab = Lab::start(&[]).await;
    let none = lab.admin.post("/api/terminal/bastion/run", json!({"command": "id -un"})).await;
    fault(none, StatusCode::NOT_FOUND, "not_found").await;
    lab.open(json!({})).await;
    let run = json!({"command": "id -un; echo oops >&2; exit 3"});
    let ran = json(lab.admin.post("/api/terminal/bastion/run", run).await, StatusCode::OK).await;
    assert_eq!(
        ran,
        json!({"stdout": format!("{}\n", testkit::sshd::USER), "stderr": "oops\n", "exit_code": 3, "truncated": false, "container_id": null})
    );
}

#[tokio::test]
async fn links_open_the_page_while_they_are_good() {
    let lab = Lab::start(&[]).await;
    let stranger = Person::new(&lab.server);
    let opened = lab.open(json!({})).await;
    let (id, url) = (opened["session_id"].as_str().unwrap(), opened["url"].as_str().unwrap());
    // 503 stands for the page when the web app was not built.
    let is_page = |status: StatusCode| matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE);
    assert!(is_page(stranger.get(url).await.status()), "a ticket opens the page, and looking does not use it up");
    assert!(is_page(stranger.get(url).await.status()));
    assert!(is_page(lab.admin.get(&format!("/connect/{id}")).await.status()), "the owner needs no ticket");
    assert_eq!(stranger.get(&format!("/connect/{id}?token=wrong")).await.status(), StatusCode::UNAUTHORIZED);
    json(lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
    assert_eq!(stranger.get(url).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(lab.admin.get(&format!("/connect/{id}")).await.status(), StatusCode::GONE);
}
