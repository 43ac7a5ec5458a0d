//! The yardstick: the `ssh` command under a pseudo-terminal, with the same key to the same sshd.
//!
//! Its ciphers are its defaults, its configuration is nobody's. It is read and written blockingly by one thread, which is
//! the least that a terminal program can do.

use crate::{
    Result,
    terminal::{COLS, ROWS, SILENCE, Terminal},
};
use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    poll::{PollFd, PollFlags, PollTimeout, poll},
    pty::{Winsize, openpty},
};
use std::{
    fs::File,
    io::{Read, Write},
    os::fd::AsFd,
    path::PathBuf,
    process::{Child, Command, Stdio},
};
use testkit::sshd::{ADDRESS, USER};

/// More than a pseudo-terminal gives at once.
const BUFFER: usize = 64 * 1024;

const OPTIONS: [&str; 4] =
    ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR"];

/// How to start it.
pub(crate) struct OpenSsh {
    /// The private key's file.
    pub(crate) key: PathBuf,
    /// Where sshd listens.
    pub(crate) port: u16,
}

impl OpenSsh {
    /// Starts `ssh`; it still has to connect when this returns.
    pub(crate) fn open(&self) -> Result<SshTerminal> {
        let size = Winsize { ws_row: ROWS, ws_col: COLS, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = openpty(&size, None).map_err(|why| format!("no pseudo-terminal: {why}"))?;
        // The other end must be `ssh`'s alone, or its death would not be seen.
        fcntl(&pair.master, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        let end = || pair.slave.try_clone().map(Stdio::from);
        let mut command = Command::new("ssh");
        command.args(["-tt", "-F", "none", "-i"]).arg(&self.key).args(["-p", &self.port.to_string()]);
        command.args(OPTIONS.iter().flat_map(|option| ["-o", option])).arg(format!("{USER}@{ADDRESS}"));
        command.env("TERM", "xterm-256color").env_remove("SSH_AUTH_SOCK").stdin(end()?).stdout(end()?).stderr(end()?);
        let child = command.spawn().map_err(|why| format!("ssh does not run (package openssh-client): {why}"))?;
        Ok(SshTerminal { child, master: File::from(pair.master), buffer: vec![0; BUFFER] })
    }
}

/// A running `ssh`.
pub(crate) struct SshTerminal {
    child: Child,
    master: File,
    buffer: Vec<u8>,
}

impl SshTerminal {
    fn wait_for_output(&self) -> Result<()> {
        let patience = PollTimeout::try_from(SILENCE)?;
        match poll(&mut [PollFd::new(self.master.as_fd(), PollFlags::POLLIN)], patience)? {
            0 => Err(format!("ssh gave no output for {SILENCE:?}").into()),
            _ => Ok(()),
        }
    }
}

impl Terminal for SshTerminal {
    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.master.write_all(bytes)?)
    }

    fn receive(&mut self) -> Result<&[u8]> {
        self.wait_for_output()?;
        match self.master.read(&mut self.buffer) {
            Ok(count) if count > 0 => Ok(&self.buffer[..count]),
            Ok(_) => Err("ssh ended".into()),
            Err(why) => Err(format!("ssh ended: {why}").into()),
        }
    }

    fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for SshTerminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
