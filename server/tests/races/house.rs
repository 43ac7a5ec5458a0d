//! A server, a host behind a network that can be broken, and somebody who counts.

use crate::common::{Gauge, PATIENCE, Person, ServerProcess, berth_tasks, json, take_in_at};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use tempfile::TempDir;
use testkit::{proxy::FaultProxy, sshd::Sshd, wait};

/// A server whose sessions have to be recorded.
pub(super) struct House {
    pub(super) server: ServerProcess,
    pub(super) sshd: Sshd,
    pub(super) proxy: FaultProxy,
    pub(super) token: String,
    pub(super) data: TempDir,
    observer: Person,
    gauge: Gauge,
    /// How many descriptors and tasks the server has when nobody is there.
    empty: (usize, usize),
}

impl House {
    /// With sessions that last so long at most, if at all limited. One was opened and closed: what stays is there.
    pub(super) async fn start(longest: Duration) -> Self {
        let (data, sshd) = (tempfile::tempdir().unwrap(), Sshd::start().await);
        let longest = format!("{}ms", longest.as_millis());
        let settings = [
            ("BERTH_RECORDING_REQUIRED", "true"),
            ("BERTH_SESSIONS_MAX_DURATION", longest.as_str()),
            // Every pair dials anew.
            ("BERTH_SESSIONS_MAX_PER_ACCOUNT", "20"),
        ];
        let server = ServerProcess::with(data.path(), &settings);
        let proxy = FaultProxy::start(([127, 0, 0, 1], sshd.port()).into()).await;
        let token = {
            let admin = server.admin().await;
            take_in_at(&admin, proxy.port()).await;
            admin.make_token("race").await
        };
        let observer = Person::at_with_token(server.address, &token);
        let gauge = Gauge::of(server.id(), data.path());
        let mut house = Self { server, sshd, proxy, token, data, observer, gauge, empty: (usize::MAX, usize::MAX) };
        let opened = json(house.person().post(OPEN, json!({})).await, StatusCode::OK).await;
        json(house.person().delete(&path_of(&opened)).await, StatusCode::OK).await;
        house.is_left_empty().await;
        house.empty = house.counted().await;
        house
    }

    /// Somebody whose connections end with them.
    pub(super) fn person(&self) -> Person {
        Person::at_with_token(self.server.address, &self.token)
    }

    pub(super) async fn sessions(&self, filter: &str) -> Vec<Value> {
        let list = self.observer.get(&format!("/api/terminal/sessions?status_filter={filter}")).await;
        json(list, StatusCode::OK).await["sessions"].as_array().unwrap().clone()
    }

    /// How a session ended, once it has.
    pub(super) async fn ending(&self, id: &str) -> Value {
        wait::until("the session's end", PATIENCE, || async { self.row(id).await["ending"].is_object() }).await;
        self.row(id).await["ending"].clone()
    }

    async fn row(&self, id: &str) -> Value {
        self.sessions("all").await.into_iter().find(|row| row["session_id"] == id).expect("the session is listed")
    }

    /// How many ends were counted.
    pub(super) async fn closed(&self) -> u64 {
        let metrics = json(self.observer.get("/api/terminal/metrics").await, StatusCode::OK).await;
        metrics["sessions_closed"].as_u64().expect("a count")
    }

    /// Takes the file of a session's recording away, so that nothing can be recorded any more.
    pub(super) fn lose_recording(&self, id: &str) {
        for file in fs::read_dir(self.data.path().join("recordings")).unwrap() {
            let path = file.unwrap().path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(id)) {
                // What was closed first may be getting its index now.
                let _ = fs::remove_file(path);
            }
        }
    }

    async fn counted(&self) -> (usize, usize) {
        (self.gauge.descriptors().len(), berth_tasks(&self.observer).await)
    }

    /// Waits until nothing is held of any session.
    pub(super) async fn is_left_empty(&self) {
        assert_eq!(self.sessions("live").await, Vec::<Value>::new());
        wait::until("the host's end of it", PATIENCE, || async {
            (self.sshd.connection_processes(), self.proxy.open()) == (0, 0)
        })
        .await;
        wait::until("the end of all tasks and descriptors", PATIENCE, || async {
            let (descriptors, tasks) = self.counted().await;
            descriptors <= self.empty.0 && tasks <= self.empty.1
        })
        .await;
    }
}

/// Asks for something, and does not mind that the server stops meanwhile.
pub(super) async fn ask(person: &Person, method: Method, path: &str) {
    let _ = person.request(method, path).json(&json!({})).send().await;
}

/// Where a session is asked for.
pub(super) const OPEN: &str = "/api/terminal/lab/terminal-sessions";

/// Where a session is.
pub(super) fn path_of(opened: &Value) -> String {
    format!("/api/terminal/sessions/{}", opened["session_id"].as_str().unwrap())
}
