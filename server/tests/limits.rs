//! `[limits]`: one route of each class is asked for too often.

use crate::common::{ADMIN, Person, TestServer, fault, json};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

/// Of all classes but the two by which this test asks.
const SMALL: &[(&str, &str)] = &[
    ("limits.sign_in", "3"),
    ("limits.questions", "3"),
    ("limits.tickets", "3"),
    ("limits.probes", "3"),
    ("limits.transfers", "3"),
    ("limits.bulk", "3"),
];

async fn ask(person: &Person, method: Method, path: &str, body: &Value) -> Response {
    person.request(method, path).json(body).send().await.unwrap()
}

/// Whatever comes of three requests, the fourth is told to wait; and somebody else is not.
async fn is_limited(person: &Person, other: &Person, method: Method, path: &str, body: Value) {
    for number in 0..3 {
        let answer = ask(person, method.clone(), path, &body).await;
        assert_ne!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}, {number}");
    }
    let refused = ask(person, method.clone(), path, &body).await;
    let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{path}: {seconds}");
    let told = fault(refused, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
    assert_eq!(told["retry_after_seconds"], seconds, "{told}");
    let others = ask(other, method, path, &body).await;
    assert_ne!(others.status(), StatusCode::TOO_MANY_REQUESTS, "{path} of somebody else");
}

#[tokio::test]
async fn each_class_has_a_limit_of_its_own() {
    let (server, admin) = TestServer::with_admin(SMALL).await;
    // A token is a caller of its own.
    let script = Person::with_token(&server, &admin.make_token("script").await);
    for (method, path, body) in [
        (Method::GET, "/api/folders", json!(null)),
        (Method::POST, "/api/terminal/nothing/terminal-sessions", json!({})),
        (Method::POST, "/api/hosts/nothing/probe", json!({})),
        (Method::GET, "/api/hosts/nothing/files?path=/", json!(null)),
        (Method::GET, "/api/inventory/export", json!(null)),
    ] {
        is_limited(&script, &admin, method, path, body).await;
    }
    // What has another limit goes on, and health has none.
    json(script.post("/api/folders", json!({"name": "x"})).await, StatusCode::CREATED).await;
    for _ in 0..5 {
        assert_eq!(script.get("/healthz").await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn changes_have_one_too_and_zero_is_none() {
    let (server, admin) = TestServer::with_admin(&[("limits.changes", "3"), ("limits.questions", "0")]).await;
    let script = Person::with_token(&server, &admin.make_token("script").await);
    is_limited(&script, &admin, Method::POST, "/api/folders", json!({"name": ""})).await;
    let path = "/api/fn/inventory/add_folder";
    let by_page = script.post(path, json!({"draft": {"name": "x"}})).await;
    fault(by_page, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
    for _ in 0..20 {
        json(script.get("/api/folders").await, StatusCode::OK).await;
    }
}

#[tokio::test]
async fn strangers_are_counted_by_address() {
    let proxied = [("trusted_proxies", "127.0.0.1"), ("limits.sign_in", "3"), ("limits.questions", "3")];
    let (server, _admin) = TestServer::with_admin(&proxied).await;
    let stranger = Person::new(&server);
    let from = |address: &'static str, method: Method, path: &'static str, body: Value| {
        stranger.request(method, path).header("x-forwarded-for", address).json(&body).send()
    };
    let login = json!({"username": ADMIN, "password": "a wrong password"});
    for (method, path, body) in
        [(Method::POST, "/api/auth/login", login), (Method::GET, "/api/auth/status", json!(null))]
    {
        for _ in 0..3 {
            let answer = from("192.0.2.1", method.clone(), path, body.clone()).await.unwrap();
            assert!(!answer.text().await.unwrap().contains("requests of this kind"), "{path}");
        }
        let refused = from("192.0.2.1", method.clone(), path, body.clone()).await.unwrap();
        let told = fault(refused, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
        assert!(told["detail"].as_str().unwrap().contains("requests of this kind"), "{told}");
        let other = from("192.0.2.2", method, path, body).await.unwrap();
        assert!(!other.text().await.unwrap().contains("requests of this kind"), "another address");
    }
}
