//! A real OpenSSH server for a test: own port, own folder, own host keys, gone when it is dropped.
//!
//! It needs to run as root (a server of an ordinary user can neither check passwords nor give a terminal) and signs in
//! the user [`USER`], which is made once per machine. Everybody who signs in shares that user's home: a test that
//! writes there uses a folder of its own.

pub use crate::one_time_codes::CODES;
use crate::{
    daemon::{ADDRESS as LOOPBACK, Daemon, PORT_TRIES, Ready, free_port},
    keygen::{Certify, KeySpec, TestKey, certify, write_key},
    one_time_codes::OneTimeCodes,
    user,
};
use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
pub use user::{PASSWORD, USER};

/// Where it listens.
pub const ADDRESS: &str = LOOPBACK;

const SSHD: &str = "/usr/sbin/sshd";

/// What the server is to be like.
#[derive(Debug, Clone, Default)]
pub struct SshdBuilder {
    host_keys: Vec<String>,
    asks_codes: bool,
    user_authority: Option<String>,
    host_certificate: Option<(TestKey, String, String, bool)>,
    lines: Vec<String>,
}

impl SshdBuilder {
    /// Adds a host key of this kind (`ed25519`, `rsa`, `ecdsa`). Without any there is one Ed25519 key.
    #[must_use]
    pub fn host_key(mut self, kind: &str) -> Self {
        self.host_keys.push(kind.to_owned());
        self
    }

    /// Adds a line to its configuration. The first one of a keyword wins, and these stand before the usual ones.
    #[must_use]
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Which sign-in methods it asks for, for example `publickey,keyboard-interactive`.
    #[must_use]
    pub fn authentication_methods(self, methods: &str) -> Self {
        self.config(&format!("AuthenticationMethods {methods}"))
    }

    /// Asks, as a part of `keyboard-interactive`, for the password and then for a one-time code by PAM: the next one of
    /// [`CODES`].
    #[must_use]
    pub fn one_time_codes(mut self) -> Self {
        self.asks_codes = true;
        self.config("KbdInteractiveAuthentication yes")
    }

    /// Shows a certificate of its first host key that this authority signed.
    #[must_use]
    pub fn host_certificate(mut self, authority: &TestKey, what: Certify<'_>) -> Self {
        let (names, validity) = (what.principal.to_owned(), what.validity.to_owned());
        self.host_certificate = Some((authority.clone(), names, validity, what.host));
        self
    }

    /// Lets in whoever has a certificate that this key signed.
    #[must_use]
    pub fn user_authority(mut self, public_key: &str) -> Self {
        self.user_authority = Some(public_key.to_owned());
        self
    }

    /// How many channels one connection may have.
    #[must_use]
    pub fn max_sessions(self, count: u32) -> Self {
        self.config(&format!("MaxSessions {count}"))
    }

    /// Starts it, and waits until it greets.
    ///
    /// # Panics
    /// When it does not start; the text holds its log.
    pub async fn start(mut self) -> Sshd {
        user::ensure();
        fs::create_dir_all("/run/sshd").expect("/run/sshd, which sshd insists on");
        let dir = tempfile::Builder::new().prefix("sshd-").tempdir().expect("a temporary folder");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("the folder is opened to the user");
        fs::write(dir.path().join("authorized_keys"), "").expect("authorized_keys is written");
        if let Some(key) = &self.user_authority {
            let file = dir.path().join("user_authority");
            fs::write(&file, key).expect("the authority is written");
            self.lines.push(format!("TrustedUserCAKeys {}", file.display()));
        }
        let kinds = if self.host_keys.is_empty() { vec!["ed25519".to_owned()] } else { self.host_keys };
        for kind in &kinds {
            write_key(KeySpec { kind, ..KeySpec::default() }, &host_key_file(dir.path(), kind));
        }
        if let Some((authority, names, validity, host)) = &self.host_certificate {
            let file = host_key_file(dir.path(), &kinds[0]);
            let read = |file: &Path| fs::read_to_string(file).expect("the host key is read");
            let key = TestKey { private: String::new(), public: read(&file.with_extension("pub")) };
            let what = Certify { host: *host, principal: names, validity };
            let certificate = dir.path().join("host_certificate");
            fs::write(&certificate, certify(authority, &key, what)).expect("the certificate is written");
            self.lines.push(format!("HostCertificate {}", certificate.display()));
        }
        for _ in 0..PORT_TRIES {
            let port = free_port();
            write_config(dir.path(), port, &kinds, &self.lines);
            let codes = self.asks_codes.then(|| OneTimeCodes::new(dir.path(), port));
            let program = codes.as_ref().map_or(Path::new(SSHD), |codes| &codes.program).to_owned();
            if let Some(daemon) = run(&program, dir.path(), port).await {
                return Sshd { daemon: Some(daemon), dir, port, kinds, lines: self.lines, program, _codes: codes };
            }
        }
        panic!("sshd did not start:\n{}", read_log(dir.path()));
    }
}

/// A running server.
#[derive(Debug)]
pub struct Sshd {
    daemon: Option<Daemon>,
    dir: TempDir,
    port: u16,
    kinds: Vec<String>,
    lines: Vec<String>,
    program: PathBuf,
    _codes: Option<OneTimeCodes>,
}

impl Sshd {
    /// Starts a server with one Ed25519 host key that takes keys and passwords.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Starts to describe a server.
    pub fn builder() -> SshdBuilder {
        SshdBuilder::default()
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets this public key sign in.
    pub fn authorize(&self, public_key: &str) {
        let file = self.dir.path().join("authorized_keys");
        let mut text = fs::read_to_string(&file).expect("authorized_keys is read");
        text.push_str(public_key.trim());
        text.push('\n');
        fs::write(&file, text).expect("authorized_keys is written");
    }

    /// The public halves of its host keys, without comments.
    pub fn host_keys(&self) -> Vec<String> {
        let line = |kind: &String| {
            let file = host_key_file(self.dir.path(), kind).with_extension("pub");
            let text = fs::read_to_string(file).expect("the host key is read");
            text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
        };
        self.kinds.iter().map(line).collect()
    }

    /// A folder of this server's own that the user can read.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// What it logged.
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

    /// Stops all processes of its sessions where they are, as on a host that hangs: connections stay, nothing answers.
    /// They end with the server.
    pub fn freeze_sessions(&self) {
        if let Some(daemon) = &self.daemon {
            daemon.freeze_children();
        }
    }

    /// Kills one process of its sessions: a shell, what runs in it, or the server's end of a connection. The number says
    /// which, whatever it is. False when there was none.
    pub fn kill_one(&self, number: u64) -> bool {
        self.daemon.as_ref().is_some_and(|daemon| daemon.kill_child(number))
    }

    /// How many processes its connections have now; 0 means that nobody is connected.
    pub fn connection_processes(&self) -> usize {
        self.daemon.as_ref().map_or(0, |daemon| daemon.children().len())
    }

    /// Whether a program of this name (`bash`, say) runs in any of its sessions.
    pub fn runs(&self, program: &str) -> bool {
        let name = |pid: u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        self.daemon.as_ref().is_some_and(|daemon| daemon.children().into_iter().any(|pid| name(pid).trim() == program))
    }

    /// Starts it again on the same port, killing it before if it runs.
    pub async fn restart(&mut self) {
        self.daemon = None;
        self.daemon = run(&self.program, self.dir.path(), self.port).await;
        assert!(self.daemon.is_some(), "sshd did not start again:\n{}", self.log());
    }

    /// Starts it again on the same port with a new host key of this kind as its only one, as after a reinstallation.
    pub async fn restart_with_host_key(&mut self, kind: &str) {
        self.daemon = None;
        self.kinds = vec![kind.to_owned()];
        let file = host_key_file(self.dir.path(), kind);
        for stale in [file.with_extension("pub"), file.clone()] {
            // It is there only when the kind stays the same.
            let _ = fs::remove_file(stale);
        }
        write_key(KeySpec { kind, ..KeySpec::default() }, &file);
        write_config(self.dir.path(), self.port, &self.kinds, &self.lines);
        self.restart().await;
    }
}

fn host_key_file(dir: &Path, kind: &str) -> PathBuf {
    dir.join(format!("host_{kind}"))
}

fn read_log(dir: &Path) -> String {
    fs::read_to_string(dir.join("log")).unwrap_or_default()
}

async fn run(program: &Path, dir: &Path, port: u16) -> Option<Daemon> {
    assert!(Path::new(SSHD).exists(), "{SSHD} is missing: install the package openssh-server");
    let mut command = Command::new(program);
    command.args(["-D", "-f"]).arg(dir.join("config")).arg("-E").arg(dir.join("log"));
    Daemon::start(command, Ready { port: Some(port), greeting: b"SSH-", file: Some(&dir.join("pid")) }).await
}

fn write_config(dir: &Path, port: u16, kinds: &[String], lines: &[String]) {
    let mut text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    for kind in kinds {
        writeln!(text, "HostKey {}", host_key_file(dir, kind).display()).expect("text takes text");
    }
    let dir_text = dir.display();
    write!(
        text,
        "Port {port}\nListenAddress {ADDRESS}\nPidFile {dir_text}/pid\nAuthorizedKeysFile {dir_text}/authorized_keys\n\
         StrictModes no\nUsePAM yes\nUseDNS no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n\
         PrintMotd no\nPrintLastLog no\nAcceptEnv LANG COLORTERM\nSubsystem sftp internal-sftp\nLogLevel VERBOSE\n\
         MaxStartups 2000:30:4000\nMaxSessions 2000\nLoginGraceTime 120\n"
    )
    .expect("text takes text");
    fs::write(dir.join("config"), text).expect("the configuration is written");
}
