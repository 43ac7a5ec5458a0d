//! Second factors: set up, asked for, used once, guessed at, lost and taken away.

use crate::common::{ADMIN, Authenticator, Cookies, PASSWORD, Person, TestServer, fault, json};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};
use storage::{SignInRecord, Storage};
use wire::Timestamp;

const SECOND_STEP: &str = "/api/auth/second-factor";
const FACTOR: &str = "/api/account/second-factor";

/// Her server, herself, her app and her recovery codes.
async fn with_factor() -> (TestServer, Person, Authenticator, Vec<String>) {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let (app, codes) = admin.set_up_second_factor(PASSWORD).await;
    (server, admin, app, codes)
}

/// Somebody who knows her password and has given no code yet.
async fn half(server: &TestServer) -> Person {
    let person = Person::new(server);
    let status = json(person.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&status["status"], &status["username"]), (&json!("second_factor_needed"), &json!(ADMIN)), "{status}");
    assert!(status["user_id"].is_null() && status["session_id"].is_null() && status["vault_open"] == false, "{status}");
    person
}

async fn status(person: &Person) -> Value {
    json(person.get("/api/auth/status").await, StatusCode::OK).await
}

#[tokio::test]
async fn a_code_is_asked_for_from_then_on() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let elsewhere = Person::new(&server);
    json(elsewhere.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let (mut app, codes) = admin.set_up_second_factor(PASSWORD).await;
    assert_eq!(codes.len(), 10);
    let told = status(&admin).await;
    assert_eq!((&told["status"], &told["vault_open"]), (&json!("signed_in"), &json!(true)), "it goes on: {told}");
    fault(elsewhere.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;

    let person = half(&server).await;
    let wrong = person.post(SECOND_STEP, json!({"code": app.wrong()})).await;
    fault(wrong, StatusCode::UNAUTHORIZED, "wrong_code").await;
    let code = app.next().await;
    let whole = person.post(SECOND_STEP, json!({"code": format!("{} {}", &code[..3], &code[3..])})).await;
    assert_eq!(json(whole, StatusCode::OK).await["status"], "signed_in");
    assert_eq!(status(&person).await["vault_open"], true);
    json(person.get("/api/hosts").await, StatusCode::OK).await;
    fault(person.post(SECOND_STEP, json!({"code": "000000"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn the_cookie_is_another_one_when_it_is_whole() {
    let (server, _admin, mut app, _) = with_factor().await;
    let person = Person::new(&server);
    let first = Cookies::of(&person.sign_in(ADMIN, PASSWORD).await);
    assert!(
        first.line("berth_session").contains("Max-Age=") && !first.line("berth_session").contains("Max-Age=1209600")
    );
    let whole = Cookies::of(&person.post(SECOND_STEP, json!({"code": app.next().await})).await);
    assert!(whole.line("berth_session").contains("Max-Age=1209600"), "{whole:?}");
    for name in ["berth_session", "berth_vault"] {
        assert_ne!(first.value(name), whole.value(name), "{name}");
    }
    let old = format!("berth_session={}; berth_vault={}", first.value("berth_session"), first.value("berth_vault"));
    let replayed = Person::new(&server).request(Method::POST, SECOND_STEP).header("cookie", old);
    let replayed = replayed.json(&json!({"code": app.next().await})).send().await.unwrap();
    fault(replayed, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn the_key_of_half_a_sign_in_opens_no_vault_and_its_cookie_is_needed() {
    let (server, _admin, mut app, _) = with_factor().await;
    let cookies = Cookies::of(&Person::new(&server).sign_in(ADMIN, PASSWORD).await);
    let alone = format!("berth_session={}", cookies.value("berth_session"));
    let step = Person::new(&server).request(Method::POST, SECOND_STEP).header("cookie", alone);
    let step = step.json(&json!({"code": app.next().await})).send().await.unwrap();
    // Without the other cookie the secret of the codes stays sealed.
    fault(step, StatusCode::UNAUTHORIZED, "wrong_code").await;
}

#[tokio::test]
async fn a_code_lets_in_once_even_if_two_come_at_once() {
    let (server, _admin, mut app, _) = with_factor().await;
    let code = app.next().await;
    let mut people = Vec::new();
    for _ in 0..2 {
        people.push(half(&server).await);
    }
    let tries = people.iter().map(|person| person.post(SECOND_STEP, json!({"code": code})));
    let answers = futures::future::join_all(tries).await;
    let let_in = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    assert_eq!(let_in, 1, "{answers:?}");
    let again = Person::new(&server).sign_in_with(ADMIN, PASSWORD, &app.last()).await;
    let told = fault(again, StatusCode::UNAUTHORIZED, "wrong_code").await;
    assert!(told["detail"].as_str().unwrap().contains("used already"), "{told}");
    let next = Person::new(&server).sign_in_with(ADMIN, PASSWORD, &app.next().await).await;
    assert_eq!(json(next, StatusCode::OK).await["status"], "signed_in");
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let (server, admin, _app, codes) = with_factor().await;
    let (one, other) = (half(&server).await, half(&server).await);
    let typed = json!({"code": codes[0].to_lowercase().replace('-', " ")});
    let (one, other) = tokio::join!(one.post(SECOND_STEP, typed.clone()), other.post(SECOND_STEP, typed));
    let mut statuses = [one.status(), other.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
    let view = json(admin.get(FACTOR).await, StatusCode::OK).await;
    assert_eq!((&view["recovery_codes_left"], &view["required"]), (&json!(9), &json!(false)), "{view}");
    // New ones take the place of the old ones; a recovery code is good for that too.
    let proof = json!({"password": PASSWORD, "code": codes[1]});
    let fresh = json(admin.post(&format!("{FACTOR}/recovery-codes"), proof).await, StatusCode::OK).await;
    let old = Person::new(&server).sign_in_with(ADMIN, PASSWORD, &codes[2]).await;
    fault(old, StatusCode::UNAUTHORIZED, "wrong_code").await;
    let fresh = fresh["recovery_codes"][0].as_str().unwrap();
    let new = Person::new(&server).sign_in_with(ADMIN, PASSWORD, fresh).await;
    assert_eq!(json(new, StatusCode::OK).await["status"], "signed_in");
}

#[tokio::test]
async fn who_guesses_codes_waits_longer_and_longer_and_the_owner_does_so_too() {
    let (server, _admin, mut app, _) = with_factor().await;
    let guesser = half(&server).await;
    let mut guesses = 0;
    let waited = loop {
        let answer = guesser.post(SECOND_STEP, json!({"code": app.wrong()})).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            break answer;
        }
        fault(answer, StatusCode::UNAUTHORIZED, "wrong_code").await;
        guesses += 1;
        assert!(guesses < 10, "guesses are let through");
    };
    let told = fault(waited, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
    assert!(told["retry_after_seconds"].as_u64().unwrap() >= 1, "{told}");
    // Not even the right one is looked at, in whichever way it comes, nor does the right password forgive.
    let right = app.next().await;
    let tried = Person::new(&server).sign_in_with(ADMIN, PASSWORD, &right).await;
    fault(tried, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
}

#[tokio::test]
async fn scripts_give_the_code_in_one_go_and_tokens_none() {
    let (server, admin, mut app, _) = with_factor().await;
    let script = Person::new(&server);
    let basic = script.request(Method::POST, "/api/auth/login").basic_auth(ADMIN, Some(PASSWORD)).send().await.unwrap();
    assert_eq!(json(basic, StatusCode::OK).await["status"], "second_factor_needed");
    fault(script.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "second_factor_needed").await;
    let step = script.post(SECOND_STEP, json!({"code": app.next().await})).await;
    assert_eq!(json(step, StatusCode::OK).await["status"], "signed_in");
    let token = Person::with_token(&server, &admin.make_token("ci").await);
    json(token.get("/api/hosts").await, StatusCode::OK).await;
    // A token neither sets one up nor takes it away.
    for (path, body) in [
        (FACTOR.to_owned(), json!({"password": PASSWORD})),
        (format!("{FACTOR}/off"), json!({"password": PASSWORD, "code": "000000"})),
    ] {
        fault(token.post(&path, body).await, StatusCode::FORBIDDEN, "forbidden").await;
    }
}

#[tokio::test]
async fn changing_it_takes_the_password_and_a_code() {
    let (server, admin, mut app, codes) = with_factor().await;
    let off = format!("{FACTOR}/off");
    let wrong = json!({"password": "not this one", "code": codes[0]});
    fault(admin.post(&off, wrong).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    let wrong = json!({"password": PASSWORD, "code": app.wrong()});
    fault(admin.post(&off, wrong).await, StatusCode::UNAUTHORIZED, "wrong_code").await;
    fault(admin.post(FACTOR, json!({"password": PASSWORD})).await, StatusCode::CONFLICT, "conflict").await;
    let right = json!({"password": PASSWORD, "code": app.next().await});
    assert_eq!(admin.post(&off, right).await.status(), StatusCode::NO_CONTENT);
    json(admin.get("/api/hosts").await, StatusCode::OK).await;
    let plain = Person::new(&server).sign_in(ADMIN, PASSWORD).await;
    assert_eq!(json(plain, StatusCode::OK).await["status"], "signed_in");
    let again = Person::new(&server);
    json(again.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    let (mut new_app, _) = again.set_up_second_factor(PASSWORD).await;
    let old = Person::new(&server).sign_in_with(ADMIN, PASSWORD, &app.next().await).await;
    fault(old, StatusCode::UNAUTHORIZED, "wrong_code").await;
    let new = Person::new(&server).sign_in_with(ADMIN, PASSWORD, &new_app.next().await).await;
    json(new, StatusCode::OK).await;
}

#[tokio::test]
async fn a_draft_is_nothing_until_it_is_confirmed() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    fault(admin.post(FACTOR, json!({"password": "not this one"})).await, StatusCode::UNAUTHORIZED, "wrong_password")
        .await;
    let confirm = format!("{FACTOR}/confirm");
    fault(admin.post(&confirm, json!({"code": "123456"})).await, StatusCode::CONFLICT, "conflict").await;
    let begun = json(admin.post(FACTOR, json!({"password": PASSWORD})).await, StatusCode::OK).await;
    let url = begun["url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Berth:ada?secret=") && url.ends_with("&issuer=Berth"), "{url}");
    let app = Authenticator::new(begun["secret"].as_str().unwrap());
    fault(admin.post(&confirm, json!({"code": app.wrong()})).await, StatusCode::UNAUTHORIZED, "wrong_code").await;
    let plain = Person::new(&server).sign_in(ADMIN, PASSWORD).await;
    assert_eq!(json(plain, StatusCode::OK).await["status"], "signed_in");
    assert_eq!(json(admin.get(FACTOR).await, StatusCode::OK).await["since"], Value::Null);
}

#[tokio::test]
async fn after_a_password_reset_a_recovery_code_leads_back_and_the_app_works_with_the_vault() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let member = server.member("grace").await;
    let (mut app, codes) = member.set_up_second_factor(PASSWORD).await;
    drop(admin);
    server.account(&["reset-password", "grace", "--password-stdin"]).await;
    fault(member.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let person = Person::new(&server);
    let sealed = person.sign_in_with("grace", PASSWORD, &app.next().await).await;
    let told = fault(sealed, StatusCode::UNAUTHORIZED, "wrong_code").await;
    assert!(told["detail"].as_str().unwrap().contains("recovery code"), "{told}");
    let back = json(person.sign_in_with("grace", PASSWORD, &codes[0]).await, StatusCode::OK).await;
    assert_eq!((&back["status"], &back["vault_open"]), (&json!("signed_in"), &json!(false)), "{back}");
}

#[tokio::test]
async fn the_command_line_takes_a_lost_one_away() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let member = server.member("grace").await;
    let _ = member.set_up_second_factor(PASSWORD).await;
    server.account(&["reset-second-factor", "grace"]).await;
    fault(member.get("/api/hosts").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let plain = json(Person::new(&server).sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&plain["status"], &plain["vault_open"]), (&json!("signed_in"), &json!(true)), "{plain}");
}

#[tokio::test]
async fn the_database_holds_neither_the_secret_nor_a_code() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let begun = json(admin.post(FACTOR, json!({"password": PASSWORD})).await, StatusCode::OK).await;
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let mut app = Authenticator::new(&secret);
    let on = admin.post(&format!("{FACTOR}/confirm"), json!({"code": app.next().await})).await;
    let code = json(on, StatusCode::OK).await["recovery_codes"][0].as_str().unwrap().to_owned();
    let data = server.stop().await;
    let raw = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    // What was written last may still lie beside the database's own file.
    let files = ["berth.db", "berth.db-wal"].map(|name| std::fs::read(data.path().join(name)).unwrap_or_default());
    let bytes = files.concat();
    let is_there = |text: &[u8]| memchr::memmem::find(&bytes, text).is_some();
    assert!(is_there(b"second_factors") && is_there(ADMIN.as_bytes()));
    assert!(!is_there(secret.as_bytes()) && !is_there(&raw));
    assert!(!is_there(code.as_bytes()) && !is_there(code.replace('-', "").as_bytes()));
}

#[tokio::test]
async fn what_was_done_is_in_the_audit_log_without_any_secret() {
    let (server, admin, mut app, codes) = with_factor().await;
    let person = half(&server).await;
    fault(person.post(SECOND_STEP, json!({"code": app.wrong()})).await, StatusCode::UNAUTHORIZED, "wrong_code").await;
    json(person.post(SECOND_STEP, json!({"code": app.next().await})).await, StatusCode::OK).await;
    json(Person::new(&server).sign_in_with(ADMIN, PASSWORD, &codes[3]).await, StatusCode::OK).await;
    Person::new(&server).sign_in("a password typed as a name", "x").await;
    person.post("/api/auth/logout", json!({})).await;
    let log = json(admin.get("/api/audit?limit=100").await, StatusCode::OK).await.to_string();
    for said in [
        "done: set up",
        "failed: wrong code",
        "done, with a code",
        "recovery code; 9 left",
        "an unknown account",
        "account.sign_out",
    ] {
        assert!(log.contains(said), "{said} in {log}");
    }
    assert!(!log.contains(&codes[3]) && !log.contains(PASSWORD) && !log.contains("typed as a name"), "{log}");
}

#[tokio::test]
async fn half_a_sign_in_ends_with_a_new_password() {
    let (server, _admin, mut app, _) = with_factor().await;
    let person = half(&server).await;
    let url = format!("sqlite://{}?mode=rw", server.data().join("berth.db").display());
    let storage = Storage::open(&url).await.unwrap();
    let account = storage.accounts().by_name(ADMIN).await.unwrap().unwrap();
    storage.accounts().set_password(&account.id, "$other", None, None).await.unwrap();
    let late = person.post(SECOND_STEP, json!({"code": app.next().await})).await;
    fault(late, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    assert_eq!(status(&person).await["status"], "signed_out");
}

#[tokio::test]
async fn half_a_sign_in_ends_after_five_minutes() {
    let (server, _admin, mut app, _) = with_factor().await;
    let person = Person::new(&server);
    let cookies = Cookies::of(&person.sign_in(ADMIN, PASSWORD).await);
    let url = format!("sqlite://{}?mode=rw", server.data().join("berth.db").display());
    let sign_ins = Storage::open(&url).await.unwrap().sign_ins();
    let hash = Sha256::new().chain_update(b"berth cookie v1:").chain_update(cookies.value("berth_session")).finalize();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let row = sign_ins.load(&hash, Timestamp::from_millis(now)).await.unwrap().expect("half a sign-in has a row");
    let left = row.expires_at.millis() - now;
    assert!((200_000..=300_000).contains(&left), "{left} ms are left");
    let ended = SignInRecord { expires_at: Timestamp::from_millis(now - 1), ..row };
    assert!(sign_ins.update(&ended, Timestamp::from_millis(now)).await.unwrap());
    let late = person.post(SECOND_STEP, json!({"code": app.next().await})).await;
    fault(late, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    assert_eq!(status(&person).await["status"], "signed_out");
}
