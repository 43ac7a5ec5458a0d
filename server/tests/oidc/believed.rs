//! What comes back and is not to be believed: of another browser, twice, late, or with something wrong in the identity's token.

use super::{House, at_the_provider, begin, location, refused, sign_in, status};
use crate::common::{Person, fault};
use reqwest::StatusCode;

#[tokio::test]
async fn every_lie_of_a_token_is_found() {
    let house = House::open().await;
    let grace = Person::new(&house.server);
    for (lie, why) in [
        ("nonce", "nonce"),
        ("audience", "audience"),
        ("issuer", "issuer"),
        ("expired", "xpired"),
        ("signature", "ignature"),
        ("none", "ignature"),
        ("subject", "cannot be believed"),
        ("party", "azp"),
    ] {
        house.provider.lies(Some(lie)).await;
        refused(sign_in(&grace, "grace").await, StatusCode::UNAUTHORIZED, why).await;
        assert_eq!(status(&grace).await["status"], "signed_out", "{lie}");
    }
    house.provider.lies(None).await;
    assert_eq!(sign_in(&grace, "grace").await.status(), StatusCode::SEE_OTHER, "and the truth is believed");
    let noted = house.noted("account.sign_in").await;
    assert_eq!(
        noted.iter().filter(|(_, outcome)| outcome.starts_with("failed: what the provider")).count(),
        8,
        "{noted:?}"
    );
}

#[tokio::test]
async fn only_the_browser_that_began_ends_it_and_once() {
    let house = House::open().await;
    let (grace, other) = (Person::new(&house.server), Person::new(&house.server));
    let back = at_the_provider(&begin(&grace).await, "grace").await;
    const OVER: &str = "begun in another browser";
    refused(other.get(&back).await, StatusCode::BAD_REQUEST, OVER).await;
    // The other one has begun one of its own: its cookie goes with its own state alone.
    begin(&other).await;
    refused(other.get(&back).await, StatusCode::BAD_REQUEST, OVER).await;
    let wrong_state = back.replace("state=", "state=x");
    refused(grace.get(&wrong_state).await, StatusCode::BAD_REQUEST, OVER).await;
    // None of it used it up, but for the cookie, which an answer takes away: it is the browser's own again with a new beginning.
    let back = at_the_provider(&begin(&grace).await, "grace").await;
    let answer = grace.get(&back).await;
    assert_eq!((answer.status(), location(&answer).as_str()), (StatusCode::SEE_OTHER, "/credentials"));
    refused(grace.get(&back).await, StatusCode::BAD_REQUEST, OVER).await;
    assert_eq!(status(&grace).await["status"], "signed_in", "a second time ends nothing");
    for nothing in ["", "?code=x", "?state=x", "?state=&code="] {
        refused(other.get(&format!("/api/auth/oidc/callback{nothing}")).await, StatusCode::BAD_REQUEST, OVER).await;
    }
}

#[tokio::test]
async fn a_replayed_answer_is_worth_nothing_with_its_own_cookie() {
    let house = House::open().await;
    let grace = Person::new(&house.server);
    let begun = grace.get("/api/auth/oidc/start").await;
    let cookie = crate::common::Cookies::of(&begun).value("berth_oidc").to_owned();
    let back = at_the_provider(&location(&begun), "grace").await;
    let bring = || {
        let thief = Person::new(&house.server);
        thief.request(reqwest::Method::GET, &back).header("cookie", format!("berth_oidc={cookie}")).send()
    };
    let answers = futures::future::join_all((0..8).map(|_| bring())).await;
    let entered = answers.into_iter().filter(|answer| answer.as_ref().unwrap().status() == StatusCode::SEE_OTHER);
    assert_eq!(entered.count(), 1, "of many who bring it, one gets in");
}

#[tokio::test]
async fn the_providers_words_are_text_and_lead_nowhere() {
    let house = House::open().await;
    let grace = Person::new(&house.server);
    let address = begin(&grace).await;
    let url = reqwest::Url::parse(&address).unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let asked: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    for part in ["nonce", "code_challenge", "code_challenge_method", "state"] {
        assert!(asked.iter().any(|name| name == part), "{part} in {address}");
    }
    let told = "/api/auth/oidc/callback?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let answer = grace.get(&format!("{told}&state={state}")).await;
    let page = answer.text().await.unwrap();
    assert!(page.contains("access_denied") && page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    // Another issuer's answer (RFC 9207).
    let back = at_the_provider(&begin(&grace).await, "grace").await;
    let mixed = back.replace("&iss=http%3A%2F%2F", "&iss=https%3A%2F%2F");
    assert_ne!(mixed, back);
    refused(grace.get(&mixed).await, StatusCode::UNAUTHORIZED, "another provider").await;
    for other in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "%2Fapi%2Fauth%2Flogout"] {
        let begun = grace.get(&format!("/api/auth/oidc/start?back={other}")).await;
        let answer = grace.get(&at_the_provider(&location(&begun), "grace").await).await;
        assert_eq!((answer.status(), location(&answer).as_str()), (StatusCode::SEE_OTHER, "/"), "{other}");
    }
}

#[tokio::test]
async fn without_a_provider_there_is_nothing_to_begin_and_too_many_are_too_many() {
    let (_server, admin) = crate::common::TestServer::with_admin(&[]).await;
    refused(admin.get("/api/auth/oidc/start").await, StatusCode::CONFLICT, "no provider of identities").await;
    assert_eq!(status(&admin).await["provider"], serde_json::Value::Null);
    let body = serde_json::json!({"password": crate::common::PASSWORD});
    fault(admin.post("/api/account/identities", body).await, StatusCode::CONFLICT, "conflict").await;
    let house = House::open().await;
    let mut last = StatusCode::OK;
    for _ in 0..31 {
        last = Person::new(&house.server).get("/api/auth/oidc/start").await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
