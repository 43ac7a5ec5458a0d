//! One change to many hosts over REST, and the way back.

use crate::common::{Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn add(admin: &Person, name: &str, folder: &str) -> String {
    let host = json!({"name": name, "address": "192.0.2.7", "folder": folder});
    let added = json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    added["id"].as_str().unwrap().to_owned()
}

async fn total(admin: &Person, folder: &str) -> u64 {
    let filter = json!({"filter": {"fields": [{"field": "folder", "value": folder}]}});
    let page = json(admin.post("/api/hosts/list", filter).await, StatusCode::OK).await;
    page["total"].as_u64().unwrap()
}

async fn bulk(admin: &Person, selection: Value, change: Value) -> Value {
    let request = json!({"selection": selection, "change": change});
    json(admin.post("/api/hosts/bulk", request).await, StatusCode::OK).await
}

#[tokio::test]
async fn all_that_match_move_and_come_back() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let mut ids = Vec::new();
    for number in 0..30 {
        ids.push(add(&admin, &format!("web{number}"), "A").await);
    }
    add(&admin, "db", "B").await;
    let folders = json(admin.get("/api/folders").await, StatusCode::OK).await;
    let id = |name: &str| {
        let of = folders.as_array().unwrap().iter().find(|folder| folder["name"] == name).unwrap();
        of["id"].as_str().unwrap().to_owned()
    };
    let matching = json!({"kind": "matching", "filter": {"search": "web"}, "except": [ids[0]]});
    let moved = bulk(&admin, matching, json!({"kind": "move", "folder_id": id("B")})).await;
    assert_eq!((&moved["selected"], &moved["changed"]), (&json!(29), &json!(29)));
    assert_eq!((total(&admin, "a").await, total(&admin, "b").await), (1, 30));
    let undos = json(admin.get("/api/undos").await, StatusCode::OK).await;
    assert_eq!(undos[0]["what"], "29 hosts moved to B");
    let undo = format!("/api/undos/{}", moved["undo"].as_str().unwrap());
    let undone = json(admin.post(&undo, json!({})).await, StatusCode::OK).await;
    assert_eq!((&undone["restored"], &undone["skipped"]), (&json!(29), &json!(0)));
    assert_eq!((total(&admin, "a").await, total(&admin, "b").await), (30, 1));
    fault(admin.post(&undo, json!({})).await, StatusCode::NOT_FOUND, "not_found").await;

    let folder = format!("/api/folders/{}", id("A"));
    fault(admin.delete(&folder).await, StatusCode::CONFLICT, "conflict").await;
    let gone = json(admin.delete(&format!("{folder}?with_hosts=true")).await, StatusCode::OK).await;
    assert_eq!(gone["changed"], 30);
    assert_eq!(total(&admin, "a").await, 0);
    let undo = format!("/api/undos/{}", gone["undo"].as_str().unwrap());
    assert_eq!(json(admin.post(&undo, json!({})).await, StatusCode::OK).await["restored"], 31);
    assert_eq!(total(&admin, "a").await, 30);
    let audit = json(admin.get("/api/audit").await, StatusCode::OK).await;
    let lines = audit["events"].as_array().unwrap().iter().filter(|line| line["action"] == "inventory.bulk").count();
    assert_eq!(lines, 2, "one line for each change, however many hosts");
}
