//! What proves nothing: it is told in the same words whatever is wrong, waits, and is written down.

use super::{BEGIN, CONFIRM, FINISH, MINE, ORIGIN, asked, begin, enters, noted, server, sign_in, with_passkey};
use crate::common::{ADMIN, PASSWORD, Person, Process, SoftKey, TestServer, fault, json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

/// Somebody far away, whose wrong tries make nobody here wait.
async fn from_afar(server: &TestServer, number: usize, path: &str, body: &Value) -> Response {
    let request = Person::new(server).request(Method::POST, path).json(body);
    request.header("x-forwarded-for", format!("192.0.2.{number}")).send().await.unwrap()
}

/// What an authenticator does wrong, and what is changed of its answer on the way.
type OfKey = fn(&mut SoftKey);
type OfAnswer = fn(&mut Value);

#[tokio::test]
async fn whatever_is_wrong_is_told_in_the_same_words() {
    let (server, admin, mut key) = with_passkey().await;
    let before: [(&str, OfKey); 7] = [
        ("another page", |key| key.origin = "https://evil.example".into()),
        ("another port", |key| key.origin = "http://localhost:8081".into()),
        ("another name", |key| key.rp_id = "evil.example".into()),
        ("another question", |key| key.challenge = Some(BASE64.encode([7; 32]))),
        ("nobody's finger", |key| key.verifies = false),
        ("another key", |key| *key = key.forged(ORIGIN)),
        ("an unknown one", |key| key.id = vec![9; 32]),
    ];
    let after: [(&str, OfAnswer); 3] = [
        ("nobody's handle", |response| response["userHandle"] = Value::Null),
        ("another's handle", |response| response["userHandle"] = BASE64.encode([1; 16]).into()),
        ("a touched signature", |response| {
            let mut bytes = BASE64.decode(response["signature"].as_str().unwrap()).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            response["signature"] = BASE64.encode(bytes).into();
        }),
    ];
    let before = before.map(|(what, wrong)| (what, wrong, (|_| ()) as OfAnswer));
    let after = after.map(|(what, wrong)| (what, (|_| ()) as OfKey, wrong));
    let mut told = std::collections::BTreeSet::new();
    for (number, (what, of_key, of_answer)) in before.into_iter().chain(after).enumerate() {
        let mut doubtful = key.copy();
        of_key(&mut doubtful);
        let mut answer = doubtful.answer(&asked(&admin).await);
        of_answer(&mut answer["credential"]["response"]);
        let refused =
            fault(from_afar(&server, number, FINISH, &answer).await, StatusCode::UNAUTHORIZED, "wrong_password");
        told.insert(refused.await["detail"].as_str().unwrap_or_else(|| panic!("{what}")).to_owned());
        // Nothing else was wrong.
        enters(&server, &mut key).await;
    }
    assert_eq!(told.len(), 1, "{told:?}");
    let failed = noted(&admin, "account.sign_in").await;
    assert_eq!(failed.iter().filter(|outcome| *outcome == "failed: the passkey was not accepted").count(), 10);
}

#[tokio::test]
async fn an_id_has_a_length_that_one_may_have() {
    let (_server, admin) = server().await;
    for (bytes, status) in
        [(0, StatusCode::BAD_REQUEST), (1_024, StatusCode::BAD_REQUEST), (1_023, StatusCode::CREATED)]
    {
        let mut key = SoftKey::new(ORIGIN);
        key.id = vec![7; bytes];
        let made = key.make(&begin(&admin, PASSWORD).await);
        assert_eq!(admin.post(CONFIRM, made).await.status(), status, "{bytes} bytes");
    }
}

#[tokio::test]
async fn the_id_that_is_kept_is_the_one_that_was_looked_at() {
    let (_server, admin) = server().await;
    for (written, told) in [(vec![], vec![0]), (vec![7; 1_024], vec![7; 1_023]), (vec![7; 32], vec![8; 32])] {
        let mut key = SoftKey::new(ORIGIN);
        key.id = written;
        let mut made = key.make(&begin(&admin, PASSWORD).await);
        let told = BASE64.encode(told);
        made["credential"]["id"] = told.clone().into();
        made["credential"]["rawId"] = told.into();
        let refused = fault(admin.post(CONFIRM, made).await, StatusCode::BAD_REQUEST, "bad_input").await;
        assert!(refused["detail"].as_str().unwrap().contains("1 to 1,023 bytes"), "{refused}");
    }
    assert_eq!(json(admin.get(MINE).await, StatusCode::OK).await, json!([]));
}

#[tokio::test]
async fn what_nobody_can_read_fills_no_log() {
    let data = tempfile::tempdir().unwrap();
    let settings = [("BERTH_PASSKEYS_ENABLED", "true"), ("BERTH_PUBLIC_URL", ORIGIN), ("BERTH_LOG_LEVEL", "debug")];
    let (mut process, address) = Process::serve(data.path(), &settings);
    let (admin, mut key) = (Person::at(address), SoftKey::new(ORIGIN));
    admin.set_up(&process.set_up_code()).await;
    // Lists of one in each other, without an end.
    key.public = Some(vec![0x81; 60_000]);
    let made = key.make(&begin(&admin, PASSWORD).await);
    fault(admin.post(CONFIRM, made).await, StatusCode::BAD_REQUEST, "bad_input").await;
    process.stop().await;
    let log = std::fs::read_to_string(data.path().join("stderr")).unwrap();
    assert!(log.contains("a new passkey was not accepted"), "{log}");
    assert!(!log.contains("129, 129"), "it is written down");
    assert!(log.lines().all(|line| line.len() < 10_000), "a long line");
}

#[tokio::test]
async fn an_answer_is_taken_once_and_for_what_was_asked() {
    let (server, admin, mut key) = with_passkey().await;
    let person = Person::new(&server);
    let answer = key.answer(&asked(&person).await);
    json(person.post(FINISH, answer.clone()).await, StatusCode::OK).await;
    let again = fault(Person::new(&server).post(FINISH, answer).await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert!(again["detail"].as_str().unwrap().contains("answered already"), "{again}");
    let never = json!({"ceremony": "AAAAAAAAAAAAAAAAAAAAAA", "credential": {}, "prf": null});
    let never = fault(person.post(FINISH, never).await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert_eq!(never["detail"], again["detail"], "what was never asked is told like what is over");
    // What was asked to open the vault signs nobody in, nor the other way round.
    let vault = json(admin.post("/api/account/vault/passkey", Value::Null).await, StatusCode::OK).await;
    fault(Person::new(&server).post(FINISH, key.answer(&vault)).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let stranger = key.answer(&asked(&admin).await);
    fault(admin.post("/api/account/vault/passkey/open", stranger).await, StatusCode::BAD_REQUEST, "bad_input").await;
    // Another sign-in does not end what one began, not even the same account's.
    let (begun, mut new) = (begin(&admin, PASSWORD).await, SoftKey::new(ORIGIN));
    let (elsewhere, _) = enters(&server, &mut key).await;
    fault(elsewhere.post(CONFIRM, new.make(&begun)).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(admin.post(CONFIRM, new.make(&begun)).await, StatusCode::BAD_REQUEST, "bad_input").await;
    assert_eq!(json(admin.get(MINE).await, StatusCode::OK).await.as_array().unwrap().len(), 1);
    let garbage = json!({"ceremony": asked(&admin).await["ceremony"], "credential": {"id": 7}});
    fault(person.post(FINISH, garbage).await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn a_new_one_has_to_fit_what_was_asked() {
    let (_server, admin) = server().await;
    let wrongs: [OfKey; 4] = [
        |key| key.origin = "https://evil.example".into(),
        |key| key.rp_id = "evil.example".into(),
        |key| key.verifies = false,
        |key| key.challenge = Some(BASE64.encode([7; 32])),
    ];
    for wrong in wrongs {
        let mut key = SoftKey::new(ORIGIN);
        wrong(&mut key);
        let made = key.make(&begin(&admin, PASSWORD).await);
        fault(admin.post(CONFIRM, made).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    assert_eq!(json(admin.get(MINE).await, StatusCode::OK).await, json!([]));
    fault(
        admin.post(MINE, json!({"name": "x", "password": "not this one"})).await,
        StatusCode::UNAUTHORIZED,
        "wrong_password",
    )
    .await;
}

#[tokio::test]
async fn a_count_that_goes_back_is_refused_and_noted() {
    let (server, admin) = server().await;
    let mut key = SoftKey::new(ORIGIN);
    key.count = 4;
    super::add(&admin, &mut key, PASSWORD).await;
    enters(&server, &mut key).await;
    let (now, mut copy) = (key.count, key.copy());
    enters(&server, &mut key).await;
    // The copy has not seen the last one.
    fault(sign_in(&Person::new(&server), &mut copy).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    assert_eq!((now, copy.count, key.count), (5, 6, 6));
    let why = "refused: the passkey's count went back; there may be a copy of it";
    assert_eq!(noted(&admin, "account.sign_in").await[0], why);
    copy.count = 0;
    fault(sign_in(&Person::new(&server), &mut copy).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    enters(&server, &mut key).await;
}

#[tokio::test]
async fn who_is_switched_off_does_not_get_in() {
    let (server, admin) = server().await;
    let bo = server.member("bo").await;
    let mut key = SoftKey::new(ORIGIN);
    super::add(&bo, &mut key, PASSWORD).await;
    server.account(&["disable", "bo"]).await;
    fault(sign_in(&Person::new(&server), &mut key).await, StatusCode::FORBIDDEN, "forbidden").await;
    assert_eq!(noted(&admin, "account.sign_in").await[0], "refused: the account is switched off");
    server.account(&["enable", "bo"]).await;
    enters(&server, &mut key).await;
}

#[tokio::test]
async fn half_a_sign_in_and_a_token_get_nowhere() {
    let (server, admin, mut key) = with_passkey().await;
    let token = Person::with_token(&server, &admin.make_token("ci").await);
    let _ = admin.set_up_second_factor(PASSWORD).await;
    let half = Person::new(&server);
    json(half.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let body = json!({"name": "x", "password": PASSWORD});
    for path in [MINE, CONFIRM, "/api/account/vault/passkey", "/api/account/vault/passkey/open"] {
        fault(half.post(path, body.clone()).await, StatusCode::UNAUTHORIZED, "second_factor_needed").await;
        fault(token.post(path, body.clone()).await, StatusCode::FORBIDDEN, "forbidden").await;
    }
    // A passkey is a way in for who is half there, too.
    assert_eq!(json(sign_in(&half, &mut key).await, StatusCode::OK).await["status"], "signed_in");
}

#[tokio::test]
async fn wrong_ones_have_to_wait() {
    let (server, admin, key) = with_passkey().await;
    let mut wrong = key.copy();
    wrong.verifies = false;
    let mut answers = Vec::new();
    for number in 0..6 {
        let answer = wrong.answer(&asked(&admin).await);
        answers.push(from_afar(&server, number, FINISH, &answer).await.status());
    }
    // Each from another address: it is the account's passkeys that wait.
    assert_eq!(answers[..4], [StatusCode::UNAUTHORIZED; 4]);
    assert!(answers[4..].contains(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    let mut asked = Vec::new();
    for _ in 0..31 {
        asked.push(from_afar(&server, 99, BEGIN, &Value::Null).await.status());
    }
    assert_eq!(asked[..30], [StatusCode::OK; 30]);
    assert_eq!(asked[30], StatusCode::TOO_MANY_REQUESTS);
}
