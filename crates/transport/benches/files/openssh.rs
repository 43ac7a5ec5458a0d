//! The yardsticks: `sftp`, `scp` and `ssh`, with the same key to the same sshd. Their configuration is nobody's.

use crate::Result;
use std::{
    ffi::OsStr,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use testkit::sshd::{ADDRESS, USER};

const OPTIONS: [&str; 5] = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
    "BatchMode=yes",
];

/// The cipher that we choose first.
pub(crate) const OUR_CIPHER: &str = "Ciphers=aes256-gcm@openssh.com";

/// How to start them.
pub(crate) struct OpenSsh {
    /// The private key's file.
    pub(crate) key: PathBuf,
    /// Where sshd listens.
    pub(crate) port: u16,
}

impl OpenSsh {
    fn program(&self, name: &str, port: &str) -> Command {
        let mut command = Command::new(name);
        command.args(["-F", "none", "-i"]).arg(&self.key).args([port, &self.port.to_string()]);
        command.args(OPTIONS.iter().flat_map(|option| ["-o", option]));
        command.env_remove("SSH_AUTH_SOCK").stdout(Stdio::null());
        command
    }

    /// `sftp` with these commands, and options.
    pub(crate) fn sftp(&self, commands: &str, options: &[&str]) -> Result<()> {
        let mut command = self.program("sftp", "-P");
        command.args(options.iter().flat_map(|option| ["-o", option]));
        command.args(["-q", "-b", "-", &format!("{USER}@{ADDRESS}")]).stdin(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(commands.as_bytes())?;
        }
        ended("sftp", child.wait()?)
    }

    /// `scp` from here to there.
    pub(crate) fn scp_up(&self, from: &Path, to: &Path) -> Result<()> {
        let to = format!("{USER}@{ADDRESS}:{}", to.display());
        ended("scp", self.program("scp", "-P").arg("-q").arg(from).arg(to).status()?)
    }

    /// `scp` from there to here.
    pub(crate) fn scp_down(&self, from: &Path, to: &Path) -> Result<()> {
        let from = format!("{USER}@{ADDRESS}:{}", from.display());
        ended("scp", self.program("scp", "-P").arg("-q").arg(from).arg(to).status()?)
    }

    /// A folder's content through `tar`, from here to there.
    pub(crate) fn tar_up(&self, from: &Path, to: &Path) -> Result<()> {
        self.pipe(
            Command::new("tar").args([OsStr::new("-C"), from.as_ref(), "-cf".as_ref(), "-".as_ref(), ".".as_ref()]),
            self.program("ssh", "-p").arg(format!("{USER}@{ADDRESS}")).arg(format!("tar -C {} -xf -", to.display())),
        )
    }

    /// The same from there to here.
    pub(crate) fn tar_down(&self, from: &Path, to: &Path) -> Result<()> {
        self.pipe(
            self.program("ssh", "-p")
                .arg(format!("{USER}@{ADDRESS}"))
                .arg(format!("tar -C {} -cf - .", from.display())),
            Command::new("tar").args([OsStr::new("-C"), to.as_ref(), "-xf".as_ref(), "-".as_ref()]),
        )
    }

    fn pipe(&self, from: &mut Command, to: &mut Command) -> Result<()> {
        let mut from = from.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = from.stdout.take().ok_or("no pipe")?;
        let to = to.stdin(Stdio::from(output)).status()?;
        ended("the sending end", from.wait()?)?;
        ended("the receiving end", to)
    }
}

fn ended(what: &str, status: std::process::ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(format!("{what} ended with {status}").into()) }
}
