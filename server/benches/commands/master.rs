//! The yardstick: the `ssh` command over a connection that a control master keeps (`ControlMaster`).

use crate::Result;
use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use testkit::sshd::{ADDRESS, USER};

const OPTIONS: [&str; 4] =
    ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR"];

/// How long the master may take to stand.
const STARTING: Duration = Duration::from_secs(20);

/// A running master. Dropping it ends its connection.
pub(crate) struct Master {
    child: Child,
    key: PathBuf,
    port: u16,
    socket: PathBuf,
}

impl Master {
    /// Starts it and waits until others can go through it.
    pub(crate) fn start(key: PathBuf, port: u16, socket: PathBuf) -> Result<Self> {
        let mut command = ssh(&key, port, &socket);
        command.args(["-M", "-N"]).arg(target()).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().map_err(|why| format!("ssh does not run (package openssh-client): {why}"))?;
        let master = Self { child, key, port, socket };
        let deadline = Instant::now() + STARTING;
        while !master.stands()? {
            if Instant::now() > deadline {
                return Err("ssh's master does not stand".into());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        Ok(master)
    }

    fn stands(&self) -> Result<bool> {
        let mut command = ssh(&self.key, self.port, &self.socket);
        command.args(["-O", "check"]).arg(target()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.status()?.success())
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, command: &str) -> Result<()> {
        let mut ssh = ssh(&self.key, self.port, &self.socket);
        let status = ssh.arg(target()).arg(command).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(format!("ssh ended with {status}").into()) }
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn target() -> String {
    format!("{USER}@{ADDRESS}")
}

fn ssh(key: &PathBuf, port: u16, socket: &PathBuf) -> Command {
    let mut command = Command::new("ssh");
    command.args(["-F", "none", "-i"]).arg(key).args(["-p", &port.to_string()]).arg("-S").arg(socket);
    command.args(OPTIONS.iter().flat_map(|option| ["-o", option])).env_remove("SSH_AUTH_SOCK");
    command
}
