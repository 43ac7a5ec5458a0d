//! An authority, and a certificate that it signed for the loopback address.

use std::{fs, path::Path, process::Command};

const EC: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// What a server shows, and what a client may trust it by. All in PEM, but for the fingerprint.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The authority.
    pub authority: String,
    /// SHA-256 of the server's certificate, in upper-case hexadecimal with colons.
    pub fingerprint: String,
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Certificate {
    pub(super) fn make() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |name: &str| dir.path().join(name).display().to_string();
        let (ca, ca_key, csr, key, certificate, extensions) =
            (at("ca.pem"), at("ca.key"), at("csr.pem"), at("key.pem"), at("cert.pem"), at("ext"));
        fs::write(&extensions, "basicConstraints=critical,CA:FALSE\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n")
            .expect("a file");
        let new = |rest: &[&str]| openssl(&[&["req"], &EC[..], rest].concat());
        new(&["-x509", "-days", "2", "-subj", "/CN=Test Authority", "-keyout", &ca_key, "-out", &ca]);
        new(&["-subj", "/CN=netbox.test", "-keyout", &key, "-out", &csr]);
        openssl(&[
            "x509",
            "-req",
            "-days",
            "2",
            "-in",
            &csr,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-extfile",
            &extensions,
            "-out",
            &certificate,
        ]);
        let told = openssl(&["x509", "-noout", "-fingerprint", "-sha256", "-in", &certificate]);
        let (_, fingerprint) = told.trim().split_once('=').expect("openssl names the fingerprint");
        let read = |path: &str| fs::read_to_string(Path::new(path)).expect("what openssl wrote");
        Self {
            authority: read(&ca),
            fingerprint: fingerprint.to_ascii_uppercase(),
            certificate: read(&certificate),
            key: read(&key),
        }
    }
}

fn openssl(args: &[&str]) -> String {
    let output = Command::new("openssl").args(args).output().expect("openssl runs (package openssl)");
    assert!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("openssl writes text")
}
