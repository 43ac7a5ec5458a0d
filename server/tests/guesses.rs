//! Ten thousand guesses at a password from everywhere, and its owner meanwhile.

use crate::common::{ADMIN, PASSWORD, Person, TestServer, fault, json};
use futures::{StreamExt, stream};
use reqwest::{Method, StatusCode};
use serde_json::json;

const GUESSES: u32 = 10_000;

#[tokio::test]
async fn ten_thousand_guesses_are_held_up_and_keep_no_owner_out() {
    let (server, owner) = TestServer::with_admin(&[("trusted_proxies", "127.0.0.1")]).await;
    let guesser = Person::new(&server);
    let guess = |number: u32| {
        let login = json!({"username": ADMIN, "password": format!("guess number {number}")});
        let from = format!("10.{}.{}.1", number / 250 % 250, number % 250);
        guesser.request(Method::POST, "/api/auth/login").header("x-forwarded-for", from).json(&login).send()
    };
    let looked_at = stream::iter(0..GUESSES)
        .map(|number| async move { guess(number).await.unwrap().status() })
        .buffer_unordered(32)
        .filter(|status| std::future::ready(*status != StatusCode::TOO_MANY_REQUESTS))
        .count()
        .await;
    assert!((4..100).contains(&looked_at), "{looked_at} guesses were looked at");

    // Who comes for the first time cannot be told from a guesser, with the right password either.
    let elsewhere = Person::new(&server);
    fault(elsewhere.sign_in(ADMIN, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
    // A browser in which the owner has signed in before can.
    owner.post("/api/auth/logout", json!(null)).await;
    let status = json(owner.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&status["status"], &status["vault_open"]), (&json!("signed_in"), &json!(true)));
}

#[tokio::test]
async fn a_known_browser_may_not_guess_for_ever_and_is_known_for_one_name() {
    let (server, owner) = TestServer::with_admin(&[]).await;
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(owner.sign_in(ADMIN, "a wrong password").await.status());
    }
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    // Its own waiting is nobody else's: not of the owner at another desk, not of other names in this browser.
    json(Person::new(&server).sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    fault(owner.sign_in("somebody", "a wrong password").await, StatusCode::UNAUTHORIZED, "wrong_password").await;
}
