//! The list of many hosts over REST: windows, headings, values, search, marks, saved filters.

use crate::common::{Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn add(admin: &Person, host: Value) -> String {
    let added = json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    added["id"].as_str().unwrap().to_owned()
}

async fn list(admin: &Person, request: Value) -> Value {
    json(admin.post("/api/hosts/list", request).await, StatusCode::OK).await
}

fn names(page: &Value) -> Vec<&str> {
    page["rows"].as_array().unwrap().iter().map(|host| host["name"].as_str().unwrap()).collect()
}

async fn some(admin: &Person) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, address, folder, tags) in [
        ("web10", "10.0.0.10", "Site / Rack", json!(["prod"])),
        ("web2", "10.0.0.9", "Site", json!(["prod", "blue"])),
        ("gâte", "gate.example.net", "", json!([])),
        ("db1", "192.0.2.1", "Site / Rack", json!([])),
    ] {
        let host = json!({"name": name, "address": address, "folder": folder, "tags": tags,
            "device": {"vendor": if name == "db1" { "Acme" } else { "Arista" }}});
        ids.push(add(admin, host).await);
    }
    ids
}

#[tokio::test]
async fn a_window_of_an_arrangement_has_its_headings_and_its_rows_alone() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    some(&admin).await;
    let page = list(&admin, json!({"arrangement": {"group": "folder"}, "limit": 2, "offset": 1})).await;
    assert_eq!((page["total"].as_u64(), names(&page)), (Some(4), vec!["db1", "web10"]));
    let headings: Vec<_> = page["groups"].as_array().unwrap().iter().map(|g| (&g["label"], &g["hosts"])).collect();
    assert_eq!(headings, [(&json!("Site"), &json!(1)), (&json!("Site / Rack"), &json!(2)), (&json!(""), &json!(1))]);
    assert_eq!(page["rows"][0]["folder"], "Site / Rack");
    let by_address = list(&admin, json!({"arrangement": {"sort": "address"}})).await;
    assert_eq!(names(&by_address), ["web2", "web10", "db1", "gâte"]);
    let tags = list(&admin, json!({"arrangement": {"group": "tag"}})).await;
    assert_eq!((tags["total"].as_u64(), names(&tags)), (Some(5), vec!["web2", "web2", "web10", "db1", "gâte"]));
    let behind = list(&admin, json!({"offset": 99})).await;
    assert_eq!((behind["total"].as_u64(), names(&behind).len()), (Some(4), 0));
    let gone = json!({"filter": {"scope": {"kind": "folder", "id": "gone"}}});
    fault(admin.post("/api/hosts/list", gone).await, StatusCode::NOT_FOUND, "not_found").await;

    let values = json!({"field": "vendor", "filter": {"search": "10.0"}});
    let values = json(admin.post("/api/hosts/values", values).await, StatusCode::OK).await;
    assert_eq!(values, json!([{"value": "Arista", "hosts": 2}]));
}

#[tokio::test]
async fn words_find_hosts_the_best_first_and_slips_are_forgiven() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let ids = some(&admin).await;
    let found = async |search: &str| {
        let page = list(&admin, json!({"filter": {"search": search}})).await;
        (names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>().join(" "), page["near"] == true)
    };
    for (search, expected, near) in [
        ("web", "web2 web10", false),
        ("web10", "web10", false),
        ("rack web", "web10", false),
        ("#pro", "web2 web10", false),
        ("acme", "db1", false),
        ("GATE", "gâte", false),
        ("arsita rack", "web10", true),
        ("wb10", "web10", true),
        ("nothing at all", "", false),
    ] {
        assert_eq!(found(search).await, (expected.to_owned(), near), "{search}");
    }
    let first = json(admin.get("/api/hosts?search=web&limit=1").await, StatusCode::OK).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = json(admin.get(&format!("/api/hosts?search=web&limit=1&cursor={cursor}")).await, StatusCode::OK).await;
    assert_eq!((&first["hosts"][0]["name"], &second["hosts"][0]["name"]), (&json!("web2"), &json!("web10")));
    assert_eq!(second["next_cursor"], Value::Null);
    fault(admin.get("/api/hosts?search=web&cursor=x").await, StatusCode::BAD_REQUEST, "bad_input").await;

    // A change shows at once.
    let renamed = admin.patch(&format!("/api/hosts/{}", ids[3]), json!({"name": "web3"})).await;
    assert_eq!(renamed.status(), StatusCode::OK);
    assert_eq!(found("web").await.0, "web2 web3 web10");

    let anything = json(admin.get("/api/search?q=rack").await, StatusCode::OK).await;
    let kinds: Vec<_> = anything["found"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["host", "host", "folder"], "{anything}");
}

#[tokio::test]
async fn marks_and_filters_are_kept() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let ids = some(&admin).await;
    let path = format!("/api/hosts/{}/favourite", ids[0]);
    let favourites = json!({"filter": {"scope": {"kind": "favourites"}}});
    for _ in 0..2 {
        let marked = admin.request(reqwest::Method::PUT, &path).send().await.unwrap();
        assert_eq!(marked.status(), StatusCode::NO_CONTENT);
        let page = list(&admin, favourites.clone()).await;
        assert_eq!((names(&page), &page["rows"][0]["favourite"]), (vec!["web10"], &json!(true)));
    }
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(list(&admin, favourites).await["total"], 0);
    let gone = admin.request(reqwest::Method::PUT, "/api/hosts/gone/favourite").send().await.unwrap();
    fault(gone, StatusCode::NOT_FOUND, "not_found").await;

    let draft = json!({"name": "Racks", "filter": {"fields": [{"field": "folder", "value": "site / rack"}]},
        "arrangement": {"sort": "address", "descending": true}});
    let kept = json(admin.post("/api/filters", draft.clone()).await, StatusCode::CREATED).await;
    fault(admin.post("/api/filters", draft.clone()).await, StatusCode::CONFLICT, "conflict").await;
    let listed = json(admin.get("/api/filters").await, StatusCode::OK).await;
    assert_eq!(listed, json!([kept]));
    let page = list(&admin, json!({"filter": kept["filter"], "arrangement": kept["arrangement"]})).await;
    assert_eq!(names(&page), ["db1", "web10"]);
    let path = format!("/api/filters/{}", kept["id"].as_str().unwrap());
    let other = admin.request(reqwest::Method::PUT, &path).json(&json!({"name": "All"})).send().await.unwrap();
    assert_eq!(json(other, StatusCode::OK).await["name"], "All");
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    fault(admin.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
}
