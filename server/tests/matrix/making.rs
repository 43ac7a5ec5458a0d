//! Makes one live object of every kind, as their owner does it. Every name holds [`MARKER`].

use super::objects::Objects;
use crate::common::{ClientSocket, PASSWORD, PATIENCE, Person, TestServer, json, trust};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use storage::{IdentityRecord, PasskeyRecord, Storage};
use testkit::{folder::Folder, sshd::Sshd, wait};

/// Stands in every name, so that no answer to others may hold it.
pub(super) const MARKER: &str = "OLGAS";

/// Makes a set.
pub(super) struct Making<'a> {
    pub(super) server: &'a TestServer,
    pub(super) owner: &'a Person,
    pub(super) sshd: &'a Sshd,
    pub(super) folder: &'a Folder,
    /// Tells the sets apart.
    pub(super) set: &'static str,
    pub(super) objects: Objects,
}

/// The id that an answer names.
fn id(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

impl Making<'_> {
    /// The whole set, with the socket that is attached to its session.
    pub(super) async fn all(mut self) -> (Objects, ClientSocket) {
        self.vault().await;
        self.hosts().await;
        self.library().await;
        self.small_things().await;
        self.identity().await;
        let socket = self.sessions().await;
        self.connections().await;
        self.long_work().await;
        (self.objects, socket)
    }

    fn named(&self, what: &str) -> String {
        format!("{MARKER}-{what}-{}", self.set)
    }

    async fn add(&mut self, name: &'static str, path: &str, body: Value) -> Value {
        let body = self.objects.fill_json(&body);
        let made = json(self.owner.post(&self.objects.fill(path), body).await, StatusCode::CREATED).await;
        self.objects.put(name, made["id"].clone());
        made
    }

    async fn done(&self, path: &str, body: Value) -> Value {
        let answer = self.owner.post(&self.objects.fill(path), self.objects.fill_json(&body)).await;
        json(answer, StatusCode::OK).await
    }

    async fn got(&self, path: &str) -> Value {
        json(self.owner.get(&self.objects.fill(path)).await, StatusCode::OK).await
    }

    async fn vault(&mut self) {
        let (login, key) = (self.named("login"), self.named("key"));
        let login = json!({"name": login, "username": "$user", "password": "$secret"});
        self.add("credential", "/api/credentials", login).await;
        let key = self.add("key", "/api/credentials/generate", json!({"name": key})).await;
        self.sshd.authorize(key["public_key"].as_str().expect("a public key"));
        let lines = json!({"lines": format!("@revoked {} {}", self.named("lost"), key["public_key"].as_str().expect("a public key"))});
        let made = json(self.owner.post("/api/host-authorities", lines).await, StatusCode::CREATED).await;
        let newest = made.as_array().and_then(|all| all.last()).expect("what was added");
        self.objects.put("authority", newest["id"].clone());
    }

    async fn hosts(&mut self) {
        let folders = ["folder", "empty", "doomed"];
        for name in folders {
            let named = self.named(name);
            self.add(name, "/api/folders", json!({"name": named})).await;
        }
        let hostname = self.named("host");
        let host = json!({"name": hostname, "address": "$address", "port": "$port", "credential_id": "$credential",
            "folder_id": "$folder", "tags": [self.named("tag")]});
        self.add("host", "/api/hosts", host).await;
        self.objects.put("hostname", hostname);
        let scanned = trust(self.owner, self.objects.text("host")).await;
        self.objects.put("fingerprint", scanned["fingerprint"].clone());
        for (name, folder) in [("spare", "$folder"), ("doomed_host", "$doomed")] {
            let draft = json!({"name": self.named(name), "address": "192.0.2.1", "folder_id": folder, "username": "x"});
            self.add(name, "/api/hosts", draft).await;
        }
        let change = json!({"selection": {"kind": "hosts", "ids": ["$spare"]},
            "change": {"kind": "edit", "patch": {}, "add_tags": [self.named("tag")]}});
        let report = self.done("/api/hosts/bulk", change).await;
        self.objects.put("undo", id(&report, "undo"));
    }

    async fn library(&mut self) {
        for (name, key) in [("shelf", "shelf"), ("bare-shelf", "bare_shelf"), ("old-shelf", "old_shelf")] {
            let named = self.named(name);
            let made = self.owner.post("/api/sessions/folders", json!({"folder_name": named})).await;
            json(made, StatusCode::CREATED).await;
            self.objects.put(key, named);
        }
        let saved =
            json!({"display_name": self.named("saved"), "host": "192.0.2.1", "port": "22", "folder_name": "$shelf"});
        self.add("saved", "/api/sessions", saved).await;
    }

    async fn small_things(&mut self) {
        let (filter, snippet, token) = (self.named("filter"), self.named("snippet"), self.named("token"));
        self.add("filter", "/api/filters", json!({"name": filter})).await;
        self.add("snippet", "/api/snippets", json!({"name": snippet, "text": "echo OLGAS"})).await;
        self.add("token", "/api/tokens", json!({"name": token})).await;
        let before = self.devices().await;
        let elsewhere = Person::new(self.server);
        assert_eq!(elsewhere.sign_in("olga", PASSWORD).await.status(), StatusCode::OK);
        let device = self.devices().await.into_iter().find(|device| !before.contains(device)).expect("a device");
        self.objects.put("device", device);
    }

    /// An identity of the owner's; the provider is not there. And a passkey, whose authenticator is not there either.
    async fn identity(&mut self) {
        let url = format!("sqlite://{}?mode=rwc", self.server.data().join("berth.db").display());
        let storage = Storage::open(&url).await.expect("the database");
        let account = id(&self.got("/api/auth/status").await, "user_id").parse().expect("an id");
        let identity = IdentityRecord {
            issuer: "https://id.example.org".into(),
            subject: self.named("subject"),
            account_id: account,
            known_as: self.named("identity"),
            created_at: wire::Timestamp::from_millis(0),
            last_used_at: None,
        };
        storage.identities().link(&identity).await.expect("a link");
        let listed = self.got("/api/account/identities").await;
        let mine = listed.as_array().expect("a list").iter().find(|one| one["known_as"] == identity.known_as.as_str());
        self.objects.put("identity", id(mine.expect("the identity is listed"), "id"));
        let passkey = PasskeyRecord {
            id: uuid::Uuid::new_v4().to_string(),
            account_id: identity.account_id,
            credential_id: self.named("credential").into_bytes(),
            name: self.named("passkey"),
            public: "{}".into(),
            counter: 0,
            wrap: None,
            created_at: wire::Timestamp::from_millis(0),
            last_used_at: None,
        };
        storage.passkeys().insert(&passkey).await.expect("a passkey");
        self.objects.put("passkey", passkey.id);
    }

    async fn devices(&self) -> Vec<String> {
        let all = self.got("/api/account/devices").await;
        all.as_array().expect("devices").iter().map(|device| id(device, "id")).collect()
    }

    async fn open(&self) -> (String, ClientSocket) {
        let opened = self.done("/api/terminal/$host/terminal-sessions", json!({"reuse": false})).await;
        let mut socket = ClientSocket::open(self.server, opened["websocket_url"].as_str().expect("an address")).await;
        socket.attach(None).await;
        (id(&opened, "session_id"), socket)
    }

    /// One session that is over, with what it left behind; and one that lives.
    async fn sessions(&mut self) -> ClientSocket {
        let (over, mut socket) = self.open().await;
        let typed = self.named("typed");
        socket.until("$ ").await;
        socket.type_in(&format!("echo {typed}\r")).await;
        let all = "/api/terminal/$host/command-history";
        wait::until("the command is kept", PATIENCE, || async { self.got(all).await["total"] == 1 }).await;
        let typed = self.got(all).await["commands"][0]["id"].clone();
        self.objects.put("typed", typed);
        json(self.owner.delete(&format!("/api/terminal/sessions/{over}")).await, StatusCode::OK).await;
        let recordings = "/api/recordings?host=$host";
        let finished = || async { self.got(recordings).await["recordings"][0]["state"] == "finished" };
        wait::until("the recording is finished", PATIENCE, finished).await;
        let recording = id(&self.got(recordings).await["recordings"][0], "id");
        self.objects.put("recording", recording);

        let (session, socket) = self.open().await;
        self.objects.put("session", session);
        let invites = "/api/terminal/sessions/$session/invites";
        let invite = self.named("invite");
        self.add("invite", invites, json!({"label": invite})).await;
        let people = "/api/terminal/sessions/$session/attachments";
        let there = || async { !self.got(people).await["people"][0].is_null() };
        wait::until("the owner is there", PATIENCE, there).await;
        let attachment = self.got(people).await["people"][0]["attachment_id"].clone();
        self.objects.put("attachment", attachment);
        socket
    }

    async fn links(&self) -> Vec<String> {
        let links = self.got("/api/links").await;
        let all = links["links"].as_array().expect("links").iter();
        all.filter(|link| link["purpose"] == "connection").map(|link| id(link, "id")).collect()
    }

    async fn connections(&mut self) {
        let script = self.named("script");
        let login = json!({"hostname": "$address", "username": "$user", "password": "$secret", "port": "$port"});
        self.done(&format!("/ssh/connect?session_id={script}"), login).await;
        self.objects.put("script", script);
        let login = json!({"host": "$address", "username": "$user", "password": "$secret", "port": "$port",
            "sessionName": self.named("connection")});
        let before = self.links().await;
        // The last one is put by: its link is the one that is closed.
        self.done("/connections/ssh", login.clone()).await;
        let link = self.links().await.into_iter().find(|link| !before.contains(link)).expect("a link");
        self.objects.put("link", link);
        let opened = self.done("/connections/ssh", login).await;
        self.objects.put("connection", id(&opened, "session_id"));
    }

    async fn long_work(&mut self) {
        let run = json!({"command": "echo OLGAS", "hosts": ["$host"], "wait": true});
        self.add("run", "/api/commands/runs", run).await;
        let scan = json!({"selection": {"kind": "hosts", "ids": ["$host"]}, "work": {"kind": "scan"}});
        self.add("round", "/api/hosts/rounds", scan).await;
        let round = || async { !self.got("/api/hosts/rounds/$round").await["round"]["ended_at"].is_null() };
        wait::until("the round's end", PATIENCE, round).await;
        self.files().await;
        let job = self.owner.post("/api/netbox/import", json!({"dry_run": true})).await;
        self.objects.put("job", id(&json(job, StatusCode::ACCEPTED).await, "id"));
        let job = || async { !self.got("/api/netbox/import/$job").await["ended_at"].is_null() };
        wait::until("the import's end", PATIENCE, job).await;
    }

    async fn files(&mut self) {
        let here = format!("{}/{}", self.folder.text(), self.set);
        self.objects.put("dir", here.clone());
        self.objects.put("file", format!("{here}/{MARKER}-{}", self.set));
        json(
            self.owner.post(&self.objects.fill("/api/hosts/$host/files/folder"), json!({"path": here})).await,
            StatusCode::CREATED,
        )
        .await;
        for file in ["$file", "$dir/OLGAS-doomed"] {
            let text = json!({"path": self.objects.fill(file), "text": MARKER});
            let save = self.owner.request(Method::PUT, &self.objects.fill("/api/hosts/$host/files/text"));
            json(save.json(&text).send().await.expect("an answer"), StatusCode::OK).await;
        }
        let part = self.objects.fill("/api/hosts/$host/files/content?path=$dir/part&total=100");
        let part = self.owner.request(Method::PUT, &part).body("OLGAS").send().await.expect("an answer");
        json(part, StatusCode::OK).await;
        let doomed = self.objects.fill_json(&json!({"paths": ["$dir/OLGAS-doomed"]}));
        let delete = self.owner.post(&self.objects.fill("/api/hosts/$host/files/delete"), doomed).await;
        self.objects.put("transfer", id(&json(delete, StatusCode::ACCEPTED).await, "id"));
        let over = || async { !self.got("/api/transfers/$transfer").await["ended_at"].is_null() };
        wait::until("the transfer's end", PATIENCE, over).await;
    }
}
