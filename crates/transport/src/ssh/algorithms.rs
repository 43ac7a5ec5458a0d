//! Which algorithms are offered, in which order, and how a connection is tuned.

use super::dial::Wish;
use russh::{
    Preferred, SshId, cipher,
    client::Config,
    compression,
    keys::{Algorithm, HashAlg},
};
use std::{borrow::Cow, sync::Arc, time::Duration};

/// GCM first: it takes two thirds of the time of ChaCha20 on processors with AES instructions.
const CIPHERS: &[cipher::Name] = &[
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

/// How much a host may send ahead on one channel: what OpenSSH's client grants a terminal. All of it may lie before an echo
/// on the same link and before what comes of Ctrl-C. A quarter of it makes bulk output a quarter slower.
const WINDOW: u32 = 1024 * 1024;

/// The same where nothing waits behind it: at 50 ms each way it is what lets a transfer go at the network's speed.
const BULK_WINDOW: u32 = 16 * 1024 * 1024;

/// The settings of a connection to a host where keys of these kinds are trusted, and certificates may be.
pub(super) fn config(trusted: &[Algorithm], certificates: bool, wish: Wish) -> Arc<Config> {
    let window_size = match wish {
        Wish::Quick => WINDOW,
        Wish::Bulk => BULK_WINDOW,
    };
    Arc::new(Config {
        client_id: SshId::Standard(Cow::Borrowed(concat!("SSH-2.0-Berth_", env!("CARGO_PKG_VERSION")))),
        window_size,
        preferred: Preferred {
            host_key_certificates: if certificates { certified() } else { Cow::Borrowed(&[]) },
            key: Cow::Owned(host_key_algorithms(trusted)),
            cipher: Cow::Borrowed(CIPHERS),
            compression: Cow::Borrowed(&[compression::NONE]),
            ..Preferred::DEFAULT
        },
        inactivity_timeout: None,
        keepalive_interval: Some(Duration::from_secs(15)),
        keepalive_max: 3,
        nodelay: true,
        ..Config::default()
    })
}

/// The kinds of the trusted keys first, so that a host with several keys shows the one that is known; then the rest,
/// so that a host which lost that kind shows what it has and the change can be told.
fn host_key_algorithms(trusted: &[Algorithm]) -> Vec<Algorithm> {
    let mut order = Vec::new();
    let known = trusted.iter().cloned().flat_map(variants);
    for algorithm in known.chain(Preferred::DEFAULT.key.iter().cloned()) {
        if !order.contains(&algorithm) {
            order.push(algorithm);
        }
    }
    order
}

/// Certificates by all keys but those that sign with SHA-1.
fn certified() -> Cow<'static, [Algorithm]> {
    Preferred::DEFAULT.key.iter().filter(|algorithm| **algorithm != Algorithm::Rsa { hash: None }).cloned().collect()
}

/// An RSA key signs with SHA-512, SHA-256 or, on old hosts, SHA-1.
fn variants(algorithm: Algorithm) -> Vec<Algorithm> {
    match algorithm {
        Algorithm::Rsa { .. } => [Some(HashAlg::Sha512), Some(HashAlg::Sha256), None]
            .into_iter()
            .map(|hash| Algorithm::Rsa { hash })
            .collect(),
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use russh::keys::PublicKey;

    #[test]
    fn trusted_kind_comes_first_and_nothing_is_lost() {
        let trusted = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=";
        let order = host_key_algorithms(&[PublicKey::from_openssh(trusted).unwrap().algorithm()]);
        assert_eq!(order[0].as_str(), "ecdsa-sha2-nistp256");
        assert_eq!(order[1], Algorithm::Ed25519);
        assert_eq!(order.len(), Preferred::DEFAULT.key.len());
    }
}
