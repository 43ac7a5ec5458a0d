//! Set-up, sign-in, cookies, tokens, and what happens to those who guess.

use crate::common::{ADMIN, Cookies, PASSWORD, Person, TestServer, fault, json};
use reqwest::{Method, StatusCode};
use serde_json::json;

const SESSION: &str = "berth_session";
const VAULT: &str = "berth_vault";
const DEVICE: &str = "berth_device";

#[tokio::test]
async fn the_code_on_the_console_makes_the_first_admin_once() {
    let server = TestServer::start().await;
    let person = Person::new(&server);
    let status = json(person.get("/api/auth/status").await, StatusCode::OK).await;
    assert_eq!(status["status"], "setup_needed");
    let wrong = json!({"code": "0000-0000", "username": ADMIN, "password": PASSWORD});
    fault(person.post("/api/auth/setup", wrong).await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let done = json(person.set_up(server.setup_code()).await, StatusCode::OK).await;
    assert!(done["recovery_code"].as_str().is_some_and(|code| code.len() > 20), "{done}");
    let status = json(person.get("/api/auth/status").await, StatusCode::OK).await;
    assert_eq!(
        (&status["status"], &status["username"], &status["role"]),
        (&json!("signed_in"), &json!(ADMIN), &json!("admin"))
    );
    assert_eq!(status["vault_open"], true);
    let again = json!({"code": server.setup_code(), "username": "eve", "password": PASSWORD});
    fault(Person::new(&server).post("/api/auth/setup", again).await, StatusCode::CONFLICT, "conflict").await;
}

#[tokio::test]
async fn every_cookie_is_for_the_server_alone() {
    let server = TestServer::start().await;
    let answer = Person::new(&server).set_up(server.setup_code()).await;
    let cookies = Cookies::of(&answer);
    assert_eq!(cookies.len(), 3);
    for (name, lifetime) in [(SESSION, "Max-Age=1209600"), (VAULT, "Max-Age=1209600"), (DEVICE, "Max-Age=34560000")] {
        let line = cookies.line(name);
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", lifetime] {
            assert!(line.contains(attribute), "{attribute} in {line}");
        }
        assert!(!line.contains("Secure") && !line.contains("Domain"), "plain HTTP: {line}");
    }
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("no-store"));
}

#[tokio::test]
async fn behind_tls_they_are_secure() {
    let (server, _admin) = TestServer::with_admin(&[("trusted_proxies", "127.0.0.0/8")]).await;
    let person = Person::new(&server);
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let by_proxy = person.request(Method::POST, "/api/auth/login").header("x-forwarded-proto", "https").json(&body);
    let cookies = Cookies::of(&by_proxy.send().await.unwrap());
    assert!(cookies.line(SESSION).contains("Secure") && cookies.line(VAULT).contains("Secure"), "{cookies:?}");
    let cookies = Cookies::of(&Person::new(&server).sign_in(ADMIN, PASSWORD).await);
    assert!(!cookies.line(SESSION).contains("Secure"), "{cookies:?}");
    // From anybody else the header is worth nothing.
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let person = Person::new(&server);
    let lying = person.request(Method::POST, "/api/auth/login").header("x-forwarded-proto", "https").json(&body);
    let cookies = Cookies::of(&lying.send().await.unwrap());
    assert!(!cookies.line(SESSION).contains("Secure"), "{cookies:?}");
}

#[tokio::test]
async fn signing_in_renews_the_id() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let person = Person::new(&server);
    let first = Cookies::of(&person.sign_in(ADMIN, PASSWORD).await).value(SESSION).to_owned();
    let second = Cookies::of(&person.sign_in(ADMIN, PASSWORD).await).value(SESSION).to_owned();
    assert_ne!(first, second);
    let planted =
        Person::new(&server).request(Method::GET, "/api/hosts").header("cookie", format!("{SESSION}={first}"));
    fault(planted.send().await.unwrap(), StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let fixed = Person::new(&server);
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let planted = fixed
        .request(Method::POST, "/api/auth/login")
        .header("cookie", format!("{SESSION}=AAAAAAAAAAAAAAAAAAAAAA"))
        .json(&body);
    assert_ne!(Cookies::of(&planted.send().await.unwrap()).value(SESSION), "AAAAAAAAAAAAAAAAAAAAAA");
}

#[tokio::test]
async fn a_visitor_gets_no_cookie() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let person = Person::new(&server);
    for path in ["/", "/api/auth/status", "/api/hosts", "/healthz"] {
        assert_eq!(Cookies::of(&person.get(path).await).len(), 0, "{path}");
    }
    let wrong = person.sign_in(ADMIN, "not this one").await;
    assert_eq!(Cookies::of(&wrong).len(), 0);
}

#[tokio::test]
async fn signing_out_ends_it_on_the_server_as_well() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let person = Person::new(&server);
    let signed_in = Cookies::of(&person.sign_in(ADMIN, PASSWORD).await);
    json(person.get("/api/hosts").await, StatusCode::OK).await;
    let out = person.post("/api/auth/logout", json!(null)).await;
    let cookies = Cookies::of(&out);
    assert_eq!(json(out, StatusCode::OK).await["status"], "signed_out");
    for name in [SESSION, VAULT] {
        assert!(cookies.line(name).contains("Max-Age=0") && cookies.value(name).is_empty(), "{cookies:?}");
    }
    fault(person.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let kept = format!("{SESSION}={}; {VAULT}={}", signed_in.value(SESSION), signed_in.value(VAULT));
    let replayed = Person::new(&server).request(Method::GET, "/api/hosts").header("cookie", kept);
    fault(replayed.send().await.unwrap(), StatusCode::UNAUTHORIZED, "unauthenticated").await;
    assert_eq!(person.post("/api/auth/logout", json!(null)).await.status(), StatusCode::OK, "twice is no error");
}

#[tokio::test]
async fn the_vault_opens_with_its_cookie_only() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let cookies = Cookies::of(&Person::new(&server).sign_in(ADMIN, PASSWORD).await);
    let half = Person::new(&server);
    let alone = format!("{SESSION}={}", cookies.value(SESSION));
    let status = half.request(Method::GET, "/api/auth/status").header("cookie", &alone).send().await.unwrap();
    let status = json(status, StatusCode::OK).await;
    assert_eq!((&status["status"], &status["vault_open"]), (&json!("signed_in"), &json!(false)));
    let add = half.request(Method::POST, "/api/credentials").header("cookie", &alone);
    let add = add.json(&json!({"name": "router", "password": "s3cret"})).send().await.unwrap();
    fault(add, StatusCode::CONFLICT, "vault_locked").await;
}

#[tokio::test]
async fn basic_signs_in_at_its_one_place() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let script = Person::new(&server);
    let answer =
        script.request(Method::POST, "/api/auth/login").basic_auth(ADMIN, Some(PASSWORD)).send().await.unwrap();
    let status = json(answer, StatusCode::OK).await;
    assert_eq!(status["username"], ADMIN);
    assert!(status["session_id"].is_string());
    json(script.get("/api/hosts").await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_token_is_shown_once_and_works_until_it_is_ended() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let created = json(admin.post("/api/tokens", json!({"name": "script"})).await, StatusCode::CREATED).await;
    let token = created["token"].as_str().unwrap();
    assert_eq!((&created["name"], &created["opens_vault"]), (&json!("script"), &json!(true)));
    let script = Person::with_token(&server, token);
    json(script.get("/api/hosts").await, StatusCode::OK).await;
    let listed = json(admin.get("/api/tokens").await, StatusCode::OK).await;
    assert!(listed[0].get("token").is_none() && listed[0]["id"] == created["id"], "{listed}");
    assert_eq!(Cookies::of(&script.get("/api/hosts").await).len(), 0, "a token gets no cookies");
    fault(script.post("/api/tokens", json!({"name": "more"})).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(script.get("/api/tokens").await, StatusCode::FORBIDDEN, "forbidden").await;
    let ended = admin.delete(&format!("/api/tokens/{}", created["id"].as_str().unwrap())).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    fault(script.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn a_new_password_ends_every_other_sign_in() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let elsewhere = Person::new(&server);
    elsewhere.sign_in(ADMIN, PASSWORD).await;
    let wrong = json!({"current": "not this one", "new": "another good password"});
    fault(admin.post("/api/account/password", wrong).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    let change = json!({"current": PASSWORD, "new": "another good password"});
    let status = json(admin.post("/api/account/password", change).await, StatusCode::OK).await;
    assert_eq!(status["vault_open"], true);
    json(admin.get("/api/hosts").await, StatusCode::OK).await;
    fault(elsewhere.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    fault(Person::new(&server).sign_in(ADMIN, PASSWORD).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
}

#[tokio::test]
async fn who_guesses_waits_longer_and_longer() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let guesser = Person::new(&server);
    let mut waits = Vec::new();
    for _ in 0..40 {
        let answer = guesser.sign_in(ADMIN, "a wrong password").await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            let header: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            let told = fault(answer, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
            assert_eq!(told["retry_after_seconds"], header);
            waits.push(header);
            break;
        }
        fault(answer, StatusCode::UNAUTHORIZED, "wrong_password").await;
    }
    assert!(waits.first().is_some_and(|wait| *wait >= 1), "40 guesses in a row were let through");
    // The right password waits as well: else a guesser would learn that it was right.
    fault(guesser.sign_in(ADMIN, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
}
