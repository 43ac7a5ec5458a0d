//! Connections of scripts beyond the contract: whose they are, how they end, and files of any length.

use crate::common::{ADMIN, Lab, PATIENCE, Person, at_console, fault, json};
use futures::{StreamExt, stream};
use reqwest::{Body, Method, StatusCode};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};
use tempfile::TempDir;
use testkit::{
    sshd::{ADDRESS, PASSWORD, USER},
    wait,
};

/// Longer than any body that is not streamed may be.
const LARGE: usize = 24 * 1024 * 1024;

async fn open(lab: &Lab) -> String {
    let body = json!({"host": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port()});
    let opened = json(lab.admin.post("/connections/ssh", body).await, StatusCode::OK).await;
    opened["session_id"].as_str().unwrap().to_owned()
}

async fn listed(person: &Person) -> Vec<Value> {
    json(person.get("/connections").await, StatusCode::OK).await["sessions"].as_array().unwrap().clone()
}

/// A folder that everybody may write to.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_connection_is_its_accounts_own() {
    let lab = Lab::start(&[]).await;
    let (id, bob) = (open(&lab).await, lab.server.member("bob").await);
    assert_eq!(listed(&bob).await, Vec::<Value>::new());
    for (method, path) in [
        (Method::DELETE, format!("/connections/{id}")),
        (Method::GET, format!("/connections/{id}/files")),
        (Method::POST, format!("/connections/{id}/execute")),
        (Method::POST, format!("/connections/{id}/download")),
        (Method::POST, format!("/connections/{id}/upload?remotePath=/tmp/x")),
        (Method::GET, format!("/api/fs/list?session_id={id}")),
        (Method::GET, format!("/api/fs/read?path=/etc/hosts&session_id={id}")),
    ] {
        let body = json!({"command": "true", "remotePath": "/etc/hosts"});
        let answer = bob.request(method, &path).json(&body).send().await.unwrap();
        fault(answer, StatusCode::NOT_FOUND, "not_found").await;
    }
    let run = json!({"command": "true", "session_id": id});
    fault(bob.post("/api/terminal/bastion/run", run).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(bob.get(&format!("/ssh/status?user_id={ADMIN}")).await, StatusCode::FORBIDDEN, "forbidden").await;
    assert_eq!(listed(&lab.admin).await.len(), 1);
}

#[tokio::test]
async fn what_nobody_uses_ends_and_what_is_used_does_not() {
    let lab = Lab::start(&[("connections.idle_timeout", "2s")]).await;
    let id = open(&lab).await;
    let long = json!({"command": "sleep 5; echo done"});
    let long = lab.admin.post(&format!("/connections/{id}/execute"), long).await;
    assert_eq!(json(long, StatusCode::OK).await["stdout"], "done\n");
    wait::until("the connection to end", PATIENCE, || async { listed(&lab.admin).await.is_empty() }).await;
    wait::until("its link to end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
    let late = lab.admin.post(&format!("/connections/{id}/execute"), json!({"command": "true"})).await;
    fault(late, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_lost_connection_says_so_and_is_cleaned_up() {
    let lab = Lab::start(&[]).await;
    let id = open(&lab).await;
    lab.sshd.kill_sessions();
    wait::until("the loss to be noticed", PATIENCE, || async { listed(&lab.admin).await[0]["is_active"] == false })
        .await;
    let run = lab.admin.post(&format!("/connections/{id}/execute"), json!({"command": "true"})).await;
    fault(run, StatusCode::BAD_GATEWAY, "remote_failed").await;
    let files = lab.admin.get(&format!("/connections/{id}/files")).await;
    fault(files, StatusCode::BAD_GATEWAY, "remote_failed").await;
    let cleaned = json(lab.admin.post("/connections/cleanup", json!({})).await, StatusCode::OK).await;
    assert_eq!(cleaned["cleaned"], 1);
    assert_eq!(listed(&lab.admin).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_account_that_is_switched_off_keeps_no_connection() {
    let lab = Lab::start(&[]).await;
    let bob = lab.server.member("bob").await;
    let body = json!({"hostname": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port()});
    let asked = fault(bob.post("/ssh/connect", body.clone()).await, StatusCode::CONFLICT, "host_key_unknown").await;
    let mut body = body;
    body["fingerprint"] = asked["fingerprint"].clone();
    let id = json(bob.post("/ssh/connect", body).await, StatusCode::OK).await["user_id"].clone();
    for named in ["bob", id.as_str().unwrap()] {
        let status = json(lab.admin.get(&format!("/ssh/status?user_id={named}")).await, StatusCode::OK).await;
        assert_eq!((&status["user_id"], &status["count"]), (&id, &json!(1)), "{named}");
    }
    fault(lab.admin.get("/ssh/status?user_id=nobody").await, StatusCode::NOT_FOUND, "not_found").await;
    let list = lab.admin.get("/api/terminal/sessions?user_id=nobody").await;
    fault(list, StatusCode::NOT_FOUND, "not_found").await;
    // What runs on it ends on the host too, though the host itself would let it run on.
    let host = folder();
    let beats = ["execute", "run"].map(|name| host.path().join(name));
    for (path, beat) in ["/connections/default/execute", "/api/terminal/bastion/run"].into_iter().zip(&beats) {
        tokio::spawn(bob.request(Method::POST, path).json(&beating(beat)).send());
    }
    wait::until("the commands to run", PATIENCE, || async { beats.iter().all(|beat| beat.exists()) }).await;
    lab.server.account(&["disable", "bob"]).await;
    wait::until("the link to end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
    assert_silent(host.path()).await;
}

#[tokio::test]
async fn a_token_without_the_vault_uses_only_what_it_opened() {
    let lab = Lab::start(&[]).await;
    let bare = at_console(lab.server.data(), &["token", "create", "bare", "--account", ADMIN], "").await;
    let bare = Person::with_token(&lab.server, bare.trim());
    let (theirs, session) = (open(&lab).await, lab.open(json!({})).await);
    let session = session["session_id"].as_str().unwrap();
    let (run, on_it) = (json!({"command": "echo ran"}), json!({"command": "echo ran", "session_id": session}));
    let execute = format!("/connections/{theirs}/execute");
    fault(bare.post(&execute, run.clone()).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(bare.get(&format!("/connections/{theirs}/files")).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(bare.get("/api/fs/list").await, StatusCode::NOT_FOUND, "not_found").await;
    let invites = format!("/api/terminal/sessions/{session}/invites");
    fault(bare.post(&invites, json!({"rights": "type"})).await, StatusCode::FORBIDDEN, "forbidden").await;
    let open_it = bare.post(&format!("/api/terminal/{}/terminal-sessions", lab.host), json!({})).await;
    fault(open_it, StatusCode::CONFLICT, "vault_locked").await;
    for body in [&run, &on_it] {
        fault(bare.post("/api/terminal/bastion/run", body.clone()).await, StatusCode::NOT_FOUND, "not_found").await;
    }
    // With the vault it is the account.
    let full = Person::with_token(&lab.server, &lab.admin.make_token("full").await);
    assert_eq!(json(full.post(&execute, run.clone()).await, StatusCode::OK).await["stdout"], "ran\n");
    let ran = json(full.post("/api/terminal/bastion/run", on_it).await, StatusCode::OK).await;
    assert_eq!(ran["stdout"], "ran\n");
    // What it opens by itself it uses, and so does the account.
    let body = json!({"host": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port()});
    let own = json(bare.post("/connections/ssh", body).await, StatusCode::OK).await;
    let execute = format!("/connections/{}/execute", own["session_id"].as_str().unwrap());
    for person in [&bare, &lab.admin] {
        assert_eq!(json(person.post(&execute, run.clone()).await, StatusCode::OK).await["stdout"], "ran\n");
    }
    let ran = json(bare.post("/api/terminal/bastion/run", run).await, StatusCode::OK).await;
    assert_eq!(ran["stdout"], "ran\n");
}

/// A command that writes on and on.
fn beating(beat: &Path) -> Value {
    json!({"command": format!("while sleep 0.1; do echo >> {}; done", beat.display()), "timeout": 60})
}

async fn assert_silent(folder: &Path) {
    let lengths = || names(folder).into_iter().map(|name| fs::metadata(folder.join(name)).unwrap().len());
    let before: Vec<_> = lengths().collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(lengths().collect::<Vec<_>>(), before, "nothing writes on");
}

#[tokio::test]
async fn what_runs_on_a_connection_ends_with_it() {
    let lab = Lab::start(&[]).await;
    let (id, host) = (open(&lab).await, folder());
    let beat = host.path().join("beat");
    let request = lab.admin.request(Method::POST, &format!("/connections/{id}/execute"));
    let running = tokio::spawn(request.json(&beating(&beat)).send());
    wait::until("the command to run", PATIENCE, || async { beat.exists() }).await;
    json(lab.admin.delete(&format!("/connections/{id}")).await, StatusCode::OK).await;
    fault(running.await.unwrap().unwrap(), StatusCode::BAD_GATEWAY, "remote_failed").await;
    wait::until("the link to end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
    assert_silent(host.path()).await;
}

#[tokio::test]
async fn a_large_file_goes_up_and_down_as_it_is() {
    let lab = Lab::start(&[]).await;
    let (id, host) = (open(&lab).await, folder());
    let path = host.path().join("large file \u{e9}\"\n.bin");
    let path = path.to_str().unwrap();
    let content: Vec<u8> = (0..LARGE).map(|at| (at * 31 / 8) as u8).collect();
    let chunks: Vec<_> = content.chunks(100_000).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect();
    let upload = lab.admin.request(Method::POST, &format!("/connections/{id}/upload")).query(&[("remotePath", path)]);
    let done = upload.body(Body::wrap_stream(stream::iter(chunks))).send().await.unwrap();
    assert_eq!(json(done, StatusCode::OK).await["size"], LARGE);
    assert_eq!(names(host.path()).len(), 1, "no part is left");
    let download = lab.admin.post(&format!("/connections/{id}/download"), json!({"remotePath": path})).await;
    assert_eq!(download.headers()["content-length"], LARGE.to_string().as_str());
    assert!(download.bytes().await.unwrap() == content);
}

#[tokio::test]
async fn a_body_that_ends_early_leaves_what_was_there() {
    let lab = Lab::start(&[]).await;
    let (id, host) = (open(&lab).await, folder());
    let path = host.path().join("data");
    fs::write(&path, "before").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let upload = || {
        let request = lab.admin.request(Method::POST, &format!("/connections/{id}/upload"));
        request.query(&[("remotePath", path.to_str().unwrap())])
    };
    // The client goes away in the middle.
    let broken = stream::iter(vec![Ok(vec![7_u8; 300_000])]).chain(stream::once(async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Err(std::io::Error::other("gone"))
    }));
    assert!(upload().body(Body::wrap_stream(broken)).send().await.is_err());
    let is_tidy = || async { names(host.path()) == ["data"] };
    wait::until("the part to be gone", PATIENCE, is_tidy).await;
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    // A form without its end.
    let form = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhel";
    let sent = upload().header("content-type", "multipart/form-data; boundary=edge").body(form).send().await.unwrap();
    fault(sent, StatusCode::BAD_REQUEST, "bad_input").await;
    wait::until("the part to be gone", PATIENCE, is_tidy).await;
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    // The same once more, whole.
    json(upload().body("after").send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(fs::read_to_string(&path).unwrap(), "after");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o666, "it keeps its rights");
    assert_eq!(names(host.path()), ["data"]);
}

#[tokio::test]
async fn what_cannot_be_done_with_a_file_says_why() {
    let lab = Lab::start(&[]).await;
    let (id, host) = (open(&lab).await, folder());
    fs::write(host.path().join("secret"), "x").unwrap();
    fs::set_permissions(host.path().join("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    let at = |name: &str| host.path().join(name).to_str().unwrap().to_owned();
    let target = format!("/connections/{id}/download");
    let download = |path: String| lab.admin.post(&target, json!({"remotePath": path}));
    fault(download(at("secret")).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(download(at("")).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(download(String::new()).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(download("a\u{0}b".into()).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let files = format!("/connections/{id}/files");
    let list = lab.admin.request(Method::GET, &files).query(&[("path", at("secret"))]).send().await.unwrap();
    fault(list, StatusCode::BAD_REQUEST, "bad_input").await;
    let upload = |path: &str| {
        lab.admin.request(Method::POST, &format!("/connections/{id}/upload")).query(&[("remotePath", path)])
    };
    let sent = upload("/proc/nowhere/x").body("x").send().await.unwrap();
    fault(sent, StatusCode::NOT_FOUND, "not_found").await;
    let sent = upload(&at("")).body("x").send().await.unwrap();
    fault(sent, StatusCode::BAD_REQUEST, "bad_input").await;
}
