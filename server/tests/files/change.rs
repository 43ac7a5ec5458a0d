//! Small changes and texts.

use super::{Folder, encoded, lab, list, load, transfers::whole};
use crate::common::{Lab, fault, json};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

async fn post(lab: &Lab, what: &str, body: Value) -> Response {
    lab.admin.post(&format!("/api/hosts/{}/files/{what}", lab.host), body).await
}

async fn text(lab: &Lab, path: &str) -> Value {
    json(lab.admin.get(&format!("/api/hosts/{}/files/text?path={}", lab.host, encoded(path))).await, StatusCode::OK)
        .await
}

async fn save(lab: &Lab, body: Value) -> Response {
    lab.admin.request(Method::PUT, &format!("/api/hosts/{}/files/text", lab.host)).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn folders_names_rights_and_links() {
    let lab = lab().await;
    let folder = Folder::new();
    let at = |name: &str| format!("{}/{name}", folder.text());
    let made = json(post(&lab, "folder", json!({"path": at("new")})).await, StatusCode::CREATED).await;
    assert_eq!((&made["name"], &made["kind"]), (&json!("new"), &json!("directory")));
    fault(post(&lab, "folder", json!({"path": at("new")})).await, StatusCode::CONFLICT, "exists").await;
    folder.put("a", "a");
    folder.put("b", "b");
    let rename = |from: &str, to: &str, replace: bool| json!({"from": at(from), "to": at(to), "replace": replace});
    fault(post(&lab, "rename", rename("a", "b", false)).await, StatusCode::CONFLICT, "exists").await;
    json(post(&lab, "rename", rename("a", "b", true)).await, StatusCode::OK).await;
    json(post(&lab, "rename", rename("b", "new/c", false)).await, StatusCode::OK).await;
    assert_eq!(fs::read(folder.at("new/c")).unwrap(), b"a");
    fault(post(&lab, "rename", rename("new", "new/inner", false)).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(post(&lab, "rename", rename("gone", "x", false)).await, StatusCode::NOT_FOUND, "not_found").await;
    let mode = json(post(&lab, "mode", json!({"path": at("new/c"), "mode": 0o640})).await, StatusCode::OK).await;
    assert_eq!(mode["permissions"], "-rw-r-----");
    fault(
        post(&lab, "mode", json!({"path": at("new/c"), "mode": 0o10000})).await,
        StatusCode::BAD_REQUEST,
        "bad_input",
    )
    .await;
    let link = json(post(&lab, "link", json!({"path": at("l"), "target": "new/c"})).await, StatusCode::CREATED).await;
    assert_eq!((&link["kind"], &link["link_target"]), (&json!("link"), &json!("new/c")));
    fault(post(&lab, "link", json!({"path": at("l"), "target": "x"})).await, StatusCode::CONFLICT, "exists").await;
    assert_eq!(list(&lab.admin, &lab.host, &folder.text()).await.len(), 2);
}

#[tokio::test]
async fn a_text_is_saved_whole_with_its_rights_and_through_its_link() {
    let lab = lab().await;
    let folder = Folder::new();
    let at = folder.put("conf", "one\n");
    fs::set_permissions(&at, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink("conf", folder.at("link")).unwrap();
    let path = format!("{}/link", folder.text());
    let read = text(&lab, &path).await;
    assert_eq!(read["text"], "one\n");
    let long = "two\n".repeat(400_000);
    let draft = json!({"path": path, "text": long, "version": read["version"]});
    let saved = json(save(&lab, draft).await, StatusCode::OK).await;
    assert_eq!(fs::read_to_string(&at).unwrap(), long);
    assert_eq!(fs::metadata(&at).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(folder.at("link").is_symlink());
    assert_eq!(folder.names(), ["conf", "link"]);
    // What it became is what the next one is saved over.
    let draft = json!({"path": path, "text": "three\n", "version": saved["version"]});
    json(save(&lab, draft).await, StatusCode::OK).await;
    json(save(&lab, json!({"path": format!("{}/new", folder.text()), "text": "x"})).await, StatusCode::OK).await;
    folder.put("binary", b"a\0b");
    let path = format!("/api/hosts/{}/files/text?path={}", lab.host, encoded(&format!("{}/binary", folder.text())));
    fault(lab.admin.get(&path).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let huge = json!({"path": path, "text": "x".repeat(3_000_000)});
    fault(save(&lab, huge).await, StatusCode::PAYLOAD_TOO_LARGE, "too_large").await;
}

#[tokio::test]
async fn a_text_that_changed_underneath_is_not_lost() {
    let lab = lab().await;
    let folder = Folder::new();
    let at = folder.put("conf", "one\n");
    let path = format!("{}/conf", folder.text());
    let read = text(&lab, &path).await;
    // The same length in the same second: only its content tells.
    let before = fs::metadata(&at).unwrap().modified().unwrap();
    fs::write(&at, "ONE\n").unwrap();
    fs::File::options().write(true).open(&at).unwrap().set_modified(before).unwrap();
    let draft = json!({"path": path, "text": "mine\n", "version": read["version"]});
    fault(save(&lab, draft.clone()).await, StatusCode::CONFLICT, "file_changed").await;
    fs::write(&at, "longer\n").unwrap();
    fs::File::options().write(true).open(&at).unwrap().set_modified(before + Duration::from_secs(60)).unwrap();
    let refused = fault(save(&lab, draft).await, StatusCode::CONFLICT, "file_changed").await;
    let changed = &refused["changed"];
    assert_eq!((&changed["expected_size"], &changed["found_size"]), (&json!(4), &json!(7)));
    assert!(changed["expected_modified"].as_str().unwrap() < changed["found_modified"].as_str().unwrap(), "{changed}");
    assert_eq!(fs::read(&at).unwrap(), b"longer\n");
    assert_eq!(folder.names(), ["conf"]);
    json(save(&lab, json!({"path": path, "text": "mine\n"})).await, StatusCode::OK).await;
    fs::remove_file(&at).unwrap();
    let gone = save(&lab, json!({"path": path, "text": "x", "version": read["version"]})).await;
    assert_eq!(fault(gone, StatusCode::CONFLICT, "file_changed").await["changed"]["found_size"], Value::Null);
}

#[tokio::test]
async fn a_name_that_is_too_long_is_told_before_anything_is_sent() {
    let lab = lab().await;
    let folder = Folder::new();
    let at = folder.put("a", "a").display().to_string();
    let long = format!("{}/{}", folder.text(), "x".repeat(5000));
    let told = |fault: &Value| {
        let detail = fault["detail"].as_str().unwrap();
        assert!(detail.contains("5000 bytes") && detail.contains("at most 255") && detail.len() < 200, "{detail}");
    };
    for (what, body) in [
        ("folder", json!({"path": long})),
        ("link", json!({"path": long, "target": "a"})),
        ("rename", json!({"from": at, "to": long})),
        ("rename", json!({"from": at, "to": long, "replace": true})),
    ] {
        told(&fault(post(&lab, what, body).await, StatusCode::BAD_REQUEST, "bad_input").await);
    }
    told(&fault(save(&lab, json!({"path": long, "text": "x"})).await, StatusCode::BAD_REQUEST, "bad_input").await);
    let up = load::put(&lab.admin, &lab.host, &long, 0, 1, vec![1]).await;
    told(&fault(up, StatusCode::BAD_REQUEST, "bad_input").await);
    for conflict in ["fail", "replace"] {
        let copied = whole(&lab, "copy", json!({"paths": [at], "to": long, "conflict": conflict})).await;
        assert!(copied["failures"][0].as_str().unwrap().contains("at most 255"), "{copied}");
    }
    assert_eq!(folder.names(), ["a"]);
}
