//! vsftpd, the strict one: it lists as `ls -l` does, and can insist on resumed TLS sessions.

use super::certificate::Certificate;
use crate::{
    daemon::{ADDRESS, Daemon, PORT_TRIES, Ready, free_port},
    user,
};
use std::{fmt::Write as _, fs, path::Path, process::Command};
use tempfile::TempDir;

const VSFTPD: &str = "/usr/sbin/vsftpd";

/// Where the server shuts itself in before anybody signed in.
const EMPTY: &str = "/run/vsftpd-berth-test";

/// What the server is to be like.
#[derive(Debug, Clone, Default)]
pub struct VsftpdBuilder {
    tls: bool,
    implicit: bool,
    lines: Vec<String>,
}

impl VsftpdBuilder {
    /// It can be asked for TLS (`AUTH TLS`), and takes sign-ins and data only under it. A data connection has to resume
    /// the session of the control connection.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// As [`VsftpdBuilder::tls`], but TLS begins with the connection.
    #[must_use]
    pub fn implicit_tls(mut self) -> Self {
        self.implicit = true;
        self.tls()
    }

    /// Adds a line to its configuration; the last one of a keyword wins, and these stand last.
    #[must_use]
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Panics
    /// When it does not start; the text holds its log.
    pub async fn start(self) -> Vsftpd {
        user::ensure();
        fs::create_dir_all(EMPTY).expect("the folder in which the server shuts itself in");
        let dir = tempfile::Builder::new().prefix("vsftpd-").tempdir().expect("a temporary folder");
        let certificate = self.tls.then(|| Certificate::make(dir.path()));
        for _ in 0..PORT_TRIES {
            let port = free_port();
            self.write_config(dir.path(), port, certificate.as_ref());
            if let Some(daemon) = run(dir.path(), port, self.implicit).await {
                let daemon = Some(daemon);
                return Vsftpd { daemon, dir, port, implicit: self.implicit, certificate };
            }
        }
        panic!("vsftpd did not start:\n{}", read_log(dir.path()));
    }

    fn write_config(&self, dir: &Path, port: u16, certificate: Option<&Certificate>) {
        let mut text = format!(
            "listen=YES\nlisten_ipv6=NO\nlisten_address={ADDRESS}\nlisten_port={port}\nbackground=NO\n\
             seccomp_sandbox=NO\nlocal_enable=YES\nanonymous_enable=NO\nwrite_enable=YES\nlocal_umask=022\n\
             mdtm_write=YES\npam_service_name=vsftpd\nsecure_chroot_dir={EMPTY}\nftpd_banner=berth-test\n\
             max_login_fails=3\ndelay_failed_login=0\nuse_localtime=NO\n\
             xferlog_enable=YES\ndual_log_enable=YES\nlog_ftp_protocol=YES\nvsftpd_log_file={log}\nxferlog_file={log}.x\n",
            log = dir.join("log").display(),
        );
        if let Some(Certificate { certificate, key }) = certificate {
            write!(
                text,
                "ssl_enable=YES\nrequire_ssl_reuse=YES\nforce_local_logins_ssl=YES\nforce_local_data_ssl=YES\n\
                 ssl_ciphers=HIGH\nrsa_cert_file={}\nrsa_private_key_file={}\ndebug_ssl=YES\nimplicit_ssl={}\n",
                certificate.display(),
                key.display(),
                if self.implicit { "YES" } else { "NO" },
            )
            .expect("text takes text");
        }
        for line in &self.lines {
            text = text + line + "\n";
        }
        fs::write(dir.join("config"), text).expect("the configuration is written");
    }
}

/// A running server.
#[derive(Debug)]
pub struct Vsftpd {
    daemon: Option<Daemon>,
    dir: TempDir,
    port: u16,
    implicit: bool,
    certificate: Option<Certificate>,
}

impl Vsftpd {
    /// Starts a server without TLS.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Starts to describe a server.
    pub fn builder() -> VsftpdBuilder {
        VsftpdBuilder::default()
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

    /// What it logged: every command and answer.
    pub fn log(&self) -> String {
        read_log(self.dir.path())
    }

    /// Kills the server and all its sessions, at once.
    pub fn kill_now(&mut self) {
        self.daemon = None;
    }

    /// Kills all sessions; the server goes on.
    pub fn kill_sessions(&self) {
        if let Some(daemon) = &self.daemon {
            daemon.kill_children();
        }
    }

    /// Starts it again on the same port, killing it before if it runs.
    ///
    /// # Panics
    /// When it does not start; the text holds its log.
    pub async fn restart(&mut self) {
        self.daemon = None;
        self.daemon = run(self.dir.path(), self.port, self.implicit).await;
        assert!(self.daemon.is_some(), "vsftpd did not start again:\n{}", self.log());
    }
}

async fn run(dir: &Path, port: u16, implicit: bool) -> Option<Daemon> {
    assert!(Path::new(VSFTPD).exists(), "{VSFTPD} is missing: install the package vsftpd");
    let mut command = Command::new(VSFTPD);
    command.arg(dir.join("config"));
    let greeting: &[u8] = if implicit { b"" } else { b"220 berth-test" };
    Daemon::start(command, Ready { port: Some(port), greeting, file: None }).await
}

fn read_log(dir: &Path) -> String {
    fs::read(dir.join("log")).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
}
