//! Hosts, folders, credentials, host keys and bootstrap over REST, with the key names of SPEC §12.

use crate::common::{HOST, Lab, Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use testkit::{
    keygen::{KeySpec, make_key},
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
};

async fn add(person: &Person, host: Value) -> Value {
    json(person.post("/api/hosts", host).await, StatusCode::CREATED).await
}

#[tokio::test]
async fn hosts_are_added_changed_copied_found_and_deleted() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let web = json!({"name": "web01", "address": "10.0.0.1", "port": 2222, "username": "root", "folder": "Lab", "tags": ["blue", "dmz"]});
    let web = add(&admin, web).await;
    let path = format!("/api/hosts/{}", web["id"].as_str().unwrap());
    assert_eq!((&web["folder"], &web["protocol"], &web["status"]), (&json!("Lab"), &json!("ssh"), &json!("unknown")));
    let patched = json(
        admin.patch(&path, json!({"username": null, "tags": ["blue"], "device": {"vendor": "Acme"}})).await,
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        (&patched["username"], &patched["tags"], &patched["address"]),
        (&Value::Null, &json!(["blue"]), &json!("10.0.0.1"))
    );
    assert_eq!(patched["device"], json!({"vendor": "Acme"}));
    let copy = json(admin.post(&format!("{path}/duplicate"), json!({})).await, StatusCode::CREATED).await;
    assert!(copy["name"] != web["name"] && copy["address"] == web["address"], "{copy}");
    let again = json!({"name": "web01", "address": "10.0.0.1", "port": 2222, "folder": "Lab"});
    fault(admin.post("/api/hosts", again).await, StatusCode::CONFLICT, "conflict").await;
    for (query, total) in
        [("", 2), ("search=10.0.0", 2), ("tag=blue", 2), ("tag=dmz", 0), ("folder=Lab", 2), ("search=100%25", 0)]
    {
        let page = json(admin.get(&format!("/api/hosts?{query}")).await, StatusCode::OK).await;
        assert_eq!(page["total"], total, "{query}: {page}");
    }
    let first = json(admin.get("/api/hosts?limit=1").await, StatusCode::OK).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = json(admin.get(&format!("/api/hosts?limit=1&cursor={cursor}")).await, StatusCode::OK).await;
    assert_ne!(first["hosts"][0]["id"], second["hosts"][0]["id"]);
    assert_eq!(second["next_cursor"], Value::Null);
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    fault(admin.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    for bad in [
        json!({"name": "", "address": "h"}),
        json!({"name": "x", "address": "a b"}),
        json!({"name": "x", "address": "h", "port": 0}),
    ] {
        fault(admin.post("/api/hosts", bad).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
}

#[tokio::test]
async fn a_folder_with_hosts_is_not_deleted() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let folder = json(admin.post("/api/folders", json!({"name": "Lab"})).await, StatusCode::CREATED).await;
    let path = format!("/api/folders/{}", folder["id"].as_str().unwrap());
    fault(admin.post("/api/folders", json!({"name": "Lab"})).await, StatusCode::CONFLICT, "conflict").await;
    let host = add(&admin, json!({"name": "web", "address": "h", "folder": "Lab"})).await;
    fault(admin.delete(&path).await, StatusCode::CONFLICT, "conflict").await;
    let renamed = json(admin.patch(&path, json!({"name": "Rack"})).await, StatusCode::OK).await;
    assert_eq!(renamed["name"], "Rack");
    let listed = json(admin.get("/api/folders").await, StatusCode::OK).await;
    assert_eq!((&listed[0]["name"], &listed[0]["hosts"]), (&json!("Rack"), &json!(1)));
    admin.delete(&format!("/api/hosts/{}", host["id"].as_str().unwrap())).await;
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn credentials_go_in_and_never_out() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let key = make_key(KeySpec { passphrase: "open sesame", ..KeySpec::default() });
    let draft = json!({"name": "key", "private_key": key.private, "passphrase": "open sesame"});
    let added = json(admin.post("/api/credentials", draft).await, StatusCode::CREATED).await;
    assert_eq!(added["kind"], "private_key");
    assert!(key.public.starts_with(added["public_key"].as_str().unwrap().trim_end()), "{added}");
    let wrong = json!({"name": "key2", "private_key": key.private, "passphrase": "wrong"});
    fault(admin.post("/api/credentials", wrong).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(admin.post("/api/credentials", json!({"name": "none"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let script = Person::with_token(&server, &admin.make_token("script").await);
    let listed = json(script.get("/api/credentials").await, StatusCode::OK).await;
    assert!(!listed.to_string().contains("PRIVATE KEY") && !listed.to_string().contains("sesame"), "{listed}");
    let path = format!("/api/credentials/{}", added["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
}

/// An sshd whose visitors have a home of their own, where a key can be installed.
async fn with_a_home(home: &Path) -> Sshd {
    fs::set_permissions(home, fs::Permissions::from_mode(0o777)).unwrap();
    let home = home.display();
    let keys = format!("AuthorizedKeysFile {home}/.ssh/authorized_keys");
    Sshd::builder().config(&format!("SetEnv HOME={home}")).config(&keys).start().await
}

#[tokio::test]
async fn setting_up_access_installs_a_key_that_opens_sessions() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let home = tempfile::tempdir().unwrap();
    let sshd = with_a_home(home.path()).await;
    let host = add(&admin, json!({"name": "fresh", "address": ADDRESS, "port": sshd.port()})).await;
    let path = format!("/api/hosts/{}", host["id"].as_str().unwrap());
    let open = || admin.post("/api/terminal/fresh/terminal-sessions", json!({}));
    fault(open().await, StatusCode::BAD_REQUEST, "not_bootstrapped").await;
    let set_up = |password: &str| {
        let request = json!({"username": USER, "password": password, "install_key": true});
        let (admin, path) = (admin.clone(), format!("{path}/bootstrap"));
        async move { admin.post(&path, request).await }
    };
    let unknown = fault(set_up(PASSWORD).await, StatusCode::CONFLICT, "host_key_unknown").await;
    let trust = json!({"fingerprint": unknown["fingerprint"]});
    json(admin.post(&format!("{path}/host-key/trust"), trust).await, StatusCode::OK).await;
    assert_eq!(json(set_up("wrong").await, StatusCode::OK).await["status"], "failed");
    let probed = json(admin.post(&format!("{path}/probe"), json!({})).await, StatusCode::OK).await;
    assert_eq!((&probed["status"], &probed["bootstrap"]), (&json!("online"), &json!("failed")));
    assert!(probed["bootstrap_message"].as_str().is_some_and(|text| !text.is_empty()));
    let done = json(set_up(PASSWORD).await, StatusCode::OK).await;
    assert_eq!(done["status"], "success", "{done}");
    assert!(done["os"].is_string() && done["hostname"].is_string(), "{done}");
    let opened = json(open().await, StatusCode::OK).await;
    assert_eq!(opened["host"]["bootstrap_ok"], true);
}

#[tokio::test]
async fn a_host_answers_to_its_name_and_to_its_id() {
    let lab = Lab::start(&[]).await;
    let by_name = lab.open(json!({})).await;
    let by_id = lab.admin.post(&format!("/api/terminal/{}/terminal-sessions", lab.host), json!({})).await;
    let by_id = json(by_id, StatusCode::OK).await;
    assert_eq!(by_id["session_id"], by_name["session_id"]);
    let twin = add(&lab.admin, json!({"name": HOST, "address": "h"})).await;
    let neither = lab.admin.post(&format!("/api/terminal/{HOST}/terminal-sessions"), json!({})).await;
    let neither = fault(neither, StatusCode::CONFLICT, "ambiguous_host").await;
    assert!(neither["detail"].as_str().is_some_and(|text| text.starts_with("2 hosts")), "{neither}");
    let gone = lab.admin.delete(&format!("/api/hosts/{}", twin["id"].as_str().unwrap())).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        (&by_name["host"]["name"], &by_name["host"]["ip"], &by_name["host"]["status"]),
        (&json!(HOST), &json!(ADDRESS), &json!("online"))
    );
    let history = json(lab.admin.get(&format!("/api/terminal/{HOST}/command-history")).await, StatusCode::OK).await;
    assert_eq!(history, json!({"commands": [], "total": 0}));
}
