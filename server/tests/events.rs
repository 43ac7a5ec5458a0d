//! `/ws/events`: who is told of what, how soon, and until when.

use crate::common::{
    ADMIN, Cookies, Lab, PASSWORD, PATIENCE, Person, Process, Socket, TestServer, at_console, connect, json,
};
use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::sshd::ADDRESS;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

const PATH: &str = "/ws/events";

/// How soon a change is told.
const SOON: Duration = Duration::from_secs(1);

/// Somebody who listens.
struct Listener(Socket);

impl Listener {
    async fn open(server: &TestServer, headers: &[(&'static str, &str)]) -> Self {
        let mut listener = Self(connect(server.address(), PATH, headers).await.unwrap());
        assert_eq!(listener.next().await, Some(json!({"type": "hello"})));
        listener
    }

    async fn by_token(server: &TestServer, token: &str) -> Self {
        Self::open(server, &[("authorization", &format!("Bearer {token}"))]).await
    }

    /// The next message; `None` when the server closes.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message in time") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_))) | None | Some(Err(_)) => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Waits for a change of a topic.
    async fn until(&mut self, topic: &str, id: Option<&str>) {
        loop {
            let told = self.next().await.expect("the socket is open");
            if told["topic"] == topic && id.is_none_or(|id| told.get("id").is_none_or(|told| told == id)) {
                return;
            }
        }
    }

    /// The close code.
    async fn closed(mut self) -> u16 {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message in time") {
                Some(Ok(Message::Close(farewell))) => {
                    // The answer to it, which the server waits for.
                    let _ = self.0.flush().await;
                    return farewell.map(|farewell| farewell.code.into()).unwrap_or(0);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 0,
            }
        }
    }
}

async fn someone(server: &TestServer, name: &str, role: &str) -> (Person, String) {
    let person = server.person(name, role).await;
    let token = person.make_token("script").await;
    (person, token)
}

async fn add_host(person: &Person, name: &str) -> String {
    let added = person.post("/api/hosts", json!({"name": name, "address": ADDRESS})).await;
    json(added, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_is_told_within_a_second() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let token = admin.make_token("script").await;
    let mut listener = Listener::by_token(&server, &token).await;
    let begun = Instant::now();
    let host = add_host(&admin, "web01").await;
    listener.until("hosts", Some(&host)).await;
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    json(admin.patch(&format!("/api/hosts/{host}"), json!({"name": "web02"})).await, StatusCode::OK).await;
    listener.until("hosts", Some(&host)).await;
    json(admin.post("/api/folders", json!({"name": "racks"})).await, StatusCode::CREATED).await;
    listener.until("folders", None).await;
    let credential = json!({"name": "lab", "username": "u", "password": "p"});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    listener.until("credentials", credential["id"].as_str()).await;
    admin.make_token("another").await;
    listener.until("tokens", None).await;
    assert_eq!(admin.delete(&format!("/api/hosts/{host}")).await.status(), StatusCode::NO_CONTENT);
    listener.until("hosts", Some(&host)).await;
}

#[tokio::test]
async fn a_session_is_told_from_its_beginning_to_its_end() {
    let lab = Lab::start(&[]).await;
    let token = lab.admin.make_token("script").await;
    let mut listener = Listener::by_token(&lab.server, &token).await;
    let (id, socket) = lab.terminal(json!({})).await;
    let attachments = |session: &Value| session["attachments"].as_u64();
    while attachments(&lab.session(&id).await) != Some(1) {
        listener.until("sessions", Some(&id)).await;
    }
    socket.drop_it();
    while lab.session(&id).await["status"] != "detached" {
        listener.until("sessions", Some(&id)).await;
    }
    let begun = Instant::now();
    json(lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
    while lab.session(&id).await["ending"].is_null() {
        listener.until("sessions", Some(&id)).await;
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn another_account_is_not_told_but_an_admin_is_of_sessions() {
    let lab = Lab::start(&[]).await;
    let (mallory, mallorys) = someone(&lab.server, "mallory", "member").await;
    let (vera, viewers) = someone(&lab.server, "vera", "viewer").await;
    let (mut mallory_hears, mut viewer_hears) =
        (Listener::by_token(&lab.server, &mallorys).await, Listener::by_token(&lab.server, &viewers).await);
    let opened = lab.open(json!({})).await;
    let id = opened["session_id"].as_str().unwrap();
    json(lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
    // What is told first is their own: nothing of the admin's came before.
    let own = add_host(&mallory, "mine").await;
    assert_eq!(mallory_hears.next().await, Some(json!({"type": "changed", "topic": "hosts", "id": own})));
    let listed = json(vera.get("/api/tokens").await, StatusCode::OK).await;
    let token = listed[0]["id"].as_str().unwrap();
    assert_eq!(vera.delete(&format!("/api/tokens/{token}")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(viewer_hears.next().await, Some(json!({"type": "changed", "topic": "tokens", "id": token})));
    assert_eq!(viewer_hears.closed().await, 4401, "its token is gone");

    let token = lab.admin.make_token_for(&["read", "admin"]).await;
    let mut admin_hears = Listener::by_token(&lab.server, &token).await;
    testkit_host(&lab, &mallory).await;
    admin_hears.until("sessions", None).await;
}

/// Opens a session of another account.
async fn testkit_host(lab: &Lab, person: &Person) {
    crate::common::take_in(person, &lab.sshd).await;
    json(person.post("/api/terminal/lab/terminal-sessions", json!({})).await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_listener_goes_with_what_let_it_in() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    // A sign-in.
    let browser = Person::new(&server);
    let answer = browser.sign_in(ADMIN, PASSWORD).await;
    let cookie = format!("berth_session={}", Cookies::of(&answer).value("berth_session"));
    let by_cookie = Listener::open(&server, &[("cookie", &cookie)]).await;
    assert_eq!(browser.post("/api/auth/logout", json!({})).await.status(), StatusCode::OK);
    assert_eq!(by_cookie.closed().await, 4401);
    // An account that is switched off by another process is noticed with the next ping.
    let (_, token) = someone(&server, "mallory", "member").await;
    let by_token = Listener::by_token(&server, &token).await;
    server.account(&["disable", "mallory"]).await;
    assert_eq!(by_token.closed().await, 4401);
    // The server itself.
    let token = admin.make_token("script").await;
    let last = Listener::by_token(&server, &token).await;
    let (code, _data) = tokio::join!(last.closed(), server.stop());
    assert_eq!(code, 1001);
}

#[tokio::test]
async fn strangers_and_other_sites_do_not_listen() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let token = format!("Bearer {}", admin.make_token("script").await);
    assert_eq!(connect(server.address(), PATH, &[]).await.err(), Some(401));
    assert_eq!(connect(server.address(), PATH, &[("authorization", "Bearer no")]).await.err(), Some(401));
    let foreign = [("authorization", token.as_str()), ("origin", "https://evil.example")];
    assert_eq!(connect(server.address(), PATH, &foreign).await.err(), Some(403));
    let own = server.url("");
    assert!(connect(server.address(), PATH, &[("authorization", &token), ("origin", &own)]).await.is_ok());
}

#[tokio::test]
async fn what_a_client_says_is_ignored_and_too_much_of_it_ends_the_socket() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let token = admin.make_token("script").await;
    let mut listener = Listener::by_token(&server, &token).await;
    listener.0.send(Message::Text("{not json".into())).await.unwrap();
    let host = add_host(&admin, "web01").await;
    listener.until("hosts", Some(&host)).await;
    // The server may be gone before all of it is sent.
    let _ = listener.0.send(Message::Text("x".repeat(64 * 1024).into())).await;
    assert_eq!(listener.next().await, None);
}

#[tokio::test]
async fn a_flood_of_changes_is_told_in_a_few_words() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let token = admin.make_token("script").await;
    let mut listener = Listener::by_token(&server, &token).await;
    for number in 0..60 {
        add_host(&admin, &format!("web{number}")).await;
    }
    json(admin.post("/api/folders", json!({"name": "last"})).await, StatusCode::CREATED).await;
    let mut heard = 0;
    while listener.next().await.expect("the socket is open")["topic"] != "folders" {
        heard += 1;
    }
    assert!((1..=60).contains(&heard), "{heard} messages for 60 hosts");
}

/// So many pages listen at once, and so many of one account.
const MANY: u64 = 500;
const OF_ONE: u64 = 100;

/// What each may cost the server, in bytes. Measured: see the figure that the test prints.
const COST: u64 = 64 * 1024;

#[tokio::test]
async fn five_hundred_listeners_cost_little() {
    let data = tempfile::tempdir().unwrap();
    let (mut process, address) = Process::serve(data.path(), &[("BERTH_HOSTS_PROBE_INTERVAL", "0")]);
    let admin = Person::at(address);
    admin.set_up(&process.set_up_code()).await;
    let token = admin.make_token("prometheus").await;
    let scraper = Person::at_with_token(address, &token);
    let mut tokens = vec![token];
    for number in 1..MANY / OF_ONE {
        let name = format!("listener{number}");
        at_console(data.path(), &["account", "add", &name, "--password-stdin"], PASSWORD).await;
        tokens.push(at_console(data.path(), &["token", "create", "events", "--account", &name], "").await);
    }
    // The first ones fill what is kept for all.
    let mut listeners = Vec::new();
    let mut before = 0;
    for (number, token) in tokens.iter().cycle().take(usize::try_from(MANY).unwrap()).enumerate() {
        let bearer = format!("Bearer {}", token.trim());
        let socket = connect(address, PATH, &[("authorization", bearer.as_str())]).await.unwrap();
        let mut listener = Listener(socket);
        assert_eq!(listener.next().await, Some(json!({"type": "hello"})));
        listeners.push(listener);
        if number == 9 {
            before = resident(&scraper).await;
        }
    }
    let more = resident(&scraper).await.saturating_sub(before) / (MANY - 10);
    println!("{more} bytes of memory a listener");
    assert!(more < COST, "{more} bytes a listener");
    let refused = connect(address, PATH, &[("authorization", &format!("Bearer {}", tokens[0].trim()))]).await;
    assert_eq!(refused.err(), Some(409), "an account has so many at most");
    drop(listeners);
    testkit::wait::until("the last listener's leave", PATIENCE, || async {
        metric(&scraper, "berth_event_listeners").await == 0
    })
    .await;
}

async fn metric(scraper: &Person, name: &str) -> u64 {
    let text = scraper.get("/metrics").await.text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).expect("the metric");
    line.parse().unwrap()
}

async fn resident(scraper: &Person) -> u64 {
    metric(scraper, "process_resident_memory_bytes").await
}

#[tokio::test]
async fn a_member_hears_of_hosts_that_another_account_shares() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let ben = server.member("ben").await;
    let mut heard = Listener::by_token(&server, &ben.make_token("ears").await).await;
    let host =
        json(admin.post("/api/hosts", json!({"name": "web", "address": "192.0.2.7"})).await, StatusCode::CREATED);
    let host = host.await["id"].clone();
    let accounts = json(admin.get("/api/accounts").await, StatusCode::OK).await;
    let id = accounts.as_array().unwrap().iter().find(|account| account["name"] == "ben").unwrap()["id"].clone();
    let share = json!({
        "hosts": {"kind": "hosts", "ids": [host]}, "to": [{"kind": "account", "id": id}], "rights": {"connect": true},
    });
    json(admin.post("/api/grants", share).await, StatusCode::OK).await;
    heard.until("hosts", None).await;
    // Those who share anew are followed from then on, and that is told too.
    let path = format!("/api/hosts/{}", host.as_str().unwrap());
    json(admin.patch(&path, json!({"name": "web01"})).await, StatusCode::OK).await;
    loop {
        heard.until("hosts", None).await;
        let list = json(ben.post("/api/hosts/list", json!({})).await, StatusCode::OK).await;
        if list["rows"][0]["name"] == "web01" {
            return;
        }
    }
}
