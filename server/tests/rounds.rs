//! Rounds over many hosts, against real SSH servers: some behave, some are wrong, dead, frozen or another machine by now.

#[path = "rounds/bootstrap.rs"]
mod bootstrap;
#[path = "rounds/look.rs"]
mod look;
#[path = "rounds/roll.rs"]
mod roll;

use crate::common::{ADMIN, PASSWORD, PATIENCE, Person, TestServer, at_console, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::PathBuf,
};
use tempfile::TempDir;
use testkit::{
    sshd::{ADDRESS, Sshd, SshdBuilder, USER},
    wait,
};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const ROUNDS: &str = "/api/hosts/rounds";

/// A server whose visitors have a home of their own, where `authorized_keys` counts.
struct Machine {
    sshd: Sshd,
    home: TempDir,
}

impl Machine {
    async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    async fn with(configured: impl FnOnce(SshdBuilder) -> SshdBuilder) -> Self {
        let home = tempfile::Builder::new().prefix("home-").tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let path = home.path().display();
        let builder = configured(Sshd::builder())
            .config(&format!("SetEnv HOME={path}"))
            .config(&format!("AuthorizedKeysFile {path}/.ssh/authorized_keys"));
        Self { sshd: builder.start().await, home }
    }

    fn file(&self) -> PathBuf {
        self.home.path().join(".ssh/authorized_keys")
    }

    fn keys(&self) -> String {
        fs::read_to_string(self.file()).unwrap_or_default()
    }

    /// Writes the file as the user.
    fn write_keys(&self, text: &str) {
        let file = self.file();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        let owner = fs::metadata(format!("/home/{USER}")).unwrap();
        for path in [file.parent().unwrap(), &file] {
            chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
    }
}

async fn add(person: &Person, host: Value) -> String {
    let mut draft = json!({"address": ADDRESS});
    draft.as_object_mut().unwrap().extend(host.as_object().unwrap().clone());
    let added = json(person.post("/api/hosts", draft).await, StatusCode::CREATED).await;
    added["id"].as_str().unwrap().to_owned()
}

fn these(ids: &[&str]) -> Value {
    json!({"kind": "hosts", "ids": ids})
}

async fn begin(person: &Person, selection: Value, work: Value) -> String {
    let request = json!({"selection": selection, "work": work});
    let round = json(person.post(ROUNDS, request).await, StatusCode::CREATED).await;
    round["id"].as_str().unwrap().to_owned()
}

async fn page(person: &Person, id: &str, query: &str) -> Value {
    json(person.get(&format!("{ROUNDS}/{id}?limit=1000&{query}")).await, StatusCode::OK).await
}

async fn ended(person: &Person, id: &str) -> Value {
    let over = || async { !page(person, id, "").await["round"]["ended_at"].is_null() };
    wait::until("the round's end", 3 * PATIENCE, over).await;
    page(person, id, "").await
}

/// Begins a round and waits for its end.
async fn whole(person: &Person, ids: &[&str], work: Value) -> Value {
    let id = begin(person, these(ids), work).await;
    ended(person, &id).await
}

/// The row of a host, by its name.
fn row<'a>(page: &'a Value, name: &str) -> &'a Value {
    page["rows"].as_array().unwrap().iter().find(|row| row["host_name"] == name).unwrap()
}

fn outcome<'a>(page: &'a Value, name: &str) -> &'a str {
    row(page, name)["outcome"].as_str().unwrap()
}

async fn trust_unknown(person: &Person, page: &Value) -> Value {
    let request = json!({"round_id": page["round"]["id"], "all_unknown": true});
    json(person.post("/api/hosts/trust", request).await, StatusCode::OK).await
}

/// Scans hosts and trusts what they show.
async fn trust(person: &Person, ids: &[&str]) {
    let scanned = whole(person, ids, json!({"kind": "scan"})).await;
    trust_unknown(person, &scanned).await;
}

async fn host(person: &Person, id: &str) -> Value {
    json(person.get(&format!("/api/hosts/{id}")).await, StatusCode::OK).await
}

fn id_of(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Where nobody answers who knocks: a queue that is full.
struct Silent {
    listener: TcpListener,
    _full: [std::io::Result<TcpStream>; 2],
}

impl Silent {
    async fn start() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let _full = [TcpStream::connect(address).await, TcpStream::connect(address).await];
        Self { listener, _full }
    }

    fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }
}

/// A token of the admin's that was made without her password.
async fn token_without_vault(server: &TestServer) -> String {
    let token = at_console(server.data(), &["token", "create", "ci", "--account", ADMIN], "").await;
    token.trim().to_owned()
}

#[tokio::test]
async fn a_round_is_its_owners_alone_and_a_viewer_begins_none() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let id = add(&admin, json!({"name": "web", "port": 1})).await;
    let round = begin(&admin, these(&[&id]), json!({"kind": "probe"})).await;
    let bo = server.member("bo").await;
    server.account(&["add", "vi", "--role", "viewer", "--password-stdin"]).await;
    let vi = Person::new(&server);
    assert_eq!(vi.sign_in("vi", PASSWORD).await.status(), StatusCode::OK);
    let path = format!("{ROUNDS}/{round}");
    fault(bo.get(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(bo.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    let next = json!({"work": {"kind": "probe"}});
    fault(bo.post(&format!("{path}/next"), next).await, StatusCode::NOT_FOUND, "not_found").await;
    let trust = json!({"round_id": round, "all_unknown": true});
    fault(bo.post("/api/hosts/trust", trust).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(json(bo.get(ROUNDS).await, StatusCode::OK).await["rounds"], json!([]));
    let request = json!({"selection": these(&[&id]), "work": {"kind": "probe"}});
    fault(bo.post(ROUNDS, request.clone()).await, StatusCode::BAD_REQUEST, "bad_input").await;
    fault(vi.post(ROUNDS, request).await, StatusCode::FORBIDDEN, "forbidden").await;
    let key = json!({"name": "mine"});
    let made = json(admin.post("/api/credentials/generate", key.clone()).await, StatusCode::CREATED).await;
    assert!(made["public_key"].as_str().unwrap().starts_with("ssh-ed25519 AAAA"), "{made}");

    ended(&admin, &round).await;
    assert_eq!(admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    fault(admin.get(&path).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_token_without_the_vault_makes_and_rolls_no_keys() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let id = add(&admin, json!({"name": "web", "port": 1})).await;
    let token = token_without_vault(&server).await;
    let script = Person::with_token(&server, &token);
    let password = json!({"username": USER, "password": "x"});
    for work in [
        json!({"kind": "roll"}),
        json!({"kind": "bootstrap"}),
        json!({"kind": "bootstrap", "sign_in": password, "key": {"kind": "each_its_own"}}),
        json!({"kind": "bootstrap", "sign_in": password, "key": {"kind": "one_for_all"}}),
    ] {
        let request = json!({"selection": these(&[&id]), "work": work});
        fault(script.post(ROUNDS, request).await, StatusCode::CONFLICT, "vault_locked").await;
    }
    let made = script.post("/api/credentials/generate", json!({"name": "mine"})).await;
    fault(made, StatusCode::CONFLICT, "vault_locked").await;
    ended(&script, &begin(&script, these(&[&id]), json!({"kind": "probe"})).await).await;
}
