//! The server's processes: started together, and killed together.
//!
//! sshd, like others, puts every connection into a process session of its own, so a process group does not catch them: they are found
//! by walking the tree of parents.

use std::{
    collections::HashMap,
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, sleep},
};

/// Where all test servers listen.
pub(crate) const ADDRESS: &str = "127.0.0.1";

/// How often a free port may be taken by somebody else between finding and using it.
pub(crate) const PORT_TRIES: usize = 10;

const STARTING: Duration = Duration::from_secs(20);

/// How a server shows that it is ready.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ready<'a> {
    /// Where it listens; none where its file says it all.
    pub(crate) port: Option<u16>,
    /// How its greeting begins; empty for a server that waits for the client's first word.
    pub(crate) greeting: &'a [u8],
    /// A file that it writes once the port is its own.
    pub(crate) file: Option<&'a Path>,
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((ADDRESS, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The listening process. Dropping it kills it and all its sessions.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts it; `None` when it ended, which is mostly a port that was taken meanwhile.
    pub(crate) async fn start(mut command: Command, ready: Ready<'_>) -> Option<Self> {
        if let Some(file) = ready.file {
            // Its presence says that this server, and no other, has the port.
            let _ = fs::remove_file(file);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut daemon = Self { child: child.expect("the server runs") };
        let deadline = Instant::now() + STARTING;
        while Instant::now() < deadline {
            if daemon.child.try_wait().expect("the server is asked").is_some() {
                return None;
            }
            if ready.file.is_none_or(Path::exists) && greets(ready).await {
                return Some(daemon);
            }
            sleep(Duration::from_millis(10)).await;
        }
        None
    }

    /// All processes below the listening one.
    pub(crate) fn children(&self) -> Vec<u32> {
        let mut by_parent: HashMap<u32, Vec<u32>> = HashMap::new();
        for (pid, parent) in processes() {
            by_parent.entry(parent).or_default().push(pid);
        }
        let mut found = Vec::new();
        let mut look_at = vec![self.child.id()];
        while let Some(parent) = look_at.pop() {
            let children = by_parent.remove(&parent).unwrap_or_default();
            found.extend_from_slice(&children);
            look_at.extend(children);
        }
        found
    }

    /// Kills one of them.
    pub(crate) fn kill_child(&self, number: u64) -> bool {
        let mut children = self.children();
        children.sort_unstable();
        let chosen = number.checked_rem(children.len() as u64).and_then(|at| usize::try_from(at).ok());
        let Some(pid) = chosen.map(|at| children[at]) else { return false };
        signal("-KILL", &[pid]);
        true
    }

    /// Kills the sessions. They are stopped before: one that forks in between would leave a child that nobody could find
    /// any more.
    pub(crate) fn kill_children(&self) {
        signal("-KILL", &self.freeze_children());
    }

    /// Stops the sessions, again until no new ones are found.
    pub(crate) fn freeze_children(&self) -> Vec<u32> {
        let mut stopped = Vec::new();
        loop {
            let children = self.children();
            if children.iter().all(|pid| stopped.contains(pid)) {
                return stopped;
            }
            signal("-STOP", &children);
            stopped = children;
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // The listener stands still first, so that nothing new begins.
        signal("-STOP", &[self.child.id()]);
        self.kill_children();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(signal: &str, pids: &[u32]) {
    if !pids.is_empty() {
        // Those that ended by themselves in between are not there any more.
        let _ = Command::new("kill").arg(signal).args(pids.iter().map(u32::to_string)).stderr(Stdio::null()).status();
    }
}

/// Every process with its parent.
fn processes() -> Vec<(u32, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pid = |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().to_str()?.parse::<u32>().ok();
    entries.filter_map(pid).filter_map(|pid| Some((pid, parent(pid)?))).collect()
}

/// The name in `/proc/PID/stat` may hold anything, so the fields are counted from its closing bracket.
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

async fn greets(ready: Ready<'_>) -> bool {
    let Some(port) = ready.port else { return true };
    let Ok(mut stream) = TcpStream::connect((ADDRESS, port)).await else { return false };
    let mut greeting = vec![0_u8; ready.greeting.len()];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut greeting)).await;
    matches!(read, Ok(Ok(_))) && greeting == ready.greeting
}
