//! The real binary, in a process of its own.

use std::{
    fs::File,
    io::{BufRead, BufReader, Lines},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

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
        let address = first.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{first}"));
        (process, address.parse().expect("an address"))
    }

    /// The next line on its standard output; none when it has ended.
    pub(crate) fn says(&mut self) -> Option<String> {
        self.lines.next().map(|line| line.expect("text"))
    }

    /// The code for the first account, which it tells behind its address.
    pub(crate) fn set_up_code(&mut self) -> String {
        let page = self.says().expect("a line");
        assert!(page.contains("http://"), "{page}");
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
