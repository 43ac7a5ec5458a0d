//! What goes wrong with NetBox is told, and nothing is half done.

use super::*;
use testkit::netbox::Faults;

async fn failed(person: &Person) -> String {
    let path = begin(person, json!({})).await;
    let job = ended(person, &path).await;
    assert_eq!((&job["state"], &job["report"]), (&json!("failed"), &Value::Null), "{job}");
    job["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_import_that_fails_on_its_way_changes_nothing() {
    let (_server, person, netbox) = configured(World::of(1_200, 3)).await;
    netbox.change(|world| world.services.push(service(1, 1, 22)));
    for (faults, said) in [
        (Faults { token_lasts: Some(4), ..Faults::default() }, "Token expired"),
        (Faults { instead: Some(("text/html", "<h1>Sign in</h1>")), ..Faults::default() }, "text/html instead of JSON"),
        (Faults { instead: Some(("application/json", "[1, 2]")), ..Faults::default() }, "another shape"),
        (Faults { refuse: Some((999, 500, None)), ..Faults::default() }, "answered 500"),
        (Faults { refuse: Some((999, 429, Some("7200"))), ..Faults::default() }, "asks for patience (429)"),
        (
            Faults { next: Some("https://evil.example/api/?start=501".to_owned()), ..Faults::default() },
            "another server",
        ),
        (
            Faults { next: Some(format!("{}/api/dcim/devices/?start=1", netbox.url())), ..Faults::default() },
            "not lead on",
        ),
    ] {
        netbox.faults(faults);
        let error = failed(&person).await;
        assert!(error.contains(said) && !error.contains(TOKEN), "{said}: {error}");
        assert_eq!(hosts(&person, "").await["total"], 0, "{said}");
        assert_eq!(json(person.get("/api/folders").await, StatusCode::OK).await, json!([]), "{said}");
    }
    netbox.faults(Faults { refuse: Some((2, 502, None)), cut: 1, ..Faults::default() });
    let job = import(&person, json!({})).await;
    assert_eq!(counts(&job)[0], 1_200, "what passes is waited for");
    assert!(!netbox.asked().concat().contains("nbt_"), "the token is in no address");
}

#[tokio::test]
async fn a_cancelled_import_leaves_nothing_and_one_goes_on_at_a_time() {
    let (_server, person, netbox) = configured(World::of(2_000, 3)).await;
    netbox.faults(Faults { slow: Duration::from_millis(400), ..Faults::default() });
    let path = begin(&person, json!({})).await;
    fault(person.post("/api/netbox/import", json!({})).await, StatusCode::CONFLICT, "conflict").await;
    until("something came", PATIENCE, || async {
        json(person.get(&path).await, StatusCode::OK).await["fetched"].as_u64().unwrap() > 0
    })
    .await;
    assert_eq!(person.delete(&path).await.status(), StatusCode::NO_CONTENT);
    let job = ended(&person, &path).await;
    assert_eq!((&job["state"], &job["written"]), (&json!("cancelled"), &json!(0)), "{job}");
    assert_eq!(hosts(&person, "").await["total"], 0);
    let asked = netbox.asked().len();
    assert_eq!(person.delete(&path).await.status(), StatusCode::NO_CONTENT, "and is forgotten");
    fault(person.get(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    netbox.faults(Faults::default());
    import(&person, json!({})).await;
    assert!(netbox.asked().len() > asked);
}

#[tokio::test]
async fn certificates_are_asked_about_and_pinned() {
    let (_server, person) = TestServer::with_admin(LOCAL).await;
    let netbox = NetBoxServer::start_tls(World::of(2, 1)).await;
    let shown = netbox.certificate().clone();
    let try_it = |more: Value| {
        let mut draft = json!({"url": netbox.url(), "token": TOKEN});
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        person.post("/api/netbox/token/configure", draft)
    };
    let asked = fault(try_it(json!({})).await, StatusCode::CONFLICT, "certificate_unknown").await;
    assert_eq!(asked["certificate_fingerprint"], shown.fingerprint);
    let changed = try_it(json!({"fingerprint": "ab".repeat(32)})).await;
    fault(changed, StatusCode::CONFLICT, "certificate_changed").await;
    fault(try_it(json!({"authority": "none"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(try_it(json!({"fingerprint": "none"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    for good in [json!({"authority": shown.authority}), json!({"authority": "", "fingerprint": shown.fingerprint})] {
        let told = json(try_it(good).await, StatusCode::OK).await;
        assert_eq!(told["in_the_clear"], false);
    }
    assert_eq!(counts(&import(&person, json!({})).await)[0], 2);
}

#[tokio::test]
async fn the_server_itself_is_not_asked_unless_its_settings_say_so() {
    let (_server, person) = TestServer::with_admin(&[]).await;
    let netbox = NetBoxServer::start(World::of(1, 1)).await;
    for url in [netbox.url(), netbox.url().replace("127.0.0.1", "localhost"), "http://169.254.169.254".to_owned()] {
        let refused = person.post("/api/netbox/token/configure", json!({"url": url, "token": TOKEN})).await;
        let refused = fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
        assert!(refused["detail"].as_str().unwrap().contains("allow_local"), "{refused}");
    }
    for url in ["ftp://nb", "http://user:pass@nb", "nonsense"] {
        let refused = person.post("/api/netbox/token/configure", json!({"url": url, "token": TOKEN})).await;
        fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    assert_eq!(netbox.asked(), Vec::<String>::new());
}
