//! The server's processes: started together, and killed together.
//!
//! sshd puts every connection into a process session of its own, so a process group does not catch them: they are found
//! by walking the tree of parents.

use super::ADDRESS;
use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, sleep},
};

const SSHD: &str = "/usr/sbin/sshd";

/// The listening process. Dropping it kills it and all its sessions.
#[derive(Debug)]
pub(super) struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts it on its configuration; `None` when it ended, which is mostly a port that was taken meanwhile.
    pub(super) async fn start(dir: &Path, port: u16, timeout: Duration) -> Option<Self> {
        assert!(Path::new(SSHD).exists(), "{SSHD} is missing: install the package openssh-server");
        // Its presence says that this server, and no other, has the port.
        let _ = fs::remove_file(dir.join("pid"));
        let mut command = Command::new(SSHD);
        command.args(["-D", "-f"]).arg(dir.join("config")).arg("-E").arg(dir.join("log"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut daemon = Self { child: child.expect("sshd runs") };
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if daemon.child.try_wait().expect("sshd is asked").is_some() {
                return None;
            }
            if dir.join("pid").exists() && greets(port).await {
                return Some(daemon);
            }
            sleep(Duration::from_millis(10)).await;
        }
        None
    }

    /// All processes below the listening one.
    pub(super) fn children(&self) -> Vec<u32> {
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
    pub(super) fn kill_child(&self, number: u64) -> bool {
        let mut children = self.children();
        children.sort_unstable();
        let chosen = number.checked_rem(children.len() as u64).and_then(|at| usize::try_from(at).ok());
        let Some(pid) = chosen.map(|at| children[at]) else { return false };
        signal("-KILL", &[pid]);
        true
    }

    /// Kills the sessions. They are stopped before: one that forks in between would leave a child that nobody could find
    /// any more.
    pub(super) fn kill_children(&self) {
        signal("-KILL", &self.freeze_children());
    }

    /// Stops the sessions, again until no new ones are found.
    pub(super) fn freeze_children(&self) -> Vec<u32> {
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

async fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((ADDRESS, port)).await else { return false };
    let mut greeting = [0_u8; 4];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut greeting)).await;
    matches!(read, Ok(Ok(_))) && &greeting == b"SSH-"
}
