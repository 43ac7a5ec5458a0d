//! Passkeys, with an authenticator in software: added, used without a name, renamed, removed; what they open, and what is refused.

mod refused;
mod vault;

pub(crate) use vault::open;

use crate::common::{ADMIN, Cookies, PASSWORD, Person, SoftKey, TestServer, fault, json};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

pub(crate) const ORIGIN: &str = "http://localhost:8080";
pub(crate) const SETTINGS: [(&str, &str); 3] =
    [("passkeys.enabled", "true"), ("public_url", ORIGIN), ("trusted_proxies", "127.0.0.1")];

const MINE: &str = "/api/account/passkeys";
const CONFIRM: &str = "/api/account/passkeys/confirm";
const BEGIN: &str = "/api/auth/passkey";
const FINISH: &str = "/api/auth/passkey/finish";

/// A server with passkeys, and its admin.
async fn server() -> (TestServer, Person) {
    TestServer::with_admin(&SETTINGS).await
}

/// Begins to add one.
async fn begin(person: &Person, password: &str) -> Value {
    json(person.post(MINE, json!({"name": "Phone", "password": password})).await, StatusCode::OK).await
}

/// Adds one; the answer.
pub(crate) async fn add(person: &Person, key: &mut SoftKey, password: &str) -> Value {
    let made = key.make(&begin(person, password).await);
    json(person.post(CONFIRM, made).await, StatusCode::CREATED).await
}

/// An admin's server where she has a passkey.
async fn with_passkey() -> (TestServer, Person, SoftKey) {
    let ((server, admin), mut key) = (server().await, SoftKey::new(ORIGIN));
    add(&admin, &mut key, PASSWORD).await;
    (server, admin, key)
}

/// What a sign-in asks.
async fn asked(person: &Person) -> Value {
    json(person.post(BEGIN, Value::Null).await, StatusCode::OK).await
}

/// Signs in with one.
pub(crate) async fn sign_in(person: &Person, key: &mut SoftKey) -> Response {
    let answer = key.answer(&asked(person).await);
    person.post(FINISH, answer).await
}

/// The same as somebody new, who gets in.
async fn enters(server: &TestServer, key: &mut SoftKey) -> (Person, Value) {
    let person = Person::new(server);
    let status = json(sign_in(&person, key).await, StatusCode::OK).await;
    (person, status)
}

/// The outcomes of an action in the audit log, the newest first.
async fn noted(admin: &Person, action: &str) -> Vec<String> {
    let lines = json(admin.get(&format!("/api/audit?action={action}")).await, StatusCode::OK).await;
    lines["events"].as_array().unwrap().iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name_and_opens_the_vault() {
    let (server, admin) = server().await;
    let told = json(Person::new(&server).get("/api/auth/status").await, StatusCode::OK).await;
    assert_eq!(told["passkey_origin"], ORIGIN);
    let draft = json!({"name": "db", "username": "x", "password": "hunter2"});
    json(admin.post("/api/credentials", draft).await, StatusCode::CREATED).await;
    let mut key = SoftKey::new(ORIGIN);
    let begun = begin(&admin, PASSWORD).await;
    let wanted = &begun["options"]["authenticatorSelection"];
    assert_eq!((&wanted["residentKey"], &wanted["userVerification"]), (&json!("required"), &json!("required")));
    let added = json(admin.post(CONFIRM, key.make(&begun)).await, StatusCode::CREATED).await;
    assert_eq!((&added["name"], &added["opens_vault"]), (&json!("Phone"), &json!(true)), "{added}");
    assert!(added["recovery_code"].is_null() && added["last_used_at"].is_null(), "{added}");

    let person = Person::new(&server);
    let answer = sign_in(&person, &mut key).await;
    let cookies = Cookies::of(&answer);
    assert!(
        cookies.line("berth_session").contains("Max-Age=1209600") && cookies.line("berth_vault").contains("HttpOnly")
    );
    let status = json(answer, StatusCode::OK).await;
    assert_eq!(
        (&status["status"], &status["username"], &status["vault_open"]),
        (&json!("signed_in"), &json!(ADMIN), &json!(true))
    );
    assert_eq!(json(person.get("/api/credentials").await, StatusCode::OK).await.as_array().unwrap().len(), 1);
    let listed = json(person.get(MINE).await, StatusCode::OK).await;
    assert!(listed[0]["last_used_at"].is_string() && listed.as_array().unwrap().len() == 1, "{listed}");
    // Somebody who was signed in already gets another cookie.
    let again = Cookies::of(&sign_in(&person, &mut key).await);
    assert_ne!(again.value("berth_session"), cookies.value("berth_session"));
    assert_eq!(noted(&admin, "account.sign_in").await[0], "done, with the passkey Phone");
}

#[tokio::test]
async fn it_stands_for_a_second_factor_and_is_the_one_that_a_policy_requires() {
    let (server, admin, mut key) = with_passkey().await;
    let (_, codes) = admin.set_up_second_factor(PASSWORD).await;
    let (person, status) = enters(&server, &mut key).await;
    assert_eq!(status["status"], "signed_in", "no code is asked for");
    let off = json!({"password": PASSWORD, "code": codes[0]});
    assert_eq!(person.post("/api/account/second-factor/off", off).await.status(), StatusCode::NO_CONTENT);
    let data = server.stop().await;
    let policy = [&SETTINGS[..], &[("accounts.require_second_factor", "all")]].concat();
    let server = TestServer::on(data, &policy).await;
    let (person, status) = enters(&server, &mut key).await;
    assert_eq!(status["status"], "signed_in");
    json(person.get("/api/hosts").await, StatusCode::OK).await;
    // Who knows the password alone is not let to set up another factor in its place.
    let thief = Person::new(&server);
    let status = json(thief.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!(status["status"], "second_factor_setup_needed");
    let factor = thief.post("/api/account/second-factor", json!({"password": PASSWORD})).await;
    let told = fault(factor, StatusCode::FORBIDDEN, "forbidden").await;
    assert!(told["detail"].as_str().unwrap().contains("passkey"), "{told}");
    for (method, path) in [(Method::GET, MINE), (Method::POST, MINE), (Method::POST, CONFIRM)] {
        let answer =
            thief.request(method, path).json(&json!({"name": "x", "password": PASSWORD})).send().await.unwrap();
        fault(answer, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    }
}

#[tokio::test]
async fn they_are_named_and_removed_by_their_account_alone() {
    let (server, admin, mut key) = with_passkey().await;
    let bo = server.member("bo").await;
    let id = json(admin.get(MINE).await, StatusCode::OK).await[0]["id"].as_str().unwrap().to_owned();
    let (one, remove) = (format!("{MINE}/{id}"), format!("{MINE}/{id}/remove"));
    assert_eq!(json(bo.get(MINE).await, StatusCode::OK).await, json!([]));
    fault(bo.patch(&one, json!({"name": "mine"})).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(bo.post(&remove, json!({"password": PASSWORD})).await, StatusCode::NOT_FOUND, "not_found").await;
    for wrong in ["", " \n", &"x".repeat(61)] {
        fault(admin.patch(&one, json!({"name": wrong})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let named = json(admin.patch(&one, json!({"name": " Old phone "})).await, StatusCode::OK).await;
    assert_eq!(named["name"], "Old phone");
    fault(admin.post(&remove, json!({"password": "not this one"})).await, StatusCode::UNAUTHORIZED, "wrong_password")
        .await;

    let (elsewhere, _) = enters(&server, &mut key).await;
    let removed = json(admin.post(&remove, json!({"password": PASSWORD})).await, StatusCode::OK).await;
    assert_eq!((&removed["status"], &removed["vault_open"]), (&json!("signed_in"), &json!(true)));
    json(admin.get("/api/hosts").await, StatusCode::OK).await;
    fault(elsewhere.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let answer = sign_in(&Person::new(&server), &mut key).await;
    fault(answer, StatusCode::UNAUTHORIZED, "wrong_password").await;
    assert_eq!(json(admin.get(MINE).await, StatusCode::OK).await, json!([]));
    let told = noted(&admin, "account.passkey").await;
    assert_eq!(
        told,
        ["done: removed; all other sign-ins end", "done: renamed", "done: opens the vault", "done: added"]
    );
}

#[tokio::test]
async fn a_lost_one_is_taken_away_with_the_second_factor() {
    let (server, admin) = server().await;
    let bo = server.member("bo").await;
    let mut key = SoftKey::new(ORIGIN);
    add(&bo, &mut key, PASSWORD).await;
    let all = json(admin.get("/api/accounts").await, StatusCode::OK).await;
    let bos = all.as_array().unwrap().iter().find(|one| one["name"] == "bo").unwrap();
    assert_eq!((&bos["passkeys"], &bos["second_factor"]), (&json!(1), &json!(false)), "{bos}");
    let reset = format!("/api/accounts/{}/reset-second-factor", bos["id"].as_str().unwrap());
    assert_eq!(json(admin.post(&reset, Value::Null).await, StatusCode::OK).await["passkeys"], 0);
    fault(bo.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    fault(sign_in(&Person::new(&server), &mut key).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    fault(admin.post(&reset, Value::Null).await, StatusCode::CONFLICT, "conflict").await;
    // On the command line the same.
    let mut key = SoftKey::new(ORIGIN);
    add(&admin, &mut key, PASSWORD).await;
    server.account(&["reset-second-factor", ADMIN]).await;
    fault(sign_in(&Person::new(&server), &mut key).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
}

#[tokio::test]
async fn the_same_one_is_not_added_twice() {
    let (server, admin, mut key) = with_passkey().await;
    let begun = begin(&admin, PASSWORD).await;
    assert_eq!(begun["options"]["excludeCredentials"].as_array().unwrap().len(), 1, "{begun}");
    fault(admin.post(CONFIRM, key.make(&begun)).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let bo = server.member("bo").await;
    let begun = begin(&bo, PASSWORD).await;
    fault(bo.post(CONFIRM, key.make(&begun)).await, StatusCode::CONFLICT, "conflict").await;
    assert_eq!(json(bo.get(MINE).await, StatusCode::OK).await, json!([]));
}

#[tokio::test]
async fn they_are_off_unless_they_are_switched_on() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let told = json(admin.get("/api/auth/status").await, StatusCode::OK).await;
    assert!(told["passkey_origin"].is_null(), "{told}");
    fault(Person::new(&server).post(BEGIN, Value::Null).await, StatusCode::CONFLICT, "conflict").await;
    let draft = json!({"name": "Phone", "password": PASSWORD});
    fault(admin.post(MINE, draft).await, StatusCode::CONFLICT, "conflict").await;
    fault(admin.post("/api/account/vault/passkey", Value::Null).await, StatusCode::CONFLICT, "conflict").await;
    assert_eq!(json(admin.get(MINE).await, StatusCode::OK).await, json!([]), "what there is can be seen and removed");
}
