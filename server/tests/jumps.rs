//! A host behind three others, each with a credential and a host key of its own; and an agent that is forwarded to one.

use crate::common::{HOST, Lab, PATIENCE, Person, TestServer, fault, json, trust};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{
    keygen::{KeySpec, TestKey, make_key},
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
    wait::until,
};

const RUNS: &str = "/api/commands/runs";

async fn made(person: &Person, path: &str, body: Value) -> String {
    json(person.post(path, body).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned()
}

/// Stores a key that this host alone takes.
async fn key_for(person: &Person, sshd: &Sshd, name: &str) -> (String, TestKey) {
    let key = make_key(KeySpec::default());
    sshd.authorize(&key.public);
    let credential = json!({"name": name, "username": USER, "private_key": key.private});
    (made(person, "/api/credentials", credential).await, key)
}

/// Takes an sshd in, reached through another host.
async fn behind(person: &Person, sshd: &Sshd, name: &str, credential: &str, jump: Option<&str>) -> String {
    let host = json!({
        "name": name, "address": ADDRESS, "port": sshd.port(), "credential_id": credential, "jump_host_id": jump,
    });
    made(person, "/api/hosts", host).await
}

/// What a command writes on a host.
async fn wrote(person: &Person, host: &str, command: &str) -> String {
    let request = json!({"command": command, "hosts": [host], "wait": true});
    let run = json(person.post(RUNS, request).await, StatusCode::CREATED).await;
    let host = &run["hosts"][0];
    host["stdout"].as_str().unwrap_or_else(|| panic!("nothing was written: {run}")).trim().to_owned()
}

#[tokio::test]
async fn each_of_three_jump_hosts_is_asked_for_its_own_key_and_given_its_own_credential() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let (first, mut second, third, far) = tokio::join!(Sshd::start(), Sshd::start(), Sshd::start(), Sshd::start());
    let keys = [
        key_for(&admin, &first, "one").await,
        key_for(&admin, &second, "two").await,
        key_for(&admin, &third, "three").await,
    ];
    let password = json!({"name": "far", "username": USER, "password": PASSWORD});
    let password = made(&admin, "/api/credentials", password).await;
    let one = behind(&admin, &first, "one", &keys[0].0, None).await;
    let two = behind(&admin, &second, "two", &keys[1].0, Some(&one)).await;
    let three = behind(&admin, &third, "three", &keys[2].0, Some(&two)).await;
    let last = behind(&admin, &far, "far", &password, Some(&three)).await;

    // Each hop's key is a question of its own, and nothing goes past the one that waits for its answer.
    let open = || admin.post("/api/terminal/far/terminal-sessions", json!({}));
    for (host, sshd) in [(&one, &first), (&two, &second), (&three, &third), (&last, &far)] {
        let asked = fault(open().await, StatusCode::CONFLICT, "host_key_unknown").await;
        assert_eq!(asked["host_id"], json!(host), "{asked}");
        assert!(!sshd.log().contains("Accepted"), "somebody signed in before the key was trusted");
        trust(&admin, host).await;
    }
    json(open().await, StatusCode::OK).await;
    let way = wrote(&admin, "far", "echo $SSH_CONNECTION").await;
    assert!(way.ends_with(&far.port().to_string()), "{way}");
    for sshd in [&first, &second, &third] {
        let log = sshd.log();
        assert!(log.contains("Accepted publickey") && !log.contains("Failed"), "{log}");
    }
    assert!(far.log().contains("Accepted password") && !far.log().contains("publickey"), "no hop's key came along");

    // In the middle of the way another key is shown: nothing is sent on.
    second.restart_with_host_key("ed25519").await;
    until("the way to be gone", PATIENCE, || async { first.connection_processes() <= 4 }).await;
    let let_in = |sshd: &Sshd| sshd.log().matches("Accepted").count();
    let before = (let_in(&second), let_in(&far));
    let changed = fault(open().await, StatusCode::CONFLICT, "host_key_changed").await;
    assert_eq!(changed["host_id"], json!(two), "{changed}");
    assert_eq!((let_in(&second), let_in(&far)), before, "somebody signed in behind the changed key");

    let circle = admin.patch(&format!("/api/hosts/{one}"), json!({"jump_host_id": last})).await;
    let refused = fault(circle, StatusCode::BAD_REQUEST, "bad_input").await;
    assert!(refused["detail"].as_str().unwrap().contains("in a circle"), "{refused}");
    drop(server);
}

#[tokio::test]
async fn the_agent_is_forwarded_where_the_host_says_so_and_to_its_owner_alone() {
    let lab = Lab::start(&[]).await;
    let (admin, host) = (&lab.admin, format!("/api/hosts/{}", lab.host));
    let (credential, key) = key_for(admin, &lab.sshd, "key").await;
    let shown = json(admin.patch(&host, json!({"credential_id": credential})).await, StatusCode::OK).await;
    assert_eq!(shown["agent_forwarding"], false, "off unless it is switched on");
    assert_eq!(wrote(admin, HOST, "echo agent:$SSH_AUTH_SOCK.").await, "agent:.");

    let on = json(admin.patch(&host, json!({"agent_forwarding": true})).await, StatusCode::OK).await;
    assert_eq!(on["agent_forwarding"], true);
    let bare = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    assert_eq!(bare(&wrote(admin, HOST, "ssh-add -L").await), bare(&key.public));
    let (_, mut socket) = lab.terminal(json!({})).await;
    socket.type_in("ssh-add -l | grep -c ED25519 | sed s/^/keys:/\n").await;
    socket.until("keys:1").await;

    // Who comes by a grant brings a key of their own, which the owner's switch must not lend to the host.
    let ben = lab.server.member("ben").await;
    let accounts = json(admin.get("/api/accounts").await, StatusCode::OK).await;
    let id = accounts.as_array().unwrap().iter().find(|account| account["name"] == "ben").unwrap()["id"].clone();
    let grant = json!({
        "hosts": {"kind": "hosts", "ids": [lab.host]}, "to": [{"kind": "account", "id": id}], "rights": {"connect": true},
    });
    json(admin.post("/api/grants", grant).await, StatusCode::OK).await;
    let (own, _) = key_for(&ben, &lab.sshd, "mine").await;
    let login = ben.request(reqwest::Method::PUT, &format!("{host}/own-login")).json(&json!({"credential_id": own}));
    assert!(login.send().await.unwrap().status().is_success());
    trust(&ben, &lab.host).await;
    assert_eq!(wrote(&ben, HOST, "echo agent:$SSH_AUTH_SOCK.").await, "agent:.");

    let off = json(admin.patch(&host, json!({"agent_forwarding": false})).await, StatusCode::OK).await;
    assert_eq!(off["agent_forwarding"], false);
    assert_eq!(wrote(admin, HOST, "echo agent:$SSH_AUTH_SOCK.").await, "agent:.");
}
