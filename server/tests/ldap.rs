//! Signing in with the name and the password of a real directory: who gets in, as what, and everything that does not.

use crate::common::{ADMIN, PASSWORD, Person, TestServer, fault, json};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::{Duration, Instant},
};
use testkit::slapd::{BASE, PASSWORD as THEIRS, READER, READER_PASSWORD, Slapd};

/// A server with a directory, and its admin.
struct House {
    slapd: Slapd,
    server: TestServer,
    admin: Person,
    tries: AtomicU8,
}

impl House {
    /// Over StartTLS or TLS; groups say who is what.
    async fn start(over: fn(&Slapd) -> String) -> Self {
        let people: [(&str, &[&str]); 3] =
            [("grace", &["staff", "chiefs"]), ("linus", &["staff"]), ("ada", &["staff"])];
        let slapd = Slapd::start(&people).await;
        let (server, admin) = TestServer::with_admin(&settings(&over(&slapd), &slapd.authority())).await;
        Self { slapd, server, admin, tries: AtomicU8::new(1) }
    }

    /// Each time from another address, so that what is wrong at one name does not make all others wait.
    async fn sign_in(&self, name: &str, password: &str) -> reqwest::Response {
        let number = self.tries.fetch_add(1, Ordering::Relaxed);
        let request = Person::new(&self.server).request(Method::POST, "/api/auth/login");
        let request = request.header("x-forwarded-for", format!("192.0.2.{number}"));
        request.json(&json!({"username": name, "password": password})).send().await.unwrap()
    }

    async fn is_wrong(&self, name: &str, password: &str) {
        fault(self.sign_in(name, password).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    }
}

fn settings<'a>(url: &'a str, authority: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("ldap.url", url),
        ("ldap.ca_file", authority),
        ("ldap.bind_dn", READER),
        ("ldap.bind_password", READER_PASSWORD),
        ("ldap.base", BASE),
        ("ldap.group_base", BASE),
        ("ldap.admin_groups", "chiefs"),
        ("ldap.member_groups", "staff"),
        ("ldap.create_accounts", "true"),
        ("trusted_proxies", "127.0.0.0/8"),
    ]
}

async fn status(person: &Person) -> Value {
    json(person.get("/api/auth/status").await, StatusCode::OK).await
}

#[tokio::test]
async fn a_person_of_the_directory_signs_in_and_groups_are_roles() {
    for over in [Slapd::url, Slapd::tls_url] {
        let house = House::start(over).await;
        let grace = Person::new(&house.server);
        let known = json(grace.sign_in("grace", THEIRS).await, StatusCode::OK).await;
        assert_eq!(
            (&known["status"], &known["username"], &known["role"], &known["vault_opener"]),
            (&json!("signed_in"), &json!("grace"), &json!("admin"), &json!("new_passphrase"))
        );
        json(
            grace.post("/api/account/vault/passphrase", json!({"passphrase": "a phrase of words"})).await,
            StatusCode::OK,
        )
        .await;
        house.slapd.leave("grace", "chiefs");
        let later = json(house.sign_in("GRACE", THEIRS).await, StatusCode::OK).await;
        assert_eq!((&later["user_id"], &later["role"]), (&known["user_id"], &json!("member")));
        assert_eq!((&later["vault_open"], &later["vault_opener"]), (&json!(false), &json!("passphrase")));
        assert_eq!(status(&grace).await["role"], "member", "the older sign-in too");
        house.slapd.leave("grace", "staff");
        fault(house.sign_in("grace", THEIRS).await, StatusCode::FORBIDDEN, "forbidden").await;
        house.slapd.remove("linus");
        house.is_wrong("linus", THEIRS).await;
        let noted = json(house.admin.get("/api/audit?action=account.sign_in").await, StatusCode::OK).await;
        assert!(noted.to_string().contains("done, by the directory"), "{noted}");
    }
}

#[tokio::test]
async fn what_is_wrong_lets_nobody_in() {
    let house = House::start(Slapd::url).await;
    house.is_wrong("grace", "not this one").await;
    // The directory itself would say yes to that one.
    house.is_wrong("grace", "").await;
    for name in ["*", "gr*", "*)(uid=*", "grace)(|(uid=*", "grace\\2a", "grace\0", "", "nobody", "reader", READER] {
        house.is_wrong(name, THEIRS).await;
        assert_eq!(house.admin.get("/api/accounts").await.status(), StatusCode::OK);
    }
    // What opens a vault here is no password there, nor the other way round.
    let grace = Person::new(&house.server);
    json(grace.sign_in("grace", THEIRS).await, StatusCode::OK).await;
    json(grace.post("/api/account/vault/passphrase", json!({"passphrase": "a phrase of words"})).await, StatusCode::OK)
        .await;
    house.is_wrong("grace", "a phrase of words").await;
    let other = json!({"password": THEIRS, "recovery_code": null});
    fault(grace.post("/api/account/vault", other).await, StatusCode::UNAUTHORIZED, "wrong_password").await;
}

#[tokio::test]
async fn an_account_with_a_password_here_is_nobody_elses() {
    let house = House::start(Slapd::url).await;
    // The directory has an "ada", too, with another password.
    house.is_wrong(ADMIN, THEIRS).await;
    let known = json(house.sign_in(ADMIN, PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&known["role"], &known["vault_open"]), (&json!("admin"), &json!(true)));
    house.server.account(&["add", "hopper", "--password-stdin"]).await;
    json(house.sign_in("hopper", PASSWORD).await, StatusCode::OK).await;
    house.server.account(&["disable", "hopper"]).await;
    fault(house.sign_in("hopper", PASSWORD).await, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn who_guesses_waits_as_for_an_account_here() {
    let house = House::start(Slapd::url).await;
    let mut refused = StatusCode::OK;
    for _ in 0..40 {
        refused = house.sign_in("grace", "a guess").await.status();
        if refused == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
    fault(house.sign_in("grace", THEIRS).await, StatusCode::TOO_MANY_REQUESTS, "too_many_tries").await;
}

/// The fastest of some tries: what others do on the machine only adds.
async fn fastest(house: &House, name: &str) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let answer = house.sign_in(name, "not this one").await;
        best = best.min(begun.elapsed());
        fault(answer, StatusCode::UNAUTHORIZED, "wrong_password").await;
    }
    best
}

#[tokio::test]
async fn time_does_not_tell_whose_a_name_is() {
    let house = House::start(Slapd::tls_url).await;
    let mut took = Vec::new();
    for name in [ADMIN, "grace", "nobody-at-all"] {
        took.push(fastest(&house, name).await);
    }
    let (least, most) = (took.iter().min().unwrap(), took.iter().max().unwrap());
    assert!(*most < *least * 3, "{took:?}");
}

#[tokio::test]
async fn a_directory_that_is_silent_or_not_the_one_is_no_way_in() {
    let slapd = Slapd::start(&[("grace", &["staff"])]).await;
    // Nobody vouches for its certificate.
    let mut unknown = settings("", "");
    let url = slapd.tls_url();
    unknown[0].1 = &url;
    let (server, admin) = TestServer::with_admin(&unknown).await;
    for name in ["grace", "nobody", ADMIN] {
        let refused = Person::new(&server).sign_in(name, THEIRS).await;
        let told = fault(refused, StatusCode::BAD_GATEWAY, "remote_failed").await;
        assert!(told["detail"].as_str().unwrap().contains("directory"), "{name}: {told}");
    }
    assert_eq!(Person::new(&server).sign_in(ADMIN, PASSWORD).await.status(), StatusCode::OK, "accounts here go on");
    assert_eq!(status(&admin).await["status"], "signed_in");
}
