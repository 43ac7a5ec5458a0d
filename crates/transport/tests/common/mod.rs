//! What every test against a real sshd needs.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails has to fail its test")]

use bytes::Bytes;
use std::time::Duration;
use testkit::sshd::{ADDRESS, PASSWORD, Sshd, USER};
use tokio::time::timeout;
use transport::{DialError, Endpoint, Link, Login, PtySize, RunLimits, Shell, ShellInput, dial};
use wire::vault::Secret;

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const SIZE: PtySize = PtySize { cols: 80, rows: 24 };
pub(crate) const LIMITS: RunLimits = RunLimits { timeout: PATIENCE, max_output: 1024 * 1024 };

pub(crate) fn endpoint(port: u16) -> Endpoint {
    Endpoint { address: ADDRESS.to_owned(), port }
}

pub(crate) fn by_password(password: &str) -> Login {
    Login { username: USER.to_owned(), password: Some(Secret::new(password)), ..Login::default() }
}

pub(crate) fn by_key(private_key: &str, passphrase: Option<&str>) -> Login {
    Login {
        username: USER.to_owned(),
        private_key: Some(Secret::new(private_key)),
        passphrase: passphrase.map(Secret::new),
        ..Login::default()
    }
}

/// Dials a server whose host keys are trusted.
pub(crate) async fn try_dial(sshd: &Sshd, login: &Login) -> Result<Link, DialError> {
    dial(&endpoint(sshd.port()), login, &sshd.host_keys(), None, PATIENCE).await
}

pub(crate) async fn link_to(sshd: &Sshd) -> Link {
    try_dial(sshd, &by_password(PASSWORD)).await.unwrap()
}

pub(crate) async fn say(shell: &Shell, text: &str) {
    shell.input.send(ShellInput::Data(Bytes::from(text.to_owned()))).await.unwrap();
}

/// Reads until the text was shown; returns all that was.
pub(crate) async fn shown_until(shell: &mut Shell, text: &str) -> String {
    let mut shown = String::new();
    while !shown.contains(text) {
        let next = timeout(PATIENCE, shell.output.recv()).await;
        let next = next.unwrap_or_else(|_| panic!("{text:?} was not shown, but: {shown}"));
        shown.push_str(&String::from_utf8_lossy(&next.unwrap_or_else(|| panic!("the shell ended after: {shown}"))));
    }
    shown
}

/// Reads to the end of the output.
pub(crate) async fn all_output(shell: &mut Shell) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(bytes) = timeout(PATIENCE, shell.output.recv()).await.expect("the output ends") {
        all.extend_from_slice(&bytes);
    }
    all
}
