//! pyftpdlib, the talkative one: it lists machine-readably (MLSD), and sets times (MFMT).

use super::certificate::Certificate;
use crate::{
    daemon::{Daemon, Ready},
    user::{self, PASSWORD, USER},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

const SERVER: &str = include_str!("pyftpdlib.py");

/// What the server is to be like.
#[derive(Debug, Clone, Default)]
pub struct PyftpdlibBuilder {
    tls: bool,
}

impl PyftpdlibBuilder {
    /// It takes sign-ins and data only under TLS, which it is asked for with `AUTH TLS`.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Panics
    /// When it does not start; the text holds its log.
    pub async fn start(self) -> Pyftpdlib {
        user::ensure();
        let python = python();
        assert!(python.exists(), "pyftpdlib is missing: `.ci/install test` puts it into {}", python.display());
        let dir = tempfile::Builder::new().prefix("pyftpdlib-").tempdir().expect("a temporary folder");
        let certificate = self.tls.then(|| Certificate::make(dir.path()));
        fs::write(dir.path().join("server.py"), SERVER).expect("the server's script is written");
        let port_file = dir.path().join("port");
        let mut command = Command::new(python);
        command.arg(dir.path().join("server.py")).arg(dir.path()).args([USER, PASSWORD]);
        if self.tls {
            command.arg("tls");
        }
        // It takes a free port by itself, and writes it down once it listens.
        let starting = Ready { port: None, greeting: b"", file: Some(&port_file) };
        let Some(daemon) = Daemon::start(command, starting).await else {
            panic!("pyftpdlib did not start:\n{}", read_log(dir.path()));
        };
        let port = fs::read_to_string(&port_file).expect("the port is read").parse().expect("the port is a number");
        Pyftpdlib { daemon: Some(daemon), dir, port, certificate }
    }
}

/// A running server. It does everything as the user [`USER`].
#[derive(Debug)]
pub struct Pyftpdlib {
    daemon: Option<Daemon>,
    dir: TempDir,
    port: u16,
    certificate: Option<Certificate>,
}

impl Pyftpdlib {
    /// Starts a server without TLS.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Starts to describe a server.
    pub fn builder() -> PyftpdlibBuilder {
        PyftpdlibBuilder::default()
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The SHA-256 of its certificate as openssl writes it (`AB:CD:…`).
    ///
    /// # Panics
    /// When it has none.
    pub fn fingerprint(&self) -> String {
        self.certificate.as_ref().expect("a server with TLS").fingerprint()
    }

    /// What it logged.
    pub fn log(&self) -> String {
        read_log(self.dir.path())
    }

    /// Kills the server with all its connections, at once.
    pub fn kill_now(&mut self) {
        self.daemon = None;
    }
}

/// The interpreter of the environment that `.ci/install test` makes.
fn python() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    cache.join("berth/python/bin/python")
}

fn read_log(dir: &Path) -> String {
    fs::read(dir.join("log")).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
}
