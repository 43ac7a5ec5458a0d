//! Linking an identity to an account that is there, and taking it away.

use super::{House, PASSPHRASE, at_the_provider, location, refused, sign_in, status};
use crate::common::{ADMIN, PASSWORD, Person, fault, json};
use reqwest::StatusCode;
use serde_json::json;

const LINK: &str = "/api/account/identities";

async fn begin_link(person: &Person, password: &str) -> String {
    let begun = json(person.post(LINK, json!({"password": password})).await, StatusCode::OK).await;
    begun["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_links_its_identity_signs_in_by_it_and_takes_it_away() {
    let house = House::start(&[("oidc.role_claim", "groups"), ("oidc.viewer_values", "audit")]).await;
    let wrong = house.admin.post(LINK, json!({"password": "not this one"})).await;
    fault(wrong, StatusCode::UNAUTHORIZED, "wrong_password").await;
    house.provider.says("ada-there", json!({"groups": ["audit"]})).await;
    let back = at_the_provider(&begin_link(&house.admin, PASSWORD).await, "ada-there").await;
    let linked = house.admin.get(&back).await;
    assert_eq!((linked.status(), location(&linked).as_str()), (StatusCode::SEE_OTHER, "/account"));
    let ada = house.newcomer("ada-there").await;
    let known = status(&ada).await;
    assert_eq!((&known["username"], &known["role"]), (&json!(ADMIN), &json!("admin")), "the role was given here");
    assert_eq!((&known["vault_open"], &known["vault_opener"]), (&json!(false), &json!("password")));
    let open = json!({"password": PASSWORD, "recovery_code": null});
    let opened = json(ada.post("/api/account/vault", open).await, StatusCode::OK).await;
    assert_eq!(opened["vault_open"], true);
    // Nobody else's account gets the same identity.
    let bo = house.server.member("bo").await;
    let back = at_the_provider(&begin_link(&bo, PASSWORD).await, "ada-there").await;
    refused(bo.get(&back).await, StatusCode::CONFLICT, "linked to this identity already").await;
    let listed = json(ada.get(LINK).await, StatusCode::OK).await;
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    fault(bo.delete(&format!("{LINK}/{id}")).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(ada.delete(&format!("{LINK}/{id}")).await.status(), StatusCode::NO_CONTENT);
    refused(sign_in(&Person::new(&house.server), "ada-there").await, StatusCode::FORBIDDEN, "nobody here is linked")
        .await;
    json(ada.get("/api/hosts").await, StatusCode::OK).await;
    let what = format!("account ada of {}", house.provider.issuer());
    assert_eq!(house.noted("identity.link").await.last().unwrap(), &(what.clone(), "done".into()));
    assert_eq!(house.noted("identity.unlink").await, [(what, "done".into())]);
}

#[tokio::test]
async fn a_link_is_ended_by_the_sign_in_that_began_it() {
    let house = House::open().await;
    let bo = house.server.member("bo").await;
    let back = at_the_provider(&begin_link(&bo, PASSWORD).await, "grace").await;
    // In the same browser, somebody else has signed in meanwhile.
    bo.sign_in(ADMIN, PASSWORD).await;
    refused(bo.get(&back).await, StatusCode::FORBIDDEN, "sign in again").await;
    let back = at_the_provider(&begin_link(&house.admin, PASSWORD).await, "grace").await;
    house.admin.post("/api/auth/logout", json!(null)).await;
    refused(house.admin.get(&back).await, StatusCode::FORBIDDEN, "sign in again").await;
    assert_eq!(status(&house.admin).await["status"], "signed_out", "a link signs nobody in");
    assert_eq!(status(&house.newcomer("grace").await).await["username"], "grace", "nobody was linked");
}

#[tokio::test]
async fn the_last_way_in_stays_until_there_is_a_password() {
    let house = House::open().await;
    let grace = house.newcomer("grace").await;
    fault(Person::new(&house.server).sign_in("grace", "").await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    let choose = json!({"passphrase": PASSPHRASE});
    json(grace.post("/api/account/vault/passphrase", choose).await, StatusCode::OK).await;
    // What opens the vault signs nobody in.
    let by_passphrase = Person::new(&house.server).sign_in("grace", PASSPHRASE).await;
    fault(by_passphrase, StatusCode::UNAUTHORIZED, "wrong_password").await;
    let id = json(grace.get(LINK).await, StatusCode::OK).await[0]["id"].as_str().unwrap().to_owned();
    fault(grace.delete(&format!("{LINK}/{id}")).await, StatusCode::CONFLICT, "conflict").await;
    house.server.account(&["reset-password", "grace", "--password-stdin"]).await;
    let grace = Person::new(&house.server);
    let known = json(grace.sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&known["status"], &known["vault_opener"]), (&json!("signed_in"), &json!("recovery_code")));
    assert_eq!(grace.delete(&format!("{LINK}/{id}")).await.status(), StatusCode::NO_CONTENT);
}
