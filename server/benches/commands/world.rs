//! What both measures share: one sshd, one server, and one control master.

use crate::{
    Result,
    master::Master,
    server::{HOST, Server},
};
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt, time::Duration};
use testkit::{
    keygen::{KeySpec, make_key},
    sshd::Sshd,
};
use tokio::runtime::Runtime;

/// As people run it: the link stays, as the master's does.
const LINK_IDLE: &str = "5m";

/// Which program is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The server, through its REST interface.
    Berth,
    /// The yardstick.
    Ssh,
}

/// Both, in the order of a pair.
pub(crate) const SIDES: [Side; 2] = [Side::Berth, Side::Ssh];

/// The measures' surroundings.
pub(crate) struct World {
    server: Server,
    master: Master,
    _sshd: Sshd,
    runtime: Runtime,
}

impl World {
    /// Starts everything, and runs one command on each side, so that both connections stand.
    pub(crate) fn build() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let sshd = runtime.block_on(Sshd::start());
        let key = make_key(KeySpec::default());
        sshd.authorize(&key.public);
        let file = sshd.dir().join("bench_key");
        fs::write(&file, &key.private)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        let server = Server::start(runtime.handle(), &key, sshd.port(), LINK_IDLE)?;
        let master = Master::start(file, sshd.port(), sshd.dir().join("master"))?;
        let world = Self { server, master, _sshd: sshd, runtime };
        for side in SIDES {
            world.run(side)?;
        }
        Ok(world)
    }

    /// Runs `true` to its end.
    pub(crate) fn run(&self, side: Side) -> Result<()> {
        match side {
            Side::Ssh => self.master.run("true"),
            Side::Berth => {
                let request = json!({"command": "true", "hosts": [HOST], "wait": true});
                let run = self.server.rest().post("/api/commands/runs", &request)?;
                match run["hosts"][0]["exit_code"].as_u64() {
                    Some(0) => Ok(()),
                    _ => Err(format!("the command did not end well: {run}").into()),
                }
            }
        }
    }

    /// Lets things settle.
    pub(crate) fn settle(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }
}
