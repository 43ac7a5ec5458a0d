//! Passkeys of who signs in by a provider: they open the vault, and sign in only where the settings say so.

use super::{House, PASSPHRASE, status};
use crate::{
    common::{Person, SoftKey, fault, json},
    passkeys::{ORIGIN, SETTINGS, add, open, sign_in},
};
use reqwest::StatusCode;
use serde_json::json;

const OPEN_TO_MEMBERS: [(&str, &str); 2] = [("oidc.create_accounts", "true"), ("oidc.default_role", "member")];

async fn kept(person: &Person) -> usize {
    json(person.get("/api/credentials").await, StatusCode::OK).await.as_array().unwrap().len()
}

#[tokio::test]
async fn a_passkey_begins_the_vault_in_the_place_of_a_passphrase() {
    let house = House::start(&[&SETTINGS[..], &OPEN_TO_MEMBERS].concat()).await;
    let grace = house.newcomer("grace").await;
    let mut key = SoftKey::new(ORIGIN);
    let added = add(&grace, &mut key, "").await;
    assert_eq!(added["opens_vault"], true, "{added}");
    assert_eq!(added["recovery_code"].as_str().unwrap().len(), 39);
    let told = status(&grace).await;
    assert_eq!((&told["vault_open"], &told["vault_opener"]), (&json!(true), &json!("passkey")));
    json(grace.post("/api/credentials", json!({"name": "db", "password": "x"})).await, StatusCode::CREATED).await;

    let later = house.newcomer("grace").await;
    let told = status(&later).await;
    assert_eq!((&told["vault_open"], &told["vault_opener"]), (&json!(false), &json!("passkey")));
    // A passphrase now would begin an empty vault; that has to be said.
    let choice = json!({"passphrase": PASSPHRASE});
    fault(later.post("/api/account/vault/passphrase", choice.clone()).await, StatusCode::CONFLICT, "conflict").await;
    assert_eq!(json(open(&later, &mut key).await, StatusCode::OK).await["vault_open"], true);
    assert_eq!(kept(&later).await, 1);
    // Into the open vault it goes without harm.
    let chosen = json(later.post("/api/account/vault/passphrase", choice).await, StatusCode::OK).await;
    assert_eq!((&chosen["vault_open"], &chosen["vault_opener"]), (&json!(true), &json!("passphrase")));
    assert!(chosen["recovery_code"].is_null(), "the code of before stays good");
    assert_eq!(kept(&later).await, 1);
    let last = house.newcomer("grace").await;
    let by_phrase = json!({"password": PASSPHRASE, "recovery_code": null});
    assert_eq!(json(last.post("/api/account/vault", by_phrase).await, StatusCode::OK).await["vault_open"], true);
    assert_eq!(kept(&last).await, 1);
    // From now on the passphrase proves.
    let more = json!({"name": "Stick", "password": ""});
    fault(last.post("/api/account/passkeys", more).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
}

#[tokio::test]
async fn it_does_not_sign_in_in_the_place_of_the_provider_unless_the_settings_say_so() {
    let settings = [&SETTINGS[..], &OPEN_TO_MEMBERS].concat();
    let house = House::start(&settings).await;
    let mut key = SoftKey::new(ORIGIN);
    add(&house.newcomer("grace").await, &mut key, "").await;
    let refused = sign_in(&Person::new(&house.server), &mut key).await;
    fault(refused, StatusCode::FORBIDDEN, "forbidden").await;
    let noted = &house.noted("account.sign_in").await[0];
    assert_eq!(noted.1, "refused: a passkey, where a provider or the directory lets in");
    let house = House::start(&[&settings[..], &[("passkeys.instead_of_provider", "true")]].concat()).await;
    let mut key = SoftKey::new(ORIGIN);
    add(&house.newcomer("grace").await, &mut key, "").await;
    let person = Person::new(&house.server);
    let told = json(sign_in(&person, &mut key).await, StatusCode::OK).await;
    assert_eq!((&told["username"], &told["vault_open"]), (&json!("grace"), &json!(true)));
}
