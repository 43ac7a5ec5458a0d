//! A stranger gets 401 everywhere but at what is public, before anything runs; another site gets 403.

use crate::common::{ADMIN, PASSWORD, Person, TestServer, fault, json};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a stranger may use, written out a second time: opening a door takes two hands.
const PUBLIC: &[&str] = &[
    "GET /api/auth/status",
    "GET /api/openapi.json",
    "GET /api/terminal/connect/{id}",
    "GET /api/terminal/popout/{id}",
    "GET /api/terminal/status",
    "GET /connect/{id}",
    "GET /docs",
    "GET /docs/",
    "GET /docs/{*rest}",
    "GET /health",
    "GET /healthz",
    "GET /popout/{id}",
    "GET /readyz",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/setup",
    "POST /api/terminal/join",
    "POST /api/terminal/sessions/{id}/close-beacon",
];

fn public() -> BTreeSet<String> {
    berth::PUBLIC.iter().map(|(method, path)| format!("{method} {path}")).collect()
}

/// Every operation of the REST interface.
async fn operations(person: &Person) -> Vec<(Method, String)> {
    let document = json(person.get("/api/openapi.json").await, StatusCode::OK).await;
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| (method.to_uppercase().parse().unwrap(), path.clone()))
    });
    operations.collect()
}

fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x1" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_public_list_is_exactly_this() {
    assert_eq!(public(), PUBLIC.iter().map(|line| (*line).to_owned()).collect());
}

#[tokio::test]
async fn a_stranger_is_refused_at_every_closed_route() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    let public = public();
    let operations = operations(&stranger).await;
    assert!(operations.len() > 30, "the whole interface is described: {operations:?}");
    for (method, path) in operations {
        if public.contains(&format!("{method} {path}")) {
            continue;
        }
        // A body that no handler could read: a 400 would show that something ran before the gate.
        let request = stranger.request(method.clone(), &filled(&path)).body("{not json");
        let answer = request.header("content-type", "application/json").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        fault(answer, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
}

#[tokio::test]
async fn a_stranger_is_refused_at_every_server_function() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    let functions: Vec<_> = berth::server_fn_paths().collect();
    assert!(!functions.is_empty(), "server functions are linked");
    for (path, method) in functions {
        assert!(path.starts_with("/api/fn/"), "{path} lies behind the gate's prefix");
        let answer = stranger.request(method, path).body("{}").send().await.unwrap();
        fault(answer, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
}

#[tokio::test]
async fn a_stranger_is_refused_at_every_web_socket() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    for path in ["/ws/terminal/x1", "/ws/terminal/new", "/ws/events", "/ws/monitor/x1", "/ws/"] {
        let upgrade =
            stranger.request(Method::GET, path).header("connection", "upgrade").header("upgrade", "websocket");
        let upgrade =
            upgrade.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        fault(upgrade.send().await.unwrap(), StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_closed_too() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    for (method, path) in
        [(Method::GET, "/api/nothing"), (Method::POST, "/"), (Method::PUT, "/api/hosts"), (Method::DELETE, "/healthz")]
    {
        fault(stranger.request(method, path).send().await.unwrap(), StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
    fault(admin.get("/api/nothing").await, StatusCode::NOT_FOUND, "not_found").await;
    fault(admin.request(Method::PUT, "/api/hosts").send().await.unwrap(), StatusCode::METHOD_NOT_ALLOWED, "bad_input")
        .await;
}

#[tokio::test]
async fn another_site_is_refused() {
    let (server, admin) = TestServer::with_admin(&[("public_url", "https://berth.example.org")]).await;
    let sent = |headers: &[(&str, &str)], method: Method, path: &str| {
        let request =
            headers.iter().fold(admin.request(method, path), |request, (name, value)| request.header(*name, *value));
        request.json(&json!({"name": "a folder"})).send()
    };
    let (post, folders) = (|| Method::POST, "/api/folders");
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://berth.example.org")],
    ] {
        fault(sent(headers, post(), folders).await.unwrap(), StatusCode::FORBIDDEN, "cross_site").await;
    }
    let (function, _) = berth::server_fn_paths().next().unwrap();
    let foreign = [("origin", "https://evil.example")];
    fault(sent(&foreign, post(), function).await.unwrap(), StatusCode::FORBIDDEN, "cross_site").await;
    fault(sent(&foreign, Method::GET, "/ws/terminal/x1").await.unwrap(), StatusCode::FORBIDDEN, "cross_site").await;
    fault(sent(&foreign, post(), "/api/auth/login").await.unwrap(), StatusCode::FORBIDDEN, "cross_site").await;
    let own = server.url("");
    for (number, origin) in [own.as_str(), "https://berth.example.org"].into_iter().enumerate() {
        let request = admin.request(post(), folders).header("origin", origin).header("sec-fetch-site", "same-origin");
        let answer = request.json(&json!({"name": format!("folder {number}")})).send().await.unwrap();
        json(answer, StatusCode::CREATED).await;
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_whatever_cookies_come_along() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    for path in ["/api/hosts", "/api/auth/status", "/healthz"] {
        let answer = admin.request(Method::GET, path).bearer_auth("no such token").send().await.unwrap();
        fault(answer, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
    // Basic is for signing in only: here it neither lets in nor keeps out.
    let (server, _) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    let answer = stranger.request(Method::GET, "/api/hosts").basic_auth(ADMIN, Some(PASSWORD)).send().await.unwrap();
    fault(answer, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn the_page_calls_its_functions_as_the_one_signed_in() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let hosts = json(admin.post("/api/fn/accounts/tokens", json!({})).await, StatusCode::OK).await;
    assert_eq!(hosts, Value::Array(Vec::new()));
    fault(admin.post("/api/fn/no/such", json!({})).await, StatusCode::NOT_FOUND, "not_found").await;
}
