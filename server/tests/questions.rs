//! What hosts ask at sign-in: prompts of a real sshd with one-time codes by PAM, answered over REST; certificates of keys.

use crate::common::{HOST, Lab, PATIENCE, Person, TestServer, fault, json, take_in, trust};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use testkit::{
    keygen::{Certify, KeySpec, certify, make_key},
    sshd::{ADDRESS, CODES, PASSWORD, Sshd, USER},
    wait,
};

/// A host that asks for the password, which is stored, and then for a code.
async fn asking() -> Lab {
    let sshd = Sshd::builder().one_time_codes().authentication_methods("keyboard-interactive").start();
    let ((server, admin), sshd) = tokio::join!(TestServer::with_admin(&[("hosts.link_idle", "1m")]), sshd);
    let host = take_in(&admin, &sshd).await;
    Lab { server, admin, sshd, host }
}

async fn asked(answer: Response) -> Value {
    let question = fault(answer, StatusCode::CONFLICT, "question_asked").await["question"].clone();
    assert!(question["id"].is_string(), "{question}");
    question
}

fn with(question: &Value, answers: &[&str]) -> Value {
    json!({"answers": {"question": question["id"], "answers": answers}})
}

#[tokio::test]
async fn a_terminal_opens_with_the_code_that_the_host_asks_for() {
    let lab = asking().await;
    let question = asked(lab.ask(json!({})).await).await;
    let text = question["prompts"][0]["text"].as_str().unwrap();
    assert!(text.contains("One-time password") && question["prompts"][0]["echo"] == false, "{question}");
    assert_eq!(question["asks_password"], false);

    let too_many = lab.ask(with(&question, &["1", "2"])).await;
    assert!(
        fault(too_many, StatusCode::BAD_REQUEST, "bad_input").await["detail"].as_str().unwrap().contains("1 answer")
    );
    // A wrong code: PAM begins anew within the same sign-in.
    let again = asked(lab.ask(with(&question, &["000000"])).await).await;
    assert_eq!(again["asks_password"], true);
    let code = asked(lab.ask(with(&again, &[PASSWORD])).await).await;
    let opened = json(lab.ask(with(&code, &[CODES[0]])).await, StatusCode::OK).await;
    assert!(opened["session_id"].is_string());

    let late = lab.ask(json!({"reuse": false, "answers": {"question": code["id"], "answers": [CODES[1]]}})).await;
    fault(late, StatusCode::CONFLICT, "conflict").await;
    // Who was let in once is asked again: an answer opens one connection.
    asked(lab.ask(json!({"reuse": false})).await).await;
}

#[tokio::test]
async fn files_open_with_it_and_what_nobody_can_answer_says_so() {
    let lab = asking().await;
    let open = async |body: Value| lab.admin.post(&format!("/api/hosts/{HOST}/files/open"), body).await;
    let listing = lab.admin.get(&format!("/api/hosts/{HOST}/files?path=/")).await;
    let told = fault(listing, StatusCode::CONFLICT, "question_asked").await;
    assert!(told.get("question").is_none(), "a listing cannot be answered: {told}");
    assert!(told["detail"].as_str().unwrap().contains("One-time password"), "{told}");

    let question = asked(open(json!({})).await).await;
    let done = open(with(&question, &[CODES[0]])).await;
    assert!(done.status().is_success(), "{done:?}");
    json(lab.admin.get(&format!("/api/hosts/{HOST}/files?path=/")).await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_question_is_its_accounts_and_its_hosts_own() {
    let lab = asking().await;
    let question = asked(lab.ask(json!({})).await).await;
    let bob = lab.server.member("bob").await;
    let sshd = Sshd::start().await;
    let own = take_in(&bob, &sshd).await;
    let steal = bob.post(&format!("/api/terminal/{own}/terminal-sessions"), with(&question, &[CODES[0]])).await;
    fault(steal, StatusCode::CONFLICT, "conflict").await;
    let other = json!({"name": "other", "address": ADDRESS, "port": sshd.port(), "username": USER});
    json(lab.admin.post("/api/hosts", other).await, StatusCode::CREATED).await;
    let elsewhere = lab.admin.post("/api/terminal/other/terminal-sessions", with(&question, &[CODES[0]])).await;
    fault(elsewhere, StatusCode::CONFLICT, "conflict").await;
    json(lab.ask(with(&question, &[CODES[0]])).await, StatusCode::OK).await;
}

#[tokio::test]
async fn so_many_questions_wait_and_no_more() {
    let lab = asking().await;
    let first = asked(lab.ask(json!({})).await).await;
    for _ in 0..8 {
        asked(lab.ask(json!({})).await).await;
    }
    fault(lab.ask(with(&first, &[CODES[0]])).await, StatusCode::CONFLICT, "conflict").await;
    wait::until("the ninth connection to end", PATIENCE, || async {
        lab.sshd.log().matches("Connection closed by").count() > 0
    })
    .await;
}

async fn certified(lab: &Person, private: &str, certificate: &str) -> Response {
    let draft = json!({"name": "signed", "username": USER, "private_key": private, "certificate": certificate});
    lab.post("/api/credentials", draft).await
}

async fn put(person: &Person, path: &str, body: Value) -> Response {
    person.request(Method::PUT, path).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_key_with_a_certificate_signs_in_and_is_renewed_without_the_key() {
    let authority = make_key(KeySpec::default());
    let (key, other) = (make_key(KeySpec::default()), make_key(KeySpec::default()));
    let sshd = Sshd::builder().user_authority(&authority.public).config("PasswordAuthentication no").start();
    let ((server, admin), sshd) = tokio::join!(TestServer::with_admin(&[]), sshd);
    let signed = |key, what| certify(&authority, key, what);

    let foreign = certified(&admin, &key.private, &signed(&other, Certify::default())).await;
    assert!(
        fault(foreign, StatusCode::BAD_REQUEST, "bad_input").await["detail"].as_str().unwrap().contains("another key")
    );
    let over = signed(&key, Certify { validity: "-2h:-1h", ..Certify::default() });
    assert!(
        fault(certified(&admin, &key.private, &over).await, StatusCode::BAD_REQUEST, "bad_input").await["detail"]
            .as_str()
            .unwrap()
            .contains("is over")
    );
    let of_a_host = signed(&key, Certify { host: true, ..Certify::default() });
    fault(certified(&admin, &key.private, &of_a_host).await, StatusCode::BAD_REQUEST, "bad_input").await;

    let wrong = signed(&key, Certify { principal: "somebody", ..Certify::default() });
    let made = json(certified(&admin, &key.private, &wrong).await, StatusCode::CREATED).await;
    assert_eq!(made["certificate"]["principals"], json!(["somebody"]));
    assert!(made["certificate"]["valid_until"].is_string(), "{made}");
    let host = json!({"name": HOST, "address": ADDRESS, "port": sshd.port(), "credential_id": made["id"]});
    let host = json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await["id"].clone();
    let lab = Lab { server, host: host.as_str().unwrap().to_owned(), admin, sshd };
    trust(&lab.admin, &lab.host).await;
    fault(lab.ask(json!({})).await, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;

    let path = format!("/api/credentials/{}/certificate", made["id"].as_str().unwrap());
    let right = json!({"certificate": signed(&key, Certify::default())});
    json(put(&lab.admin, &path, right).await, StatusCode::OK).await;
    json(lab.ask(json!({})).await, StatusCode::OK).await;
    let none = json(put(&lab.admin, &path, json!({"certificate": null})).await, StatusCode::OK).await;
    assert_eq!(none["certificate"], Value::Null);
    fault(lab.ask(json!({"reuse": false})).await, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;
}
