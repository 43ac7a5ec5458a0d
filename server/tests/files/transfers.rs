//! Long work: deleting, copying on a host and between two, and a folder as a tar.

use super::{Folder, encoded, lab};
use crate::common::{Lab, PATIENCE, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{fs, os::unix::fs::symlink, process::Command};
use testkit::{
    folder::{give, noise},
    sshd::{ADDRESS, Sshd},
    wait,
};

/// Begins and waits for the end.
pub(super) async fn whole(lab: &Lab, what: &str, body: Value) -> Value {
    let begun = lab.admin.post(&format!("/api/hosts/{}/files/{what}", lab.host), body).await;
    let path = format!("/api/transfers/{}", json(begun, StatusCode::ACCEPTED).await["id"].as_str().unwrap());
    let look = async || json(lab.admin.get(&path).await, StatusCode::OK).await;
    wait::until("the transfer's end", PATIENCE, async || look().await["ended_at"].is_string()).await;
    look().await
}

/// A small tree with a link out of it; where that leads.
fn tree(folder: &Folder) -> Folder {
    let outside = Folder::new();
    outside.put("precious", "keep");
    fs::create_dir_all(folder.at("tree/deep/er")).unwrap();
    for number in 0..50 {
        fs::write(folder.at(format!("tree/deep/{number}")), noise(1000)).unwrap();
    }
    fs::write(folder.at("tree/deep/er/-rf\n"), "x").unwrap();
    symlink(outside.here(), folder.at("tree/out")).unwrap();
    give(&folder.at("tree"));
    outside
}

#[tokio::test]
async fn deleting_counts_and_follows_no_link() {
    let lab = lab().await;
    let folder = Folder::new();
    let outside = tree(&folder);
    let paths = json!({"paths": [format!("{}/tree", folder.text())]});
    let counted = lab.admin.post(&format!("/api/hosts/{}/files/count", lab.host), paths.clone()).await;
    let counted = json(counted, StatusCode::OK).await;
    assert_eq!(counted, json!({"files": 52, "folders": 3, "bytes": 50_001, "cut": false}));
    let done = whole(&lab, "delete", paths).await;
    assert_eq!(
        (&done["state"], &done["items"], &done["items_done"]),
        (&json!("done"), &json!(55), &json!(55)),
        "{done}"
    );
    assert!(!folder.at("tree").exists() && outside.at("precious").exists());
    let log = json(lab.admin.get("/api/audit").await, StatusCode::OK).await.to_string();
    assert!(log.contains("file.delete") && log.contains("55 deleted, 0 failed"), "{log}");
    let all = lab.admin.post(&format!("/api/hosts/{}/files/delete", lab.host), json!({"paths": ["/"]})).await;
    fault(all, StatusCode::BAD_REQUEST, "bad_input").await;
    let none = lab.admin.post(&format!("/api/hosts/{}/files/delete", lab.host), json!({"paths": []})).await;
    fault(none, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn what_cannot_be_deleted_is_told_and_the_rest_goes() {
    let lab = lab().await;
    let folder = Folder::new();
    fs::create_dir_all(folder.at("tree/closed")).unwrap();
    fs::write(folder.at("tree/mine"), "").unwrap();
    give(&folder.at("tree"));
    Command::new("chown").args(["-R", "root:root"]).arg(folder.at("tree/closed")).status().unwrap();
    fs::write(folder.at("tree/closed/inside"), "").unwrap();
    let done = whole(&lab, "delete", json!({"paths": [format!("{}/tree", folder.text())]})).await;
    assert_eq!(done["state"], "failed", "{done}");
    assert!(done["failures"][0].as_str().unwrap().contains("inside"), "{done}");
    assert!(folder.at("tree/closed/inside").exists() && !folder.at("tree/mine").exists());
}

#[tokio::test]
async fn copying_on_a_host_keeps_what_is_there() {
    let lab = lab().await;
    let (folder, target) = (Folder::new(), Folder::new());
    let outside = tree(&folder);
    let request = json!({"paths": [format!("{}/tree", folder.text())], "to": target.text()});
    let done = whole(&lab, "copy", request.clone()).await;
    assert_eq!(
        (&done["state"], &done["items_done"], &done["bytes_done"]),
        (&json!("done"), &json!(55), &json!(50_001)),
        "{done}"
    );
    let same =
        Command::new("diff").args(["-r", "--no-dereference"]).arg(folder.at("tree")).arg(target.at("tree")).status();
    assert!(same.unwrap().success());
    assert_eq!(fs::read_link(target.at("tree/out")).unwrap(), outside.here());
    let again = whole(&lab, "copy", request.clone()).await;
    assert_eq!((&again["state"], &again["failed"]), (&json!("failed"), &json!(1)), "{again}");
    let mut both = request.clone();
    both["conflict"] = json!("keep_both");
    assert_eq!(whole(&lab, "copy", both).await["state"], "done");
    assert_eq!(target.names(), ["tree", "tree (2)"]);
    fs::write(target.at("tree/deep/7"), "changed").unwrap();
    let mut replace = request;
    replace["conflict"] = json!("replace");
    assert_eq!(whole(&lab, "copy", replace).await["state"], "done");
    assert_eq!(fs::read(target.at("tree/deep/7")).unwrap(), noise(1000));
    let into_itself =
        json!({"paths": [format!("{}/tree", folder.text())], "to": format!("{}/tree/deep", folder.text())});
    let refused = lab.admin.post(&format!("/api/hosts/{}/files/copy", lab.host), into_itself).await;
    fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn copying_to_another_host_and_stopping_it() {
    let lab = lab().await;
    let other = Sshd::start().await;
    let credential = json(lab.admin.get("/api/credentials").await, StatusCode::OK).await;
    let credential = credential[0]["id"].as_str().or(credential["credentials"][0]["id"].as_str()).unwrap().to_owned();
    let host = json!({"name": "other", "address": ADDRESS, "port": other.port(), "credential_id": credential});
    let host =
        json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned();
    let keys = format!("/api/hosts/{host}/host-key");
    let scan = json(lab.admin.post(&format!("{keys}/scan"), json!({})).await, StatusCode::OK).await;
    json(lab.admin.post(&format!("{keys}/trust"), json!({"fingerprint": scan["fingerprint"]})).await, StatusCode::OK)
        .await;
    let (folder, target) = (Folder::new(), Folder::new());
    folder.put("large", noise(20_000_000));
    let request = json!({"paths": [format!("{}/large", folder.text())], "to_host": "other", "to": target.text()});
    let done = whole(&lab, "copy", request).await;
    assert_eq!((&done["state"], &done["to_host_name"]), (&json!("done"), &json!("other")), "{done}");
    assert!(fs::read(target.at("large")).unwrap() == noise(20_000_000));
    assert_eq!(target.names(), ["large"]);

    // A sparse file that takes long.
    fs::File::create(folder.at("huge")).unwrap().set_len(50_000_000_000).unwrap();
    give(&folder.at("huge"));
    let request = json!({"paths": [format!("{}/huge", folder.text())], "to_host": "other", "to": target.text()});
    let begun = lab.admin.post(&format!("/api/hosts/{}/files/copy", lab.host), request).await;
    let path = format!("/api/transfers/{}", json(begun, StatusCode::ACCEPTED).await["id"].as_str().unwrap());
    let look = async || json(lab.admin.get(&path).await, StatusCode::OK).await;
    wait::until("bytes to go", PATIENCE, async || look().await["bytes_done"].as_u64().unwrap() > 0).await;
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    wait::until("the end", PATIENCE, async || look().await["state"] == "cancelled").await;
    wait::until("the part to go", PATIENCE, async || target.names() == ["large"]).await;
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    fault(lab.admin.get(&path).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_folder_comes_as_a_tar_that_says_what_it_lacks() {
    let lab = lab().await;
    let (folder, unpacked) = (Folder::new(), Folder::new());
    let outside = tree(&folder);
    fs::write(folder.at("tree/secret"), "x").unwrap();
    fs::set_permissions(folder.at("tree/secret"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let path = format!("/api/hosts/{}/files/archive?path={}", lab.host, encoded(&format!("{}/tree", folder.text())));
    let answer = lab.admin.get(&path).await;
    assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("tree.tar"));
    fs::write(unpacked.at("a.tar"), answer.bytes().await.unwrap()).unwrap();
    let done = Command::new("tar").args(["-xf", "a.tar"]).current_dir(unpacked.here()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(fs::read_to_string(unpacked.at("berth-missing.txt")).unwrap().contains("secret"));
    fs::remove_file(folder.at("tree/secret")).unwrap();
    let same =
        Command::new("diff").args(["-r", "--no-dereference"]).arg(folder.at("tree")).arg(unpacked.at("tree")).status();
    assert!(same.unwrap().success());
    assert_eq!(fs::read_link(unpacked.at("tree/out")).unwrap(), outside.here());
}
