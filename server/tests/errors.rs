//! Every error is `{"detail", "code", "request_id"}` with the right status, wherever it comes from.

use crate::common::{TestServer, fault};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn bad_json_is_told_by_its_field() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let missing =
        fault(admin.post("/api/hosts", json!({"name": "web"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert!(missing["detail"].as_str().unwrap().contains("address"), "{missing}");
    let wrong = json!({"name": "web", "address": "h", "port": "many"});
    let wrong = fault(admin.post("/api/hosts", wrong).await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert!(wrong["detail"].as_str().unwrap().contains("port"), "{wrong}");
    let broken = admin.request(Method::POST, "/api/hosts").header("content-type", "application/json").body("{").send();
    fault(broken.await.unwrap(), StatusCode::BAD_REQUEST, "bad_input").await;
    let query = fault(admin.get("/api/hosts?limit=many").await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert!(query["detail"].as_str().unwrap().contains("limit"), "{query}");
    let path = fault(admin.get("/api/hosts/x/files/entry?path=").await, StatusCode::BAD_REQUEST, "bad_input").await;
    let told = path["detail"].as_str().unwrap();
    assert!(told.starts_with("the query cannot be read: path: "), "{path}");
    let login =
        fault(admin.post("/api/auth/login", json!({"username": "x"})).await, StatusCode::BAD_REQUEST, "bad_input")
            .await;
    assert!(login["detail"].as_str().unwrap().contains("password"), "{login}");
}

#[tokio::test]
async fn the_wrong_kind_of_body_is_refused() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let form = admin.request(Method::POST, "/api/hosts").form(&[("name", "web")]).send().await.unwrap();
    fault(form, StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_input").await;
    let large = json!({"name": "web", "address": "h", "tags": ["x".repeat(2 << 20)]});
    fault(admin.post("/api/hosts", large.clone()).await, StatusCode::PAYLOAD_TOO_LARGE, "too_large").await;
    fault(admin.post("/api/fn/inventory/add_host", large).await, StatusCode::PAYLOAD_TOO_LARGE, "too_large").await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    for path in ["/api/hosts/none", "/api/none", "/api/terminal/none/command-history", "/no-such-file.js"] {
        fault(admin.get(path).await, StatusCode::NOT_FOUND, "not_found").await;
    }
    fault(admin.post("/api/terminal/sessions/none/heartbeat", json!({})).await, StatusCode::NOT_FOUND, "not_found")
        .await;
    fault(admin.post("/api/terminal/none/terminal-sessions", json!({})).await, StatusCode::NOT_FOUND, "not_found")
        .await;
    fault(admin.delete("/api/credentials/none").await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_server_function_fails_in_the_same_shape() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let gone = admin.post("/api/fn/accounts/delete_token", json!({"id": "none"})).await;
    fault(gone, StatusCode::NOT_FOUND, "not_found").await;
    let missing = admin.post("/api/fn/accounts/delete_token", json!({})).await;
    fault(missing, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let mut ids = std::collections::BTreeSet::new();
    for path in ["/healthz", "/api/hosts", "/", "/api/nothing"] {
        let answer =
            admin.request(Method::GET, path).header("x-request-id", "chosen-by-a-stranger").send().await.unwrap();
        ids.insert(answer.headers()["x-request-id"].to_str().unwrap().to_owned());
    }
    assert!(ids.len() == 4 && !ids.contains("chosen-by-a-stranger"), "{ids:?}");
}
