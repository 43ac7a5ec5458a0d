//! Sharing: what others may do with a host, how they sign in there, and what ends when it is taken away.

use crate::common::{ADMIN, ClientSocket, HOST, Lab, PATIENCE, Person, TestServer, fault, json, trust};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{
    sshd::{PASSWORD, USER},
    wait,
};
use wire::terminal::EndReason;

pub(crate) async fn account_id(admin: &Person, name: &str) -> Value {
    let accounts = json(admin.get("/api/accounts").await, StatusCode::OK).await;
    let found = accounts.as_array().unwrap().iter().find(|account| account["name"] == name);
    found.expect("the account is listed")["id"].clone()
}

/// Shares hosts and folders with an account.
pub(crate) async fn share(admin: &Person, hosts: &[&str], folders: &[&str], account: &Value, rights: Value) -> Value {
    let request = json!({
        "hosts": {"kind": "hosts", "ids": hosts}, "folder_ids": folders,
        "to": [{"kind": "account", "id": account}], "rights": rights,
    });
    json(admin.post("/api/grants", request).await, StatusCode::OK).await
}

async fn seen(person: &Person) -> Vec<(String, String)> {
    let list = json(person.post("/api/hosts/list", json!({"arrangement": {"group": "folder"}})).await, StatusCode::OK);
    let list = list.await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list["rows"].as_array().unwrap().iter().map(|row| (text(&row["name"]), text(&row["folder"]))).collect()
}

pub(crate) async fn put(person: &Person, path: &str, body: Value) -> reqwest::Response {
    person.request(Method::PUT, path).json(&body).send().await.unwrap()
}

/// Stores the lab's password as somebody's own credential for the host.
pub(crate) async fn own_login(person: &Person, host: &str) {
    let credential = json!({"name": "mine", "username": USER, "password": PASSWORD});
    let credential = json(person.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    let login = put(person, &format!("/api/hosts/{host}/own-login"), json!({"credential_id": credential["id"]})).await;
    assert_eq!(json(login, StatusCode::OK).await["effective"]["username"], USER);
}

#[tokio::test]
async fn a_shared_host_is_used_with_ones_own_secret_and_is_no_more_ones_own() {
    let lab = Lab::start(&[]).await;
    let (admin, host) = (&lab.admin, lab.host.as_str());
    let ben = lab.server.member("ben").await;
    let at = format!("/api/hosts/{host}");
    let terminal = format!("/api/terminal/{host}/terminal-sessions");
    fault(ben.get(&at).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(ben.post(&terminal, json!({})).await, StatusCode::NOT_FOUND, "not_found").await;

    let id = account_id(admin, "ben").await;
    let report = share(admin, &[host], &[], &id, json!({"connect": true})).await;
    assert_eq!(report, json!({"hosts": 1, "folders": 0, "with": 1}));
    assert_eq!(seen(&ben).await, [(HOST.to_owned(), format!("Shared by {ADMIN}"))]);
    let shown = json(ben.get(&at).await, StatusCode::OK).await;
    assert_eq!((&shown["shared"]["owner"], &shown["shared"]["rights"]["files"]), (&json!(ADMIN), &json!(false)));
    assert!(shown["credential_id"].is_null() && shown["effective"].get("credential_id").is_none(), "{shown}");

    // It is not his to change.
    for refused in [
        ben.patch(&at, json!({"name": "mine"})).await,
        ben.delete(&at).await,
        ben.post(&format!("{at}/duplicate"), json!({})).await,
        ben.post(&format!("{at}/bootstrap"), json!({"username": USER, "password": PASSWORD})).await,
    ] {
        fault(refused, StatusCode::NOT_FOUND, "not_found").await;
    }
    let all = json!({"selection": {"kind": "hosts", "ids": [host]}, "change": {"kind": "delete"}});
    assert_eq!(json(ben.post("/api/hosts/bulk", all).await, StatusCode::OK).await["changed"], 0);
    let exported = ben.get("/api/inventory/export?form=json").await.text().await.unwrap();
    assert!(!exported.contains(HOST), "{exported}");
    fault(ben.get(&format!("/api/hosts/{host}/files")).await, StatusCode::FORBIDDEN, "forbidden").await;

    // The owner's trust and the owner's secret are the owner's.
    fault(ben.post(&terminal, json!({})).await, StatusCode::CONFLICT, "host_key_unknown").await;
    trust(&ben, host).await;
    fault(ben.post(&terminal, json!({})).await, StatusCode::CONFLICT, "secret_needed").await;
    own_login(&ben, host).await;
    let opened =
        json(ben.post(&format!("/api/terminal/{HOST}/terminal-sessions"), json!({})).await, StatusCode::OK).await;
    let mut socket = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    socket.type_in("echo he''re\n").await;
    socket.until("here").await;

    // What is taken away ends.
    let grants = json(admin.get(&format!("/api/grants?host_id={host}")).await, StatusCode::OK).await;
    let grant = format!("/api/grants/{}", grants[0]["id"].as_str().unwrap());
    fault(ben.delete(&grant).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(admin.delete(&grant).await.status(), StatusCode::NO_CONTENT);
    let session = opened["session_id"].as_str().unwrap();
    let ended = || async {
        let all = json(ben.get("/api/terminal/sessions?status_filter=all").await, StatusCode::OK).await;
        all["sessions"].as_array().unwrap().iter().any(|one| one["session_id"] == session && one["status"] == "closed")
    };
    wait::until("the session is closed", PATIENCE, ended).await;
    fault(ben.post(&terminal, json!({})).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(ben.get(&at).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(seen(&ben).await, []);
}

#[tokio::test]
async fn a_folder_is_shared_with_a_group_whatever_comes_into_either() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let ben = server.member("ben").await;
    let folder = async |name: &str, around: Option<&Value>| {
        let made = admin.post("/api/folders", json!({"name": name, "parent_id": around})).await;
        json(made, StatusCode::CREATED).await["id"].clone()
    };
    let site = folder("Site", None).await;
    let rack = folder("Rack", Some(&site)).await;
    let shelf = folder("Shelf", Some(&rack)).await;
    let host = async |name: &str, folder: &Value| {
        let draft = json!({"name": name, "address": "192.0.2.7", "folder_id": folder, "username": "root"});
        json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned()
    };
    let (outside, inside) = (host("outside", &site).await, host("inside", &shelf).await);
    let group = json(admin.post("/api/groups", json!({"name": "Ops"})).await, StatusCode::CREATED).await;
    let with_group = json!({
        "folder_ids": [rack], "to": [{"kind": "group", "id": group["id"]}], "rights": {"files": true, "watch": true},
    });
    json(admin.post("/api/grants", with_group).await, StatusCode::OK).await;
    assert_eq!(seen(&ben).await, []);
    let group = format!("/api/groups/{}", group["id"].as_str().unwrap());
    let id = account_id(&admin, "ben").await;
    json(put(&admin, &group, json!({"name": "Ops", "members": [id]})).await, StatusCode::OK).await;
    let path = format!("Shared by {ADMIN} / Rack / Shelf");
    assert_eq!(seen(&ben).await, [("inside".to_owned(), path.clone())]);
    let late = host("late", &rack).await;
    assert_eq!(seen(&ben).await.len(), 2, "what comes into the folder is shared with it");
    let folders = json(ben.get("/api/folders").await, StatusCode::OK).await;
    let paths: Vec<_> = folders.as_array().unwrap().iter().map(|folder| folder["path"].clone()).collect();
    assert_eq!(paths, [json!(format!("Shared by {ADMIN}")), json!(format!("Shared by {ADMIN} / Rack")), json!(path)]);

    // Rights of a host and of the folders around it add up; those of one do not reach another.
    share(&admin, &[&inside], &[], &id, json!({"connect": true})).await;
    let rights = async |host: &str| {
        json(ben.get(&format!("/api/hosts/{host}")).await, StatusCode::OK).await["shared"]["rights"].clone()
    };
    assert_eq!(rights(&inside).await, json!({"connect": true, "files": true, "watch": true, "credential": false}));
    assert_eq!(rights(&late).await, json!({"connect": false, "files": true, "watch": true, "credential": false}));
    let terminal = ben.post(&format!("/api/terminal/{late}/terminal-sessions"), json!({})).await;
    fault(terminal, StatusCode::FORBIDDEN, "forbidden").await;
    fault(ben.get(&format!("/api/hosts/{outside}")).await, StatusCode::NOT_FOUND, "not_found").await;
    let found = json(ben.get("/api/hosts?search=late").await, StatusCode::OK).await;
    assert_eq!((&found["total"], &found["hosts"][0]["id"]), (&json!(1), &json!(late)));
    let marked = ben.request(Method::PUT, &format!("/api/hosts/{late}/favourite")).send().await.unwrap();
    assert_eq!(marked.status(), StatusCode::NO_CONTENT);
    assert_eq!(json(ben.get(&format!("/api/hosts/{late}")).await, StatusCode::OK).await["favourite"], true);

    json(put(&admin, &group, json!({"name": "Ops", "members": []})).await, StatusCode::OK).await;
    assert_eq!(seen(&ben).await, [("inside".to_owned(), format!("Shared by {ADMIN}"))]);
    share(&admin, &[&inside], &[], &id, json!({})).await;
    assert_eq!(seen(&ben).await, []);
    let log = json(admin.get("/api/audit").await, StatusCode::OK).await;
    let actions: Vec<_> = log["events"].as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
    for action in ["grant.give", "group.add", "group.change"] {
        assert!(actions.contains(&json!(action)), "{action} is in {actions:?}");
    }
}

#[tokio::test]
async fn sessions_are_watched_by_right_and_no_longer() {
    let lab = Lab::start(&[]).await;
    let ben = lab.server.member("ben").await;
    let (session, _owner) = lab.terminal(json!({})).await;
    let watch = format!("/api/terminal/sessions/{session}/watch");
    let watchable = "/api/terminal/sessions?user_id=watchable";
    fault(ben.post(&watch, json!({})).await, StatusCode::FORBIDDEN, "forbidden").await;
    assert_eq!(json(ben.get(watchable).await, StatusCode::OK).await["total"], 0);
    let id = account_id(&lab.admin, "ben").await;
    share(&lab.admin, &[&lab.host], &[], &id, json!({"watch": true})).await;
    let listed = json(ben.get(watchable).await, StatusCode::OK).await;
    assert_eq!((&listed["total"], &listed["sessions"][0]["owner"]), (&json!(1), &json!(ADMIN)));
    let joined = json(ben.post(&watch, json!({})).await, StatusCode::OK).await;
    assert_eq!(joined["rights"], "watch");
    let mut socket = ClientSocket::open(&lab.server, joined["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    let close = format!("/api/terminal/sessions/{session}");
    fault(ben.delete(&close).await, StatusCode::FORBIDDEN, "forbidden").await;
    share(&lab.admin, &[&lab.host], &[], &id, json!({"connect": true})).await;
    while socket.hear().await {}
    fault(ben.post(&watch, json!({})).await, StatusCode::FORBIDDEN, "forbidden").await;
    assert_eq!(json(ben.get(watchable).await, StatusCode::OK).await["total"], 0);
}

#[tokio::test]
async fn only_an_admin_shares_and_only_what_is_there() {
    let lab = Lab::start(&[]).await;
    let (admin, ben) = (&lab.admin, lab.server.member("ben").await);
    let id = account_id(admin, "ben").await;
    let to = json!([{"kind": "account", "id": id}]);
    let hosts = |ids: &[&str]| json!({"kind": "hosts", "ids": ids});
    let whole = json!({"hosts": hosts(&[&lab.host]), "to": to, "rights": {"connect": true}});
    fault(ben.post("/api/grants", whole.clone()).await, StatusCode::FORBIDDEN, "forbidden").await;
    for path in ["/api/accounts", "/api/groups"] {
        fault(ben.get(path).await, StatusCode::FORBIDDEN, "forbidden").await;
    }
    fault(ben.post("/api/groups", json!({"name": "x"})).await, StatusCode::FORBIDDEN, "forbidden").await;
    for (request, status) in [
        (json!({"to": to, "rights": {"connect": true}}), StatusCode::BAD_REQUEST),
        (json!({"hosts": hosts(&[&lab.host]), "rights": {"connect": true}}), StatusCode::BAD_REQUEST),
        (json!({"hosts": hosts(&["nothing"]), "to": to, "rights": {"connect": true}}), StatusCode::NOT_FOUND),
        (json!({"folder_ids": ["nothing"], "to": to, "rights": {"connect": true}}), StatusCode::NOT_FOUND),
        (json!({"hosts": hosts(&[&lab.host]), "to": [{"kind": "group", "id": "no"}]}), StatusCode::NOT_FOUND),
    ] {
        let code = if status == StatusCode::BAD_REQUEST { "bad_input" } else { "not_found" };
        fault(admin.post("/api/grants", request).await, status, code).await;
    }
    json(admin.post("/api/groups", json!({"name": "Ops"})).await, StatusCode::CREATED).await;
    fault(admin.post("/api/groups", json!({"name": "ops"})).await, StatusCode::CONFLICT, "conflict").await;
    let stranger = json!({"name": "Others", "members": ["nobody"]});
    fault(admin.post("/api/groups", stranger).await, StatusCode::NOT_FOUND, "not_found").await;

    // A host behind one that is not shared is not reached by a grant on it alone.
    let gate = json!({"name": "gate", "address": "192.0.2.1", "username": "root"});
    let gate = json(admin.post("/api/hosts", gate).await, StatusCode::CREATED).await;
    let behind = json!({"name": "behind", "address": "192.0.2.2", "username": "root", "jump_host_id": gate["id"]});
    let behind = json(admin.post("/api/hosts", behind).await, StatusCode::CREATED).await;
    share(admin, &[behind["id"].as_str().unwrap()], &[], &id, json!({"connect": true})).await;
    let open = ben.post("/api/terminal/behind/terminal-sessions", json!({})).await;
    let refused = fault(open, StatusCode::FORBIDDEN, "forbidden").await;
    assert!(refused["detail"].as_str().unwrap().contains("does not share with you"), "{refused}");
}

#[tokio::test]
async fn what_was_deleted_comes_back_shared_as_it_was_and_lies_where_the_list_has_it() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let ben = server.member("ben").await;
    let folder = json(admin.post("/api/folders", json!({"name": "Vault of secrets"})).await, StatusCode::CREATED).await;
    let draft = |name: &str, folder: &Value| json!({"name": name, "address": "192.0.2.1", "folder_id": folder});
    let mut hosts = Vec::new();
    for (name, folder) in [("alone", &folder["id"]), ("inside", &folder["id"])] {
        let host = json(admin.post("/api/hosts", draft(name, folder)).await, StatusCode::CREATED).await;
        hosts.push(host["id"].as_str().unwrap().to_owned());
    }
    let id = account_id(&admin, "ben").await;
    share(&admin, &[&hosts[0]], &[], &id, json!({"connect": true})).await;
    let shown = json(ben.get(&format!("/api/hosts/{}", hosts[0])).await, StatusCode::OK).await;
    assert_eq!(shown["folder"], format!("Shared by {ADMIN}"), "the folder's own name is the owner's: {shown}");
    assert!(!shown.to_string().contains(folder["id"].as_str().unwrap()), "{shown}");

    share(&admin, &[], &[folder["id"].as_str().unwrap()], &id, json!({"files": true})).await;
    let before = seen(&ben).await;
    assert_eq!(before.len(), 2);
    let path = format!("/api/folders/{}?with_hosts=true", folder["id"].as_str().unwrap());
    assert!(admin.delete(&path).await.status().is_success());
    assert!(seen(&ben).await.is_empty());
    let undos = json(admin.get("/api/undos").await, StatusCode::OK).await;
    let undo = format!("/api/undos/{}", undos[0]["id"].as_str().unwrap());
    json(admin.post(&undo, json!({})).await, StatusCode::OK).await;
    assert_eq!(seen(&ben).await, before);
    let shown = json(ben.get(&format!("/api/hosts/{}", hosts[0])).await, StatusCode::OK).await;
    assert_eq!(shown["shared"]["rights"], json!({"connect": true, "files": true, "watch": false, "credential": false}));
}

/// A member with an open session on a host in a folder that is shared, and a watcher of the owner's; what takes the host away.
async fn sent_away(taken_away: &str) {
    let lab = Lab::start(&[]).await;
    let (admin, host) = (&lab.admin, lab.host.as_str());
    let (ben, cy) = (lab.server.member("ben").await, lab.server.member("cy").await);
    let around = json(admin.post("/api/folders", json!({"name": "Around"})).await, StatusCode::CREATED).await;
    let inside = json!({"name": "Inside", "parent_id": around["id"]});
    let inside = json(admin.post("/api/folders", inside).await, StatusCode::CREATED).await;
    let at = format!("/api/hosts/{host}");
    json(admin.patch(&at, json!({"folder_id": inside["id"]})).await, StatusCode::OK).await;
    let shared = [around["id"].as_str().unwrap()];
    share(admin, &[], &shared, &account_id(admin, "ben").await, json!({"connect": true})).await;
    share(admin, &[], &shared, &account_id(admin, "cy").await, json!({"watch": true})).await;
    trust(&ben, host).await;
    own_login(&ben, host).await;
    let opened = ben.post(&format!("/api/terminal/{host}/terminal-sessions"), json!({})).await;
    let opened = json(opened, StatusCode::OK).await;
    let mut bens = ClientSocket::open(&lab.server, opened["websocket_url"].as_str().unwrap()).await;
    bens.attach(None).await;
    let (session, mut owner) = lab.terminal(json!({})).await;
    let joined = cy.post(&format!("/api/terminal/sessions/{session}/watch"), json!({})).await;
    let joined = json(joined, StatusCode::OK).await;
    let mut cys = ClientSocket::open(&lab.server, joined["websocket_url"].as_str().unwrap()).await;
    cys.attach(None).await;

    let folder = format!("/api/folders/{}", inside["id"].as_str().unwrap());
    let moved = json!({"selection": {"kind": "hosts", "ids": [host]}, "change": {"kind": "move"}});
    let answer = match taken_away {
        "by a patch" => admin.patch(&at, json!({"folder_id": null})).await,
        "by a move of many" => admin.post("/api/hosts/bulk", moved).await,
        "with its folder" => admin.patch(&folder, json!({"parent_id": null})).await,
        _ => admin.delete(&at).await,
    };
    assert!(answer.status().is_success(), "{taken_away}: {}", answer.text().await.unwrap());
    let view = bens.until_closed().await;
    assert_eq!(view.ended.as_ref().map(|end| end.reason), Some(EndReason::Admin), "{taken_away}");
    while cys.hear().await {}
    owner.type_in("echo st''ill\n").await;
    owner.until("still").await;
}

#[tokio::test]
async fn who_uses_or_watches_a_host_is_sent_away_however_it_is_taken_away() {
    for taken_away in ["by a patch", "by a move of many", "with its folder", "by deleting it"] {
        sent_away(taken_away).await;
    }
}
