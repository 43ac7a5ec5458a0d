//! Probes and scans.

use super::{Silent, add, begin, ended, host, id_of, outcome, page, row, these, trust, trust_unknown, whole};
use crate::common::{PATIENCE, Person, TestServer, json};
use reqwest::{Method, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use std::{fmt::Write as _, time::Instant};
use testkit::{
    proxy::FaultProxy,
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
    wait,
};
use tokio::net::TcpListener;

/// How many connections to a port are being opened.
fn opening(port: u16) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let to = format!(":{port:04X}");
    let being_opened = |line: &&str| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.get(2).is_some_and(|to_| to_.ends_with(&to)) && words.get(3) == Some(&"02")
    };
    table.lines().filter(being_opened).count()
}

async fn import(admin: &Person, csv: String) {
    let request = admin.request(Method::POST, "/api/inventory/import?name=hosts.csv");
    let answer = request.header(CONTENT_TYPE, "application/octet-stream").body(csv).send().await.unwrap();
    json(answer, StatusCode::OK).await;
}

#[tokio::test]
async fn thousands_are_probed_and_few_at_once() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let there = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let silent = Silent::start().await;
    let silent_port = silent.port();
    let mut csv = "name,address,port\n".to_owned();
    for number in 0..2_000 {
        let (port, address) = match number % 20 {
            0 => (silent_port, ADDRESS.to_owned()),
            1 => (there.local_addr().unwrap().port(), ADDRESS.to_owned()),
            _ => (9, format!("127.0.77.{}", number % 250 + 1)),
        };
        writeln!(csv, "h{number},{address},{port}").unwrap();
    }
    import(&admin, csv).await;
    let jump = add(&admin, json!({"name": "jump", "port": 9, "address": "127.0.78.1"})).await;
    add(&admin, json!({"name": "behind", "port": 9, "address": "127.0.78.2", "jump_host_id": jump})).await;
    let all = json!({"kind": "matching", "filter": {}});
    let (started, mut most) = (Instant::now(), 0);
    let id = begin(&admin, all, json!({"kind": "probe"})).await;
    while page(&admin, &id, "").await["round"]["ended_at"].is_null() {
        most = most.max(opening(silent_port));
        tokio::task::yield_now().await;
    }
    let done = ended(&admin, &id).await;
    println!("2,002 hosts probed in {:?}; {most} unanswered connections at most", started.elapsed());
    assert!((1..=64).contains(&most), "{most}");
    assert_eq!(
        done["round"]["counts"],
        json!([
            {"outcome": "online", "hosts": 100},
            {"outcome": "offline", "hosts": 1_901},
            {"outcome": "unprobed", "hosts": 1},
        ]),
        "{}",
        done["round"]
    );
    let behind = page(&admin, &id, "outcome=unprobed,waiting").await;
    assert_eq!(behind["matching"], 1);
    assert!(row(&behind, "behind")["message"].as_str().unwrap().contains("reached through jump"), "{behind}");
    assert_eq!(page(&admin, &id, "search=h1999&outcome=offline").await["matching"], 1);
    let filter = |value: &str| json!({"filter": {"fields": [{"field": "status", "value": value}]}, "limit": 1});
    for (status, hosts) in [("online", 100), ("offline", 1_901), ("unknown", 1)] {
        let list = json(admin.post("/api/hosts/list", filter(status)).await, StatusCode::OK).await;
        assert_eq!(list["total"], hosts, "{status} is recorded");
    }
}

#[tokio::test]
async fn a_cancelled_round_begins_no_further_host() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let mut csv = "name,address,port\n".to_owned();
    let silent = Silent::start().await;
    (0..500).for_each(|number| writeln!(csv, "h{number},{ADDRESS},{}", silent.port()).unwrap());
    import(&admin, csv).await;
    let id = begin(&admin, json!({"kind": "matching", "filter": {}}), json!({"kind": "probe"})).await;
    let some = || async { page(&admin, &id, "outcome=running").await["matching"].as_u64().unwrap() > 0 };
    wait::until("some to be probed", PATIENCE, some).await;
    assert_eq!(admin.delete(&format!("/api/hosts/rounds/{id}")).await.status(), StatusCode::NO_CONTENT);
    let done = ended(&admin, &id).await;
    assert_eq!(done["round"]["state"], "cancelled");
    assert!(page(&admin, &id, "outcome=untried").await["matching"].as_u64().unwrap() >= 400, "{}", done["round"]);
}

#[tokio::test]
async fn keys_are_shown_in_one_list_and_trusted_as_they_were_shown() {
    let (_server, admin) = TestServer::with_admin(&[("hosts.dial_timeout", "3s")]).await;
    let (first, mut other, inner) = tokio::join!(Sshd::start(), Sshd::start(), Sshd::start());
    let clone = FaultProxy::start(([127, 0, 0, 1], first.port()).into()).await;
    let frozen = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let one = add(&admin, json!({"name": "one", "port": first.port()})).await;
    let twin = add(&admin, json!({"name": "twin", "port": clone.port()})).await;
    let moved = add(&admin, json!({"name": "moved", "port": other.port()})).await;
    let hangs = add(&admin, json!({"name": "hangs", "port": frozen.local_addr().unwrap().port()})).await;
    let dead = add(&admin, json!({"name": "dead", "port": 9})).await;
    let ftp = add(&admin, json!({"name": "ftp", "port": 21, "protocol": "ftp"})).await;
    let credential = json!({"name": "c", "username": USER, "password": PASSWORD});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    let jump = json!({"credential_id": credential["id"]});
    json(admin.patch(&format!("/api/hosts/{one}"), jump).await, StatusCode::OK).await;
    let behind = add(&admin, json!({"name": "behind", "port": inner.port(), "jump_host_id": one})).await;
    trust(&admin, &[&moved]).await;
    other.restart_with_host_key("ed25519").await;

    let all = [&one, &twin, &moved, &hangs, &dead, &ftp, &behind].map(String::as_str);
    let scanned = whole(&admin, &all, json!({"kind": "scan"})).await;
    let outcomes = ["one", "twin", "moved", "hangs", "dead", "ftp", "behind"].map(|name| outcome(&scanned, name));
    let expected = ["key_unknown", "key_unknown", "key_changed", "unreachable", "unreachable", "skipped", "blocked"];
    assert_eq!(outcomes, expected, "{scanned}");
    assert_eq!(scanned["round"]["shared_keys"], 2, "two places show one key");
    assert_eq!(
        (&row(&scanned, "one")["key"]["shared_with"], &row(&scanned, "moved")["key"]["shared_with"]),
        (&json!(1), &json!(0))
    );
    assert!(row(&scanned, "behind")["message"].as_str().unwrap().contains("through one"), "{scanned}");

    let trusted = trust_unknown(&admin, &scanned).await;
    assert_eq!((&trusted["trusted"], &trusted["replaced"]), (&json!(2), &json!(0)), "a changed key is not among them");
    let again = page(&admin, id_of(&scanned["round"]), "").await;
    assert_eq!((outcome(&again, "one"), outcome(&again, "moved")), ("key_trusted", "key_changed"));
    let decide = |fingerprint: &Value| json!({"round_id": scanned["round"]["id"], "keys": [{"host_id": moved, "fingerprint": fingerprint}]});
    let wrong = json(admin.post("/api/hosts/trust", decide(&json!("SHA256:no"))).await, StatusCode::OK).await;
    assert_eq!((&wrong["trusted"], &wrong["refused"]), (&json!(0), &json!([moved])));
    let right = decide(&row(&scanned, "moved")["key"]["fingerprint"]);
    let right = json(admin.post("/api/hosts/trust", right).await, StatusCode::OK).await;
    assert_eq!((&right["trusted"], &right["replaced"]), (&json!(1), &json!(1)));

    // What was blocked is scanned through the jump host now.
    let next = json!({"outcomes": ["blocked", "key_trusted"], "work": {"kind": "scan"}});
    let path = format!("/api/hosts/rounds/{}/next", id_of(&scanned["round"]));
    let next = json(admin.post(&path, next).await, StatusCode::CREATED).await;
    let next = ended(&admin, id_of(&next)).await;
    let outcomes = ["one", "twin", "moved", "behind"].map(|name| outcome(&next, name));
    assert_eq!(outcomes, ["key_trusted", "key_trusted", "key_trusted", "key_unknown"], "{next}");
    assert_eq!(host(&admin, &one).await["status"], "online");
    let audit = json(admin.get("/api/audit").await, StatusCode::OK).await;
    let lines = audit["events"].as_array().unwrap().iter().filter(|line| line["action"] == "host_key.trust");
    let told: Vec<_> = lines.map(|line| line["object"].as_str().unwrap()).collect();
    assert!(told.iter().any(|line| line.contains("one ") && line.contains("SHA256:")), "{told:?}");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[tokio::test]
async fn accounts_take_turns_and_begin_only_so_many_rounds() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let (bo, silent) = (server.member("bo").await, Silent::start().await);
    for person in [&admin, &bo] {
        let mut csv = "name,address,port\n".to_owned();
        (0..300).for_each(|number| writeln!(csv, "h{number},{ADDRESS},{}", silent.port()).unwrap());
        import(person, csv).await;
    }
    let all = || json!({"kind": "matching", "filter": {}});
    let mut rounds = Vec::new();
    for _ in 0..3 {
        rounds.push(begin(&admin, all(), json!({"kind": "probe"})).await);
    }
    let request = json!({"selection": all(), "work": {"kind": "probe"}});
    crate::common::fault(admin.post("/api/hosts/rounds", request).await, StatusCode::CONFLICT, "conflict").await;
    let bos = begin(&bo, all(), json!({"kind": "probe"})).await;
    let comes = || async { page(&bo, &bos, "outcome=running").await["matching"].as_u64().unwrap() >= 30 };
    wait::until("his turns beside hers", PATIENCE, comes).await;
    let id = add(&bo, json!({"name": "one", "port": 9})).await;
    for (person, round) in rounds.iter().map(|round| (&admin, round)).chain([(&bo, &bos)]) {
        assert_eq!(person.delete(&format!("/api/hosts/rounds/{round}")).await.status(), StatusCode::NO_CONTENT);
        ended(person, round).await;
    }
    let mut refused = None;
    for _ in 0..25 {
        let request = json!({"selection": these(&[&id]), "work": {"kind": "probe"}});
        let answer = bo.post("/api/hosts/rounds", request).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(json(answer, StatusCode::TOO_MANY_REQUESTS).await);
            break;
        }
        ended(&bo, id_of(&json(answer, StatusCode::CREATED).await)).await;
    }
    assert!(refused.unwrap()["retry_after_seconds"].as_u64().unwrap() <= 60);
}
