//! Keys made and shown by the real `ssh-keygen`.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// A key pair as `ssh-keygen` writes it.
#[derive(Debug, Clone)]
pub struct TestKey {
    /// The private half, in the format that was asked for.
    pub private: String,
    /// The public half as one line with a comment.
    pub public: String,
}

/// What key to make. The default is Ed25519, OpenSSH's own format, no passphrase.
#[derive(Debug, Clone, Copy)]
pub struct KeySpec<'a> {
    /// `ed25519`, `rsa` or `ecdsa`.
    pub kind: &'a str,
    /// The size, where the kind has several; empty for the usual one.
    pub bits: &'a str,
    /// Encrypts the key when it is not empty.
    pub passphrase: &'a str,
    /// `RFC4716` (OpenSSH's own), `PEM` or `PKCS8`.
    pub format: &'a str,
}

impl Default for KeySpec<'_> {
    fn default() -> Self {
        Self { kind: "ed25519", bits: "", passphrase: "", format: "RFC4716" }
    }
}

/// Makes a key.
///
/// # Panics
/// When `ssh-keygen` is missing or refuses.
pub fn make_key(spec: KeySpec<'_>) -> TestKey {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("key");
    write_key(spec, &file);
    let read = |path: &Path| fs::read_to_string(path).expect("ssh-keygen wrote the key");
    TestKey { private: read(&file), public: read(&file.with_extension("pub")).trim().to_owned() }
}

pub(crate) fn write_key(spec: KeySpec<'_>, file: &Path) {
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", spec.kind, "-m", spec.format, "-N", spec.passphrase, "-C", "made for a test", "-f"]);
    command.arg(file);
    if !spec.bits.is_empty() {
        command.args(["-b", spec.bits]);
    }
    let done = command.output().expect("ssh-keygen runs (package openssh-client)");
    assert!(done.status.success(), "ssh-keygen failed: {}", String::from_utf8_lossy(&done.stderr));
}

/// What a certificate is to say. The default is a user's, for `berth-test`, for an hour.
#[derive(Debug, Clone, Copy)]
pub struct Certify<'a> {
    /// Whether it is a host's.
    pub host: bool,
    /// For whom: usernames, or names of hosts, parted by commas.
    pub principal: &'a str,
    /// When it holds, as `ssh-keygen -V` takes it.
    pub validity: &'a str,
}

impl Default for Certify<'_> {
    fn default() -> Self {
        Self { host: false, principal: crate::user::USER, validity: "-5m:+1h" }
    }
}

/// Signs a public key: the line of the certificate.
///
/// # Panics
/// When `ssh-keygen` is missing or refuses.
pub fn certify(authority: &TestKey, key: &TestKey, what: Certify<'_>) -> String {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (signer, public) = (dir.path().join("authority"), dir.path().join("key.pub"));
    fs::write(&signer, &authority.private).expect("the authority's key is written");
    fs::set_permissions(&signer, fs::Permissions::from_mode(0o600)).expect("the authority's key is closed");
    fs::write(&public, &key.public).expect("the public key is written");
    let mut command = Command::new("ssh-keygen");
    command.arg("-q").arg("-s").arg(&signer).args(["-I", "made for a test", "-n", what.principal, "-V", what.validity]);
    if what.host {
        command.arg("-h");
    }
    let done = command.arg(&public).output().expect("ssh-keygen runs");
    assert!(done.status.success(), "ssh-keygen failed: {}", String::from_utf8_lossy(&done.stderr));
    fs::read_to_string(dir.path().join("key-cert.pub")).expect("ssh-keygen wrote the certificate")
}

/// What `ssh-keygen -lv` shows of a public key: the line with size and fingerprint, and the picture below it.
///
/// # Panics
/// When `ssh-keygen` is missing or refuses.
pub fn show_key(public: &str) -> (String, String) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("key.pub");
    fs::write(&file, public).expect("the key is written");
    let done = Command::new("ssh-keygen").arg("-lvf").arg(&file).output().expect("ssh-keygen runs");
    assert!(done.status.success(), "ssh-keygen failed: {}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).expect("ssh-keygen writes text");
    let (line, picture) = text.split_once('\n').expect("a line and a picture");
    (line.to_owned(), picture.trim_end().to_owned())
}
