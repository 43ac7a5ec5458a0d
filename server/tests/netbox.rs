//! Hosts from NetBox: a small server of our own stands in for it, with what goes wrong there.

mod adopted;
mod faults;
mod sync;

use crate::common::{PATIENCE, Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};
use testkit::{
    netbox::{Faults, NetBoxServer, OLD_TOKEN, TOKEN, World, address, machine, service},
    wait::until,
};

const LOCAL: &[(&str, &str)] = &[("netbox.allow_local", "true")];

/// A person whose NetBox is configured.
async fn configured(world: World) -> (TestServer, Person, NetBoxServer) {
    let (server, person) = TestServer::with_admin(LOCAL).await;
    let netbox = NetBoxServer::start(world).await;
    configure(&person, json!({"url": netbox.url(), "token": TOKEN})).await;
    (server, person, netbox)
}

async fn configure(person: &Person, draft: Value) -> Value {
    json(person.post("/api/netbox/token/configure", draft).await, StatusCode::OK).await
}

async fn begin(person: &Person, request: Value) -> String {
    let job = json(person.post("/api/netbox/import", request).await, StatusCode::ACCEPTED).await;
    format!("/api/netbox/import/{}", job["id"].as_str().unwrap())
}

/// Follows a job to its end: everything that was told of it.
async fn followed(person: &Person, path: &str) -> Vec<Value> {
    let seen = Mutex::new(Vec::new());
    until("the import ends", PATIENCE, || async {
        let job = json(person.get(path).await, StatusCode::OK).await;
        let is_over = !matches!(job["state"].as_str(), Some("fetching" | "writing"));
        seen.lock().unwrap().push(job);
        is_over
    })
    .await;
    seen.into_inner().unwrap()
}

async fn ended(person: &Person, path: &str) -> Value {
    followed(person, path).await.pop().unwrap()
}

async fn import(person: &Person, request: Value) -> Value {
    let path = begin(person, request).await;
    let job = ended(person, &path).await;
    assert_eq!(job["state"], "done", "{job}");
    job
}

async fn hosts(person: &Person, query: &str) -> Value {
    json(person.get(&format!("/api/hosts?{query}")).await, StatusCode::OK).await
}

async fn one(person: &Person, name: &str) -> Value {
    let found = hosts(person, &format!("search={name}")).await;
    assert_eq!(found["total"], 1, "{name}: {found}");
    found["hosts"][0].clone()
}

fn counts(job: &Value) -> [u64; 5] {
    let report = &job["report"];
    let of = |key: &str| report["import"][key].as_u64().unwrap();
    let own = |key: &str| report[key].as_u64().unwrap();
    [of("added"), of("updated"), of("unchanged"), own("vanished"), own("returned")]
}

#[tokio::test]
async fn a_token_of_either_kind_is_tried_kept_and_never_told() {
    let (server, person) = TestServer::with_admin(LOCAL).await;
    let netbox = NetBoxServer::start(World::of(3, 1)).await;
    let none = json(person.get("/api/netbox/token/status").await, StatusCode::OK).await;
    assert_eq!((&none["configured"], &none["url"]), (&json!(false), &Value::Null));
    fault(person.get("/api/netbox/devices").await, StatusCode::CONFLICT, "conflict").await;
    for token in [TOKEN, OLD_TOKEN] {
        let told = configure(&person, json!({"url": netbox.url(), "token": token})).await;
        assert_eq!((&told["configured"], &told["version"]), (&json!(true), &json!("4.6.8")));
        assert_eq!(told["in_the_clear"], true);
        assert!(!told.to_string().contains(token));
    }
    // The token goes to no other address than its own, and a bad one changes nothing.
    let moved = person.post("/api/netbox/token/configure", json!({"url": "http://127.0.0.2:9"})).await;
    fault(moved, StatusCode::BAD_REQUEST, "bad_input").await;
    let wrong = "nbt_wrong.secretsecret";
    let refused = person.post("/api/netbox/token/configure", json!({"token": wrong})).await;
    let refused = fault(refused, StatusCode::BAD_GATEWAY, "remote_failed").await;
    let said = refused["detail"].as_str().unwrap();
    assert!(said.contains("Invalid v2 token") && said.contains("make a new one") && !said.contains(wrong), "{said}");
    assert_eq!(json(person.get("/api/netbox/devices").await, StatusCode::OK).await["total"], 3);
    let stored: Vec<_> =
        std::fs::read_dir(server.data()).unwrap().map(|it| std::fs::read(it.unwrap().path())).collect();
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, OLD_TOKEN.as_bytes()).is_some();
    assert!(!stored.into_iter().flatten().any(|bytes| holds(&bytes)), "the token is sealed");
    assert_eq!(person.delete("/api/netbox/token/configure").await.status(), StatusCode::NO_CONTENT);
    fault(person.delete("/api/netbox/token/configure").await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn devices_and_sites_are_found_with_filters() {
    let (_server, person, netbox) = configured(World::of(60, 4)).await;
    netbox.change(|world| {
        world.devices[0]["name"] = Value::Null;
        world.devices[1]["primary_ip4"] = Value::Null;
    });
    let list = |query: &str| {
        let path = format!("/api/netbox/devices?{query}");
        let person = &person;
        async move { json(person.get(&path).await, StatusCode::OK).await }
    };
    let all = list("limit=5").await;
    assert_eq!((&all["total"], all["devices"].as_array().unwrap().len()), (&json!(60), 5));
    assert_eq!(all["devices"][2]["address"], "10.20.0.4");
    assert!(all["devices"][0]["left_out"].as_str().unwrap().contains("no name"));
    assert!(all["devices"][1]["left_out"].as_str().unwrap().contains("no address"));
    for (query, total) in [
        ("site=site-02", 15),
        ("site=site-02,site-03", 30),
        ("platform=linux", 20),
        ("role=core-router&status=active", 30),
        ("status=planned", 0),
        ("search=sw-00042", 1),
        ("tag=lab&site=site-01", 15),
    ] {
        assert_eq!(list(query).await["total"], total, "{query}");
    }
    let sites = json(person.get("/api/netbox/sites?search=site%200").await, StatusCode::OK).await;
    assert_eq!((&sites["total"], &sites["sites"][0]["slug"]), (&json!(4), &json!("site-01")));
    assert_eq!(sites["sites"][0]["region"], "South");
}

#[tokio::test]
async fn two_thousand_devices_come_with_progress_and_twice_is_once() {
    let (_server, person, netbox) = configured(World::of(2_000, 40)).await;
    let dry = import(&person, json!({"dry_run": true})).await;
    assert_eq!(counts(&dry), [2_000, 0, 0, 0, 0]);
    assert_eq!(hosts(&person, "").await["total"], 0, "a look changes nothing");
    netbox.faults(Faults { slow: Duration::from_millis(150), ..Faults::default() });
    let (before, began) = (netbox.spent(), Instant::now());
    let path = begin(&person, json!({})).await;
    let seen = followed(&person, &path).await;
    let took = began.elapsed();
    let job = seen.last().unwrap().clone();
    assert_eq!((job["state"].as_str(), counts(&job)), (Some("done"), [2_000, 0, 0, 0, 0]));
    assert_eq!((&job["fetched"], &job["total"], &job["written"]), (&json!(2_000), &json!(2_000), &json!(2_000)));
    let fetched: Vec<_> = seen.iter().map(|job| job["fetched"].as_u64().unwrap()).collect();
    assert!(fetched.is_sorted() && fetched.iter().any(|count| (1..2_000).contains(count)), "{fetched:?}");
    let own = netbox.spent() - before;
    println!("2,000 devices in {took:?}, of which NetBox itself {own:?}");
    assert!(took - own < Duration::from_secs(10), "{took:?} with {own:?} of NetBox");
    assert_eq!(hosts(&person, "").await["total"], 2_000);
    let folders = json(person.get("/api/folders").await, StatusCode::OK).await;
    assert_eq!(folders.as_array().unwrap().len(), 40);
    let host = one(&person, "sw-00042").await;
    assert_eq!((&host["address"], &host["folder"]), (&json!("10.20.0.43"), &json!("Site 03")));
    assert_eq!((&host["device"]["vendor"], &host["device"]["device_type"]), (&json!("Cisco"), &json!("Cisco IOS")));
    netbox.faults(Faults::default());
    let again = import(&person, json!({})).await;
    assert_eq!(counts(&again), [0, 0, 2_000, 0, 0]);
    assert_eq!(hosts(&person, "").await["total"], 2_000);
}

#[tokio::test]
async fn what_a_person_changed_stays_where_netbox_says_nothing() {
    let (_server, person, netbox) = configured(World::of(4, 2)).await;
    import(&person, json!({})).await;
    let host = one(&person, "sw-00001").await;
    let path = format!("/api/hosts/{}", host["id"].as_str().unwrap());
    let by_hand = json!({"port": 2222, "username": "ops", "tags": ["lab", "mine"],
        "device": {"vendor": "Cisco", "software_version": "17.9", "notes": "by hand"}});
    json(person.patch(&path, by_hand).await, StatusCode::OK).await;
    netbox.change(|world| {
        world.devices[0]["name"] = json!("sw-renamed");
        world.devices[0]["primary_ip4"] = address("192.0.2.77/24", "");
        world.devices[0]["tags"] = json!([{"id": 2, "name": "core", "slug": "core"}]);
        world.devices[1]["site"] = world.devices[0]["site"].clone();
    });
    let job = import(&person, json!({})).await;
    assert_eq!(counts(&job), [0, 2, 2, 0, 0], "{job}");
    let now = json(person.get(&path).await, StatusCode::OK).await;
    assert_eq!((&now["name"], &now["address"]), (&json!("sw-renamed"), &json!("192.0.2.77")));
    assert_eq!((&now["port"], &now["username"]), (&json!(2222), &json!("ops")));
    assert_eq!(now["tags"], json!(["mine", "core"]), "own tags stay, those of NetBox follow");
    assert_eq!((&now["device"]["software_version"], &now["device"]["notes"]), (&json!("17.9"), &json!("by hand")));
    assert_eq!(one(&person, "sw-00002").await["folder"], now["folder"], "folders follow the sites");
    assert_eq!(hosts(&person, "").await["total"], 4);
}

#[tokio::test]
async fn what_vanished_is_marked_and_comes_back() {
    let (_server, person, netbox) = configured(World::of(10, 2)).await;
    import(&person, json!({})).await;
    let mut taken = Vec::new();
    netbox.change(|world| taken = world.devices.split_off(8));
    // A filter hides devices; that is no reason to call them gone.
    let job = import(&person, json!({"filters": {"site": "site-02"}})).await;
    assert_eq!(counts(&job)[3], 2, "{job}");
    let names: Vec<_> = job["report"]["vanished_hosts"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let gone = one(&person, "sw-00010").await;
    assert_eq!(gone["tags"], json!(["lab", "gone from NetBox"]));
    assert_eq!(one(&person, "sw-00001").await["tags"], json!(["lab"]));
    let again = import(&person, json!({})).await;
    assert_eq!(counts(&again), [0, 0, 8, 2, 0], "marked once");
    assert_eq!(hosts(&person, "").await["total"], 10, "nothing is deleted");
    netbox.change(|world| world.devices.append(&mut taken));
    let back = import(&person, json!({})).await;
    assert_eq!(counts(&back), [0, 2, 8, 0, 2], "{back}");
    assert_eq!(one(&person, "sw-00010").await["tags"], json!(["lab"]));
}

#[tokio::test]
async fn a_mapping_says_what_becomes_of_everything() {
    let (_server, person, netbox) = configured(World::of(4, 2)).await;
    netbox.change(|world| {
        let site = world.devices[0]["site"].clone();
        world.machines.push(machine(1, "vm-1", &site));
        world.services.push(service(1, 2, 2022));
        world.devices[0]["custom_fields"] = json!({"ssh_port": 8022, "owner_team": "net"});
        world.devices[0]["status"] = json!({"value": "planned", "label": "Planned"});
        world.devices[0]["primary_ip6"] = address("2001:db8::5/64", "");
        world.devices[3]["name"] = Value::Null;
    });
    let mapping = json!({"addresses": ["primary_ip6", "primary_ip4"], "folder": "Network / All", "regions": true,
        "custom_fields": {"ssh_port": "port", "owner_team": "notes"}});
    configure(&person, json!({"mapping": mapping})).await;
    let job = import(&person, json!({})).await;
    assert_eq!((counts(&job)[0], &job["report"]["import"]["skipped"]), (4, &json!(1)), "{job}");
    let skip = &job["report"]["import"]["skips"][0];
    assert!(skip["place"] == "NetBox device 4" && skip["reason"].as_str().unwrap().contains("no name"), "{skip}");
    let first = one(&person, "sw-00001").await;
    assert_eq!((&first["address"], &first["port"]), (&json!("2001:db8::5"), &json!(8022)));
    assert_eq!(
        (&first["folder"], &first["tags"]),
        (&json!("Network / All / North / Site 02"), &json!(["lab", "planned"]))
    );
    assert_eq!(first["device"]["notes"], "net");
    assert_eq!(one(&person, "sw-00002").await["port"], 2022);
    assert_eq!(one(&person, "vm-1").await["address"], "10.30.0.2");
    configure(&person, json!({"mapping": {"virtual_machines": false}})).await;
    let job = import(&person, json!({})).await;
    assert_eq!((&job["total"], counts(&job)[3]), (&json!(4), 0), "a machine that is not looked for is not gone");
    for bad in [json!({"addresses": []}), json!({"addresses": ["nonsense"]})] {
        let refused = person.post("/api/netbox/token/configure", json!({"mapping": bad})).await;
        assert!(refused.status().is_client_error());
    }
}
