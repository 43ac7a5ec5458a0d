//! Imports, exports and the library of saved hosts over REST: SPEC §4, and `/api/sessions*` of SPEC §12.

use crate::common::{Person, TestServer, fault, json};
use reqwest::{Method, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use testkit::sshd::Sshd;

const YAML: &str = r#"- folder_name: Site A
  room: "12"
  sessions:
    - display_name: core-1
      host: 10.0.0.1
      port: "22"
      DeviceType: cisco_ios
      Model: C9300
      SerialNumber: FCW1
      SoftwareVersion: 17.9
      Vendor: Cisco
      credsid: "1"
      rack: 4
    - display_name: core-2
      host: SW2.Example.org
      port: 2222
      DeviceType: ""
      Model: ""
      SerialNumber: ""
      SoftwareVersion: ""
      Vendor: ""
      credsid: ""
- folder_name: Site B / Lab
  sessions: []
"#;

/// Sends a file as the body.
async fn send(person: &Person, path: &str, body: impl Into<Vec<u8>>, status: StatusCode) -> Value {
    let request = person.request(Method::POST, path).header(CONTENT_TYPE, "application/octet-stream");
    json(request.body(body.into()).send().await.unwrap(), status).await
}

async fn import(person: &Person, query: &str, body: impl Into<Vec<u8>>) -> Value {
    send(person, &format!("/api/inventory/import?{query}"), body, StatusCode::OK).await
}

async fn names(person: &Person) -> Vec<String> {
    let page = json(person.get("/api/hosts").await, StatusCode::OK).await;
    let mut names: Vec<_> =
        page["hosts"].as_array().unwrap().iter().map(|host| host["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

async fn export(person: &Person, form: &str) -> String {
    let answer = person.get(&format!("/api/inventory/export?form={form}")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_dry_run_tells_and_changes_nothing_and_the_import_does_it() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let told = import(&admin, "dry_run=true&name=hosts.yaml", YAML).await;
    assert_eq!((&told["added"], &told["folders_added"], &told["undo"]), (&json!(2), &json!(3), &Value::Null), "{told}");
    assert_eq!(told["files"], json!([{"name": "hosts.yaml", "form": "yaml"}]));
    assert!(told["changes"][0]["place"].as_str().unwrap().starts_with("hosts.yaml, line 4"), "{told}");
    assert!(names(&admin).await.is_empty());

    let done = import(&admin, "name=hosts.yaml", YAML).await;
    assert_eq!((&done["added"], &done["dry_run"]), (&json!(2), &json!(false)));
    assert_eq!(names(&admin).await, ["core-1", "core-2"]);
    let again = import(&admin, "", YAML).await;
    assert_eq!((&again["added"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(2)), "{again}");
}

#[tokio::test]
async fn an_export_gives_back_what_came_in_and_what_was_changed_here() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    import(&admin, "", YAML).await;
    assert_eq!(data(&export(&admin, "yaml").await), data(YAML));

    let page = json(admin.get("/api/hosts?search=core-1").await, StatusCode::OK).await;
    let path = format!("/api/hosts/{}", page["hosts"][0]["id"].as_str().unwrap());
    json(admin.patch(&path, json!({"port": 2022, "tags": ["core"]})).await, StatusCode::OK).await;
    let text = export(&admin, "yaml").await;
    assert!(text.contains("rack: 4") && text.contains("room: \"12\""), "{text}");
    assert!(text.contains("port: \"2022\"") && text.contains("tags"), "{text}");
    for form in ["ssh_config", "csv", "json"] {
        let text = export(&admin, form).await;
        assert!(text.contains("core-1") && text.contains("10.0.0.1"), "{form}: {text}");
    }
    fault(admin.get("/api/inventory/export?form=known_hosts").await, StatusCode::BAD_REQUEST, "bad_input").await;
}

/// YAML as data: the folders and hosts in their order, with all that stands in them.
fn data(text: &str) -> Vec<Option<String>> {
    let file = formats::File { name: "hosts.yaml", bytes: text.as_bytes() };
    let document = formats::read(formats::Form::Yaml, &[file]).unwrap();
    let folders = document.folders.iter().map(|folder| folder.kept.to_json());
    folders.chain(document.hosts.iter().map(|host| host.kept.to_json())).collect()
}

#[tokio::test]
async fn what_is_wrong_names_file_line_and_field_and_imports_nothing() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let bad = YAML.replace("port: 2222", "port: 99999");
    let refused = send(&admin, "/api/inventory/import?name=hosts.yaml", bad.clone(), StatusCode::BAD_REQUEST).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("hosts.yaml, line 16") && detail.contains("field port"), "{detail}");
    assert!(names(&admin).await.is_empty());
    let told = import(&admin, "dry_run=true&name=hosts.yaml", bad).await;
    assert_eq!(told["invalid"], 1, "{told}");

    // A field that the file's form allows and a host does not.
    let bad = YAML.replace("host: 10.0.0.1", "host: \"a b\"");
    let refused = send(&admin, "/api/inventory/import", bad.clone(), StatusCode::BAD_REQUEST).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("line 4") && detail.contains("field address"), "{detail}");
    let rest = import(&admin, "skip_invalid=true", bad).await;
    assert_eq!((&rest["added"], &rest["invalid"]), (&json!(1), &json!(1)));
    assert_eq!(names(&admin).await, ["core-2"]);
}

#[tokio::test]
async fn replacing_removes_the_rest_and_can_be_taken_back() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    import(&admin, "", YAML).await;
    let other = "- folder_name: Site C\n  sessions:\n    - {display_name: new, host: 10.0.0.9}\n";
    let told = import(&admin, "mode=replace&dry_run=true", other).await;
    assert_eq!(
        (&told["added"], &told["removed"], &told["folders_removed"]),
        (&json!(1), &json!(2), &json!(3)),
        "{told}"
    );
    assert_eq!(told["changes"][0]["kind"], "removed");
    let done = import(&admin, "mode=replace", other).await;
    assert_eq!(names(&admin).await, ["new"]);

    let undo = format!("/api/undos/{}", done["undo"].as_str().unwrap());
    json(admin.post(&undo, json!({})).await, StatusCode::OK).await;
    assert_eq!(names(&admin).await, ["core-1", "core-2"]);
    assert_eq!(data(&export(&admin, "yaml").await), data(YAML));
}

#[tokio::test]
async fn config_and_known_hosts_belong_together() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let sshd = Sshd::start().await;
    let config = format!(
        "Host box\n  HostName 127.0.0.1\n  Port {}\n  User ada\n  IdentityFile ~/.ssh/id_box\nHost inner\n  HostName 10.0.0.2\n  ProxyJump box\n",
        sshd.port()
    );
    let known = format!("[127.0.0.1]:{} {}\n", sshd.port(), sshd.host_keys()[0]);
    let part = |name: &str, text: &str| {
        format!("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let form = format!("{}{}--line--\r\n", part("known_hosts", &known), part("config", &config));
    let request = admin.request(Method::POST, "/api/inventory/import");
    let answer = request.header(CONTENT_TYPE, "multipart/form-data; boundary=line").body(form).send().await.unwrap();
    let done = json(answer, StatusCode::OK).await;
    assert_eq!((&done["added"], &done["keys_added"]), (&json!(2), &json!(1)), "{done}");
    let page = json(admin.get("/api/hosts?search=box").await, StatusCode::OK).await;
    let scan = format!("/api/hosts/{}/host-key/scan", page["hosts"][0]["id"].as_str().unwrap());
    assert_eq!(json(admin.post(&scan, json!({})).await, StatusCode::OK).await["known"], "trusted");
}

#[tokio::test]
async fn another_account_sees_nothing_of_it() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    import(&admin, "", YAML).await;
    let other = server.member("benny").await;
    assert!(!export(&other, "yaml").await.contains("core-1"));
    assert_eq!(json(other.get("/api/sessions").await, StatusCode::OK).await, json!([]));
    let id = json(admin.get("/api/sessions").await, StatusCode::OK).await[0]["sessions"][0]["id"].clone();
    let path = format!("/api/sessions/{}", id.as_str().unwrap());
    fault(other.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    let folder = json(admin.get("/api/folders").await, StatusCode::OK).await[0]["id"].clone();
    let query = format!("/api/inventory/import?folder_id={}", folder.as_str().unwrap());
    send(&other, &query, YAML, StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn the_library_has_ids_that_a_client_can_work_out() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    json(admin.request(Method::POST, "/api/sessions/import").body(YAML).send().await.unwrap(), StatusCode::OK).await;
    let library = json(admin.get("/api/sessions").await, StatusCode::OK).await;
    assert_eq!(library[0]["folder_name"], "Site A");
    let core = &library[0]["sessions"][1];
    // md5 of `core-2:SW2.Example.org:2222:Site A`, as the file writes it.
    assert_eq!(core["id"], "session-b69e237d79d6");
    assert_eq!(library[0]["sessions"][0]["credsid"], "1");

    let path = format!("/api/sessions/{}", core["id"].as_str().unwrap());
    let put = admin.request(Method::PUT, &path).json(&json!({"Model": "X", "port": "2200"})).send().await.unwrap();
    let changed = json(put, StatusCode::OK).await;
    assert_eq!(
        (&changed["Model"], &changed["port"], &changed["host"]),
        (&json!("X"), &json!(2200), &json!("SW2.Example.org"))
    );
    fault(admin.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    let path = format!("/api/sessions/{}", changed["id"].as_str().unwrap());
    json(admin.delete(&path).await, StatusCode::OK).await;

    let draft = json!({"display_name": "new", "host": "10.1.1.1", "folder_name": "Site C", "Vendor": "Arista"});
    let added = json(admin.post("/api/sessions", draft.clone()).await, StatusCode::CREATED).await;
    assert_eq!(
        (&added["port"], &added["Vendor"], &added["folder_name"]),
        (&json!(22), &json!("Arista"), &json!("Site C"))
    );
    fault(admin.post("/api/sessions", draft).await, StatusCode::CONFLICT, "conflict").await;
    fault(
        admin.post("/api/sessions", json!({"host": "h", "credsid": "nobody"})).await,
        StatusCode::BAD_REQUEST,
        "bad_input",
    )
    .await;
    fault(admin.post("/api/sessions", json!({"display_name": "x"})).await, StatusCode::BAD_REQUEST, "bad_input").await;

    json(admin.post("/api/sessions/folders", json!({"name": "Empty"})).await, StatusCode::CREATED).await;
    fault(admin.post("/api/sessions/folders", json!({"folder_name": "empty"})).await, StatusCode::CONFLICT, "conflict")
        .await;
    let put = admin.request(Method::PUT, "/api/sessions/folders/Empty").json(&json!({"new_name": "Site A"}));
    fault(put.send().await.unwrap(), StatusCode::CONFLICT, "conflict").await;
    let put = admin.request(Method::PUT, "/api/sessions/folders/Empty").json(&json!({"name": "Void"}));
    json(put.send().await.unwrap(), StatusCode::OK).await;
    fault(admin.delete("/api/sessions/folders/Site%20C").await, StatusCode::CONFLICT, "conflict").await;
    json(admin.delete("/api/sessions/folders/Void").await, StatusCode::OK).await;
    fault(admin.delete("/api/sessions/folders/Void").await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn what_is_too_large_or_unknown_is_refused_with_what_to_do() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let unknown = send(&admin, "/api/inventory/import", "hello", StatusCode::BAD_REQUEST).await;
    assert!(unknown["detail"].as_str().unwrap().contains("choose one"), "{unknown}");
    send(&admin, "/api/inventory/import", "", StatusCode::BAD_REQUEST).await;
    let large = vec![b'#'; 52 * 1024 * 1024];
    let refused = send(&admin, "/api/inventory/import?form=yaml", large, StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(refused["code"], "too_large");
}

#[tokio::test]
async fn replacing_needs_an_inventory_that_is_right() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    import(&admin, "", YAML).await;
    let wrong = YAML.replace("port: 2222", "port: 99999");
    let key = "core-1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Zgm2Z4TtCbO4fNzA0m3M9j4tFzU2PjG9oYb6d0cNc\n";
    for (query, body) in [
        ("form=known_hosts", key),
        ("skip_invalid=true", wrong.as_str()),
        ("form=yaml", "[]\n"),
        ("form=csv", "name,address\n"),
    ] {
        for dry in ["true", "false"] {
            let path = format!("/api/inventory/import?mode=replace&dry_run={dry}&{query}");
            send(&admin, &path, body, StatusCode::BAD_REQUEST).await;
        }
    }
    assert_eq!(names(&admin).await, ["core-1", "core-2"]);
}

/// Whatever comes first, a change by hand and an import that says nothing of it both hold afterwards.
#[tokio::test]
async fn an_import_does_not_undo_what_happens_meanwhile() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let file = |tag: &str| {
        let line = |at: usize| format!("  - {{display_name: h{at}, host: h{at}, tags: [{tag}]}}\n");
        format!("- folder_name: A\n  sessions:\n{}", (0..300).map(line).collect::<String>())
    };
    import(&admin, "", file("one")).await;
    let page = json(admin.get("/api/hosts?search=h7").await, StatusCode::OK).await;
    let host = page["hosts"].as_array().unwrap().iter().find(|host| host["name"] == "h7").unwrap();
    let path = format!("/api/hosts/{}", host["id"].as_str().unwrap());
    for round in 0..3 {
        let username = format!("ada{round}");
        let patch = json!({"username": username});
        let text = file(&format!("round{round}"));
        let (_, patched) = tokio::join!(import(&admin, "", text), admin.patch(&path, patch));
        json(patched, StatusCode::OK).await;
        let now = json(admin.get(&path).await, StatusCode::OK).await;
        assert_eq!((&now["username"], &now["tags"]), (&json!(username), &json!([format!("round{round}")])), "{now}");
    }
}

#[tokio::test]
async fn two_folders_moved_into_each_other_at_once_make_no_circle() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    for round in 0..5 {
        let mut ids = Vec::new();
        for name in ["p", "q"] {
            let made = admin.post("/api/folders", json!({"name": format!("{name}{round}")})).await;
            ids.push(json(made, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned());
        }
        let (one, other) = (format!("/api/folders/{}", ids[0]), format!("/api/folders/{}", ids[1]));
        let both = tokio::join!(
            admin.patch(&one, json!({"parent_id": ids[1]})),
            admin.patch(&other, json!({"parent_id": ids[0]}))
        );
        let mut told = [both.0.status(), both.1.status()];
        told.sort();
        assert_eq!(told, [StatusCode::OK, StatusCode::BAD_REQUEST]);
    }
}

#[tokio::test]
async fn what_folders_say_and_what_is_only_kept_is_a_change_that_can_be_taken_back() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let first = "- folder_name: A\n  username: one\n  sessions:\n    - {display_name: a, host: a, room: 3.14}\n";
    import(&admin, "", first).await;
    let page = json(admin.get("/api/hosts").await, StatusCode::OK).await;
    let id = page["hosts"][0]["id"].as_str().unwrap().to_owned();
    json(admin.patch(&format!("/api/hosts/{id}"), json!({"tmux": true})).await, StatusCode::OK).await;
    let before = export(&admin, "yaml").await;

    let second = first.replace("one", "two").replace("3.14", "9.99");
    let told = import(&admin, "dry_run=true", second.clone()).await;
    assert_eq!((&told["updated"], &told["folders_updated"]), (&json!(1), &json!(1)), "{told}");
    assert_eq!(told["changes"][0]["fields"][0]["field"], "username");
    assert_eq!(told["changes"][1]["fields"][0]["field"], "other_fields");
    let done = import(&admin, "", second).await;
    assert!(export(&admin, "yaml").await.contains("9.99"));
    json(admin.post(&format!("/api/undos/{}", done["undo"].as_str().unwrap()), json!({})).await, StatusCode::OK).await;
    assert_eq!(data(&export(&admin, "yaml").await), data(&before));
    let folders = json(admin.get("/api/folders").await, StatusCode::OK).await;
    assert!(folders.to_string().contains("\"one\""), "{folders}");
}

#[tokio::test]
async fn jump_hosts_of_one_name_and_of_other_folders_come_through_an_export() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let text = "address,name,folder,jump_host\n10.0.0.1,bastion,A,\n10.0.0.2,bastion,B,\n10.1.0.1,d,D,10.0.0.2:22\n";
    import(&admin, "form=csv", text).await;
    for form in ["yaml", "json", "csv", "ssh_config"] {
        let text = export(&admin, form).await;
        assert!(text.contains("10.0.0.2:22"), "{form}: {text}");
        let told = import(&admin, &format!("dry_run=true&form={form}"), text).await;
        assert_eq!(
            told["updated"],
            if form == "ssh_config" { told["updated"].clone() } else { json!(0) },
            "{form}: {told}"
        );
    }
    let other = text.replace("10.0.0.2:22", "10.0.0.1:22");
    let told = import(&admin, "dry_run=true&form=csv", other).await;
    let change = json!({"field": "jump_host_id", "from": "bastion (10.0.0.2)", "to": "bastion (10.0.0.1)"});
    assert_eq!(told["changes"][0]["fields"], json!([change]), "names, where people look: {told}");
    let folders = json(admin.get("/api/folders").await, StatusCode::OK).await;
    let folder = folders.as_array().unwrap().iter().find(|folder| folder["name"] == "D").unwrap();
    let text = export(&admin, &format!("csv&folder_id={}", folder["id"].as_str().unwrap())).await;
    assert!(text.contains("bastion") && !text.contains("10.0.0.1"), "{text}");
}
