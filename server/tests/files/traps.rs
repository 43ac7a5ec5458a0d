//! Trees and names that are made to go wrong: without a bottom, leading back, leading out, in the way.

use super::{Folder, encoded, lab, load, transfers::whole};
use crate::common::{HOST, Lab, PASSWORD, Person, fault, json, take_in};
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    process::Command,
};
use testkit::folder::{give, noise};

/// Deeper than a stack bears.
const DEEP: usize = 400;

async fn post(lab: &Lab, what: &str, body: Value) -> reqwest::Response {
    lab.admin.post(&format!("/api/hosts/{}/files/{what}", lab.host), body).await
}

#[tokio::test]
async fn folders_may_be_as_deep_as_they_like() {
    let lab = lab().await;
    let (folder, target) = (Folder::new(), Folder::new());
    fs::create_dir_all(folder.at("deep".to_owned() + &"/d".repeat(DEEP))).unwrap();
    give(&folder.at("deep"));
    let path = format!("{}/deep", folder.text());
    let tar = lab.admin.get(&format!("/api/hosts/{}/files/archive?path={}", lab.host, encoded(&path))).await;
    let tar = tar.bytes().await.unwrap();
    assert!(tar.len() > DEEP * 512, "a header each, and nothing is missing");
    assert!(!String::from_utf8_lossy(&tar).contains("berth-missing.txt"));
    let all = json!(DEEP + 1);
    let copied = whole(&lab, "copy", json!({"paths": [path], "to": target.text()})).await;
    assert_eq!((&copied["state"], &copied["items_done"]), (&json!("done"), &all), "{copied}");
    let deleted = whole(&lab, "delete", json!({"paths": [path]})).await;
    assert_eq!((&deleted["state"], &deleted["items_done"]), (&json!("done"), &all), "{deleted}");
    assert!(folder.names().is_empty());
}

#[tokio::test]
async fn what_is_copied_into_itself_ends() {
    let lab = lab().await;
    let folder = Folder::new();
    fs::create_dir_all(folder.at("a/inner")).unwrap();
    fs::write(folder.at("a/x"), "x").unwrap();
    give(&folder.at("a"));
    symlink("a", folder.at("back")).unwrap();
    let request = json!({"paths": [format!("{}/a", folder.text())], "to": format!("{}/back", folder.text())});
    fault(post(&lab, "copy", request).await, StatusCode::BAD_REQUEST, "bad_input").await;
    // The same machine by another name: only the work itself can tell.
    let list = json(lab.admin.get("/api/credentials").await, StatusCode::OK).await;
    let credential = list[0]["id"].as_str().or(list["credentials"][0]["id"].as_str()).unwrap().to_owned();
    let twin = json!({"name": "twin", "address": "127.0.0.1", "port": lab.sshd.port(), "credential_id": credential});
    json(lab.admin.post("/api/hosts", twin).await, StatusCode::CREATED).await;
    let inner = format!("{}/a/inner", folder.text());
    let request = json!({"paths": [format!("{}/a", folder.text())], "to_host": "twin", "to": inner});
    assert_eq!(whole(&lab, "copy", request).await["state"], "failed");
}

#[tokio::test]
async fn a_copy_does_not_leave_its_target_through_a_link() {
    let lab = lab().await;
    let (folder, target, outside) = (Folder::new(), Folder::new(), Folder::new());
    fs::create_dir_all(folder.at("d/x")).unwrap();
    fs::write(folder.at("d/x/f"), "new").unwrap();
    fs::create_dir(folder.at("d/y")).unwrap();
    give(&folder.at("d"));
    fs::set_permissions(folder.at("d/y"), fs::Permissions::from_mode(0o700)).unwrap();
    outside.put("f", "keep");
    fs::create_dir_all(target.at("d/y")).unwrap();
    symlink(outside.here(), target.at("d/x")).unwrap();
    give(&target.at("d/y"));
    fs::set_permissions(target.at("d/y"), fs::Permissions::from_mode(0o755)).unwrap();
    let request = json!({"paths": [format!("{}/d", folder.text())], "to": target.text(), "conflict": "replace"});
    let done = whole(&lab, "copy", request).await;
    assert_eq!(done["state"], "failed", "{done}");
    assert_eq!(fs::read(outside.at("f")).unwrap(), b"keep");
    let mode = fs::metadata(target.at("d/y")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755, "a folder that was there keeps its rights");
}

#[tokio::test]
async fn home_stays_and_what_is_gone_does_not_keep_the_rest() {
    let lab = lab().await;
    let folder = Folder::new();
    for path in [".", "..", "/"] {
        fault(post(&lab, "delete", json!({"paths": [path]})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    folder.put("a", "");
    folder.put("b", "");
    let paths = ["a", "gone", "b"].map(|name| format!("{}/{name}", folder.text()));
    let done = whole(&lab, "delete", json!({"paths": paths})).await;
    assert_eq!((&done["failed"], &done["items_done"]), (&json!(1), &json!(2)), "{done}");
    assert!(folder.names().is_empty());
}

#[tokio::test]
async fn of_those_who_save_at_once_one_is_first() {
    let lab = lab().await;
    let folder = Folder::new();
    folder.put("conf", "old\n");
    let path = format!("{}/conf", folder.text());
    let text = format!("/api/hosts/{}/files/text", lab.host);
    for round in 0..3 {
        let read = json(lab.admin.get(&format!("{text}?path={}", encoded(&path))).await, StatusCode::OK).await;
        let save = async |number: usize| {
            let draft = json!({"path": path, "text": format!("{round} {number}\n"), "version": read["version"]});
            lab.admin.request(Method::PUT, &text).json(&draft).send().await.unwrap().status()
        };
        let answers = join_all((0..4).map(save)).await;
        let saved: Vec<_> = (0..4).filter(|number| answers[*number] == StatusCode::OK).collect();
        assert_eq!(saved.len(), 1, "{answers:?}");
        assert_eq!(fs::read_to_string(folder.at("conf")).unwrap(), format!("{round} {}\n", saved[0]));
        assert_eq!(folder.names(), ["conf"]);
    }
}

#[tokio::test]
async fn nothing_is_written_through_what_has_the_parts_name() {
    let lab = lab().await;
    let (folder, outside) = (Folder::new(), Folder::new());
    let victim = outside.put("victim", "keep");
    symlink(&victim, folder.at("f.berth-part")).unwrap();
    let path = format!("{}/f", folder.text());
    let answer = load::put(&lab.admin, &lab.host, &path, 0, 3, b"new".to_vec()).await;
    fault(answer, StatusCode::CONFLICT, "conflict").await;
    let draft = json!({"path": path, "text": "new"});
    let saved = lab.admin.request(Method::PUT, &format!("/api/hosts/{}/files/text", lab.host)).json(&draft);
    json(saved.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(fs::read(&victim).unwrap(), b"keep");
    assert!(folder.at("f").is_file() && !folder.at("f").is_symlink());

    let pipe = folder.at("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    give(&pipe);
    let draft = json!({"path": format!("{}/pipe", folder.text()), "text": "new"});
    let saved = lab.admin.request(Method::PUT, &format!("/api/hosts/{}/files/text", lab.host)).json(&draft);
    fault(saved.send().await.unwrap(), StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn two_accounts_that_send_one_name_make_no_mixture() {
    let lab = lab().await;
    lab.server.account(&["add", "bo", "--role", "member", "--password-stdin"]).await;
    let bo = Person::new(&lab.server);
    assert_eq!(bo.sign_in("bo", PASSWORD).await.status(), StatusCode::OK);
    take_in(&bo, &lab.sshd).await;
    let folder = Folder::new();
    let path = format!("{}/same", folder.text());
    let (ours, theirs) = (noise(2_000_000), vec![b'x'; 2_000_000]);
    let first = load::put(&lab.admin, HOST, &path, 0, 2_000_000, ours[..1_000_000].to_vec()).await;
    json(first, StatusCode::OK).await;
    json(load::put(&bo, HOST, &path, 0, 2_000_000, theirs[..1_500_000].to_vec()).await, StatusCode::OK).await;
    let on = load::put(&lab.admin, HOST, &path, 1_000_000, 2_000_000, ours[1_000_000..].to_vec()).await;
    fault(on, StatusCode::CONFLICT, "conflict").await;
    let state = format!("/api/hosts/{HOST}/files/upload?path={}", encoded(&path));
    assert_eq!(json(lab.admin.get(&state).await, StatusCode::OK).await["offset"], 0, "begin anew");
    assert_eq!(json(bo.get(&state).await, StatusCode::OK).await["offset"], 1_500_000);
    let finish = json!({"path": path, "total": 1_500_000});
    fault(post(&lab, "finish", finish).await, StatusCode::CONFLICT, "conflict").await;
}
