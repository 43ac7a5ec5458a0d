//! The vault of who has no password here: chosen at the first sign-in, opened at later ones, lost and begun anew; and second factors with it.

use super::{House, PASSPHRASE, sign_in, status};
use crate::common::{PASSWORD, Person, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};

const VAULT: &str = "/api/account/vault";
const CHOOSE: &str = "/api/account/vault/passphrase";
const OTHER: &str = "another phrase of words";

/// Chooses a passphrase; the recovery code.
async fn choose(person: &Person, passphrase: &str, anew: bool) -> String {
    let body = json!({"passphrase": passphrase, "anew": anew});
    let chosen = json(person.post(CHOOSE, body).await, StatusCode::OK).await;
    assert_eq!((&chosen["vault_open"], &chosen["vault_opener"]), (&json!(true), &json!("passphrase")), "{chosen}");
    chosen["recovery_code"].as_str().unwrap().to_owned()
}

async fn keep_something(person: &Person) {
    let draft = json!({"name": "db", "password": "hunter2"});
    json(person.post("/api/credentials", draft).await, StatusCode::CREATED).await;
}

async fn kept(person: &Person) -> usize {
    json(person.get("/api/credentials").await, StatusCode::OK).await.as_array().unwrap().len()
}

async fn open(person: &Person, passphrase: &str, code: Option<&str>) -> Value {
    json(person.post(VAULT, json!({"password": passphrase, "recovery_code": code})).await, StatusCode::OK).await
}

#[tokio::test]
async fn a_passphrase_is_chosen_once_and_asked_for_at_later_sign_ins() {
    let house = House::open().await;
    let grace = house.newcomer("grace").await;
    let add = || grace.post("/api/credentials", json!({"name": "db", "password": "hunter2"}));
    fault(add().await, StatusCode::CONFLICT, "vault_locked").await;
    let early = grace.post("/api/account/second-factor", json!({"password": ""})).await;
    assert_eq!(early.status(), StatusCode::CONFLICT, "there is nothing yet to prove oneself with");
    fault(
        grace.post(VAULT, json!({"password": "", "recovery_code": null})).await,
        StatusCode::CONFLICT,
        "vault_locked",
    )
    .await;
    fault(grace.post(CHOOSE, json!({"passphrase": "short"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let elsewhere = house.newcomer("grace").await;
    let code = choose(&grace, PASSPHRASE, false).await;
    assert_eq!(code.len(), 39);
    fault(elsewhere.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    keep_something(&grace).await;
    fault(grace.post(CHOOSE, json!({"passphrase": OTHER})).await, StatusCode::CONFLICT, "conflict").await;

    let later = house.newcomer("grace").await;
    let known = status(&later).await;
    assert_eq!((&known["vault_open"], &known["vault_opener"]), (&json!(false), &json!("passphrase")));
    let wrong = later.post(VAULT, json!({"password": OTHER, "recovery_code": null})).await;
    let told = fault(wrong, StatusCode::UNAUTHORIZED, "wrong_password").await;
    assert!(told["detail"].as_str().unwrap().contains("vault passphrase"), "{told}");
    assert_eq!(open(&later, PASSPHRASE, None).await["vault_open"], true);
    assert_eq!(kept(&later).await, 1);
    json(grace.get("/api/hosts").await, StatusCode::OK).await;

    let change = json!({"current": PASSPHRASE, "new": OTHER});
    assert_eq!(json(later.post("/api/account/password", change).await, StatusCode::OK).await["vault_open"], true);
    let next = house.newcomer("grace").await;
    assert_eq!(open(&next, OTHER, None).await["vault_open"], true);
    assert_eq!(kept(&next).await, 1);
    // An account with a password has no use for one.
    fault(house.admin.post(CHOOSE, json!({"passphrase": PASSPHRASE})).await, StatusCode::CONFLICT, "conflict").await;
}

#[tokio::test]
async fn a_lost_passphrase_is_replaced_with_the_code_or_the_vault_begins_anew() {
    let house = House::open().await;
    let grace = house.newcomer("grace").await;
    let code = choose(&grace, PASSPHRASE, false).await;
    keep_something(&grace).await;
    let later = house.newcomer("grace").await;
    let wrong = later.post(VAULT, json!({"password": OTHER, "recovery_code": "AAAA-BBBB"})).await;
    fault(wrong, StatusCode::BAD_REQUEST, "bad_input").await;
    let opened = open(&later, OTHER, Some(&code)).await;
    assert_eq!((&opened["vault_open"], &opened["recovery_code"]), (&json!(true), &Value::Null));
    assert_eq!(kept(&later).await, 1);
    fault(grace.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let last = house.newcomer("grace").await;
    assert_ne!(choose(&last, PASSPHRASE, true).await, code);
    assert_eq!(kept(&last).await, 0);
    let noted: Vec<_> = house.noted("account.passphrase").await.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(noted, ["done; the vault was begun anew, its credentials are deleted", "done: chosen"]);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_here_too_and_its_codes_come_with_the_passphrase() {
    let house = House::open().await;
    let grace = house.newcomer("grace").await;
    choose(&grace, PASSPHRASE, false).await;
    let (mut app, codes) = grace.set_up_second_factor(PASSPHRASE).await;
    let later = Person::new(&house.server);
    assert_eq!(sign_in(&later, "grace").await.status(), StatusCode::SEE_OTHER);
    let half = status(&later).await;
    assert_eq!((&half["status"], &half["vault_opener"]), (&json!("second_factor_needed"), &json!("passphrase")));
    fault(later.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "second_factor_needed").await;
    let step = |body: Value| later.post("/api/auth/second-factor", body);
    let code = app.next().await;
    fault(step(json!({"code": code})).await, StatusCode::UNAUTHORIZED, "wrong_code").await;
    let wrong = json!({"code": code, "password": OTHER});
    fault(step(wrong).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    let whole = json(step(json!({"code": code, "password": PASSPHRASE})).await, StatusCode::OK).await;
    assert_eq!((&whole["status"], &whole["vault_open"]), (&json!("signed_in"), &json!(true)));
    let off = json!({"password": PASSWORD, "code": codes[0]});
    fault(later.post("/api/account/second-factor/off", off).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    // A recovery code needs no vault, and opens none.
    let lost = Person::new(&house.server);
    sign_in(&lost, "grace").await;
    let whole = json(lost.post("/api/auth/second-factor", json!({"code": codes[1]})).await, StatusCode::OK).await;
    assert_eq!((&whole["status"], &whole["vault_open"]), (&json!("signed_in"), &json!(false)));
}

#[tokio::test]
async fn the_providers_word_stands_for_a_second_factor_when_the_settings_say_so() {
    let settings =
        [("oidc.create_accounts", "true"), ("oidc.default_role", "member"), ("accounts.require_second_factor", "all")];
    let house = House::start(&settings).await;
    let grace = house.newcomer("grace").await;
    assert_eq!(status(&grace).await["status"], "second_factor_setup_needed");
    // What it needs is open: a vault first, then the factor.
    choose(&grace, PASSPHRASE, false).await;
    fault(grace.get("/api/hosts").await, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    grace.set_up_second_factor(PASSPHRASE).await;
    json(grace.get("/api/hosts").await, StatusCode::OK).await;
    let house = House::start(&[&settings[..], &[("oidc.counts_as_second_factor", "true")]].concat()).await;
    let grace = house.newcomer("grace").await;
    json(grace.get("/api/hosts").await, StatusCode::OK).await;
    choose(&grace, PASSPHRASE, false).await;
    grace.set_up_second_factor(PASSPHRASE).await;
    assert_eq!(status(&house.newcomer("grace").await).await["status"], "signed_in", "it counts for an own one, too");
}
