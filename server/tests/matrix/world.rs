//! The world: a server, hosts, everybody, and three sets of everything that Olga owns. REST and pages are asked for the
//! first set, server functions for the second; what an admin may end is of the third.

use super::{
    making::{MARKER, Making},
    objects::Objects,
    persons::Persons,
    row::{Body, Row},
};
use crate::common::{Person, TestServer, json};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use testkit::{
    folder::Folder,
    netbox::{NetBoxServer, TOKEN, World as NetBox},
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
};
use wire::accounts::Role;

const SETTINGS: &[(&str, &str)] = &[
    ("recording.enabled", "true"),
    ("netbox.allow_local", "true"),
    ("hosts.link_idle", "10m"),
    // Nobody listens there.
    ("oidc.issuer", "http://127.0.0.1:1"),
    ("oidc.client_id", "berth"),
];

/// What an admin made.
const THE_ADMINS: &[&str] = &["grant", "group", "shared"];

pub(super) struct World {
    pub(super) server: TestServer,
    pub(super) persons: Persons,
    pub(super) rest: Objects,
    pub(super) page: Objects,
    pub(super) spare: Objects,
    _hosts: (Sshd, NetBoxServer, Folder),
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) text: String,
}

impl World {
    pub(super) async fn build() -> Self {
        let (sshd, netbox) = tokio::join!(Sshd::start(), NetBoxServer::start(NetBox::of(3, 1)));
        let (server, admin) = TestServer::with_admin(SETTINGS).await;
        let folder = Folder::new();
        let mut objects = Objects::default();
        for (name, value) in [
            ("address", json!(ADDRESS)),
            ("port", json!(sshd.port())),
            ("user", json!(USER)),
            ("secret", json!(PASSWORD)),
            ("netbox", json!(netbox.url())),
            ("netbox_token", json!(TOKEN)),
        ] {
            objects.put(name, value);
        }
        let persons = Persons::gather(&server, admin, &mut objects).await;
        let olga = &persons.olga;
        let draft = json!({"url": netbox.url(), "token": TOKEN});
        json(olga.post("/api/netbox/token/configure", draft).await, StatusCode::OK).await;
        // The history of a host of this name has a route of its own.
        let namesake = json!({"name": "command-history", "address": "192.0.2.1"});
        json(olga.post("/api/hosts", namesake).await, StatusCode::CREATED).await;
        let mut sets = Vec::new();
        for set in ["rest", "page", "spare"] {
            let mut objects = objects.clone();
            share(&persons.admin, &mut objects, set).await;
            let making = Making { server: &server, owner: olga, sshd: &sshd, folder: &folder, set, objects };
            let (objects, mut socket) = making.all().await;
            sets.push(objects);
            // Its pings are answered for as long as the session lives.
            tokio::spawn(async move { while socket.hear().await {} });
        }
        let [rest, page, spare] = sets.try_into().expect("three sets");
        Self { server, persons, rest, page, spare, _hosts: (sshd, netbox, folder) }
    }

    /// The set that a row is about.
    pub(super) fn set(&self, row: &Row) -> &Objects {
        if row.is_function() { &self.page } else { &self.rest }
    }

    /// Every id and name of Olga's, and the marker: what no answer to others may hold. What the admin shares is the admin's.
    pub(super) fn secrets(&self, from: Role) -> Vec<&str> {
        let sets = [&self.rest, &self.page, &self.spare];
        let all = sets.iter().flat_map(|set| set.secrets());
        let hidden = all.filter(|(name, _)| from != Role::Admin || !THE_ADMINS.contains(name));
        hidden.map(|(_, value)| value).chain([MARKER]).collect()
    }
}

/// A host of the admin's that Olga may use, and a group.
async fn share(admin: &Person, objects: &mut Objects, set: &str) {
    let draft = json!({"name": format!("shared-{set}"), "address": "192.0.2.1", "username": "x"});
    let host = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await;
    let group =
        json(admin.post("/api/groups", json!({"name": format!("group-{set}")})).await, StatusCode::CREATED).await;
    let grant = json!({"hosts": {"kind": "hosts", "ids": [host["id"]]},
        "to": [{"kind": "account", "id": objects.text("olga")}], "rights": {"connect": true}});
    json(admin.post("/api/grants", grant).await, StatusCode::OK).await;
    let path = format!("/api/grants?host_id={}", host["id"].as_str().expect("an id"));
    let grants = json(admin.get(&path).await, StatusCode::OK).await;
    objects.put("shared", host["id"].clone());
    objects.put("group", group["id"].clone());
    objects.put("grant", grants[0]["id"].clone());
}

/// Asks for a row with these things in the place of its names.
pub(super) async fn ask(person: &Person, row: &Row, objects: &Objects, origin: Option<&str>) -> Answer {
    let request = person.request(row.method.clone(), &objects.fill(row.path));
    let mut request = match &row.body {
        Body::None => request,
        Body::Json(body) => request.json(&objects.fill_json(body)),
        Body::Bytes(bytes) => request.header("content-type", "application/octet-stream").body(*bytes),
        Body::Upgrade => upgrade(request),
    };
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    let answer = request.send().await.unwrap_or_else(|why| panic!("{}: {why}", row.name()));
    heard(answer).await
}

fn upgrade(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    let request = request.header("connection", "upgrade").header("upgrade", "websocket");
    request.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

async fn heard(answer: Response) -> Answer {
    let status = answer.status();
    // Behind an upgrade comes no body.
    let text = match status {
        StatusCode::SWITCHING_PROTOCOLS => String::new(),
        _ => String::from_utf8_lossy(&answer.bytes().await.expect("a body")).into_owned(),
    };
    Answer { status, text }
}

impl Answer {
    /// Its stable word, when it is an error.
    pub(super) fn code(&self) -> String {
        let fault: Value = serde_json::from_str(&self.text).unwrap_or_default();
        fault["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The same with `$` in the place of things, and without what is another one each time.
    pub(super) fn without(&self, objects: &Objects) -> Self {
        let mut text = self.text.clone();
        if let Ok(Value::Object(mut fault)) = serde_json::from_str(&text) {
            for key in ["request_id", "retry_after_seconds"] {
                fault.remove(key);
            }
            text = Value::Object(fault).to_string();
        }
        Self { status: self.status, text: objects.unfill(&text) }
    }
}
