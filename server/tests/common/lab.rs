//! A server, its admin, and a real sshd that is in the inventory with a stored password and a trusted key.

use super::{Person, TestServer, json, socket::ClientSocket};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{
    proxy::FaultProxy,
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
    wait,
};

/// The host's name in the inventory.
pub(crate) const HOST: &str = "lab";

/// How long anything may take here; the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// Everything that a terminal needs.
pub(crate) struct Lab {
    pub(crate) server: TestServer,
    pub(crate) admin: Person,
    pub(crate) sshd: Sshd,
    /// The host's id.
    pub(crate) host: String,
}

impl Lab {
    /// With some settings of the server.
    pub(crate) async fn start(settings: &[(&'static str, &str)]) -> Self {
        let ((server, admin), sshd) = tokio::join!(TestServer::with_admin(settings), Sshd::start());
        let host = take_in(&admin, &sshd).await;
        Self { server, admin, sshd, host }
    }

    /// The same with a network between the server and the host that can be broken.
    pub(crate) async fn behind_a_proxy(settings: &[(&'static str, &str)]) -> (Self, FaultProxy) {
        let ((server, admin), sshd) = tokio::join!(TestServer::with_admin(settings), Sshd::start());
        let proxy = FaultProxy::start(([127, 0, 0, 1], sshd.port()).into()).await;
        let host = take_in_at(&admin, proxy.port()).await;
        (Self { server, admin, sshd, host }, proxy)
    }

    /// Scans the host's key and trusts it.
    pub(crate) async fn trust(&self) -> Value {
        trust(&self.admin, &self.host).await
    }

    /// Asks for a session on the host.
    pub(crate) async fn ask(&self, body: Value) -> Response {
        self.admin.post(&format!("/api/terminal/{HOST}/terminal-sessions"), body).await
    }

    /// Opens a session on the host.
    pub(crate) async fn open(&self, body: Value) -> Value {
        json(self.ask(body).await, StatusCode::OK).await
    }

    /// Opens a session and attaches to it.
    pub(crate) async fn terminal(&self, body: Value) -> (String, ClientSocket) {
        let opened = self.open(body).await;
        let mut socket = ClientSocket::open(&self.server, opened["websocket_url"].as_str().expect("an address")).await;
        socket.attach(None).await;
        (opened["session_id"].as_str().expect("an id").to_owned(), socket)
    }

    /// The sessions that a filter lists.
    pub(crate) async fn sessions(&self, filter: &str) -> Vec<Value> {
        let list = self.admin.get(&format!("/api/terminal/sessions?status_filter={filter}")).await;
        json(list, StatusCode::OK).await["sessions"].as_array().expect("a list").clone()
    }

    /// The session as it is listed, whatever became of it.
    pub(crate) async fn session(&self, id: &str) -> Value {
        let all = self.sessions("all").await;
        all.into_iter().find(|session| session["session_id"] == id).expect("the session is listed")
    }

    /// Waits until a session has ended, and says why.
    pub(crate) async fn reason(&self, id: &str) -> String {
        wait::until("the session's end", PATIENCE, || async { self.session(id).await["ending"].is_object() }).await;
        self.session(id).await["ending"]["reason"].as_str().expect("a reason").to_owned()
    }
}

/// Takes an sshd into a person's inventory, with its password and its key; the host's id.
pub(crate) async fn take_in(person: &Person, sshd: &Sshd) -> String {
    take_in_at(person, sshd.port()).await
}

/// The same at a port that leads to one.
pub(crate) async fn take_in_at(person: &Person, port: u16) -> String {
    let credential = json!({"name": "lab", "username": USER, "password": PASSWORD});
    let credential = json(person.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    let host = json!({"name": HOST, "address": ADDRESS, "port": port, "credential_id": credential["id"]});
    let host = json(person.post("/api/hosts", host).await, StatusCode::CREATED).await;
    let host = host["id"].as_str().expect("an id").to_owned();
    trust(person, &host).await;
    host
}

/// Scans a host's key and trusts it.
pub(crate) async fn trust(person: &Person, host: &str) -> Value {
    let keys = format!("/api/hosts/{host}/host-key");
    let scan = json(person.post(&format!("{keys}/scan"), json!({})).await, StatusCode::OK).await;
    let fingerprint = json!({"fingerprint": scan["fingerprint"]});
    json(person.post(&format!("{keys}/trust"), fingerprint).await, StatusCode::OK).await
}
