//! A listening server for a test, and a person in front of it.

mod authenticator;
mod emulator;
mod gauge;
mod lab;
mod page;
mod person;
mod process;
mod reader;
mod socket;
mod soft_key;
mod traffic;

pub(crate) use authenticator::Authenticator;
pub(crate) use gauge::{Gauge, Reading, assert_no_growth, berth_tasks};
pub(crate) use lab::{HOST, Lab, PATIENCE, take_in, take_in_at, trust};
pub(crate) use page::Page;
pub(crate) use person::{Cookies, Person, fault, json};
pub(crate) use process::{Process, ServerProcess, at_console, berth};
pub(crate) use reader::{BLOCK, Reader};
pub(crate) use socket::{ClientSocket, Socket, View, connect};
pub(crate) use soft_key::SoftKey;
pub(crate) use traffic::{Random, traffic};

use berth::{
    Server,
    config::{Config, Sources},
};
use reqwest::StatusCode;
use std::{net::SocketAddr, path::Path, time::Duration};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// The first admin of every test.
pub(crate) const ADMIN: &str = "ada";

/// Her password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// How long a server may take to stop.
const STOPPING: Duration = Duration::from_secs(20);

/// A server on a free port with a data folder of its own.
pub(crate) struct TestServer {
    address: SocketAddr,
    setup_code: Option<String>,
    data: Option<TempDir>,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<std::io::Result<()>>>,
}

impl TestServer {
    /// A server with an empty database.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The same with some settings.
    pub(crate) async fn with(settings: &[(&'static str, &str)]) -> Self {
        let data = tempfile::Builder::new().prefix("berth-").tempdir().expect("a data folder");
        Self::on(data, settings).await
    }

    /// A server on a data folder that may have been used before.
    pub(crate) async fn on(data: TempDir, settings: &[(&'static str, &str)]) -> Self {
        let mut flags = vec![
            ("listen", "127.0.0.1:0".to_owned()),
            ("data_dir", data.path().display().to_string()),
            // Tests that want probing ask for it.
            ("hosts.probe_interval", "0".to_owned()),
            // Most look at what ends with a session.
            ("hosts.link_idle", "0".to_owned()),
        ];
        flags.extend(settings.iter().map(|(key, text)| (*key, (*text).to_owned())));
        let config = Config::load(&Sources { flags, ..Sources::default() }).expect("a configuration");
        let listening = Server::new(config).await.expect("a server").listen().await.expect("a port");
        let address = listening.address();
        let setup_code = listening.setup_code().map(|code| code.expose().to_owned());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(listening.serve(async {
            // A dropped sender stops the server as well.
            let _ = stopped.await;
        }));
        Self { address, setup_code, data: Some(data), stop: Some(stop), serving: Some(serving) }
    }

    /// A server whose first admin is signed in.
    pub(crate) async fn with_admin(settings: &[(&'static str, &str)]) -> (Self, Person) {
        let server = Self::with(settings).await;
        let admin = Person::new(&server);
        admin.set_up(server.setup_code()).await;
        (server, admin)
    }

    /// Runs `berth account …` on its data; the admin's password is on the standard input.
    pub(crate) async fn account(&self, arguments: &[&str]) {
        at_console(self.data(), &[&["account"], arguments].concat(), PASSWORD).await;
    }

    /// Another person with this role and the admin's password, signed in.
    pub(crate) async fn person(&self, name: &str, role: &str) -> Person {
        self.account(&["add", name, "--role", role, "--password-stdin"]).await;
        let person = Person::new(self);
        assert_eq!(person.sign_in(name, PASSWORD).await.status(), StatusCode::OK);
        person
    }

    /// Another member.
    pub(crate) async fn member(&self, name: &str) -> Person {
        self.person(name, "member").await
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A path as an address.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The code on its console.
    pub(crate) fn setup_code(&self) -> &str {
        self.setup_code.as_deref().expect("a set-up code")
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &Path {
        self.data.as_ref().expect("a running server").path()
    }

    /// Stops it as a supervisor would, and hands its data folder back.
    pub(crate) async fn stop(mut self) -> TempDir {
        drop(self.stop.take());
        let serving = self.serving.take().expect("a running server");
        let ended = tokio::time::timeout(STOPPING, serving).await.expect("it stops in time");
        ended.expect("no panic").expect("no error");
        self.data.take().expect("a running server")
    }
}
