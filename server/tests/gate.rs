//! A stranger gets 401 everywhere but at what is public, before anything runs; another site gets 403.

use crate::common::{ADMIN, PASSWORD, Person, TestServer, fault, json};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a stranger may use, written out a second time: opening a door takes two hands.
const PUBLIC: &[&str] = &[
    "GET /api/auth/oidc/callback",
    "GET /api/auth/oidc/start",
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
    "POST /api/auth/passkey",
    "POST /api/auth/passkey/finish",
    "POST /api/auth/setup",
    "POST /api/terminal/join",
    "POST /api/terminal/sessions/{id}/close-beacon",
];

/// What somebody may use beside that who has given the right password and no code.
const SECOND_STEP: &[&str] = &["POST /api/auth/second-factor"];

/// What somebody may use beside the public list who has to set up a second factor.
const SET_UP: &[&str] = &[
    "GET /api/account/second-factor",
    "POST /api/account/second-factor",
    "POST /api/account/second-factor/confirm",
    "POST /api/account/vault",
    "POST /api/account/vault/passphrase",
];

fn lines(list: &[(Method, &str)]) -> BTreeSet<String> {
    list.iter().map(|(method, path)| format!("{method} {path}")).collect()
}

fn public() -> BTreeSet<String> {
    lines(berth::PUBLIC)
}

fn owned(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|line| (*line).to_owned()).collect()
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
    assert_eq!(public(), owned(PUBLIC));
    assert_eq!(lines(berth::SECOND_STEP), owned(SECOND_STEP));
    assert_eq!(lines(berth::SET_UP), owned(SET_UP));
}

/// Somebody who is no stranger and no caller: what they are refused with, and where they get in beside the public routes.
async fn walk(person: &Person, open: &[&str], status: StatusCode, code: &str) {
    let (public, open) = (public(), owned(open));
    let operations = operations(person).await;
    assert!(operations.len() > 30, "the whole interface is described: {operations:?}");
    let (mut tried, mut let_in) = (0, BTreeSet::new());
    for (method, path) in operations {
        let line = format!("{method} {path}");
        if public.contains(&line) {
            continue;
        }
        let request = person.request(method, &filled(&path)).body("{not json");
        let answer = request.header("content-type", "application/json").send().await.unwrap();
        tried += 1;
        if open.contains(&line) {
            let_in.insert(line);
            assert_ne!(answer.status(), status, "{path}");
        } else {
            assert_eq!(answer.status(), status, "{line}");
            fault(answer, status, code).await;
        }
    }
    assert!(tried > 100 && let_in == open, "{tried}, {let_in:?}");
    for (path, method) in berth::server_fn_paths() {
        fault(person.request(method, path).body("{}").send().await.unwrap(), status, code).await;
    }
    for path in SOCKETS {
        fault(upgrade(person, path).await, status, code).await;
    }
    for (method, path) in [(Method::GET, "/api/nothing"), (Method::POST, "/"), (Method::PUT, "/api/hosts")] {
        fault(person.request(method, path).send().await.unwrap(), status, code).await;
    }
}

#[tokio::test]
async fn who_is_half_signed_in_gets_to_the_second_step_and_nowhere_else() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let (mut app, _) = admin.set_up_second_factor(PASSWORD).await;
    let half = Person::new(&server);
    let begun = json(half.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!(begun["status"], "second_factor_needed");
    walk(&half, SECOND_STEP, StatusCode::UNAUTHORIZED, "second_factor_needed").await;
    // It is who it was all along: the walk ended nothing.
    let step = half.post("/api/auth/second-factor", json!({"code": app.next().await})).await;
    assert_eq!(json(step, StatusCode::OK).await["status"], "signed_in");
    json(half.get("/api/hosts").await, StatusCode::OK).await;
    // And signing out is open to half of one.
    let other = Person::new(&server);
    json(other.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!(json(other.post("/api/auth/logout", json!(null)).await, StatusCode::OK).await["status"], "signed_out");
    let over = other.post("/api/auth/second-factor", json!({"code": "000000"})).await;
    fault(over, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn who_has_to_set_up_a_second_factor_gets_to_that_and_nowhere_else() {
    let (_server, admin) = TestServer::with_admin(&[("accounts.require_second_factor", "all")]).await;
    walk(&admin, SET_UP, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
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
    for path in SOCKETS {
        fault(upgrade(&stranger, path).await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    }
}

const SOCKETS: &[&str] = &["/ws/terminal/x1", "/ws/terminal/new", "/ws/events", "/ws/monitor/x1", "/ws/"];

async fn upgrade(person: &Person, path: &str) -> Response {
    let upgrade = person.request(Method::GET, path).header("connection", "upgrade").header("upgrade", "websocket");
    let upgrade = upgrade.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    upgrade.send().await.unwrap()
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
async fn a_name_of_somebody_elses_gets_nothing_when_the_public_one_is_known() {
    let (server, admin) = TestServer::with_admin(&[("public_url", "https://berth.example.org")]).await;
    let stranger = Person::new(&server);
    let under = |person: &Person, name: &str, path: &str| person.request(Method::GET, path).header("host", name).send();
    for path in ["/", "/api/auth/status", "/api/hosts", "/api/nothing"] {
        for person in [&admin, &stranger] {
            fault(under(person, "rebound.example", path).await.unwrap(), StatusCode::FORBIDDEN, "cross_site").await;
        }
    }
    for name in ["berth.example.org", "127.0.0.1", "localhost:8080"] {
        assert_eq!(under(&admin, name, "/api/hosts").await.unwrap().status(), StatusCode::OK, "{name}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(under(&stranger, "berth.internal", path).await.unwrap().status(), StatusCode::OK, "{path}");
    }
    let token = json(admin.post("/api/tokens", json!({"name": "ci"})).await, StatusCode::CREATED).await;
    let script = Person::new(&server).request(Method::GET, "/api/hosts").bearer_auth(token["token"].as_str().unwrap());
    assert_eq!(script.header("host", "berth.internal").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_token_ends_no_sign_in_whose_cookies_come_along() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let token = admin.make_token("ci").await;
    let answer = admin.request(Method::POST, "/api/auth/logout").bearer_auth(token).send().await.unwrap();
    json(answer, StatusCode::OK).await;
    assert_eq!(admin.get("/api/hosts").await.status(), StatusCode::OK);
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
