//! First access on many hosts.

use super::{Machine, add, ended, host, id_of, outcome, row, trust, whole};
use crate::common::{TestServer, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::sshd::{PASSWORD, Sshd, USER};

fn by_password(password: &str, key: &str) -> Value {
    json!({"kind": "bootstrap", "sign_in": {"username": USER, "password": password}, "key": {"kind": key}})
}

#[tokio::test]
async fn one_key_is_put_on_all_that_can_be_reached_and_on_those_behind_them() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let (jump, inner, stranger) = tokio::join!(Machine::start(), Machine::start(), Machine::start());
    let wrong = Machine::with(|builder| builder.config("PasswordAuthentication no")).await;
    let first = add(&admin, json!({"name": "jump", "port": jump.sshd.port()})).await;
    let behind = add(&admin, json!({"name": "behind", "port": inner.sshd.port(), "jump_host_id": first})).await;
    let refuses = add(&admin, json!({"name": "refuses", "port": wrong.sshd.port()})).await;
    let unknown = add(&admin, json!({"name": "unknown", "port": stranger.sshd.port()})).await;
    let dead = add(&admin, json!({"name": "dead", "port": 9})).await;
    trust(&admin, &[&first, &refuses]).await;

    let all = [&behind, &first, &refuses, &unknown, &dead].map(String::as_str);
    let done = whole(&admin, &all, by_password(PASSWORD, "one_for_all")).await;
    let outcomes = ["jump", "behind", "refuses", "unknown", "dead"].map(|name| outcome(&done, name));
    // Its jump host was set up first, so that what lies behind it shows its key now.
    assert_eq!(outcomes, ["done", "key_unknown", "refused", "key_unknown", "unreachable"], "{done}");
    assert_eq!(done["round"]["notes"].as_array().unwrap().len(), 1, "{done}");
    let credential = host(&admin, &first).await["credential_id"].clone();
    let credentials = json(admin.get("/api/credentials").await, StatusCode::OK).await;
    assert_eq!((&credentials[0]["id"], &credentials[0]["used_by"]), (&credential, &json!(1)), "{credentials}");
    assert_eq!(jump.keys().trim(), credentials[0]["public_key"].as_str().unwrap());
    assert_eq!(host(&admin, &refuses).await["bootstrap"], "failed");

    let trusted = json!({"round_id": done["round"]["id"], "all_unknown": true});
    json(admin.post("/api/hosts/trust", trusted).await, StatusCode::OK).await;
    let mut work = by_password(PASSWORD, "stored");
    work["key"]["credential_id"] = credential.clone();
    let path = format!("/api/hosts/rounds/{}/next", id_of(&done["round"]));
    let next = json!({"outcomes": ["key_trusted", "unreachable"], "work": work});
    let next = json(admin.post(&path, next).await, StatusCode::CREATED).await;
    let next = ended(&admin, id_of(&next)).await;
    assert_eq!(
        ["behind", "unknown", "dead"].map(|name| outcome(&next, name)),
        ["done", "done", "unreachable"],
        "{next}"
    );
    assert_eq!((inner.keys(), stranger.keys()), (jump.keys(), jump.keys()), "the same key on all of them");
    let behind = host(&admin, &behind).await;
    assert_eq!((&behind["credential_id"], &behind["bootstrap"]), (&credential, &json!("success")));
    let audit = json(admin.get("/api/audit").await, StatusCode::OK).await;
    let lines = audit["events"].as_array().unwrap().iter().filter(|line| line["action"] == "inventory.round").count();
    assert_eq!(lines, 6, "each round's begin and end");
}

#[tokio::test]
async fn each_gets_a_key_of_its_own_or_none() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let (one, two) = tokio::join!(Machine::start(), Machine::start());
    let ids = [
        add(&admin, json!({"name": "one", "port": one.sshd.port()})).await,
        add(&admin, json!({"name": "two", "port": two.sshd.port()})).await,
    ];
    let ids = [ids[0].as_str(), ids[1].as_str()];
    trust(&admin, &ids).await;
    let plain = whole(&admin, &ids, by_password(PASSWORD, "none")).await;
    assert_eq!(["one", "two"].map(|name| outcome(&plain, name)), ["done", "done"], "{plain}");
    assert_eq!((one.keys().as_str(), host(&admin, ids[0]).await["username"].as_str()), ("", Some(USER)));

    let own = whole(&admin, &ids, by_password(PASSWORD, "each_its_own")).await;
    assert_eq!(["one", "two"].map(|name| outcome(&own, name)), ["done", "done"], "{own}");
    assert!(one.keys() != two.keys() && one.keys().lines().count() == 1 && two.keys().lines().count() == 1);
    // With what each has now, and nothing typed.
    let again = whole(&admin, &ids, json!({"kind": "bootstrap"})).await;
    assert_eq!(["one", "two"].map(|name| outcome(&again, name)), ["done", "done"], "{again}");
    let credentials = json(admin.get("/api/credentials").await, StatusCode::OK).await;
    assert_eq!(credentials.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_password_that_is_turned_down_is_not_tried_everywhere() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let sshd = Sshd::start().await;
    let mut ids = Vec::new();
    for number in 0..12 {
        ids.push(add(&admin, json!({"name": format!("h{number:02}"), "port": sshd.port()})).await);
    }
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    trust(&admin, &ids).await;
    let done = whole(&admin, &ids, by_password("wrong", "one_for_all")).await;
    assert_eq!(done["round"]["state"], "stopped", "{done}");
    assert!(done["round"]["stopped"].as_str().unwrap().contains("locked out"), "{done}");
    let counts = json!([{"outcome": "refused", "hosts": 3}, {"outcome": "untried", "hosts": 9}]);
    assert_eq!(done["round"]["counts"], counts, "{done}");
    assert_eq!(sshd.log().matches("Failed password").count(), 3);
    let credentials = json(admin.get("/api/credentials").await, StatusCode::OK).await;
    assert_eq!(credentials, json!([]), "a key that nobody took is forgotten");

    let path = format!("/api/hosts/rounds/{}/next", id_of(&done["round"]));
    let outcomes = json!(["refused", "untried"]);
    let next = json!({"outcomes": outcomes, "work": by_password(PASSWORD, "none")});
    let next = json(admin.post(&path, next).await, StatusCode::CREATED).await;
    let next = ended(&admin, id_of(&next)).await;
    assert_eq!(next["round"]["counts"], json!([{"outcome": "done", "hosts": 12}]), "{next}");
    assert!(row(&next, "h00")["message"].as_str().unwrap().contains(USER));

    let mut insists = by_password("wrong", "none");
    insists["sign_in"]["insist"] = json!(true);
    let insisted = whole(&admin, &ids[..5], insists).await;
    assert_eq!(insisted["round"]["counts"], json!([{"outcome": "refused", "hosts": 5}]), "{insisted}");
}
