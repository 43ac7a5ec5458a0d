//! What a passkey opens: the vault where it gives a key, and only where.

use super::{MINE, ORIGIN, add, enters, server, with_passkey};
use crate::common::{PASSWORD, Person, SoftKey, fault, json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use reqwest::StatusCode;
use serde_json::{Value, json};

const ASK: &str = "/api/account/vault/passkey";
const OPEN: &str = "/api/account/vault/passkey/open";

/// Opens the caller's vault with a passkey; the answer.
pub(crate) async fn open(person: &Person, key: &mut SoftKey) -> reqwest::Response {
    let asked = json(person.post(ASK, Value::Null).await, StatusCode::OK).await;
    let answer = key.answer(&asked);
    person.post(OPEN, answer).await
}

async fn opens(person: &Person) -> Value {
    json(person.get(MINE).await, StatusCode::OK).await[0]["opens_vault"].clone()
}

#[tokio::test]
async fn without_a_key_it_stays_shut_until_it_is_opened_and_the_passkey_let_in() {
    let (server, admin) = server().await;
    let mut key = SoftKey::new(ORIGIN);
    key.gives_key = false;
    assert_eq!(add(&admin, &mut key, PASSWORD).await["opens_vault"], false);
    let (person, status) = enters(&server, &mut key).await;
    assert_eq!((&status["vault_open"], &status["vault_opener"]), (&json!(false), &json!("password")));
    let draft = json!({"name": "db", "password": "hunter2"});
    fault(person.post("/api/credentials", draft.clone()).await, StatusCode::CONFLICT, "vault_locked").await;
    fault(open(&person, &mut key).await, StatusCode::CONFLICT, "conflict").await;
    key.gives_key = true;
    let told = fault(open(&person, &mut key).await, StatusCode::CONFLICT, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains("does not open the vault yet"), "{told}");
    let opened = json!({"password": PASSWORD, "recovery_code": null});
    assert_eq!(json(person.post("/api/account/vault", opened).await, StatusCode::OK).await["vault_open"], true);
    json(person.post("/api/credentials", draft).await, StatusCode::CREATED).await;
    // Now it is let in; nothing is signed in anew for that.
    let answer = open(&person, &mut key).await;
    assert!(answer.headers().get("set-cookie").is_none());
    assert_eq!(json(answer, StatusCode::OK).await["vault_open"], true);
    assert_eq!(opens(&person).await, true);
    assert_eq!(enters(&server, &mut key).await.1["vault_open"], true);
}

#[tokio::test]
async fn another_key_opens_nothing_and_none_is_kept() {
    let (server, _admin, mut key) = with_passkey().await;
    let asked = super::asked(&Person::new(&server)).await;
    let given = key.gives(asked["prf_salt"].as_str().unwrap());
    let person = Person::new(&server);
    let mut answer = key.answer(&asked);
    answer["prf"] = BASE64.encode([7; 32]).into();
    let status = json(person.post(super::FINISH, answer).await, StatusCode::OK).await;
    assert_eq!((&status["status"], &status["vault_open"]), (&json!("signed_in"), &json!(false)));
    assert_eq!(json(open(&person, &mut key).await, StatusCode::OK).await["vault_open"], true);
    let mut short = key.answer(&super::asked(&person).await);
    short["prf"] = BASE64.encode([7; 16]).into();
    fault(person.post(super::FINISH, short).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let data = server.stop().await;
    for file in std::fs::read_dir(data.path()).unwrap().filter_map(|file| std::fs::read(file.unwrap().path()).ok()) {
        assert!(!file.windows(32).any(|bytes| bytes == given), "what an authenticator gives is stored nowhere");
        assert!(!file.windows(43).any(|bytes| bytes == BASE64.encode(given).as_bytes()));
    }
}

#[tokio::test]
async fn another_accounts_passkey_opens_no_vault() {
    let (server, _admin, mut key) = with_passkey().await;
    let bo = server.member("bo").await;
    fault(bo.post(ASK, Value::Null).await, StatusCode::CONFLICT, "conflict").await;
    let mut own = SoftKey::new(ORIGIN);
    add(&bo, &mut own, PASSWORD).await;
    let asked = json(bo.post(ASK, Value::Null).await, StatusCode::OK).await;
    assert_eq!(asked["options"]["allowCredentials"].as_array().unwrap().len(), 1);
    fault(bo.post(OPEN, key.answer(&asked)).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
}

#[tokio::test]
async fn it_opens_after_a_reset_of_the_password_and_holds_nothing_of_a_vault_that_was_begun_anew() {
    let (server, _admin) = server().await;
    let bo = server.member("bo").await;
    let mut key = SoftKey::new(ORIGIN);
    add(&bo, &mut key, PASSWORD).await;
    json(bo.post("/api/credentials", json!({"name": "db", "password": "x"})).await, StatusCode::CREATED).await;
    server.account(&["reset-password", "bo", "--password-stdin"]).await;
    let (bo, status) = enters(&server, &mut key).await;
    assert_eq!(status["vault_open"], true);
    // A new password takes the vault along.
    let change = json!({"current": PASSWORD, "new": "another long password"});
    json(bo.post("/api/account/password", change).await, StatusCode::OK).await;
    let (bo, status) = enters(&server, &mut key).await;
    assert_eq!(status["vault_open"], true);
    assert_eq!(json(bo.get("/api/credentials").await, StatusCode::OK).await.as_array().unwrap().len(), 1);

    server.account(&["reset-password", "bo", "--password-stdin"]).await;
    let anew = Person::new(&server);
    json(anew.sign_in("bo", PASSWORD).await, StatusCode::OK).await;
    json(anew.post("/api/account/vault", json!({"password": PASSWORD})).await, StatusCode::OK).await;
    assert_eq!(opens(&anew).await, false);
    let (bo, status) = enters(&server, &mut key).await;
    assert_eq!((&status["vault_open"], &status["vault_opener"]), (&json!(false), &json!("password")));
    fault(open(&bo, &mut key).await, StatusCode::CONFLICT, "conflict").await;
    // Whose vault is open lets it in again.
    assert_eq!(json(open(&anew, &mut key).await, StatusCode::OK).await["vault_open"], true);
    assert_eq!(enters(&server, &mut key).await.1["vault_open"], true);
}
