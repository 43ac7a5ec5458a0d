//! What goes wrong on the way to a host and in the middle of a session: each a clear error, and no place left taken.

use crate::common::{HOST, Lab, PATIENCE, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::sshd::{ADDRESS, USER};
use tokio::net::TcpListener;

/// Adds a host and asks for a session on it.
async fn ask(lab: &Lab, host: Value, open: Value) -> reqwest::Response {
    let added = json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    lab.admin.post(&format!("/api/terminal/{}/terminal-sessions", added["id"].as_str().unwrap()), open).await
}

async fn nothing_is_held(lab: &Lab) {
    assert_eq!(lab.sessions("live").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_wrong_password_is_told() {
    let lab = Lab::start(&[]).await;
    let wrong = lab.ask(json!({"username": USER, "password": "not this one"})).await;
    let told = fault(wrong, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;
    assert!(!told.to_string().contains("not this one"), "{told}");
    nothing_is_held(&lab).await;
    assert_eq!(lab.ask(json!({})).await.status(), StatusCode::OK, "the stored password still works");
}

#[tokio::test]
async fn an_unknown_host_is_not_found_and_an_unprepared_one_is_not_opened() {
    let lab = Lab::start(&[]).await;
    let unknown = lab.admin.post("/api/terminal/nowhere/terminal-sessions", json!({})).await;
    fault(unknown, StatusCode::NOT_FOUND, "not_found").await;
    let bare = json!({"name": "bare", "address": ADDRESS, "port": lab.sshd.port()});
    fault(ask(&lab, bare, json!({})).await, StatusCode::BAD_REQUEST, "not_bootstrapped").await;
    let asking = json!({"name": "asking", "address": ADDRESS, "port": lab.sshd.port(), "username": USER});
    fault(ask(&lab, asking, json!({})).await, StatusCode::CONFLICT, "secret_needed").await;
    nothing_is_held(&lab).await;
}

#[tokio::test]
async fn a_refused_and_a_silent_port_are_told_apart() {
    let lab = Lab::start(&[("hosts.dial_timeout", "1s")]).await;
    let login = json!({"username": USER, "password": "x"});
    let free = TcpListener::bind((ADDRESS, 0)).await.unwrap().local_addr().unwrap().port();
    let refused = json!({"name": "refused", "address": ADDRESS, "port": free});
    fault(ask(&lab, refused, login.clone()).await, StatusCode::BAD_REQUEST, "host_offline").await;
    let mute = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let silent = json!({"name": "silent", "address": ADDRESS, "port": mute.local_addr().unwrap().port()});
    fault(ask(&lab, silent, login.clone()).await, StatusCode::GATEWAY_TIMEOUT, "timed_out").await;
    let nameless = json!({"name": "nameless", "address": "no-such-host.invalid"});
    fault(ask(&lab, nameless, login).await, StatusCode::BAD_REQUEST, "host_offline").await;
    nothing_is_held(&lab).await;
}

#[tokio::test]
async fn an_unknown_key_comes_with_its_scan_and_a_changed_one_stops_everything() {
    let mut lab = Lab::start(&[]).await;
    let login = json!({"username": USER, "password": testkit::sshd::PASSWORD});
    let untrusted = json!({"name": "untrusted", "address": "localhost", "port": lab.sshd.port()});
    let unknown = fault(ask(&lab, untrusted, login.clone()).await, StatusCode::CONFLICT, "host_key_unknown").await;
    assert_eq!((&unknown["known"], &unknown["algorithm"]), (&json!("unknown"), &json!("ssh-ed25519")));
    assert!(
        unknown["fingerprint"].as_str().unwrap().starts_with("SHA256:") && unknown["randomart"].is_string(),
        "{unknown}"
    );
    for kind in ["ed25519", "ecdsa"] {
        lab.sshd.restart_with_host_key(kind).await;
        let changed = fault(lab.ask(json!({"reuse": false})).await, StatusCode::CONFLICT, "host_key_changed").await;
        assert_eq!(changed["known"], "changed");
        assert_ne!(changed["fingerprint"], changed["trusted_fingerprint"]);
        nothing_is_held(&lab).await;
    }
    let wrong = json!({"fingerprint": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"});
    let trust = format!("/api/hosts/{}/host-key/trust", lab.host);
    assert!(
        lab.admin.post(&trust, wrong).await.status().is_client_error(),
        "only the key that is shown can be trusted"
    );
    assert_eq!(lab.trust().await["known"], "trusted");
    assert_eq!(lab.ask(json!({})).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_sshd_that_dies_ends_the_session_with_its_reason() {
    let mut lab = Lab::start(&[]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("echo up$((1+1))\n").await;
    terminal.until("up2").await;
    lab.sshd.kill_now();
    let ended = terminal.until_closed().await.ended.clone().expect("an ending");
    assert_eq!(serde_json::to_value(&ended).unwrap()["reason"], "error");
    assert!(ended.message.is_some_and(|message| message.len() > 5));
    assert_eq!(lab.reason(&id).await, "error");
    assert_eq!(lab.session(&id).await["status"], "error");
    let dead = lab.ask(json!({})).await;
    fault(dead, StatusCode::BAD_REQUEST, "host_offline").await;
    lab.sshd.restart().await;
    assert_eq!(lab.ask(json!({})).await.status(), StatusCode::OK, "and it can be opened again");
}

#[tokio::test]
async fn the_remote_shell_ends_with_its_code_or_signal() {
    let lab = Lab::start(&[]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("exit 7\n").await;
    let ended = terminal.until_closed().await.ended.clone().unwrap();
    assert_eq!((ended.exit_code, ended.signal), (Some(7), None));
    assert_eq!((lab.reason(&id).await.as_str(), terminal.view.closed), ("remote_exit", Some(1000)));
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("kill -9 $$\n").await;
    let ended = terminal.until_closed().await.ended.clone().unwrap();
    assert_eq!((lab.reason(&id).await.as_str(), ended.signal.as_deref()), ("remote_exit", Some("KILL")));
}

#[tokio::test]
async fn nobody_there_for_too_long_ends_it() {
    let lab = Lab::start(&[("sessions.idle_timeout", "1500ms")]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("stty -echo; echo here$((1+1))\n").await;
    terminal.until("here2").await;
    drop(terminal);
    assert_eq!(lab.reason(&id).await, "idle");
    assert_eq!(lab.session(&id).await["status"], "expired");
    testkit::wait::until("the remote shell's end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn the_longest_duration_ends_it_in_the_middle_of_output() {
    let lab = Lab::start(&[("sessions.max_duration", "2s")]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("while true; do echo flood; done\n").await;
    let view = terminal.until_closed().await;
    assert!(
        view.text().contains("Session timeout - connection closed"),
        "{}",
        &view.text()[view.text().len().saturating_sub(200)..]
    );
    assert_eq!(lab.reason(&id).await, "expired");
    testkit::wait::until("the remote shell's end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_stopping_server_tells_its_pages() {
    let lab = Lab::start(&[]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    let (data, _) = tokio::join!(lab.server.stop(), async { terminal.until_closed().await });
    assert_eq!(serde_json::to_value(terminal.view.ended.as_ref().unwrap()).unwrap()["reason"], "server_restart");
    let server = crate::common::TestServer::on(data, &[]).await;
    let admin = crate::common::Person::new(&server);
    admin.sign_in(crate::common::ADMIN, crate::common::PASSWORD).await;
    let all = json(admin.get("/api/terminal/sessions?status_filter=all").await, StatusCode::OK).await;
    let session =
        all["sessions"].as_array().unwrap().iter().find(|session| session["session_id"] == id.as_str()).unwrap();
    assert_eq!((&session["status"], &session["ending"]["reason"]), (&json!("error"), &json!("server_restart")));
    assert_eq!(json(admin.get("/api/hosts").await, StatusCode::OK).await["hosts"][0]["name"], HOST);
}
