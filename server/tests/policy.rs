//! What a host says about its sessions, as its sessions meet it.

use crate::common::{Lab, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn patch(lab: &Lab, body: Value) -> Value {
    json(lab.admin.patch(&format!("/api/hosts/{}", lab.host), body).await, StatusCode::OK).await
}

#[tokio::test]
async fn the_hosts_limits_count_before_the_servers() {
    let lab = Lab::start(&[("sessions.idle_timeout", "1h"), ("sessions.max_duration", "1h")]).await;
    patch(&lab, json!({"idle_timeout_seconds": 1, "max_duration_seconds": 0})).await;
    let (id, terminal) = lab.terminal(json!({})).await;
    assert_eq!(lab.session(&id).await["expires_at"], Value::Null, "0 is for ever");
    drop(terminal);
    assert_eq!(lab.reason(&id).await, "idle");

    patch(&lab, json!({"idle_timeout_seconds": null, "max_duration_seconds": 2})).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.until_closed().await;
    assert_eq!(lab.reason(&id).await, "expired");
    let too_long = json!({"max_duration_seconds": 99_999_999_999_u64});
    fault(lab.admin.patch(&format!("/api/hosts/{}", lab.host), too_long).await, StatusCode::BAD_REQUEST, "bad_input")
        .await;
}

#[tokio::test]
async fn a_full_host_offers_to_free_a_place_of_its_own() {
    let lab = Lab::start(&[]).await;
    let host = patch(&lab, json!({"max_sessions": 1})).await;
    assert_eq!((&host["max_sessions"], &host["status"]), (&json!(1), &json!("unknown")));
    let first = lab.open(json!({})).await;
    let full = fault(lab.ask(json!({"reuse": false})).await, StatusCode::TOO_MANY_REQUESTS, "session_limit").await;
    assert_eq!((&full["max_active"], &full["current_count"]), (&json!(1), &json!(1)));
    assert_eq!(full["active_sessions"][0]["session_id"], first["session_id"]);
    assert!(full["message"].as_str().unwrap().contains("lab"), "{full}");
    let host = json(lab.admin.get(&format!("/api/hosts/{}", lab.host)).await, StatusCode::OK).await;
    assert_eq!(host["status"], "online", "it was opened, so it can be reached");
    patch(&lab, json!({"max_sessions": 0})).await;
    lab.open(json!({"reuse": false})).await;
}
