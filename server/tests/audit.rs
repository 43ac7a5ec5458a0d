//! The audit log over REST and on the command line: filters, exports, verification, retention, and that whatever changes
//! something leaves a line.

mod walk;

use crate::{
    common::{ADMIN, Lab, PASSWORD, PATIENCE, Person, TestServer, berth, fault, json},
    shared_credentials::open,
    taken_back::behind_a_wire,
    time::starting,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Output};
use storage::Storage;
use testkit::wait;

/// The lines that a query finds, the newest first.
async fn lines(person: &Person, query: &str) -> Vec<Value> {
    let list = json(person.get(&format!("/api/audit{query}")).await, StatusCode::OK).await;
    list["events"].as_array().unwrap().clone()
}

/// The first seal comes by itself, a moment after the start.
async fn sealed(admin: &Person) {
    wait::until("the first seal", PATIENCE, || async { !lines(admin, "?action=audit.seal").await.is_empty() }).await;
}

async fn add(admin: &Person, name: &str) {
    json(admin.post("/api/folders", json!({"name": name})).await, StatusCode::CREATED).await;
}

fn verify(data: &Path, arguments: &[&str]) -> Output {
    berth(data, &[&["audit", "verify"], arguments].concat()).output().unwrap()
}

/// What a walk that holds prints; its last line is the head.
fn holds(output: &Output) -> (String, String) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let head = text.lines().last().unwrap().strip_prefix("head ").unwrap().to_owned();
    (text, head)
}

fn flaw(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn export(admin: &Person, query: &str) -> String {
    let answer = admin.get(&format!("/api/audit/export{query}")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.contains("berth-audit-") && name.contains(".jsonl"), "{name}");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn lines_are_found_by_what_they_say() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let bo = server.member("bo").await;
    sealed(&admin).await;
    add(&admin, "Harbour").await;
    json(bo.post("/api/folders", json!({"name": "Quay"})).await, StatusCode::CREATED).await;
    let found = lines(&admin, "?account=BO&action=folder").await;
    assert_eq!((found.len(), &found[0]["action"], &found[0]["account_name"]), (1, &json!("folder.add"), &json!("bo")));
    assert!(found[0]["object"].as_str().unwrap().ends_with(" Quay"), "{found:?}");
    assert_eq!(lines(&admin, "?object=hArB").await.len(), 1);
    assert_eq!(lines(&admin, "?action=folder.add&address=127.").await.len(), 2);
    assert_eq!(lines(&admin, "?action=folder&address=10.").await.len(), 0);
    let at = found[0]["at"].as_str().unwrap();
    let from = lines(&admin, &format!("?from={at}")).await;
    assert!(
        from.iter().any(|line| line["id"] == found[0]["id"]) && from.iter().all(|line| line["at"].as_str() >= Some(at))
    );
    assert!(
        lines(&admin, &format!("?until={at}")).await.iter().all(|line| line["id"].as_i64() < found[0]["id"].as_i64())
    );
    let all = lines(&admin, "?limit=1000").await;
    let mut read = Vec::new();
    while let Some(page) = Some(lines(&admin, &page_after(&read)).await).filter(|page| !page.is_empty()) {
        read.extend(page);
    }
    assert_eq!(read, all, "page by page, none twice and none left out");
    let last = all.len() as i64;
    let numbers: Vec<_> = all.iter().map(|line| line["id"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=last).rev().collect::<Vec<_>>());
    fault(admin.get("/api/audit?from=yesterday").await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn an_opened_session_is_noted_though_whoever_asked_for_it_hung_up() {
    let lab = Lab::start(&[]).await;
    let (wire, far) = behind_a_wire(&lab).await;
    wire.stall(true);
    let id = tokio::select! {
        _ = open(&lab.admin, &far) => unreachable!("the host is held"),
        id = starting(&lab.admin) => id,
    };
    wire.stall(false);
    let noted = || async { lines(&lab.admin, "?action=session.open").await };
    wait::until("the line", PATIENCE, || async { !noted().await.is_empty() }).await;
    assert!(noted().await[0]["object"].as_str().unwrap().contains(&id));
}

fn page_after(read: &[Value]) -> String {
    read.last().map_or_else(|| "?limit=3".to_owned(), |line| format!("?limit=3&before={}", line["id"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn admins_and_viewers_read_it_and_nobody_else() {
    let (server, _admin) = TestServer::with_admin(&[]).await;
    let bo = server.member("bo").await;
    server.account(&["add", "vi", "--role", "viewer", "--password-stdin"]).await;
    let vi = Person::new(&server);
    assert_eq!(vi.sign_in("vi", PASSWORD).await.status(), StatusCode::OK);
    for (method, path) in [
        (Method::GET, "/api/audit"),
        (Method::GET, "/api/audit/export"),
        (Method::GET, "/api/audit/chain"),
        (Method::POST, "/api/audit/verify"),
    ] {
        fault(bo.request(method.clone(), path).send().await.unwrap(), StatusCode::FORBIDDEN, "forbidden").await;
        assert_eq!(vi.request(method, path).send().await.unwrap().status(), StatusCode::OK, "{path}");
    }
    let noted = lines(&vi, "?account=vi").await;
    let actions: Vec<_> = noted.iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["audit.verify", "audit.export", "account.sign_in"]);
    let chain = json(vi.get("/api/audit/chain").await, StatusCode::OK).await;
    assert_eq!(chain["verified"]["outcome"], "the chain holds");
    assert_eq!(chain["verified"]["id"], noted[0]["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_came_in_and_who_did_not_is_noted_without_a_secret() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let stranger = Person::new(&server);
    let wrong = "a-password-typed-as-a-name";
    fault(stranger.sign_in(wrong, "wrong password").await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    fault(stranger.sign_in(ADMIN, "wrong password").await, StatusCode::UNAUTHORIZED, "wrong_password").await;
    assert_eq!(stranger.sign_in(ADMIN, PASSWORD).await.status(), StatusCode::OK);
    let token = stranger.make_token("ci").await;
    json(stranger.post("/api/auth/logout", json!({})).await, StatusCode::OK).await;
    let found = lines(&admin, "").await;
    let told: Vec<_> = found
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap().to_owned();
            (text("action"), text("account_name"), text("object"), text("outcome"))
        })
        .collect();
    let has = |action: &str, who: &str, object: &str, outcome: &str| {
        let fits = |line: &&(String, String, String, String)| {
            (line.0.as_str(), line.1.as_str(), line.3.as_str()) == (action, who, outcome) && line.2.starts_with(object)
        };
        assert!(told.iter().any(|line| fits(&line)), "{action} {who} {object} {outcome}: {told:?}");
    };
    has("account.sign_in", "a stranger", "an unknown account", "failed: wrong name or password");
    has("account.sign_in", "a stranger", "account ada", "failed: wrong name or password");
    has("account.sign_in", ADMIN, "account ada", "done");
    has("account.sign_out", ADMIN, "account ada", "done");
    has("account.set_up", ADMIN, "account ada", "done, as admin");
    has("token.create", ADMIN, "token ", "done, for read, connect, files; it opens the vault");
    let log = json!(found).to_string();
    for secret in [wrong, "wrong password", PASSWORD, server.setup_code(), token.splitn(3, '_').nth(2).unwrap()] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_export_verifies_and_one_that_was_changed_does_not() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    for number in 0..5 {
        add(&admin, &format!("Quay {number}")).await;
    }
    let text = export(&admin, "").await;
    let all: Vec<&str> = text.lines().collect();
    let last: Value = serde_json::from_str(all.last().unwrap()).unwrap();
    assert_eq!((&last["action"], &last["object"]), (&json!("audit.export"), &json!("all lines")));
    let data = server.data();
    let file = data.join("export.jsonl");
    let check = |lines: &[&str], arguments: &[&str]| {
        fs::write(&file, lines.join("\n")).unwrap();
        verify(data, &[&[file.to_str().unwrap()], arguments].concat())
    };
    let (told, head) = holds(&check(&all, &[]));
    assert!(told.contains(&format!("lines 1 to {} hold", all.len())), "{told}");
    assert_eq!(head, format!("{}:{}", last["id"], last["hash"].as_str().unwrap()));
    holds(&check(&all, &["--head", &head]));
    holds(&check(&all[2..], &["--head", &head]));
    let changed = all[3].replace("\"done\"", "\"failed\"");
    assert!(flaw(&check(&[&all[..3], &[changed.as_str()], &all[4..]].concat(), &[])).contains("line 4 was changed"));
    assert!(flaw(&check(&[&all[..3], &all[4..]].concat(), &[])).contains("line 4 is missing"));
    assert!(
        flaw(&check(&[&all[..3], &[all[4], all[3]], &all[5..]].concat(), &[])).contains("line 4 is not in its place")
    );
    let cut = &all[..all.len() - 2];
    holds(&check(cut, &[]));
    assert!(flaw(&check(cut, &["--head", &head])).contains("the end is missing"));
    assert!(flaw(&check(&["{}"], &[])).contains("line 1 of the file"));
    assert!(flaw(&check(&[], &[])).contains("no line"));
    assert_eq!(verify(data, &["--head", "57"]).status.code(), Some(2));

    let some = export(&admin, "?action=folder&object=Quay%203").await;
    assert_eq!(some.lines().count(), 1, "{some}");
    let noted = &lines(&admin, "?action=audit.export&limit=1").await[0];
    assert_eq!(noted["object"], "action \"folder\", object \"Quay 3\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_log_of_a_server_verifies_with_its_seals_also_beside_it() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    add(&admin, "Harbour").await;
    sealed(&admin).await;
    let report = json(admin.post("/api/audit/verify", json!({})).await, StatusCode::OK).await;
    assert_eq!(
        (&report["holds"], &report["flaw"], &report["seals"]["unknown"]),
        (&json!(true), &Value::Null, &json!(0))
    );
    assert!(report["seals"]["good"].as_u64() >= Some(1), "{report}");
    let (told, head) = holds(&verify(server.data(), &[]));
    assert!(told.contains("sealed by this server up to line"), "{told}");
    assert_eq!(lines(&admin, "?account=command%20line&action=audit.verify").await.len(), 1);

    let data = server.stop().await;
    let (told, later) = holds(&verify(data.path(), &["--head", &head]));
    assert!(told.contains("sealed by this server up to line") && later != head, "{told}");
    let other = head.replace(|digit: char| digit.is_ascii_hexdigit() && !digit.is_ascii_digit(), "0");
    assert!(flaw(&verify(data.path(), &["--head", &other])).contains("another one"));
    // Another key knows none of the seals, and says so.
    fs::remove_file(data.path().join("server.key")).unwrap();
    let (told, _) = holds(&verify(data.path(), &[]));
    assert!(told.contains("no seal of this server's key") && told.contains("seals of another key"), "{told}");
    assert!(!data.path().join("server.key").exists(), "looking makes no key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_went_without_a_line_that_says_so_was_not_removed_by_retention() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    for number in 0..3 {
        add(&admin, &format!("Quay {number}")).await;
    }
    // As somebody would who can write to the database.
    let url = format!("sqlite://{}?mode=rw", server.data().join("berth.db").display());
    assert!(!Storage::open(&url).await.unwrap().audit().remove_up_to(2, 100).await.unwrap());
    assert!(flaw(&verify(server.data(), &[])).contains("lines 1 to 2 are gone"));
    let report = json(admin.post("/api/audit/verify", json!({})).await, StatusCode::OK).await;
    assert_eq!(report["holds"], false, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_older_than_the_retention_goes_and_the_rest_verifies() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    add(&admin, "Harbour").await;
    let head = holds(&verify(server.data(), &[])).1;
    let data = server.stop().await;
    let server = TestServer::on(data, &[("audit.retention", "1ms")]).await;
    let admin = Person::new(&server);
    assert_eq!(admin.sign_in(ADMIN, PASSWORD).await.status(), StatusCode::OK);
    wait::until("old lines to go", PATIENCE, || async {
        json(admin.get("/api/audit/chain").await, StatusCode::OK).await["removed"]["number"].as_i64() > Some(0)
    })
    .await;
    let chain = json(admin.get("/api/audit/chain").await, StatusCode::OK).await;
    let removed = chain["removed"]["number"].as_i64().unwrap();
    let trim = &lines(&admin, "?action=audit.trim").await[0];
    assert_eq!(trim["object"], format!("lines 1 to {removed}"));
    assert!(trim["outcome"].as_str().unwrap().contains(chain["removed"]["hash"].as_str().unwrap()), "{trim}");
    let first = lines(&admin, "?limit=1000").await.pop().unwrap();
    assert_eq!(first["id"], removed + 1);
    assert_eq!(json(admin.post("/api/audit/verify", json!({})).await, StatusCode::OK).await["holds"], true);
    let (told, _) = holds(&verify(server.data(), &[]));
    assert!(told.contains(&format!("they stand on {removed}:")), "{told}");
    assert!(flaw(&verify(server.data(), &["--head", &head])).contains("older than the first line"));
    let text = export(&admin, "").await;
    let file = server.data().join("export.jsonl");
    fs::write(&file, text).unwrap();
    assert!(holds(&verify(server.data(), &[file.to_str().unwrap()])).0.contains("they stand on"));
}
