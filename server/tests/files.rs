//! Files on a real host through the interface: hard names, every refusal, up and down, and what is left when it breaks.

pub(crate) mod address;
mod change;
pub(crate) mod ftp;
mod load;
mod switched_off;
mod taken_back;
mod transfers;
mod traps;

use crate::common::{Lab, PATIENCE, Person, fault, json};
use address::encoded;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _};
use testkit::{
    folder::{Folder, noise},
    sshd::{ADDRESS, PASSWORD as HOST_PASSWORD, USER},
    wait,
};

/// The lab, where ways to hosts stay warm.
async fn lab() -> Lab {
    Lab::start(&[("hosts.link_idle", "1m")]).await
}

/// What is in a folder, by name.
async fn list(person: &Person, host: &str, path: &str) -> Vec<Value> {
    let view = json(person.get(&format!("/api/hosts/{host}/files?path={}", encoded(path))).await, StatusCode::OK).await;
    let mut entries = view["entries"].as_array().unwrap().clone();
    entries.sort_by_key(|entry| entry["name"].as_str().unwrap().to_owned());
    entries
}

#[tokio::test]
async fn a_folder_is_listed_from_home_and_from_anywhere() {
    let lab = lab().await;
    let home = json(lab.admin.get(&format!("/api/hosts/{}/files", lab.host)).await, StatusCode::OK).await;
    assert!(home["path"].as_str().unwrap().starts_with('/'), "{home}");
    let folder = Folder::new();
    folder.put("b.txt", "hello");
    fs::create_dir(folder.at("inner")).unwrap();
    std::os::unix::fs::symlink("inner", folder.at("link")).unwrap();
    std::os::unix::fs::symlink("/nowhere", folder.at("loose")).unwrap();
    let entries = list(&lab.admin, &lab.host, &folder.text()).await;
    let kinds: Vec<_> = entries.iter().map(|e| (e["name"].as_str().unwrap(), e["kind"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("b.txt", "file"), ("inner", "directory"), ("link", "link"), ("loose", "link")]);
    assert_eq!((&entries[0]["size"], &entries[0]["size_formatted"]), (&json!(5), &json!("5 B")));
    assert_eq!((&entries[2]["is_directory"], &entries[2]["link_target"]), (&json!(true), &json!("inner")));
    assert_eq!(entries[3]["is_directory"], json!(false));
    let path = format!("/api/hosts/lab/files/entry?path={}", encoded(&entries[2]["path"]));
    let entry = json(lab.admin.get(&path).await, StatusCode::OK).await;
    for key in ["name", "path", "kind", "is_directory", "link_target", "permissions", "modified"] {
        assert_eq!(entry[key], entries[2][key], "{key}, by the host's name too");
    }
    let gone = lab.admin.get(&format!("/api/hosts/{}/files?path=/no/such", lab.host)).await;
    fault(gone, StatusCode::NOT_FOUND, "not_found").await;
    let file = lab.admin.get(&format!("/api/hosts/{}/files?path={}", lab.host, encoded(&entries[0]["path"]))).await;
    fault(file, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn hard_names_go_down_and_up_as_they_are() {
    let lab = lab().await;
    let (folder, target) = (Folder::new(), Folder::new());
    let long = "é".repeat(127);
    let names: [&[u8]; 10] = [
        b"with space",
        b"it's \"quoted\"",
        b"line\nbreak",
        b"-rf",
        b"caf\xe9",
        b"\xff\xfe",
        "\u{202e}txt.exe".as_bytes(),
        "\u{10ffff}".as_bytes(),
        b"...",
        long.as_bytes(),
    ];
    for name in names {
        folder.put(name, name);
    }
    for entry in list(&lab.admin, &lab.host, &folder.text()).await {
        let down = format!("/api/hosts/{}/files/content?path={}", lab.host, encoded(&entry["path"]));
        let bytes = lab.admin.get(&down).await.bytes().await.unwrap();
        let path = format!("{}/{}", target.text(), entry["name"].as_str().unwrap());
        load::upload(&lab, &path, bytes.to_vec(), json!({})).await;
    }
    for name in names {
        assert_eq!(fs::read(target.at(name)).unwrap(), name, "{}", String::from_utf8_lossy(name));
    }
    assert_eq!(target.names().len(), names.len(), "no part stays: {:?}", target.names());
}

#[tokio::test]
async fn what_the_host_forbids_is_told_as_that() {
    let lab = lab().await;
    let folder = Folder::new();
    let at = |name: &str| format!("{}/{name}", folder.text());
    fs::create_dir(folder.at("closed")).unwrap();
    fs::set_permissions(folder.at("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(folder.at("secret"), "x").unwrap();
    fs::set_permissions(folder.at("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    let files = format!("/api/hosts/{}/files", lab.host);
    let get = async |path: &str| lab.admin.get(&format!("{files}{path}")).await;
    fault(get(&format!("?path={}", encoded(&at("closed")))).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(get(&format!("/content?path={}", encoded(&at("secret")))).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(get(&format!("/text?path={}", encoded(&at("secret")))).await, StatusCode::FORBIDDEN, "forbidden").await;
    let up = load::put(&lab.admin, &lab.host, &at("closed/new"), 0, 1, vec![1]).await;
    fault(up, StatusCode::FORBIDDEN, "forbidden").await;
    let mode = json!({"path": at("secret"), "mode": 0o644});
    fault(lab.admin.post(&format!("{files}/mode"), mode).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(get("/content?path=/dev/null").await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(get(&format!("/content?path={}", encoded(&folder.text()))).await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn a_host_that_asks_every_time_is_told_once_and_asks_again_when_it_is_lost() {
    let lab = lab().await;
    let host = json!({"name": "asks", "address": ADDRESS, "port": lab.sshd.port(), "username": USER});
    json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    let look = async || lab.admin.get("/api/hosts/asks/files").await;
    let open = async |body: Value| lab.admin.post("/api/hosts/asks/files/open", body).await;
    fault(look().await, StatusCode::CONFLICT, "secret_needed").await;
    fault(open(json!({"password": "wrong"})).await, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;
    assert_eq!(open(json!({"password": HOST_PASSWORD})).await.status(), StatusCode::NO_CONTENT);
    json(look().await, StatusCode::OK).await;
    let folder = Folder::new();
    let path = format!("{}/up", folder.text());
    let up = load::put(&lab.admin, "asks", &path, 0, 4, b"long".to_vec()).await;
    json(up, StatusCode::OK).await;
    lab.sshd.kill_sessions();
    wait::until("the host to ask again", PATIENCE, || async { look().await.status() == StatusCode::CONFLICT }).await;
}

#[tokio::test]
async fn nobody_reaches_another_ones_hosts_and_a_viewer_none() {
    let lab = lab().await;
    for (name, role) in [("bo", "member"), ("vi", "viewer")] {
        lab.server.account(&["add", name, "--role", role, "--password-stdin"]).await;
    }
    let [bo, vi] = ["bo", "vi"].map(|_| Person::new(&lab.server));
    for (person, name) in [(&bo, "bo"), (&vi, "vi")] {
        assert_eq!(person.sign_in(name, crate::common::PASSWORD).await.status(), StatusCode::OK);
    }
    let files = format!("/api/hosts/{}/files", lab.host);
    lab.admin.get(&files).await;
    for person in [&bo, &vi] {
        fault(person.get(&files).await, StatusCode::NOT_FOUND, "not_found").await;
        assert_eq!(json(person.get("/api/transfers").await, StatusCode::OK).await, json!({"transfers": []}));
    }
}

#[tokio::test]
async fn ten_thousand_entries_come_at_once() {
    let lab = lab().await;
    let folder = Folder::new();
    for number in 0..10_000 {
        fs::write(folder.at(format!("file {number}")), "").unwrap();
    }
    assert_eq!(list(&lab.admin, &lab.host, &folder.text()).await.len(), 10_000);
    let text = noise(3_000_000);
    folder.put("large.txt", text);
    let large = format!("/api/hosts/{}/files/text?path={}", lab.host, encoded(&format!("{}/large.txt", folder.text())));
    fault(lab.admin.get(&large).await, StatusCode::PAYLOAD_TOO_LARGE, "too_large").await;
}
