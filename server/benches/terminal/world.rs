//! What all measures share: one sshd, one key, one server, the `ssh` command, and a folder of files to show.

use crate::{Result, openssh::OpenSsh, server::Server, terminal::Terminal};
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};
use testkit::{
    keygen::{KeySpec, TestKey, make_key},
    sshd::Sshd,
};
use tokio::runtime::Runtime;

/// A dialled opening is one thing, a warm one another.
const LINK_IDLE: &str = "0";

/// Which program is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The server, through a WebSocket.
    Berth,
    /// The yardstick.
    Ssh,
}

/// Both, in the order of a pair.
pub(crate) const SIDES: [Side; 2] = [Side::Berth, Side::Ssh];

/// The measures' surroundings.
pub(crate) struct World {
    // Ends first: sessions before the host that they are on.
    server: Server,
    openssh: OpenSsh,
    key: TestKey,
    sshd: Sshd,
    runtime: Runtime,
}

impl World {
    /// Starts everything.
    pub(crate) fn build() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let sshd = runtime.block_on(Sshd::start());
        let key = make_key(KeySpec::default());
        sshd.authorize(&key.public);
        let file = sshd.dir().join("bench_key");
        fs::write(&file, &key.private)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        let openssh = OpenSsh { key: file, port: sshd.port() };
        let server = Server::start(runtime.handle(), &key, sshd.port(), LINK_IDLE)?;
        Ok(Self { server, openssh, key, sshd, runtime })
    }

    /// A new terminal.
    pub(crate) fn open(&self, side: Side) -> Result<Box<dyn Terminal>> {
        Ok(match side {
            Side::Berth => Box::new(self.server.open()?),
            Side::Ssh => Box::new(self.openssh.open()?),
        })
    }

    /// A server of its own, for a measure of memory: what others left behind would hide what it needs.
    pub(crate) fn fresh_server(&self) -> Result<Server> {
        Server::start(self.runtime.handle(), &self.key, self.sshd.port(), LINK_IDLE)
    }

    /// A place for a file that the remote user can read.
    pub(crate) fn shared_file(&self, name: &str) -> PathBuf {
        self.sshd.dir().join(name)
    }

    /// Lets things settle.
    pub(crate) fn settle(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }
}
