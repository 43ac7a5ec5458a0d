//! Signing in, and what a sign-in is good for.

use crate::house::{House, OTHER, PASSWORD, code_of, draft, request, row_of, secret, visitor};
use services::{ServiceError, accounts::CookieRow};
use std::time::{Duration, Instant};
use wire::{FaultCode, Timestamp, accounts::Role};

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_the_same() {
    let (house, _) = House::with_alice().await;
    let mut texts = Vec::new();
    for (name, password) in [("alice", OTHER), ("nobody", PASSWORD), ("", ""), ("a b/c", PASSWORD)] {
        let visitor = visitor(u8::try_from(texts.len()).unwrap());
        let error = house.accounts.sign_in(&visitor, request(name, password)).await.unwrap_err();
        texts.push(format!("{:?}", error.fault()));
    }
    assert!(texts.iter().all(|text| text == &texts[0]), "{texts:?}");
    let huge = house.sign_in(&"x".repeat(1025)).await.unwrap_err();
    assert_eq!(code_of(huge), FaultCode::BadInput);
}

#[tokio::test]
async fn wrong_passwords_make_wait_and_the_right_one_is_not_even_looked_at() {
    let (house, _) = House::with_alice().await;
    for _ in 0..4 {
        assert!(matches!(house.sign_in(OTHER).await, Err(ServiceError::WrongPassword)));
    }
    let Err(ServiceError::TooManyTries(wait)) = house.sign_in(PASSWORD).await else { panic!("no delay") };
    assert!(wait <= Duration::from_secs(1));
    let patience = tokio::time::timeout(Duration::from_secs(30), async {
        while house.sign_in(PASSWORD).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    patience.await.unwrap();
    // The account's record is clean again: three more are free, from another address.
    for _ in 0..3 {
        let error = house.accounts.sign_in(&visitor(2), request("alice", OTHER)).await.unwrap_err();
        assert!(matches!(error, ServiceError::WrongPassword));
    }
    house.accounts.sign_in(&visitor(3), request("alice", PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_flood_of_guesses_at_once_gets_few_answers() {
    let (house, _) = House::with_alice().await;
    let flood = (0..100_u8).map(|_| {
        let accounts = house.accounts.clone();
        tokio::spawn(async move { accounts.sign_in(&visitor(1), request("alice", OTHER)).await })
    });
    let mut checked = 0;
    for guess in flood.collect::<Vec<_>>() {
        checked += u32::from(matches!(guess.await.unwrap(), Err(ServiceError::WrongPassword)));
    }
    assert!((1..=8).contains(&checked), "{checked} guesses were checked");
}

#[tokio::test]
async fn the_vault_needs_the_cookie_that_belongs_to_the_sign_in() {
    let (house, _) = House::with_alice().await;
    let (one, other) = (house.sign_in(PASSWORD).await.unwrap(), house.sign_in(PASSWORD).await.unwrap());
    assert!(house.caller(&one).await.unwrap().vault_open());
    let foreign = other.vault_secret.as_ref().unwrap().expose();
    for cookie in [None, Some(""), Some("%%%"), Some("AAAA"), Some(foreign)] {
        let caller = house.accounts.caller_by_sign_in(&visitor(1), &one.data, cookie).await.unwrap();
        assert!(!caller.vault_open(), "{cookie:?}");
    }
}

#[tokio::test]
async fn what_the_server_keeps_of_a_sign_in_survives_its_session_row() {
    let (house, _) = House::with_alice().await;
    let new = house.sign_in(PASSWORD).await.unwrap();
    house.accounts.begin_cookie_row(row_of("cookie", &new)).await.unwrap();
    let row = house.accounts.load_sign_in("cookie").await.unwrap().unwrap();
    assert_eq!(serde_json::from_slice::<services::accounts::SignInData>(&row).unwrap(), new.data);
    assert!(house.accounts.load_sign_in("another").await.unwrap().is_none());
    house.accounts.delete_sign_in("cookie").await.unwrap();
    assert!(house.accounts.load_sign_in("cookie").await.unwrap().is_none());
    assert!(!house.accounts.change_cookie_row(row_of("cookie", &new)).await.unwrap(), "it does not come back");
    let expires_at = Timestamp::from_millis(1);
    house.accounts.begin_cookie_row(CookieRow { expires_at, ..row_of("old", &new) }).await.unwrap();
    assert!(house.accounts.load_sign_in("old").await.unwrap().is_none());
    house.accounts.delete_expired_sign_ins().await.unwrap();
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let (house, _) = House::with_alice().await;
    let new = house.sign_in(PASSWORD).await.unwrap();
    let token = house.accounts.create_token(&house.alice(PASSWORD).await, draft("ci")).await.unwrap().token;
    house.accounts.begin_cookie_row(row_of("cookie", &new)).await.unwrap();
    house.accounts.disable("alice").await.unwrap();
    assert_eq!(code_of(house.caller(&new).await.unwrap_err()), FaultCode::Unauthenticated);
    let by_token = house.accounts.caller_by_token(&visitor(1), token.expose()).await.unwrap_err();
    assert_eq!(code_of(by_token), FaultCode::Unauthenticated);
    assert!(house.accounts.load_sign_in("cookie").await.unwrap().is_none());
    assert_eq!(code_of(house.sign_in(PASSWORD).await.unwrap_err()), FaultCode::Forbidden);
    assert_eq!(code_of(house.sign_in(OTHER).await.unwrap_err()), FaultCode::WrongPassword);
    assert!(house.accounts.create_token_for("alice", "x", None, None).await.is_err());
    assert!(house.accounts.list().await.unwrap()[0].disabled);
}

/// The fastest of many, one kind after the other in turn, so that what else the machine does weighs on both alike.
#[tokio::test]
async fn time_does_not_tell_who_exists() {
    let (house, _) = House::with_alice().await;
    for name in ["Bob", "Carol", "Dave"] {
        house.accounts.add(name, Role::Member, secret(OTHER)).await.unwrap();
    }
    let mut fastest = [Duration::MAX; 2];
    // Neither a name nor an address comes so often that it has to wait.
    for (at, (known, unknown)) in [("bob", "eve"), ("carol", "mallory"), ("dave", "oscar")].into_iter().enumerate() {
        for from in (0..3).map(|turn| 10 + 3 * at as u8 + turn) {
            for (best, name) in fastest.iter_mut().zip([known, unknown]) {
                let began = Instant::now();
                let refused = house.accounts.sign_in(&visitor(from), request(name, "a wrong password")).await;
                *best = (*best).min(began.elapsed());
                assert_eq!(code_of(refused.unwrap_err()), FaultCode::WrongPassword);
            }
        }
    }
    let [known, unknown] = fastest;
    assert!(unknown * 2 > known && known * 2 > unknown, "known {known:?}, unknown {unknown:?}");
}
