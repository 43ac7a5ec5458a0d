//! A certificate that nobody has signed but itself.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Where a server's certificate and key lie.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificate {
    /// Makes one in this folder.
    pub(super) fn make(dir: &Path) -> Self {
        let made = Self { certificate: dir.join("certificate.pem"), key: dir.join("key.pem") };
        let output = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ftp.test"])
            .args([Path::new("-keyout"), &made.key, Path::new("-out"), &made.certificate])
            .output()
            .expect("openssl runs (package openssl)");
        assert!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
        made
    }

    /// Its SHA-256 in hexadecimal, as openssl tells it.
    pub(super) fn fingerprint(&self) -> String {
        let output = Command::new("openssl")
            .args(["x509", "-noout", "-fingerprint", "-sha256", "-in"])
            .arg(&self.certificate)
            .output()
            .expect("openssl runs (package openssl)");
        let text = String::from_utf8(output.stdout).expect("openssl writes text");
        let (_, fingerprint) = text.trim().split_once('=').expect("openssl names the fingerprint");
        fingerprint.to_ascii_uppercase()
    }
}
