//! The real binary, in a process of its own.

use super::{ADMIN, PASSWORD, Person};
use std::{
    fs::File,
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tokio::io::AsyncWriteExt as _;

/// The command line on a data folder, with nothing in its environment.
pub(crate) fn berth(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
    command
        .args(arguments)
        .arg("--data-dir")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.env_clear();
    command
}

/// Runs the command line beside whatever serves, with this line on its standard input; what it printed. A server of the same test
/// goes on meanwhile: it shares the test's thread, and would hold the database if it was in the middle of writing.
pub(crate) async fn at_console(data: &Path, arguments: &[&str], line: &str) -> String {
    let mut child = tokio::process::Command::from(berth(data, arguments)).spawn().expect("berth runs");
    let mut input = child.stdin.take().expect("its input");
    // A command that reads nothing may be gone already.
    let _ = input.write_all(format!("{line}\n").as_bytes()).await;
    drop(input);
    let done = child.wait_with_output().await.expect("it ends");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

/// A listening server; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts `berth serve`, and waits until it says where it listens. It logs into the data folder.
    pub(crate) fn serve(data: &Path, environment: &[(&str, &str)]) -> (Self, SocketAddr) {
        let mut command = berth(data, &["serve", "--listen", "127.0.0.1:0"]);
        let log = File::create(data.join("stderr")).expect("a log file");
        let mut child = command.envs(environment.iter().copied()).stderr(log).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut process = Self { child, lines };
        let first = process.says().expect("a first line");
        let url = first.strip_prefix("listening on ").unwrap_or_else(|| panic!("{first}"));
        let (_, address) = url.split_once("://").expect("a URL");
        (process, address.parse().expect("an address"))
    }

    /// The next line on its standard output; none when it has ended.
    pub(crate) fn says(&mut self) -> Option<String> {
        self.lines.next().map(|line| line.expect("text"))
    }

    /// The code for the first account, which it tells behind its address.
    pub(crate) fn set_up_code(&mut self) -> String {
        let page = self.says().expect("a line");
        assert!(page.contains("://"), "{page}");
        let code = self.says().expect("a line");
        code.strip_prefix("set-up code: ").unwrap_or_else(|| panic!("{code}")).to_owned()
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop as a supervisor does, and waits until it has; with what it still said.
    pub(crate) async fn stop(self) -> Vec<String> {
        let asked = Command::new("kill").arg(self.id().to_string()).status().expect("kill runs");
        assert!(asked.success());
        let ending = tokio::task::spawn_blocking(move || {
            let mut process = self;
            let said = std::iter::from_fn(|| process.says()).collect();
            (process.child.wait().expect("it ends"), said)
        });
        let (ended, said) = ending.await.expect("no panic");
        assert!(ended.success(), "a graceful stop is a success: {ended}");
        said
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A listening server with an admin, on a data folder that outlives it.
pub(crate) struct ServerProcess {
    process: Process,
    pub(crate) address: SocketAddr,
    /// While there is no account.
    set_up_code: Option<String>,
}

impl ServerProcess {
    /// Starts it on a data folder that may have been used before.
    pub(crate) fn start(data: &Path) -> Self {
        Self::with(data, &[])
    }

    /// The same with some settings, by their names in the environment.
    pub(crate) fn with(data: &Path, settings: &[(&str, &str)]) -> Self {
        let is_new = !data.join("berth.db").exists();
        let ours = [("BERTH_HOSTS_PROBE_INTERVAL", "0"), ("BERTH_HOSTS_LINK_IDLE", "0")];
        let settings: Vec<_> = ours.into_iter().chain(settings.iter().copied()).collect();
        let (mut process, address) = Process::serve(data, &settings);
        let set_up_code = is_new.then(|| process.set_up_code());
        Self { process, address, set_up_code }
    }

    /// Its admin, signed in; made at the first start.
    pub(crate) async fn admin(&self) -> Person {
        let admin = Person::at(self.address);
        match &self.set_up_code {
            Some(code) => admin.set_up(code).await,
            None => admin.sign_in(ADMIN, PASSWORD).await,
        };
        admin
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a signal by name.
    pub(crate) fn signal(&self, signal: &str) {
        let sent =
            Command::new("kill").args(["-s", signal, &self.process.id().to_string()]).status().expect("kill runs");
        assert!(sent.success(), "{signal}");
    }

    /// Waits until it has ended; says how, and how long that took.
    pub(crate) async fn ended(mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let waiting = tokio::task::spawn_blocking(move || self.process.child.wait().expect("it ends"));
        (waiting.await.expect("no panic"), began.elapsed())
    }
}
