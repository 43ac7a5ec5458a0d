//! Imports that are done without anybody.

use super::*;
use reqwest::Method;
use std::os::unix::fs::PermissionsExt;

const SHORT: &[(&str, &str)] = &[("netbox.allow_local", "true"), ("netbox.shortest_sync", "1s")];

async fn put(person: &Person, draft: Value) -> reqwest::Response {
    person.request(Method::PUT, "/api/netbox/sync").json(&draft).send().await.unwrap()
}

async fn switched_on(person: &Person, draft: Value) -> Value {
    let mut all = json!({"enabled": true});
    all.as_object_mut().unwrap().extend(draft.as_object().unwrap().clone());
    json(put(person, all).await, StatusCode::OK).await["sync"].clone()
}

async fn sync(person: &Person) -> Value {
    json(person.get("/api/netbox/token/status").await, StatusCode::OK).await["sync"].clone()
}

/// Waits until the last one is as it is wished.
async fn seen(person: &Person, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let found = Mutex::new(Value::Null);
    until(what, PATIENCE, || async {
        let now = sync(person).await;
        let done = is_it(&now);
        *found.lock().unwrap() = now;
        done
    })
    .await;
    found.into_inner().unwrap()
}

async fn world_of(person: Person, devices: usize) -> (Person, NetBoxServer) {
    let netbox = NetBoxServer::start(World::of(devices, 2)).await;
    configure(&person, json!({"url": netbox.url(), "token": TOKEN})).await;
    (person, netbox)
}

#[tokio::test]
async fn it_runs_by_itself_with_a_copy_of_the_token_of_its_own() {
    let (server, person) = TestServer::with_admin(SHORT).await;
    let (person, netbox) = world_of(person, 6).await;
    assert_eq!(sync(&person).await["enabled"], false);
    let on = switched_on(&person, json!({"every_seconds": 1, "filters": {"site": "site-02"}})).await;
    assert_eq!((&on["enabled"], &on["every_seconds"], &on["shortest_seconds"]), (&json!(true), &json!(1), &json!(1)));
    assert_eq!(on["sealed"], format!("API token of {}", netbox.url()));
    let key = server.data().join("server.key");
    let key_file = std::fs::metadata(&key).unwrap();
    assert_eq!((key_file.len(), key_file.permissions().mode() & 0o777), (32, 0o600));
    // Nobody is signed in any more.
    assert_eq!(person.post("/api/auth/logout", json!({})).await.status(), StatusCode::OK);
    until("NetBox was asked", PATIENCE, || async {
        netbox.asked().iter().filter(|it| it.contains("start=")).count() > 2
    })
    .await;
    person.sign_in(crate::common::ADMIN, crate::common::PASSWORD).await;
    let first = seen(&person, "the first one ends", |sync| sync["last"]["state"] == "done").await;
    assert_eq!(hosts(&person, "").await["total"], 3, "the filter holds: {first}");
    netbox.change(|world| world.devices[0]["serial"] = json!("SN-new"));
    seen(&person, "a later one changes it", |sync| sync["last"]["updated"] == 1 && sync["last"]["undo"].is_string())
        .await;
    let audit = json(person.get("/api/audit").await, StatusCode::OK).await;
    let lines: Vec<_> = audit["events"].as_array().unwrap().iter().filter(|it| it["outcome"] == "scheduled").collect();
    assert!(!lines.is_empty() && lines[0]["action"] == "netbox.import", "{audit}");
    let key = std::fs::read(key).unwrap();
    for file in std::fs::read_dir(server.data()).unwrap().map(|it| it.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        let holds = |what: &[u8]| memchr::memmem::find(&bytes, what).is_some();
        assert!(!holds(TOKEN.as_bytes()), "{}", file.display());
        assert!(file.ends_with("server.key") || !holds(&key), "{}", file.display());
    }
    let off = json(put(&person, json!({"enabled": false})).await, StatusCode::OK).await["sync"].clone();
    assert_eq!((&off["enabled"], &off["sealed"], &off["next_at"]), (&json!(false), &Value::Null, &Value::Null));
    assert_eq!((&off["every_seconds"], &off["filters"]["site"]), (&json!(1), &json!("site-02")), "the wishes stay");
    fault(person.post("/api/netbox/sync/run", json!({})).await, StatusCode::CONFLICT, "conflict").await;
    switched_on(&person, json!({})).await;
    assert_eq!(person.delete("/api/netbox/token/configure").await.status(), StatusCode::NO_CONTENT);
    let gone = sync(&person).await;
    assert_eq!((&gone["enabled"], &gone["sealed"], &gone["last"]), (&json!(false), &Value::Null, &Value::Null));
    fault(put(&person, json!({"enabled": true})).await, StatusCode::CONFLICT, "conflict").await;
}

#[tokio::test]
async fn a_token_that_is_refused_is_told_tried_later_and_replaced() {
    let (_server, person) = TestServer::with_admin(SHORT).await;
    let (person, netbox) = world_of(person, 4).await;
    netbox.faults(Faults { revoked: Some(TOKEN), ..Faults::default() });
    switched_on(&person, json!({"every_seconds": 1})).await;
    let failed = seen(&person, "it fails twice", |sync| sync["failures"].as_u64() >= Some(2)).await;
    let error = failed["last"]["error"].as_str().unwrap();
    assert!(error.contains("refused the token") && !error.contains(TOKEN), "{error}");
    assert!(waits(&failed) >= 2_000, "each failure puts it off longer: {failed}");
    assert_eq!(hosts(&person, "").await["total"], 0);
    configure(&person, json!({"token": OLD_TOKEN})).await;
    let job = json(person.post("/api/netbox/sync/run", json!({})).await, StatusCode::ACCEPTED).await;
    let job = ended(&person, &format!("/api/netbox/import/{}", job["id"].as_str().unwrap())).await;
    assert_eq!(
        (&job["state"], &job["scheduled"]),
        (&json!("done"), &json!(true)),
        "the new token was sealed too: {job}"
    );
    let good = seen(&person, "that is noted", |sync| sync["failures"] == 0).await;
    assert_eq!(good["last"]["error"], Value::Null);
    assert_eq!(hosts(&person, "").await["total"], 4);
}

/// Milliseconds from the end of the last one to the next.
fn waits(sync: &Value) -> i64 {
    let at = |value: &Value| wire::Timestamp::from_millis(millis(value.as_str().unwrap())).millis();
    at(&sync["next_at"]) - at(&sync["last"]["ended_at"])
}

fn millis(text: &str) -> i64 {
    serde_json::from_value::<wire::Timestamp>(json!(text)).unwrap().millis()
}

#[tokio::test]
async fn netbox_is_left_alone_for_as_long_as_it_asks() {
    let (_server, person) = TestServer::with_admin(SHORT).await;
    let (person, netbox) = world_of(person, 4).await;
    netbox.faults(Faults { refuse: Some((999, 429, Some("7200"))), ..Faults::default() });
    switched_on(&person, json!({"every_seconds": 1})).await;
    let failed = seen(&person, "it is refused", |sync| sync["failures"] == 1).await;
    assert!(waits(&failed) >= 7_200_000, "{failed}");
}

#[tokio::test]
async fn nothing_runs_for_an_account_that_is_switched_off() {
    let (server, person) = TestServer::with_admin(SHORT).await;
    let bob = server.member("bob").await;
    let (bob, his) = world_of(bob, 3).await;
    switched_on(&bob, json!({"every_seconds": 3_600})).await;
    let (person, hers) = world_of(person, 0).await;
    server.account(&["disable", "bob"]).await;
    // His would be due now.
    let (asked, data) = (his.asked().len(), server.stop().await);
    let url = format!("sqlite://{}", data.path().join("berth.db").display());
    due_at_once(&url).await;
    let server = TestServer::on(data, SHORT).await;
    let person = signed_in_again(&server, person).await;
    switched_on(&person, json!({"every_seconds": 1})).await;
    until("hers ran three times", PATIENCE, || async {
        hers.asked().iter().filter(|it| it.contains("/devices/") && it.contains("start=0")).count() >= 3
    })
    .await;
    assert_eq!(his.asked().len(), asked, "nobody asked his NetBox");
}

/// Everything that is scheduled is due since long ago.
async fn due_at_once(url: &str) {
    let storage = storage::Storage::open(url).await.unwrap();
    let rows = storage.inventory();
    for account in storage.accounts().list().await.unwrap() {
        if let Some(sync) = rows.netbox_sync(&account.id).await.unwrap() {
            rows.put_off_netbox_sync(&account.id, wire::Timestamp::from_millis(1_000), sync.failures, None)
                .await
                .unwrap();
        }
    }
}

async fn signed_in_again(server: &TestServer, _before: Person) -> Person {
    let person = Person::new(server);
    assert_eq!(person.sign_in(crate::common::ADMIN, crate::common::PASSWORD).await.status(), StatusCode::OK);
    person
}

#[tokio::test]
async fn a_restart_keeps_when_the_next_begins_and_does_once_what_was_missed() {
    let (server, person) = TestServer::with_admin(SHORT).await;
    let (person, netbox) = world_of(person, 5).await;
    let week = 7 * 24 * 60 * 60;
    let on = switched_on(&person, json!({"every_seconds": week})).await;
    let server = TestServer::on(server.stop().await, SHORT).await;
    let person = signed_in_again(&server, person).await;
    assert_eq!(sync(&person).await["next_at"], on["next_at"]);
    assert_eq!(hosts(&person, "").await["total"], 0);
    let data = server.stop().await;
    due_at_once(&format!("sqlite://{}", data.path().join("berth.db").display())).await;
    let server = TestServer::on(data, SHORT).await;
    let person = signed_in_again(&server, person).await;
    let done = seen(&person, "what was missed is done", |sync| sync["last"]["state"] == "done").await;
    assert_eq!(hosts(&person, "").await["total"], 5);
    assert!(waits(&done) >= week * 1_000, "once: {done}");
    // One that goes on while the server stops is begun again by the next.
    netbox.change(|world| world.devices.truncate(4));
    netbox.faults(Faults { slow: Duration::from_secs(2), ..Faults::default() });
    let asked = netbox.asked().len();
    json(person.post("/api/netbox/sync/run", json!({})).await, StatusCode::ACCEPTED).await;
    until("it goes on", PATIENCE, || async { netbox.asked().len() > asked || sync_job(&person).await }).await;
    let data = server.stop().await;
    netbox.faults(Faults::default());
    let server = TestServer::on(data, SHORT).await;
    let person = signed_in_again(&server, person).await;
    seen(&person, "it was done after the start", |sync| sync["last"]["vanished"] == 1).await;
    let gone = json(person.get("/api/netbox/gone").await, StatusCode::OK).await;
    assert_eq!((&gone["total"], &gone["hosts"][0]["name"]), (&json!(1), &json!("sw-00005")));
    drop(server);
}

async fn sync_job(person: &Person) -> bool {
    let status = json(person.get("/api/netbox/token/status").await, StatusCode::OK).await;
    status["job"]["state"] == "fetching"
}

#[tokio::test]
async fn the_servers_key_is_refused_when_others_may_read_it() {
    let (server, person) = TestServer::with_admin(SHORT).await;
    let (person, _netbox) = world_of(person, 2).await;
    switched_on(&person, json!({"every_seconds": 3_600})).await;
    let key = server.data().join("server.key");
    let mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    let run = || async {
        let job = json(person.post("/api/netbox/sync/run", json!({})).await, StatusCode::ACCEPTED).await;
        ended(&person, &format!("/api/netbox/import/{}", job["id"].as_str().unwrap())).await
    };
    mode(0o644);
    let refused = run().await;
    assert!(refused["error"].as_str().unwrap().contains("chmod 600"), "{refused}");
    mode(0o600);
    assert_eq!(run().await["state"], "done");
}

#[tokio::test]
async fn it_goes_by_the_pinned_certificate_and_the_private_authority() {
    let (_server, person) = TestServer::with_admin(SHORT).await;
    let netbox = NetBoxServer::start_tls(World::of(3, 1)).await;
    let shown = netbox.certificate().clone();
    for (trust, added) in
        [(json!({"fingerprint": shown.fingerprint}), 3), (json!({"fingerprint": "", "authority": shown.authority}), 0)]
    {
        let mut draft = json!({"url": netbox.url(), "token": TOKEN});
        draft.as_object_mut().unwrap().extend(trust.as_object().unwrap().clone());
        configure(&person, draft).await;
        switched_on(&person, json!({"every_seconds": 3_600})).await;
        let job = json(person.post("/api/netbox/sync/run", json!({})).await, StatusCode::ACCEPTED).await;
        let job = ended(&person, &format!("/api/netbox/import/{}", job["id"].as_str().unwrap())).await;
        assert_eq!((&job["state"], counts(&job)[0]), (&json!("done"), added), "{job}");
    }
}

#[tokio::test]
async fn what_may_not_be_scheduled_is_refused() {
    let (server, person) = TestServer::with_admin(LOCAL).await;
    let (person, netbox) = world_of(person, 2).await;
    for every in [0, 60, 899, 604_801] {
        let refused = put(&person, json!({"enabled": true, "every_seconds": every})).await;
        fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let long = put(&person, json!({"enabled": true, "filters": {"search": "x".repeat(2_000)}})).await;
    fault(long, StatusCode::BAD_REQUEST, "bad_input").await;
    assert_eq!(sync(&person).await["enabled"], false);
    switched_on(&person, json!({"every_seconds": 900})).await;
    netbox.faults(Faults { slow: Duration::from_millis(400), ..Faults::default() });
    let path = begin(&person, json!({})).await;
    fault(person.post("/api/netbox/sync/run", json!({})).await, StatusCode::CONFLICT, "conflict").await;
    ended(&person, &path).await;
    server.account(&["add", "vera", "--role", "viewer", "--password-stdin"]).await;
    let vera = Person::new(&server);
    vera.sign_in("vera", crate::common::PASSWORD).await;
    fault(put(&vera, json!({"enabled": true})).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(vera.post("/api/netbox/sync/run", json!({})).await, StatusCode::FORBIDDEN, "forbidden").await;
}
