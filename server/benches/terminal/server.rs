//! The server under test: the release binary as people run it, set up over REST, with one host.

use crate::{Result, rest::Rest};
use serde_json::json;
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use testkit::{
    keygen::TestKey,
    sshd::{ADDRESS, USER},
};
use tokio::runtime::Handle;

/// How long it may take to listen.
const STARTING: Duration = Duration::from_secs(60);

/// The name of its one host.
pub(crate) const HOST: &str = "here";

/// How much of its log is told when it fails.
const LOG_TAIL: usize = 2000;

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    rest: Rest,
    _data: TempDir,
}

impl Server {
    /// Starts it on an empty folder, makes the first account, stores the key and trusts the host. `link_idle` is the setting.
    pub(crate) fn start(runtime: &Handle, key: &TestKey, port: u16, link_idle: &str) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("berth-bench-").tempdir()?;
        let log = data.path().join("log");
        let mut child = command(data.path(), &log, link_idle)?.spawn()?;
        let said = child.stdout.take().map(listen).ok_or("its output is not to be had")?;
        let greeting = hear(&said).map_err(|why| format!("the server did not start: {why}\n{}", tail(&log)));
        let (address, code) = match greeting {
            Ok(greeting) => greeting,
            Err(why) => return Err(end(child, why)),
        };
        let rest = address.parse().map_err(Into::into).and_then(|address| Rest::new(runtime, address));
        match rest.and_then(|rest| set_up(&rest, &code, key, port)) {
            Ok(rest) => Ok(Self { child, rest, _data: data }),
            Err(why) => Err(end(child, format!("{why}\n{}", tail(&log)))),
        }
    }

    /// Its REST interface, signed in.
    pub(crate) fn rest(&self) -> &Rest {
        &self.rest
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn end(mut child: Child, why: String) -> Box<dyn std::error::Error + Send + Sync> {
    let _ = child.kill();
    let _ = child.wait();
    why.into()
}

/// Nothing of this shell's own settings, and the folder as the working one, so that no file of settings is found.
fn command(data: &Path, log: &PathBuf, link_idle: &str) -> Result<Command> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BERTH_")) {
        command.env_remove(name);
    }
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data).current_dir(data);
    command.env("BERTH_HOSTS_LINK_IDLE", link_idle);
    command.env("BERTH_SESSIONS_MAX_PER_ACCOUNT", "1000");
    // A bench is one caller that asks as fast as it can.
    for kind in ["QUESTIONS", "CHANGES", "TICKETS", "TRANSFERS"] {
        command.env(format!("BERTH_LIMITS_{kind}"), "0");
    }
    // As a place with a policy runs it; what recording costs shows without.
    let recorded = std::env::var("BERTH_BENCH_RECORDING").map_or(true, |text| text != "false");
    command.env("BERTH_RECORDING_ENABLED", recorded.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log)?);
    Ok(command)
}

/// Its lines, as they come; read to the end, so that it never waits for us.
fn listen(output: ChildStdout) -> Receiver<String> {
    let (lines, said) = sync_channel(64);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
            let _ = lines.try_send(line);
        }
    });
    said
}

/// Address and set-up code.
fn hear(said: &Receiver<String>) -> Result<(String, String)> {
    let deadline = Instant::now() + STARTING;
    let mut address = None;
    loop {
        let line = said.recv_timeout(deadline.saturating_duration_since(Instant::now()))?;
        if let Some(url) = line.strip_prefix("listening on http://") {
            address = Some(url.to_owned());
        }
        if let (Some(code), Some(address)) = (line.strip_prefix("set-up code: "), &address) {
            return Ok((address.clone(), code.to_owned()));
        }
    }
}

fn set_up(rest: &Rest, code: &str, key: &TestKey, port: u16) -> Result<Rest> {
    let person = json!({"code": code, "username": "bench", "password": "a password for the bench"});
    rest.post("/api/auth/setup", &person)?;
    let token = rest.post("/api/tokens", &json!({"name": "bench"}))?;
    let rest = rest.with_token(token["token"].as_str().ok_or("no token in the answer")?)?;
    let credential = json!({"name": "key", "username": USER, "private_key": key.private});
    let credential = rest.post("/api/credentials", &credential)?;
    let host = json!({"name": HOST, "address": ADDRESS, "port": port, "credential_id": credential["id"]});
    let host = rest.post("/api/hosts", &host)?;
    let path = format!("/api/hosts/{}/host-key", host["id"].as_str().ok_or("no id in the answer")?);
    let scan = rest.post(&format!("{path}/scan"), &json!({}))?;
    rest.post(&format!("{path}/trust"), &json!({"fingerprint": scan["fingerprint"]}))?;
    Ok(rest)
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let start = text.ceil_char_boundary(text.len().saturating_sub(LOG_TAIL));
    text[start..].to_owned()
}
