//! New keys in the place of old ones.

use super::{Machine, add, host, outcome, row, trust, whole};
use crate::{
    common::{Person, TestServer, fault, json},
    grants::{account_id, share},
    shared_credentials::handed,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::fs;
use testkit::{
    keygen::{KeySpec, TestKey, make_key},
    sshd::USER,
};

async fn key(admin: &Person, name: &str, key: &TestKey) -> String {
    let credential = json!({"name": name, "username": USER, "private_key": key.private});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    credential["id"].as_str().unwrap().to_owned()
}

async fn credentials(admin: &Person) -> Vec<Value> {
    json(admin.get("/api/credentials").await, StatusCode::OK).await.as_array().unwrap().clone()
}

async fn folder(admin: &Person, name: &str, credential: &str) {
    let folder = json!({"name": name, "credential_id": credential});
    json(admin.post("/api/folders", folder).await, StatusCode::CREATED).await;
}

#[tokio::test]
async fn all_have_the_new_key_and_the_old_one_is_forgotten() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let (one, two) = tokio::join!(Machine::start(), Machine::start());
    let old = make_key(KeySpec::default());
    let bare = old.public.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    one.write_keys(&format!("# mine\r\nssh-rsa AAAAB3 other\r\nno-pty {bare} me@home\r\n# no end"));
    two.write_keys(&old.public);
    let credential = key(&admin, "site key", &old).await;
    folder(&admin, "Site", &credential).await;
    let heir = add(&admin, json!({"name": "heir", "port": one.sshd.port(), "folder": "Site"})).await;
    let own = add(&admin, json!({"name": "own", "port": two.sshd.port(), "credential_id": credential})).await;
    let plain = add(&admin, json!({"name": "plain", "port": 9})).await;
    trust(&admin, &[&heir, &own]).await;

    let done = whole(&admin, &[&heir, &own, &plain], json!({"kind": "roll"})).await;
    assert_eq!(["heir", "own", "plain"].map(|name| outcome(&done, name)), ["done", "done", "skipped"], "{done}");
    let notes = json!(["site key holds the new key now; the old one is forgotten."]);
    assert_eq!(done["round"]["notes"], notes);
    let [left] = credentials(&admin).await.try_into().unwrap();
    assert_eq!((left["id"].as_str(), left["name"].as_str()), (Some(credential.as_str()), Some("site key")));
    let new = left["public_key"].as_str().unwrap();
    assert_ne!(new.split_whitespace().nth(1), bare.split_whitespace().nth(1));
    assert_eq!(one.keys(), format!("# mine\r\nssh-rsa AAAAB3 other\r\nno-pty {new}\r\n# no end"));
    assert_eq!(two.keys().trim_end(), new);
    assert_eq!(
        (&host(&admin, &heir).await["credential_id"], &host(&admin, &own).await["credential_id"]),
        (&Value::Null, &json!(credential))
    );
    let again = whole(&admin, &[&heir, &own], json!({"kind": "bootstrap"})).await;
    assert_eq!(["heir", "own"].map(|name| outcome(&again, name)), ["done", "done"], "the new key opens both: {again}");
}

#[tokio::test]
async fn who_may_use_the_key_uses_the_new_one() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let (machine, ben, old) = (Machine::start().await, server.member("ben").await, make_key(KeySpec::default()));
    machine.write_keys(&old.public);
    let credential = key(&admin, "site key", &old).await;
    let draft = json!({"name": "lent", "port": machine.sshd.port(), "credential_id": credential});
    let lent = add(&admin, draft).await;
    trust(&admin, &[&lent]).await;
    let rights = json!({"connect": true, "credential": true});
    share(&admin, &[&lent], &[], &account_id(&admin, "ben").await, rights).await;
    let opens = async || {
        handed(&admin, &ben, &lent).await;
        let opened = ben.post(&format!("/api/terminal/{lent}/terminal-sessions"), json!({"reuse": false})).await;
        json(opened, StatusCode::OK).await
    };
    opens().await;
    let done = whole(&admin, &[&lent], json!({"kind": "roll"})).await;
    assert_eq!(outcome(&done, "lent"), "done", "{done}");
    assert!(!machine.keys().contains(old.public.split_whitespace().nth(1).unwrap()));
    opens().await;
}

#[tokio::test]
async fn where_it_breaks_the_old_key_stays_in_use() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let (good, fixed, elsewhere) = (Machine::start().await, Machine::start().await, tempfile::tempdir().unwrap());
    let old = make_key(KeySpec::default());
    // What sshd reads there is not the file that anybody would edit.
    let file = elsewhere.path().join("keys");
    fs::write(&file, &old.public).unwrap();
    fs::set_permissions(elsewhere.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let other = Machine::with(|builder| builder.config(&format!("AuthorizedKeysFile {}", file.display()))).await;
    for machine in [&good, &fixed] {
        machine.write_keys(&old.public);
    }
    // Nobody but root writes there.
    let folder = fixed.file().parent().unwrap().to_owned();
    for path in [&folder, &fixed.file()] {
        std::os::unix::fs::chown(path, Some(0), Some(0)).unwrap();
    }
    let credential = key(&admin, "site key", &old).await;
    let mut ids = Vec::new();
    for (name, machine) in [("good", &good), ("fixed", &fixed), ("other", &other)] {
        ids.push(add(&admin, json!({"name": name, "port": machine.sshd.port(), "credential_id": credential})).await);
    }
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    trust(&admin, &ids).await;

    let done = whole(&admin, &ids, json!({"kind": "roll"})).await;
    assert_eq!(["good", "fixed", "other"].map(|name| outcome(&done, name)), ["done", "failed", "failed"], "{done}");
    assert!(row(&done, "fixed")["message"].as_str().unwrap().starts_with("Nothing was changed"), "{done}");
    assert!(row(&done, "other")["message"].as_str().unwrap().contains("taken out of authorized_keys again"), "{done}");
    assert_eq!((fixed.keys(), other.keys()), (old.public.clone(), String::new()));
    let kept = credentials(&admin).await;
    assert_eq!(kept.len(), 2, "both are needed: {kept:?}");
    let new = host(&admin, ids[0]).await["credential_id"].clone();
    assert_ne!(new, json!(credential));
    for id in &ids[1..] {
        assert_eq!(host(&admin, id).await["credential_id"], json!(credential));
    }
    assert!(done["round"]["notes"][0].as_str().unwrap().contains("2 hosts still use site key"), "{done}");
    let again = whole(&admin, &ids, json!({"kind": "bootstrap"})).await;
    assert_eq!(again["round"]["counts"], json!([{"outcome": "done", "hosts": 3}]), "every host has a way in: {again}");

    let password = json!({"name": "pw", "username": USER, "password": "x"});
    let password = json(admin.post("/api/credentials", password).await, StatusCode::CREATED).await;
    let none = add(&admin, json!({"name": "none", "port": 9, "credential_id": password["id"]})).await;
    let request = json!({"selection": super::these(&[&none]), "work": {"kind": "roll"}});
    fault(admin.post(super::ROUNDS, request).await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn no_two_rounds_change_the_keys_of_the_same_hosts() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let silent = super::Silent::start().await;
    let credential = key(&admin, "site key", &make_key(KeySpec::default())).await;
    let slow = add(&admin, json!({"name": "slow", "port": silent.port(), "credential_id": credential})).await;
    let other = add(&admin, json!({"name": "other", "port": 9, "credential_id": credential})).await;
    super::begin(&admin, super::these(&[&slow]), json!({"kind": "roll"})).await;
    let before = credentials(&admin).await.len();
    let set_up = json!({"kind": "bootstrap", "key": {"kind": "one_for_all"}});
    for (host, work) in [(&slow, json!({"kind": "roll"})), (&other, json!({"kind": "roll"})), (&slow, set_up)] {
        let request = json!({"selection": super::these(&[host]), "work": work});
        fault(admin.post(super::ROUNDS, request).await, StatusCode::CONFLICT, "conflict").await;
    }
    assert_eq!(credentials(&admin).await.len(), before, "what was made for them is gone again");
    whole(&admin, &[&slow, &other], json!({"kind": "probe"})).await;
    whole(&admin, &[&other], json!({"kind": "bootstrap"})).await;
}

#[tokio::test]
async fn a_new_key_that_a_round_left_behind_is_used_by_the_next() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let machine = Machine::start().await;
    let (old, new) = (make_key(KeySpec::default()), make_key(KeySpec::default()));
    // As after a sudden end: the new key stands on the host and in the vault, and is noted nowhere.
    machine.write_keys(&format!("{}\n{}\n", old.public.trim(), new.public.trim()));
    let credential = key(&admin, "site key", &old).await;
    key(&admin, "site key (rolled 2026-01-01)", &new).await;
    let id = add(&admin, json!({"name": "one", "port": machine.sshd.port(), "credential_id": credential})).await;
    trust(&admin, &[&id]).await;
    let done = whole(&admin, &[&id], json!({"kind": "roll"})).await;
    assert_eq!(outcome(&done, "one"), "done", "{done}");
    let [left] = credentials(&admin).await.try_into().unwrap();
    let words = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    assert_eq!(
        (left["name"].as_str(), words(left["public_key"].as_str().unwrap())),
        (Some("site key"), words(&new.public))
    );
    assert_eq!(machine.keys().lines().filter_map(words).collect::<Vec<_>>(), [words(&new.public).unwrap()]);
}
